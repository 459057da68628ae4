// Steps that wait for something to happen.
#include <string>
#include <utility>

#include "base/time.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/step_compiler.h"
#include "playbook/triggers.h"

namespace cartwheel::playbook {

StepCompiler::Ends StepCompiler::CompileWaitFor(const JsonNode& node, const JsonNode& what, uint32_t place) {
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

WaitForStep::Alternative StepCompiler::ReadAlternative(const JsonNode& node, uint32_t place, size_t i) {
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
  if (const JsonNode* when = node.Find("when"))
    asked.when = ReadCondition(*when, [&](std::string_view source) { return languages_.CompileWhen(source); });
  return asked;
}

void StepCompiler::FindAwaitedSend(const JsonNode& node, uint32_t place, size_t alternative) {
  const auto found = FindStep(node, /*sends=*/true);
  if (!found) return;
  std::get<WaitForStep>(steps_[place].does).alternatives[alternative].step = *found;
  std::get<SendStep>(steps_[*found].does).awaited = true;
}

}  // namespace cartwheel::playbook
