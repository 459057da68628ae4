#include "playbook/adopt.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/suggest.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"

namespace cartwheel::playbook {
namespace {

void ReadFrom(const JsonNode& node, const Playbook& playbook, ErrorList* errors, Adoption* adoption) {
  if (node.is_text() && node.text == kAdoptAll) return;
  if (node.is_text())
    return errors->Add(node, fmt::format("{} is no revision, expected a number or \"all\"", Describe(node)));
  const auto number = ReadWhole(node, errors);
  if (!number) return;
  if (*number < 1 || *number >= playbook.revision.value())
    return errors->Add(
        node, fmt::format("{} is no older revision, expected 1 to {}", *number, playbook.revision.value() - 1));
  adoption->from = Revision(*number);
}

void ReadSteps(const JsonNode& node, ErrorList* errors, const Journey& journey, Adoption* adoption) {
  if (!ExpectObject(node, errors)) return;
  std::vector<std::string_view> names;
  for (const JourneyStep& step : journey.steps) names.push_back(step.name);
  for (const JsonMember& member : node.members) {
    const auto name = ReadName(member.value, errors);
    if (!name) continue;
    if (std::find(names.begin(), names.end(), *name) == names.end())
      errors->Add(member.value,
                  fmt::format("no step of this journey is called {}{}", Quote(*name), Hint(*name, names)));
    adoption->steps.emplace(member.key, *name);
  }
}

}  // namespace

void ReadAdopt(const JsonNode& node, const Playbook& playbook, ErrorList* errors, Journey* journey) {
  if (!ExpectObject(node, errors)) return;
  CheckKeys(node, kAdoptKeys, {}, errors);
  Adoption adoption;
  if (const JsonNode* from = node.Find("from"))
    ReadFrom(*from, playbook, errors, &adoption);
  else
    errors->AddMissing(node, "from", R"("from" is missing: write the revision whose walks go on here, or "all")");
  if (const JsonNode* steps = node.Find("steps")) ReadSteps(*steps, errors, *journey, &adoption);
  journey->adopt = std::move(adoption);
}

}  // namespace cartwheel::playbook
