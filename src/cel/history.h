// Questions about the past. A chain of calls,
//
//   events('product_added', event.properties.price > 1000).within(duration('24h')).sum('value')
//
// is one operation: which events, within which windows, and what is made of them. Nothing is made in between.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/history.h"
#include "cel/cel.h"
#include "cel/checker.h"
#include "cel/code.h"
#include "cel/names.h"
#include "cel/tree.h"

namespace cartwheel::cel {

enum class Aggregate : uint8_t { kCount, kExists, kDays, kFirst, kLast, kSum, kAvg, kMin, kMax, kDistinct };

enum class WindowKind : uint8_t {
  kWithin,   // at > now - a
  kSince,    // at >= a
  kBetween,  // a <= at < b
};

struct HistoryChain {
  NodeId events = 0;  // the call of events()
  struct Window {
    NodeId call;
    WindowKind kind;
  };
  std::vector<Window> windows;
  Aggregate aggregate = Aggregate::kCount;
  std::string property;  // of kSum and what comes behind it
};

// The chain that ends in this call; empty when it is none. The error is of a chain that is not complete, or written wrongly.
absl::StatusOr<std::optional<HistoryChain>> ReadHistoryChain(const Tree& tree, NodeId id);

// Checks the parts, with `event` bound in the predicate, and says what comes out. `visit` annotates a subtree.
absl::StatusOr<Type> CheckHistoryChain(const Tree& tree, const HistoryChain& chain, const Environment& environment, Names& names,
                                       std::vector<Annotation>& annotations, absl::FunctionRef<absl::Status(NodeId)> visit);

// What the chain asks of the past.
HistoryNeed NeedOf(const Tree& tree, const HistoryChain& chain);

// A chain as the evaluation has it.
struct HistoryCode {
  uint32_t slot = 0;                 // of the history
  uint64_t type = 0;                 // fingerprint
  uint32_t predicate = kNoOp;
  struct Window {
    WindowKind kind;
    uint32_t a, b;                   // operations
    bool a_moves, b_moves;           // with the time
  };
  std::vector<Window> windows;
  Aggregate aggregate = Aggregate::kCount;
  std::string property;
  absl::TimeZone zone;
  int64_t history_ms = 0;
};

// The events of a chain, one after the other, to the value.
class Aggregation {
 public:
  Aggregation(Aggregate aggregate, std::string_view property, const absl::TimeZone& zone) : aggregate_(aggregate), property_(property), zone_(zone) {}
  void Add(const PastEvent& event);
  // Absent on an error: the average of nothing.
  Value Get(std::string_view* error) const;

 private:
  void AddNumber(const Value& value);

  const Aggregate aggregate_;
  const std::string_view property_;
  const absl::TimeZone& zone_;
  int64_t count_ = 0;  // of events; of numbers, of different values, of days
  const PastEvent *first_ = nullptr, *last_ = nullptr;
  Money money_ = 0;  // the sum, while there are no doubles
  double real_ = 0;
  bool exact_ = true;
  Value least_, greatest_;
  absl::CivilDay day_;
  std::vector<uint64_t> different_;  // hashes, sorted
};

// Bounds of `at` at one moment: fixed ones, and ones that move on with the time. From is inclusive, before is not.
struct HistoryBounds {
  int64_t from_ms = INT64_MIN, before_ms = INT64_MAX;
  int64_t moving_from_ms = INT64_MIN, moving_before_ms = INT64_MAX;

  void From(int64_t at_ms, bool moves) { (moves ? moving_from_ms : from_ms) = std::max(moves ? moving_from_ms : from_ms, at_ms); }
  void Before(int64_t at_ms, bool moves) { (moves ? moving_before_ms : before_ms) = std::min(moves ? moving_before_ms : before_ms, at_ms); }
  bool Fixed(int64_t at_ms) const { return at_ms >= from_ms && at_ms < before_ms && at_ms >= moving_from_ms; }
  bool Entered(int64_t at_ms) const { return at_ms < moving_before_ms; }
};

}  // namespace cartwheel::cel
