// A receipt: what became of a message, on its way through the log from the outbox to the fold. The one place that knows
// how its event is written; its properties are a packed map, so that an export shows them like any event's.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/event.h"
#include "core/model/ids.h"
#include "core/model/reason.h"

namespace cartwheel {

// Texts are views: of what it was made of, or of the event it was read from.
struct Receipt {
  MessageId message;
  CustomerRow owner;  // the row of the customer who has the message; 0: not said
  Reason outcome = Reason::kNone;
  int64_t gone_at_ms = 0;   // since when the address is gone; 0: not said
  std::string_view reason;  // of the message, as answers show it
  std::string_view channel;
  std::string_view address;
  std::string_view journey;
  std::string_view step;
  std::string_view enrolment_key;
  std::string_view customer;  // the id; empty: of a device
  std::string_view anonymous_id;
  bool of_call = false;  // the message was a call, which no person reads
};

// Whether its channel says that there is no such address.
bool SaysAddressGone(const Event& event);
// Appends the event of a receipt.
void AppendReceipt(const Receipt& receipt, int64_t at_ms, EventBatch* batch);
// Reads a receipt; what is missing is empty. `event` is of EventType::kReceipt.
Receipt ReadReceipt(const Event& event);
// Returns the owner that an event names; 0 for any event but a receipt.
CustomerRow ReceiptOwner(const Event& event);

}  // namespace cartwheel
