// What the trails of customers must say of the time in which an attentive worker lives and nothing fails: what is
// deferred is decided when its time comes, whom the calendar names enters, what was said of consent is told.
#include <algorithm>

#include "base/status.h"
#include "base/time.h"
#include "core/model/customer_row.h"
#include "core/model/decision.h"
#include "engine/common/trail.h"
#include "fmt/format.h"
#include "tests/sim/world.h"

namespace cartwheel::sim {
namespace {

constexpr size_t kDecisionsMax = 100'000;
constexpr int64_t kSoonMs = 2 * kMinuteMs;  // an attentive worker is no later

using Trail = std::vector<Decision>;

// The instant at the end of a deferral's detail.
int64_t UntilOf(const Decision& deferred) {
  constexpr std::string_view kMark = "until ";
  const size_t at = deferred.detail.rfind(kMark);
  return at == std::string::npos ? 0 : ParseInstant(deferred.detail.substr(at + kMark.size())).value_or(0);
}

// Whether a deferral waits for an instant and nothing else.
bool WaitsForInstant(const Decision& decision) {
  return decision.kind == DecisionKind::kDeferred &&
         (decision.reason == Reason::kClosed || decision.reason == Reason::kPaused ||
          decision.reason == Reason::kQuiet || decision.reason == Reason::kSurge);
}

bool Ends(const Decision& decision, const Decision& deferred) {
  if (decision.journey != deferred.journey) return false;
  if (decision.kind == DecisionKind::kExited) return true;
  const bool decides = decision.kind == DecisionKind::kMessage || decision.kind == DecisionKind::kDropped ||
                       decision.kind == DecisionKind::kSkipped || decision.kind == DecisionKind::kDeferred;
  return decides &&
         StepOfAnyRevision(decision.journey, decision.step) == StepOfAnyRevision(deferred.journey, deferred.step);
}

std::string FindPassedOver(const Trail& trail, int64_t since_ms) {
  for (size_t i = 0; i < trail.size(); ++i) {
    if (!WaitsForInstant(trail[i]) || trail[i].at_ms < since_ms) continue;
    const int64_t until_ms = UntilOf(trail[i]);
    const auto end = std::find_if(trail.begin() + static_cast<int64_t>(i) + 1, trail.end(),
                                  [&](const Decision& decision) { return Ends(decision, trail[i]); });
    const std::string what = fmt::format("{} of {}, deferred at {} to {}", trail[i].step, trail[i].journey,
                                         FormatInstant(trail[i].at_ms), FormatInstant(until_ms));
    if (end == trail.end()) return what + ", was passed over";
    if (end->kind != DecisionKind::kExited && end->at_ms > until_ms + kSoonMs)
      return fmt::format("{}, was decided at {}", what, FormatInstant(end->at_ms));
  }
  return "";
}

// From the choice of an arm that is held out to the end of the walk no advertisement of it is made.
std::string FindHeldOut(const Trail& trail) {
  bool held = false;
  for (const Decision& decision : trail) {
    if (decision.journey != "path") continue;
    if (decision.kind == DecisionKind::kWay && decision.detail == "held") held = true;
    if (decision.kind == DecisionKind::kEntered || decision.kind == DecisionKind::kExited ||
        decision.kind == DecisionKind::kCompleted)
      held = false;
    if (held && decision.kind == DecisionKind::kMessage)
      return fmt::format("{} of a walk that is held out was made at {}", decision.step, FormatInstant(decision.at_ms));
  }
  return "";
}

// Whom the playbook holds out gets no advertisement in any revision.
std::string FindSentAlthoughHeldOut(const Trail& trail, const Campaigns& campaigns) {
  auto advertises = [&](const Decision& made) {
    if (made.journey == "daily") return campaigns.calendar.advertises;
    return made.journey == "cart" || made.journey == "view" || made.journey == "snap" || made.journey == "path" ||
           made.step == "a1" || made.step == "t1";
  };
  bool held = false;
  for (const Decision& decision : trail)  // in `path` it may be an arm that is held out
    held |=
        decision.kind == DecisionKind::kDropped && decision.reason == Reason::kHeldOut && decision.journey != "path";
  for (const Decision& decision : trail)
    if (held && decision.kind == DecisionKind::kMessage && advertises(decision))
      return fmt::format("{} of {} was made at {} for a customer who is held out", decision.step, decision.journey,
                         FormatInstant(decision.at_ms));
  return "";
}

// Whether a journey took the customer in at that instant, or said why not.
bool IsAnswered(const Trail& trail, std::string_view journey, int64_t at_ms) {
  return std::any_of(trail.begin(), trail.end(), [&](const Decision& decision) {
    return decision.journey == journey && decision.at_ms == at_ms &&
           (decision.kind == DecisionKind::kEntered || decision.kind == DecisionKind::kRefusedEnrolment);
  });
}

std::string FindMissedOccurrence(const Trail& trail, const Calendar& calendar, int64_t from_ms, int64_t until_ms) {
  for (int64_t at_ms = (from_ms / kMinuteMs + 1) * kMinuteMs; at_ms < until_ms; at_ms += kMinuteMs)
    if (calendar.Occurs(at_ms) && !IsAnswered(trail, "daily", at_ms))
      return fmt::format("nothing came of the occurrence at {}", FormatInstant(at_ms));
  return "";
}

// The first that a person said of consent, a grant that is not old, is told.
std::string FindUntold(const Trail& trail, const Person& person) {
  if (person.consents.empty()) return "";
  const ConsentWord& first = person.consents.front();
  const bool counts = first.grant && first.whose.empty() && first.at_ms > kDay0Ms - 10 * kDayMs &&
                      std::find(first.scopes.begin(), first.scopes.end(), "ad") != first.scopes.end();
  if (!counts || IsAnswered(trail, "notice/result", first.at_ms)) return "";
  return fmt::format("the consent of {} was not told", FormatInstant(first.at_ms));
}

}  // namespace

void World::CheckTrails() {
  auto rows = store(0).Customers(CustomerRow(0), kOutboxMax);
  if (!rows.ok()) return observer_.Break("customers: " + StatusText(rows.status()));
  for (const auto& row : *rows) {
    auto customer = DecodeCustomer(row.row, row.data);
    if (!customer.ok()) return observer_.Break(StatusText(customer.status()));
    const Person* person = observer_.people().Behind(customer->names.front());
    if (person == nullptr || person->merges > 0 || person->erased_order >= 0) continue;
    auto trail = ReadTrail(store(0), customer->last_decision, kDecisionsMax);
    if (!trail.ok()) return observer_.Break("trail: " + StatusText(trail.status()));
    std::vector<std::string> against = {FindHeldOut(*trail)};
    against.push_back(FindSentAlthoughHeldOut(*trail, spec_.campaigns));
    if (!nature_.clock_steps) against.push_back(FindPassedOver(*trail, well_since_ms_));
    if (!nature_.clock_steps && !spec_.campaigns.calendar.members)
      against.push_back(
          FindMissedOccurrence(*trail, spec_.campaigns.calendar, well_since_ms_ + kDayMs, well_since_ms_ + 9 * kDayMs));
    if (always_tells_ && !observer_.people().WasSaidOfAnyAddress()) against.push_back(FindUntold(*trail, *person));
    for (const std::string& why : against)
      if (!why.empty()) observer_.Break(fmt::format("trail of {}: {}", customer->id, why));
  }
  const std::string crowd = observer_.campaigns().FindCrowd();
  if (!crowd.empty()) observer_.Break("scarce things: " + crowd);
}

}  // namespace cartwheel::sim
