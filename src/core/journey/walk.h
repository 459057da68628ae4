// Walking journeys: entering, starting the wait again, leaving, and the program of steps. The only files that move an
// enrolment are walk.cc (events), program.cc (time) and receipt.cc (what became of messages).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/journey/step.h"

namespace cartwheel {

// An event as journeys see it.
struct Happening {
  EventType type = EventType::kCustom;
  std::string_view name;
  int64_t at_ms = 0;
  const Event* event = nullptr;  // what it came with (also of a derived happening)
  bool has_cart = false;         // it is about a cart: the one it names, or the one at hand
  std::string cart;
  bool only_that_cart = false;  // it ends only what is about that cart
  bool history = false;         // it is dated before its cart was closed, or at no known time: it enters no journey
  bool enters = true;           // false: its cart holds leftovers of an order, and nothing new
  bool exits_only = false;  // of another customer's event, or of one whose type is only nearly an exit's: it enters,
                            // resets and converts nothing
  // another report of an order that was counted: it acts up to the first one's instant, and no further
  bool told_again = false;
  Money value = 0;           // of an order
  std::string_view segment;  // entered or left
  bool existing = false;     // found in it when it was defined: for journeys that ask for these only
};

// walk.cc: exits, goals, resets, then entries, by the playbook in force (enrolments: by their own revision).
absl::Status Walk(Customer& customer, const Happening& happening, const StepContext& context, Effects& effects);
// Ends every enrolment and revokes what has not left: an erasure.
absl::Status EndAll(Customer& customer, std::string_view reason, const StepContext& context, Effects& effects);
// A walk was ended by an exit that came late, and a later event, which did not enter because the walk still ran, enters
// now.
void EnterLater(Customer& customer, const Enrolment& ended, const Journey& journey, const StepContext& context,
                Effects& effects);
// A message that waits does not leave any more, and one that is out is not tried again.
void Revoke(const OpenMessage& message, const Journey& journey, std::string_view reason, int64_t now_ms,
            Effects& effects);
// The cart is ordered, emptied or expired: its reminders that wait in the outbox must not leave, whatever the journey
// says.
absl::Status RevokeForCart(Customer& customer, std::string_view cart, const StepContext& context, Effects& effects);
// Revokes what waits for this channel: its address is gone, or advertisements are refused there.
absl::Status RevokeForChannel(Customer& customer, std::string_view channel, std::string_view reason,
                              bool advertisements_only, const StepContext& context, Effects& effects);

// program.cc: runs what is due at context.now_ms.
absl::Status RunDue(Customer& customer, const StepContext& context, Effects& effects);
// Sets the plan of an enrolment to begin at its first step, counted from an instant.
void PlanFrom(Enrolment& enrolment, const Journey& journey, int64_t from_ms);
// The program is done: keeps the enrolment until its open messages have ended. True when there are none.
bool Finish(Customer& customer, Enrolment& enrolment, const Journey& journey, const StepContext& context,
            Effects& effects);

// send.cc: makes a message for the first channel of the step, from `via` on, that reaches the customer and that the
// gate allows. `planned_at_ms` is when the step was planned. True when one was made; otherwise the reason is in the
// decision trail.
bool Send(Customer& customer, Enrolment& enrolment, const Journey& journey, size_t step, size_t via,
          int64_t planned_at_ms, const StepContext& context, Effects& effects);

// receipt.cc: what became of a message of this customer.
absl::Status StepReceipt(Customer& customer, const Event& receipt, const StepContext& context, Effects& effects);

// The journey an enrolment walks; Internal when it does not exist, which is an invariant broken.
absl::StatusOr<const Journey*> JourneyOf(const Enrolment& enrolment, const StepContext& context);
// Fingerprint of an enrolment's key; never 0.
uint64_t KeyFingerprint(std::string_view key);
// Whether one of these exits ends a walk of this key that was entered at `at_ms`: one from a cart ends what is about
// that cart, and whatever is not about a cart.
bool LeftBy(const std::vector<Mark>& exits, const Journey& journey, std::string_view key, bool about_a_cart,
            int64_t at_ms);
// Whether its key names the cart it is about.
inline bool IsAboutCart(const Enrolment& enrolment, const Journey& journey) {
  return enrolment.has_cart && journey.key != nullptr && enrolment.key == enrolment.cart;
}
// Remembers the newest instant of (journey, key).
Mark& SetMark(std::vector<Mark>& marks, uint64_t journey, uint64_t key, int64_t at_ms);
// Remembers that this walk ended, and when its last message was made: the next walk of the same journey and key keeps
// its distance.
void MarkEnd(Customer& customer, const Enrolment& enrolment, const Journey& journey, int64_t at_ms);

}  // namespace cartwheel
