// A message of the outbox: the fold makes it, a claim hands it out, a settle ends it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/ids.h"
#include "core/model/reason.h"

namespace cartwheel {

enum class MessageClass : uint8_t { kAdvertisement = 0, kTransactional = 1, kNotice = 2, kCall = 3 };
std::string_view MessageClassName(MessageClass message_class);  // "ad", "transactional", "notice", "call"

// Numbers are part of the file format: append, never move.
enum class MessageState : uint8_t {
  kWaiting = 0,
  kClaimed = 1,
  kAccepted = 2,   // the channel took it
  kDelivered = 3,  // the channel says that it arrived
  kFailed = 4,     // it will not be delivered; `reason` says why
  kExpired = 5,    // its moment passed before it left
  kRevoked = 6,    // its purpose ended before it left (a purchase, an exit, an erasure)
  kUnknown = 7,    // it was handed over and its outcome is not known; an advertisement is never tried again
  kDead = 8,       // kAttemptsMax deliveries were tried
};
std::string_view MessageStateName(MessageState state);

// When a lease ends, on a clock that cannot be set: the machine's monotonic clock, and the boot it counts from. A
// lease of another boot has lapsed.
struct LeaseTime {
  uint64_t boot = 0;
  int64_t monotonic_ms = 0;
  bool LapsedAt(const LeaseTime& now) const { return boot != now.boot || monotonic_ms <= now.monotonic_ms; }
};

struct MessageRow {
  // Set when the message is made, never changed (but for `customer`, when a device is merged into its owner).
  MessageId id;
  CustomerRow customer;  // the customer's row
  MessageClass message_class = MessageClass::kAdvertisement;
  std::string channel;
  std::string purpose;  // "cart", "browse", …: what the template says
  std::string medium;   // "push", "sms", …: the template's section it was rendered from
  int64_t made_at_ms = 0;
  int64_t expires_at_ms = 0;
  uint64_t link = 0;           // what tracked links name it by, the lower half of its key; 0: the shop tracks none
  int64_t fresh_until_ms = 0;  // its text is not sent later than that; 0: as long as the message lives
  std::string body;            // an encoded MessageBody
  bool unreadable = false;     // the key of what is sealed of it is missing (store/sealed); not stored

  // What claims, settles and revocations change.
  MessageState state = MessageState::kWaiting;
  int64_t not_before_ms = 0;
  int32_t attempts = 0;         // hand-overs so far
  ClaimToken token;             // of the latest claim; 0: never claimed
  int64_t first_handed_ms = 0;  // the first hand-over that may have reached the provider; 0: none
  // of the latest claim: how long after it the channel recognises this message's key; 0: not at all
  int64_t idempotency_ms = 0;
  bool uncertain = false;  // of one hand-over it is not known whether it arrived
  bool revoked = false;    // also set on a claimed message: it must not be tried again
  LeaseTime lease;
  int64_t settled_at_ms = 0;
  Reason reason = Reason::kNone;  // why it is in this state
  std::string reason_detail;      // the words that came with it

  Cause cause() const { return {reason, reason_detail}; }
};

}  // namespace cartwheel
