#include "playbook/facts.h"

#include <algorithm>
#include <limits>

#include "cel/tree.h"
#include "fmt/format.h"

namespace cartwheel::playbook {
namespace {

using cel::Function;
using cel::Node;
using cel::NodeId;
using cel::NodeKind;
using cel::Tree;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// `5 < x` is `x > 5`.
constexpr struct {
  Function how, turned;
} kTurned[] = {{Function::kLess, Function::kGreater},
               {Function::kLessEqual, Function::kGreaterEqual},
               {Function::kGreater, Function::kLess},
               {Function::kGreaterEqual, Function::kLessEqual}};

Function Turned(Function how) {
  for (const auto& row : kTurned)
    if (row.how == how) return row.turned;
  return how;
}

// Takes the literal of a comparison. False: the node is none.
bool TakeLiteral(const Tree& tree, NodeId id, Fact* fact) {
  const Node& node = tree[id];
  const bool negated = node.kind == NodeKind::kOperator && node.function == Function::kNegate;
  const Node& literal = negated ? tree[node.children[0]] : node;
  if (literal.kind != NodeKind::kLiteral) return false;
  const Value& value = literal.literal;
  if (value.kind() == Kind::kInt || value.kind() == Kind::kUint || value.kind() == Kind::kDouble) {
    fact->number = negated ? -ToDouble(value) : ToDouble(value);
    return true;
  }
  if (negated) return false;
  if (value.kind() == Kind::kBool)
    fact->text = value.boolean() ? "true" : "false";
  else if (value.is_string())
    fact->text = fmt::format("\"{}\"", value.text());
  else
    return false;
  return true;
}

Fact FactOf(const Tree& tree, NodeId id) {
  const Node& node = tree[id];
  Fact fact{.source = std::string(tree.Text(id))};
  fact.about = fact.source;
  if (node.kind != NodeKind::kOperator) return fact;
  if (node.function == Function::kNot) {
    fact.how = Function::kNot;
    fact.about = std::string(tree.Text(node.children[0]));
    return fact;
  }
  if (!cel::IsOrdering(node.function) && !cel::IsEquality(node.function)) return fact;
  if (TakeLiteral(tree, node.children[1], &fact)) {
    fact.how = node.function;
    fact.about = std::string(tree.Text(node.children[0]));
  } else if (TakeLiteral(tree, node.children[0], &fact)) {
    fact.how = Turned(node.function);
    fact.about = std::string(tree.Text(node.children[1]));
  }
  return fact;
}

// The numbers of which an ordering or an equality speaks.
struct Interval {
  double low = -kInfinity, high = kInfinity;
  bool without_low = false, without_high = false;  // the ends are outside
};

Interval IntervalOf(const Fact& fact) {
  const double number = *fact.number;
  if (fact.how == Function::kLess) return {.high = number, .without_high = true};
  if (fact.how == Function::kLessEqual) return {.high = number};
  if (fact.how == Function::kGreater) return {.low = number, .without_low = true};
  if (fact.how == Function::kGreaterEqual) return {.low = number};
  return {number, number};
}

bool IsInside(const Interval& inner, const Interval& outer) {
  const bool low = inner.low > outer.low || (inner.low == outer.low && (inner.without_low || !outer.without_low));
  const bool high =
      inner.high < outer.high || (inner.high == outer.high && (inner.without_high || !outer.without_high));
  return low && high;
}

bool AreApart(const Interval& one, const Interval& other) {
  auto below = [](const Interval& a, const Interval& b) {
    return a.high < b.low || (a.high == b.low && (a.without_high || b.without_low));
  };
  return below(one, other) || below(other, one);
}

bool IsComparison(const Fact& fact) { return fact.how != Function::kNone && fact.how != Function::kNot; }

bool SameLiteral(const Fact& one, const Fact& other) { return one.number == other.number && one.text == other.text; }

bool Exclude(const Fact& one, const Fact& other) {
  if (one.about != other.about) return false;
  if (!IsComparison(one) || !IsComparison(other))
    return !IsComparison(one) && !IsComparison(other) && one.how != other.how;
  if (one.how == Function::kNotEqual || other.how == Function::kNotEqual)
    return one.how != other.how && SameLiteral(one, other) &&
           (one.how == Function::kEqual || other.how == Function::kEqual);
  if (one.number && other.number) return AreApart(IntervalOf(one), IntervalOf(other));
  return one.how == Function::kEqual && other.how == Function::kEqual && !SameLiteral(one, other);
}

bool FollowsFrom(const Fact& fact, const Fact& from) {
  if (fact.about != from.about) return false;
  if (fact.how == from.how && SameLiteral(fact, from)) return true;
  if (!IsComparison(fact) || !IsComparison(from)) return false;
  if (from.how == Function::kNotEqual) return false;
  if (fact.how == Function::kNotEqual) {
    if (fact.number && from.number) return AreApart(IntervalOf(from), {*fact.number, *fact.number});
    return from.how == Function::kEqual && !SameLiteral(fact, from);
  }
  return fact.number && from.number && IsInside(IntervalOf(from), IntervalOf(fact));
}

}  // namespace

std::vector<Fact> FactsOf(std::string_view condition) {
  const absl::StatusOr<Tree> tree = cel::Parse(condition);
  std::vector<Fact> facts;
  if (!tree.ok()) return facts;
  const Node& root = (*tree)[tree->root];
  if (root.kind != NodeKind::kAnd) return {FactOf(*tree, tree->root)};
  for (const NodeId child : root.children) facts.push_back(FactOf(*tree, child));
  return facts;
}

bool Follows(const Fact& fact, absl::Span<const Fact> from) {
  return std::any_of(from.begin(), from.end(), [&](const Fact& one) { return FollowsFrom(fact, one); });
}

bool AllFollow(absl::Span<const Fact> facts, absl::Span<const Fact> from) {
  return !facts.empty() && std::all_of(facts.begin(), facts.end(), [&](const Fact& one) { return Follows(one, from); });
}

std::optional<Conflict> FindConflict(absl::Span<const Fact> facts) {
  for (size_t i = 0; i < facts.size(); ++i)
    for (size_t before = 0; before < i; ++before)
      if (Exclude(facts[before], facts[i])) return Conflict{facts[before].source, facts[i].source};
  return std::nullopt;
}

}  // namespace cartwheel::playbook
