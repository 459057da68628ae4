// The letters that programs are made of.
#include <algorithm>

#include "base/time.h"
#include "fmt/format.h"
#include "tests/model/journey_program.h"

namespace cartwheel::model {
namespace {

constexpr int64_t kWaitMs = 2 * kHourMs;
constexpr int64_t kWithinMs = 3 * kHourMs;
constexpr char kAsksForAnswer = 'p';

using Names = std::vector<std::string>;

Step Wait(std::string name, int64_t span_ms) {
  return {.kind = StepKind::kWait, .name = std::move(name), .span_ms = span_ms};
}

Step Send(std::string name, Names via, bool advertises) {
  return {.kind = StepKind::kSend, .name = std::move(name), .advertises = advertises, .via = std::move(via)};
}

Step SendSoon(std::string name, Names via, bool advertises) {
  Step step = Send(std::move(name), std::move(via), advertises);
  step.min_gap_ms = 0;
  return step;
}

Step Exit() { return {.kind = StepKind::kExit}; }

Step WaitFor(std::string name, std::vector<Arm> arms, Steps timeout) {
  return {.kind = StepKind::kWaitFor,
          .name = std::move(name),
          .span_ms = kWithinMs,
          .arms = std::move(arms),
          .otherwise = std::move(timeout)};
}

Step Act(StepKind kind, std::string name, std::string value) {
  return {.kind = kind, .name = std::move(name), .value = std::move(value)};
}

Step Call(std::string name, Steps many, Steps otherwise, Steps timeout) {
  return {.kind = StepKind::kCall,
          .name = std::move(name),
          .span_ms = kWithinMs,
          .arms = {{.name = "many", .steps = std::move(many)}},
          .otherwise = std::move(otherwise),
          .timeout = std::move(timeout)};
}

// A send that does something else, where no message is made or arrives.
Step Otherwise(Step send, Arm arm) {
  send.arms = {std::move(arm)};
  return send;
}

// What a letter of the acting alphabet stands for.
std::optional<Step> ActingLetter(char letter, const std::string& name) {
  const Steps inner = {SendSoon(name + "i", {"sms"}, false)};
  switch (letter) {
    case 'S':
      return Act(StepKind::kSet, name, "hot");
    case 'M':
      return Act(StepKind::kEmit, name, "looked");
    case 'P':
      return Act(StepKind::kAddTo, name, "club");
    case 'R':
      return Act(StepKind::kRemoveFrom, name, "club");
    case 'Q':
      return Step{
          .kind = StepKind::kBranch, .name = name, .arms = {{.name = "in", .audience = "club", .steps = inner}}};
    case 'Z':
      return Step{.kind = StepKind::kBranch, .name = name, .arms = {{.name = "hot", .stage = "hot", .steps = inner}}};
    case 'F':
      return Otherwise(Send(name, {"web_push", "sms"}, true), {.name = "failed", .steps = inner});
    case 'N':
      return Otherwise(Send(name, {"sms"}, false), {.name = "failed", .exits = true});
    case 'Y':
      return Otherwise(Send(name, {"email"}, true), {.name = "unreachable", .steps = inner});
    default:
      return std::nullopt;
  }
}

// What a letter of the calling alphabet stands for. `asked`: the call of which it asks, where it asks for one.
std::optional<Step> CallingLetter(char letter, const std::string& name, const std::string& asked) {
  const Steps note = {SendSoon(name + "i", {"sms"}, false)}, news = {SendSoon(name + "j", {"sms"}, true)};
  const Names both = {"web_push", "sms"};
  Step call;
  switch (letter) {
    case 'k':
      return Call(name, note, {}, {});
    case 'l':
      return Call(name, {}, news, {Wait(name + "w", kHourMs)});
    case 'o':
      call = Call(name, {Exit()}, {}, news);
      call.latest_ms = kHourMs / 2;
      return call;
    case 'p':
      return Step{.kind = StepKind::kBranch, .name = name, .arms = {{.name = "many", .call = asked, .steps = note}}};
    case 's':
      return Otherwise(SendSoon(name, both, true), {.name = "capped", .does = "skip"});
    case 'd':
      call = Otherwise(SendSoon(name, both, true), {.name = "capped", .does = "defer"});
      call.latest_ms = 9 * kHourMs;
      return call;
    case 'e':
      return Otherwise(SendSoon(name, both, true), {.name = "capped", .exits = true});
    case 't':
      return Otherwise(SendSoon(name, {"web_push"}, true), {.name = "capped", .steps = note});
    default:
      return std::nullopt;
  }
}

// What a letter stands for. `message`: the step that sends or calls of which it asks, where it asks for one.
Step Letter(char letter, const std::string& name, const std::string& message) {
  if (std::optional<Step> acting = ActingLetter(letter, name); acting.has_value()) return *std::move(acting);
  if (std::optional<Step> calling = CallingLetter(letter, name, message); calling.has_value())
    return *std::move(calling);
  const std::string inner = name + "i";
  switch (letter) {
    case 'W':
      return Wait(name, kWaitMs);
    case 'A':
      return Send(name, {"web_push", "sms"}, true);
    case 'T':
      return Send(name, {"sms"}, false);
    case 'E':
      return Send(name, {"email"}, true);  // on which no customer has an address
    case 'X':
      return Exit();
    case 'B':
      return {.kind = StepKind::kBranch,
              .name = name,
              .arms = {{.name = "yes", .message = message, .steps = {Exit()}}},
              .otherwise = {}};
    case 'H':
      return {.kind = StepKind::kSplit,
              .name = name,
              .arms = {{.name = "words", .steps = {Send(inner, {"sms"}, true)}}, {.name = "held", .holdout = true}}};
    case 'V':
      return WaitFor(name, {{.on = "looked", .steps = {SendSoon(inner, {"sms"}, false)}}}, {});
    case 'C':
      return WaitFor(name, {{.fate = "clicked", .message = message, .steps = {Exit()}}, {.on = "looked"}},
                     {Send(inner, {"sms"}, true)});
    case 'D':
      return WaitFor(name,
                     {{.fate = "delivered", .message = message},
                      {.fate = "failed", .message = message, .steps = {SendSoon(inner, {"sms"}, false)}}},
                     {});
    case 'U':
      return WaitFor(name,
                     {{.fate = "unreachable", .message = message, .steps = {SendSoon(inner, {"web_push"}, true)}},
                      {.fate = "accepted", .message = message}},
                     {Wait(name + "w", kHourMs)});
    default:
      return {.kind = StepKind::kGoto, .name = name, .target = "s0", .max = 1};
  }
}

bool AsksForMessage(char letter) { return letter == 'B' || letter == 'C' || letter == 'D' || letter == 'U'; }

// The step which stands nearest before a place, else the first after it.
std::string Asked(const std::vector<std::pair<size_t, std::string>>& sends, size_t place) {
  std::string name;
  for (const auto& [at, send] : sends) {
    if (at < place) name = send;
    if (at > place && name.empty()) name = send;
  }
  return name;
}

}  // namespace

std::optional<Steps> Spell(const std::string& letters) {
  std::vector<std::pair<size_t, std::string>> sends, calls;
  for (size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] == 'X' && i + 1 < letters.size()) return std::nullopt;
    const Steps alone = {Letter(letters[i], fmt::format("s{}", i), "")};
    for (const std::string& name : SendNames(alone)) sends.emplace_back(i, name);
    for (const std::string& name : CallNames(alone)) calls.emplace_back(i, name);
  }
  Steps steps;
  for (size_t i = 0; i < letters.size(); ++i) {
    const bool of_call = letters[i] == kAsksForAnswer;
    const std::string asked = Asked(of_call ? calls : sends, i);
    if ((AsksForMessage(letters[i]) || of_call) && asked.empty()) return std::nullopt;
    steps.push_back(Letter(letters[i], fmt::format("s{}", i), asked));
  }
  return steps;
}

}  // namespace cartwheel::model
