#include "engine/fold/join.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/compress.h"
#include "base/time.h"
#include "core/journey/enrol.h"

namespace cartwheel {
namespace {

// Writes the number of a message wherever its customer holds the handle.
void ReplaceHandle(MessageId handle, MessageId id, CachedCustomer& cached) {
  for (Enrolment& enrolment : cached.customer.enrolments)
    for (OpenMessage& message : enrolment.messages)
      if (message.id == handle) message.id = id;
  for (Decision& decision : cached.decisions)
    if (decision.message == handle) decision.message = id;
}

// Returns the number of a message that is joined, for its handle; an id is returned as it is.
MessageId NumberOf(MessageId message, const Effects& effects) {
  return IsHandle(message) ? effects.messages[PlaceOf(message)].id : message;
}

template <typename T>
void MoveRange(std::vector<T>& from, uint32_t begin, uint32_t end, std::vector<T>& to) {
  std::move(from.begin() + begin, from.begin() + end, std::back_inserter(to));
}

void JoinOne(const Applied& applied, Batch& batch) {
  Shard& shard = batch.shards[applied.shard];
  Effects& effects = shard.effects;
  for (size_t i = applied.begin.messages; i < applied.end.messages; ++i) {
    MessageRow& message = effects.messages[i];
    const MessageId handle = std::exchange(message.id, batch.state.next_message++);
    ReplaceHandle(handle, message.id, *applied.cached);
  }
  for (size_t i = applied.begin.revocations; i < applied.end.revocations; ++i)
    effects.revocations[i].message = NumberOf(effects.revocations[i].message, effects);
  // A moved row keeps its number, by which revocations of later inputs find it.
  MoveRange(effects.messages, applied.begin.messages, applied.end.messages, batch.write.messages);
  MoveRange(effects.revocations, applied.begin.revocations, applied.end.revocations, batch.write.revocations);
  MoveRange(effects.consents, applied.begin.consents, applied.end.consents, batch.write.consents);
  for (size_t i = applied.begin.emitted; i < applied.end.emitted; ++i) {
    const EmittedEvent& emitted = effects.emitted[i];
    batch.emitted.Append({.type_name = emitted.type,
                          .id = emitted.id,
                          .customer = emitted.customer,
                          .anonymous_id = emitted.anonymous_id,
                          .at_ms = emitted.at_ms,
                          .properties = emitted.properties,
                          .chain = emitted.chain});
  }
  MoveRange(shard.refused, applied.begin.refused, applied.end.refused, batch.write.refused);
  MoveRange(shard.erasures, applied.begin.erasures, applied.end.erasures, batch.write.erasures);
  MoveRange(shard.warnings, applied.begin.warnings, applied.end.warnings, batch.write.warnings);
}

// Grants the entries that an input asked for. What a granted one ends has its messages revoked.
void GrantEntries(const Applied& applied, const StepScope& scope) {
  Batch& batch = scope.batch;
  Shard& shard = batch.shards[applied.shard];
  const Playbook& playbook = *scope.playbooks.playbooks().current;
  const FoldContext context = scope.Context(batch.round.now_ms);
  const auto take_place = [&](const Journey& journey, int64_t asked_at_ms) {
    return TakeEntryPlace(batch.progress.entry_places, journey, playbook.policy, asked_at_ms);
  };
  for (size_t i = applied.begin.entries; i < applied.end.entries; ++i) {
    EntryAsk& ask = shard.effects.entries[i];
    CachedCustomer* cached = scope.customers.FindRow(ask.customer);
    if (cached == nullptr || cached->removed) cached = applied.cached;  // merged by the same input
    Effects granted;
    GrantEntry(cached->customer, std::move(ask), take_place, context, granted);
    KeepDecisions(granted, *cached);
    MoveRange(granted.revocations, 0, static_cast<uint32_t>(granted.revocations.size()), batch.write.revocations);
    shard.effects.counters.Add(granted.counters);
    shard.effects.enrolments += granted.enrolments;
    shard.effects.exits += granted.exits;
    scope.customers.Change(*cached);
  }
}

// A message of this very batch that is revoked again never becomes visible as waiting.
void RevokeUnwritten(FoldWrite& write, MessageId first_message) {
  std::erase_if(write.revocations, [&](Revocation& revocation) {
    if (revocation.message < first_message) return false;
    MessageRow& made = write.messages[static_cast<size_t>(revocation.message.value() - first_message.value())];
    made.state = revocation.state;
    made.revoked = true;
    made.reason = revocation.reason;
    made.reason_detail = std::move(revocation.detail);
    return true;
  });
}

void SumUp(Batch& batch) {
  CounterSums counters;
  if (batch.customers_made > 0) counters.Add({.metric = Metric::kCustomers}, batch.customers_made);
  int64_t seen_overflow = 0;
  for (const Shard& shard : batch.shards) {
    batch.counts.Add(shard.counts);
    batch.counts.enrolments += shard.effects.enrolments;
    batch.counts.exits += shard.effects.exits;
    seen_overflow += shard.effects.seen_overflow;
    counters.Add(shard.effects.counters);
  }
  if (seen_overflow > 0) counters.Add({.metric = Metric::kDedupeOverflow}, seen_overflow);
  batch.counts.messages = static_cast<int64_t>(batch.write.messages.size());
  batch.write.counters = counters.Rows(batch.round.now_ms / kDayMs);
}

}  // namespace

void JoinRun(const StepScope& scope) {
  Batch& batch = scope.batch;
  if (batch.write.messages.empty()) {
    size_t messages = 0;
    for (const Shard& shard : batch.shards) messages += shard.effects.messages.size();
    batch.write.messages.reserve(messages);
  }
  for (const Applied& applied : batch.run) {
    if (applied.cached == nullptr) continue;
    if (applied.changed) scope.customers.Change(*applied.cached);
    if (applied.begin != applied.end) JoinOne(applied, batch);
    if (applied.begin.entries != applied.end.entries) GrantEntries(applied, scope);
  }
  for (Shard& shard : batch.shards) shard.ClearJoined();
  batch.run.clear();
}

void LinkDecisions(CachedCustomer& cached, DecisionLink merged, TrailWriter& trail) {
  if (cached.decisions.empty() && !merged) return;
  cached.customer.last_decision = trail.Add(cached.customer.last_decision, merged, cached.decisions);
  cached.decisions.clear();
}

absl::Status CompleteWrite(Batch& batch, CustomerCache& customers, Alarms& alarms) {
  FoldWrite& write = batch.write;
  for (CachedCustomer* cached : customers.changed()) {
    if (cached->removed) continue;
    LinkDecisions(*cached, {}, batch.trail);
    alarms.File(cached->customer, batch.round.now_ms, batch.state.alarms_done_before_ms, write);
  }
  if (!batch.trail.empty()) write.decisions.push_back(batch.trail.Row(batch.round.now_ms));
  std::vector<CustomerRow> oversize;
  customers.Collect(write, oversize);
  batch.quarantined.customers.insert(oversize.begin(), oversize.end());
  if (!oversize.empty()) return absl::InternalError("customer_bytes_max");
  RevokeUnwritten(write, batch.before.next_message);
  SumUp(batch);
  if (batch.emitted.count != 0)
    write.append =
        LogRow{{}, static_cast<int64_t>(batch.emitted.count), batch.round.now_ms, Compress(batch.emitted.bytes)};
  if (std::string encoded = EncodeProgress(batch.progress); encoded != batch.before.back_fill)
    write.back_fill = batch.state.back_fill = std::move(encoded);
  write.epoch = batch.state.epoch;
  write.cursor = batch.state.cursor;
  write.alarms_done_before_ms = batch.state.alarms_done_before_ms;
  return absl::OkStatus();
}

}  // namespace cartwheel
