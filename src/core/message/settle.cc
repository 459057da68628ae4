#include "core/message/settle.h"

#include <algorithm>
#include <iterator>

#include "base/hash.h"
#include "base/time.h"
#include "cartwheel/limits.h"

namespace cartwheel {
namespace {

struct Rule {
  OutcomeCode code;
  Reason reason;
  bool last;  // ends the message in `state`
  MessageState state;
  bool costs_attempt;  // of those that do not end it
};

constexpr Rule kOutcomeRules[] = {
    {OutcomeCode::kAccepted, Reason::kAccepted, true, MessageState::kAccepted, true},
    {OutcomeCode::kDelivered, Reason::kDelivered, true, MessageState::kDelivered, true},
    {OutcomeCode::kFailedFinal, Reason::kFailedFinal, true, MessageState::kFailed, true},
    {OutcomeCode::kRetry, Reason::kRetry, false, MessageState::kWaiting, true},
    {OutcomeCode::kUnknown, Reason::kUnknown, false, MessageState::kUnknown, true},
    {OutcomeCode::kGone, Reason::kGone, true, MessageState::kFailed, true},
    {OutcomeCode::kRejectMsg, Reason::kRejectMsg, true, MessageState::kFailed, true},
    {OutcomeCode::kConfig, Reason::kConfig, false, MessageState::kWaiting, false},
    {OutcomeCode::kSuppressed, Reason::kSuppressed, true, MessageState::kFailed, true},
    {OutcomeCode::kDefer, Reason::kDefer, false, MessageState::kWaiting, false},
    {OutcomeCode::kReleased, Reason::kReleased, false, MessageState::kWaiting, false},
    {OutcomeCode::kNotSent, Reason::kNotSent, false, MessageState::kWaiting, false},
};

const Rule& RuleOf(OutcomeCode code) { return kOutcomeRules[static_cast<size_t>(code)]; }

// The reason kept with a message, with the channel's own words.
Cause CauseOf(const Outcome& outcome) { return {RuleOf(outcome.code).reason, outcome.reason}; }

void SetReason(MessageRow& message, Reason reason, std::string detail) {
  message.reason = reason;
  message.reason_detail = std::move(detail);
}

Settlement End(MessageRow& message, MessageState state, const Cause& cause, int64_t now_ms) {
  message.state = state;
  SetReason(message, cause.reason, std::string(cause.detail));
  message.settled_at_ms = now_ms;
  return Settlement::kDone;
}

// `delay_ms`, a quarter up or down.
int64_t Jitter(MessageId message, int attempt, int64_t delay_ms) {
  const uint64_t jitter = Mix(static_cast<uint64_t>(message.value()) * 64 + static_cast<uint64_t>(attempt));
  return delay_ms * 3 / 4 + static_cast<int64_t>(jitter % static_cast<uint64_t>(delay_ms / 2));
}

bool MayHaveAdvertised(const MessageRow& message) {
  return message.uncertain && message.message_class == MessageClass::kAdvertisement;
}

// Ends a message that is not tried again. An advertisement of which a hand-over may have arrived is unknown, whatever
// ended it: it counts for caps, and no other channel is tried.
Settlement GiveUp(MessageRow& message, MessageState state, const Cause& cause, int64_t now_ms) {
  return End(message, MayHaveAdvertised(message) ? MessageState::kUnknown : state, cause, now_ms);
}

// A delay of 0: as soon as it may be claimed at all.
Settlement TryAgain(MessageRow& message, const Cause& cause, int64_t delay_ms, int64_t now_ms) {
  if (message.revoked) {  // its purpose ended while it was out
    if (MayHaveAdvertised(message)) return End(message, MessageState::kUnknown, cause, now_ms);
    message.state = MessageState::kRevoked;
    message.settled_at_ms = now_ms;
    return Settlement::kRecorded;
  }
  if (message.attempts >= static_cast<int32_t>(kAttemptsMax))
    return GiveUp(message, MessageState::kDead, cause, now_ms);
  if (delay_ms > 0 && now_ms + delay_ms >= message.expires_at_ms)
    return GiveUp(message, MessageState::kExpired, cause, now_ms);
  message.state = MessageState::kWaiting;
  if (delay_ms > 0)
    message.not_before_ms = std::max(now_ms + delay_ms, message.made_at_ms);  // a clock set back makes nothing early
  SetReason(message, cause.reason, std::string(cause.detail));
  return Settlement::kAgain;
}

// It is not known whether it arrived: a second copy of an advertisement is worse than none.
Settlement Unknown(MessageRow& message, const Cause& cause, int64_t now_ms) {
  message.uncertain = true;
  const int64_t delay_ms = Backoff(message.id, message.attempts);
  if (IsLost(message, message.idempotency_ms, now_ms + delay_ms))
    return End(message, MessageState::kUnknown, cause, now_ms);
  return TryAgain(message, cause, delay_ms, now_ms);
}

// Nothing left: neither this hand-over nor, unless one before it is uncertain, any other.
void ForgetHandOver(MessageRow& message) {
  if (!message.uncertain) message.first_handed_ms = 0;
}

Settlement Release(MessageRow& message, const Cause& cause, int64_t now_ms) {
  if (message.attempts > 0) --message.attempts;
  ForgetHandOver(message);
  return TryAgain(message, cause, /*delay_ms=*/0, now_ms);
}

// The delay grows with the message's age, since a channel that is down costs no attempts.
Settlement NothingLeft(MessageRow& message, const Outcome& outcome, bool channel_works, int64_t now_ms) {
  const int64_t age_ms = std::clamp<int64_t>((now_ms - message.made_at_ms) / 4, kRetryFirstMs, kNotSentLastMs);
  const int64_t delay_ms = outcome.retry_after_ms > 0 ? std::max(outcome.retry_after_ms, kRetryAfterMinMs)
                           : channel_works            ? Backoff(message.id, message.attempts)
                                                      : Jitter(message.id, message.attempts, age_ms);
  if (!channel_works && message.attempts > 0) --message.attempts;
  ForgetHandOver(message);
  return TryAgain(message, CauseOf(outcome), delay_ms, now_ms);
}

Settlement SettleLate(MessageRow& message, const Outcome& outcome, int64_t now_ms) {
  const Rule& rule = RuleOf(outcome.code);
  const bool arrived = rule.state == MessageState::kAccepted || rule.state == MessageState::kDelivered;
  const bool of_recipient = outcome.code == OutcomeCode::kGone || outcome.code == OutcomeCode::kSuppressed;
  switch (message.state) {
    case MessageState::kUnknown:  // any certain word is better
      if (rule.last) return End(message, rule.state, CauseOf(outcome), now_ms);
      break;
    case MessageState::kWaiting:  // it was to be sent again
      if (arrived || of_recipient) return End(message, rule.state, CauseOf(outcome), now_ms);
      break;
    case MessageState::kClaimed:  // it is out again already: not a third time
      if (arrived || of_recipient) message.revoked = true;
      break;
    case MessageState::kAccepted:
      if (rule.state == MessageState::kDelivered || rule.state == MessageState::kFailed)
        return End(message, rule.state, CauseOf(outcome), now_ms);
      return Settlement::kNothing;
    case MessageState::kDelivered:
    case MessageState::kFailed:
    case MessageState::kExpired:
    case MessageState::kRevoked:
    case MessageState::kDead:
      break;
  }
  SetReason(message, Reason::kLate, CauseText(CauseOf(outcome)));
  return of_recipient ? Settlement::kHeard : Settlement::kRecorded;
}

}  // namespace

std::string_view OutcomeName(OutcomeCode code) { return ReasonName(RuleOf(code).reason); }

bool ParseOutcome(std::string_view name, OutcomeCode* code) {
  for (const Rule& rule : kOutcomeRules) {
    if (ReasonName(rule.reason) != name) continue;
    *code = rule.code;
    return true;
  }
  return false;
}

Reason ReasonOf(OutcomeCode code) { return RuleOf(code).reason; }

Reason EndReason(MessageState state) {
  if (state == MessageState::kExpired) return Reason::kExpired;
  return state == MessageState::kDead ? Reason::kDead : Reason::kUnknown;
}

bool SaysArrived(Reason outcome) { return outcome == Reason::kAccepted || outcome == Reason::kDelivered; }

int64_t Backoff(MessageId message, int attempt) {
  int64_t delay = kRetryLastMs;
  if (attempt < 8) delay = std::min(kRetryLastMs, kRetryFirstMs << std::max(attempt - 1, 0));
  return Jitter(message, attempt, delay);
}

Settlement Settle(MessageRow& message, const Outcome& outcome, int64_t now_ms, bool channel_works) {
  if (!message.token) return Settlement::kNothing;  // it was never handed out
  if (message.state != MessageState::kClaimed || message.token != ClaimToken(outcome.token))
    return SettleLate(message, outcome, now_ms);
  const Rule& rule = RuleOf(outcome.code);
  if (rule.last) return End(message, rule.state, CauseOf(outcome), now_ms);
  if (outcome.code == OutcomeCode::kUnknown) return Unknown(message, CauseOf(outcome), now_ms);
  if (outcome.code == OutcomeCode::kReleased) return Release(message, CauseOf(outcome), now_ms);
  if (outcome.code == OutcomeCode::kNotSent) return NothingLeft(message, outcome, channel_works, now_ms);
  int64_t delay = outcome.retry_after_ms > 0 ? std::max(outcome.retry_after_ms, kRetryAfterMinMs)
                                             : Backoff(message.id, message.attempts);
  if (!rule.costs_attempt && message.attempts > 0) --message.attempts;
  return TryAgain(message, CauseOf(outcome), delay, now_ms);
}

Settlement Lapse(MessageRow& message, int64_t now_ms) { return Unknown(message, Reason::kLeaseLapsed, now_ms); }

void Expire(MessageRow& message, int64_t now_ms) { GiveUp(message, MessageState::kExpired, Reason::kExpired, now_ms); }

bool IsStale(const MessageRow& message, int64_t now_ms) {
  return message.fresh_until_ms != 0 && message.fresh_until_ms <= now_ms && !message.uncertain;
}

bool IsLost(const MessageRow& message, int64_t idempotency_ms, int64_t now_ms) {
  if (message.message_class != MessageClass::kAdvertisement || !message.uncertain) return false;
  // No retry of an advertisement passes the end of its hours.
  if (message.fresh_until_ms != 0 && message.fresh_until_ms <= now_ms) return true;
  const int64_t span_ms = std::min(message.idempotency_ms, idempotency_ms);
  return now_ms < message.first_handed_ms || now_ms - message.first_handed_ms >= span_ms;
}

int64_t OpensAgainAt(const MessageRow& message, int64_t now_ms) {
  const int64_t days_ms = (now_ms - message.made_at_ms) / kDayMs * kDayMs;
  const bool open = message.fresh_until_ms == 0 || now_ms < message.fresh_until_ms + days_ms;
  return open ? now_ms : message.made_at_ms + days_ms + kDayMs;
}

void EndLost(MessageRow& message, int64_t now_ms) {
  const std::string before = CauseText(message.cause());
  End(message, MessageState::kUnknown, {Reason::kSpanPassed, before}, now_ms);
}

void EndStale(MessageRow& message, int64_t now_ms) { End(message, MessageState::kExpired, Reason::kStale, now_ms); }

}  // namespace cartwheel
