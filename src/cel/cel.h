// The expression language of conditions: the Common Expression Language (https://cel.dev) but for protobuf.
//
//   Environment world{{{"cart", Type::Object({{"value", TypeKind::kDouble}, {"quantity", TypeKind::kInt}})},
//                      {"event", Type::Map({})},
//                      {"now", TypeKind::kTimestamp, /*is_now=*/true}}};
//   absl::StatusOr<Program> program = CompileCondition("cart.value >= 50000 && cart.quantity > 0", world);
//   Value variables[] = {cart, event, Value::Timestamp(now_ms)};  // in the order of the Environment
//   if (program->Evaluate(variables).is_true()) …
//
// What it has: the core of the specification (literals, operators, conversions, macros of one and two names, type
// values, matches() by RE2, the parts of timestamps with time zones), and of cel-go's extensions strings (with format),
// math, encoders, cel.bind and optional values (a.?b, a[?b], optional.of, orValue). A condition that makes nothing (no
// text, list or map that was nowhere before) allocates nothing after Compile; what another makes, Result::made keeps.
//
// Values (base/value.h) are read in place. Money (kDecimal) is a double. Instants and spans are exact to the
// nanosecond; those of customers are whole milliseconds. A key that is not there is the error "no such key", which &&
// and || absorb and has() asks about; so is a variable whose value is absent.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/value.h"
#include "cel/type.h"

namespace cartwheel::cel {

// A field of a map, read from its object.
struct Getter {
  std::string_view name;  // static
  Value (*get)(const void* object) = nullptr;
};

struct Variable {
  std::string name;  // may be qualified: "shop.currency"
  Type type;
  bool is_now = false;      // the current time; at most one, a timestamp
  bool is_history = false;  // what events() looks at: a HistoryValue; at most one, beside a time. It cannot be named
  // How fields of a map of these operations are read without a look-up by name; a field that is not here, and a map of
  // others, is looked up.
  const ContainerOps* ops = nullptr;
  std::vector<Getter> getters = {};
};

class Program;

// What an expression may name. The index of a variable is its slot in Evaluate's argument.
struct Environment {
  std::vector<Variable> variables;
  std::string container;         // "a.b": a name x may mean a.b.x, a.x or x, the longest that there is; .x is x
  std::string timezone = "UTC";  // of days()
  int64_t history_ms = 0;        // what events() sees: so much of the past
  // The condition that segment('name') stands for; empty: there are no segments here.
  std::function<absl::StatusOr<Program>(std::string_view name)> segment;
  // what the checker finds is an error of run time, which && and || absorb, and no error of Compile
  bool unchecked = false;
};

inline constexpr int64_t kHoldsForever = std::numeric_limits<int64_t>::max();

struct Result {
  Value value;  // absent on an error; its parts live as long as the program, the variables and `made`
  bool error = false;
  std::string_view what;   // on an error: "no such key"; static
  std::string_view about;  // and its subject, if any: "price"; lives as long as the program and the variables
  // The earliest later instant at which the result (value or error) differs while only the time moves on. Exact, unless
  // kChangePointsMax crossings in a row leave the result as it is: then one of those, which is never too late. (The
  // ends of CEL's time ranges, where `now - x` becomes an error after 292 years, are not counted.)
  int64_t holds_until_ms = kHoldsForever;
  std::shared_ptr<const void> made;  // keeps alive what the evaluation made of the value; null when it made nothing

  bool is_true() const { return value.kind() == Kind::kBool && value.boolean(); }
  // "no such key: price"; empty when there is no error.
  std::string Message() const;
};

// What a program asks of the history.
struct HistoryNeed {
  std::string type;                     // of event
  std::vector<std::string> properties;  // that are looked at
  bool everything = false;              // all of them
  int64_t reach_ms = 0;                 // how far back its widest window of a fixed length goes
};

// What may become of the truth of a condition while nothing but the time moves on. An error is no truth.
struct Trend {
  bool rises = false, falls = false;                  // it may become true, may cease to be
  bool rises_by_loss = false, falls_by_loss = false;  // the same, where a past event has a `value` below nothing
};

// What a program reads, to know what may change its value.
struct Reads {
  std::vector<std::string>
      names;  // "customer.orders", "cart": a variable, or a field of it; but for the time and the history
  std::vector<HistoryNeed> history;
  bool time = false;
  Trend trend;
  // Of `names`, instants that a condition compares with the time alone: moved on to a later one, it becomes no truth.
  std::vector<std::string> ages;
};

struct Code;

// A compiled expression: immutable, safe to share between threads, cheap to copy.
class Program {
 public:
  // One value for each variable of the Environment, in its order. Costs no allocation, and of the variables reads only
  // what the expression names. holds_until_ms is exact where it is earlier than `before_ms`; else it may be too early,
  // though not before that: a caller that evaluates again by then anyhow need not pay for the search.
  Result Evaluate(absl::Span<const Value> variables, int64_t before_ms = kHoldsForever) const;
  // Whether the result is true, `on_error` where it is an error. *until_ms (may be null), in: as `before_ms`. Out:
  // until when that holds while only the time moves on; it is what Evaluate says of results, said of this answer.
  bool Holds(absl::Span<const Value> variables, bool on_error, int64_t* until_ms) const;
  const Type& type() const;
  const Reads& reads() const;
  const std::shared_ptr<const Code>& code() const { return code_; }

 private:
  friend absl::StatusOr<Program> Compile(std::string_view source, const Environment& environment);
  explicit Program(std::shared_ptr<const Code> code) : code_(std::move(code)) {}
  std::shared_ptr<const Code> code_;
};

// The error is InvalidArgument with one line: `1:14: unknown variable "crat", expected one of cart, customer, event`
// (line:column, 1-based, in code points).
absl::StatusOr<Program> Compile(std::string_view source, const Environment& environment);
// As Compile; a result that can only be something else than bool is an error too.
absl::StatusOr<Program> CompileCondition(std::string_view source, const Environment& environment);

// The parts of a condition that must all hold: the operands of its outermost &&, as they are written; else itself.
absl::StatusOr<std::vector<std::string>> Conjuncts(std::string_view source);

}  // namespace cartwheel::cel
