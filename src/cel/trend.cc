#include "cel/trend.h"

#include <algorithm>
#include <set>

#include "absl/functional/function_ref.h"
#include "cel/history.h"

namespace cartwheel::cel {
namespace {

constexpr Trend kAnyTrend = {.rises = true, .falls = true};

// Calls `visit` for the operations that an operation evaluates.
void ForEachOperand(const Code& code, const Op& op, absl::FunctionRef<void(uint32_t)> visit) {
  auto many = [&] {
    for (uint32_t i = 0; i < op.b; ++i) visit(code.operands[op.a + i] & ~kOptionalBit);
  };
  switch (op.operation) {
    case Operation::kConstant:
    case Operation::kVariable:
    case Operation::kNow:
    case Operation::kBound:
    case Operation::kVariableField:
    case Operation::kCompareField:
    case Operation::kSegment:
    case Operation::kFail:
      return;
    case Operation::kField:
    case Operation::kHas:
    case Operation::kUnary:
      return visit(op.a);
    case Operation::kCompareAge:
      return visit(op.c);
    case Operation::kBinary:
    case Operation::kCompare:
    case Operation::kCompareTime:
    case Operation::kOrElse:
      visit(op.a);
      return visit(op.b);
    case Operation::kConditional:
    case Operation::kMacro:
      visit(op.a);
      visit(op.b);
      if (op.c != kNoOp) visit(op.c);
      return;
    case Operation::kAnd:
    case Operation::kOr:
    case Operation::kCall:
    case Operation::kMakeList:
    case Operation::kMakeMap:
      return many();
    case Operation::kHistory: {
      const HistoryCode& history = *code.history[op.a];
      if (history.predicate != kNoOp) visit(history.predicate);
      for (const HistoryCode::Window& window : history.windows) {
        visit(window.a);
        if (window.b != window.a) visit(window.b);
      }
      return;
    }
  }
}

bool ReadsTime(const Code& code, uint32_t index) {
  const Op& op = code.ops[index];
  if (op.operation == Operation::kNow || op.operation == Operation::kHistory) return true;
  if (op.operation == Operation::kSegment) return code.segments[op.a]->now_slot >= 0;
  bool reads = false;
  ForEachOperand(code, op, [&](uint32_t operand) { reads |= ReadsTime(code, operand); });
  return reads;
}

// Whether it is made of the time, of fields and of constants alone, by addition and subtraction.
bool IsPlainSum(const Code& code, uint32_t index) {
  const Op& op = code.ops[index];
  if (op.operation == Operation::kBinary)
    return (op.function == Function::kAdd || op.function == Function::kSubtract) && IsPlainSum(code, op.a) &&
           IsPlainSum(code, op.b);
  return op.operation == Operation::kConstant || op.operation == Operation::kNow ||
         op.operation == Operation::kVariableField;
}

bool IsPlainComparison(const Code& code, const Op& op) {
  return op.operation == Operation::kCompareTime && IsOrdering(op.function) && IsPlainSum(code, op.a) &&
         IsPlainSum(code, op.b);
}

bool AsksForMore(Function function) { return function == Function::kGreater || function == Function::kGreaterEqual; }

// Of a count or a sum of events, which leave their windows one after the other, and none comes.
Trend TrendOfHistory(const Code& code, const HistoryCode& chain) {
  if (chain.predicate != kNoOp && ReadsTime(code, chain.predicate)) return kAnyTrend;
  for (const HistoryCode::Window& window : chain.windows) {
    const bool enters = window.kind == WindowKind::kBetween && window.b_moves;
    if (enters || !IsPlainSum(code, window.a) || !IsPlainSum(code, window.b)) return kAnyTrend;
  }
  if (chain.aggregate == Aggregate::kExists) return {.falls = true};
  if (!IsOrdering(chain.compare)) return kAnyTrend;
  const bool more = AsksForMore(chain.compare);
  const bool sums = chain.aggregate == Aggregate::kSum;
  if (sums && !chain.of_worth) return kAnyTrend;
  return {.rises = !more, .falls = more, .rises_by_loss = sums && more, .falls_by_loss = sums && !more};
}

Trend TrendOf(const Code& code, uint32_t index) {
  const Op& op = code.ops[index];
  if (op.operation == Operation::kAnd || op.operation == Operation::kOr) {
    Trend trend;
    ForEachOperand(code, op, [&](uint32_t operand) {
      const Trend part = TrendOf(code, operand);
      trend.rises |= part.rises;
      trend.falls |= part.falls;
      trend.rises_by_loss |= part.rises_by_loss;
      trend.falls_by_loss |= part.falls_by_loss;
    });
    return trend;
  }
  if (op.operation == Operation::kCompareAge) return TrendOf(code, op.c);
  if (!ReadsTime(code, index)) return {};
  if (op.operation == Operation::kSegment) return code.segments[op.a]->reads.trend;
  if (op.operation == Operation::kHistory) return TrendOfHistory(code, *code.history[op.a]);
  if (!IsPlainComparison(code, op)) return kAnyTrend;
  // What is left of the sign grows with the time, or shrinks.
  const bool grows = static_cast<int32_t>(op.c) > 0;
  return {.rises = grows == AsksForMore(op.function), .falls = grows != AsksForMore(op.function)};
}

using Names = std::set<std::string>;

struct FoundAges {
  Names ages, others;  // how a name is read
};

std::string NameOf(const Code& code, const Op& op) {
  return op.operation == Operation::kVariable ? code.variable_names[op.a] : FieldName(code, code.fields[op.a]);
}

bool ReadsName(const Op& op) {
  return op.operation == Operation::kVariable || op.operation == Operation::kVariableField ||
         op.operation == Operation::kCompareField;
}

void AddOthers(const Code& code, uint32_t index, FoundAges* found) {
  const Op& op = code.ops[index];
  if (ReadsName(op)) found->others.insert(NameOf(code, op));
  if (op.operation == Operation::kSegment)
    found->others.insert(code.segments[op.a]->reads.names.begin(), code.segments[op.a]->reads.names.end());
  ForEachOperand(code, op, [&](uint32_t operand) { AddOthers(code, operand, found); });
}

// Of a plain sum that stands on the greater side of a comparison, or is subtracted from it.
void AddSum(const Code& code, uint32_t index, bool greater, FoundAges* found) {
  const Op& op = code.ops[index];
  if (op.operation == Operation::kVariableField) (greater ? found->others : found->ages).insert(NameOf(code, op));
  if (op.operation != Operation::kBinary) return;
  AddSum(code, op.a, greater, found);
  AddSum(code, op.b, op.function == Function::kSubtract ? !greater : greater, found);
}

void AddAges(const Code& code, uint32_t index, FoundAges* found) {
  const Op& op = code.ops[index];
  const Operation kind = op.operation;
  if (kind == Operation::kAnd || kind == Operation::kOr || kind == Operation::kCompareAge) {
    ForEachOperand(code, op, [&](uint32_t operand) { AddAges(code, operand, found); });
  } else if (kind == Operation::kSegment) {
    const Reads& reads = code.segments[op.a]->reads;
    found->ages.insert(reads.ages.begin(), reads.ages.end());
    for (const std::string& name : reads.names)
      if (std::find(reads.ages.begin(), reads.ages.end(), name) == reads.ages.end()) found->others.insert(name);
  } else if (IsPlainComparison(code, op)) {
    AddSum(code, op.a, AsksForMore(op.function), found);
    AddSum(code, op.b, !AsksForMore(op.function), found);
  } else {
    AddOthers(code, index, found);
  }
}

}  // namespace

Trend FindTrend(const Code& code) {
  // A macro that visits as many elements as there may be ends in an error, and in none when some are gone.
  const bool macros =
      std::any_of(code.ops.begin(), code.ops.end(), [](const Op& op) { return op.operation == Operation::kMacro; });
  if (macros && code.now_slot >= 0) return kAnyTrend;
  return TrendOf(code, static_cast<uint32_t>(code.ops.size() - 1));
}

std::vector<std::string> FindAges(const Code& code) {
  FoundAges found;
  AddAges(code, static_cast<uint32_t>(code.ops.size() - 1), &found);
  std::vector<std::string> ages;
  std::set_difference(found.ages.begin(), found.ages.end(), found.others.begin(), found.others.end(),
                      std::back_inserter(ages));
  return ages;
}

}  // namespace cartwheel::cel
