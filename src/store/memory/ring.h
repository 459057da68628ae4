// The newest rows of a kind: the oldest go when there are too many.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "store/store.h"

namespace cartwheel {

template <typename Row>
class Ring {
 public:
  explicit Ring(size_t max) : max_(max) {}

  void Add(const std::vector<Row>& rows) {
    rows_.insert(rows_.end(), rows.begin(), rows.end());
    while (rows_.size() > max_) rows_.pop_front();
  }
  // Newest first.
  std::vector<Row> Newest(size_t limit) const {
    return std::vector<Row>(rows_.rbegin(), rows_.rbegin() + static_cast<int64_t>(std::min(limit, rows_.size())));
  }
  std::deque<Row>& rows() { return rows_; }
  void DropBefore(int64_t at_ms) {
    while (!rows_.empty() && rows_.front().at_ms < at_ms) rows_.pop_front();
  }

 private:
  size_t max_;
  std::deque<Row> rows_;
};

// Takes out what rows say of these customers.
inline void Forget(const std::vector<std::string>& customers, Ring<RefusedRow>& refused, Ring<WarningRow>& warnings) {
  auto forgotten = [&](const std::string& id) {
    return std::find(customers.begin(), customers.end(), id) != customers.end();
  };
  for (RefusedRow& row : refused.rows())
    if (forgotten(row.customer)) row.customer = row.event_id = "";
  for (WarningRow& row : warnings.rows())
    if (forgotten(row.customer)) row.customer = row.event_id = row.value = "";
}

}  // namespace cartwheel
