#include "playbook/steps.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/overloaded.h"
#include "base/status.h"
#include "base/string_map.h"
#include "base/suggest.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/send_step.h"
#include "playbook/triggers.h"
#include "playbook/wait_step.h"

namespace cartwheel::playbook {
namespace {

constexpr int64_t kSplitWeightMax = 1'000'000;

// Law 6 (docs/laws.md).
constexpr int64_t kLatestDefaultMaxMs = 24 * kHourMs;

class StepCompiler {
 public:
  StepCompiler(const Languages& languages, const Playbook& playbook, ErrorList* errors, Journey* journey)
      : languages_(languages), playbook_(playbook), errors_(errors), journey_(*journey), steps_(journey->steps) {}

  void Compile(const JsonNode& list) {
    const Ends ends = CompileList(list);
    Join(ends, EndOf(steps_));
    FillNames();
    for (const std::function<void()>& resolve : named_) resolve();
    FillTimes();
  }

 private:
  // Steps that lead to a place which is not known yet, each as what sets it.
  using Ends = std::vector<std::function<void(uint32_t)>>;

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
  Ends CompileList(const JsonNode& list) {
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
          errors_->Add(
              member.value,
              fmt::format("one step too many, those of all arms together: journey_steps_max is {}", kJourneyStepsMax));
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

  // The steps of an arm, and what leads into it: `enter` sets the place of its first step.
  Ends CompileArm(const JsonNode* list, std::function<void(uint32_t)> enter) {
    if (list == nullptr || list->members.empty()) {
      if (list != nullptr) (void)ExpectList(*list, errors_);
      return {std::move(enter)};
    }
    enter(EndOf(steps_));
    return CompileList(*list);
  }

  Ends CompileStep(const JsonNode& node, uint32_t place) {
    std::vector<std::string_view> kinds;
    for (std::string_view kind : kStepKinds)
      if (node.Find(kind) != nullptr) kinds.push_back(kind);
    if (kinds.size() != 1) {
      const size_t before = errors_->size();
      CheckKeys(node, kStepKeys, kStepKeysLater, errors_);
      if (errors_->size() == before)
        errors_->Add(
            node, fmt::format("a step is exactly one of \"{}\", found {}", fmt::join(kStepKinds, "\", \""),
                              kinds.empty() ? "none of them" : fmt::format("\"{}\"", fmt::join(kinds, "\" and \""))));
      return NextOf(place);
    }
    if (const JsonNode* name = node.Find("name")) ReadStepName(*name, place);
    const struct {
      Names keys;
      Ends (StepCompiler::*compile)(const JsonNode& node, const JsonNode& what, uint32_t place);
    } readers[] = {{kWaitStepKeys, &StepCompiler::CompileWait}, {kSendKeys, &StepCompiler::CompileSend},
                   {kExitStepKeys, &StepCompiler::CompileExit}, {kBranchKeys, &StepCompiler::CompileBranch},
                   {kSplitKeys, &StepCompiler::CompileSplit},   {kWaitForKeys, &StepCompiler::CompileWaitFor},
                   {kGotoKeys, &StepCompiler::CompileGoto}};
    static_assert(std::size(readers) == std::size(kStepKinds));
    const auto& reader = readers[std::find(std::begin(kStepKinds), std::end(kStepKinds), kinds[0]) - kStepKinds];
    CheckKeys(node, reader.keys, kStepKeysLater, errors_);
    return (this->*reader.compile)(node, *node.Find(kinds[0]), place);
  }

  void ReadStepName(const JsonNode& node, uint32_t place) {
    auto read = ReadName(node, errors_);
    if (!read) return;
    if (!names_.insert(*read).second)
      errors_->Add(node, fmt::format("two steps have the name {}, expected one of its own", Quote(*read)));
    own_names_.insert(*read);
    steps_[place].name = *std::move(read);
  }

  Ends CompileWait(const JsonNode&, const JsonNode& what, uint32_t place) {
    steps_[place].does = ReadWaitStep(what, languages_, errors_);
    return NextOf(place);
  }

  Ends CompileSend(const JsonNode& node, const JsonNode&, uint32_t place) {
    steps_[place].does = ReadSendStep(node, playbook_, errors_);
    return NextOf(place);
  }

  Ends CompileExit(const JsonNode&, const JsonNode& what, uint32_t place) {
    if (what.is_text() && NameProblem(what.text).empty())
      steps_[place].name = what.text;
    else if (what.kind != JsonNode::Kind::kBool || !what.boolean)
      errors_->Add(what, fmt::format("expected true or the reason in a text, found {}", Describe(what)));
    return {};
  }

  bool ExpectArms(const JsonNode& list) {
    if (!ExpectList(list, errors_)) return false;
    if (list.members.empty()) errors_->Add(list, "expected at least one arm");
    if (list.members.size() > kArmsMax)
      errors_->Add(list, fmt::format("{} arms: arms_max is {}", list.members.size(), kArmsMax));
    return !list.members.empty() && list.members.size() <= kArmsMax;
  }

  std::string ArmName(const JsonNode& arm, std::string otherwise) {
    const JsonNode* name = arm.Find("name");
    return name == nullptr ? std::move(otherwise) : ReadName(*name, errors_).value_or("");
  }

  std::shared_ptr<const Condition> ReadCondition(
      const JsonNode& node, absl::StatusOr<std::unique_ptr<Condition>> (Languages::*compile)(std::string_view) const) {
    if (!node.is_text()) {
      errors_->Add(node, fmt::format("expected a condition in a text, found {}", Describe(node)));
      return nullptr;
    }
    auto compiled = (languages_.*compile)(node.text);
    if (compiled.ok()) return *std::move(compiled);
    errors_->Add(node, StatusText(compiled.status()));
    return nullptr;
  }

  Ends CompileBranch(const JsonNode& node, const JsonNode& what, uint32_t place) {
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
        branch().arms[i].when = ReadCondition(*when, &Languages::CompileRequire);
      else
        errors_->AddMissing(arm, "when",
                            R"("when" is missing: write a condition such as "when": "cart.value >= 50000")");
      Append(ends, CompileArm(arm.Find("steps"), [branch, i](uint32_t to) { branch().arms[i].next = to; }));
    }
    const size_t last = branch().arms.size();
    branch().arms.push_back({.name = "else"});
    Append(ends, CompileArm(node.Find("else"), [branch, last](uint32_t to) { branch().arms[last].next = to; }));
    return ends;
  }

  Ends CompileSplit(const JsonNode&, const JsonNode& what, uint32_t place) {
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
      if (holdouts[i] != nullptr) FindWalkedArm(*holdouts[i], split(), i, ends, split);
    return ends;
  }

  // A holdout walks the arm that it names, by default the first that is none.
  template <typename Split>
  void FindWalkedArm(const JsonNode& node, const SplitStep& arms, size_t holdout, Ends& ends, Split split) {
    const JsonNode* as = node.Find("as");
    std::vector<std::string_view> names;
    for (size_t i = 0; i < arms.arms.size(); ++i) {
      if (arms.arms[i].holdout) continue;
      names.push_back(arms.arms[i].name);
      if (as != nullptr && as->text != arms.arms[i].name) continue;
      split().arms[holdout].next = arms.arms[i].next;
      // An arm without steps leads where the split does, which is set later.
      if (arms.arms[i].next == 0) ends.push_back([split, holdout](uint32_t to) { split().arms[holdout].next = to; });
      return;
    }
    errors_->Add(as != nullptr ? *as : node,
                 as == nullptr ? "every arm is held out, expected one that is walked"
                               : fmt::format("no arm is called {}{}", Describe(*as), Hint(as->text, names)));
  }

  bool ReadTrue(const JsonNode& node) {
    if (node.kind == JsonNode::Kind::kBool) return node.boolean;
    errors_->Add(node, fmt::format("expected true or false, found {}", Describe(node)));
    return false;
  }

  Ends CompileWaitFor(const JsonNode& node, const JsonNode& what, uint32_t place) {
    steps_[place].does = WaitForStep();
    auto wait = [this, place]() -> WaitForStep& { return std::get<WaitForStep>(steps_[place].does); };
    if (const JsonNode* within = node.Find("within"))
      wait().within_ms = ReadSpan(*within, kSecondMs, errors_).value_or(0);
    else
      errors_->AddMissing(node, "within", R"("within" is missing: write how long it waits, such as "within": "5h")");
    Ends ends;
    if (!ExpectArms(what)) return NextOf(place);
    for (const JsonMember& member : what.members) {
      const JsonNode& arm = member.value;
      if (!ExpectObject(arm, errors_)) continue;
      const size_t i = wait().alternatives.size();
      wait().alternatives.push_back(ReadAlternative(arm, place, i));
      Append(ends, CompileArm(arm.Find("then"), [wait, i](uint32_t to) { wait().alternatives[i].next = to; }));
    }
    Append(ends, CompileArm(node.Find("timeout"), [this, place](uint32_t to) { steps_[place].next = to; }));
    return ends;
  }

  WaitForStep::Alternative ReadAlternative(const JsonNode& node, uint32_t place, size_t i) {
    WaitForStep::Alternative asked;
    std::vector<size_t> fates;
    for (size_t fate = 0; fate < std::size(kFates); ++fate)
      if (node.Find(kFates[fate]) != nullptr) fates.push_back(fate);
    const JsonNode* on = node.Find("on");
    if (fates.size() + (on != nullptr) != 1) {
      errors_->Add(node, fmt::format("expected one of \"on\", \"{}\"", fmt::join(kFates, "\", \"")));
      return asked;
    }
    if (on == nullptr) {
      CheckKeys(node, kAwaitedMessageKeys, {}, errors_);
      const JsonNode& of = *node.Find(kFates[fates[0]]);
      asked.of_message = true;
      asked.fate = static_cast<MessageFate>(fates[0]);
      asked.name = fmt::format("{} {}", kFates[fates[0]], of.text);
      named_.push_back([this, &of, place, i] { FindAwaitedSend(of, place, i); });
      return asked;
    }
    CheckKeys(node, kAwaitedEventKeys, {}, errors_);
    journey_.hears = true;
    asked.on = ReadTrigger(*on, errors_);
    asked.name = asked.on.name;
    if (const JsonNode* segment = node.Find("segment")) {
      ReadTriggerSegment(*segment, playbook_, errors_, &asked.on);
      asked.name += " " + asked.on.segment;
    }
    if (const JsonNode* when = node.Find("when")) asked.when = ReadCondition(*when, &Languages::CompileWhen);
    return asked;
  }

  std::optional<uint32_t> FindStep(const JsonNode& node, bool sends) {
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

  void FindAwaitedSend(const JsonNode& node, uint32_t place, size_t alternative) {
    const auto found = FindStep(node, /*sends=*/true);
    if (!found) return;
    std::get<WaitForStep>(steps_[place].does).alternatives[alternative].step = *found;
    std::get<SendStep>(steps_[*found].does).awaited = true;
  }

  Ends CompileGoto(const JsonNode& node, const JsonNode& what, uint32_t place) {
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

  // The waits of a known length that lie directly after the step, and the time of a wait for something.
  int64_t WaitAfter(const JourneyStep& step) const {
    int64_t sum = 0;
    for (uint32_t place = step.next; place < steps_.size(); place = steps_[place].next) {
      if (const auto* wait_for = std::get_if<WaitForStep>(&steps_[place].does)) return sum + wait_for->within_ms;
      const auto* wait = std::get_if<WaitStep>(&steps_[place].does);
      if (wait == nullptr || wait->kind != WaitStep::Kind::kSpan) break;
      sum += wait->span_ms;
    }
    return sum;
  }

  // Calls each(place) for the steps that a step may lead to; not for one that a jump leads to.
  template <typename Each>
  static void ForEachNext(const JourneyStep& step, Each each) {
    std::visit(Overloaded{[](const ExitStep&) {}, [&](const WaitStep&) { each(step.next); },
                          [&](const SendStep&) { each(step.next); },
                          [&](const BranchStep& branch) {
                            for (const auto& arm : branch.arms) each(arm.next);
                          },
                          [&](const SplitStep& split) {
                            for (const auto& arm : split.arms) each(arm.next);
                          },
                          [&](const WaitForStep& wait) {
                            for (const auto& asked : wait.alternatives) each(asked.next);
                            each(step.next);
                          },
                          [&](const GotoStep& jump) { each(jump.after); }},
               step.does);
  }

  void FillTimes() {
    constexpr int64_t kNotReached = std::numeric_limits<int64_t>::max();
    // The waits of a known length that lie directly before each step, by the shortest way; half of a wait for
    // something.
    std::vector<int64_t> before(steps_.size(), kNotReached);
    if (!before.empty()) before[0] = 0;
    for (uint32_t place = 0; place < steps_.size(); ++place) {
      JourneyStep& step = steps_[place];
      int64_t waited = before[place] == kNotReached ? 0 : before[place];
      if (auto* send = std::get_if<SendStep>(&step.does)) {
        const int64_t following = WaitAfter(step);
        if (send->latest_ms == kSpanUnset)
          send->latest_ms = following == 0 ? kLatestDefaultMaxMs : std::min(following, kLatestDefaultMaxMs);
        if (send->min_gap_ms == kSpanUnset) send->min_gap_ms = waited / 2;
        waited = 0;
      } else if (const auto* wait = std::get_if<WaitStep>(&step.does); wait != nullptr) {
        if (wait->kind == WaitStep::Kind::kSpan) waited += wait->span_ms;
      } else if (const auto* wait_for = std::get_if<WaitForStep>(&step.does); wait_for != nullptr) {
        waited = wait_for->within_ms;
      }
      ForEachNext(step, [&](uint32_t next) {
        if (next > place && next < steps_.size()) before[next] = std::min(before[next], waited);
      });
    }
  }

  // The playbook's own names stand; the others step aside: "gentle", "gentle_2".
  void FillNames() {
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

  const Languages& languages_;
  const Playbook& playbook_;
  ErrorList* errors_;
  Journey& journey_;
  std::vector<JourneyStep>& steps_;
  int depth_ = 0;
  bool too_many_ = false;
  StringSet names_;
  StringSet own_names_;                       // that the playbook gives
  std::vector<std::function<void()>> named_;  // what is found by the names of steps, when all have theirs
};

}  // namespace

void CompileSteps(const JsonNode& list, const Languages& languages, const Playbook& playbook, ErrorList* errors,
                  Journey* journey) {
  if (!ExpectList(list, errors)) return;
  if (list.members.empty())
    errors->Add(list, R"(a journey without steps does nothing, expected one such as {"wait": "24h"})");
  StepCompiler(languages, playbook, errors, journey).Compile(list);
}

}  // namespace cartwheel::playbook
