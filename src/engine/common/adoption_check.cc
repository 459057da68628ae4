#include "engine/common/adoption_check.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/status.h"
#include "core/journey/adopt.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel {
namespace {

using Older = std::vector<std::shared_ptr<const Playbook>>;

const Journey* FindJourney(const Playbook& playbook, std::string_view name) {
  for (const Journey& journey : playbook.journeys)
    if (journey.name == name) return &journey;
  return nullptr;
}

bool HasStep(const Journey& journey, std::string_view name) {
  return std::any_of(journey.steps.begin(), journey.steps.end(),
                     [&](const JourneyStep& step) { return step.name == name; });
}

// The revisions that a journey adopts from and that have it.
absl::StatusOr<Older> OlderOf(DefinitionStore& store, const Journey& journey, Revision before) {
  Older older;
  ASSIGN_OR_RETURN(const std::vector<Revision> revisions, store.Revisions());
  for (const Revision revision : revisions) {
    if (revision >= before || (journey.adopt->from && journey.adopt->from != revision)) continue;
    ASSIGN_OR_RETURN(const std::optional<std::string> content, store.Definition(revision));
    if (!content) continue;
    ASSIGN_OR_RETURN(std::shared_ptr<const Playbook> playbook, CompilePlaybook(*content));
    if (FindJourney(*playbook, journey.name) != nullptr) older.push_back(std::move(playbook));
  }
  return older;
}

// Where a walk may be: not at a wait, which is a part of the way to the step after it.
std::string LostSteps(const Journey& adopted, const Journey& journey) {
  std::string lost;
  for (uint32_t place = 0; place < adopted.steps.size(); ++place) {
    if (std::holds_alternative<WaitStep>(adopted.steps[place].does) || PlaceOfAdopted(adopted, place, journey))
      continue;
    lost += fmt::format("{}\"{}\"", lost.empty() ? "" : ", ", adopted.steps[place].name);
  }
  return lost;
}

}  // namespace

absl::StatusOr<std::string> CheckAdoptions(DefinitionStore& store, const Playbook& playbook) {
  std::string note;
  if (!playbook.adopts) return note;
  ASSIGN_OR_RETURN(const std::vector<Revision> revisions, store.Revisions());
  if (revisions.empty()) return note;  // a new database, or a dry run: no walk is there to adopt
  for (const Journey& journey : playbook.journeys) {
    if (!journey.adopt) continue;
    ASSIGN_OR_RETURN(const Older older, OlderOf(store, journey, playbook.revision));
    if (older.empty() && journey.adopt->from)
      return absl::InvalidArgumentError(
          fmt::format("/journeys/{}/adopt/from: revision {} was not loaded, or has no "
                      "journey \"{}\", expected one that has",
                      journey.name, journey.adopt->from.value(), journey.name));
    for (const auto& [old_name, new_name] : journey.adopt->steps)
      if (std::none_of(older.begin(), older.end(), [&, &name = old_name](const auto& old) {
            return HasStep(*FindJourney(*old, journey.name), name);
          }))
        return absl::InvalidArgumentError(fmt::format(
            "/journeys/{}/adopt/steps: no step of an adopted revision is called \"{}\"", journey.name, old_name));
    for (const auto& old : older)
      if (const std::string lost = LostSteps(*FindJourney(*old, journey.name), journey); !lost.empty())
        note += fmt::format("{}journey \"{}\" adopts from revision {} all but who is at {}", note.empty() ? "" : "; ",
                            journey.name, old->revision.value(), lost);
  }
  return note;
}

}  // namespace cartwheel
