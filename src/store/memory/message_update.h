// What claims, settles and revocations change of a message; the rest of a row is as it was made.
#pragma once

#include "core/model/message.h"

namespace cartwheel {

inline void TakeOver(MessageRow& message, const MessageRow& update) {
  message.state = update.state;
  message.not_before_ms = update.not_before_ms;
  message.attempts = update.attempts;
  message.token = update.token;
  message.first_handed_ms = update.first_handed_ms;
  message.idempotency_ms = update.idempotency_ms;
  message.revoked = update.revoked;
  message.uncertain = update.uncertain;
  message.lease = update.lease;
  message.settled_at_ms = update.settled_at_ms;
  message.reason = update.reason;
  message.reason_detail = update.reason_detail;
}

}  // namespace cartwheel
