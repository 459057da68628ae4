// What callers promise of what they hand to a store, and a store of what it answers, checked at the border in debug
// builds: assert(FindBreach(write).empty()). A release build does not look.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "base/time.h"
#include "store/fold_store.h"
#include "store/log_store.h"
#include "store/message_states.h"
#include "store/outbox_store.h"

namespace cartwheel {

// Returns whether numbers are given from 1 on and grow from one to the next.
template <typename Rows>
bool AreNumbered(const Rows& rows) {
  return std::all_of(rows.begin(), rows.end(), [last = decltype(rows.begin()->id)()](const auto& row) mutable {
    const bool grows = row.id > last;
    last = row.id;
    return grows;
  });
}

// Each returns the promise that is broken; empty: none is.
inline std::string_view FindBreach(const FoldWrite& write) {
  absl::flat_hash_set<CustomerRow> rows;
  for (const StoredCustomer& customer : write.customers)
    if (customer.row < CustomerRow(1) || !rows.insert(customer.row).second)
      return "customers: a row from 1 on, each once";
  for (const FoldWrite::Alias& alias : write.aliases)
    if (alias.key.empty() || alias.customer < CustomerRow()) return "aliases: a key, and a row or 0";
  for (const AlarmEntry& alarm : write.alarms) {
    if (alarm.customer < CustomerRow(1)) return "alarms: of a customer";
    if (alarm.hour != alarm.due_at_ms / kHourMs) return "alarms: the hour is that of the moment";
    if (alarm.due_at_ms < write.alarms_done_before_ms) return "alarms: none is due before those that are done";
  }
  if (!AreNumbered(write.messages)) return "messages: in the order of their ids, from 1 on, each once";
  if (!AreNumbered(write.decisions)) return "decisions: in the order of their ids, from 1 on, each once";
  for (const Revocation& revocation : write.revocations)
    if (revocation.message < MessageId(1) || IsOpen(revocation.state))
      return "revocations: of a message, to a last state";
  for (const FoldWrite::Move& move : write.moves)
    if (move.message < MessageId(1) || move.customer < CustomerRow(1)) return "moves: of a message, to a customer";
  for (const ConsentRow& consent : write.consents)
    if (consent.customer < CustomerRow(1) || consent.id) return "consents: of a customer, without an id";
  for (const ConsentChange& change : write.consent_changes)
    if (change.customer < CustomerRow(1) || !change.to == change.proof.empty())
      return "consent changes: of a customer, to an owner or a proof";
  if (write.append && write.append->count < 1) return "append: at least one event";
  return write.cursor < Position() || write.epoch < Epoch(1) ? "a cursor from 0 on, an epoch from 1 on" : "";
}

inline std::string_view FindBreach(const OutboxWrite& write) {
  absl::flat_hash_set<MessageId> ids;
  for (const MessageRow& message : write.updates) {
    if (message.id < MessageId(1) || !ids.insert(message.id).second) return "updates: an id from 1 on, each once";
    if (message.state == MessageState::kClaimed && (message.token < ClaimToken(1) || message.attempts < 1))
      return "updates: a claimed message has a token, and this attempt";
  }
  return write.append && write.append->count < 1 ? "append: at least one event" : "";
}

// Of what was read of the log after the event `after`.
inline std::string_view FindBreach(absl::Span<const LogRow> rows, Position after) {
  for (const LogRow& row : rows) {
    if (row.last <= after) return "log: only what comes after the event";
    if (row.count < 1) return "log: each row holds an event";
    if (&row != rows.data() && row.first() != after + 1) return "log: no gap between rows";
    after = row.last;
  }
  return "";
}

}  // namespace cartwheel
