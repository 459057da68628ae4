// Claims, settlements, lapsed leases. The rules are core/message/settle.h's; this file plans what is read of the
// outbox, holds back what must not leave, and writes what was decided together with the receipts, each call as one
// change of the outbox (store/outbox_store.h).
#pragma once

#include "cartwheel/results.h"
#include "engine/common/channel_book.h"
#include "engine/outbox/claim_rules.h"
#include "engine/outbox/held_back.h"
#include "store/store.h"

namespace cartwheel {

struct Claimed {
  ClaimResult result;
  bool surge = false;   // more advertisements wait than may leave in this hour
  bool copied = false;  // the file is at home elsewhere: no advertisement is handed out
};

// Three round trips to the store at most: the plan read, the keys of the tail resolved, the decision written. One more
// reading for a full page of which everything is held back or over. Settles `options.outcomes` and ends what lapsed,
// too. Advertisements that another policy judged, and what is held, go back to their steps.
[[nodiscard]] absl::StatusOr<Claimed> ClaimMessages(OutboxStore& store, HeldBack& held_back, ChannelBook& book,
                                                    const ClaimRules& rules, const ClaimOptions& options,
                                                    int64_t claim_tail_max, int64_t now_ms, const LeaseTime& now);
[[nodiscard]] absl::StatusOr<SettleResult> SettleMessages(OutboxStore& store, ChannelBook& book,
                                                          absl::Span<const Outcome> outcomes, int64_t now_ms,
                                                          const LeaseTime& now);
// Claims whose lease lapsed: `unknown`, or handed out again where that is allowed.
[[nodiscard]] absl::Status LapseClaims(OutboxStore& store, int64_t now_ms, const LeaseTime& now);
// The database was brought back from a copy just now. What it handed out after the copy was made it does not know:
// advertisements that wait or are claimed become `unknown`, and steps that were planned before this moment send none
// (MaintenanceStore::MarkRestored).
[[nodiscard]] absl::Status MarkRestored(Store& store, int64_t now_ms);

}  // namespace cartwheel
