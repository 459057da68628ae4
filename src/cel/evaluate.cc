#include "cel/evaluate.h"

#include <algorithm>

#include "cel/arena.h"
#include "cel/compare.h"
#include "cel/library.h"
#include "cel/limits.h"
#include "cel/operators.h"
#include "cel/optional.h"
#include "cel/turning.h"

namespace cartwheel::cel {
namespace {

constexpr std::string_view kNoSuchKey = "no such key";

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
        return Field(Variable(op.a), op.b);
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
    if (op.function == Function::kOptionalIndex || (op.function == Function::kIndex && left.kind() == Kind::kOptional)) return OptionalAt(left, right);
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
    Value left = Field(Variable(op.a), op.b);
    return left.is_absent() ? left : DecideOrder(op.function, left, code_.constants[op.c]);
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
  Value OrElse(const Op& op, const Scope* scope) {
    const Value first = Eval(op.a, scope);
    if (first.is_absent()) return first;
    if (first.kind() != Kind::kOptional) return Fail(kNoOverload, Symbol(op.function));
    if (first.inside() != nullptr) return op.function == Function::kOrElse ? first : *first.inside();
    const Value second = Eval(op.b, scope);
    if (op.function == Function::kOrElse && !second.is_absent() && second.kind() != Kind::kOptional) return Fail(kNoOverload, Symbol(op.function));
    return second;
  }

  // Operand i; an optional one comes as what is inside of it, *left_out when that is nothing. Absent then, and after an error.
  Value Operand(const Op& op, uint32_t i, const Scope* scope, bool* left_out) {
    const uint32_t operand = code_.operands[op.a + i];
    *left_out = false;
    const Value value = Eval(operand & ~kOptionalBit, scope);
    if ((operand & kOptionalBit) == 0 || value.is_absent()) return value;
    if (value.kind() != Kind::kOptional) return Fail(kNoOverload, "an optional element");
    *left_out = value.inside() == nullptr;
    return *left_out ? Value() : *value.inside();
  }

  Value Call(const Op& op, const Scope* scope) {
    Value operands[kArgumentsMax];
    for (uint32_t i = 0; i < op.b; ++i)
      if (operands[i] = Eval(code_.operands[op.a + i], scope); operands[i].is_absent()) return Value();
    std::string_view error;
    Value value = CallLibrary(code_.calls[op.c], {operands, op.b}, arena_, &error);
    return value.is_absent() ? Fail(error, code_.calls[op.c].front().name) : value;
  }

  Value MakeList(const Op& op, const Scope* scope) {
    std::vector<Value> elements;
    elements.reserve(op.b);
    for (uint32_t i = 0; i < op.b; ++i) {
      bool left_out = false;
      const Value value = Operand(op, i, scope, &left_out);
      if (!value.is_absent()) elements.push_back(value);
      else if (!left_out) return Value();
    }
    return Keep(arena_.List(std::move(elements)));
  }

  Value MakeMap(const Op& op, const Scope* scope) {
    std::vector<Entry> entries;
    for (uint32_t i = 0; i < op.b; i += 2) {
      bool left_out = false;
      const Value key = Operand(op, i, scope, &left_out);
      if (key.is_absent()) return Value();
      const Value value = Operand(op, i + 1, scope, &left_out);
      if (value.is_absent() && !left_out) return Value();
      if (!left_out && !AddEntry(key, value, &entries)) return Value();
    }
    return Keep(arena_.Map(std::move(entries)));
  }

  bool AddEntry(const Value& key, const Value& value, std::vector<Entry>* entries) {
    const Kind kind = key.kind();
    if (kind != Kind::kString && kind != Kind::kInt && kind != Kind::kUint && kind != Kind::kBool)
      return Fail("a map key that is no string, int, uint or bool"), false;
    for (const Entry& entry : *entries)
      if (Equal(entry.first, key)) return Fail("a map key that stands twice"), false;
    entries->emplace_back(key, value);
    return true;
  }

  Value Keep(const Value& value) { return arena_.full() ? Fail(kTooMuchMade) : value; }

  // The scope of one element, as macros of one name and of two see it.
  Value InElement(uint32_t body, const Op& op, const Value& range, size_t i, const Scope* scope) {
    const Entry entry = range.is_map() ? range.entry(i) : Entry(Value::Int(static_cast<int64_t>(i)), range.at(i));
    if (op.names == 1) {
      const Scope inner{range.is_map() ? entry.first : entry.second, scope};
      return Eval(body, &inner);
    }
    const Scope first{entry.first, scope}, second{entry.second, &first};
    return Eval(body, &second);
  }

  // Whether a filter lets an element through; empty after an error.
  std::optional<bool> Passes(uint32_t filter, const Op& op, const Value& range, size_t i, const Scope* scope) {
    if (filter == kNoOp) return true;
    Value value = InElement(filter, op, range, i, scope);
    if (value.kind() == Kind::kBool) return value.boolean();
    if (!value.is_absent()) Fail(kNoOverload, "the condition of a macro");
    return std::nullopt;
  }

  Value RunMacro(const Op& op, const Scope* scope) {
    Value range = Eval(op.a, scope);
    if (range.is_absent()) return range;
    if (op.macro == Macro::kBind) {
      const Scope inner{range, scope};
      return Eval(op.b, &inner);
    }
    if (op.macro == Macro::kOptMap || op.macro == Macro::kOptFlatMap) return MapOptional(op, range, scope);
    if (!range.is_list() && !range.is_map()) return Fail("neither a list nor a map");
    return op.macro <= Macro::kExistsOne ? Decide(op, range, scope) : Transform(op, range, scope);
  }

  // optMap, optFlatMap.
  Value MapOptional(const Op& op, const Value& range, const Scope* scope) {
    if (range.kind() != Kind::kOptional) return Fail(kNoOverload, "optMap");
    if (range.inside() == nullptr) return range;
    const Scope inner{*range.inside(), scope};
    const Value made = Eval(op.b, &inner);
    if (made.is_absent()) return made;
    if (op.macro == Macro::kOptMap) return Keep(arena_.Optional(made));
    return made.kind() == Kind::kOptional ? made : Fail(kNoOverload, "optFlatMap");
  }

  // exists, all, exists_one.
  Value Decide(const Op& op, const Value& range, const Scope* scope) {
    size_t size = range.size(), matches = 0;
    std::optional<Failure> first;
    bool decisive = op.macro == Macro::kExists;
    for (size_t i = 0; i < size; ++i) {
      if (++iterations_ > kIterationsMax) return Fail("too many elements visited");
      Value value = InElement(op.b, op, range, i, scope);
      if (value.kind() == Kind::kBool) {
        if (op.macro == Macro::kExistsOne) {
          matches += value.boolean();
        } else if (value.boolean() == decisive) {
          return value;
        }
        continue;
      }
      if (!value.is_absent()) Fail(kNoOverload, "the condition of a macro");
      if (op.macro == Macro::kExistsOne) return Value();  // not even a second match makes up for an error
      if (!first) first = failure_;
    }
    if (first) return Fail(first->what, first->about);
    return Value::Bool(op.macro == Macro::kExistsOne ? matches == 1 : !decisive);
  }

  // map, filter, transformList, transformMap, transformMapEntry.
  Value Transform(const Op& op, const Value& range, const Scope* scope) {
    std::vector<Value> elements;
    std::vector<Entry> entries;
    const bool filters = op.macro == Macro::kFilter;
    for (size_t i = 0; i < range.size(); ++i) {
      if (++iterations_ > kIterationsMax) return Fail("too many elements visited");
      const std::optional<bool> passes = Passes(filters ? op.b : op.c, op, range, i, scope);
      if (!passes) return Value();
      if (!*passes) continue;
      const Value key = range.is_map() ? range.entry(i).first : Value::Int(static_cast<int64_t>(i));
      const Value made = filters ? (range.is_map() ? key : range.at(i)) : InElement(op.b, op, range, i, scope);
      if (made.is_absent()) return made;
      if (op.macro == Macro::kTransformMap) {
        entries.emplace_back(key, made);
      } else if (op.macro == Macro::kTransformMapEntry) {
        if (!made.is_map()) return Fail(kNoOverload, "transformMapEntry");
        for (size_t k = 0; k < made.size(); ++k)
          if (!AddEntry(made.entry(k).first, made.entry(k).second, &entries)) return Value();
      } else {
        elements.push_back(made);
      }
    }
    const bool is_map = op.macro == Macro::kTransformMap || op.macro == Macro::kTransformMapEntry;
    return Keep(is_map ? arena_.Map(std::move(entries)) : arena_.List(std::move(elements)));
  }

  Arena arena_;
  const Code& code_;
  absl::Span<const Value> variables_;
  int64_t now_ms_;
  Failure failure_;
  int64_t holds_until_ms_ = kHoldsForever;
  int64_t iterations_ = 0;
};

Result EvaluateAt(const Code& code, absl::Span<const Value> variables, int64_t now_ms) {
  Evaluation evaluation(code, variables, now_ms);
  Result result;
  result.value = evaluation.Eval(static_cast<uint32_t>(code.ops.size() - 1), nullptr);
  if (result.value.is_absent()) {
    result.error = true;
    result.what = evaluation.failure().what;
    result.about = evaluation.failure().about;
  }
  result.made = evaluation.made();
  result.holds_until_ms = evaluation.holds_until_ms();
  return result;
}

bool Same(const Result& a, const Result& b) {
  if (a.error || b.error) return a.error == b.error && a.what == b.what && a.about == b.about;
  return a.value.kind() == b.value.kind() && Equal(a.value, b.value);
}

}  // namespace

// A comparison that turns need not turn the whole (the other side of an || may hold), so the result is looked at again
// at each turning point until it differs. Until the first of them every comparison made keeps its outcome, so the path
// through the code is the same: no change can hide in between.
Result EvaluateCode(const Code& code, absl::Span<const Value> variables) {
  Result result;
  result.error = true;
  if (variables.size() < code.variable_names.size()) {
    result.what = "fewer values than the expression has variables";
    return result;
  }
  if (code.now_slot < 0) return EvaluateAt(code, variables, 0);
  const Value& now = variables[static_cast<size_t>(code.now_slot)];
  if (now.kind() != Kind::kTimestamp) {
    result.what = "no timestamp for the variable";
    result.about = code.variable_names[static_cast<size_t>(code.now_slot)];
    return result;
  }
  result = EvaluateAt(code, variables, now.integer());
  for (int i = 0; i < kChangePointsMax && result.holds_until_ms != kHoldsForever; ++i) {
    Result then = EvaluateAt(code, variables, result.holds_until_ms);
    if (!Same(result, then)) break;
    result.holds_until_ms = then.holds_until_ms;
  }
  return result;
}

std::optional<Value> Fold(const Code& code, uint32_t op, std::shared_ptr<const void>* made) {
  Evaluation evaluation(code, {}, 0);
  Value value = evaluation.Eval(op, nullptr);
  *made = evaluation.made();
  return value.is_absent() ? std::nullopt : std::optional<Value>(value);
}

}  // namespace cartwheel::cel
