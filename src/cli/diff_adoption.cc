// Who goes on where in a journey that takes over the walks of an older revision.
#include <algorithm>
#include <vector>

#include "cli/diff_changes.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

// The names of the steps of a list, and of those inside of it.
void GatherNames(const JsonNode* steps, std::vector<std::string_view>* names) {
  if (steps == nullptr) return;
  for (const auto& member : steps->members) {
    if (const std::string_view name = IdentityOf(member.value); !name.empty()) names->push_back(name);
    for (const ArmOf& arm : ArmsOf(member.value)) GatherNames(arm.steps, names);
  }
}

}  // namespace

bool TellAdoption(const JsonNode& before, const JsonNode& after, int64_t old_revision,
                  std::vector<std::string>* words) {
  const JsonNode* adopt = after.Find("adopt");
  const JsonNode* from = adopt == nullptr ? nullptr : adopt->Find("from");
  if (from == nullptr || (!from->is_text() && from->text != std::to_string(old_revision))) return false;
  words->push_back(from->is_text() ? "takes over the walks of all older revisions"
                                   : fmt::format("takes over the walks of revision {}", from->text));
  std::vector<std::string_view> olds, news;
  GatherNames(before.Find("steps"), &olds);
  GatherNames(after.Find("steps"), &news);
  const JsonNode* mapped = adopt->Find("steps");
  for (const std::string_view name : olds) {
    const std::string_view to = mapped == nullptr ? std::string_view() : TextIn(*mapped, name);
    if (!to.empty())
      words->push_back(fmt::format("a walk at \"{}\" goes on at \"{}\"", name, to));
    else if (std::find(news.begin(), news.end(), name) == news.end())
      words->push_back(fmt::format("a walk at \"{}\" stays on its revision: the step is lost", name));
  }
  return true;
}

}  // namespace cartwheel::cli
