#include "cli/playbook_file.h"

#include <utility>

#include "base/status.h"
#include "cli/session.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel::cli {

absl::StatusOr<PlaybookFile> PlaybookOf(std::string text, const std::string& name) {
  PlaybookFile file{.text = std::move(text)};
  auto compiled = CompilePlaybook(file.text);
  if (!compiled.ok()) {
    std::string message = StatusText(compiled.status());
    for (size_t at = 0; (at = message.find('\n', at)) != message.npos; at += name.size() + 3)
      message.insert(at + 1, name + ": ");
    return absl::InvalidArgumentError(fmt::format("{}: {}", name, message));
  }
  file.compiled = *std::move(compiled);
  ASSIGN_OR_RETURN(file.json, playbook::ReadJson(file.text));
  return file;
}

absl::StatusOr<PlaybookFile> ReadPlaybook(const std::string& path) {
  ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  return PlaybookOf(std::move(text), path);
}

}  // namespace cartwheel::cli
