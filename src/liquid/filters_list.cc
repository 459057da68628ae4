// Filters on lists. As in the reference a single value counts as a list of one, nil as an empty one, a map as a list of
// one map; lists in lists are flattened. What they make is new; the host's lists are never changed.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "fmt/format.h"
#include "liquid/containers.h"
#include "liquid/filters.h"
#include "liquid/number.h"
#include "liquid/operand.h"
#include "liquid/semantics.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

void Flatten(Context& context, const Value& input, ListBuilder* items) {
  if (IsNil(input)) return;
  if (!input.is_list()) return items->Append(input);
  for (size_t i = 0, size = input.size(); i < size && context.Spend(1); ++i) {
    Value item = input.at(i);
    if (item.is_list() && !IsRange(item))
      Flatten(context, item, items);
    else
      items->Append(item);
  }
}

// The items of a filter's input.
struct Items {
  Items(Context& context, const Value& input) : list(context) { Flatten(context, input, &list); }
  Value* begin() { return list.items(); }
  Value* end() { return list.items() + list.size(); }
  size_t size() const { return list.size(); }
  ListBuilder list;
};

// item[property]: of a map its field, of a text the property where the text contains it; nil of nil and booleans.
Value Property(Context& context, const Value& item, const Value& property) {
  if (item.is_map()) return IsText(property) ? item.Find(property.text()) : Value();
  if (IsText(item) && IsText(property)) {
    if (!context.SpendBytes(item.text().size())) return Value();
    return item.text().find(property.text()) == std::string_view::npos ? Value() : property;
  }
  if (IsNumber(item) || item.is_list())
    return context.Fail(fmt::format("a {} has no property \"{}\"", KindName(item.kind()), ToText(context, property)));
  return Value();
}

bool Selects(Context& context, const Value& item, const Value* arguments) {
  Value found = Property(context, item, arguments[0]);
  return IsNil(arguments[1]) ? IsTrue(found) : Equals(context, found, arguments[1]);
}

// What has no properties at all ends the filter with nil, as in the reference.
bool HasProperties(const Value& item) { return !IsNil(item) && item.kind() != Kind::kBool; }

template <bool kWanted>
Value Filtering(Context& context, const Value& input, const Value* arguments) {
  Items items(context, input);
  ListBuilder selected(context);
  for (const Value& item : items) {
    if (!HasProperties(item)) return Value();
    if (!context.Spend(1)) break;
    if (Selects(context, item, arguments) == kWanted) selected.Append(item);
  }
  return Finish(context, selected);
}

enum class Answer { kItem, kIndex, kWhether };

template <Answer kAnswer>
Value Searching(Context& context, const Value& input, const Value* arguments) {
  Items items(context, input);
  int64_t index = 0;
  for (const Value& item : items) {
    if (!HasProperties(item)) return Value();
    if (!context.Spend(1)) break;
    if (Selects(context, item, arguments))
      return kAnswer == Answer::kItem ? item : kAnswer == Answer::kIndex ? Value::Int(index) : Value::Bool(true);
    ++index;
  }
  return kAnswer == Answer::kWhether ? Value::Bool(false) : Value();
}

Value Compact(Context& context, const Value& input, const Value* arguments) {
  Items items(context, input);
  ListBuilder kept(context);
  for (const Value& item : items)
    if (context.Spend(1) && !IsNil(IsNil(arguments[0]) ? item : Property(context, item, arguments[0])))
      kept.Append(item);
  return Finish(context, kept);
}

Value Concat(Context& context, const Value& input, const Value* arguments) {
  if (!arguments[0].is_list())
    return context.Fail(fmt::format("concat takes a list, not a {}", KindName(arguments[0].kind())));
  Items items(context, input);
  for (size_t i = 0, size = arguments[0].size(); i < size && context.Spend(1); ++i)
    items.list.Append(arguments[0].at(i));
  return Finish(context, items.list);
}

Value FirstFilter(Context& context, const Value& input, const Value*) { return First(context, input); }
Value LastFilter(Context&, const Value& input, const Value*) { return Last(input); }

Value JoinFilter(Context& context, const Value& input, const Value* arguments) {
  Items items(context, input);
  std::string_view glue = IsNil(arguments[0]) ? " " : ToText(context, arguments[0]);
  TextBuilder joined(context);
  for (const Value* item = items.begin(); item != items.end() && context.Spend(1); ++item) {
    if (item != items.begin()) joined.Append(glue);
    AppendText(context, *item, &joined);
  }
  return Finish(joined);
}

Value Map(Context& context, const Value& input, const Value* arguments) {
  Items items(context, input);
  for (Value& item : items)
    if (context.Spend(1)) item = Property(context, item, arguments[0]);
  return Finish(context, items.list);
}

Value Reverse(Context& context, const Value& input, const Value*) {
  Items items(context, input);
  std::reverse(items.begin(), items.end());
  return Finish(context, items.list);
}

Value Size(Context& context, const Value& input, const Value*) {
  if (IsText(input)) context.SpendBytes(input.text().size());
  Value size = Field(context, input.is_map() ? Value() : input, "", PathStep::Kind::kSize);
  if (input.is_map()) return Value::Int(static_cast<int64_t>(input.size()));
  return IsNil(size) ? Value::Int(0) : size;
}

struct Sortable {
  Value key;
  Value item;
  size_t index;  // makes the order total, so that equal keys stay in place
};

int OrderNaturally(std::string_view a, std::string_view b) {
  size_t size = std::min(a.size(), b.size());
  for (size_t i = 0; i < size; ++i) {
    unsigned char x = LowerAscii(a[i]), y = LowerAscii(b[i]);
    if (x != y) return x < y ? -1 : 1;
  }
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

// Charges the whole sort beforehand: n log n comparisons of the longest text.
bool SpendSort(Context& context, const Sortable* items, size_t count) {
  size_t longest = 0, rounds = 1;
  for (size_t i = 0; i < count; ++i)
    if (IsText(items[i].key)) longest = std::max(longest, items[i].key.text().size());
  for (size_t n = count; n > 1; n /= 2) ++rounds;
  return context.Spend(count * rounds * (1 + longest / kBytesPerStep));
}

template <bool kNatural>
Value Sort(Context& context, const Value& input, const Value* arguments) {
  Items items(context, input);
  size_t count = items.size();
  Builder<Sortable> sorted(context);
  std::optional<Value> sample;
  for (size_t i = 0; i < count && context.Spend(1); ++i) {
    const Value& item = items.begin()[i];
    Value key = IsNil(arguments[0]) ? item : Property(context, item, arguments[0]);
    if (kNatural && !IsNil(key)) key = Value::String(ToText(context, key));
    if (!IsNil(key) && count > 1 && !Order(key, key))
      return context.Fail(fmt::format("a {} cannot be sorted", KindName(key.kind())));
    if (!IsNil(key) && sample && !Order(key, *sample))
      return context.Fail(
          fmt::format("a {} cannot be sorted among values like a {}", KindName(key.kind()), KindName(sample->kind())));
    if (!IsNil(key)) sample = key;
    sorted.Append(Sortable{key, item, i});
  }
  if (context.failed() || !SpendSort(context, sorted.items(), count)) return Value();
  std::sort(sorted.items(), sorted.items() + count, [](const Sortable& a, const Sortable& b) {
    if (IsNil(a.key) || IsNil(b.key)) return IsNil(a.key) == IsNil(b.key) ? a.index < b.index : IsNil(b.key);
    int order = kNatural ? OrderNaturally(a.key.text(), b.key.text()) : *Order(a.key, b.key);
    return order != 0 ? order < 0 : a.index < b.index;
  });
  for (size_t i = 0; i < count; ++i) items.begin()[i] = sorted.items()[i].item;
  return Finish(context, items.list);
}

Value Sum(Context& context, const Value& input, const Value* arguments) {
  Items items(context, input);
  Number sum;
  for (const Value& item : items)
    if (context.Spend(1))
      sum = Add(sum, Operand(context, IsNil(arguments[0]) ? item : Property(context, item, arguments[0])));
  return FromNumber(sum);
}

Value Uniq(Context& context, const Value& input, const Value* arguments) {
  Items items(context, input);
  ListBuilder kept(context), keys(context);
  for (const Value& item : items) {
    Value key = IsNil(arguments[0]) ? item : Property(context, item, arguments[0]);
    bool seen = false;
    for (size_t i = 0; i < keys.size() && !seen && context.Spend(1); ++i) seen = Equals(context, keys.items()[i], key);
    if (context.failed()) break;
    if (seen) continue;
    keys.Append(key);
    kept.Append(item);
  }
  return Finish(context, kept);
}

constexpr Filter kFilters[] = {
    {"compact", 0, 1, Compact},
    {"concat", 1, 1, Concat},
    {"find", 1, 2, Searching<Answer::kItem>},
    {"find_index", 1, 2, Searching<Answer::kIndex>},
    {"first", 0, 0, FirstFilter},
    {"has", 1, 2, Searching<Answer::kWhether>},
    {"join", 0, 1, JoinFilter},
    {"last", 0, 0, LastFilter},
    {"map", 1, 1, Map},
    {"reject", 1, 2, Filtering<false>},
    {"reverse", 0, 0, Reverse},
    {.name = "size", .arguments_min = 0, .arguments_max = 0, .call = Size, .measures = true},
    {"sort", 0, 1, Sort<false>},
    {"sort_natural", 0, 1, Sort<true>},
    {"sum", 0, 1, Sum},
    {"uniq", 0, 1, Uniq},
    {"where", 1, 2, Filtering<true>},
};

}  // namespace

absl::Span<const Filter> ListFilters() { return kFilters; }

}  // namespace cartwheel::liquid
