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

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/history.h"
#include "cel/annotation.h"
#include "cel/cel.h"
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
  std::string property;  // of kSum and the kinds after it
};

// The chain that ends in this call; empty when it is none. The error is of a chain that is not complete, or written
// wrongly.
absl::StatusOr<std::optional<HistoryChain>> ReadHistoryChain(const Tree& tree, NodeId id);

// Checks the parts, with `event` bound in the predicate, and says what comes out. `visit` annotates a subtree.
absl::StatusOr<Type> CheckHistoryChain(const Tree& tree, const HistoryChain& chain, const Environment& environment,
                                       Names& names, std::vector<Annotation>& annotations,
                                       absl::FunctionRef<absl::Status(NodeId)> visit);

// What the chain asks of the past.
HistoryNeed NeedOf(const Tree& tree, const HistoryChain& chain);

// A chain as the evaluation has it.
struct HistoryCode {
  uint32_t slot = 0;  // of the history
  uint64_t type = 0;  // fingerprint
  uint32_t predicate = kNoOp;
  struct Window {
    WindowKind kind;
    uint32_t a, b;                          // operations
    bool a_moves, b_moves;                  // with the time
    std::optional<int64_t> within_ms = {};  // the span of a kWithin that is a constant
  };
  std::vector<Window> windows;
  Aggregate aggregate = Aggregate::kCount;
  std::string property;
  bool of_worth = false;  // the property is what an event was worth
  absl::TimeZone zone;
  int64_t history_ms = 0;
  // Of a count or a sum that is compared with a constant: the operation is the comparison, which knows when it turns.
  Function compare = Function::kNone;
  Value against;
};

// Whether a count, or an exact sum as money, compares so with the constant of a chain.
bool Satisfies(const HistoryCode& chain, int64_t number);

// A count or a sum of `value` that is compared with a constant, from the newest event back: what stays when the older
// ones have left their windows is known then, so one walk tells the answer and when it turns. It takes whole numbers
// and money of a size that cannot overflow.
class BackwardCount {
 public:
  // Whether a chain is of this kind.
  static bool Takes(const HistoryCode& chain) {
    return chain.compare != Function::kNone &&
           (chain.aggregate == Aggregate::kCount || (chain.aggregate == Aggregate::kSum && chain.of_worth));
  }
  explicit BackwardCount(const HistoryCode& chain) : chain_(chain), holds_(Satisfies(chain, 0)) {}
  // Takes the next older event. False: it cannot be counted so.
  [[nodiscard]] bool Add(const PastEvent& event);
  bool holds() const { return holds_; }
  // Of the events, the one whose leaving changes the answer; null: none does.
  const PastEvent* FirstToMatter() const { return holds_ ? ends_ : begins_; }

 private:
  const HistoryCode& chain_;
  int64_t number_ = 0;
  bool holds_;
  const PastEvent* newer_ = nullptr;
  const PastEvent *begins_ = nullptr, *ends_ = nullptr;  // when it has left, the comparison holds, or does not
};

// The events of a chain, one after the other, to the value.
class Aggregation {
 public:
  explicit Aggregation(const HistoryCode& chain) : chain_(chain) {}
  void Add(const PastEvent& event);
  // Absent on an error: the average of nothing.
  Value Get(std::string_view* error) const;
  // Of the events, which leave their windows one after the other, the one whose leaving changes what was got, or may;
  // null: none does.
  const PastEvent* FirstToMatter(const Value& got) const;

 private:
  // What an event contributes: money, the hash of a value, the number of a day.
  struct Part {
    const PastEvent* event;
    int64_t number;
  };
  using Different = absl::InlinedVector<int64_t, 32>;  // sorted

  void AddNumber(const Value& value, Part* part);
  const HistoryCode& chain_;
  absl::InlinedVector<Part, 64> parts_;
  Money money_ = 0;  // the sum, while there are no doubles
  double real_ = 0;  // the sum since then
  bool exact_ = true;
  int64_t numbers_ = 0;
  Value extreme_;  // the least or the greatest
  Different different_;
};

// Bounds of `at` at one moment: fixed ones, and ones that move on with the time. From is inclusive, before is not.
struct HistoryBounds {
  int64_t from_ms = INT64_MIN, before_ms = INT64_MAX;
  int64_t moving_from_ms = INT64_MIN, moving_before_ms = INT64_MAX;

  void From(int64_t at_ms, bool moves) {
    (moves ? moving_from_ms : from_ms) = std::max(moves ? moving_from_ms : from_ms, at_ms);
  }
  void Before(int64_t at_ms, bool moves) {
    (moves ? moving_before_ms : before_ms) = std::min(moves ? moving_before_ms : before_ms, at_ms);
  }
};

}  // namespace cartwheel::cel
