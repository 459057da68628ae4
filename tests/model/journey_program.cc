#include "tests/model/journey_program.h"

#include <functional>

#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::model {
namespace {

std::string Span(int64_t ms) { return fmt::format("{}s", ms / kSecondMs); }

std::string WriteArm(StepKind kind, const Arm& arm) {
  const std::string steps = arm.holdout ? "" : fmt::format(R"(,"steps":{})", WriteSteps(arm.steps));
  if (kind == StepKind::kCall) return fmt::format(R"({{"when":"answer.left > 2.0","name":"{}"{}}})", arm.name, steps);
  if (kind == StepKind::kBranch && !arm.call.empty())
    return fmt::format(R"({{"when":"journey.answers.{}.left > 2.0","name":"{}"{}}})", arm.call, arm.name, steps);
  if (kind == StepKind::kBranch && !arm.stage.empty())
    return fmt::format(R"j({{"when":"customer.stage == '{}'","name":"{}"{}}})j", arm.stage, arm.name, steps);
  if (kind == StepKind::kBranch && !arm.audience.empty())
    return fmt::format(R"j({{"when":"'{}' in customer.audiences","name":"{}"{}}})j", arm.audience, arm.name, steps);
  if (kind == StepKind::kBranch)
    return fmt::format(R"j({{"when":"journey.messages.exists(m, m.step == '{}' && m.clicked)","name":"{}"{}}})j",
                       arm.message, arm.name, steps);
  if (kind == StepKind::kSplit)
    return fmt::format(R"({{"weight":{},"name":"{}"{}{}}})", arm.weight, arm.name,
                       arm.holdout ? R"(,"holdout":true)" : "", steps);
  const std::string what =
      arm.fate.empty() ? fmt::format(R"("on":"{}")", arm.on) : fmt::format(R"("{}":"{}")", arm.fate, arm.message);
  return fmt::format(R"({{{},"then":{}}})", what, WriteSteps(arm.steps));
}

std::string WriteArms(const Step& step) {
  std::string list;
  for (const Arm& arm : step.arms) list += (list.empty() ? "" : ",") + WriteArm(step.kind, arm);
  return list;
}

std::string WriteSend(const Step& step) {
  std::string json = fmt::format(R"({{"send":"{}","via":["{}"],"name":"{}")", step.advertises ? "ad" : "note",
                                 fmt::join(step.via, "\",\""), step.name);
  if (step.latest_ms.has_value()) json += fmt::format(R"(,"latest":"{}")", Span(*step.latest_ms));
  if (step.min_gap_ms.has_value()) json += fmt::format(R"(,"min_gap":"{}")", Span(*step.min_gap_ms));
  for (const Arm& arm : step.arms) {
    const std::string does = arm.exits ? "exit" : arm.does;
    json += fmt::format(R"(,"on_{}":{})", arm.name, does.empty() ? WriteSteps(arm.steps) : fmt::format("\"{}\"", does));
  }
  return json + "}";
}

std::string WriteCall(const Step& step) {
  std::string json =
      fmt::format(R"({{"call":"webhook","name":"{}","payload":{{"n":1}},"answer":{{"left":"number"}},"within":"{}")",
                  step.name, Span(step.span_ms));
  if (step.latest_ms.has_value()) json += fmt::format(R"(,"latest":"{}")", Span(*step.latest_ms));
  if (!step.arms.empty()) json += fmt::format(R"(,"then":[{}])", WriteArms(step));
  return fmt::format(R"({},"else":{},"timeout":{}}})", json, WriteSteps(step.otherwise), WriteSteps(step.timeout));
}

std::string WriteStep(const Step& step) {
  switch (step.kind) {
    case StepKind::kWait:
      return fmt::format(R"({{"wait":"{}","name":"{}"}})", Span(step.span_ms), step.name);
    case StepKind::kWaitUntil:
      return fmt::format(R"({{"wait":{{"until":"{:02}:{:02}"}},"name":"{}"}})", step.span_ms / kHourMs,
                         step.span_ms % kHourMs / kMinuteMs, step.name);
    case StepKind::kSend:
      return WriteSend(step);
    case StepKind::kExit:
      return R"({"exit":"done"})";
    case StepKind::kBranch:
      return fmt::format(R"({{"branch":[{}],"else":{},"name":"{}"}})", WriteArms(step), WriteSteps(step.otherwise),
                         step.name);
    case StepKind::kSplit:
      return fmt::format(R"({{"split":[{}],"name":"{}"}})", WriteArms(step), step.name);
    case StepKind::kWaitFor:
      return fmt::format(R"({{"wait_for":[{}],"within":"{}","timeout":{},"name":"{}"}})", WriteArms(step),
                         Span(step.span_ms), WriteSteps(step.otherwise), step.name);
    case StepKind::kGoto:
      return fmt::format(R"({{"goto":"{}","max":{},"name":"{}"}})", step.target, step.max, step.name);
    case StepKind::kSet:
      return fmt::format(R"({{"set":{},"name":"{}"}})", WriteStage(step), step.name);
    case StepKind::kEmit:
      return fmt::format(R"({{"emit":"{}","name":"{}"}})", step.value, step.name);
    case StepKind::kAddTo:
      return fmt::format(R"({{"add_to":"{}","name":"{}"}})", step.value, step.name);
    case StepKind::kRemoveFrom:
      return fmt::format(R"({{"remove_from":"{}","name":"{}"}})", step.value, step.name);
    case StepKind::kCall:
      return WriteCall(step);
  }
  return "";
}

void Visit(const Steps& steps, const std::function<void(const Step&)>& look) {
  for (const Step& step : steps) {
    look(step);
    for (const Arm& arm : step.arms) Visit(arm.steps, look);
    Visit(step.otherwise, look);
    Visit(step.timeout, look);
  }
}

std::vector<std::string> NamesOf(const Steps& steps, StepKind kind) {
  std::vector<std::string> names;
  Visit(steps, [&](const Step& step) {
    if (step.kind == kind) names.push_back(step.name);
  });
  return names;
}

}  // namespace

std::string WriteStage(const Step& step) {
  return step.value.empty() ? R"({"stage":null})" : fmt::format(R"({{"stage":"{}"}})", step.value);
}

std::string WriteSteps(const Steps& steps) {
  std::string list;
  for (const Step& step : steps) list += (list.empty() ? "" : ",") + WriteStep(step);
  return fmt::format("[{}]", list);
}

std::vector<std::string> SendNames(const Steps& steps) { return NamesOf(steps, StepKind::kSend); }

std::vector<std::string> CallNames(const Steps& steps) { return NamesOf(steps, StepKind::kCall); }

size_t CountSteps(const Steps& steps) {
  size_t count = 0;
  Visit(steps, [&](const Step&) { ++count; });
  return count;
}

}  // namespace cartwheel::model
