// Alarms that are due: customers looked at because a moment came, not because of an event.
#include <algorithm>

#include "base/status.h"
#include "base/time.h"
#include "engine/fold/fold.h"

namespace cartwheel {

// Internal: a row was quarantined, and the transaction must be done again.
absl::Status Fold::FireRows() {
  FoldContext context = Context(round_->now_ms);
  for (int64_t row : due_) {
    CachedCustomer* cached = customer_cache_.ByRow(row);
    if (cached == nullptr || cached->removed) continue;
    if (cached->broken || quarantined_.contains(-row)) {
      Refuse(Reason::kQuarantined, "the customer's alarm cannot be fired", 0, cached->customer.id, "");
      continue;
    }
    Customer& customer = cached->customer;
    int64_t next = customer.NextAlarm(options_.cart_idle_ms);
    const bool filed = customer.filed_at_ms != 0 && customer.filed_at_ms <= round_->now_ms;
    if (filed) {
      customer.filed_at_ms = 0;
      customer_cache_.Change(*cached);
    }
    // An alarm that an earlier worker already handled within this second does not count as work: otherwise a worker
    // that is always stopped early would never get past it.
    counts_.alarms += filed;
    if (next == 0 || next > round_->now_ms) continue;
    absl::Status status = EnsurePlaybooks(*cached);
    if (status.ok()) status = ApplyAlarm(customer, context, effects_);
    if (absl::IsInternal(status)) quarantined_.insert(-row);
    RETURN_IF_ERROR(status);
    Keep(*cached);
    customer_cache_.Change(*cached);
  }
  if (!alarms_.AnyDue(round_->now_ms))
    next_.alarms_done_before_ms = std::max(next_.alarms_done_before_ms, round_->now_ms - round_->now_ms % kSecondMs);
  return absl::OkStatus();
}

}  // namespace cartwheel
