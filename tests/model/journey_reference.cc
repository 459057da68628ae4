#include "tests/model/journey_reference.h"

#include <algorithm>

#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::model {
namespace {

constexpr int64_t kLateStopMs = 3 * kDayMs;  // docs/laws.md: so late an exit ends what was heard of before it

// No customer has an address for e-mail.
bool IsReached(const std::string& channel) { return channel != "email"; }

bool Acts(const Step& step) {
  return step.kind == StepKind::kSet || step.kind == StepKind::kEmit || step.kind == StepKind::kAddTo ||
         step.kind == StepKind::kRemoveFrom;
}

}  // namespace

Reference::Place Reference::Next(Place place) {
  while (!place.empty()) {
    if (++place.back().second < place.back().first->size()) return place;
    place.pop_back();
  }
  return place;
}

Reference::Place Reference::Into(const Place& place, const Steps& steps) {
  if (steps.empty()) return Next(place);
  Place inside = place;
  inside.emplace_back(&steps, 0);
  return inside;
}

bool Reference::FindNamed(const Steps& steps, const std::string& name, Place* place) {
  for (size_t i = 0; i < steps.size(); ++i) {
    place->emplace_back(&steps, i);
    if (steps[i].name == name) return true;
    for (const Arm& arm : steps[i].arms)
      if (FindNamed(arm.steps, name, place)) return true;
    if (FindNamed(steps[i].otherwise, name, place) || FindNamed(steps[i].timeout, name, place)) return true;
    place->pop_back();
  }
  return false;
}

// The waits right after it, steps that act among them; a day at most, and where there is none.
int64_t Reference::DefaultLatest(const Place& place) {
  int64_t waits_ms = 0;
  for (Place next = Next(place); !next.empty(); next = Next(next)) {
    const Step& step = At(next);
    if (step.kind == StepKind::kWait || step.kind == StepKind::kWaitFor) waits_ms += step.span_ms;
    if (step.kind != StepKind::kWait && !Acts(step)) break;
  }
  return waits_ms == 0 ? kDayMs : std::min(waits_ms, kDayMs);
}

// Half of the waits that lie between a step and the send before it, by the shortest way on which no
// step jumps. A wait for something counts in the place of those before it.
void Reference::FindGaps(const Place& place, int64_t waited_ms) {
  if (place.empty()) return;
  const Step& step = At(place);
  const auto [known, is_new] = waited_ms_.try_emplace(&step, waited_ms);
  if (!is_new && known->second <= waited_ms) return;
  known->second = waited_ms;
  if (step.kind == StepKind::kExit) return;
  if (step.kind == StepKind::kSend) waited_ms = 0;
  if (step.kind == StepKind::kWait) waited_ms += step.span_ms;
  if (step.kind == StepKind::kWaitFor) waited_ms = step.span_ms;
  for (const Arm& arm : step.arms)
    if (!arm.holdout) FindGaps(Into(place, arm.steps), waited_ms);
  if (step.kind == StepKind::kCall) FindGaps(Into(place, step.timeout), waited_ms);
  if (step.kind == StepKind::kBranch || step.kind == StepKind::kWaitFor || step.kind == StepKind::kCall)
    FindGaps(Into(place, step.otherwise), waited_ms);
  else if (step.kind != StepKind::kSplit)
    FindGaps(Next(place), waited_ms);
}

// Steps to which jumps alone lead are the beginnings of ways of their own.
void Reference::FindGapsOfJumps(const Steps& steps, Place place) {
  place.emplace_back(&steps, 0);
  for (const Step& step : steps) {
    if (waited_ms_.count(&step) == 0) FindGaps(place, 0);
    for (const Arm& arm : step.arms) FindGapsOfJumps(arm.steps, place);
    FindGapsOfJumps(step.otherwise, place);
    FindGapsOfJumps(step.timeout, place);
    ++place.back().second;
  }
}

void Reference::AdvanceTo(int64_t now_ms) {
  while (true) {
    int64_t due_ms = kNever;
    for (Walk& walk : walks_) {
      while (!walk.over) {
        std::optional<int64_t> later = Take(walk);
        if (!later.has_value()) continue;
        due_ms = std::min(due_ms, *later);
        break;
      }
    }
    // It goes through the log: it is heard when the steps of the moment have run.
    if (!emitted_.empty()) {
      for (const auto& [type, at_ms] : emitted_) Hear(type, at_ms);
      emitted_.clear();
      continue;
    }
    if (due_ms > now_ms) break;
    now_ms_ = due_ms;
  }
  now_ms_ = now_ms;
}

void Reference::Enter() {
  if (!walks_.empty() && !walks_.back().over) return;
  Walk& walk = walks_.emplace_back();
  walk.entered_ms = walk.planned_ms = now_ms_;
  walk.told_before = told_;
  walk.place = {{&program_, 0}};
  Say(fmt::format("entered at {}", now_ms_ / kSecondMs));
}

void Reference::Hear(const std::string& type, int64_t at_ms) { heard_[type].push_back({at_ms, ++told_}); }

void Reference::Leave(const std::string& type, int64_t at_ms) {
  for (Walk& walk : walks_) {
    if (walk.entered_ms > at_ms && now_ms_ - at_ms > kLateStopMs) continue;
    for (Sent& sent : walk.sent)
      if (sent.Waits(now_ms_)) sent.end = "revoked " + type;
    if (walk.over) continue;
    walk.over = true;
    Say(fmt::format("exited {} at {}", type, at_ms / kSecondMs));
  }
}

std::optional<int64_t> Reference::Take(Walk& walk) {
  const Step& step = At(walk.place);
  switch (step.kind) {
    case StepKind::kWait:
    case StepKind::kWaitUntil: {
      int64_t ends_ms = walk.planned_ms + step.span_ms;
      if (step.kind == StepKind::kWaitUntil) {
        ends_ms = walk.planned_ms / kDayMs * kDayMs + step.span_ms;
        if (ends_ms < walk.planned_ms) ends_ms += kDayMs;
      }
      if (now_ms_ < ends_ms) return ends_ms;
      walk.planned_ms = ends_ms;
      ++walk.waits;
      walk.place = Next(walk.place);
      break;
    }
    case StepKind::kSend:
      if (std::optional<int64_t> later = walk.asks ? TakeEnd(walk, step) : TakeSend(walk, step); later.has_value())
        return later;
      break;
    case StepKind::kExit:
      walk.over = true;
      Say(fmt::format("completed at {}", now_ms_ / kSecondMs));
      return std::nullopt;
    case StepKind::kBranch:
      TakeBranch(walk, step);
      break;
    case StepKind::kSplit:
      TakeSplit(walk, step);
      break;
    case StepKind::kWaitFor:
      if (std::optional<int64_t> later = TakeWaitFor(walk, step); later.has_value()) return later;
      break;
    case StepKind::kCall:
      if (std::optional<int64_t> later = TakeCall(walk, step); later.has_value()) return later;
      break;
    case StepKind::kSet:
    case StepKind::kEmit:
    case StepKind::kAddTo:
    case StepKind::kRemoveFrom:
      if (now_ms_ < walk.planned_ms) return walk.planned_ms;
      TakeAct(walk, step);
      walk.place = Next(walk.place);
      break;
    case StepKind::kGoto:
      if (walk.taken[&step]++ >= step.max) {
        Say(fmt::format("way {} on at {}", step.name, now_ms_ / kSecondMs));
        walk.place = Next(walk.place);
      } else {
        Say(fmt::format("way {} {} at {}", step.name, step.target, now_ms_ / kSecondMs));
        ++walk.jumps;
        walk.place.clear();
        FindNamed(program_, step.target, &walk.place);
      }
      break;
  }
  if (walk.place.empty()) {
    walk.over = true;
    Say(fmt::format("completed at {}", now_ms_ / kSecondMs));
  }
  return std::nullopt;
}

std::optional<int64_t> Reference::TakeSend(Walk& walk, const Step& step) {
  const int64_t planned_ms = walk.planned_ms;
  if (now_ms_ < std::max(planned_ms, walk.looks_ms)) return std::max(planned_ms, walk.looks_ms);
  const int64_t latest_ms = planned_ms + step.latest_ms.value_or(DefaultLatest(walk.place));
  auto skip = [&](const char* reason) {
    walk.last.erase(step.name);
    Say(fmt::format("skipped {} {} planned {} at {}", step.name, reason, planned_ms / kSecondMs, now_ms_ / kSecondMs));
    if (std::string_view(reason) != "unreachable" || !Follow(walk, step, reason)) walk.place = Next(walk.place);
    return std::nullopt;
  };
  if (now_ms_ >= latest_ms) return skip("late");
  if (last_made_ms_ != kNone) {
    const int64_t gap_ms = step.min_gap_ms.value_or(waited_ms_[&step] / 2);
    const int64_t due_ms = std::max(planned_ms, last_made_ms_ + gap_ms);
    if (due_ms >= latest_ms) return skip("min_gap");
    if (now_ms_ < due_ms) return walk.looks_ms = due_ms;
  }
  std::vector<std::string> via;
  std::copy_if(step.via.begin(), step.via.end(), std::back_inserter(via), IsReached);
  if (via.empty()) return skip("unreachable");
  auto drop = [&](const std::string& why) {
    walk.last.erase(step.name);
    Say(fmt::format("dropped {} {} planned {} at {}", step.name, why, planned_ms / kSecondMs, now_ms_ / kSecondMs));
  };
  const std::string does = WhereCapped(step);
  while (!via.empty() && IsCapped(step, via[0])) {
    if (does == "defer") return std::min(CapPasses(), latest_ms);
    via.erase(via.begin());
    if (does == "skip") via.clear();
  }
  if (via.empty()) {
    drop("capped");
    if (!does.empty() || !Follow(walk, step, "capped")) walk.place = Next(walk.place);
    return std::nullopt;
  }
  if (walk.held && step.advertises) {
    drop("held_out: " + via[0]);
    walk.place = Next(walk.place);
    return std::nullopt;
  }
  for (Sent& sent : walk.sent) {
    if (sent.waits >= walk.waits || sent.Left() || sent.told || !sent.end.empty()) continue;
    if (sent.Waits(now_ms_)) sent.end = "revoked overtaken";
    sent.overtaken = true;
  }
  Make(walk, step, std::move(via), planned_ms, walk.waits);
  walk.last[step.name] = walk.sent.size() - 1;
  walk.sent.back().expires_ms = latest_ms;
  walk.sent.back().is_first = true;
  walk.asks = std::any_of(step.arms.begin(), step.arms.end(), [](const Arm& arm) { return arm.name == "failed"; });
  if (!walk.asks) walk.place = Next(walk.place);
  return std::nullopt;
}

void Reference::TakeBranch(Walk& walk, const Step& step) {
  for (const Arm& arm : step.arms) {
    if (!Holds(walk, arm)) continue;
    Say(fmt::format("way {} {} at {}", step.name, arm.name, now_ms_ / kSecondMs));
    walk.place = Into(walk.place, arm.steps);
    return;
  }
  Say(fmt::format("way {} else at {}", step.name, now_ms_ / kSecondMs));
  walk.place = Into(walk.place, step.otherwise);
}

void Reference::TakeSplit(Walk& walk, const Step& step) {
  const auto given = arms_.find(step.name);
  const std::string name = given == arms_.end() ? "none" : given->second;
  Say(fmt::format("way {} {} at {}", step.name, name, now_ms_ / kSecondMs));
  const Arm* walked = nullptr;
  for (const Arm& arm : step.arms) {
    if (arm.name != name) continue;
    walked = &arm;
    if (!arm.holdout) continue;
    walk.held = true;
    walked = &step.arms[0];
  }
  walk.place = walked == nullptr ? Next(walk.place) : Into(walk.place, walked->steps);
}

std::optional<int64_t> Reference::TakeWaitFor(Walk& walk, const Step& step) {
  if (now_ms_ < walk.planned_ms) return walk.planned_ms;
  const std::optional<int64_t> end_ms = EndOf(walk, step);
  const std::optional<Found> found = FindAwaited(walk, step);
  // As long as its message waits the wait is not over, and its failure comes in time.
  if (found.has_value() && (!end_ms.has_value() || found->came_ms <= *end_ms || found->arm->fate == "failed")) {
    const Arm& arm = *found->arm;
    const std::string what = arm.fate.empty() ? arm.on : arm.fate + " " + arm.message;
    Say(fmt::format("way {} {} at {}", step.name, what, now_ms_ / kSecondMs));
    walk.planned_ms = std::max(walk.planned_ms, found->came_ms);
    walk.place = Into(walk.place, arm.steps);
  } else if (end_ms.has_value() && *end_ms <= now_ms_) {
    Say(fmt::format("way {} timeout at {}", step.name, now_ms_ / kSecondMs));
    walk.planned_ms = *end_ms;
    walk.place = Into(walk.place, step.otherwise);
  } else {
    if (end_ms.has_value()) return end_ms;
    // Its message waits for its channel: at the latest until it expires.
    int64_t until_ms = kNever;
    for (const Arm& arm : step.arms)
      if (const Sent* sent = LastOf(walk, arm.message); sent != nullptr && sent->Waits(now_ms_))
        until_ms = std::min(until_ms, sent->expires_ms);
    return until_ms;
  }
  walk.forgot[&step] = told_;
  ++walk.waits;
  return std::nullopt;
}

std::optional<Reference::Found> Reference::FindAwaited(const Walk& walk, const Step& step) const {
  std::optional<Found> first;
  for (const Arm& arm : step.arms) {
    const int64_t came_ms = arm.fate.empty() ? Heard(walk, step, arm) : Became(walk, arm);
    if (came_ms != kNone && (!first.has_value() || came_ms < first->came_ms)) first = Found{&arm, came_ms};
  }
  return first;
}

std::optional<int64_t> Reference::EndOf(const Walk& walk, const Step& step) const {
  bool waits_for_events = false, was_made = false;
  int64_t from_ms = walk.planned_ms;
  for (const Arm& arm : step.arms) {
    waits_for_events |= arm.fate.empty();
    const Sent* sent = arm.fate.empty() ? nullptr : LastOf(walk, arm.message);
    if (sent == nullptr) continue;
    was_made = true;
    if (sent->Waits(now_ms_)) return std::nullopt;
    if (sent->Left()) from_ms = sent->accepted_ms;
  }
  if (!waits_for_events && !was_made) return walk.planned_ms;
  return std::max(walk.planned_ms, from_ms + step.span_ms);
}

// Events count from the entry, and after the message before. A wait that is come to again has forgotten what it heard.
int64_t Reference::Heard(const Walk& walk, const Step& step, const Arm& arm) const {
  int64_t after_ms = walk.entered_ms - 1;
  for (const Sent& sent : walk.sent)
    if (sent.is_first) after_ms = std::max(after_ms, sent.made_ms);
  const auto forgot = walk.forgot.find(&step);
  int64_t came_ms = kNone;
  const auto heard = heard_.find(arm.on);
  if (heard == heard_.end()) return kNone;
  for (const auto& [at_ms, told] : heard->second) {
    if (at_ms <= after_ms || told <= walk.told_before || (forgot != walk.forgot.end() && told <= forgot->second))
      continue;
    if (came_ms == kNone || at_ms < came_ms) came_ms = at_ms;
  }
  return came_ms;
}

// The message of a step's last visit; null: none was made.
const Reference::Sent* Reference::LastOf(const Walk& walk, const std::string& name) const {
  const auto last = walk.last.find(name);
  return last == walk.last.end() ? nullptr : &walk.sent[last->second];
}

int64_t Reference::FailedAt(const Sent& sent) const {
  if (sent.Left()) return kNone;
  if (sent.failed_ms != kNone) return sent.failed_ms;
  return sent.end.empty() && now_ms_ >= sent.expires_ms ? sent.expires_ms : kNone;
}

int64_t Reference::Became(const Walk& walk, const Arm& arm) const {
  const Sent* sent = LastOf(walk, arm.message);
  if (arm.fate == "unreachable") return sent == nullptr ? walk.planned_ms : kNone;
  if (sent == nullptr) return kNone;
  if (arm.fate == "accepted") return sent->accepted_ms;
  if (arm.fate == "delivered") return sent->delivered_ms;
  if (arm.fate == "clicked") return sent->clicked_ms;
  return FailedAt(*sent);
}

void Reference::Accept() {
  for (Walk& walk : walks_)
    for (Sent& sent : walk.sent)
      if (sent.Waits(now_ms_)) sent.accepted_ms = now_ms_;
}

void Reference::Deliver() {
  Accept();
  for (Walk& walk : walks_)
    for (Sent& sent : walk.sent)
      if (sent.Left() && sent.delivered_ms == kNone) sent.delivered_ms = now_ms_;
}

void Reference::Fail() {
  for (Walk& walk : walks_) {
    for (size_t i = 0, made = walk.sent.size(); i < made; ++i) {
      if (!walk.sent[i].Waits(now_ms_)) continue;
      LookAgain();
      failing_ = &walk.sent[i];
      const bool capped = !failing_->rest.empty() && IsCapped(*failing_->step, failing_->rest[0]);
      failing_ = nullptr;
      walk.sent[i].end = "failed";
      if (walk.sent[i].rest.empty()) {
        walk.sent[i].failed_ms = now_ms_;
        continue;
      }
      const Sent before = walk.sent[i];
      if (capped || (walk.held && before.step->advertises)) {
        Say(fmt::format("dropped {} {} planned {} at {}", before.step->name,
                        capped ? "capped" : "held_out: " + before.rest[0], before.planned_ms / kSecondMs,
                        now_ms_ / kSecondMs));
        walk.sent[i].failed_ms = now_ms_;
        continue;
      }
      const auto last = walk.last.find(before.step->name);
      const bool of_last_visit = last != walk.last.end() && last->second == i;
      Make(walk, *before.step, before.rest, before.planned_ms, before.waits);
      if (of_last_visit) walk.last[before.step->name] = walk.sent.size() - 1;
      walk.sent.back().expires_ms = before.expires_ms;
    }
  }
}

void Reference::Click() {
  Sent* last = nullptr;
  for (Walk& walk : walks_)
    for (Sent& sent : walk.sent)
      if (!sent.is_call && sent.Left() && (last == nullptr || sent.accepted_ms >= last->accepted_ms)) last = &sent;
  if (last != nullptr && last->clicked_ms == kNone) last->clicked_ms = now_ms_;
}

std::vector<std::string> Reference::Lines() const {
  std::vector<std::string> lines = lines_;
  for (const Walk& walk : walks_) {
    for (const Sent& sent : walk.sent) {
      const std::string end = sent.delivered_ms != kNone ? "delivered"
                              : sent.Left()              ? "accepted"
                              : !sent.end.empty()        ? sent.end
                                                         : "expired";
      lines.push_back(fmt::format("message {} {} planned {} made {} ended {}", sent.step->name, sent.channel,
                                  sent.planned_ms / kSecondMs, sent.made_ms / kSecondMs, end));
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace cartwheel::model
