#include "engine/fold/back_fill.h"

#include "base/codec.h"
#include "base/compress.h"
#include "base/status.h"
#include "core/journey/past.h"
#include "core/journey/segments.h"
#include "engine/fold/fold.h"
#include "fmt/format.h"

namespace cartwheel {

StepContext::Segments BackFill::mode() const {
  if (!rows_pending()) return StepContext::Segments::kLive;
  return log_pending() ? StepContext::Segments::kOff : StepContext::Segments::kSilent;
}

void BackFill::Aim(const Playbook* playbook, int64_t cursor) {
  const uint64_t history = playbook == nullptr ? 0 : playbook->history_version,
                 segments = playbook == nullptr ? 0 : playbook->segments_version;
  if (history != history_version) log_done = history == 0 ? cursor : 0, log_target = cursor;
  if (segments != segments_version) row_done = segments == 0 ? kAllRows : 0;
  history_version = history;
  segments_version = segments;
}

std::string EncodeBackFill(const BackFill& back_fill) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.Fixed64(back_fill.history_version), writer.Fixed64(back_fill.segments_version);
  for (int64_t number : {back_fill.log_done, back_fill.log_target, back_fill.row_done}) writer.Signed(number);
  return bytes;
}

BackFill DecodeBackFill(std::string_view bytes) {
  BackFill back_fill;
  if (bytes.empty()) return back_fill;
  ByteReader reader(bytes);
  back_fill.history_version = reader.Fixed64(), back_fill.segments_version = reader.Fixed64();
  for (int64_t* number : {&back_fill.log_done, &back_fill.log_target, &back_fill.row_done}) *number = reader.Signed();
  return reader.ok() ? back_fill : BackFill();
}

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
                       WantedOf(*shelf_.playbooks().current, event.type, event.type_name) != nullptr;
    if (asked && position > next_back_fill_.log_done && position <= next_back_fill_.log_target)
      found.push_back({event, position, KeyOf(event)});
  }
  if (!cursor.ok()) return absl::DataLossError(fmt::format("the log row of event {} is damaged", row.last));
  for (const Found& one : found) keys.push_back(one.key);
  RETURN_IF_ERROR(cast_.Summon(keys));
  for (const Found& one : found) {
    Member* member = cast_.ByKey(one.key);
    if (member == nullptr || member->broken || one.event.at_ms <= member->customer.erased_at_ms) continue;
    StepContext context = Context(row.ingested_at_ms);
    context.position = one.position;
    const Happening happening{
        .type = one.event.type, .name = one.event.type_name, .at_ms = one.event.at_ms, .event = &one.event};
    if (Remember(member->customer, happening, context, effects_) != 0) cast_.Change(*member);
  }
  return absl::OkStatus();
}

// Customers, each judged by all segments.
absl::Status Fold::BackFillRows(int64_t limit) {
  const int64_t first = next_back_fill_.row_done + 1, last = std::min(first + limit, next_.next_customer) - 1;
  std::vector<int64_t> rows;
  for (int64_t row = first; row <= last; ++row) rows.push_back(row);
  RETURN_IF_ERROR(cast_.SummonRows(rows));
  for (int64_t row : rows) {
    Member* member = cast_.ByRow(row);
    const bool forgotten = member != nullptr && member->customer.last_seen_at_ms == 0;
    if (member == nullptr || member->removed || member->broken || forgotten || quarantined_.contains(-row)) continue;
    absl::Status status = NeedPlaybooks(*member);
    if (status.ok()) status = JudgeSegments(member->customer, kPartAll, {}, Context(round_->now_ms), effects_);
    if (absl::IsInternal(status)) quarantined_.insert(-row);
    RETURN_IF_ERROR(status);
    Keep(*member);
    cast_.Change(*member);
  }
  back_filled_ += static_cast<int64_t>(rows.size());
  next_back_fill_.row_done = last + 1 >= next_.next_customer ? BackFill::kAllRows : last;
  return absl::OkStatus();
}

}  // namespace cartwheel
