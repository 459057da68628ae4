// A store that fails its N-th call, before or after doing it, and works again afterwards: what a full disk, a locked
// file or a lost connection look like from above. Forwards everything else.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "store/store.h"

namespace cartwheel::fault {

class FaultStore : public Store {
 public:
  explicit FaultStore(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  // Call number `call` (from 1) fails with `error`; `after`: it has done its work by then.
  void Arm(int64_t call, absl::Status error, bool after) {
    calls_ = 0, fail_at_ = call, error_ = std::move(error), after_ = after;
  }
  bool fired() const { return calls_ >= fail_at_; }
  std::function<void()> before_commit;

  HashKey hash_key() const override { return store_->hash_key(); }
  std::string File() const override { return store_->File(); }
  std::string WrittenFile() const override { return store_->WrittenFile(); }
  absl::StatusOr<Position> Append(const LogRow& row) override {
    return Try<absl::StatusOr<Position>>([&] { return store_->Append(row); });
  }
  absl::StatusOr<LogHead> Head() override {
    return Try<absl::StatusOr<LogHead>>([&] { return store_->Head(); });
  }
  absl::StatusOr<std::vector<LogRow>> ReadLog(Position after, Position until, int64_t events_max) override {
    return Try<absl::StatusOr<std::vector<LogRow>>>([&] { return store_->ReadLog(after, until, events_max); });
  }
  absl::StatusOr<FoldState> TakeLease(uint64_t holder, const LeaseTime& now, const LeaseTime& end) override {
    return Try<absl::StatusOr<FoldState>>([&] { return store_->TakeLease(holder, now, end); });
  }
  absl::Status ReleaseLease(Epoch epoch) override {
    return Try<absl::Status>([&] { return store_->ReleaseLease(epoch); });
  }
  absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
    return Try<absl::StatusOr<std::vector<CustomerRow>>>([&] { return store_->Resolve(keys); });
  }
  absl::StatusOr<std::vector<std::string>> Load(absl::Span<const CustomerRow> rows) override {
    return Try<absl::StatusOr<std::vector<std::string>>>([&] { return store_->Load(rows); });
  }
  absl::Status Alarms(int64_t from_hour, int64_t before_hour, EachAlarm each) override {
    return Try<absl::Status>([&] { return store_->Alarms(from_hour, before_hour, each); });
  }
  absl::StatusOr<std::optional<int64_t>> FirstAlarm(int64_t from_hour) override {
    return Try<absl::StatusOr<std::optional<int64_t>>>([&] { return store_->FirstAlarm(from_hour); });
  }
  absl::Status Commit(FoldWrite write) override {
    if (before_commit) before_commit();
    return Try<absl::Status>([&] { return store_->Commit(std::move(write)); });
  }
  absl::StatusOr<std::unique_ptr<OutboxChange>> BeginOutbox(const OutboxPlan& plan) override {
    auto begun = Try<absl::StatusOr<std::unique_ptr<OutboxChange>>>([&] { return store_->BeginOutbox(plan); });
    if (!begun.ok()) return begun;
    return std::make_unique<Change>(*this, *std::move(begun));
  }
  absl::StatusOr<std::optional<int64_t>> NextReady() override {
    return Try<absl::StatusOr<std::optional<int64_t>>>([&] { return store_->NextReady(); });
  }
  absl::StatusOr<std::optional<LeaseTime>> NextLapse() override {
    return Try<absl::StatusOr<std::optional<LeaseTime>>>([&] { return store_->NextLapse(); });
  }
  absl::Status SaveDefinition(Revision revision, const std::string& content, int64_t now_ms) override {
    return Try<absl::Status>([&] { return store_->SaveDefinition(revision, content, now_ms); });
  }
  absl::StatusOr<std::optional<std::string>> Definition(Revision revision) override {
    return Try<absl::StatusOr<std::optional<std::string>>>([&] { return store_->Definition(revision); });
  }
  absl::StatusOr<Revision> LatestRevision() override {
    return Try<absl::StatusOr<Revision>>([&] { return store_->LatestRevision(); });
  }
  absl::StatusOr<std::vector<Revision>> Revisions() override {
    return Try<absl::StatusOr<std::vector<Revision>>>([&] { return store_->Revisions(); });
  }
  absl::StatusOr<StoredHolds> Holds() override {
    return Try<absl::StatusOr<StoredHolds>>([&] { return store_->Holds(); });
  }
  absl::Status SaveHolds(int64_t version, const std::string& data) override {
    return Try<absl::Status>([&] { return store_->SaveHolds(version, data); });
  }
  // Reading for queries does not count: a test asks through them.
  absl::StatusOr<std::vector<StoredCustomer>> Customers(CustomerRow after_row, size_t limit) override {
    return store_->Customers(after_row, limit);
  }
  absl::StatusOr<std::vector<MessageRow>> Messages(absl::Span<const MessageId> ids) override {
    return store_->Messages(ids);
  }
  absl::StatusOr<std::vector<MessageRow>> ListMessages(const MessageFilter& filter) override {
    return store_->ListMessages(filter);
  }
  absl::StatusOr<std::optional<DecisionRow>> Decision(DecisionId id) override { return store_->Decision(id); }
  absl::StatusOr<std::vector<RefusedRow>> Refused(size_t limit) override { return store_->Refused(limit); }
  absl::StatusOr<std::vector<WarningRow>> Warnings(size_t limit) override { return store_->Warnings(limit); }
  absl::StatusOr<std::vector<ConsentRow>> Consents(CustomerRow customer, ConsentId after_id, size_t limit) override {
    return store_->Consents(customer, after_id, limit);
  }
  absl::StatusOr<std::vector<CounterRow>> Counters() override { return store_->Counters(); }
  absl::StatusOr<bool> DropOld(Epoch epoch, const KeepSpans& keep, size_t limit) override {
    return Try<absl::StatusOr<bool>>([&] { return store_->DropOld(epoch, keep, limit); });
  }
  absl::Status NoteAccess(const AccessRow& row) override {
    return Try<absl::Status>([&] { return store_->NoteAccess(row); });
  }
  absl::StatusOr<std::vector<AccessRow>> Accesses(AccessId after, const std::string& subject, size_t limit) override {
    return Try<absl::StatusOr<std::vector<AccessRow>>>([&] { return store_->Accesses(after, subject, limit); });
  }
  absl::StatusOr<ErasureId> NewestErasure() override {
    return Try<absl::StatusOr<ErasureId>>([&] { return store_->NewestErasure(); });
  }
  absl::StatusOr<std::vector<ErasureRow>> Erasures(ErasureId after, bool pending, size_t limit) override {
    return Try<absl::StatusOr<std::vector<ErasureRow>>>([&] { return store_->Erasures(after, pending, limit); });
  }
  absl::StatusOr<std::vector<MessageOwner>> Owners(MessageId after, size_t limit) override {
    return Try<absl::StatusOr<std::vector<MessageOwner>>>([&] { return store_->Owners(after, limit); });
  }
  absl::Status CommitSweep(const SweepWrite& write) override {
    return Try<absl::Status>([&] { return store_->CommitSweep(write); });
  }
  absl::StatusOr<int64_t> MarkStates(Epoch epoch) override {
    return Try<absl::StatusOr<int64_t>>([&] { return store_->MarkStates(epoch); });
  }
  absl::StatusOr<bool> DropStates(Epoch epoch, int64_t mark, size_t limit) override {
    return Try<absl::StatusOr<bool>>([&] { return store_->DropStates(epoch, mark, limit); });
  }
  absl::StatusOr<bool> EmptyChanges() override {
    return Try<absl::StatusOr<bool>>([&] { return store_->EmptyChanges(); });
  }
  absl::Status Backup(const std::string& path) override { return store_->Backup(path); }
  absl::StatusOr<std::string> FindDamage() override { return store_->FindDamage(); }
  absl::Status MarkRestored(int64_t now_ms) override { return store_->MarkRestored(now_ms); }
  absl::Status Adopt() override { return store_->Adopt(); }
  absl::StatusOr<int64_t> BusiestTally(const std::string& channel, int64_t from, int64_t before) override {
    return store_->BusiestTally(channel, from, before);
  }
  absl::StatusOr<StoreStatus> Status() override { return store_->Status(); }
  void SetCheckpointRequest(std::function<void()> commit_thread) override {
    store_->SetCheckpointRequest(std::move(commit_thread));
  }
  absl::Status Checkpoint() override {
    return Try<absl::Status>([&] { return store_->Checkpoint(); });
  }

 private:
  class Change final : public OutboxChange {
   public:
    Change(FaultStore& faults, std::unique_ptr<OutboxChange> change) : faults_(faults), change_(std::move(change)) {
      view() = std::move(change_->view());
    }
    absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
      return faults_.Try<absl::StatusOr<std::vector<CustomerRow>>>([&] { return change_->Resolve(keys); });
    }
    absl::Status Commit(const OutboxWrite& write) override {
      return faults_.Try<absl::Status>([&] { return change_->Commit(write); });
    }

   private:
    FaultStore& faults_;
    std::unique_ptr<OutboxChange> change_;
  };

  template <typename Result, typename Call>
  Result Try(Call call) {
    if (++calls_ != fail_at_) return call();
    if (after_) (void)call();
    return error_;
  }

  std::unique_ptr<Store> store_;
  std::atomic<int64_t> calls_{0};
  int64_t fail_at_ = 0;
  absl::Status error_;
  bool after_ = false;
};

}  // namespace cartwheel::fault
