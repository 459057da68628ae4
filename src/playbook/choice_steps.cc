// Steps that choose: branches and splits.
#include <string>
#include <utility>

#include "base/suggest.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/step_compiler.h"

namespace cartwheel::playbook {
namespace {

constexpr int64_t kSplitWeightMax = 1'000'000;

}  // namespace

bool StepCompiler::ExpectArms(const JsonNode& list) {
  if (!ExpectList(list, errors_)) return false;
  if (list.members.empty()) errors_->Add(list, "expected at least one arm");
  if (list.members.size() > kArmsMax)
    errors_->Add(list, fmt::format("{} arms: arms_max is {}", list.members.size(), kArmsMax));
  return !list.members.empty() && list.members.size() <= kArmsMax;
}

std::string StepCompiler::ArmName(const JsonNode& arm, std::string otherwise) {
  const JsonNode* name = arm.Find("name");
  return name == nullptr ? std::move(otherwise) : ReadName(*name, errors_).value_or("");
}

StepCompiler::Ends StepCompiler::CompileBranch(const JsonNode& node, const JsonNode& what, uint32_t place) {
  steps_[place].does = BranchStep();
  auto branch = [this, place]() -> BranchStep& { return std::get<BranchStep>(steps_[place].does); };
  Ends ends;
  if (!ExpectArms(what)) return NextOf(place);
  for (const JsonMember& member : what.members) {
    const JsonNode& arm = member.value;
    if (!ExpectObject(arm, errors_)) continue;
    CheckKeys(arm, kBranchArmKeys, {}, errors_);
    const size_t i = branch().arms.size();
    branch().arms.push_back({.name = ArmName(arm, std::to_string(i + 1))});
    if (const JsonNode* when = arm.Find("when"))
      branch().arms[i].when =
          ReadCondition(*when, [&](std::string_view source) { return languages_.CompileRequire(source, calls_); });
    else
      errors_->AddMissing(arm, "when", R"("when" is missing: write a condition such as "when": "cart.value >= 50000")");
    Append(ends, CompileArm(arm.Find("steps"), [branch, i](uint32_t to) { branch().arms[i].next = to; }));
  }
  const size_t last = branch().arms.size();
  branch().arms.push_back({.name = "else"});
  Append(ends, CompileArm(node.Find("else"), [branch, last](uint32_t to) { branch().arms[last].next = to; }));
  return ends;
}

StepCompiler::Ends StepCompiler::CompileSplit(const JsonNode&, const JsonNode& what, uint32_t place) {
  steps_[place].does = SplitStep();
  auto split = [this, place]() -> SplitStep& { return std::get<SplitStep>(steps_[place].does); };
  Ends ends;
  if (!ExpectArms(what)) return NextOf(place);
  std::vector<const JsonNode*> holdouts;
  for (const JsonMember& member : what.members) {
    const JsonNode& arm = member.value;
    if (!ExpectObject(arm, errors_)) return NextOf(place);
    CheckKeys(arm, kSplitArmKeys, {}, errors_);
    const size_t i = split().arms.size();
    split().arms.push_back({.name = ArmName(arm, std::to_string(i + 1))});
    for (size_t other = 0; other < i; ++other)
      if (split().arms[other].name == split().arms[i].name)
        errors_->Add(arm,
                     fmt::format("two arms have the name {}, expected one of its own", Quote(split().arms[i].name)));
    if (const JsonNode* weight = arm.Find("weight")) {
      const int64_t read = ReadWhole(*weight, errors_).value_or(1);
      if (read < 1 || read > kSplitWeightMax)
        errors_->Add(*weight, fmt::format("{} is no share, expected 1 to {}", read, kSplitWeightMax));
      else
        split().arms[i].weight = static_cast<uint32_t>(read);
    } else {
      errors_->AddMissing(arm, "weight", R"("weight" is missing: write its share, such as "weight": 50)");
    }
    if (const JsonNode* holdout = arm.Find("holdout")) split().arms[i].holdout = ReadTrue(*holdout);
    holdouts.push_back(split().arms[i].holdout ? &arm : nullptr);
    if (split().arms[i].holdout) {
      if (const JsonNode* steps = arm.Find("steps"); steps != nullptr && !steps->members.empty())
        errors_->Add(*steps, "an arm that is held out walks the steps of another, expected none of its own");
    } else {
      if (const JsonNode* as = arm.Find("as"); as != nullptr && arm.Find("holdout") == nullptr)
        errors_->Add(*as, R"("as" stands beside "holdout")");
      Append(ends, CompileArm(arm.Find("steps"), [split, i](uint32_t to) { split().arms[i].next = to; }));
    }
  }
  for (size_t i = 0; i < holdouts.size(); ++i)
    if (holdouts[i] != nullptr) FindWalkedArm(*holdouts[i], place, i, ends);
  return ends;
}

void StepCompiler::FindWalkedArm(const JsonNode& node, uint32_t place, size_t holdout, Ends& ends) {
  auto split = [this, place]() -> SplitStep& { return std::get<SplitStep>(steps_[place].does); };
  const std::vector<SplitStep::Arm>& arms = split().arms;
  const JsonNode* as = node.Find("as");
  std::vector<std::string_view> names;
  for (const SplitStep::Arm& arm : arms) {
    if (arm.holdout) continue;
    names.push_back(arm.name);
    if (as != nullptr && as->text != arm.name) continue;
    split().arms[holdout].next = arm.next;
    // An arm without steps leads where the split does, which is set later.
    if (arm.next == 0) ends.push_back([split, holdout](uint32_t to) { split().arms[holdout].next = to; });
    return;
  }
  errors_->Add(as != nullptr ? *as : node,
               as == nullptr ? "every arm is held out, expected one that is walked"
                             : fmt::format("no arm is called {}{}", Describe(*as), Hint(as->text, names)));
}

bool StepCompiler::ReadTrue(const JsonNode& node) {
  if (node.kind == JsonNode::Kind::kBool) return node.boolean;
  errors_->Add(node, fmt::format("expected true or false, found {}", Describe(node)));
  return false;
}

}  // namespace cartwheel::playbook
