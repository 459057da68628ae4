// Steps that act, and what a send does where no message is made or arrives: a part of the reference interpreter.
#include <algorithm>

#include "base/time.h"
#include "fmt/format.h"
#include "tests/model/journey_reference.h"

namespace cartwheel::model {

std::optional<int64_t> Reference::TakeEnd(Walk& walk, const Step& step) {
  Sent& sent = walk.sent[walk.last.at(step.name)];
  const int64_t failed_ms = FailedAt(sent);
  sent.told = sent.told || failed_ms != kNone;
  if (failed_ms == kNone && !sent.Left()) return sent.expires_ms;
  walk.asks = false;
  if (failed_ms != kNone) walk.planned_ms = std::max(walk.planned_ms, failed_ms);
  if (failed_ms == kNone || !Follow(walk, step, "failed")) walk.place = Next(walk.place);
  return std::nullopt;
}

bool Reference::Follow(Walk& walk, const Step& step, const std::string& trouble) {
  for (const Arm& arm : step.arms) {
    if (arm.name != trouble) continue;
    Say(fmt::format("way {} {} at {}", step.name, trouble, now_ms_ / kSecondMs));
    if (arm.exits)
      walk.place.clear();
    else
      walk.place = Into(walk.place, arm.steps);
    return true;
  }
  return false;
}

void Reference::TakeAct(Walk& walk, const Step& step) {
  const int64_t at_ms = walk.planned_ms;
  auto say = [&](std::string_view what, const std::string& detail) {
    Say(fmt::format("{} {} {} planned {} at {}", what, step.name, detail, at_ms / kSecondMs, now_ms_ / kSecondMs));
  };
  if (step.kind == StepKind::kSet) {
    if (at_ms >= stage_.at_ms) stage_ = {step.value, at_ms};
    return say("set", WriteStage(step));
  }
  if (step.kind == StepKind::kEmit) {
    emitted_.emplace_back(step.value, at_ms);
    return say("emitted", step.value);
  }
  const bool adds = step.kind == StepKind::kAddTo;
  Told& told = audiences_[step.value];
  if (at_ms >= told.at_ms) told = {adds ? "in" : "", at_ms};
  say(adds ? "added_to" : "removed_from", step.value);
}

bool Reference::Holds(const Walk& walk, const Arm& arm) const {
  if (!arm.stage.empty()) return stage_.value == arm.stage;
  if (!arm.call.empty()) {
    const auto answer = walk.answers.find(arm.call);
    return answer != walk.answers.end() && IsMany(answer->second);
  }
  if (!arm.audience.empty()) {
    const auto told = audiences_.find(arm.audience);
    return told != audiences_.end() && !told->second.value.empty();
  }
  return std::any_of(walk.sent.begin(), walk.sent.end(),
                     [&](const Sent& sent) { return sent.step->name == arm.message && sent.clicked_ms != kNone; });
}

void Reference::Make(Walk& walk, const Step& step, std::vector<std::string> via, int64_t planned_ms, int64_t waits) {
  Sent& sent = walk.sent.emplace_back();
  sent.step = &step;
  sent.channel = via[0];
  sent.rest.assign(via.begin() + 1, via.end());
  sent.planned_ms = planned_ms;
  sent.made_ms = last_made_ms_ = now_ms_;
  sent.waits = waits;
}

}  // namespace cartwheel::model
