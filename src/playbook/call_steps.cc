// Steps that call a system of the shop.
#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "base/status.h"
#include "base/suggest.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "playbook/contents.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/step_compiler.h"

namespace cartwheel::playbook {
namespace {

constexpr std::string_view kCallPurpose = "general";
constexpr int64_t kCallLatestMs = 24 * kHourMs;  // where the step does not say it: as that of a send

// What is wrong with a channel to call by; empty: nothing.
std::string ChannelProblem(const JsonNode& node) {
  if (!node.is_text() || !IsIdentifier(node.text))
    return fmt::format("expected a channel such as \"webhook\", found {}", Describe(node));
  const bool has_readers =
      node.text == "push" || (node.text != "webhook" &&
                              std::find(std::begin(kChannels), std::end(kChannels), node.text) != std::end(kChannels));
  return has_readers
             ? fmt::format("{} writes to people, expected \"webhook\" or a channel of your own", Quote(node.text))
             : std::string();
}

}  // namespace

// What is wrong with them is said where they are compiled. A call without a name is known by its number, which is not
// known yet: then any may be named.
void StepCompiler::FindCalls(const JsonNode& node) {
  if (node.Find("call") != nullptr && node.Find("within") != nullptr) {
    const JsonNode *name = node.Find("name"), *answer = node.Find("answer");
    if (name == nullptr) calls_.reset();
    if (name != nullptr && calls_) {
      NamedCall& call = calls_->emplace_back(NamedCall{name->text, {}});
      for (size_t i = 0; answer != nullptr && i < answer->members.size(); ++i) {
        const JsonMember& field = answer->members[i];
        const auto kind = std::find(std::begin(kAnswerKinds), std::end(kAnswerKinds), field.value.text);
        if (kind != std::end(kAnswerKinds))
          call.fields.push_back({field.key, static_cast<CallStep::Holds>(kind - std::begin(kAnswerKinds))});
      }
    }
  }
  for (const JsonMember& member : node.members) FindCalls(member.value);
}

void StepCompiler::ReadAnswer(const JsonNode& node, CallStep* call) {
  if (!ExpectObject(node, errors_)) return;
  if (node.members.size() > kGivenFieldsMax)
    errors_->Add(node, fmt::format("{} fields: given_fields_max is {}", node.members.size(), kGivenFieldsMax));
  for (const JsonMember& member : node.members) {
    if (!IsIdentifier(member.key) || member.key == "call")
      errors_->AddKey(member,
                      fmt::format("{} is no name of a field, expected lower-case letters, digits and underscores",
                                  Quote(member.key)));
    const auto kind = std::find(std::begin(kAnswerKinds), std::end(kAnswerKinds), member.value.text);
    if (!member.value.is_text() || kind == std::end(kAnswerKinds))
      errors_->Add(member.value,
                   fmt::format("{} is no kind of value{}", Describe(member.value), ExpectedOneOf(kAnswerKinds)));
    else
      call->fields.push_back({member.key, static_cast<CallStep::Holds>(kind - std::begin(kAnswerKinds))});
  }
}

CallStep StepCompiler::ReadCall(const JsonNode& node, const JsonNode& what) {
  CallStep made;
  const auto calls = std::count_if(steps_.begin(), steps_.end(),
                                   [](const JourneyStep& step) { return std::holds_alternative<CallStep>(step.does); });
  if (static_cast<size_t>(calls) == kJourneyCallsMax)
    errors_->Add(node, fmt::format("one call too many: journey_calls_max is {}", kJourneyCallsMax));
  if (const std::string problem = ChannelProblem(what); !problem.empty()) errors_->Add(what, problem);
  made.send.via = {what.text};
  made.send.awaited = true;
  auto message = std::make_shared<MessageTemplate>();
  message->message_class = MessageClass::kCall;
  message->purpose = kCallPurpose;
  const auto payload = std::find_if(node.members.begin(), node.members.end(),
                                    [](const JsonMember& member) { return member.key == "payload"; });
  if (payload == node.members.end()) {
    errors_->AddMissing(node, "payload",
                        R"("payload" is missing: write what it asks, such as {"customer": "{{ customer.id }}"})");
  } else {
    message->contents.push_back(CompileContent(*payload, languages_, {}, errors_));
    message->contents.back().medium = what.text;
  }
  made.send.message_template = message.get();
  made.message = std::move(message);
  if (const JsonNode* answer = node.Find("answer")) ReadAnswer(*answer, &made);
  if (const JsonNode* within = node.Find("within"))
    made.within_ms = made.send.latest_ms = ReadSpan(*within, kSecondMs, errors_).value_or(0);
  else
    errors_->AddMissing(node, "within", R"("within" is missing: write how long it waits, such as "within": "10m")");
  made.latest_ms = kCallLatestMs;
  if (const JsonNode* latest = node.Find("latest")) made.latest_ms = ReadSpan(*latest, kSecondMs, errors_).value_or(0);
  return made;
}

StepCompiler::Ends StepCompiler::CompileCall(const JsonNode& node, const JsonNode& what, uint32_t place) {
  CallStep made = ReadCall(node, what);
  const std::vector<CallStep::Field> fields = made.fields;
  steps_[place].does = std::move(made);
  auto call = [this, place]() -> CallStep& { return std::get<CallStep>(steps_[place].does); };
  Ends ends;
  const JsonNode* then = node.Find("then");
  if (then != nullptr && ExpectArms(*then))
    for (const JsonMember& member : then->members) {
      const JsonNode& arm = member.value;
      if (!ExpectObject(arm, errors_)) continue;
      CheckKeys(arm, kBranchArmKeys, {}, errors_);
      const size_t i = call().arms.size();
      call().arms.push_back({.name = ArmName(arm, std::to_string(i + 1))});
      if (const JsonNode* when = arm.Find("when"))
        call().arms[i].when = ReadCondition(
            *when, [&](std::string_view source) { return languages_.CompileAnswered(source, calls_, fields); });
      else
        errors_->AddMissing(arm, "when", R"("when" is missing: write a condition such as "when": "answer.in_stock")");
      Append(ends, CompileArm(arm.Find("steps"), [call, i](uint32_t to) { call().arms[i].next = to; }));
    }
  const size_t last = call().arms.size();
  call().arms.push_back({.name = "else"});
  Append(ends, CompileArm(node.Find("else"), [call, last](uint32_t to) { call().arms[last].next = to; }));
  const JsonNode* timeout = node.Find("timeout");
  if (timeout == nullptr)
    errors_->AddMissing(node, "timeout",
                        R"("timeout" is missing: write the steps where no answer comes, such as "timeout": [])");
  Append(ends, CompileArm(timeout, [call](uint32_t to) { call().timeout = to; }));
  return ends;
}

}  // namespace cartwheel::playbook
