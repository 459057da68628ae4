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

// A comparison that turns need not turn the whole (the other side of an || may hold), so the result is looked at again
// at each turning point until it differs. Until the first of them every comparison made keeps its outcome, so the path
// through the code is the same: no change can hide in between.
// `look(at_ms)` evaluates anew: until when that holds, or nothing where it differs.
template <typename Look>
int64_t HoldsUntil(int64_t until_ms, int64_t before_ms, Look look) {
  for (int i = 0; i < kChangePointsMax && until_ms < before_ms; ++i) {
    const std::optional<int64_t> next_ms = look(until_ms);
    if (!next_ms) break;
    until_ms = *next_ms;
  }
  return until_ms;
}

}  // namespace

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
  result.holds_until_ms = HoldsUntil(result.holds_until_ms, before_ms, [&](int64_t at_ms) -> std::optional<int64_t> {
    const Result then = EvaluateAt(code, variables, at_ms);
    if (!Same(result, then)) return std::nullopt;
    return then.holds_until_ms;
  });
  return result;
}

bool HoldsCode(const Code& code, absl::Span<const Value> variables, bool on_error, int64_t* until_ms) {
  const auto root = static_cast<uint32_t>(code.ops.size() - 1);
  int64_t holds_until_ms = kHoldsForever;
  auto holds_at = [&](int64_t now_ms) {
    Evaluation evaluation(code, variables, now_ms);
    const Value value = evaluation.Eval(root, nullptr);
    holds_until_ms = evaluation.holds_until_ms();
    return value.is_absent() ? on_error : value.kind() == Kind::kBool && value.boolean();
  };
  const bool complete = variables.size() >= code.variable_names.size();
  const bool timeless = code.now_slot < 0;
  if (!complete || (!timeless && variables[static_cast<size_t>(code.now_slot)].kind() != Kind::kTimestamp)) {
    if (until_ms != nullptr) *until_ms = kHoldsForever;
    return on_error;
  }
  const bool holds = holds_at(timeless ? 0 : variables[static_cast<size_t>(code.now_slot)].integer());
  if (until_ms == nullptr) return holds;
  *until_ms = HoldsUntil(holds_until_ms, *until_ms, [&](int64_t at_ms) -> std::optional<int64_t> {
    if (holds_at(at_ms) != holds) return std::nullopt;
    return holds_until_ms;
  });
  return holds;
}

std::optional<Value> Fold(const Code& code, uint32_t op, std::shared_ptr<const void>* made) {
  Evaluation evaluation(code, {}, 0);
  Value value = evaluation.Eval(op, nullptr);
  *made = evaluation.made();
  return value.is_absent() ? std::nullopt : std::optional<Value>(value);
}

Value Evaluation::OrElse(const Op& op, const Scope* scope) {
  const Value first = Eval(op.a, scope);
  if (first.is_absent()) return first;
  if (first.kind() != Kind::kOptional) return Fail(kNoOverload, Symbol(op.function));
  if (first.inside() != nullptr) return op.function == Function::kOrElse ? first : *first.inside();
  const Value second = Eval(op.b, scope);
  if (op.function == Function::kOrElse && !second.is_absent() && second.kind() != Kind::kOptional)
    return Fail(kNoOverload, Symbol(op.function));
  return second;
}

Value Evaluation::Operand(const Op& op, uint32_t i, const Scope* scope, bool* left_out) {
  const uint32_t operand = code_.operands[op.a + i];
  *left_out = false;
  const Value value = Eval(operand & ~kOptionalBit, scope);
  if ((operand & kOptionalBit) == 0 || value.is_absent()) return value;
  if (value.kind() != Kind::kOptional) return Fail(kNoOverload, "an optional element");
  *left_out = value.inside() == nullptr;
  return *left_out ? Value() : *value.inside();
}

bool Evaluation::Bounds(const HistoryCode& chain, const Scope* scope, HistoryBounds* bounds) {
  bounds->From(now_ms_ - chain.history_ms + 1, true);
  for (const HistoryCode::Window& window : chain.windows) {
    if (window.within_ms) {
      bounds->From(now_ms_ - *window.within_ms + 1, true);
      continue;
    }
    const Value a = Eval(window.a, scope), b = window.kind == WindowKind::kBetween ? Eval(window.b, scope) : a;
    if (a.is_absent() || b.is_absent()) return false;
    const Kind wanted = window.kind == WindowKind::kWithin ? Kind::kDuration : Kind::kTimestamp;
    if (a.kind() != wanted || b.kind() != wanted) {
      Fail(kNoOverload, "a window of events");
      return false;
    }
    if (window.kind == WindowKind::kWithin)
      bounds->From(now_ms_ - a.integer() + 1, true);
    else
      bounds->From(a.integer(), window.a_moves);
    if (window.kind == WindowKind::kBetween) bounds->Before(b.integer(), window.b_moves);
  }
  return true;
}

namespace {

// The first event of at least that instant.
History::const_iterator FirstFrom(const History& history, int64_t at_ms) {
  return std::lower_bound(history.begin(), history.end(), at_ms,
                          [](const PastEvent& event, int64_t bound_ms) { return event.at_ms < bound_ms; });
}

}  // namespace

std::optional<Value> Evaluation::CountBackward(const HistoryCode& chain, const History& history,
                                               const HistoryBounds& bounds, const Scope* scope) {
  BackwardCount count(chain);
  const int64_t iterations = iterations_;
  const int64_t from_ms = std::max(bounds.from_ms, bounds.moving_from_ms);
  auto event = bounds.before_ms == INT64_MAX ? history.end() : FirstFrom(history, bounds.before_ms);
  while (event != history.begin() && (--event)->at_ms >= from_ms) {
    if (!Counts(chain, *event, scope)) continue;
    if (!count.Add(*event)) {
      iterations_ = iterations;
      return std::nullopt;
    }
    if (iterations_ > kIterationsMax) return Fail("too many elements visited");
  }
  if (const PastEvent* turns = count.FirstToMatter(); turns != nullptr)
    TurnsAfter(turns->at_ms - bounds.moving_from_ms + 1);
  return Value::Bool(count.holds());
}

Value Evaluation::AskHistory(const HistoryCode& chain, const Scope* scope) {
  HistoryBounds bounds;
  if (!Bounds(chain, scope, &bounds)) return Value();
  const History* history = HistoryOf(variables_[chain.slot]);
  if (history == nullptr) return Fail("no history to look at");
  if (BackwardCount::Takes(chain) && bounds.moving_before_ms == INT64_MAX)
    if (const std::optional<Value> answer = CountBackward(chain, *history, bounds, scope); answer) return *answer;
  Aggregation aggregation(chain);
  auto from = FirstFrom(*history, std::max(bounds.from_ms, bounds.moving_from_ms));
  if ((chain.aggregate == Aggregate::kLast || chain.aggregate == Aggregate::kExists) &&
      bounds.moving_before_ms == INT64_MAX) {
    // Only the newest matters, of the answer and of when it changes.
    for (auto to = bounds.before_ms == INT64_MAX ? history->end() : FirstFrom(*history, bounds.before_ms);
         from < to && iterations_ <= kIterationsMax;) {
      if (!Counts(chain, *--to, scope)) continue;
      aggregation.Add(*to);
      break;
    }
  } else {
    for (; from != history->end() && from->at_ms < bounds.before_ms && iterations_ <= kIterationsMax; ++from) {
      if (!Counts(chain, *from, scope)) continue;
      if (from->at_ms < bounds.moving_before_ms)
        aggregation.Add(*from);
      else
        TurnsAfter(from->at_ms - bounds.moving_before_ms + 1);
    }
  }
  if (iterations_ > kIterationsMax) return Fail("too many elements visited");
  std::string_view error;
  const Value value = aggregation.Get(&error);
  if (const PastEvent* turns = aggregation.FirstToMatter(value); turns != nullptr)
    TurnsAfter(turns->at_ms - bounds.moving_from_ms + 1);
  if (value.is_absent()) return Fail(error);
  return chain.compare == Function::kNone ? value : DecideOrder(chain.compare, value, chain.against);
}

Value Evaluation::AskSegment(const Code& segment) {
  Evaluation inner(segment, variables_, now_ms_);
  const Value value = inner.Eval(static_cast<uint32_t>(segment.ops.size() - 1), nullptr);
  holds_until_ms_ = std::min(holds_until_ms_, inner.holds_until_ms_);
  return Value::Bool(value.kind() == Kind::kBool && value.boolean());
}

Value Evaluation::MakeList(const Op& op, const Scope* scope) {
  std::vector<Value> elements;
  elements.reserve(op.b);
  for (uint32_t i = 0; i < op.b; ++i) {
    bool left_out = false;
    const Value value = Operand(op, i, scope, &left_out);
    if (!value.is_absent())
      elements.push_back(value);
    else if (!left_out)
      return Value();
  }
  return Keep(arena_.List(std::move(elements)));
}

Value Evaluation::MakeMap(const Op& op, const Scope* scope) {
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

bool Evaluation::AddEntry(const Value& key, const Value& value, std::vector<Entry>* entries) {
  const Kind kind = key.kind();
  const bool fits = kind == Kind::kString || kind == Kind::kInt || kind == Kind::kUint || kind == Kind::kBool;
  if (!fits) Fail("a map key that is no string, int, uint or bool");
  const bool twice = fits && std::any_of(entries->begin(), entries->end(),
                                         [&](const Entry& entry) { return Equal(entry.first, key); });
  if (twice) Fail("a map key that stands twice");
  if (!fits || twice) return false;
  entries->emplace_back(key, value);
  return true;
}

Value Evaluation::InElement(uint32_t body, const Op& op, const Value& range, size_t i, const Scope* scope) {
  const Entry entry = range.is_map() ? range.entry(i) : Entry(Value::Int(static_cast<int64_t>(i)), range.at(i));
  if (op.names == 1) {
    const Scope inner{range.is_map() ? entry.first : entry.second, scope};
    return Eval(body, &inner);
  }
  const Scope first{entry.first, scope}, second{entry.second, &first};
  return Eval(body, &second);
}

std::optional<bool> Evaluation::Passes(uint32_t filter, const Op& op, const Value& range, size_t i,
                                       const Scope* scope) {
  if (filter == kNoOp) return true;
  Value value = InElement(filter, op, range, i, scope);
  if (value.kind() == Kind::kBool) return value.boolean();
  if (!value.is_absent()) Fail(kNoOverload, "the condition of a macro");
  return std::nullopt;
}

Value Evaluation::RunMacro(const Op& op, const Scope* scope) {
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

Value Evaluation::MapOptional(const Op& op, const Value& range, const Scope* scope) {
  if (range.kind() != Kind::kOptional) return Fail(kNoOverload, "optMap");
  if (range.inside() == nullptr) return range;
  const Scope inner{*range.inside(), scope};
  const Value made = Eval(op.b, &inner);
  if (made.is_absent()) return made;
  if (op.macro == Macro::kOptMap) return Keep(arena_.Optional(made));
  return made.kind() == Kind::kOptional ? made : Fail(kNoOverload, "optFlatMap");
}

Value Evaluation::Decide(const Op& op, const Value& range, const Scope* scope) {
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

Value Evaluation::Transform(const Op& op, const Value& range, const Scope* scope) {
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

}  // namespace cartwheel::cel
