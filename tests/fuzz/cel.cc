// Conditions: any text compiles or is refused; what compiles evaluates, and its result holds as long as it says.
#include "cel/cel.h"

#include "base/packed.h"
#include "base/status.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

constexpr int64_t kNow = 1'767'225'600'000;

const cel::Environment& Names() {
  static const cel::Environment names{{{"n", {cel::TypeKind::kInt}},
                                       {"d", {cel::TypeKind::kDouble}},
                                       {"s", {cel::TypeKind::kString}},
                                       {"t", {cel::TypeKind::kTimestamp}},
                                       {"m", cel::Type::Map({})},
                                       {"now", {cel::TypeKind::kTimestamp}, /*is_now=*/true}}};
  return names;
}

std::string Map() {
  std::string bytes;
  PackedWriter map(&bytes);
  map.BeginMap();
  map.Key("n"), map.Scalar(Value::Int(3));
  map.Key("s"), map.Scalar(Value::String("가나"));
  map.Key("list"), map.BeginList(), map.Scalar(Value::Int(1)), map.Scalar(Value::Double(2.5)), map.End();
  map.End();
  return bytes;
}

// Equal as far as a condition can tell.
bool Same(const cel::Result& a, const cel::Result& b) {
  return a.error == b.error && (a.error || (a.value.kind() == b.value.kind() && a.is_true() == b.is_true()));
}

}  // namespace

void Fuzz(std::string_view input) {
  const auto program = cel::CompileCondition(input, Names());
  if (!program.ok())
    return Check(absl::IsInvalidArgument(program.status()), "a mistake in the text is InvalidArgument");
  static const std::string map = Map();
  auto at = [&](int64_t now_ms) {
    const Value variables[] = {Value::Int(5),        Value::Double(0.5),
                               Value::String("abc"), Value::Timestamp(kNow + 60'000),
                               ReadPacked(map),      Value::Timestamp(now_ms)};
    return program->Evaluate(variables);
  };
  const cel::Result result = at(kNow);
  Check(Same(result, at(kNow)), "the same world gives the same result");
  Check(result.error == !result.Message().empty(), "an error has a message");
  Check(result.holds_until_ms > kNow, "a result holds for a while");
  const int64_t until = std::min(result.holds_until_ms, kNow + int64_t{400} * 24 * 3600 * 1000);
  for (int64_t moment : {kNow + 1, kNow + (until - kNow) / 3, kNow + (until - kNow) / 2, until - 1})
    if (moment < until) Check(Same(result, at(moment)), "a result holds as long as it says");
}

std::vector<std::string> Seeds() {
  return {"n + 2 * 3 > 7 && d < 1.5 || !(s == 'abc')",
          "m.n == 3 && has(m.s) && m.s.startsWith('가') && size(m.list) == 2",
          "now - t < duration('24h') || t > timestamp('2026-01-01T00:00:00Z')",
          "m.list.exists(x, x > 2) ? s.contains(\"b\") : n in [1, 2, 5]",
          "now.getHours() >= 9 && now < t + duration('90m')",
          "int('12') % 5 == 2 && uint(n) == 5u && double(n) == 5.0 && string(n) == \"5\"",
          "[1, 2, 3].all(i, i < 4) && {'a': 1}.a == 1 && b'\\x00' == bytes('\\u0000')"};
}

}  // namespace cartwheel::fuzz
