#include "liquid/containers.h"

#include <iterator>
#include <limits>
#include <new>
#include <string_view>

namespace cartwheel::liquid {
namespace {

struct ItemList {
  const Value* items;
  size_t count;
};

const ItemList& AsList(const void* object) { return *static_cast<const ItemList*>(object); }
const RangeBounds& AsRange(const void* object) { return *static_cast<const RangeBounds*>(object); }

constexpr ContainerOps kItemListOps = {
    [](const void* object) { return AsList(object).count; },
    [](const void* object, size_t index) { return AsList(object).items[index]; },
    nullptr,
    nullptr,
};

size_t RangeSize(const void* object) {
  const RangeBounds& range = AsRange(object);
  if (range.last < range.first) return 0;
  uint64_t distance = static_cast<uint64_t>(range.last) - static_cast<uint64_t>(range.first);
  return distance == std::numeric_limits<uint64_t>::max() ? distance : distance + 1;
}

constexpr ContainerOps kRangeOps = {
    RangeSize,
    [](const void* object, size_t index) {
      return Value::Int(static_cast<int64_t>(static_cast<uint64_t>(AsRange(object).first) + index));
    },
    nullptr,
    nullptr,
};

// What both loops know of themselves, then what each knows beyond it.
struct LoopField {
  std::string_view name;
  Value (*get)(const LoopState& state);
};
constexpr LoopField kLoopFields[] = {
    {"index", [](const LoopState& s) { return Value::Int(s.index0 + 1); }},
    {"index0", [](const LoopState& s) { return Value::Int(s.index0); }},
    {"rindex", [](const LoopState& s) { return Value::Int(s.length - s.index0); }},
    {"rindex0", [](const LoopState& s) { return Value::Int(s.length - s.index0 - 1); }},
    {"first", [](const LoopState& s) { return Value::Bool(s.index0 == 0); }},
    {"last", [](const LoopState& s) { return Value::Bool(s.index0 == s.length - 1); }},
    {"length", [](const LoopState& s) { return Value::Int(s.length); }},
};
constexpr LoopField kForloopFields[] = {
    {"parentloop", [](const LoopState& s) { return static_cast<const ForloopState&>(s).parent; }},
    {"name", [](const LoopState& s) { return static_cast<const ForloopState&>(s).name; }},
};
int64_t Cols(const LoopState& s) { return static_cast<const TablerowState&>(s).cols; }
constexpr LoopField kTablerowFields[] = {
    {"col", [](const LoopState& s) { return Value::Int(s.index0 % Cols(s) + 1); }},
    {"col0", [](const LoopState& s) { return Value::Int(s.index0 % Cols(s)); }},
    {"col_first", [](const LoopState& s) { return Value::Bool(s.index0 % Cols(s) == 0); }},
    {"col_last", [](const LoopState& s) { return Value::Bool(s.index0 % Cols(s) == Cols(s) - 1); }},
    {"row", [](const LoopState& s) { return Value::Int(s.index0 / Cols(s) + 1); }},
};

template <const auto& Own>
struct LoopOver {
  static const LoopField& At(size_t i) {
    return i < std::size(kLoopFields) ? kLoopFields[i] : Own[i - std::size(kLoopFields)];
  }
  static size_t Size(const void*) { return std::size(kLoopFields) + std::size(Own); }
  static Value Find(const void* object, std::string_view key) {
    for (size_t i = 0; i < Size(nullptr); ++i)
      if (At(i).name == key) return At(i).get(*static_cast<const LoopState*>(object));
    return Value();
  }
  static Entry Get(const void* object, size_t i) {
    return {Value::String(At(i).name), At(i).get(*static_cast<const LoopState*>(object))};
  }
  static constexpr ContainerOps kOps{Size, nullptr, Find, Get};
};

// Two tables that differ only in their address.
size_t NoSize(const void*) { return 0; }
Value NothingFound(const void*, std::string_view) { return Value(); }
Entry NoEntry(const void*, size_t) { return {}; }
constexpr ContainerOps kBlankOps = {NoSize, nullptr, NothingFound, NoEntry};
constexpr ContainerOps kEmptyOps = {NoSize, nullptr, NothingFound, NoEntry};

bool IsMapOf(const Value& value, const ContainerOps* ops) { return value.is_map() && value.ops() == ops; }

}  // namespace

Value NewList(Context& context, const Value* items, size_t count) {
  ListBuilder copy(context);
  copy.Append(items, count);
  return Finish(context, copy);
}

Value Finish(Context& context, ListBuilder& items) {
  return Value::List(&kItemListOps, new (context.Allocate(sizeof(ItemList))) ItemList{items.items(), items.size()});
}

Value NewPair(Context& context, const Value& first, const Value& second) {
  Value* items = static_cast<Value*>(context.Allocate(2 * sizeof(Value)));
  items[0] = first;
  items[1] = second;
  return Value::List(&kItemListOps, new (context.Allocate(sizeof(ItemList))) ItemList{items, 2});
}

Value NewRange(Context& context, RangeBounds bounds) {
  return Value::List(&kRangeOps, new (context.Allocate(sizeof(RangeBounds))) RangeBounds(bounds));
}

Value NewForloop(Context& context, ForloopState** state) {
  *state = new (context.Allocate(sizeof(ForloopState))) ForloopState();
  return Value::Map(&LoopOver<kForloopFields>::kOps, static_cast<const LoopState*>(*state));
}

Value NewTablerow(Context& context, TablerowState** state) {
  *state = new (context.Allocate(sizeof(TablerowState))) TablerowState();
  return Value::Map(&LoopOver<kTablerowFields>::kOps, static_cast<const LoopState*>(*state));
}

Value Blank() { return Value::Map(&kBlankOps, nullptr); }
Value Empty() { return Value::Map(&kEmptyOps, nullptr); }
bool IsRange(const Value& value) { return value.is_list() && value.ops() == &kRangeOps; }
bool IsBlankWord(const Value& value) { return IsMapOf(value, &kBlankOps); }
bool IsEmptyWord(const Value& value) { return IsMapOf(value, &kEmptyOps); }
RangeBounds BoundsOf(const Value& range) { return AsRange(range.object()); }

}  // namespace cartwheel::liquid
