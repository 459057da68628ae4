#include "core/journey/call.h"

#include <algorithm>
#include <string>

#include "base/hash.h"
#include "base/packed.h"
#include "base/status.h"
#include "base/time_text.h"
#include "cartwheel/limits.h"
#include "core/journey/enrolment.h"
#include "core/journey/flow.h"
#include "core/journey/revoke.h"
#include "core/journey/walk_world.h"
#include "core/message/message_key.h"
#include "core/message/send.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTimeout = "timeout";

// What a field of an answer is kept as; absent: it is not of its kind.
Value Read(CallStep::Holds holds, const Value& said) {
  switch (holds) {
    case CallStep::Holds::kText:
      return said.is_string() ? said : Value();
    case CallStep::Holds::kNumber:
      return said.kind() == Kind::kInt || said.kind() == Kind::kUint || said.kind() == Kind::kDouble ||
                     said.kind() == Kind::kDecimal
                 ? said
                 : Value();
    case CallStep::Holds::kBool:
      return said.kind() == Kind::kBool ? said : Value();
    case CallStep::Holds::kTime:
      break;
  }
  if (said.kind() == Kind::kTimestamp) return said;
  const TimeText read = said.is_string() ? ReadTimeText(said.text()) : TimeText();
  return read.kind == TimeText::Kind::kNotATime ? Value() : Value::Timestamp(read.ms);
}

// A packed map of the fields that the step asks for. What would pass the bound is left out.
std::string Kept(const CallStep& call, const Event& event) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (const CallStep::Field& field : call.fields) {
    const Value value = Read(field.holds, event.Get(field.name));
    if (value.is_absent() || (value.is_string() && packed.size() + value.text().size() > kAnswerBytesMax)) continue;
    writer.Key(field.name);
    writer.Scalar(value);
  }
  writer.End();
  return packed;
}

std::string IdOf(const CallStep& call, const Enrolment& enrolment, const std::string& step) {
  return ToHex(MessageKey(enrolment.id, step, enrolment.visit(), call.send.via.front()));
}

const StoredAnswer* FindAnswer(const Enrolment& enrolment, std::string_view step) {
  for (const StoredAnswer& answer : enrolment.reactions->answers)
    if (answer.step == step) return &answer;
  return nullptr;
}

class CallRunner {
 public:
  CallRunner(const CallStep& call, Customer& customer, Enrolment& enrolment, const Journey& journey,
             const FoldContext& context, Effects& effects)
      : call_(call),
        customer_(customer),
        enrolment_(enrolment),
        journey_(journey),
        step_(journey.steps[enrolment.position]),
        context_(context),
        effects_(effects) {}

  Ran Run() {
    const int64_t now_ms = context_.now_ms;
    if (enrolment_.reactions->begun_at_ms == 0) return Begin();
    const int64_t end_ms = enrolment_.reactions->begun_at_ms + call_.within_ms;
    if (const StoredAnswer* answer = FindAnswer(enrolment_, step_.name); answer != nullptr && answer->at_ms <= end_ms)
      return Answered(*answer);
    if (HasFailed(enrolment_, enrolment_.position)) return TimedOut(enrolment_.planned_at_ms);
    if (now_ms >= end_ms) return TimedOut(end_ms);
    enrolment_.wake_at_ms = end_ms;
    return Ran::NotYet();
  }

 private:
  Ran Begin() {
    std::erase_if(enrolment_.reactions.Change().answers,
                  [&](const StoredAnswer& answer) { return answer.step == step_.name; });
    enrolment_.reactions.Change().acted = true;
    const int64_t now_ms = context_.now_ms;
    switch (Send(customer_, enrolment_, journey_, enrolment_.position, 0, now_ms, context_, effects_)) {
      case Sent::kDeferred:
        return Ran::NotYet();
      case Sent::kMade:
        NoteMade(enrolment_, journey_, true);
        break;
      case Sent::kNothing:
      case Sent::kCapped:
      case Sent::kUnreachable:
        return Go(call_.timeout, kTimeout);
    }
    enrolment_.reactions.Change().begun_at_ms = now_ms;
    enrolment_.wake_at_ms = now_ms + call_.within_ms;
    return Ran::NotYet();
  }

  Ran Answered(const StoredAnswer& answer) {
    enrolment_.planned_at_ms = std::max(enrolment_.planned_at_ms, answer.at_ms);
    WalkWorld world(customer_, enrolment_, journey_, context_);
    world.SetAnswer(answer.packed);
    const auto arm = std::find_if(call_.arms.begin(), call_.arms.end() - 1, [&](const BranchStep::Arm& one) {
      return one.when != nullptr && one.when->Holds(world);
    });
    return Go(arm->next, arm->name);
  }

  // A message that still waits does not leave any more.
  Ran TimedOut(int64_t at_ms) {
    enrolment_.planned_at_ms = std::max(enrolment_.planned_at_ms, at_ms);
    const uint32_t place = enrolment_.position;
    std::erase_if(enrolment_.messages, [&](const OpenMessage& message) {
      if (message.step != place) return false;
      if (!message.accepted() && !message.overtaken()) EndExpired(message, effects_);
      return true;
    });
    return Go(call_.timeout, kTimeout);
  }

  Ran Go(uint32_t next, std::string_view way) {
    NoteWay(enrolment_, journey_, way, context_.now_ms, effects_);
    return Ran::To(next);
  }

  const CallStep& call_;
  Customer& customer_;
  Enrolment& enrolment_;
  const Journey& journey_;
  const JourneyStep& step_;
  const FoldContext& context_;
  Effects& effects_;
};

}  // namespace

Ran RunCall(const CallStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
            const FoldContext& context, Effects& effects) {
  return CallRunner(step, customer, enrolment, journey, context, effects).Run();
}

absl::Status TakeAnswer(Customer& customer, const Event& event, const FoldContext& context) {
  for (Enrolment& enrolment : customer.enrolments) {
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    if (enrolment.finished || enrolment.position >= journey->steps.size() || enrolment.reactions->begun_at_ms == 0)
      continue;
    const JourneyStep& step = journey->steps[enrolment.position];
    const auto* call = std::get_if<CallStep>(&step.does);
    if (call == nullptr || FindAnswer(enrolment, step.name) != nullptr ||
        event.Text("call") != IdOf(*call, enrolment, step.name))
      continue;
    const int64_t at_ms = std::min(event.at_ms, context.ingested_at_ms);
    enrolment.reactions.Change().answers.push_back({step.name, at_ms, Kept(*call, event)});
    enrolment.wake_at_ms = std::min(enrolment.wake_at_ms, context.now_ms);
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
