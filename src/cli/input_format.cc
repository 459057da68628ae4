#include "cli/input_format.h"

#include "base/status.h"
#include "cli/session.h"
#include "fmt/format.h"

namespace cartwheel::cli {

absl::StatusOr<InputFormat> FindInputFormat(const std::string& name) {
  InputFormat input;
  if (name.find_first_of("./") == name.npos) {
    ASSIGN_OR_RETURN(input.format, FindFormat(name));
    return input;
  }
  ASSIGN_OR_RETURN(std::string text, ReadFile(name));
  absl::StatusOr<EventReader> reader = EventReader::FromMapping(text);
  if (reader.ok()) {
    input.mapped = *std::move(reader);
    return input;
  }
  std::string errors = name + " " + StatusText(reader.status());
  for (size_t at = 0; (at = errors.find('\n', at)) != errors.npos; at += name.size() + 2)
    errors.insert(at + 1, name + " ");
  return absl::InvalidArgumentError(errors);
}

absl::StatusOr<InputFormat> FormatOf(const Args& args) {
  absl::StatusOr<InputFormat> format = FindInputFormat(args.Get("--format", "native"));
  if (format.ok()) return format;
  return absl::InvalidArgumentError(fmt::format("--format {}", StatusText(format.status())));
}

}  // namespace cartwheel::cli
