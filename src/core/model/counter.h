// Counters of the report: what is counted, along which dimensions, on which day. Effects hold sums of them, the store
// has a row for each, queries read them as structs.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/money.h"
#include "core/model/reason.h"

namespace cartwheel {

// A new one is an enumerator before kCount and a row of kMetrics. Numbers are part of the file format: append, never
// move. In brackets: the dimensions it is counted along beside the day.
enum class Metric : uint8_t {
  kCustomers,
  kMerged,  // devices that became another customer
  kErased,
  kDuplicates,
  kRefused,   // events that were not taken [reason]
  kWarnings,  // fields that could not be read [step: the event's type, variant: the warning's code]
  kCartsOpened,
  kCartsOrdered,
  kCartsEmptied,
  kCartsExpired,
  kOrders,                // with their value
  kOrdersOtherCurrency,   // of these, those without a value in the shop's currency
  kOrdersCancelled,       // with the value taken back
  kOrdersRefunded,        // with the value given back
  kEntered,               // [journey]
  kNotEntered,            // [journey, reason]
  kCompleted,             // [journey]
  kExited,                // [journey, reason]
  kConverted,             // goals reached, with their value [journey]
  kMessages,              // [journey, step]
  kVariants,              // messages of steps with shares [journey, step, variant]
  kSmsTypes,              // messages by what they cost [journey, step, variant: sms, lms or mms]
  kReceipts,              // [journey, step, reason: the outcome]
  kOpened,                // [journey, step]
  kClicked,               // [journey, step]
  kSkipped,               // [journey, step, reason]
  kDropped,               // [journey, step, reason]
  kMembers,               // of segments [journey: the version of the definitions, step: the segment]
  kHistoryOtherCurrency,  // remembered events without a value in the shop's currency
  kHistoryLeftOut,        // properties of remembered events that were too long
  kHistoryOverflow,       // events forgotten before their time
  kDedupeOverflow,        // fingerprints of ids forgotten before their time
  kDeferred,              // sends that wait for an opening [journey, step, reason]
  kByRule,                // channels that a rule of the policy forbade or deferred [variant: its id, reason]
  kConsents,              // [step: the event's type]
  kWays,                  // where walks went on [journey, step, variant: the arm]
  kHandedOver,            // messages that arrived, or may have [journey, step: the channel]
  kOptOuts,               // withdrawals soon after such a message [journey, step: the channel, variant: how]
  kNotTold,               // notices of a duty that were not accepted in time [journey]
  kAddresses,             // what was said of addresses [step: the event's type, or "gone"]
  kMachineOpened,         // messages that a machine opened (journey/machine.h) [journey, step]
  kMachineClicked,        // the same of clicks [journey, step]

  kCount  // not a metric
};

// Names a counter: a view, for as long as a call lasts. Dimensions that its metric has not are empty.
struct CounterView {
  Metric metric = Metric::kCustomers;
  std::string_view journey;
  std::string_view step;
  std::string_view variant;
  Reason reason = Reason::kNone;
  std::string_view detail;  // of Reason::kEvent: the event's type; empty elsewhere, so that outside words are no rows

  bool operator==(const CounterView&) const = default;
};

struct Counter {
  Metric metric = Metric::kCustomers;
  std::string journey;
  std::string step;
  std::string variant;
  Reason reason = Reason::kNone;
  std::string detail;
  int64_t day = 0;  // of the fold that counted it, since 1970 in UTC; 0: the sum of all days

  Counter() = default;
  explicit Counter(const CounterView& view, int64_t on_day = 0);
  CounterView view() const { return {metric, journey, step, variant, reason, detail}; }
  auto operator<=>(const Counter&) const = default;
};

// A counter with what was counted.
struct CounterRow {
  Counter counter;
  int64_t count = 0;
  Money value = 0;
};

// The counter of the members of a segment, under one version of the definitions.
Counter MembersCounter(uint64_t version, std::string_view segment);

// Returns its name, with dimensions: "messages/cart_24_48_72/gentle", "exited/cart_24_48_72/order_completed".
std::string CounterPath(const CounterView& counter);

// Sums up what a batch counts: nothing is allocated for a counter that it has counted before.
class CounterSums {
 public:
  void Add(const CounterView& counter, int64_t count = 1, Money value = 0);
  void Add(const CounterSums& other);
  void Clear() { sums_.clear(); }
  // Returns the sums in the order of their counters, as of one day.
  std::vector<CounterRow> Rows(int64_t day) const;
  // Returns the count of one; 0 when it was not counted.
  int64_t Count(const CounterView& counter) const;
  bool empty() const { return sums_.empty(); }

 private:
  struct Sum {
    int64_t count = 0;
    Money value = 0;
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(const CounterView& counter) const;
    size_t operator()(const Counter& counter) const { return (*this)(counter.view()); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const CounterView& a, const CounterView& b) const { return a == b; }
    bool operator()(const Counter& a, const CounterView& b) const { return a.view() == b; }
    bool operator()(const CounterView& a, const Counter& b) const { return a == b.view(); }
    bool operator()(const Counter& a, const Counter& b) const { return a.view() == b.view(); }
  };
  absl::flat_hash_map<Counter, Sum, Hash, Equal> sums_;
};

// Sums rows over their days; `rows` are in the order of their counters, and so is the result.
std::vector<CounterRow> SumOverDays(std::vector<CounterRow> rows);
// Returns the count of a metric over all of its dimensions.
int64_t CountOf(const std::vector<CounterRow>& rows, Metric metric);

}  // namespace cartwheel
