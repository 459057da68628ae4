#include "cel/history.h"

#include <algorithm>
#include <bit>

#include "absl/hash/hash.h"
#include "base/json_text.h"
#include "base/packed.h"
#include "base/place.h"
#include "base/status.h"
#include "cel/compare.h"
#include "cel/type_rules.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

constexpr std::string_view kEvents = "events", kDistinct = "distinct", kEvent = "event",
                           kPropertiesField = "properties";
constexpr std::string_view kEndings =
    "count(), exists(), days(), first(), last(), sum('value'), avg('value'), min('value'), max('value') or "
    "distinct('product_id').count()";

struct AggregateName {
  std::string_view name;
  Aggregate aggregate;
  bool property;  // takes the name of one
};
constexpr AggregateName kAggregates[] = {
    {"count", Aggregate::kCount, false}, {"exists", Aggregate::kExists, false}, {"days", Aggregate::kDays, false},
    {"first", Aggregate::kFirst, false}, {"last", Aggregate::kLast, false},     {"sum", Aggregate::kSum, true},
    {"avg", Aggregate::kAvg, true},      {"min", Aggregate::kMin, true},        {"max", Aggregate::kMax, true}};

struct WindowName {
  std::string_view name;
  WindowKind kind;
  size_t arguments;
  std::string_view example;
};
constexpr WindowName kWindows[] = {
    {"within", WindowKind::kWithin, 1, "within(duration('24h'))"},
    {"since", WindowKind::kSince, 1, "since(now - duration('24h'))"},
    {"between", WindowKind::kBetween, 2, "between(now - duration('48h'), now - duration('24h'))"}};

bool IsEventsCall(const Node& node) { return node.kind == NodeKind::kCall && node.name == kEvents; }

// Whether the receivers of this call end in events().
bool EndsInEvents(const Tree& tree, NodeId id) {
  while (tree[id].kind == NodeKind::kMemberCall) id = tree[id].children[0];
  return IsEventsCall(tree[id]);
}

bool IsTextLiteral(const Node& node) { return node.kind == NodeKind::kLiteral && node.literal.is_string(); }

// The one text that a call takes; empty when it takes anything else.
std::string_view OnlyText(const Tree& tree, const Node& call) {
  if (call.children.size() != 2 || !IsTextLiteral(tree[call.children[1]])) return {};
  return tree[call.children[1]].literal.text();
}

// Whether every use of `event` below is event.at or event.properties.name, whose names are collected.
bool CollectProperties(const Tree& tree, NodeId id, std::vector<std::string>* names) {
  const Node& node = tree[id];
  if (node.kind == NodeKind::kIdentifier) return node.name != kEvent;
  if (node.kind == NodeKind::kSelect || node.kind == NodeKind::kHas) {
    const Node& of = tree[node.children[0]];
    const bool of_event = of.kind == NodeKind::kIdentifier && of.name == kEvent;
    if (of_event) return node.name == "at";
    if (of.kind == NodeKind::kSelect && of.name == kPropertiesField) {
      const Node& root = tree[of.children[0]];
      if (root.kind == NodeKind::kIdentifier && root.name == kEvent) {
        names->push_back(node.name);
        return true;
      }
    }
  }
  return std::all_of(node.children.begin(), node.children.end(),
                     [&](NodeId child) { return CollectProperties(tree, child, names); });
}

constexpr int64_t kWholeMoneyMax = INT64_MAX / kMoneyScale;

// True when it was not there.
template <typename Sorted>
bool Insert(int64_t number, Sorted* sorted) {
  auto place = std::lower_bound(sorted->begin(), sorted->end(), number);
  if (place != sorted->end() && *place == number) return false;
  sorted->insert(place, number);
  return true;
}

uint64_t HashOf(const Value& value) {
  if (value.is_string()) return absl::HashOf(value.text());
  if (IsNumber(value)) return absl::HashOf(std::bit_cast<uint64_t>(ToDouble(value)), 1);
  std::string text;
  AppendJson(value, &text);
  return absl::HashOf(text, 2);
}

Value FailNone(std::string_view* error) { return Fail("there was no such event", error); }

}  // namespace

absl::StatusOr<std::optional<HistoryChain>> ReadHistoryChain(const Tree& tree, NodeId id) {
  if (!EndsInEvents(tree, id)) return std::optional<HistoryChain>();
  const Node* node = &tree[id];
  auto error = [&](std::string_view message) { return ErrorAt(tree.source, node->at, message); };
  HistoryChain chain;
  bool found = false;
  if (node->kind == NodeKind::kMemberCall) {
    for (const AggregateName& name : kAggregates) {
      if (name.name != node->name) continue;
      found = true;
      chain.aggregate = name.aggregate;
      chain.property = OnlyText(tree, *node);
      if (name.property ? chain.property.empty() : node->children.size() != 1)
        return error(name.property
                         ? fmt::format("{0}() takes the name of a property in quotes: {0}('value')", name.name)
                         : fmt::format("{}() of events takes nothing", name.name));
      id = node->children[0];
    }
  }
  if (!found) return error(fmt::format("events(…) ends in what is made of them: {}", kEndings));
  node = &tree[id];
  if (node->kind == NodeKind::kMemberCall && node->name == kDistinct) {
    chain.property = OnlyText(tree, *node);
    if (chain.aggregate != Aggregate::kCount || chain.property.empty())
      return error("distinct() takes the name of a property and is counted: distinct('product_id').count()");
    chain.aggregate = Aggregate::kDistinct;
    id = node->children[0];
  }
  for (node = &tree[id]; node->kind == NodeKind::kMemberCall; node = &tree[id]) {
    const auto* window = std::find_if(std::begin(kWindows), std::end(kWindows),
                                      [&](const WindowName& w) { return w.name == node->name; });
    if (window == std::end(kWindows))
      return error(
          fmt::format("\"{}\" is nothing that events have here, expected within(), since() or between()", node->name));
    if (node->children.size() != 1 + window->arguments)
      return error(fmt::format("{}() is written so: {}", window->name, window->example));
    chain.windows.push_back({id, window->kind});
    id = node->children[0];
  }
  chain.events = id;
  if (node->children.empty() || node->children.size() > 2 || !IsTextLiteral(tree[node->children[0]]))
    return error(
        "events() takes a type in quotes, and a condition if you like: events('product_added', event.properties.price "
        "> 1000)");
  return std::optional<HistoryChain>(std::move(chain));
}

absl::StatusOr<Type> CheckHistoryChain(const Tree& tree, const HistoryChain& chain, const Environment& environment,
                                       Names& names, std::vector<Annotation>& annotations,
                                       absl::FunctionRef<absl::Status(NodeId)> visit) {
  const Node& events = tree[chain.events];
  const bool known = std::any_of(environment.variables.begin(), environment.variables.end(),
                                 [](const Variable& v) { return v.is_history; });
  if (!known) return ErrorAt(tree.source, events.at, "events() is not known here: there is no history");
  static const Type kPast =
      Type::Object({{std::string("at"), TypeKind::kTimestamp}, {std::string(kPropertiesField), Type::Map(Type())}});
  if (events.children.size() == 2) {
    names.Bind(kEvent, kPast);
    RETURN_IF_ERROR(visit(events.children[1]));
    names.Unbind(names.bound() - 1);
    const Type& type = annotations[events.children[1]].type;
    if (!MayBe(TypeKind::kBool, type))
      return ErrorAt(tree.source, tree[events.children[1]].begin,
                     fmt::format("the condition of events() must be bool, and this is {}", TypeName(type)));
  }
  for (const HistoryChain::Window& window : chain.windows) {
    const Node& call = tree[window.call];
    annotations[window.call].window = true;
    const TypeKind wanted = window.kind == WindowKind::kWithin ? TypeKind::kDuration : TypeKind::kTimestamp;
    for (size_t i = 1; i < call.children.size(); ++i) {
      RETURN_IF_ERROR(visit(call.children[i]));
      const Type& type = annotations[call.children[i]].type;
      if (!MayBe(wanted, type))
        return ErrorAt(tree.source, tree[call.children[i]].begin,
                       fmt::format("{}() takes a {}, and this is {}", call.name, TypeName(wanted), TypeName(type)));
    }
  }
  switch (chain.aggregate) {
    case Aggregate::kExists:
      return Type(TypeKind::kBool);
    case Aggregate::kFirst:
    case Aggregate::kLast:
      return kPast;
    case Aggregate::kSum:
    case Aggregate::kAvg:
    case Aggregate::kMin:
    case Aggregate::kMax:
      return Type(TypeKind::kDouble);
    case Aggregate::kCount:
    case Aggregate::kDays:
    case Aggregate::kDistinct:
      return Type(TypeKind::kInt);
  }
  return Type();
}

HistoryNeed NeedOf(const Tree& tree, const HistoryChain& chain) {
  const Node& events = tree[chain.events];
  HistoryNeed need;
  need.type = std::string(tree[events.children[0]].literal.text());
  if (!chain.property.empty()) need.properties.push_back(chain.property);
  if (events.children.size() == 2) need.everything = !CollectProperties(tree, events.children[1], &need.properties);
  need.everything |= chain.aggregate == Aggregate::kFirst || chain.aggregate == Aggregate::kLast;
  return need;
}

bool Satisfies(const HistoryCode& chain, int64_t number) {
  const Value& against = chain.against;
  const bool sums = chain.aggregate == Aggregate::kSum;
  const bool whole =
      against.kind() == Kind::kInt && against.integer() <= kWholeMoneyMax && against.integer() >= -kWholeMoneyMax;
  if (whole && !IsEquality(chain.compare)) {
    const int64_t bound = sums ? against.integer() * kMoneyScale : against.integer();
    return Satisfies(number < bound ? Order::kLess : number > bound ? Order::kGreater : Order::kEqual, chain.compare);
  }
  const Value value = sums ? Value::Decimal(number) : Value::Int(number);
  if (IsEquality(chain.compare)) return Equal(value, against) == (chain.compare == Function::kEqual);
  return Satisfies(Compare(value, against), chain.compare);
}

bool BackwardCount::Add(const PastEvent& event) {
  constexpr int64_t kNumberMax = int64_t{1} << 50;  // AddMoney's bounds are far off
  int64_t number = 1;
  if (chain_.aggregate == Aggregate::kSum) {
    const Value value = !event.value.is_absent() ? event.value : FindPacked(event.properties, chain_.property);
    if (!IsNumber(value)) return true;
    if (value.kind() == Kind::kDecimal)
      number = value.decimal();
    else if (value.kind() == Kind::kInt && value.integer() <= kWholeMoneyMax && value.integer() >= -kWholeMoneyMax)
      number = value.integer() * kMoneyScale;
    else
      return false;
    if (number > kNumberMax || number < -kNumberMax) return false;
  }
  if (newer_ == nullptr || newer_->at_ms != event.at_ms)
    (holds_ ? begins_ : ends_) = &event;  // else they leave at once
  newer_ = &event;
  if (__builtin_add_overflow(number_, number, &number_)) return false;
  holds_ = Satisfies(chain_, number_);
  return true;
}

void Aggregation::Add(const PastEvent& event) {
  Part part{&event, 1};
  if (chain_.aggregate == Aggregate::kDays) {
    part.number = absl::ToCivilDay(absl::FromUnixMillis(event.at_ms), chain_.zone) - absl::CivilDay();
    Insert(part.number, &different_);
  } else if (!chain_.property.empty()) {
    const Value value =
        chain_.of_worth && !event.value.is_absent() ? event.value : FindPacked(event.properties, chain_.property);
    if (chain_.aggregate == Aggregate::kDistinct) {
      if (value.is_absent()) return;
      part.number = static_cast<int64_t>(HashOf(value));
      Insert(part.number, &different_);
    } else {
      if (!IsNumber(value)) return;
      AddNumber(value, &part);
    }
  }
  parts_.push_back(part);
}

void Aggregation::AddNumber(const Value& value, Part* part) {
  ++numbers_;
  if (chain_.aggregate == Aggregate::kMin || chain_.aggregate == Aggregate::kMax) {
    const Order better = chain_.aggregate == Aggregate::kMin ? Order::kLess : Order::kGreater;
    if (numbers_ == 1 || Compare(value, extreme_) == better) extreme_ = value;
    return;
  }
  const bool decimal = value.kind() == Kind::kDecimal;
  const bool exact = decimal || (value.kind() == Kind::kInt && value.integer() <= kWholeMoneyMax &&
                                 value.integer() >= -kWholeMoneyMax);
  if (exact_ && exact) {
    part->number = decimal ? value.decimal() : value.integer() * kMoneyScale;
    money_ = AddMoney(money_, part->number);
    return;
  }
  if (exact_) real_ = ToDouble(Value::Decimal(money_));
  exact_ = false;
  real_ += ToDouble(value);
}

Value Aggregation::Get(std::string_view* error) const {
  const bool none = parts_.empty();
  switch (chain_.aggregate) {
    case Aggregate::kExists:
      return Value::Bool(!none);
    case Aggregate::kCount:
      return Value::Int(static_cast<int64_t>(parts_.size()));
    case Aggregate::kDays:
    case Aggregate::kDistinct:
      return Value::Int(static_cast<int64_t>(different_.size()));
    case Aggregate::kSum:
      return exact_ ? Value::Decimal(money_) : Value::Double(real_);
    case Aggregate::kFirst:
      return none ? FailNone(error) : PastEventValue(parts_.front().event);
    case Aggregate::kLast:
      return none ? FailNone(error) : PastEventValue(parts_.back().event);
    case Aggregate::kMin:
    case Aggregate::kMax:
      return none ? FailNone(error) : extreme_;
    case Aggregate::kAvg:
      if (none) return FailNone(error);
      return Value::Double((exact_ ? ToDouble(Value::Decimal(money_)) : real_) / static_cast<double>(numbers_));
  }
  return Value();
}

// What is left when the first i have gone is made from the last event backwards.
const PastEvent* Aggregation::FirstToMatter(const Value& got) const {
  if (parts_.empty()) return nullptr;
  if (chain_.aggregate == Aggregate::kExists || chain_.aggregate == Aggregate::kLast) return parts_.back().event;
  if (chain_.compare == Function::kNone || !exact_) return parts_.front().event;
  const bool sums = chain_.aggregate == Aggregate::kSum, now = Satisfies(chain_, sums ? got.decimal() : got.integer());
  const bool differs = chain_.aggregate == Aggregate::kDays || chain_.aggregate == Aggregate::kDistinct;
  const PastEvent* first = nullptr;
  Different left;
  int64_t number = 0;
  for (size_t i = parts_.size(); i-- > 0;) {
    const bool together =
        i + 1 < parts_.size() && parts_[i + 1].event->at_ms == parts_[i].event->at_ms;  // they leave at once
    if (!together && Satisfies(chain_, number) != now) first = parts_[i].event;
    if (differs)
      number += Insert(parts_[i].number, &left);
    else
      number += sums ? parts_[i].number : 1;
  }
  return first;
}

}  // namespace cartwheel::cel
