#include "store/memory/memory_store.h"

#include <algorithm>
#include <cassert>
#include <deque>
#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/money.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "store/breach.h"
#include "store/memory/memory_customers.h"
#include "store/memory/memory_ledger.h"
#include "store/memory/memory_outbox.h"
#include "store/memory/ring.h"

namespace cartwheel {
namespace {

constexpr HashKey kHashKey{.low = 0x0706050403020100, .high = 0x0f0e0d0c0b0a0908};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const StoreOptions& options) : options_(options) {}

  HashKey hash_key() const override { return kHashKey; }
  std::string File() const override { return ""; }
  std::string WrittenFile() const override { return ""; }

  absl::StatusOr<Position> Append(const LogRow& row) override {
    absl::MutexLock lock(&mutex_);
    if (row.count <= 0)
      return absl::InvalidArgumentError(fmt::format("a log row of {} events, expected at least 1", row.count));
    if (row.erased_to && *row.erased_to != ledger_.newest_erasure())
      return absl::AbortedError("an erasure was filed meanwhile");
    const int64_t unfolded = head_.bytes_end - folded_bytes_;
    if (options_.log_bytes_max > 0 && unfolded + static_cast<int64_t>(row.data.size()) > options_.log_bytes_max) {
      return absl::ResourceExhaustedError(fmt::format(
          "backlog_full: the unfolded log holds {} bytes, log_bytes_max is {}", unfolded, options_.log_bytes_max));
    }
    return Push(row);
  }
  absl::StatusOr<LogHead> Head() override {
    absl::MutexLock lock(&mutex_);
    return head_;
  }
  absl::StatusOr<std::vector<LogRow>> ReadLog(Position after, Position until, int64_t events_max) override {
    absl::MutexLock lock(&mutex_);
    std::vector<LogRow> rows;
    int64_t events = 0;
    for (auto it = FirstAfter(after); it != log_.end() && it->row.first() <= until; ++it) {
      events += it->row.count;
      if (events > events_max && !rows.empty()) break;
      rows.push_back(it->row);
    }
    return rows;
  }

  absl::StatusOr<FoldState> TakeLease(uint64_t holder, const LeaseTime& now, const LeaseTime& end) override {
    absl::MutexLock lock(&mutex_);
    const bool mine = holder_ == holder && holder != 0;
    if (!mine && holder_ != 0 && !lease_.LapsedAt(now)) {
      return absl::UnavailableError(
          fmt::format("another worker holds the fold lease for {} ms more", lease_.monotonic_ms - now.monotonic_ms));
    }
    if (!mine) ++fold_.epoch;
    holder_ = holder;
    lease_ = end;
    return fold_;
  }
  absl::Status ReleaseLease(Epoch epoch) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckEpoch(epoch));
    return FreeLease();
  }

  absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
    absl::MutexLock lock(&mutex_);
    return customers_.Resolve(keys);
  }
  absl::StatusOr<std::vector<std::string>> Load(absl::Span<const CustomerRow> rows) override {
    absl::MutexLock lock(&mutex_);
    return customers_.Load(rows);
  }
  absl::Status Alarms(int64_t from_hour, int64_t before_hour, EachAlarm each) override {
    absl::MutexLock lock(&mutex_);
    customers_.EachAlarmOf(from_hour, before_hour, each);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<int64_t>> FirstAlarm(int64_t from_hour) override {
    absl::MutexLock lock(&mutex_);
    return customers_.FirstAlarm(from_hour);
  }

  absl::Status Commit(FoldWrite write) override {
    absl::MutexLock lock(&mutex_);
    assert(FindBreach(write).empty());
    RETURN_IF_ERROR(CheckEpoch(write.epoch));
    RETURN_IF_ERROR(CheckNew(write));
    // Nothing below can go wrong: all of it happens.
    lease_ = write.lease_end;
    fold_.cursor = write.cursor;
    fold_.alarms_done_before_ms = write.alarms_done_before_ms;
    if (write.back_fill) fold_.back_fill = *write.back_fill;
    for (const StoredCustomer& customer : write.customers)
      fold_.next_customer = std::max(fold_.next_customer, customer.row.Next());
    customers_.Commit(write);
    CommitOutbox(write);
    CommitRecords(write);
    if (write.append) Push(*write.append);
    CommitLog();
    return absl::OkStatus();
  }

  absl::StatusOr<bool> DropOld(Epoch epoch, const KeepSpans& keep, size_t limit) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckEpoch(epoch));
    if (log_.empty()) return false;
    const int64_t newest_ms = log_.back().row.ingested_at_ms;
    bool more = ledger_.DropOld(keep, newest_ms, limit);
    if (keep.messages_ms != 0) more |= outbox_.DropOld(newest_ms - keep.messages_ms, limit);
    if (keep.decisions_ms != 0)
      while (!decisions_.empty() && decisions_.begin()->second.at_ms < newest_ms - keep.decisions_ms)
        decisions_.erase(decisions_.begin());
    if (keep.findings_ms != 0) {
      refused_.DropBefore(newest_ms - keep.findings_ms);
      warnings_.DropBefore(newest_ms - keep.findings_ms);
    }
    return more;
  }
  absl::Status NoteAccess(const AccessRow& row) override {
    absl::MutexLock lock(&mutex_);
    ledger_.NoteAccess(row);
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<AccessRow>> Accesses(AccessId after_id, const std::string& subject,
                                                  size_t limit) override {
    absl::MutexLock lock(&mutex_);
    return ledger_.Accesses(after_id, subject, limit);
  }
  absl::StatusOr<ErasureId> NewestErasure() override {
    absl::MutexLock lock(&mutex_);
    return ledger_.newest_erasure();
  }
  absl::StatusOr<std::vector<ErasureRow>> Erasures(ErasureId after_id, bool pending, size_t limit) override {
    absl::MutexLock lock(&mutex_);
    return ledger_.Erasures(after_id, pending, limit);
  }
  absl::StatusOr<std::vector<MessageOwner>> Owners(MessageId after, size_t limit) override {
    absl::MutexLock lock(&mutex_);
    return outbox_.Owners(after, limit);
  }
  absl::Status CommitSweep(const SweepWrite& write) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckEpoch(write.epoch));
    for (const auto& blob : write.log)
      if (auto row = FirstAfter(blob.id - 1); row != log_.end()) {
        const auto place = static_cast<size_t>(row - log_.begin());
        log_[place].row.data = blob.data;
      }
    for (const auto& body : write.bodies) outbox_.Replace(body);
    for (const auto& blob : write.decisions) decisions_[blob.id].data = blob.data;
    ledger_.EndErasures(write.done_through, write.done_at_ms);
    fold_.sweep = write.state;
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> MarkStates(Epoch) override { return 0; }
  absl::StatusOr<bool> DropStates(Epoch, int64_t, size_t) override { return true; }
  absl::StatusOr<bool> EmptyChanges() override { return true; }

  absl::StatusOr<std::unique_ptr<OutboxChange>> BeginOutbox(const OutboxPlan& plan) override {
    return std::make_unique<Change>(*this, plan);
  }
  absl::StatusOr<std::optional<int64_t>> NextReady() override {
    absl::MutexLock lock(&mutex_);
    return outbox_.NextReady();
  }
  absl::StatusOr<std::optional<LeaseTime>> NextLapse() override {
    absl::MutexLock lock(&mutex_);
    return outbox_.NextLapse();
  }

  absl::Status SaveDefinition(Revision revision, const std::string& content, int64_t) override {
    absl::MutexLock lock(&mutex_);
    if (definitions_.emplace(revision, content).second) return absl::OkStatus();
    return absl::AlreadyExistsError(fmt::format("revision {} is saved already", revision.value()));
  }
  absl::StatusOr<std::optional<std::string>> Definition(Revision revision) override {
    absl::MutexLock lock(&mutex_);
    auto it = definitions_.find(revision);
    return it == definitions_.end() ? std::nullopt : std::optional<std::string>(it->second);
  }
  absl::StatusOr<Revision> LatestRevision() override {
    absl::MutexLock lock(&mutex_);
    return definitions_.empty() ? Revision() : definitions_.rbegin()->first;
  }
  absl::StatusOr<std::vector<Revision>> Revisions() override {
    absl::MutexLock lock(&mutex_);
    std::vector<Revision> revisions;
    for (const auto& [revision, definition] : definitions_) revisions.push_back(revision);
    return revisions;
  }

  absl::StatusOr<StoredHolds> Holds() override {
    absl::MutexLock lock(&mutex_);
    return holds_;
  }
  absl::Status SaveHolds(int64_t version, const std::string& data) override {
    absl::MutexLock lock(&mutex_);
    if (version != holds_.version) return absl::AbortedError("the holds were changed meanwhile");
    holds_ = {version + 1, data};
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<StoredCustomer>> Customers(CustomerRow after_row, size_t limit) override {
    absl::MutexLock lock(&mutex_);
    return customers_.List(after_row, limit);
  }
  absl::StatusOr<std::vector<MessageRow>> Messages(absl::Span<const MessageId> ids) override {
    absl::MutexLock lock(&mutex_);
    return outbox_.Find(ids);
  }
  absl::StatusOr<std::vector<MessageRow>> ListMessages(const MessageFilter& filter) override {
    absl::MutexLock lock(&mutex_);
    return outbox_.List(filter);
  }
  absl::StatusOr<std::optional<DecisionRow>> Decision(DecisionId id) override {
    absl::MutexLock lock(&mutex_);
    auto it = decisions_.find(id);
    return it == decisions_.end() ? std::nullopt : std::optional<DecisionRow>(it->second);
  }
  absl::StatusOr<std::vector<WarningRow>> Warnings(size_t limit) override {
    absl::MutexLock lock(&mutex_);
    return warnings_.Newest(limit);
  }
  absl::StatusOr<std::vector<RefusedRow>> Refused(size_t limit) override {
    absl::MutexLock lock(&mutex_);
    return refused_.Newest(limit);
  }
  absl::StatusOr<std::vector<ConsentRow>> Consents(CustomerRow customer, ConsentId after_id, size_t limit) override {
    absl::MutexLock lock(&mutex_);
    return ledger_.Consents(customer, after_id, limit);
  }
  absl::StatusOr<std::vector<CounterRow>> Counters() override {
    absl::MutexLock lock(&mutex_);
    std::vector<CounterRow> rows;
    for (const auto& [counter, row] : counters_) rows.push_back(row);
    return rows;
  }
  absl::StatusOr<int64_t> BusiestTally(const std::string& channel, int64_t from_slot, int64_t before_slot) override {
    absl::MutexLock lock(&mutex_);
    int64_t busiest = 0;
    for (auto tally = tallies_.lower_bound({channel, from_slot});
         tally != tallies_.end() && tally->first < std::pair(channel, before_slot); ++tally)
      busiest = std::max(busiest, tally->second);
    return busiest;
  }
  absl::StatusOr<StoreStatus> Status() override {
    absl::MutexLock lock(&mutex_);
    StoreStatus status{.cursor = fold_.cursor, .back_fill = fold_.back_fill, .head = head_};
    if (auto it = FirstAfter(fold_.cursor); it != log_.end()) status.oldest_unfolded_at_ms = it->row.ingested_at_ms;
    if (!log_.empty()) status.newest_ingested_at_ms = log_.back().row.ingested_at_ms;
    if (holder_ != 0) status.lease_end = lease_;
    status.channels = outbox_.Channels();
    const std::vector<ErasureRow> pending = ledger_.Erasures({}, /*pending=*/true, SIZE_MAX);
    status.erasures_pending = static_cast<int64_t>(pending.size());
    if (!pending.empty()) status.oldest_erasure_at_ms = pending.front().filed_at_ms;
    return status;
  }
  absl::Status Backup(const std::string&) override {
    return absl::FailedPreconditionError("a database in memory has no file to copy");
  }
  absl::StatusOr<std::string> FindDamage() override { return std::string(); }
  absl::Status MarkRestored(int64_t now_ms) override {
    absl::MutexLock lock(&mutex_);
    fold_.restored_at_ms = std::max(fold_.restored_at_ms, now_ms);
    return FreeLease();
  }
  absl::Status Adopt() override { return absl::OkStatus(); }  // it has no copy
  absl::Status Checkpoint() override { return absl::OkStatus(); }
  void SetCheckpointRequest(std::function<void()>) override {}

 private:
  class Change final : public OutboxChange {
   public:
    Change(MemoryStore& store, const OutboxPlan& plan) ABSL_NO_THREAD_SAFETY_ANALYSIS  // held as long as it lives
        : store_(store),
          lock_(&store.mutex_) {
      view() = store.Read(plan);
    }
    absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
      store_.mutex_.AssertHeld();
      return store_.customers_.Resolve(keys);
    }
    absl::Status Commit(const OutboxWrite& write) override ABSL_NO_THREAD_SAFETY_ANALYSIS {
      assert(FindBreach(write).empty());
      absl::Status written = store_.Write(write);
      lock_.Release();
      return written;
    }

   private:
    MemoryStore& store_;
    absl::ReleasableMutexLock lock_;
  };

  struct Logged {
    LogRow row;
    int64_t bytes_end = 0;
  };

  // The first row with an event after `position`.
  std::deque<Logged>::const_iterator FirstAfter(Position position) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return std::upper_bound(log_.begin(), log_.end(), position,
                            [](Position p, const Logged& logged) { return p < logged.row.last; });
  }

  Position Push(LogRow row) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    row.last = head_.last += row.count;
    head_.bytes_end += static_cast<int64_t>(row.data.size());
    log_.push_back({.row = std::move(row), .bytes_end = head_.bytes_end});
    return head_.last;
  }

  absl::Status FreeLease() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ++fold_.epoch;
    holder_ = 0;
    lease_ = LeaseTime{};
    return absl::OkStatus();
  }

  absl::Status CheckEpoch(Epoch epoch) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (epoch == fold_.epoch) return absl::OkStatus();
    return absl::AbortedError(fmt::format("lease_lost: epoch {} of the fold lease is over", epoch.value()));
  }

  absl::Status CheckNew(const FoldWrite& write) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (const MessageRow& message : write.messages) {
      if (outbox_.Has(message.id))
        return absl::InternalError(fmt::format("message {} is there already", message.id.value()));
    }
    for (const DecisionRow& decision : write.decisions) {
      if (decisions_.contains(decision.id))
        return absl::InternalError(fmt::format("decision {} is there already", decision.id.value()));
    }
    return absl::OkStatus();
  }

  void CommitOutbox(const FoldWrite& write) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (const MessageRow& message : write.messages) {
      fold_.next_message = std::max(fold_.next_message, message.id.Next());
      outbox_.Add(message);
    }
    for (const FoldWrite::Move& move : write.moves) outbox_.Move(move);
    for (const Revocation& revocation : write.revocations) outbox_.Revoke(revocation);
  }

  void CommitRecords(const FoldWrite& write) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (const DecisionRow& decision : write.decisions) {
      fold_.next_decision = std::max(fold_.next_decision, decision.id.Next());
      decisions_[decision.id] = decision;
    }
    for (const CounterRow& delta : write.counters) {
      CounterRow& row = counters_[delta.counter];
      row.counter = delta.counter;
      row.count += delta.count;
      row.value = AddMoney(row.value, delta.value);
    }
    ledger_.Add(write);
    fold_.erasures = ledger_.any_erasure();
    fold_.newest_erasure = ledger_.newest_erasure();
    Forget(write.forgotten, refused_, warnings_);
    refused_.Add(write.refused);
    warnings_.Add(write.warnings);
  }

  // The newest row stays in any case, as in every store.
  void CommitLog() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (auto it = FirstAfter(fold_.cursor); it != log_.begin()) folded_bytes_ = std::prev(it)->bytes_end;
    while (log_.size() > 1 && log_.front().row.last <= fold_.cursor &&
           log_.front().row.ingested_at_ms < log_.back().row.ingested_at_ms - options_.log_keep_ms) {
      log_.pop_front();
    }
  }

  OutboxView Read(const OutboxPlan& plan) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    OutboxView view;
    view.messages = outbox_.Find(plan.ids);
    view.next_token = outbox_.next_token();
    view.cursor = fold_.cursor;
    if (plan.lapsed) view.lapsed = outbox_.FindLapsed(*plan.lapsed);
    if (!plan.ready) return view;
    view.behind = head_.last - fold_.cursor > plan.ready->tail_max;
    view.tallies = plan.ready->tallies;
    for (Tally& tally : view.tallies) {
      const auto found = tallies_.find({tally.channel, tally.slot});
      tally.count = found == tallies_.end() ? 0 : found->second;
    }
    const Position known = plan.ready->known_cursor == fold_.cursor ? plan.ready->known_to : Position();
    for (auto it = FirstAfter(std::max(known, fold_.cursor));
         it != log_.end() && it->row.last <= fold_.cursor + plan.ready->tail_max; ++it)
      view.tail.push_back(it->row);
    if (view.behind) {
      const Position read_to = view.tail.empty() ? std::max(known, fold_.cursor) : view.tail.back().last;
      for (auto it = FirstAfter(read_to); it != log_.end() && view.erasing.size() <= kErasingRowsMax; ++it)
        if (it->row.erases) view.erasing.push_back(it->row);
    }
    if (view.erasing.size() <= kErasingRowsMax) view.ready = outbox_.FindReady(*plan.ready, view.behind);
    return view;
  }

  absl::Status Write(const OutboxWrite& write) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (const MessageRow& update : write.updates) {
      if (outbox_.Has(update.id)) continue;
      return absl::InternalError(
          fmt::format("message {} is not in the outbox, it cannot be changed", update.id.value()));
    }
    for (const MessageRow& update : write.updates) outbox_.Update(update);
    for (const Tally& tally : write.tallies) {
      tallies_[{tally.channel, tally.slot}] += tally.count;
      tallies_.erase(tallies_.lower_bound({tally.channel, INT64_MIN}),
                     tallies_.lower_bound({tally.channel, tally.slot - kTallySlotsKept}));
    }
    if (write.append) Push(*write.append);
    return absl::OkStatus();
  }

  const StoreOptions options_;
  absl::Mutex mutex_;
  std::deque<Logged> log_ ABSL_GUARDED_BY(mutex_);
  LogHead head_ ABSL_GUARDED_BY(mutex_);
  int64_t folded_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  FoldState fold_ ABSL_GUARDED_BY(mutex_);
  uint64_t holder_ ABSL_GUARDED_BY(mutex_) = 0;  // of the lease; 0: none
  LeaseTime lease_ ABSL_GUARDED_BY(mutex_);
  MemoryCustomers customers_ ABSL_GUARDED_BY(mutex_);
  MemoryOutbox outbox_ ABSL_GUARDED_BY(mutex_);
  std::map<DecisionId, DecisionRow> decisions_ ABSL_GUARDED_BY(mutex_);
  MemoryLedger ledger_ ABSL_GUARDED_BY(mutex_);
  std::map<Counter, CounterRow> counters_ ABSL_GUARDED_BY(mutex_);
  Ring<RefusedRow> refused_ ABSL_GUARDED_BY(mutex_){kRefusedKeptMax};
  Ring<WarningRow> warnings_ ABSL_GUARDED_BY(mutex_){kWarningsKeptMax};
  std::map<Revision, std::string> definitions_ ABSL_GUARDED_BY(mutex_);
  StoredHolds holds_ ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, int64_t>, int64_t> tallies_ ABSL_GUARDED_BY(mutex_);  // by channel and slot
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore(const StoreOptions& options) { return std::make_unique<MemoryStore>(options); }

}  // namespace cartwheel
