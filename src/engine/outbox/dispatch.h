// The outbox's desk: claims, settles, lapsed leases. Rules are core/message/settle.h's; this file finds the rows, holds
// back what must not leave, and puts the receipts into the log, all under one write lock of the store.
#pragma once

#include "cartwheel/engine.h"
#include "engine/common/channel_book.h"
#include "engine/outbox/held_back.h"
#include "store/store.h"

namespace cartwheel {

absl::StatusOr<ClaimResult> ClaimMessages(Store& store, HeldBack& held_back, const ClaimOptions& options,
                                          int64_t claim_tail_max, int64_t now_ms, const LeaseTime& now);
absl::StatusOr<SettleResult> SettleMessages(Store& store, ChannelBook& book, absl::Span<const Outcome> outcomes,
                                            int64_t now_ms);
// Claims whose lease lapsed: `unknown`, or handed out again where that is allowed.
absl::Status LapseClaims(Store& store, int64_t now_ms, const LeaseTime& now);
// The database was brought back from a copy just now. What it handed out after the copy was made it does not know:
// advertisements that wait or are claimed become `unknown`, and steps that were planned before this moment send none
// (Store::MarkRestored).
absl::Status CloseGap(Store& store, int64_t now_ms);

}  // namespace cartwheel
