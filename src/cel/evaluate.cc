#include "cel/evaluate.h"

#include "cel/evaluation.h"

namespace cartwheel::cel {
namespace {

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
Result EvaluateCode(const Code& code, absl::Span<const Value> variables, int64_t before_ms) {
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
  for (int i = 0; i < kChangePointsMax && result.holds_until_ms < before_ms; ++i) {
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
