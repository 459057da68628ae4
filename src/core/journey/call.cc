#include "core/journey/call.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/money.h"
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
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTimeout = "timeout";
constexpr std::string_view kKinds[] = {"text", "number", "bool", "time"};  // of CallStep::Holds

// A number is a double to conditions, and a whole one is written without a point in texts.
Value ReadNumber(const Value& said) {
  constexpr int64_t kWholeMax = std::numeric_limits<Money>::max() / kMoneyScale;
  if (said.kind() == Kind::kDouble || said.kind() == Kind::kDecimal) return said;
  if (said.kind() != Kind::kInt) return Value();
  if (said.integer() >= -kWholeMax && said.integer() <= kWholeMax) return Value::Decimal(said.integer() * kMoneyScale);
  return Value::Double(static_cast<double>(said.integer()));
}

// What a field of an answer is kept as; absent: it is not of its kind.
Value Read(CallStep::Holds holds, const Value& said) {
  switch (holds) {
    case CallStep::Holds::kText:
      return said.is_string() ? said : Value();
    case CallStep::Holds::kNumber:
      return ReadNumber(said);
    case CallStep::Holds::kBool:
      return said.kind() == Kind::kBool ? said : Value();
    case CallStep::Holds::kTime:
      break;
  }
  if (said.kind() == Kind::kTimestamp) return said;
  const TimeText read = said.is_string() ? ReadTimeText(said.text()) : TimeText();
  return read.kind == TimeText::Kind::kNotATime ? Value() : Value::Timestamp(read.ms);
}

// A packed map of the fields that the step asks for, and what is wrong with the others.
std::string Keep(const CallStep& call, std::string_view step, const Event& event, std::vector<Refusal>& notices) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (const CallStep::Field& field : call.fields) {
    const Value said = event.Get(field.name);
    if (said.is_absent()) continue;
    const Value value = Read(field.holds, said);
    if (value.is_absent()) {
      notices.push_back({Reason::kAnswerField,
                         fmt::format("answer_field: \"{}\" of the answer to \"{}\" is not what the step expects, a {}",
                                     field.name, step, kKinds[static_cast<size_t>(field.holds)])});
    } else if (value.is_string() && writer.size() + value.text().size() > kAnswerBytesMax) {
      notices.push_back(
          {Reason::kAnswerBytesMax, fmt::format("answer_bytes_max: the answer to \"{}\" is longer than {} bytes, and "
                                                "\"{}\" is left out",
                                                step, kAnswerBytesMax, field.name)});
    } else {
      writer.Key(field.name);
      writer.Scalar(value);
    }
  }
  writer.End();
  return packed;
}

const StoredCall* FindCall(const Enrolment& enrolment, std::string_view step) {
  for (const StoredCall& call : enrolment.reactions->calls)
    if (call.step == step && call.visit == enrolment.visit()) return &call;
  return nullptr;
}

// The same, to be changed; one that is not there is added. What the step's visit before was told stays until this one's
// call is made: conditions ask for it meanwhile. An answer that no call took gives way.
StoredCall& CallOf(Enrolment& enrolment, const JourneyStep& step, const CallStep& call) {
  auto& calls = enrolment.reactions.Change().calls;
  const uint32_t visit = enrolment.visit();
  auto known = std::find_if(calls.begin(), calls.end(), [&](const StoredCall& one) {
    return one.step == step.name && (one.visit == visit || !one.is_known());
  });
  if (known != calls.end() && known->visit == visit) return *known;
  if (known == calls.end()) known = calls.insert(calls.end(), StoredCall());
  *known = {
      .step = step.name, .visit = visit, .key = MessageKey(enrolment.id, step.name, visit, call.send.via.front())};
  return *known;
}

// The call of this visit is made, or its answer stands in for it: the visits before are over.
void MakeCall(Enrolment& enrolment, const JourneyStep& step, const CallStep& call, int64_t now_ms) {
  StoredCall made = CallOf(enrolment, step, call);
  if (made.made_at_ms != 0) return;
  made.made_at_ms = now_ms;
  auto& calls = enrolment.reactions.Change().calls;
  std::erase_if(calls, [&](const StoredCall& one) { return one.step == step.name; });
  calls.push_back(std::move(made));
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
        now_ms_(context.now_ms),
        context_(context),
        effects_(effects) {}

  Ran Run() {
    const StoredCall* known = FindCall(enrolment_, step_.name);
    if (known == nullptr) return Begin();
    if (known->answered_at_ms != 0) return Answered();
    // It was made, and its time was over, under the revision from which the walk was adopted.
    if (enrolment_.reactions->begun_at_ms == 0) return Go(call_.timeout, kTimeout);
    if (HasFailed(enrolment_, enrolment_.position)) return TimedOut(enrolment_.planned_at_ms);
    const int64_t end_ms = known->made_at_ms + call_.within_ms;
    return now_ms_ < end_ms ? WaitUntil(end_ms) : TimedOut(end_ms);
  }

 private:
  Ran WaitUntil(int64_t at_ms) {
    enrolment_.wake_at_ms = at_ms;
    return Ran::NotYet();
  }

  Ran Begin() {
    const int64_t latest_ms = std::max(enrolment_.planned_at_ms, enrolment_.deferred_to_ms) + call_.latest_ms;
    if (now_ms_ >= latest_ms) {
      NoteSkipped(enrolment_, journey_, Reason::kLate, now_ms_, effects_);
      return Go(call_.timeout, kTimeout);
    }
    switch (Send(customer_, enrolment_, journey_, enrolment_.position, 0, now_ms_, context_, effects_)) {
      case Sent::kDeferred:  // by a pause
        return WaitUntil(std::min(enrolment_.wake_at_ms, latest_ms));
      case Sent::kMade:
        break;
      case Sent::kNothing:
      case Sent::kCapped:
      case Sent::kUnreachable:
        return Go(call_.timeout, kTimeout);
    }
    NoteMade(enrolment_, journey_, true);
    MakeCall(enrolment_, step_, call_, now_ms_);
    Reactions& reactions = enrolment_.reactions.Change();
    reactions.acted = true;
    reactions.begun_at_ms = now_ms_;
    return WaitUntil(now_ms_ + call_.within_ms);
  }

  Ran Answered() {
    MakeCall(enrolment_, step_, call_, now_ms_);
    const StoredCall& answer = *FindCall(enrolment_, step_.name);
    enrolment_.planned_at_ms = std::max(enrolment_.planned_at_ms, answer.answered_at_ms);
    WalkWorld world(customer_, enrolment_, journey_, context_);
    world.SetAnswer(answer.packed);
    const auto arm = std::find_if(call_.arms.begin(), call_.arms.end() - 1, [&](const BranchStep::Arm& one) {
      return one.when != nullptr && one.when->Holds(world);
    });
    ++enrolment_.turn;
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
    ++enrolment_.turn;
    return Go(call_.timeout, kTimeout);
  }

  Ran Go(uint32_t next, std::string_view way) {
    NoteWay(enrolment_, journey_, way, now_ms_, effects_);
    return Ran::To(next);
  }

  const CallStep& call_;
  Customer& customer_;
  Enrolment& enrolment_;
  const Journey& journey_;
  const JourneyStep& step_;
  const int64_t now_ms_;
  const FoldContext& context_;
  Effects& effects_;
};

// Whether the answer is for the call of a step, in time, and before any other that came.
bool TakeFor(Enrolment& enrolment, const Journey& journey, uint32_t place, const Digest& key, const Event& event,
             const FoldContext& context, Effects& effects) {
  const JourneyStep& step = journey.steps[place];
  const auto& call = std::get<CallStep>(step.does);
  const StoredCall* known = FindCall(enrolment, step.name);
  const Digest own =
      known != nullptr ? known->key : MessageKey(enrolment.id, step.name, enrolment.visit(), call.send.via.front());
  if (own != key) return false;
  const int64_t at_ms = std::min(event.at_ms, context.ingested_at_ms);
  if (known != nullptr && known->made_at_ms != 0) {
    const bool stands = enrolment.position == place && enrolment.reactions->begun_at_ms != 0;
    if (!stands || at_ms > known->made_at_ms + call.within_ms) return false;
  }
  std::string packed = Keep(call, step.name, event, effects.notices);
  StoredCall& answer = CallOf(enrolment, step, call);
  if (answer.answered_at_ms == 0 || std::tie(at_ms, packed) < std::tie(answer.answered_at_ms, answer.packed)) {
    answer.answered_at_ms = at_ms;
    answer.packed = std::move(packed);
  }
  if (enrolment.position == place) enrolment.wake_at_ms = std::min(enrolment.wake_at_ms, context.now_ms);
  return true;
}

}  // namespace

Ran RunCall(const CallStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
            const FoldContext& context, Effects& effects) {
  return CallRunner(step, customer, enrolment, journey, context, effects).Run();
}

absl::Status TakeAnswer(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  const std::optional<Digest> key = DigestFromHex(event.Text("call"));
  bool taken = false;
  for (Enrolment& enrolment : customer.enrolments) {
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    if (!key || enrolment.finished) continue;
    for (uint32_t place = 0; place < journey->steps.size(); ++place)
      if (std::holds_alternative<CallStep>(journey->steps[place].does))
        taken = TakeFor(enrolment, *journey, place, *key, event, context, effects) || taken;
  }
  if (!taken)
    effects.notices.push_back(
        {Reason::kUnknownCall, "unknown_call: no walk of the customer waits for the answer to that call"});
  return absl::OkStatus();
}

}  // namespace cartwheel
