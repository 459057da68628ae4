// `cartwheel check`: every error of a playbook, with its line and a mark under its place.
#include <algorithm>

#include "base/place.h"
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "core/policy/policy_warnings.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel::cli {
namespace {

// The first "(12:30): " of an error.
bool FindPlace(std::string_view error, Place* place) {
  for (size_t open = error.find('('); open != error.npos; open = error.find('(', open + 1)) {
    const std::string_view rest = error.substr(open + 1);
    const size_t size = ReadPlace(rest, place);
    if (size > 0 && rest.substr(size, 2) == "):") return true;
  }
  return false;
}

// The playbook's line and the caret below it, each indented.
std::string Excerpt(std::string_view playbook, Place place) {
  const std::string caret = Caret(playbook, place);
  if (caret.empty()) return caret;
  const size_t newline = caret.find('\n');
  return fmt::format("    {}\n    {}\n", caret.substr(0, newline), caret.substr(newline + 1));
}

// A line that begins with its place, and the playbook's own line below it.
void Tell(const std::string& path, std::string_view playbook, std::string_view kind, std::string_view line) {
  Place place;
  fmt::print(stderr, "{}: {}{}\n", path, kind, line);
  if (FindPlace(line, &place)) fmt::print(stderr, "{}", Excerpt(playbook, place));
}

int RunCheck(const Args& args) {
  const std::string& path = args.operand(0);
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return Fail(text.status());
  std::vector<std::string> unreachable;
  absl::StatusOr<std::shared_ptr<const Playbook>> playbook = CompilePlaybook(*text, &unreachable);
  if (playbook.ok()) {
    const Policy& policy = (*playbook)->policy;
    for (const std::string& warning : PolicyWarnings(policy.consent_assumed, !policy.rules.empty(), policy.statements))
      fmt::print(stderr, "{}: warning: {}\n", path, warning);
    for (const std::string& warning : unreachable) Tell(path, *text, "warning: ", warning);
    const auto& all = (*playbook)->journeys;
    const int64_t journeys =
        std::count_if(all.begin(), all.end(), [](const Journey& journey) { return journey.duty == Duty::kNone; });
    return Print(fmt::format("{}: good: revision {}, {}, {}\n", path, (*playbook)->revision.value(),
                             Plural(journeys, "journey"),
                             Plural(static_cast<int64_t>((*playbook)->templates.size()), "template")));
  }
  std::string errors = StatusText(playbook.status());
  for (size_t begin = 0; begin < errors.size();) {
    size_t end = std::min(errors.find('\n', begin), errors.size());
    std::string_view error = std::string_view(errors).substr(begin, end - begin);
    Tell(path, *text, "", error);
    begin = end + 1;
  }
  return kFailed;
}

}  // namespace

const Command kCheckCommand = {
    "check",
    "PLAYBOOK",
    "says whether a playbook is good, or everything that is wrong with it",
    "Each error is a line: file, JSON pointer, (line:column), what is wrong and what was expected; below it stands "
    "the\n"
    "playbook's own line. The exit code is 1 when there is an error. What a policy leaves to\n"
    "the shop, and a step that its caps or hours never let through, are warnings, also of a playbook that is good.",
    {"cartwheel check examples/recipes/cart-24-48-72.json"},
    {},
    RunCheck,
};

}  // namespace cartwheel::cli
