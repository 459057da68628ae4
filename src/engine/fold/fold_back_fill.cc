// The fold's part of the back-fill: events of the log for the past, and customers for the segments, in slices.
#include <algorithm>

#include "base/compress.h"
#include "base/status.h"
#include "core/journey/journey_event.h"
#include "core/journey/past.h"
#include "core/journey/segments.h"
#include "engine/fold/fold.h"
#include "fmt/format.h"

namespace cartwheel {

// Events of the log, as the past has them.
absl::Status Fold::BackFillPast(int64_t limit) {
  ASSIGN_OR_RETURN(std::vector<LogRow> rows,
                   store_->ReadLog(next_back_fill_.log_done, next_back_fill_.log_target, limit));
  if (rows.empty()) next_back_fill_.log_done = next_back_fill_.log_target;  // it was dropped
  for (const LogRow& row : rows) {
    ASSIGN_OR_RETURN(std::string events, Decompress(row.data));
    RETURN_IF_ERROR(BackFillRow(row, events));
    next_back_fill_.log_done = std::min(row.last, next_back_fill_.log_target);
    back_filled_ += row.count;
  }
  return absl::OkStatus();
}

absl::Status Fold::BackFillRow(const LogRow& row, std::string_view events) {
  struct Found {
    Event event;
    int64_t position;
    std::string key;
  };
  std::vector<Found> found;
  std::vector<std::string_view> keys;
  EventCursor cursor(events);
  Event event;
  for (int64_t position = row.first(); cursor.Next(&event); ++position) {
    const bool asked = event.type != EventType::kReceipt &&
                       FindKeptHistory(*playbook_cache_.playbooks().current, event.type, event.type_name) != nullptr;
    if (asked && position > next_back_fill_.log_done && position <= next_back_fill_.log_target)
      found.push_back({event, position, KeyOf(event)});
  }
  if (!cursor.ok()) return absl::DataLossError(fmt::format("the log row of event {} is damaged", row.last));
  for (const Found& one : found) keys.push_back(one.key);
  RETURN_IF_ERROR(customer_cache_.Load(keys));
  for (const Found& one : found) {
    CachedCustomer* cached = customer_cache_.ByKey(one.key);
    if (cached == nullptr || cached->broken || one.event.at_ms <= cached->customer.erased_at_ms) continue;
    FoldContext context = Context(row.ingested_at_ms);
    context.position = one.position;
    const JourneyEvent journey_event{
        .type = one.event.type, .name = one.event.type_name, .at_ms = one.event.at_ms, .event = &one.event};
    if (Remember(cached->customer, journey_event, context, effects_) != 0) customer_cache_.Change(*cached);
  }
  return absl::OkStatus();
}

// Customers, each judged by all segments.
absl::Status Fold::BackFillRows(int64_t limit) {
  const int64_t first = next_back_fill_.row_done + 1, last = std::min(first + limit, next_.next_customer) - 1;
  std::vector<int64_t> rows;
  for (int64_t row = first; row <= last; ++row) rows.push_back(row);
  RETURN_IF_ERROR(customer_cache_.LoadRows(rows));
  for (int64_t row : rows) {
    CachedCustomer* cached = customer_cache_.ByRow(row);
    const bool forgotten = cached != nullptr && cached->customer.last_seen_at_ms == 0;
    if (cached == nullptr || cached->removed || cached->broken || forgotten || quarantined_.contains(-row)) continue;
    absl::Status status = EnsurePlaybooks(*cached);
    if (status.ok()) status = JudgeSegments(cached->customer, kPartAll, {}, Context(round_->now_ms), effects_);
    if (absl::IsInternal(status)) quarantined_.insert(-row);
    RETURN_IF_ERROR(status);
    Keep(*cached);
    customer_cache_.Change(*cached);
  }
  back_filled_ += static_cast<int64_t>(rows.size());
  next_back_fill_.row_done = last + 1 >= next_.next_customer ? BackFill::kAllRows : last;
  return absl::OkStatus();
}

}  // namespace cartwheel
