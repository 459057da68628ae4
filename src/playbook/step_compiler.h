// Compiles the steps of one journey: a list with lists in it becomes one list of steps that lead to one another. How
// each kind is written is in a file of its own: steps.cc, send_steps.cc, choice_steps.cc, await_steps.cc,
// act_steps.cc, call_steps.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/string_map.h"
#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"
#include "playbook/languages.h"

namespace cartwheel::playbook {

class StepCompiler {
 public:
  StepCompiler(const Languages& languages, const Playbook& playbook, ErrorList* errors, Journey* journey)
      : languages_(languages), playbook_(playbook), errors_(errors), journey_(*journey), steps_(journey->steps) {}

  void Compile(const JsonNode& list);

 private:
  // Steps that lead to a place which is not known yet, each as what sets it.
  using Ends = std::vector<std::function<void(uint32_t)>>;
  using ConditionCompiler = absl::FunctionRef<absl::StatusOr<std::unique_ptr<Condition>>(std::string_view)>;

  static uint32_t EndOf(const std::vector<JourneyStep>& steps) { return static_cast<uint32_t>(steps.size()); }
  static void Join(const Ends& ends, uint32_t place) {
    for (const auto& end : ends) end(place);
  }
  static void Append(Ends& ends, Ends more) {
    for (auto& end : more) ends.push_back(std::move(end));
  }
  Ends NextOf(uint32_t place) {
    return {[this, place](uint32_t to) { steps_[place].next = to; }};
  }

  // Compiles a list of steps and returns its ends. An empty list leads where its beginning does.
  Ends CompileList(const JsonNode& list);
  // The steps of an arm, and what leads into it: `enter` sets the place of its first step.
  Ends CompileArm(const JsonNode* list, std::function<void(uint32_t)> enter);
  Ends CompileStep(const JsonNode& node, uint32_t place);
  Ends CompileWait(const JsonNode& node, const JsonNode& what, uint32_t place);
  Ends CompileSend(const JsonNode& node, const JsonNode& what, uint32_t place);  // send_steps.cc
  Ends CompileExit(const JsonNode& node, const JsonNode& what, uint32_t place);
  Ends CompileGoto(const JsonNode& node, const JsonNode& what, uint32_t place);

  // Arms (choice_steps.cc).
  Ends CompileBranch(const JsonNode& node, const JsonNode& what, uint32_t place);
  Ends CompileSplit(const JsonNode& node, const JsonNode& what, uint32_t place);
  // A holdout walks the arm that it names, by default the first that is none.
  void FindWalkedArm(const JsonNode& node, uint32_t place, size_t holdout, Ends& ends);
  bool ExpectArms(const JsonNode& list);
  std::string ArmName(const JsonNode& arm, std::string otherwise);
  bool ReadTrue(const JsonNode& node);

  // Waits for something (await_steps.cc).
  Ends CompileWaitFor(const JsonNode& node, const JsonNode& what, uint32_t place);
  WaitForStep::Alternative ReadAlternative(const JsonNode& node, uint32_t place, size_t i);
  void FindAwaitedSend(const JsonNode& node, uint32_t place, size_t alternative);

  // Acts (act_steps.cc).
  Ends CompileSet(const JsonNode& node, const JsonNode& what, uint32_t place);
  Ends CompileEmit(const JsonNode& node, const JsonNode& what, uint32_t place);
  Ends CompileAddTo(const JsonNode& node, const JsonNode& what, uint32_t place);
  Ends CompileRemoveFrom(const JsonNode& node, const JsonNode& what, uint32_t place);
  // Calls (call_steps.cc).
  Ends CompileCall(const JsonNode& node, const JsonNode& what, uint32_t place);
  CallStep ReadCall(const JsonNode& node, const JsonNode& what);
  void ReadAnswer(const JsonNode& node, CallStep* call);
  // Adds the calls of a list of steps, and of their arms, to `calls_`.
  void FindCalls(const JsonNode& node);
  GivenFields ReadGiven(const JsonNode& node);

  void ReadStepName(const JsonNode& node, uint32_t place);
  std::shared_ptr<const Condition> ReadCondition(const JsonNode& node, ConditionCompiler compile);
  // The place of the step of a name. Reports a name that there is not.
  std::optional<uint32_t> FindStep(const JsonNode& node, bool sends);
  // The playbook's own names stand; the others step aside: "gentle", "gentle_2".
  void FillNames();

  const Languages& languages_;
  const Playbook& playbook_;
  ErrorList* errors_;
  Journey& journey_;
  std::vector<JourneyStep>& steps_;
  int depth_ = 0;
  bool too_many_ = false;
  NamedCalls calls_;  // of the whole journey
  StringSet names_;
  StringSet own_names_;                       // that the playbook gives
  std::vector<std::function<void()>> named_;  // what is found by the names of steps, when all have theirs
};

}  // namespace cartwheel::playbook
