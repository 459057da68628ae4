#include "playbook/steps.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/status.h"
#include "base/suggest.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/step_compiler.h"
#include "playbook/step_times.h"
#include "playbook/wait_step.h"

namespace cartwheel::playbook {

void StepCompiler::Compile(const JsonNode& list) {
  calls_.emplace();
  FindCalls(list);
  const Ends ends = CompileList(list);
  Join(ends, EndOf(steps_));
  FillNames();
  for (const std::function<void()>& resolve : named_) resolve();
  FillTimes(&steps_);
}

StepCompiler::Ends StepCompiler::CompileList(const JsonNode& list) {
  Ends ends;
  if (!ExpectList(list, errors_)) return ends;
  if (++depth_ > kStepDepthMax) {
    errors_->Add(list,
                 fmt::format("arms lie {} deep inside of each other: step_depth_max is {}", depth_, kStepDepthMax));
    --depth_;
    return ends;
  }
  bool ended = false;
  for (const JsonMember& member : list.members) {
    if (std::exchange(ended, false)) {
      errors_->Add(member.value, "no step after an \"exit\" is ever reached, expected the exit at the end");
      break;
    }
    if (steps_.size() == kJourneyStepsMax) {
      if (!std::exchange(too_many_, true))
        errors_->Add(member.value, fmt::format("one step too many, those of all arms together: journey_steps_max is {}",
                                               kJourneyStepsMax));
      break;
    }
    const uint32_t place = EndOf(steps_);
    Join(ends, place);
    steps_.emplace_back().next = place + 1;
    ends = ExpectObject(member.value, errors_) ? CompileStep(member.value, place) : NextOf(place);
    ended = member.value.Find("exit") != nullptr;
  }
  --depth_;
  return ends;
}

StepCompiler::Ends StepCompiler::CompileArm(const JsonNode* list, std::function<void(uint32_t)> enter) {
  if (list == nullptr || list->members.empty()) {
    if (list != nullptr) (void)ExpectList(*list, errors_);
    return {std::move(enter)};
  }
  enter(EndOf(steps_));
  return CompileList(*list);
}

StepCompiler::Ends StepCompiler::CompileStep(const JsonNode& node, uint32_t place) {
  std::vector<std::string_view> kinds;
  for (std::string_view kind : kStepKinds)
    if (node.Find(kind) != nullptr) kinds.push_back(kind);
  if (kinds.size() != 1) {
    const size_t before = errors_->size();
    CheckKeys(node, kStepKeys, kStepKeysLater, errors_);
    if (errors_->size() == before)
      errors_->Add(node,
                   fmt::format("a step is exactly one of \"{}\", found {}", fmt::join(kStepKinds, "\", \""),
                               kinds.empty() ? "none of them" : fmt::format("\"{}\"", fmt::join(kinds, "\" and \""))));
    return NextOf(place);
  }
  if (const JsonNode* name = node.Find("name")) ReadStepName(*name, place);
  const struct {
    Names keys;
    Ends (StepCompiler::*compile)(const JsonNode& node, const JsonNode& what, uint32_t place);
  } readers[] = {{kWaitStepKeys, &StepCompiler::CompileWait},
                 {kSendKeys, &StepCompiler::CompileSend},
                 {kExitStepKeys, &StepCompiler::CompileExit},
                 {kBranchKeys, &StepCompiler::CompileBranch},
                 {kSplitKeys, &StepCompiler::CompileSplit},
                 {kWaitForKeys, &StepCompiler::CompileWaitFor},
                 {kGotoKeys, &StepCompiler::CompileGoto},
                 {kSetKeys, &StepCompiler::CompileSet},
                 {kEmitKeys, &StepCompiler::CompileEmit},
                 {kAddToKeys, &StepCompiler::CompileAddTo},
                 {kRemoveFromKeys, &StepCompiler::CompileRemoveFrom},
                 {kCallKeys, &StepCompiler::CompileCall}};
  static_assert(std::size(readers) == std::size(kStepKinds));
  const auto& reader = readers[std::find(std::begin(kStepKinds), std::end(kStepKinds), kinds[0]) - kStepKinds];
  CheckKeys(node, reader.keys, kStepKeysLater, errors_);
  return (this->*reader.compile)(node, *node.Find(kinds[0]), place);
}

void StepCompiler::ReadStepName(const JsonNode& node, uint32_t place) {
  auto read = ReadName(node, errors_);
  if (!read) return;
  if (!names_.insert(*read).second)
    errors_->Add(node, fmt::format("two steps have the name {}, expected one of its own", Quote(*read)));
  own_names_.insert(*read);
  steps_[place].name = *std::move(read);
}

StepCompiler::Ends StepCompiler::CompileWait(const JsonNode&, const JsonNode& what, uint32_t place) {
  steps_[place].does = ReadWaitStep(what, languages_, errors_);
  return NextOf(place);
}

StepCompiler::Ends StepCompiler::CompileExit(const JsonNode&, const JsonNode& what, uint32_t place) {
  if (what.is_text() && NameProblem(what.text).empty())
    steps_[place].name = what.text;
  else if (what.kind != JsonNode::Kind::kBool || !what.boolean)
    errors_->Add(what, fmt::format("expected true or the reason in a text, found {}", Describe(what)));
  return {};
}

std::shared_ptr<const Condition> StepCompiler::ReadCondition(const JsonNode& node, ConditionCompiler compile) {
  if (!node.is_text()) {
    errors_->Add(node, fmt::format("expected a condition in a text, found {}", Describe(node)));
    return nullptr;
  }
  auto compiled = compile(node.text);
  if (compiled.ok()) return *std::move(compiled);
  errors_->Add(node, StatusText(compiled.status()));
  return nullptr;
}

std::optional<uint32_t> StepCompiler::FindStep(const JsonNode& node, bool sends) {
  std::vector<std::string_view> names;
  for (uint32_t place = 0; place < steps_.size(); ++place) {
    if (sends && !std::holds_alternative<SendStep>(steps_[place].does)) continue;
    if (node.is_text() && steps_[place].name == node.text) return place;
    if (sends || own_names_.contains(steps_[place].name)) names.push_back(steps_[place].name);
  }
  errors_->Add(node, fmt::format("{} is no {} of this journey{}", Describe(node), sends ? "step that sends" : "step",
                                 node.is_text() ? Hint(node.text, names) : ExpectedOneOf(names)));
  return std::nullopt;
}

StepCompiler::Ends StepCompiler::CompileGoto(const JsonNode& node, const JsonNode& what, uint32_t place) {
  GotoStep jump;
  if (const JsonNode* max = node.Find("max")) {
    const int64_t read = ReadWhole(*max, errors_).value_or(1);
    if (read < 1 || read > kJumpsMax)
      errors_->Add(*max, fmt::format("{} is no bound, expected 1 to {}", read, kJumpsMax));
    else
      jump.max = static_cast<uint32_t>(read);
  } else {
    errors_->AddMissing(node, "max", R"("max" is missing: write how often, such as "max": 3)");
  }
  steps_[place].does = jump;
  named_.push_back([this, &what, place] {
    if (const auto found = FindStep(what, /*sends=*/false)) steps_[place].next = *found;
  });
  return {[this, place](uint32_t to) { std::get<GotoStep>(steps_[place].does).after = to; }};
}

void StepCompiler::FillNames() {
  for (size_t i = 0; i < steps_.size(); ++i) {
    JourneyStep& step = steps_[i];
    const bool exits = std::holds_alternative<ExitStep>(step.does);
    if (!step.name.empty() && !exits) continue;
    const auto* send = std::get_if<SendStep>(&step.does);
    std::string base = step.name;
    if (base.empty())
      base =
          send != nullptr && send->message_template != nullptr ? send->message_template->name : std::to_string(i + 1);
    std::string name = base;
    for (int n = 2; !names_.insert(name).second; ++n) name = fmt::format("{}_{}", base, n);
    step.name = std::move(name);
  }
  for (JourneyStep& step : steps_)
    if (auto* split = std::get_if<SplitStep>(&step.does))
      split->fingerprint = SipDigest(fmt::format("{}\n{}", journey_.name, step.name)).low;
}

void CompileSteps(const JsonNode& list, const Languages& languages, const Playbook& playbook, ErrorList* errors,
                  Journey* journey) {
  if (!ExpectList(list, errors)) return;
  if (list.members.empty())
    errors->Add(list, R"(a journey without steps does nothing, expected one such as {"wait": "24h"})");
  StepCompiler(languages, playbook, errors, journey).Compile(list);
}

}  // namespace cartwheel::playbook
