// The settle table: every outcome for every state of a message.
#include "core/message/settle.h"

#include "cartwheel/limits.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

using S = MessageState;
using O = OutcomeCode;
constexpr int64_t kNow = 1'000'000;

MessageRow Row(MessageState state, MessageClass message_class = MessageClass::kAdvertisement) {
  MessageRow row;
  row.id = MessageId(5);
  row.message_class = message_class;
  row.state = state;
  row.expires_at_ms = kNow + 100'000'000;
  row.attempts = 1;
  row.token = ClaimToken(9);
  return row;
}

}  // namespace

TEST_CASE("settle: in time") {
  struct Case {
    OutcomeCode code;
    MessageState advertisement, transactional;
  };
  for (const Case& c : std::vector<Case>{{O::kAccepted, S::kAccepted, S::kAccepted},
                                         {O::kDelivered, S::kDelivered, S::kDelivered},
                                         {O::kFailedFinal, S::kFailed, S::kFailed},
                                         {O::kRetry, S::kWaiting, S::kWaiting},
                                         {O::kUnknown, S::kUnknown, S::kWaiting},
                                         {O::kGone, S::kFailed, S::kFailed},
                                         {O::kRejectMsg, S::kFailed, S::kFailed},
                                         {O::kConfig, S::kWaiting, S::kWaiting},
                                         {O::kSuppressed, S::kFailed, S::kFailed},
                                         {O::kDefer, S::kWaiting, S::kWaiting},
                                         {O::kNotSent, S::kWaiting, S::kWaiting}}) {
    CAPTURE(OutcomeName(c.code));
    for (MessageClass message_class :
         {MessageClass::kAdvertisement, MessageClass::kTransactional, MessageClass::kNotice}) {
      MessageRow row = Row(S::kClaimed, message_class);
      MessageState expected = message_class == MessageClass::kAdvertisement ? c.advertisement : c.transactional;
      Settlement result = Settle(row, {5, 9, c.code}, kNow);
      CHECK(row.state == expected);
      CHECK((result == Settlement::kDone) == (expected != S::kWaiting));
      CHECK((row.not_before_ms > kNow) == (expected == S::kWaiting));
    }
    OutcomeCode parsed;
    REQUIRE(ParseOutcome(OutcomeName(c.code), &parsed));
    CHECK(parsed == c.code);
  }
  OutcomeCode none;
  CHECK_FALSE(ParseOutcome("lost", &none));
}

TEST_CASE("settle: late, or under another token") {
  struct Case {
    MessageState before;
    OutcomeCode code;
    MessageState after;
  };
  for (const Case& c : std::vector<Case>{{S::kUnknown, O::kAccepted, S::kAccepted},
                                         {S::kUnknown, O::kDelivered, S::kDelivered},
                                         {S::kUnknown, O::kFailedFinal, S::kFailed},
                                         {S::kUnknown, O::kRetry, S::kUnknown},
                                         {S::kUnknown, O::kUnknown, S::kUnknown},
                                         {S::kWaiting, O::kAccepted, S::kAccepted},
                                         {S::kWaiting, O::kFailedFinal, S::kWaiting},
                                         {S::kWaiting, O::kSuppressed, S::kFailed},
                                         {S::kWaiting, O::kGone, S::kFailed},
                                         {S::kClaimed, O::kSuppressed, S::kClaimed},
                                         {S::kClaimed, O::kAccepted, S::kClaimed},
                                         {S::kClaimed, O::kFailedFinal, S::kClaimed},
                                         {S::kAccepted, O::kDelivered, S::kDelivered},
                                         {S::kAccepted, O::kFailedFinal, S::kFailed},
                                         {S::kAccepted, O::kUnknown, S::kAccepted},
                                         {S::kAccepted, O::kRetry, S::kAccepted},
                                         {S::kDelivered, O::kFailedFinal, S::kDelivered},
                                         {S::kFailed, O::kRetry, S::kFailed},
                                         {S::kExpired, O::kRetry, S::kExpired},
                                         {S::kRevoked, O::kRetry, S::kRevoked},
                                         {S::kUnknown, O::kReleased, S::kUnknown},
                                         {S::kUnknown, O::kNotSent, S::kUnknown},
                                         {S::kWaiting, O::kReleased, S::kWaiting},
                                         {S::kClaimed, O::kReleased, S::kClaimed},
                                         {S::kClaimed, O::kNotSent, S::kClaimed},
                                         {S::kAccepted, O::kReleased, S::kAccepted},
                                         {S::kDead, O::kRetry, S::kDead}}) {
    CAPTURE(MessageStateName(c.before), OutcomeName(c.code));
    MessageRow row = Row(c.before);
    Settle(row, {5, 8, c.code}, kNow);
    CHECK(row.state == c.after);
  }
}

TEST_CASE("settle: accepted late while it is out again forbids a third time") {
  MessageRow row = Row(S::kClaimed, MessageClass::kTransactional);
  CHECK(Settle(row, {5, 8, O::kAccepted}, kNow) == Settlement::kRecorded);
  CHECK(row.revoked);
  Settle(row, {5, 9, O::kRetry}, kNow);
  CHECK(row.state == S::kRevoked);
}

TEST_CASE("settle: what a late word says of the recipient is heard in every state") {
  for (S state : {S::kWaiting, S::kClaimed, S::kUnknown, S::kExpired, S::kRevoked, S::kDead, S::kFailed}) {
    for (O code : {O::kSuppressed, O::kGone}) {
      CAPTURE(MessageStateName(state), OutcomeName(code));
      MessageRow row = Row(state, MessageClass::kTransactional);
      Settlement settlement = Settle(row, {5, 8, code}, kNow);
      CHECK((settlement == Settlement::kDone || settlement == Settlement::kHeard));
      if (state != S::kClaimed) continue;
      Settle(row, {5, 9, O::kRetry}, kNow);
      CHECK(row.state == S::kRevoked);  // out already, but not a third time
    }
  }
}

TEST_CASE("settle: what was never handed out is not settled") {
  MessageRow row = Row(S::kWaiting);
  row.token = ClaimToken(0);
  CHECK(Settle(row, {5, 0, O::kAccepted}, kNow) == Settlement::kNothing);
  CHECK(row.state == S::kWaiting);
}

TEST_CASE("settle: a lapsed lease") {
  MessageRow row = Row(S::kClaimed);
  CHECK(Lapse(row, kNow) == Settlement::kDone);
  CHECK(row.state == S::kUnknown);
  row = Row(S::kClaimed);
  row.first_handed_ms = kNow;
  row.idempotency_ms = kRetryLastMs;
  CHECK(Lapse(row, kNow) == Settlement::kAgain);
  CHECK(row.state == S::kWaiting);
  row = Row(S::kClaimed, MessageClass::kNotice);
  row.revoked = true;
  CHECK(Lapse(row, kNow) == Settlement::kRecorded);
  CHECK(row.state == S::kRevoked);
  row = Row(S::kClaimed, MessageClass::kNotice);
  row.attempts = static_cast<int32_t>(kAttemptsMax);
  Lapse(row, kNow);
  CHECK(row.state == S::kDead);
}

TEST_CASE("settle: a text is stale from fresh_until on, unless it may have arrived") {
  MessageRow row = Row(S::kWaiting);
  CHECK_FALSE(IsStale(row, kNow));  // it does not age
  row.fresh_until_ms = kNow;
  CHECK_FALSE(IsStale(row, kNow - 1));
  CHECK(IsStale(row, kNow));
  for (auto [code, stays] : std::vector<std::pair<O, bool>>{
           {O::kRetry, false}, {O::kDefer, false}, {O::kConfig, false}, {O::kUnknown, true}}) {
    CAPTURE(OutcomeName(code));
    MessageRow tried = Row(S::kClaimed, MessageClass::kTransactional);
    tried.fresh_until_ms = kNow;
    CHECK(Settle(tried, {5, 9, code}, kNow) == Settlement::kAgain);
    CHECK(IsStale(tried, kNow) == !stays);
  }
  MessageRow lapsed = Row(S::kClaimed);
  lapsed.first_handed_ms = kNow;
  lapsed.idempotency_ms = kRetryLastMs;
  lapsed.fresh_until_ms = kNow + kRetryFirstMs * 2;
  CHECK(Lapse(lapsed, kNow) == Settlement::kAgain);
  CHECK_FALSE(IsStale(lapsed, lapsed.fresh_until_ms));
  lapsed.state = S::kClaimed;  // a later hand-over that surely failed says nothing of the one before
  CHECK(Settle(lapsed, {5, 9, O::kRetry}, kNow) == Settlement::kAgain);
  CHECK_FALSE(IsStale(lapsed, lapsed.fresh_until_ms));
  CHECK_FALSE(IsLost(lapsed, kRetryLastMs, lapsed.fresh_until_ms - 1));
  CHECK(IsLost(lapsed, kRetryLastMs, lapsed.fresh_until_ms));
  lapsed.state = S::kClaimed;
  CHECK(Lapse(lapsed, lapsed.fresh_until_ms) == Settlement::kDone);
  CHECK(lapsed.state == S::kUnknown);
}

TEST_CASE("settle: whatever ends an advertisement that may have arrived, it is unknown") {
  for (const bool uncertain : {false, true}) {
    MessageRow dead = Row(S::kClaimed), expired = Row(S::kWaiting), revoked = Row(S::kClaimed);
    dead.uncertain = expired.uncertain = revoked.uncertain = uncertain;
    dead.attempts = static_cast<int32_t>(kAttemptsMax);
    revoked.revoked = true;
    Settle(dead, {5, 9, O::kRetry}, kNow);
    Expire(expired, kNow);
    Settle(revoked, {5, 9, O::kRetry}, kNow);
    CHECK(dead.state == (uncertain ? S::kUnknown : S::kDead));
    CHECK(expired.state == (uncertain ? S::kUnknown : S::kExpired));
    CHECK(revoked.state == (uncertain ? S::kUnknown : S::kRevoked));
  }
}

TEST_CASE("settle: what was not begun is claimable at once and costs no attempt") {
  for (MessageClass message_class :
       {MessageClass::kAdvertisement, MessageClass::kTransactional, MessageClass::kNotice}) {
    MessageRow row = Row(S::kClaimed, message_class);
    row.not_before_ms = kNow - 5;
    row.first_handed_ms = kNow - 1;
    row.expires_at_ms = kNow + 1;  // a delay would not fit
    CHECK(Settle(row, {5, 9, O::kReleased}, kNow) == Settlement::kAgain);
    CHECK(row.state == S::kWaiting);
    CHECK(row.not_before_ms == kNow - 5);
    CHECK(row.attempts == 0);
    CHECK(row.first_handed_ms == 0);
    CHECK_FALSE(row.uncertain);
  }
  MessageRow revoked = Row(S::kClaimed);
  revoked.revoked = true;
  Settle(revoked, {5, 9, O::kReleased}, kNow);
  CHECK(revoked.state == S::kRevoked);
  MessageRow tried =
      Row(S::kClaimed, MessageClass::kTransactional);  // a hand-over before may have arrived: that stays so
  tried.uncertain = true;
  tried.first_handed_ms = kNow - 7;
  Settle(tried, {5, 9, O::kReleased}, kNow);
  CHECK(tried.first_handed_ms == kNow - 7);
}

TEST_CASE("settle: what surely did not leave costs an attempt only where its channel works") {
  for (bool works : {false, true}) {
    MessageRow row = Row(S::kClaimed);
    row.attempts = static_cast<int32_t>(kAttemptsMax);
    Settle(row, {5, 9, O::kNotSent}, kNow, works);
    CHECK(row.state == (works ? S::kDead : S::kWaiting));
    CHECK(row.attempts == static_cast<int32_t>(kAttemptsMax) - (works ? 0 : 1));
  }
  int64_t last_ms = 0;
  for (int64_t age_ms :
       {int64_t{0}, 10 * kRetryFirstMs, 100 * kRetryFirstMs}) {  // it has waited longer: it is tried less often
    MessageRow row = Row(S::kClaimed);
    row.made_at_ms = kNow - age_ms;
    Settle(row, {5, 9, O::kNotSent}, kNow);
    CHECK(row.not_before_ms - kNow > last_ms);
    last_ms = row.not_before_ms - kNow;
    CHECK(last_ms >= kRetryFirstMs * 3 / 4);
    CHECK(last_ms <= kNotSentLastMs * 5 / 4);
  }
}

TEST_CASE("settle: an unknown advertisement is handed out again only within its span, from the first hand-over") {
  constexpr int64_t kSpan = 10 * kRetryFirstMs;
  for (int64_t after_ms : {int64_t{0}, kSpan / 2, kSpan, 2 * kSpan})
    for (MessageClass message_class : {MessageClass::kAdvertisement, MessageClass::kTransactional}) {
      CAPTURE(after_ms);
      MessageRow row = Row(S::kClaimed, message_class);
      row.first_handed_ms = kNow - after_ms;
      row.idempotency_ms = kSpan;
      Settle(row, {5, 9, O::kUnknown}, kNow);
      const bool again = message_class == MessageClass::kTransactional || after_ms <= kSpan / 2;
      CHECK(row.state == (again ? S::kWaiting : S::kUnknown));
      if (!again || message_class == MessageClass::kTransactional) continue;
      CHECK_FALSE(IsLost(row, kSpan, row.first_handed_ms + kSpan - 1));
      CHECK(IsLost(row, kSpan, row.first_handed_ms + kSpan));
      CHECK(IsLost(row, kSpan, row.first_handed_ms - 1));  // the clock was set back: nothing is proved
      CHECK(IsLost(row, 0, kNow));                         // the next claimer's channel recognises nothing
    }
}

TEST_CASE("settle: the backoff is the same in every replay") {
  for (int attempt = 1; attempt < 40; ++attempt)
    for (MessageId message : {MessageId(1), MessageId(2), MessageId(77)}) {
      CHECK(Backoff(message, attempt) == Backoff(message, attempt));
      CHECK(Backoff(message, attempt) >= kRetryFirstMs * 3 / 4);
      CHECK(Backoff(message, attempt) <= kRetryLastMs * 5 / 4);
    }
  CHECK(Backoff(MessageId(1), 3) != Backoff(MessageId(2), 3));
}

}  // namespace cartwheel
