// Calls, and caps that stand against a send: a part of the reference interpreter.
#include <algorithm>

#include "base/time.h"
#include "fmt/format.h"
#include "tests/model/journey_reference.h"

namespace cartwheel::model {

void Reference::GoOnFromCall(Walk& walk, const Step& step, int64_t planned_ms, const std::string& way,
                             const Steps& steps) {
  walk.call.reset();
  walk.planned_ms = std::max(walk.planned_ms, planned_ms);
  Say(fmt::format("way {} {} at {}", step.name, way, now_ms_ / kSecondMs));
  walk.place = Into(walk.place, steps);
}

std::optional<int64_t> Reference::TakeCall(Walk& walk, const Step& step) {
  if (now_ms_ < walk.planned_ms) return walk.planned_ms;
  const auto said = walk.said.find({step.name, walk.jumps});
  if (said != walk.said.end()) {
    walk.answers[step.name] = said->second.left;
    ++walk.waits;
    const bool many = !step.arms.empty() && IsMany(said->second.left);
    GoOnFromCall(walk, step, said->second.at_ms, many ? step.arms[0].name : "else",
                 many ? step.arms[0].steps : step.otherwise);
    return std::nullopt;
  }
  if (!walk.call.has_value()) {
    if (now_ms_ >= walk.planned_ms + step.latest_ms.value_or(kDayMs)) {
      Say(fmt::format("skipped {} late planned {} at {}", step.name, walk.planned_ms / kSecondMs, now_ms_ / kSecondMs));
      GoOnFromCall(walk, step, walk.planned_ms, "timeout", step.timeout);
      return std::nullopt;
    }
    walk.answers.erase(step.name);
    walk.call = walk.sent.size();
    walk.sent.push_back({.step = &step,
                         .channel = "webhook",
                         .planned_ms = now_ms_,
                         .made_ms = now_ms_,
                         .expires_ms = now_ms_ + step.span_ms,
                         .is_call = true,
                         .visit = walk.jumps,
                         .waits = walk.waits});
  }
  const Sent& call = walk.sent[*walk.call];
  if (call.failed_ms == kNone && now_ms_ < call.expires_ms) return call.expires_ms;
  ++walk.waits;
  GoOnFromCall(walk, step, call.failed_ms == kNone ? call.expires_ms : call.failed_ms, "timeout", step.timeout);
  return std::nullopt;
}

void Reference::Claim() {
  for (Walk& walk : walks_)
    for (Sent& sent : walk.sent) {
      sent.claimed = sent.claimed || sent.Waits(now_ms_);
      const bool expired = !sent.Left() && sent.end.empty() && !sent.overtaken && now_ms_ >= sent.expires_ms;
      if (expired && !sent.told) LookAgain();
      sent.told = sent.told || expired;
    }
}

// An answer counts for a call that has not been made, or at which the walk stands and whose time is not over by then.
void Reference::Hear(Walk& walk, const Step& step, int visit, std::optional<int> left, int64_t at_ms) {
  const auto made = std::find_if(walk.sent.begin(), walk.sent.end(), [&](const Sent& sent) {
    return sent.is_call && sent.step == &step && sent.visit == visit;
  });
  if (made != walk.sent.end()) {
    const bool stands = walk.call.has_value() && &walk.sent[*walk.call] == &*made;
    if (!stands || at_ms > made->made_ms + step.span_ms) return;
  }
  walk.said[{step.name, visit}].Hear(at_ms, left);
}

void Reference::Answer(std::optional<int> left, int64_t at_ms) {
  for (auto walk = walks_.rbegin(); walk != walks_.rend(); ++walk)
    for (auto sent = walk->sent.rbegin(); sent != walk->sent.rend(); ++sent) {
      if (!sent->is_call || !sent->claimed) continue;
      if (!walk->over) Hear(*walk, *sent->step, sent->visit, left, at_ms);
      return;
    }
}

void Reference::AnswerAll(int left, int64_t at_ms) {
  if (walks_.empty() || walks_.back().over) return;
  for (const std::string& name : CallNames(program_)) {
    Place place;
    FindNamed(program_, name, &place);
    Hear(walks_.back(), At(place), walks_.back().jumps, left, at_ms);
  }
}

// A message counts until it is known that it will not arrive: its channel said so, a claim or the step that waited for
// it found that it had expired, or it expired when its walk was over.
bool Reference::Counts(const Walk& walk, const Sent& sent) const {
  if (sent.Left()) return true;
  if (sent.overtaken)
    return !walk.over ||
           std::any_of(walk.sent.begin(), walk.sent.end(), [&](const Sent& other) { return other.Waits(now_ms_); });
  if (!sent.end.empty() || sent.told) return false;
  return now_ms_ < sent.expires_ms || !walk.over;
}

bool Reference::IsCapped(const Step& step, const std::string& channel) const {
  if (!capped_ || !step.advertises) return false;
  for (const Cap& cap : kCaps) {
    const std::string of = cap.channel;
    if (!of.empty() && of != channel) continue;
    int64_t used = 0;
    for (const Walk& walk : walks_)
      for (const Sent& sent : walk.sent) {
        const bool spoken_of = !sent.is_call && sent.step->advertises && (of.empty() || of == sent.channel);
        const bool in_window = !sent.Left() || now_ms_ - sent.accepted_ms < cap.within_ms;
        used += spoken_of && in_window && &sent != failing_ && Counts(walk, sent) ? 1 : 0;
      }
    if (used >= cap.max) return true;
  }
  return false;
}

std::string Reference::WhereCapped(const Step& step) {
  for (const Arm& arm : step.arms)
    if (arm.name == "capped") return arm.does;
  return "next_channel";
}

void Reference::LookAgain() {
  for (Walk& walk : walks_)
    if (!walk.over && At(walk.place).kind == StepKind::kSend && WhereCapped(At(walk.place)) == "defer")
      walk.looks_ms = 0;
}

// The next instant at which one of them leaves a window, or expires.
int64_t Reference::CapPasses() const {
  int64_t first_ms = kNever;
  auto look = [&](int64_t at_ms) {
    if (at_ms > now_ms_) first_ms = std::min(first_ms, at_ms);
  };
  for (const Walk& walk : walks_)
    for (const Sent& sent : walk.sent) {
      if (!sent.Left()) look(sent.expires_ms);
      if (sent.is_call || !sent.step->advertises) continue;
      for (const Cap& cap : kCaps)
        if (sent.Left()) look(sent.accepted_ms + cap.within_ms);
    }
  return first_ms;
}

}  // namespace cartwheel::model
