// Steps a batch: applies its inputs to their customers, and joins what they did.
//
// The inputs are stepped in runs. A run holds inputs each of which changes one customer and nothing else; an event that
// changes other customers too is a run of its own, so that all before it are joined. At the beginning of a run the
// customers of its inputs are looked up, and new ones get their rows, in input order. Its customers are shared out over
// shards by their rows. A shard steps its inputs in their order; the shards may be stepped in any order. Then the run
// is joined in input order (join.h): whatever the shards, the bytes are the same. With threads each shard of a run that
// is long enough is stepped on one.
#pragma once

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/common/playbook_cache.h"
#include "engine/common/step_threads.h"
#include "engine/fold/alarms.h"
#include "engine/fold/batch.h"
#include "engine/fold/customer_cache.h"
#include "engine/fold/step_scope.h"

namespace cartwheel {

class Stepper {
 public:
  Stepper(const FoldOptions& options, CustomerCache* customers, Alarms* alarms, PlaybookCache* playbooks)
      : options_(options), customers_(customers), alarms_(alarms), playbooks_(playbooks) {}

  void SetAddressById(bool on) { options_.address_by_id = on; }
  // At least 1. They are stepped one after the other.
  void SetShards(uint32_t shards) { shards_ = shards; }
  // As many shards as there are threads; null: one shard, on the caller's thread. They must outlive every Step.
  void SetThreads(StepThreads* threads) {
    threads_ = threads;
    shards_ = threads == nullptr ? 1 : threads->count();
  }

  // Steps the batch that was read; then its write set is complete. Internal with an input added to
  // `batch.quarantined`: it breaks an invariant. The customers must be forgotten and loaded again, and the batch be
  // stepped again.
  [[nodiscard]] absl::Status Step(Batch& batch);

 private:
  using Apply = absl::FunctionRef<absl::Status(size_t place, Applied& applied, Shard& shard)>;
  struct StepStatus {
    absl::Status status;
    const Applied* broken = nullptr;  // Internal: the input that breaks an invariant
  };

  [[nodiscard]] absl::Status StepEvents(const StepScope& scope);
  [[nodiscard]] absl::Status StepAlarms(const StepScope& scope);
  [[nodiscard]] absl::Status StepBackFill(const StepScope& scope);
  [[nodiscard]] absl::Status StepPasses(const StepScope& scope);
  size_t AddRun(size_t first, const StepScope& scope);
  CachedCustomer* CustomerOf(const Input& input, const StepScope& scope, bool* made);
  void AddToRun(CachedCustomer* cached, Position position, bool made, Batch& batch);
  // Applies the run, and joins it. `place` is an input's place in the run.
  [[nodiscard]] absl::Status StepRun(const StepScope& scope, Apply apply);
  static StepStatus StepShard(uint32_t number, Batch& batch, Apply apply);

  FoldOptions options_;
  CustomerCache* customers_;
  Alarms* alarms_;
  PlaybookCache* playbooks_;
  uint32_t shards_ = 1;
  StepThreads* threads_ = nullptr;
};

}  // namespace cartwheel
