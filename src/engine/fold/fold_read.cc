// What a batch is made of: events of the log and, behind the last of them, customers whose alarm is due, with everybody
// whom they concern.
#include <algorithm>

#include "base/compress.h"
#include "base/status.h"
#include "engine/fold/fold.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

std::vector<std::string> OtherKeys(const Event& event) {
  const bool both = !event.customer.empty() && !event.anonymous_id.empty();
  if (both && (event.type == EventType::kIdentify || StopsDeviceToo(event))) return {AnonymousKey(event.anonymous_id)};
  if (event.type == EventType::kAlias)
    if (const std::string_view previous = event.Text("previous_id"); !previous.empty())
      return {AnonymousKey(previous), CustomerKey(previous)};
  if (event.type != EventType::kEndpointAdded) return {};
  const std::string_view channel = event.Text("channel"), address = event.Text("address");
  if (!channel.empty() && !address.empty()) return {EndpointKey(channel, address)};
  return {};
}

}  // namespace

absl::Status Fold::Read(int64_t limit) {
  RETURN_IF_ERROR(ReadInputs(limit));
  due_.clear();
  // What these events will file may be due at once: it is in the wheel only when they are folded, and waits for the
  // next batch.
  if (read_to_ >= round_->head) due_ = alarms_.TakeDue(round_->now_ms, static_cast<size_t>(limit) - inputs_.size());
  return Summon();
}

absl::Status Fold::ReadInputs(int64_t limit) {
  inputs_.clear();
  read_to_ = state_->cursor;
  if (state_->cursor >= round_->head) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<LogRow> rows, store_->ReadLog(state_->cursor, round_->head, limit));
  if (rows.empty()) return absl::DataLossError(fmt::format("the log ends before event {}, its head", round_->head));
  events_.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const LogRow& row = rows[i];
    RETURN_IF_ERROR(Decompress(row.data, &events_[i]));
    EventCursor events_of_row(events_[i]);
    int64_t until = std::min(row.last, round_->head);
    for (int64_t position = row.first(); position <= until && static_cast<int64_t>(inputs_.size()) < limit;
         ++position) {
      Event event;
      if (!events_of_row.Next(&event))
        return absl::DataLossError(fmt::format("event {} of the log is damaged", position));
      if (position <= state_->cursor) continue;
      inputs_.push_back({event, position, row.ingested_at_ms, KeyOf(event), OtherKeys(event), ReceiptOwner(event)});
      read_to_ = position;
    }
  }
  return absl::OkStatus();
}

// Everybody whom the batch concerns, into memory.
absl::Status Fold::Summon() {
  std::vector<std::string_view> keys;
  std::vector<int64_t> rows = due_;
  keys.reserve(inputs_.size());
  for (const Input& input : inputs_) {
    keys.push_back(input.key);
    if (input.owner != 0) rows.push_back(input.owner);
    keys.insert(keys.end(), input.others.begin(), input.others.end());
  }
  RETURN_IF_ERROR(cast_.Summon(keys));
  return cast_.SummonRows(rows);
}

}  // namespace cartwheel
