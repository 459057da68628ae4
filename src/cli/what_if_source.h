// What a real database knows that a replay of its past needs: the events of its log in the order of their arrival, and
// of each customer what was told before those begin.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "core/model/consent_row.h"
#include "core/model/event.h"
#include "core/model/ids.h"
#include "store/store.h"

namespace cartwheel::cli {

// Who a row of the database is: the id of a customer, or of a device.
struct Person {
  std::string id;
  bool anonymous = false;
};

// A message that the database made.
struct RealMessage {
  std::string recipient, journey, step, channel;
};

class WhatIfSource {
 public:
  explicit WhatIfSource(Store& store) : store_(store) {}

  // Finds where the log begins and ends. NotFound: it is empty.
  absl::Status Open();
  int64_t first_ms() const { return first_ms_; }  // when its first and last events arrived
  int64_t last_ms() const { return last_ms_; }

  // What was told of every customer before `start_ms`: attributes, addresses, devices that are known, orders, consents.
  absl::StatusOr<EventBatch> ToldBefore(int64_t start_ms);
  // Whether a customer has, or had, an address.
  bool has_addresses() const { return has_addresses_; }

  // Calls `each` with the events that arrived from `start_ms` on, in batches that arrived within a second: receipts and
  // what walks told are left out, and consents are as the ledger has them. `progress` hears how much was read.
  absl::Status ForEachArrival(int64_t start_ms, const std::function<absl::Status(const EventBatch&, int64_t)>& each,
                              const std::function<void(double)>& progress);
  // The message of a number; empty where it is not kept any more.
  absl::StatusOr<std::optional<RealMessage>> FindMessage(int64_t id);

 private:
  absl::StatusOr<Position> PositionAt(int64_t start_ms);
  absl::Status AddCustomers(int64_t start_ms, EventBatch* batch);
  absl::Status AddConsents(int64_t before_ms, EventBatch* batch);

  Store& store_;
  Position last_;
  int64_t first_ms_ = 0, last_ms_ = 0;
  bool has_addresses_ = false;
  absl::flat_hash_map<CustomerRow, Person> people_;
  std::vector<ConsentRow> ledger_;  // what counted, in the order of arrival
  size_t ledger_done_ = 0;
};

}  // namespace cartwheel::cli
