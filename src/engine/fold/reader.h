// Reads a batch: events of the log and, after the last of them, customers whose alarm is due, with all customers whom
// they concern. After it a batch needs nothing of the store but playbooks, so the commit of the batch before may run
// beside its steps.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "engine/common/playbook_cache.h"
#include "engine/fold/alarms.h"
#include "engine/fold/batch.h"
#include "engine/fold/customer_cache.h"
#include "store/log_store.h"

namespace cartwheel {

class Reader {
 public:
  // `hash_key`: the database's.
  Reader(LogStore* store, const HashKey& hash_key, CustomerCache* customers, Alarms* alarms,
         const PlaybookCache* playbooks)
      : store_(store), hash_key_(hash_key), customers_(customers), alarms_(alarms), playbooks_(playbooks) {}

  // Reads at most `limit` events and alarms from where the batch begins. If there are none, it reads about so many
  // events or customers of the back-fill. DataLoss when the log is damaged.
  [[nodiscard]] absl::Status Read(int64_t limit, Batch& batch);
  // Loads the customers that the batch concerns, once more after they were forgotten.
  [[nodiscard]] absl::Status LoadCustomers(const Batch& batch);

 private:
  [[nodiscard]] absl::Status ReadInputs(int64_t limit, Batch& batch);
  [[nodiscard]] absl::Status ReadPast(int64_t limit, Batch& batch);
  void ReadUnjudged(int64_t limit, Batch& batch);
  void ReadAdopting(int64_t limit, Batch& batch);
  void ReadAsked(int64_t limit, Batch& batch);

  LogStore* store_;
  const HashKey hash_key_;
  CustomerCache* customers_;
  Alarms* alarms_;
  const PlaybookCache* playbooks_;
};

}  // namespace cartwheel
