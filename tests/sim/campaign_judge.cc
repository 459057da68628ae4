#include "tests/sim/campaign_judge.h"

#include <algorithm>
#include <set>

#include "base/time.h"
#include "fmt/format.h"
#include "tests/sim/gate_judge.h"

namespace cartwheel::sim {
namespace {

constexpr int64_t kSeoulMs = 9 * kHourMs;

std::string_view StartsBy(const std::string& journey) {
  if (journey == "api") return "journey_entered";
  return journey == "path" || journey == "ask" ? kAskedBy : "checkout_started";
}

bool IsFailure(OutcomeCode code) {
  return code == OutcomeCode::kFailedFinal || code == OutcomeCode::kGone || code == OutcomeCode::kSuppressed ||
         code == OutcomeCode::kRejectMsg;
}

}  // namespace

// A notice tells of an event about consent. What was said before an erasure is forgotten here, and a notice leaves
// while an erasure is not folded and claims hold back advertisements alone.
std::string CampaignJudge::FindConsentTold(const Person& person, int64_t start_ms) const {
  if (person.erased_order >= 0) return "";
  const bool told = std::any_of(person.consents.begin(), person.consents.end(),
                                [&](const ConsentWord& word) { return word.at_ms == start_ms; });
  return told || people_.WasSaidOfAddress(start_ms) ? "" : "nothing was said of consent then";
}

std::string CampaignJudge::FindStart(const Person& person, const Message& message, const StepPromise& promise,
                                     int64_t start_ms) const {
  if (promise.journey == "daily")
    return spec_.campaigns.calendar.Occurs(start_ms) ? "" : "nothing is in the calendar then";
  // What `api` emits is planned so long after its own start.
  const bool emitted = promise.journey == "after";
  const std::string_view type = emitted ? "journey_entered" : StartsBy(promise.journey);
  bool begun = false, ended = false;
  const auto [first, last] = person.starts.equal_range(start_ms - (emitted ? kEmittedAfterMs : 0));
  for (auto start = first; start != last; ++start) {
    if (start->second.type != type) continue;
    if (message.step == "a0" && start->second.data != PartOf(message, 2)) continue;
    const bool closed =
        promise.journey == "api" && std::any_of(kept_out_.begin(), kept_out_.end(), [&](const auto& range) {
          return start->second.order >= range.first && start->second.order < range.second;
        });
    if (closed) return "it was folded while no customer entered";
    (start->second.orders_ended && !emitted && message.message_class == "ad" ? ended : begun) = true;
  }
  if (begun) return "";
  return ended ? "an order that was heard in time ended its walk" : fmt::format("no {} was told of then", type);
}

std::string CampaignJudge::FindIntruder(const Person& person, const Message& message,
                                        const StepPromise& promise) const {
  const int64_t start_ms = StartOf(message);
  if (promise.journey == "notice") return FindConsentTold(person, start_ms);
  // What began before an erasure is forgotten here, and a text of `ask` may leave as a notice does.
  if (promise.journey == "ask" && person.erased_order >= 0) return "";
  if (std::string why = FindStart(person, message, promise, start_ms); !why.empty()) return why;
  // Others than advertisements leave while a worker has not folded all.
  if (promise.journey == "after" || message.message_class != "ad") return "";
  for (const Closing& closing : person.closings)
    if (closing.order && closing.at_ms >= start_ms) return "an order came after its start";
  return "";
}

std::string CampaignJudge::FindHold(const Message& message) const {
  const bool is_ad = message.message_class == "ad", is_notice = message.message_class == "notice";
  auto holds = [&](const std::string& hold) { return hold == "stop" || hold == "pause" || (hold == "quiet" && is_ad); };
  const int64_t start_ms = is_notice ? message.made_at_ms : StartOf(message);
  for (const std::string& name : {std::string(), message.journey}) {
    const auto verb = verbs_.find(name);
    if (verb == verbs_.end()) continue;
    if (holds(verb->second.hold)) return fmt::format("\"{}\" is held: {}", name, verb->second.hold);
    if (start_ms <= verb->second.stopped_at_ms) return fmt::format("\"{}\" was stopped after its start", name);
  }
  const auto key = spec_.campaign_terms.holds.find(message.journey);
  if (key != spec_.campaign_terms.holds.end() && holds(key->second))
    return fmt::format("its playbook holds it: {}", key->second);
  return "";
}

std::string CampaignJudge::FindOutranking(const Person& person, const Message& message, int64_t latest_ms) const {
  if (!spec_.campaigns.outranks || (message.journey != "cart" && message.journey != "path")) return "";
  for (const auto& [id, sent] : sent_) {
    if (sent.message.step != "t0" || !IsOf(sent, person)) continue;
    const bool goes_on = sent.merges == person.merges && sent.stops == stops_ && sent.order > person.erased_order &&
                         sent.closings == person.closings.size() && latest_ms < sent.start_ms + kTillWaitMs;
    if (goes_on) return fmt::format("the customer walks a journey that goes before, by message {}", id);
  }
  return "";
}

bool CampaignJudge::IsSameWalk(const Sent& sent, const Person& person, const Message& message, int64_t start_ms) const {
  return IsOf(sent, person) && sent.message.journey == message.journey && sent.start_ms == start_ms &&
         sent.order > person.erased_order && sent.message.id != message.id;
}

std::string CampaignJudge::FindCopy(const Person& person, const Message& message, const StepPromise& promise,
                                    int64_t elapsed_ms) const {
  // Two that became one person may have walked it both.
  if (person.merges > 0 || promise.journey == "notice") return "";
  const int64_t start_ms = StartOf(message),
                visits = message.journey == "path" && promise.place == 3 ? spec_.campaigns.jumps_max + 1 : 1;
  std::set<std::string> keys = {message.key};
  for (const auto& [id, sent] : sent_) {
    if (!IsSameWalk(sent, person, message, start_ms) || sent.place != promise.place) continue;
    if (message.step == "a0" && PartOf(sent.message, 2) != PartOf(message, 2)) continue;
    if (message.step == "a1" || message.step == "x0") continue;  // of which of two walks of an instant is not said
    const bool same_rung = sent.message.channel == message.channel;
    if (same_rung && sent.fate != Fate::kFailed) keys.insert(sent.message.key);
    if (same_rung || visits > 1 || sent.vague) continue;
    const bool lapsed = sent.fate == Fate::kOut && elapsed_ms >= sent.lease_until_ms;
    if (sent.fate == Fate::kArrived || sent.fate == Fate::kMaybe || (sent.fate == Fate::kOut && !lapsed))
      return fmt::format("message {} of the same step, by {}, did not fail", id, sent.message.channel);
  }
  if (static_cast<int64_t>(keys.size()) <= visits) return "";
  return fmt::format("its step has made {} messages by this channel, and is come to {} times", keys.size(), visits);
}

std::string CampaignJudge::FindReaction(const Person& person, const Message& message,
                                        const StepPromise& promise) const {
  constexpr int64_t kSurelyReadMs = 5 * kSecondMs;  // what clicks sooner is a machine
  if (promise.journey != "path" || promise.place < 2 || person.merges > 0 || clocks_lie) return "";
  const int64_t start_ms = StartOf(message);
  for (const auto& [id, sent] : sent_) {
    if (!IsSameWalk(sent, person, message, start_ms) || sent.place != 0 || sent.fate != Fate::kArrived || sent.vague)
      continue;
    const auto click = clicks_.find(id);
    if (click == clicks_.end()) continue;
    const int64_t waits_until_ms = sent.first_ms + spec_.path_within_min_h * kHourMs - skew_max_ms;
    const bool in_time = click->second.at_ms >= sent.first_ms + kSurelyReadMs + skew_max_ms &&
                         click->second.heard_ms < waits_until_ms && click->second.at_ms < waits_until_ms;
    const bool else_came = std::any_of(person.starts.lower_bound(start_ms), person.starts.end(),
                                       [](const auto& start) { return start.second.type == "came_back"; });
    if (in_time && !else_came) return fmt::format("its walk ended by the click on message {}", id);
  }
  return "";
}

std::string CampaignJudge::FindForgotten(const Message& message) const {
  const bool says_so = message.step != "a1" || PartOf(message, 2) == "warm";
  return says_so ? "" : fmt::format("the attribute that its walk has set is {}", PartOf(message, 2));
}

std::string CampaignJudge::FindCrowdOf(int64_t max, int64_t span_ms, int64_t zone_ms) const {
  std::map<int64_t, std::set<std::string>> entered;  // by hour or day: what was said of the entry
  for (const auto& [id, sent] : sent_) {
    if (sent.message.step != "a0") continue;
    const auto [first, last] = people_.Now(sent.person)->starts.equal_range(sent.start_ms);
    for (auto start = first; start != last; ++start) {
      if (start->second.type != "journey_entered" || start->second.data != PartOf(sent.message, 2)) continue;
      const int64_t place_ms = (start->second.heard_ms + zone_ms) % span_ms;
      if (place_ms < skew_max_ms || place_ms >= span_ms - skew_max_ms) continue;
      entered[(start->second.heard_ms + zone_ms) / span_ms].insert(start->second.data);
    }
  }
  for (const auto& [number, entries] : entered)
    if (static_cast<int64_t>(entries.size()) > max)
      return fmt::format("{} customers entered \"api\" in one span of {} h that takes {}", entries.size(),
                         span_ms / kHourMs, max);
  return "";
}

std::string CampaignJudge::FindCrowd() const {
  if (clocks_lie) return "";
  const Campaigns& campaigns = spec_.campaigns;
  std::string why;
  if (campaigns.per_hour_max != 0) why = FindCrowdOf(campaigns.per_hour_max, kHourMs, 0);
  if (why.empty() && campaigns.per_day_max != 0) why = FindCrowdOf(campaigns.per_day_max, kDayMs, kSeoulMs);
  return why;
}

void CampaignJudge::HandedOver(const Message& message, const Person* person, const StepPromise& promise, int64_t now_ms,
                               int64_t elapsed_ms, int64_t lease_ms) {
  if (person == nullptr) return;
  const auto [found, is_new] = sent_.try_emplace(message.id);
  Sent& sent = found->second;
  if (is_new) {
    sent.person = person;
    sent.merges = person->merges;
    sent.order = people_.told();
    sent.closings = person->closings.size();
    sent.stops = stops_;
    sent.start_ms = StartOf(message);
    sent.first_ms = now_ms;
    sent.place = promise.place;
  }
  sent.vague |= sent.fate == Fate::kOut && !is_new;  // nothing was heard of the hand-over before
  sent.message = message;
  sent.fate = Fate::kOut;
  sent.lease_until_ms = elapsed_ms + lease_ms;
}

void CampaignJudge::Settled(const Outcome& outcome, int64_t elapsed_ms) {
  const auto found = sent_.find(outcome.message_id);
  if (found == sent_.end()) return;
  Sent& sent = found->second;
  if (sent.message.token != outcome.token) return;
  if (sent.fate == Fate::kArrived && IsFailure(outcome.code)) {
    sent.fate = Fate::kFailed;
    return;
  }
  if (sent.fate != Fate::kOut) return;
  sent.vague |= elapsed_ms >= sent.lease_until_ms;
  if (outcome.code == OutcomeCode::kAccepted || outcome.code == OutcomeCode::kDelivered)
    sent.fate = Fate::kArrived;
  else if (outcome.code == OutcomeCode::kUnknown)
    sent.fate = Fate::kMaybe;
  else
    sent.fate = IsFailure(outcome.code) ? Fate::kFailed : Fate::kBack;
}

void CampaignJudge::Clicked(int64_t message, int64_t at_ms, int64_t heard_ms) {
  clicks_.try_emplace(message, Click{at_ms, heard_ms});
}

void CampaignJudge::Rebooted() {
  for (auto& [id, sent] : sent_) sent.lease_until_ms = 0;
}

void CampaignJudge::Held(const std::string& action, const std::string& journey, int64_t now_ms) {
  Verb& verb = verbs_[journey];
  verb.hold = action == "resume" ? "" : action;
  NoteClosed();
  if (action != "stop") return;
  verb.stopped_at_ms = now_ms;
  ++stops_;
}

void CampaignJudge::NoteClosed() {
  auto closes = [](const std::string& hold) { return hold == "stop" || hold == "drain"; };
  const auto key = spec_.campaign_terms.holds.find("api");
  const bool closed = closes(verbs_[""].hold) || closes(verbs_["api"].hold) ||
                      (key != spec_.campaign_terms.holds.end() && closes(key->second));
  if (!closed) closed_since_ = -1;
  if (closed && closed_since_ < 0) closed_since_ = people_.told() + 1;
}

void CampaignJudge::Folded() {
  if (closed_since_ >= 0) kept_out_.emplace_back(std::max(closed_since_, folded_ + 1), people_.told() + 1);
  folded_ = people_.told();
}

void CampaignJudge::Loaded() {
  NoteClosed();
  for (const auto& [journey, hold] : spec_.campaign_terms.holds)
    if (hold == "stop") ++stops_;
}

}  // namespace cartwheel::sim
