// Outcomes of messages: the table of what each does, and the pure functions that apply them.
#pragma once

#include <cstdint>
#include <string_view>

#include "cartwheel/channel.h"
#include "core/model/message.h"
#include "core/model/reason.h"

namespace cartwheel {

enum class Settlement {
  kDone,      // the message has a new last state: a receipt goes into the log
  kAgain,     // it waits for another hand-over
  kHeard,     // too late for the message, but a word about its recipient: a receipt goes into the log
  kRecorded,  // too late to change anything but the record
  kNothing,   // it says what was known
};

// Applies an outcome that came under `token`. A late one (another token, a lapsed claim) is recorded, accepted beats
// unknown, and what it says of the recipient (gone, suppressed) is always heard. `channel_works`: its channel accepted
// another message since this one was claimed, so that kNotSent is this message's own trouble and costs an attempt.
Settlement Settle(MessageRow& message, const Outcome& outcome, int64_t now_ms, bool channel_works = false);
// Ends or repeats a message whose lease lapsed without an outcome.
Settlement Lapse(MessageRow& message, int64_t now_ms);
// Ends a message whose expires_at_ms has passed: expired, or unknown where it is an advertisement that may have
// arrived.
void Expire(MessageRow& message, int64_t now_ms);
// Returns whether its text is too old to be sent or its hours are over, and it surely was not sent: the step that made
// it decides anew. A text that may have arrived stays as it is, and so does the channel it goes to.
bool IsStale(const MessageRow& message, int64_t now_ms);
// Ends a stale one. Its receipt says Reason::kStale.
void EndStale(MessageRow& message, int64_t now_ms);
// Returns whether it is an advertisement that may have arrived and that a channel which recognises keys for
// `idempotency_ms` must not be handed again: both the span of that hand-over and this one count from the first, and
// neither passes the end of its hours and of its text. A clock before the first hand-over proves nothing.
bool IsLost(const MessageRow& message, int64_t idempotency_ms, int64_t now_ms);
// Returns when a notice that may have arrived may be handed over again: at the time of the day at which its hours were
// open when it was made, this day or the next; now, where it is inside of them. Hours of one day are meant.
int64_t OpensAgainAt(const MessageRow& message, int64_t now_ms);
// Ends a lost one: unknown.
void EndLost(MessageRow& message, int64_t now_ms);
// Returns whether a receipt's outcome says that the channel or the reader has the message.
bool SaysArrived(Reason outcome);
// Returns an outcome as a reason.
Reason ReasonOf(OutcomeCode code);
// Returns what the receipt says of a message that the engine ended, not its channel: expired, dead or unknown.
Reason EndReason(MessageState state);

// Returns the span before hand-over number `attempt` + 1: doubles from kRetryFirstMs to kRetryLastMs, with a quarter of
// jitter that depends on the message and the attempt only.
int64_t Backoff(MessageId message, int attempt);
inline constexpr int64_t kRetryAfterMinMs = 1'000;  // a channel that asks for less is asked again after so long
inline constexpr int64_t kRetryFirstMs = 30'000;
inline constexpr int64_t kRetryLastMs = 3'600'000;
inline constexpr int64_t kNotSentLastMs = 600'000;  // the longest delay of a message that its channel could not take

}  // namespace cartwheel
