// The steps of a journey, as the step machine walks them: what each kind holds, and where it leads. A journey is one
// list of them, in which the arms of choices lie one after the other and each step says which one is next.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/overloaded.h"
#include "core/model/event.h"

namespace cartwheel {

class Condition;         // playbook.h
struct MessageTemplate;  // playbook.h

// An event type as a playbook names it.
struct Trigger {
  EventType type = EventType::kCustom;
  std::string name;
  std::string segment;  // of segment_entered and segment_left: which one; empty: any
  bool Matches(EventType other, std::string_view other_name, std::string_view other_segment) const {
    return type == other && (type != EventType::kCustom || name == other_name) &&
           (segment.empty() || segment == other_segment);
  }
};

// Plans the next step later: so long after the step before it, at the next moment inside of hours, or around an
// instant.
struct WaitStep {
  enum class Kind : uint8_t {
    kSpan,     // by span_ms
    kHours,    // the next instant inside of the hours, on one of the weekdays
    kInstant,  // span_ms after what the field says; where that is not known, or is over, the wait is none
  } kind = Kind::kSpan;
  int64_t span_ms = 0;                     // may be negative for kInstant
  int16_t opens = 0, closes = 0;           // minutes of the day, half-open
  uint8_t weekdays = 0x7f;                 // bit 0 is Monday
  bool recipient_zone = false;             // on the recipient's clock where it is known; else on the shop's
  std::shared_ptr<const Condition> field;  // kInstant: a timestamp, or a text that is one
};

// What a send does when something stands against it.
struct OnTrouble {
  enum class Does : uint8_t {
    kNextChannel,  // the next channel is tried; where there is none, the walk goes on
    kDefer,        // it waits, `latest` at most
    kSkip,         // the walk goes on
    kExit,         // the walk ends
    kSteps,        // other steps are walked
  } does = Does::kNextChannel;
  uint32_t next = 0;  // kSteps: the first of them
  bool leads() const { return does == Does::kExit || does == Does::kSteps; }
};

// Sends a message by the first channel that reaches the customer and whose text fits.
struct SendStep {
  const MessageTemplate* message_template = nullptr;  // owned by the playbook
  std::vector<std::string> via;                       // channels in order of preference
  int64_t latest_ms = 0;                              // skipped when so much later than planned
  int64_t min_gap_ms = 0;                             // at least so long after the last message made
  bool prefers_opened = false;    // the channel of the message that the customer opened last comes first
  bool skip_when_closed = false;  // outside of hours it is skipped; false: it waits for the next opening
  struct Share {
    std::string variant;  // empty: the template's own texts
    uint32_t weight = 1;
  };
  std::vector<Share> shares;  // variants of the template by their shares of the customers; empty: its own texts
  OnTrouble on_capped;        // a cap stands against it
  OnTrouble on_unreachable{OnTrouble::Does::kSkip};  // no channel of it reaches the customer
  OnTrouble on_failed;                               // its message will not arrive
  bool awaited = false;  // a wait of the journey, or `on_failed`, asks what becomes of its message
  // Of a duty: what cannot be sent yet waits for an address to the end of `latest`, which counts from the planned
  // instant whatever the send waits for.
  bool until_told = false;
};

// Ends the walk.
struct ExitStep {};

// Goes on with the first arm whose condition holds. The last arm has none.
struct BranchStep {
  struct Arm {
    std::string name;
    std::shared_ptr<const Condition> when;  // null: always
    uint32_t next = 0;
  };
  std::vector<Arm> arms;
};

// Goes on with one of several arms, by shares of the customers. A customer keeps its arm in later walks.
struct SplitStep {
  uint64_t fingerprint = 0;  // of the journey's name and its own
  struct Arm {
    std::string name;
    uint32_t weight = 1;
    uint32_t next = 0;
    bool holdout = false;  // its advertisements are judged and not sent, to the end of the walk
  };
  std::vector<Arm> arms;
};

// What may become of a message, as a wait asks for it.
enum class MessageFate : uint8_t { kAccepted, kDelivered, kOpened, kClicked, kFailed, kUnreachable };

// Goes on as soon as one of several things has happened, else (JourneyStep::next) when the time is over.
struct WaitForStep {
  struct Alternative {
    bool of_message = false;
    MessageFate fate = MessageFate::kAccepted;  // of a message that `step` made
    uint32_t step = 0;
    Trigger on;                             // else: such an event
    std::shared_ptr<const Condition> when;  // null: always
    std::string name;                       // for reports: "clicked push", "checkout_started"
    uint32_t next = 0;
  };
  std::vector<Alternative> alternatives;
  int64_t within_ms = 0;
};

// Goes back, or on, to another step (JourneyStep::next), so many times; then to the step after it.
struct GotoStep {
  uint32_t after = 0;
  uint32_t max = 1;
};

// Fields that a step gives values to.
struct GivenFields {
  std::string constants;  // a packed map
  struct Made {
    std::string name;
    std::shared_ptr<const Condition> expression;
  };
  std::vector<Made> made;
};

// Sets attributes of the customer.
struct SetStep {
  GivenFields fields;
};

// Puts the customer into a static audience, or takes it out.
struct AudienceStep {
  std::string audience;
  bool adds = true;
};

// Tells an event of the shop's own, of the customer.
struct EmitStep {
  std::string type;
  GivenFields properties;
};

// Asks a system of the shop something, and goes on by its answer.
struct CallStep {
  enum class Holds : uint8_t { kText, kNumber, kBool, kTime };
  struct Field {
    std::string name;
    Holds holds = Holds::kText;
  };
  SendStep send;                                   // by one channel, with the template below
  std::shared_ptr<const MessageTemplate> message;  // of the class call
  int64_t latest_ms = 0;                           // not made when so much later than planned
  int64_t within_ms = 0;                           // from when it was made
  std::vector<Field> fields;                       // of the answer
  std::vector<BranchStep::Arm> arms;               // where there is an answer; the last has no condition
  uint32_t timeout = 0;                            // where there is none
};

struct JourneyStep {
  std::string name;   // for reports: the playbook's own, or the template's, or its number
  uint32_t next = 0;  // the place of the step after it; the number of steps: none
  std::variant<ExitStep, WaitStep, SendStep, BranchStep, SplitStep, WaitForStep, GotoStep, SetStep, AudienceStep,
               EmitStep, CallStep>
      does;

  // Whether it is done at once and leads on, whatever comes of it.
  bool acts() const {
    return std::holds_alternative<SetStep>(does) || std::holds_alternative<AudienceStep>(does) ||
           std::holds_alternative<EmitStep>(does);
  }
  // How it makes messages; null: it makes none.
  const SendStep* FindSend() const {
    if (const auto* call = std::get_if<CallStep>(&does); call != nullptr) return &call->send;
    return std::get_if<SendStep>(&does);
  }
  // Of a step that makes messages.
  const SendStep& send() const { return *FindSend(); }
};

// Calls each(place) for the steps that a step may lead to; not for one that a jump leads to.
template <typename Each>
void ForEachNext(const JourneyStep& step, Each each) {
  std::visit(Overloaded{[](const ExitStep&) {}, [&](const WaitStep&) { each(step.next); },
                        [&](const SetStep&) { each(step.next); }, [&](const AudienceStep&) { each(step.next); },
                        [&](const EmitStep&) { each(step.next); },
                        [&](const CallStep& call) {
                          for (const auto& arm : call.arms) each(arm.next);
                          each(call.timeout);
                        },
                        [&](const SendStep& send) {
                          each(step.next);
                          for (const OnTrouble* trouble : {&send.on_capped, &send.on_unreachable, &send.on_failed})
                            if (trouble->does == OnTrouble::Does::kSteps) each(trouble->next);
                        },
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

}  // namespace cartwheel
