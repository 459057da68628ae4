#include "engine/fold/stepper.h"

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/status.h"
#include "core/model/address.h"
#include "engine/fold/apply_input.h"
#include "engine/fold/join.h"
#include "engine/fold/other_customers.h"

namespace cartwheel {
namespace {

bool CapsEntries(const StepScope& scope) {
  const Playbook* current = scope.playbooks.playbooks().current.get();
  return current != nullptr && current->caps_entries;
}

}  // namespace

absl::Status Stepper::Step(Batch& batch) {
  batch.BeginStep(shards_);
  absl::Mutex playbooks_mutex;
  const StepScope scope{batch, options_, *playbooks_, *customers_, playbooks_mutex};
  RETURN_IF_ERROR(StepEvents(scope));
  RETURN_IF_ERROR(StepAlarms(scope));
  RETURN_IF_ERROR(StepBackFill(scope));
  RETURN_IF_ERROR(StepPasses(scope));
  return CompleteWrite(batch, *customers_, *alarms_);
}

absl::Status Stepper::StepEvents(const StepScope& scope) {
  Batch& batch = scope.batch;
  for (size_t first = 0, end; first < batch.inputs.size(); first = end) {
    end = AddRun(first, scope);
    RETURN_IF_ERROR(StepRun(scope, [&](size_t place, Applied& applied, Shard& shard) {
      return ApplyInput(batch.inputs[first + place], applied, shard, scope);
    }));
  }
  return absl::OkStatus();
}

// Adds a run of inputs from `first` on; returns the place after it. Where entries are capped a customer has one input
// in a run: what it asks for is granted before its next one is stepped.
size_t Stepper::AddRun(size_t first, const StepScope& scope) {
  Batch& batch = scope.batch;
  const bool one_each = CapsEntries(scope);
  absl::flat_hash_set<const CachedCustomer*> added;
  size_t end = first;
  while (end < batch.inputs.size() && (end == first || !IsAlone(batch.inputs[end]))) {
    bool made = false;
    CachedCustomer* cached = CustomerOf(batch.inputs[end], scope, &made);
    if (one_each && cached != nullptr && !added.insert(cached).second) break;
    AddToRun(cached, batch.inputs[end].position, made, batch);
    if (IsAlone(batch.inputs[end++])) break;
  }
  return end;
}

absl::Status Stepper::StepAlarms(const StepScope& scope) {
  for (CustomerRow row : scope.batch.due) AddToRun(customers_->FindRow(row), {}, false, scope.batch);
  return StepRun(scope, [&](size_t, Applied& applied, Shard& shard) { return ApplyDueAlarm(applied, shard, scope); });
}

absl::Status Stepper::StepBackFill(const StepScope& scope) {
  Batch& batch = scope.batch;
  for (const PastInput& input : batch.past) AddToRun(customers_->FindKey(input.key), input.position, false, batch);
  RETURN_IF_ERROR(StepRun(scope, [&](size_t place, Applied& applied, Shard& shard) {
    return ApplyPast(batch.past[place], applied, shard, scope);
  }));
  for (CustomerRow row : batch.unjudged) AddToRun(customers_->FindRow(row), {}, false, batch);
  return StepRun(scope, [&](size_t, Applied& applied, Shard& shard) { return ApplyJudgement(applied, shard, scope); });
}

absl::Status Stepper::StepPasses(const StepScope& scope) {
  Batch& batch = scope.batch;
  for (CustomerRow row : batch.adopting) AddToRun(customers_->FindRow(row), {}, false, batch);
  RETURN_IF_ERROR(
      StepRun(scope, [&](size_t, Applied& applied, Shard& shard) { return ApplyAdoption(applied, shard, scope); }));
  if (!batch.schedule) return absl::OkStatus();
  for (CustomerRow row : batch.asked) AddToRun(customers_->FindRow(row), {}, false, batch);
  RETURN_IF_ERROR(
      StepRun(scope, [&](size_t, Applied& applied, Shard& shard) { return ApplyOccurrence(applied, shard, scope); }));
  int64_t next_ms = 0;
  for (const Shard& shard : batch.shards) next_ms = Earlier(next_ms, shard.occurrences.next_ms());
  EndSlice(batch.progress.schedules[*batch.schedule], next_ms, *scope.playbooks.playbooks().current);
  return absl::OkStatus();
}

// A receipt goes to the owner of the message; when the owner was merged since, to the customer its name leads to. Null:
// its customer is no longer known.
CachedCustomer* Stepper::CustomerOf(const Input& input, const StepScope& scope, bool* made) {
  CachedCustomer* cached = input.concerned.owner ? customers_->FindRow(input.concerned.owner) : nullptr;
  if (cached == nullptr || cached->removed) cached = customers_->FindKey(input.concerned.key);
  if (cached != nullptr && input.event.type != EventType::kReceipt && customers_->IsErased(input.concerned.key))
    RestoreName(*cached, input.concerned.key, input.event, scope);
  if (cached != nullptr || input.event.type == EventType::kReceipt) return cached;
  *made = true;
  const bool of_address = IsEndpointKey(input.concerned.key);
  return &scope.MakeCustomer(input.concerned.key, of_address ? std::string_view() : IdOf(input.event),
                             of_address || input.event.customer.empty());
}

void Stepper::AddToRun(CachedCustomer* cached, Position position, bool made, Batch& batch) {
  if (cached != nullptr && cached->removed) cached = nullptr;
  const uint32_t shard = cached == nullptr ? 0 : static_cast<uint32_t>(cached->customer.row.value() % shards_);
  batch.run.push_back({.cached = cached, .position = position, .changed = made, .shard = shard});
}

Stepper::StepStatus Stepper::StepShard(uint32_t number, Batch& batch, Apply apply) {
  Shard& shard = batch.shards[number];
  ShardMark reached = shard.Mark();
  for (size_t place = 0; place < batch.run.size(); ++place) {
    Applied& applied = batch.run[place];
    if (applied.cached == nullptr || applied.shard != number) continue;
    CustomerCache::Decode(*applied.cached);
    applied.begin = reached;
    if (absl::Status status = apply(place, applied, shard); !status.ok()) return {std::move(status), &applied};
    applied.end = reached = shard.Mark();
  }
  return {};
}

absl::Status Stepper::StepRun(const StepScope& scope, Apply apply) {
  Batch& batch = scope.batch;
  std::vector<StepStatus> stepped(shards_);
  const auto step = [&](uint32_t number) {
    absl::ReaderMutexLock lock(&scope.playbooks_mutex);
    stepped[number] = StepShard(number, batch, apply);
    return absl::OkStatus();
  };
  if (threads_ != nullptr && threads_->IsWorth(batch.run.size()))
    RETURN_IF_ERROR(threads_->Run(step));
  else
    for (uint32_t number = 0; number < shards_; ++number) RETURN_IF_ERROR(step(number));
  for (StepStatus& shard : stepped) {
    if (absl::IsInternal(shard.status))
      batch.quarantined.Add(shard.broken->position, shard.broken->cached->customer.row);
    RETURN_IF_ERROR(shard.status);
  }
  JoinRun(scope);
  return absl::OkStatus();
}

}  // namespace cartwheel
