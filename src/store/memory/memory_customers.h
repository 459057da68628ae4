// The customers of the store in memory, the keys that name them and their alarms. Used under the store's mutex.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "store/store.h"

namespace cartwheel {

class MemoryCustomers {
 public:
  std::vector<CustomerRow> Resolve(absl::Span<const std::string> keys) const {
    std::vector<CustomerRow> rows;
    for (const std::string& key : keys) {
      const auto it = aliases_.find(key);
      rows.push_back(it == aliases_.end() ? CustomerRow() : it->second);
    }
    return rows;
  }
  std::vector<std::string> Load(absl::Span<const CustomerRow> rows) const {
    std::vector<std::string> customers;
    for (CustomerRow row : rows) {
      const auto it = customers_.find(row);
      customers.push_back(it == customers_.end() ? std::string() : it->second);
    }
    return customers;
  }
  std::vector<StoredCustomer> List(CustomerRow after_row, size_t limit) const {
    std::vector<StoredCustomer> rows;
    for (auto it = customers_.upper_bound(after_row); it != customers_.end() && rows.size() < limit; ++it)
      rows.push_back({.row = it->first, .data = it->second});
    return rows;
  }
  void EachAlarmOf(int64_t from_hour, int64_t before_hour, EachAlarm each) const {
    for (auto it = alarms_.lower_bound(from_hour); it != alarms_.end() && it->first < before_hour; ++it)
      each(it->second);
  }
  std::optional<int64_t> FirstAlarm(int64_t from_hour) const {
    std::optional<int64_t> due_at_ms;
    const auto first = alarms_.lower_bound(from_hour);
    for (auto it = first; it != alarms_.end() && it->first == first->first; ++it)
      due_at_ms = std::min(due_at_ms.value_or(INT64_MAX), it->second.due_at_ms);
    return due_at_ms;
  }

  void Commit(const FoldWrite& write) {
    for (const StoredCustomer& customer : write.customers) {
      if (customer.data.empty()) {
        customers_.erase(customer.row);
      } else {
        customers_[customer.row] = customer.data;
      }
    }
    for (const FoldWrite::Alias& alias : write.aliases) {
      if (!alias.customer) {
        aliases_.erase(alias.key);
      } else {
        aliases_[alias.key] = alias.customer;
      }
    }
    alarms_.erase(alarms_.begin(), alarms_.lower_bound(write.alarms_done_before_ms / kHourMs));
    for (const AlarmEntry& alarm : write.alarms) alarms_.emplace(alarm.hour, alarm);
  }

 private:
  std::map<CustomerRow, std::string> customers_;
  std::map<std::string, CustomerRow> aliases_;
  std::multimap<int64_t, AlarmEntry> alarms_;  // by hour
};

}  // namespace cartwheel
