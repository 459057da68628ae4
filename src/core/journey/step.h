// The step function: everything that happens to a customer. Pure: it reads no clock, no file and no random source; the
// same customer, input, context give the same customer and effects, which is why replays, simulations and tests are the
// production code.
//
// An event only plans: messages are made by an alarm, which the fold fires after it has passed the head of the log. So
// an event that is already in the log always comes before a message that it forbids. (One exception: a receipt that
// says that a channel failed may make the message for the next channel at once; Claim holds it back while its customer
// has events in the unfolded tail.)
//
// Errors: Internal, when an invariant is broken (a row that names a journey that does not exist, a row over its
// bounds). The customer and the effects are then of no use and must be dropped; the fold quarantines the input. What is
// wrong with an event itself is Effects::refusal.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "base/hash.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct StepOptions {
  int64_t dedupe_window_ms = 0;
  int64_t cart_idle_ms = 0;
  int64_t event_lateness_ms = 0;  // how long operations on carts are kept, so that late ones find their place
  int64_t late_stop_max_ms = 0;   // an exit heard so soon after its `at` ends all that was entered by then
  bool address_by_id = false;
  HashKey hash_key;  // of the database: event ids are remembered as fingerprints under it
};

// What was known before the step, and the counter from which it numbers its messages.
struct StepContext {
  const Playbooks& playbooks;
  const StepOptions& options;
  int64_t now_ms = 0;          // of the fold
  int64_t ingested_at_ms = 0;  // of the event
  int64_t* next_message;
  int64_t position = 0;  // of the event in the log; 0: of none
  // Whether segments are judged now: not while the past that they look at is being brought back, and without a word
  // while the customers of a new definition are gone through.
  enum class Segments : uint8_t { kOff, kSilent, kLive } segments = Segments::kLive;
  // the database was brought back from a copy then: what was planned before it may have been sent; 0: never
  int64_t restored_at_ms = 0;
};

// Fingerprints of what happened to this customer or a device merged into it, remembered for the dedupe window of ingest
// time.
bool WasSeen(const Customer& customer, uint64_t fingerprint, const StepContext& context);
void RememberSeen(Customer& customer, uint64_t fingerprint, const StepContext& context, Effects& effects);

// Whether an event of this id came before.
bool IsDuplicate(const Customer& customer, const Event& event, const StepContext& context);

absl::Status StepEvent(Customer& customer, const Event& event, const StepContext& context, Effects& effects);
absl::Status StepAlarm(Customer& customer, const StepContext& context, Effects& effects);

// A purchase, or what is nearly one, that names this customer too (the device it was made on) ends its walks and closes
// its carts. Nothing is counted or merged.
absl::Status StepStop(Customer& customer, const Event& event, const StepContext& context, Effects& effects);

// Another customer registered this address: it is no longer this one's, and neither are the messages that wait for it.
absl::Status StepEndpointTaken(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                               const StepContext& context, Effects& effects);

}  // namespace cartwheel
