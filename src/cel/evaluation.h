// Runs code over values. An Evaluation is one run at one moment; what it does with many values (lists and maps made,
// macros, optional values, the past) is in evaluation.cc. An error travels as an absent value, its text beside it, so
// that && and || can drop it.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "cel/arena.h"
#include "cel/cel.h"
#include "cel/code.h"
#include "cel/compare.h"
#include "cel/drift.h"
#include "cel/history.h"
#include "cel/library.h"
#include "cel/limits.h"
#include "cel/operators.h"

namespace cartwheel::cel {

inline constexpr std::string_view kNoSuchKey = "no such key";

struct Failure {
  std::string_view what, about;
};

// The variables of the macros around an operation, innermost first.
struct Scope {
  Value value;
  const Scope* outer;
};

class Evaluation {
 public:
  Evaluation(const Code& code, absl::Span<const Value> variables, int64_t now_ms)
      : code_(code), variables_(variables), now_ms_(now_ms) {}

  Value Eval(uint32_t index, const Scope* scope) {
    const Op& op = code_.ops[index];
    switch (op.operation) {
      case Operation::kConstant:
        return code_.constants[op.a];
      case Operation::kVariable:
        return Variable(op.a);
      case Operation::kNow:
        return Value::Timestamp(now_ms_);
      case Operation::kBound:
        for (uint32_t i = 0; i < op.a; ++i) scope = scope->outer;
        return scope->value;
      case Operation::kField:
        return Field(Eval(op.a, scope), op.b);
      case Operation::kVariableField:
        return VariableField(code_.fields[op.a]);
      case Operation::kHas:
        return Has(Eval(op.a, scope), op.b);
      case Operation::kUnary:
        return Unary(op, Eval(op.a, scope));
      case Operation::kBinary:
        return Binary(op, scope);
      case Operation::kCompare:
        return Comparison(op, scope);
      case Operation::kCompareField:
        return FieldComparison(op);
      case Operation::kCompareTime:
        return TimeComparison(op, scope);
      case Operation::kCompareAge:
        return AgeComparison(op, scope);
      case Operation::kAnd:
        return Logic(op, scope, false);
      case Operation::kOr:
        return Logic(op, scope, true);
      case Operation::kConditional:
        return Conditional(op, scope);
      case Operation::kMacro:
        return RunMacro(op, scope);
      case Operation::kOrElse:
        return OrElse(op, scope);
      case Operation::kCall:
        return Call(op, scope);
      case Operation::kHistory:
        return AskHistory(*code_.history[op.a], scope);
      case Operation::kSegment:
        return AskSegment(*code_.segments[op.a]);
      case Operation::kFail:
        return Fail(code_.constants[op.a].text());
      case Operation::kMakeList:
        return MakeList(op, scope);
      case Operation::kMakeMap:
        return MakeMap(op, scope);
    }
    return Value();
  }

  const Failure& failure() const { return failure_; }
  int64_t holds_until_ms() const { return holds_until_ms_; }
  std::shared_ptr<const void> made() const { return arena_.made(); }

 private:
  Value Fail(std::string_view what, std::string_view about = {}) {
    failure_ = {what, about};
    return Value();
  }

  Value Variable(uint32_t slot) {
    const Value& value = variables_[slot];
    return value.is_absent() ? Fail("no value for the variable", code_.variable_names[slot]) : value;
  }

  Value VariableField(const FieldCode& field) {
    const Value& map = variables_[field.slot];
    if (field.get == nullptr || !map.is_map() || map.ops() != field.ops) return Field(Variable(field.slot), field.key);
    const Value value = field.get(map.object());
    return value.is_absent() ? Fail(kNoSuchKey, code_.constants[field.key].text()) : value;
  }

  Value Field(const Value& map, uint32_t key) {
    std::string_view name = code_.constants[key].text();
    if (map.is_map()) {
      Value found = map.Find(name);
      return found.is_absent() ? Fail(kNoSuchKey, name) : found;
    }
    if (map.kind() == Kind::kOptional) return OptionalAt(map, code_.constants[key]);
    return map.is_absent() ? Value() : Fail("not a map, so it has no field", name);
  }

  // range.?key, range[?key] and whatever is read of an optional: an optional of what is there.
  Value OptionalAt(const Value& range, const Value& key) {
    std::string_view error;
    Value found = SelectOptional(range, key, arena_, &error);
    return found.is_absent() ? Fail(error, Symbol(Function::kOptionalIndex)) : Keep(found);
  }

  Value Has(const Value& map, uint32_t key) {
    if (map.is_map()) return Value::Bool(!map.Find(code_.constants[key].text()).is_absent());
    if (map.kind() == Kind::kOptional) {
      const Value found = OptionalAt(map, code_.constants[key]);
      return found.is_absent() ? found : Value::Bool(found.inside() != nullptr);
    }
    return map.is_absent() ? Value() : Fail("not a map, so it has no field", code_.constants[key].text());
  }

  Value Unary(const Op& op, const Value& operand) {
    if (operand.is_absent()) return operand;
    std::string_view error;
    Value value = ApplyUnary(op.function, operand, arena_, &error);
    return value.is_absent() ? Fail(error, Symbol(op.function)) : Keep(value);
  }

  // Both operands, or false after an error of one.
  bool Operands(const Op& op, const Scope* scope, Value* left, Value* right) {
    *left = Eval(op.a, scope);
    if (left->is_absent()) return false;
    *right = Eval(op.b, scope);
    return !right->is_absent();
  }

  Value Binary(const Op& op, const Scope* scope) {
    Value left, right;
    if (!Operands(op, scope, &left, &right)) return Value();
    if (op.function == Function::kOptionalIndex || (op.function == Function::kIndex && left.kind() == Kind::kOptional))
      return OptionalAt(left, right);
    std::string_view error;
    Value value = ApplyBinary(op.function, left, right, arena_, &error);
    if (!value.is_absent()) return Keep(value);
    return Fail(error, error == kNoSuchKey && right.is_string() ? right.text() : Symbol(op.function));
  }

  Value DecideOrder(Function function, const Value& left, const Value& right) {
    if (IsEquality(function)) return Value::Bool(Equal(left, right) == (function == Function::kEqual));
    Order order = Compare(left, right);
    return order == Order::kNone ? Fail(kNoOverload, Symbol(function)) : Value::Bool(Satisfies(order, function));
  }

  Value Comparison(const Op& op, const Scope* scope) {
    Value left, right;
    return Operands(op, scope, &left, &right) ? DecideOrder(op.function, left, right) : Value();
  }

  Value FieldComparison(const Op& op) {
    Value left = VariableField(code_.fields[op.a]);
    return left.is_absent() ? left : DecideOrder(op.function, left, code_.constants[op.b]);
  }

  void TurnsAfter(int64_t delay_ms) {
    if (delay_ms != kNever && delay_ms < kHoldsForever - std::max<int64_t>(now_ms_, 0))
      holds_until_ms_ = std::min(holds_until_ms_, now_ms_ + delay_ms);
  }

  Value TimeComparison(const Op& op, const Scope* scope) {
    Value left, right;
    if (!Operands(op, scope, &left, &right)) return Value();
    if (left.kind() == right.kind() && (left.kind() == Kind::kTimestamp || left.kind() == Kind::kDuration))
      TurnsAfter(SignTurnsAfter(left.integer(), right.integer(), static_cast<int32_t>(op.c)));
    return DecideOrder(op.function, left, right);
  }

  // The same where the left side is an age that is a duration, and the right one is a constant.
  Value AgeComparison(const Op& op, const Scope* scope) {
    const Value since = VariableField(code_.fields[op.a]);
    const int64_t at_ms = since.integer();
    constexpr int64_t kAgeMax = int64_t{1} << 42;  // a century, so that no sum is near its end
    const bool plain = since.kind() == Kind::kTimestamp && since.nanoseconds() == 0 && at_ms > -kAgeMax &&
                       at_ms < kAgeMax && now_ms_ > -kAgeMax && now_ms_ < kAgeMax;
    if (!plain) return Eval(op.c, scope);
    const int64_t age_ms = now_ms_ - at_ms, bound_ms = code_.constants[op.b].integer();
    const Order order = age_ms < bound_ms ? Order::kLess : age_ms > bound_ms ? Order::kGreater : Order::kEqual;
    if (order != Order::kGreater) TurnsAfter(std::max<int64_t>(bound_ms - age_ms, 1));
    return Value::Bool(Satisfies(order, code_.ops[op.c].function));
  }

  // && and ||: one operand of `decisive` value settles it, whatever errors the others are; else the first error is it.
  Value Logic(const Op& op, const Scope* scope, bool decisive) {
    std::optional<Failure> first;
    for (uint32_t i = 0; i < op.b; ++i) {
      Value value = Eval(code_.operands[op.a + i], scope);
      if (value.kind() == Kind::kBool) {
        if (value.boolean() == decisive) return value;
      } else if (!first) {
        if (!value.is_absent()) Fail(kNoOverload, decisive ? "||" : "&&");
        first = failure_;
      }
    }
    return first ? Fail(first->what, first->about) : Value::Bool(!decisive);
  }

  Value Conditional(const Op& op, const Scope* scope) {
    Value condition = Eval(op.a, scope);
    if (condition.kind() == Kind::kBool) return Eval(condition.boolean() ? op.b : op.c, scope);
    return condition.is_absent() ? condition : Fail(kNoOverload, "? :");
  }

  // The second operand of or() and orValue() is computed only when the first is none.
  Value OrElse(const Op& op, const Scope* scope);

  // Operand i; an optional one comes as what is inside of it, *left_out when that is nothing. Absent then, and after an
  // error.
  Value Operand(const Op& op, uint32_t i, const Scope* scope, bool* left_out);

  Value Call(const Op& op, const Scope* scope) {
    Value operands[kArgumentsMax];
    for (uint32_t i = 0; i < op.b; ++i)
      if (operands[i] = Eval(code_.operands[op.a + i], scope); operands[i].is_absent()) return Value();
    std::string_view error;
    Value value = CallLibrary(code_.calls[op.c], {operands, op.b}, arena_, &error);
    return value.is_absent() ? Fail(error, code_.calls[op.c].front().name) : value;
  }

  // The instants of the windows at this moment; false after an error.
  bool Bounds(const HistoryCode& chain, const Scope* scope, HistoryBounds* bounds);

  // An event for which the condition has no answer (it lacks a property) does not count.
  Value AskHistory(const HistoryCode& chain, const Scope* scope);

  // The same of a chain that BackwardCount takes, from its bounds on. Empty: an event is none that it can count.
  std::optional<Value> CountBackward(const HistoryCode& chain, const History& history, const HistoryBounds& bounds,
                                     const Scope* scope);
  // Whether an event is one of those that a chain asks for.
  bool Counts(const HistoryCode& chain, const PastEvent& event, const Scope* scope) {
    if (event.type != chain.type) return false;
    ++iterations_;
    if (chain.predicate == kNoOp) return true;
    const Scope inner{PastEventValue(&event), scope};
    const Value passes = Eval(chain.predicate, &inner);
    return passes.kind() == Kind::kBool && passes.boolean();
  }

  // Who has no answer is no member.
  Value AskSegment(const Code& segment);

  Value MakeList(const Op& op, const Scope* scope);

  Value MakeMap(const Op& op, const Scope* scope);

  bool AddEntry(const Value& key, const Value& value, std::vector<Entry>* entries);

  Value Keep(const Value& value) { return arena_.full() ? Fail(kTooMuchMade) : value; }

  // The scope of one element, as macros of one name and of two see it.
  Value InElement(uint32_t body, const Op& op, const Value& range, size_t i, const Scope* scope);

  // Whether a filter lets an element through; empty after an error.
  std::optional<bool> Passes(uint32_t filter, const Op& op, const Value& range, size_t i, const Scope* scope);

  Value RunMacro(const Op& op, const Scope* scope);

  // optMap, optFlatMap.
  Value MapOptional(const Op& op, const Value& range, const Scope* scope);

  // exists, all, exists_one.
  Value Decide(const Op& op, const Value& range, const Scope* scope);

  // map, filter, transformList, transformMap, transformMapEntry.
  Value Transform(const Op& op, const Value& range, const Scope* scope);

  Arena arena_;
  const Code& code_;
  absl::Span<const Value> variables_;
  int64_t now_ms_;
  Failure failure_;
  int64_t holds_until_ms_ = kHoldsForever;
  int64_t iterations_ = 0;
};

[[nodiscard]] Result EvaluateCode(const Code& code, absl::Span<const Value> variables, int64_t before_ms);
// Program::Holds.
[[nodiscard]] bool HoldsCode(const Code& code, absl::Span<const Value> variables, bool on_error, int64_t* until_ms);
// The value of an operation that reads no variable, and what keeps it alive; empty when it is an error, which must stay
// one of run time.
[[nodiscard]] std::optional<Value> Fold(const Code& code, uint32_t op, std::shared_ptr<const void>* made);

}  // namespace cartwheel::cel
