#include "world.h"

#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel::cel {

std::string Show(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return value.boolean() ? "true" : "false";
    case Kind::kInt:
      return fmt::format("{}", value.integer());
    case Kind::kUint:
      return fmt::format("{}u", value.unsigned_integer());
    case Kind::kDouble:
    case Kind::kDecimal:
      return fmt::format("{:#}", ToDouble(value));
    case Kind::kString:
      return fmt::format("'{}'", value.text());
    case Kind::kBytes:
      return fmt::format("b'{}'", value.text());
    case Kind::kTimestamp:
      return fmt::format("timestamp {}", value.integer());
    case Kind::kDuration:
      return fmt::format("duration {}", value.integer());
    default:
      return std::string(KindName(value.kind()));
  }
}

std::string World::Run(std::string_view source) const {
  absl::StatusOr<Program> program = Compile(source, environment);
  if (!program.ok()) return "load: " + StatusText(program.status());
  Result result = program->Evaluate(variables);
  return result.error ? "error: " + result.Message() : Show(result.value);
}

}  // namespace cartwheel::cel
