// Alarms that are due: customers looked at because a moment came, not because of an event.
#include <algorithm>

#include "base/status.h"
#include "base/time.h"
#include "engine/fold/fold.h"

namespace cartwheel {

// Internal: a row was quarantined, and the transaction must be done again.
absl::Status Fold::FireRows() {
  StepContext context = Context(round_->now_ms);
  for (int64_t row : due_) {
    Member* member = cast_.ByRow(row);
    if (member == nullptr || member->removed) continue;
    if (member->broken || quarantined_.contains(-row)) {
      Refuse("quarantined", "the customer's alarm cannot be fired", 0, member->customer.id, "");
      continue;
    }
    Customer& customer = member->customer;
    int64_t next = customer.NextAlarm(options_.cart_idle_ms);
    const bool filed = customer.filed_at_ms != 0 && customer.filed_at_ms <= round_->now_ms;
    if (filed) {
      customer.filed_at_ms = 0;
      cast_.Change(*member);
    }
    // What was looked at before, by a worker that has ended within this second, is not work: else one that always ends
    // early never passes it.
    counts_.alarms += filed;
    if (next == 0 || next > round_->now_ms) continue;
    absl::Status status = NeedPlaybooks(*member);
    if (status.ok()) status = StepAlarm(customer, context, effects_);
    if (absl::IsInternal(status)) quarantined_.insert(-row);
    RETURN_IF_ERROR(status);
    Keep(*member);
    cast_.Change(*member);
  }
  if (!alarms_.AnyDue(round_->now_ms))
    next_.alarms_done_before_ms = std::max(next_.alarms_done_before_ms, round_->now_ms - round_->now_ms % kSecondMs);
  return absl::OkStatus();
}

}  // namespace cartwheel
