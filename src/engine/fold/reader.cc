#include "engine/fold/reader.h"

#include <algorithm>

#include "base/compress.h"
#include "base/status.h"
#include "core/journey/past.h"
#include "fmt/format.h"

namespace cartwheel {

absl::Status Reader::Read(int64_t limit, Batch& batch) {
  RETURN_IF_ERROR(ReadInputs(limit, batch));
  // What these events will file may be due at once: it is in the wheel only when they are folded, and waits for the
  // next batch.
  if (batch.cursor >= batch.round.head) {
    batch.due = alarms_->TakeDue(batch.round.now_ms, static_cast<size_t>(limit) - batch.inputs.size());
    batch.alarms_done = !alarms_->AnyDue(batch.round.now_ms);
  }
  if (batch.inputs.empty() && batch.due.empty()) {
    if (batch.progress_read.back_fill.log_pending())
      RETURN_IF_ERROR(ReadPast(limit, batch));
    else if (batch.progress_read.back_fill.rows_pending())
      ReadUnjudged(limit, batch);
    else if (batch.progress_read.adoption.pending())
      ReadAdopting(limit, batch);
    else
      ReadAsked(limit, batch);
  }
  return LoadCustomers(batch);
}

absl::Status Reader::ReadInputs(int64_t limit, Batch& batch) {
  const Position after = batch.before.cursor, head = batch.round.head;
  if (after >= head) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<LogRow> rows, store_->ReadLog(after, head, limit));
  if (rows.empty()) return absl::DataLossError(fmt::format("the log ends before event {}, its head", head.value()));
  batch.log.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const LogRow& row = rows[i];
    RETURN_IF_ERROR(Decompress(row.data, &batch.log[i]));
    EventCursor events(batch.log[i]);
    const Position until = std::min(row.last, head);
    for (Position position = row.first(); position <= until && static_cast<int64_t>(batch.inputs.size()) < limit;
         ++position) {
      Event event;
      if (!events.Next(&event))
        return absl::DataLossError(fmt::format("event {} of the log is damaged", position.value()));
      if (position <= after) continue;
      batch.inputs.push_back({event, position, row.ingested_at_ms, ConcernedKeys(event, hash_key_)});
      batch.cursor = position;
    }
  }
  return absl::OkStatus();
}

// The events that the playbook's conditions ask for, out of a slice of the log.
absl::Status Reader::ReadPast(int64_t limit, Batch& batch) {
  BackFill& back_fill = batch.progress_read.back_fill;
  ASSIGN_OR_RETURN(std::vector<LogRow> rows, store_->ReadLog(back_fill.log_done, back_fill.log_target, limit));
  if (rows.empty()) back_fill.log_done = back_fill.log_target;  // it was dropped
  batch.log.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const LogRow& row = rows[i];
    RETURN_IF_ERROR(Decompress(row.data, &batch.log[i]));
    EventCursor events(batch.log[i]);
    Event event;
    for (Position position = row.first(); events.Next(&event); ++position) {
      const bool asked = event.type != EventType::kReceipt &&
                         FindKeptHistory(*playbooks_->playbooks().current, event.type, event.type_name) != nullptr;
      if (asked && position > back_fill.log_done && position <= back_fill.log_target)
        batch.past.push_back({event, position, row.ingested_at_ms, KeyOf(event, hash_key_)});
    }
    if (!events.ok()) return absl::DataLossError(fmt::format("the log row of event {} is damaged", row.last.value()));
    back_fill.log_done = std::min(row.last, back_fill.log_target);
    batch.back_filled += row.count;
  }
  return absl::OkStatus();
}

void Reader::ReadUnjudged(int64_t limit, Batch& batch) {
  BackFill& back_fill = batch.progress_read.back_fill;
  CustomerRow& done = back_fill.row_done;
  for (; limit > 0 && done.Next() < batch.before.next_customer; --limit) batch.unjudged.push_back(++done);
  batch.back_filled += static_cast<int64_t>(batch.unjudged.size());
  if (done.Next() >= batch.before.next_customer) done = BackFill::kAllRows;
}

void Reader::ReadAdopting(int64_t limit, Batch& batch) {
  AdoptionPass& pass = batch.progress_read.adoption;
  for (; limit > 0 && pass.pending(); --limit) batch.adopting.push_back(++pass.row_done);
  batch.back_filled += static_cast<int64_t>(batch.adopting.size());
}

void Reader::ReadAsked(int64_t limit, Batch& batch) {
  SchedulePasses& passes = batch.progress_read.schedules;
  SchedulePass* pass = FindDuePass(passes, batch.round.now_ms);
  if (pass == nullptr) return;
  batch.schedule = static_cast<size_t>(pass - passes.data());
  if (!pass->running()) BeginPass(*pass, batch.before.next_customer, batch.round.now_ms);
  for (; limit > 0 && pass->row_done < pass->row_end; --limit) batch.asked.push_back(++pass->row_done);
  batch.back_filled += static_cast<int64_t>(batch.asked.size());
}

absl::Status Reader::LoadCustomers(const Batch& batch) {
  std::vector<std::string_view> keys;
  std::vector<CustomerRow> rows = batch.due;
  keys.reserve(batch.inputs.size() + batch.past.size());
  for (const Input& input : batch.inputs) {
    keys.push_back(input.concerned.key);
    if (input.concerned.owner) rows.push_back(input.concerned.owner);
    keys.insert(keys.end(), input.concerned.others.begin(), input.concerned.others.end());
  }
  for (const PastInput& input : batch.past) keys.push_back(input.key);
  rows.insert(rows.end(), batch.unjudged.begin(), batch.unjudged.end());
  rows.insert(rows.end(), batch.adopting.begin(), batch.adopting.end());
  rows.insert(rows.end(), batch.asked.begin(), batch.asked.end());
  RETURN_IF_ERROR(customers_->Load(keys));
  return customers_->LoadRows(rows);
}

}  // namespace cartwheel
