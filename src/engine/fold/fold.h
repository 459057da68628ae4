// The fold: reads the log after a durable cursor, applies events to the customers concerned, and commits everything
// that changed in one transaction; then fires the alarms that are due. The only writer of customers. Holds the fold
// lease while it lives.
//
// Order: an alarm due at d fires only after the fold has passed the head of the log as it was read at an instant ≥ d.
// The head is read once a round and kept across calls that answer `more`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "cartwheel/options.h"
#include "cartwheel/results.h"
#include "core/journey/apply.h"
#include "core/model/concerned_keys.h"
#include "engine/common/background_thread.h"
#include "engine/common/playbook_cache.h"
#include "engine/common/trail.h"
#include "engine/fold/alarms.h"
#include "engine/fold/back_fill.h"
#include "engine/fold/customer_cache.h"
#include "store/store.h"

namespace cartwheel {

class Fold {
 public:
  Fold(Store* store, const Options& options, Clock* clock, uint64_t holder);

  // Unavailable while another holds the lease. now_ms 0: the clock's.
  absl::StatusOr<AdvanceResult> Advance(int64_t now_ms);
  absl::Status Release();
  void SetCommitThread(BackgroundThread* thread) {
    commit_thread_ = thread;
  }  // null: commits run on the caller's thread
  void SetBatchMax(int64_t inputs) { batch_max_ = inputs; }
  void SetAddressById(bool on) { fold_options_.address_by_id = on; }
  int64_t cursor() const { return state_ ? state_->cursor : -1; }  // the last folded event; -1 without the lease

 private:
  // An event with the keys under which its customers are known.
  struct Input {
    Event event;
    int64_t position = 0;
    int64_t ingested_at_ms = 0;
    ConcernedKeys concerned;
  };
  static constexpr int64_t kBatchMax = 2'000;
  // One promise: everything up to `head` is folded before anything due at `now_ms` fires.
  struct Round {
    int64_t head = 0;
    int64_t now_ms = 0;
  };

  // Lease and rounds (fold.cc).
  absl::Status HoldLease();
  LeaseTime LeaseEnd() const;
  absl::Status RunRound(int64_t& work, AdvanceResult& result);
  absl::Status RunBatch(int64_t limit, int64_t& done, AdvanceResult& result);
  absl::Status ApplyBatch(int64_t limit);
  absl::StatusOr<int64_t> NextDue(int64_t now_ms, bool by_clock);

  // What the next batch is made of, read from the store and the wheel (fold_read.cc).
  absl::Status Read(int64_t limit);
  absl::Status ReadInputs(int64_t limit);
  absl::Status LoadConcerned();

  // Events (fold_events.cc).
  absl::Status FoldInputs();
  absl::Status FoldOne(const Input& input);
  absl::Status Identify(const Input& input, CachedCustomer& cached);
  absl::Status MergeInto(CachedCustomer& cached, CachedCustomer& device);
  void ForgetTraces(CachedCustomer& cached, int64_t position);
  absl::Status ExitDevice(const Input& input, CachedCustomer& cached);
  absl::Status TakeEndpoint(const Input& input, CachedCustomer& cached);

  // The past and the segments of a new playbook (fold_back_fill.cc); each at least one step, of about `limit` events or
  // customers.
  absl::Status BackFillPast(int64_t limit);
  absl::Status BackFillRow(const LogRow& row, std::string_view events);
  absl::Status BackFillRows(int64_t limit);

  // Alarms (fold_alarms.cc).
  absl::Status FireRows();

  // The batch at hand (fold_batch.cc).
  void Begin();
  FoldContext Context(int64_t ingested_at_ms);
  absl::Status EnsurePlaybooks(const CachedCustomer& cached);
  absl::Status EnsurePlaybooksOfSent(const CachedCustomer& cached);
  void Keep(CachedCustomer& cached);
  void LinkDecisions(CachedCustomer& cached, int64_t merged);
  void NoteWarnings(const Input& input, std::string_view who);  // fold_warnings.cc
  void Refuse(Reason reason, std::string_view message, int64_t position, std::string_view customer,
              std::string_view event_id);
  absl::Status Gather();
  void Forget();

  // Into the store (fold_commit.cc).
  void StagePending(AdvanceResult& result);
  absl::Status StartCommit();
  absl::Status AwaitCommit();

  Store* store_;
  const Options options_;
  Clock* clock_;
  const uint64_t holder_;
  FoldOptions fold_options_;

  std::optional<FoldState> state_;  // while the lease is ours
  BackFill back_fill_;              // state_'s, decoded
  LeaseTime lease_end_;
  std::optional<Round> round_;
  PlaybookCache playbook_cache_;
  CustomerCache customer_cache_;
  Alarms alarms_;

  BackgroundThread* commit_thread_ = nullptr;
  int64_t batch_max_ = kBatchMax;  // events and alarms of one: what another process's ingest may have to wait for
  std::optional<FoldWrite> pending_write_;  // a batch that memory holds and the store does not
  bool commit_started_ = false;             // the commit thread has it

  // The batch at hand: what it reads, what it will write, the numbers it has used up, and what it leaves out.
  std::vector<std::string> events_;  // of the log's rows; the inputs point into them
  std::vector<Input> inputs_;
  int64_t read_to_ = 0;       // the cursor after them
  std::vector<int64_t> due_;  // rows of customers whose alarm came
  FoldWrite write_;
  Effects effects_;
  FoldState next_;
  BackFill next_back_fill_;
  int64_t back_filled_ = 0;  // events and customers
  TrailWriter trail_{0};
  AdvanceResult counts_;
  absl::flat_hash_set<int64_t> quarantined_;  // positions of events left out; rows of customers, as negative numbers
};

}  // namespace cartwheel
