// The decision trail in the store: one row a fold, which holds an entry for every customer that took decisions in it.
// An entry points to the customer's entry before, and the customer's row to the newest: no index, and one write a fold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model/decision.h"
#include "store/read_store.h"

namespace cartwheel {

// Collects the entries of one fold, whose row will have the number `id`.
class TrailWriter {
 public:
  explicit TrailWriter(DecisionId id) : id_(id) {}
  // Appends an entry and returns the link to it. `previous`: the customer's newest link so far; `merged`: that of a
  // device merged into it; 0: none.
  DecisionLink Add(DecisionLink previous, DecisionLink merged, const std::vector<Decision>& decisions);
  bool empty() const { return entries_ == 0; }
  DecisionRow Row(int64_t now_ms) const { return {id_, data_, now_ms}; }

 private:
  DecisionId id_;
  int64_t entries_ = 0;
  std::string data_;
};

// The number of the row that a link leads to.
DecisionId TrailRowOf(DecisionLink link);
// Takes the decisions out of the entry that a link leads to, in the data of its row. Returns the entry's own links.
struct TrailLinks {
  DecisionLink previous, merged;
};
[[nodiscard]] absl::StatusOr<TrailLinks> BlankEntry(DecisionLink link, std::string& data);

// Reads the decisions that a link and its predecessors lead to, oldest first: the newest `limit` or a few more.
[[nodiscard]] absl::StatusOr<std::vector<Decision>> ReadTrail(ReadStore& store, DecisionLink newest, size_t limit);

}  // namespace cartwheel
