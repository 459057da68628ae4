// Programs drawn at random: every kind of step, spans of many lengths, arms inside of arms.
#include <functional>
#include <iterator>
#include <string_view>

#include "base/time.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "tests/model/journey_program.h"

namespace cartwheel::model {
namespace {

constexpr int kDepthMax = 2;  // of arms inside of arms

class Drawer {
 public:
  Drawer(sim::Random& random, bool calls) : random_(random), calls_(calls) {}

  Steps Draw(int steps) {
    Steps list = DrawSteps(steps, 0);
    if (SendNames(list).empty()) list.insert(list.begin(), DrawSend());
    Link(list, SendNames(list), CallNames(list));
    return list;
  }

 private:
  template <typename List>
  auto Pick(const List& list) {
    return list[random_.Below(std::size(list))];
  }

  std::string Name() {
    names_.push_back(fmt::format("n{}", names_.size()));
    return names_.back();
  }

  Steps DrawSteps(int64_t steps, int depth) {
    Steps list;
    for (int64_t i = 0; i < steps; ++i) list.push_back(DrawStep(depth));
    if (random_.Chance(depth == 0 ? 10 : 25)) list.push_back({.kind = StepKind::kExit});
    return list;
  }

  Steps DrawArm(int depth) { return DrawSteps(random_.Between(0, 2), depth + 1); }

  Step DrawAct() {
    constexpr std::string_view kStages[] = {"hot", "hot", "cold", ""};
    constexpr std::string_view kAudiences[] = {"club", "other"};
    switch (random_.Between(1, 4)) {
      case 1:
        return {.kind = StepKind::kSet, .name = Name(), .value = std::string(Pick(kStages))};
      case 2:
        return {.kind = StepKind::kEmit, .name = Name(), .value = "looked"};
      case 3:
        return {.kind = StepKind::kAddTo, .name = Name(), .value = std::string(Pick(kAudiences))};
      default:
        return {.kind = StepKind::kRemoveFrom, .name = Name(), .value = std::string(Pick(kAudiences))};
    }
  }

  // What a send does where no channel reaches the customer, or its message fails.
  Arm DrawInstead(std::string what, int depth) {
    Arm arm{.name = std::move(what), .exits = random_.Chance(30)};
    if (!arm.exits) arm.steps = DrawSteps(random_.Between(1, 2), depth + 1);
    return arm;
  }

  Step DrawCall(int depth) {
    constexpr int64_t kWithin[] = {kHourMs / 2, kHourMs, 3 * kHourMs, 20 * kHourMs};
    Step step{.kind = StepKind::kCall, .name = Name(), .span_ms = Pick(kWithin)};
    if (random_.Chance(25)) step.latest_ms = kHourMs / 2;
    if (random_.Chance(80)) step.arms.push_back({.name = "many", .steps = DrawArm(depth)});
    step.otherwise = DrawArm(depth);
    step.timeout = DrawArm(depth);
    return step;
  }

  Arm DrawCapped(int depth) {
    Arm arm{.name = "capped", .exits = random_.Chance(20)};
    constexpr std::string_view kDoes[] = {"next_channel", "skip", "defer", "defer", ""};
    if (!arm.exits) arm.does = std::string(Pick(kDoes));
    if (!arm.exits && arm.does.empty()) arm.steps = DrawSteps(random_.Between(1, 2), depth + 1);
    return arm;
  }

  Step DrawStep(int depth) {
    if (random_.Chance(18)) return DrawAct();
    if (calls_ && depth < kDepthMax && random_.Chance(20)) return DrawCall(depth);
    const int64_t roll = random_.Between(1, depth < kDepthMax ? 100 : 67);
    if (roll <= 24) {
      constexpr int64_t kSpans[] = {30 * kMinuteMs, kHourMs, 2 * kHourMs, 5 * kHourMs, 26 * kHourMs};
      return {.kind = StepKind::kWait, .name = Name(), .span_ms = Pick(kSpans)};
    }
    if (roll <= 28)
      return {.kind = StepKind::kWaitUntil, .name = Name(), .span_ms = random_.Between(0, 47) * 30 * kMinuteMs};
    if (roll <= 61) {
      Step send = DrawSend();
      if (depth < kDepthMax && random_.Chance(15)) send.arms.push_back(DrawInstead("failed", depth));
      if (depth < kDepthMax && send.via[0] == "email" && random_.Chance(50))
        send.arms.push_back(DrawInstead("unreachable", depth));
      if (calls_ && depth < kDepthMax && send.advertises && random_.Chance(40)) send.arms.push_back(DrawCapped(depth));
      return send;
    }
    if (roll <= 67) return {.kind = StepKind::kGoto, .name = Name(), .max = static_cast<int>(random_.Between(1, 3))};
    if (roll <= 75) {
      Step step{.kind = StepKind::kBranch, .name = Name()};
      step.arms.push_back({.name = "yes", .steps = DrawArm(depth)});
      if (random_.Chance(30)) step.arms[0].stage = "hot";
      if (step.arms[0].stage.empty() && random_.Chance(30)) step.arms[0].audience = "club";
      const bool asks_for_message = step.arms[0].stage.empty() && step.arms[0].audience.empty();
      if (calls_ && asks_for_message && random_.Chance(50)) step.arms[0].call = kAnyCall;
      step.otherwise = DrawArm(depth);
      return step;
    }
    if (roll <= 83) {
      Step step{.kind = StepKind::kSplit, .name = Name()};
      step.arms.push_back({.name = "words", .steps = DrawArm(depth)});
      if (random_.Chance(60)) step.arms.push_back({.name = "held", .holdout = true});
      if (random_.Chance(50)) step.arms.push_back({.name = "other", .weight = 2, .steps = DrawArm(depth)});
      return step;
    }
    return DrawWaitFor(depth);
  }

  Step DrawSend() {
    Step step{.kind = StepKind::kSend, .name = Name(), .advertises = random_.Chance(65)};
    const std::vector<std::string> kVia[] = {{"web_push"}, {"sms"}, {"web_push", "sms"}, {"sms", "web_push"}};
    step.via = Pick(kVia);
    if (step.advertises && random_.Chance(20)) step.via.insert(step.via.begin(), "email");
    if (step.advertises && random_.Chance(8)) step.via = {"email"};
    constexpr int64_t kLatest[] = {30 * kMinuteMs, kHourMs, 3 * kHourMs, 30 * kHourMs};
    constexpr int64_t kGaps[] = {0, 0, kHourMs, 4 * kHourMs};
    if (random_.Chance(40)) step.latest_ms = Pick(kLatest);
    if (random_.Chance(40)) step.min_gap_ms = Pick(kGaps);
    return step;
  }

  Step DrawWaitFor(int depth) {
    constexpr int64_t kWithin[] = {kHourMs, 3 * kHourMs, 5 * kHourMs, 20 * kHourMs};
    Step step{.kind = StepKind::kWaitFor, .name = Name(), .span_ms = Pick(kWithin)};
    std::vector<std::string> fates = {"accepted", "delivered", "clicked", "failed", "unreachable", "", ""};
    for (int64_t i = random_.Between(1, 3); i > 0; --i) {
      const size_t choice = random_.Below(fates.size());
      Arm arm{.fate = fates[choice], .steps = DrawArm(depth)};
      if (arm.fate.empty()) arm.on = "looked";
      std::erase(fates, arm.fate);  // each once
      step.arms.push_back(std::move(arm));
    }
    step.otherwise = DrawArm(depth);
    return step;
  }

  // Gives every step that asks for another one its name.
  void Link(Steps& steps, const std::vector<std::string>& sends, const std::vector<std::string>& calls) {
    for (Step& step : steps) {
      if (step.kind == StepKind::kGoto) step.target = Pick(names_);
      const std::string asked = Pick(sends);  // of one step all ask for the same
      for (Arm& arm : step.arms) {
        arm.message = asked;
        if (!arm.call.empty()) arm.call = calls.empty() ? "" : Pick(calls);
        Link(arm.steps, sends, calls);
      }
      Link(step.otherwise, sends, calls);
      Link(step.timeout, sends, calls);
    }
  }

  static constexpr const char* kAnyCall = "any";
  sim::Random& random_;
  const bool calls_;
  std::vector<std::string> names_;
};

}  // namespace

Steps DrawProgram(sim::Random& random, int steps, bool calls) {
  while (true) {
    Steps program = Drawer(random, calls).Draw(steps);
    if (CountSteps(program) <= kJourneyStepsMax && CallNames(program).size() <= kJourneyCallsMax) return program;
  }
}

}  // namespace cartwheel::model
