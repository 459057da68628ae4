// What the inputs of a batch are applied with, and what every one of them does around its customer.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "core/model/context.h"
#include "engine/common/playbook_cache.h"
#include "engine/fold/batch.h"
#include "engine/fold/customer_cache.h"

namespace cartwheel {

// An input changes its own customer and its shard. Only one that is alone in its run (stepper.h) may change the batch
// and look up other customers.
struct StepScope {
  Batch& batch;
  const FoldOptions& options;
  PlaybookCache& playbooks;
  CustomerCache& customers;
  // Held for reading by each thread that applies inputs, and for writing while a playbook is made available.
  absl::Mutex& playbooks_mutex;

  FoldContext Context(int64_t ingested_at_ms, Position position = {}) const;
  // Makes the playbooks available by which a customer walks. Internal when one is gone.
  [[nodiscard]] absl::Status EnsurePlaybooks(const Customer& customer) const;
  // The same of the messages that were sent: their walks may be over, and their playbooks not at hand. One that is gone
  // is left out.
  [[nodiscard]] absl::Status EnsurePlaybooksOfSent(const Customer& customer) const;
  // PlaybookCache::Ensure, by one of the threads that apply inputs.
  [[nodiscard]] absl::Status Ensure(Revision revision) const;
  // Makes a customer for a key that leads to none.
  CachedCustomer& MakeCustomer(const std::string& key, std::string_view id, bool anonymous) const;
};

// Hands the decisions that were taken to the customer they are about.
void KeepDecisions(Effects& effects, CachedCustomer& cached);

}  // namespace cartwheel
