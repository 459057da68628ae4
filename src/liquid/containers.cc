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
const ForloopState& AsForloop(const void* object) { return *static_cast<const ForloopState*>(object); }

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

struct ForloopField {
  std::string_view name;
  Value (*get)(const ForloopState& state);
};
constexpr ForloopField kForloopFields[] = {
    {"index", [](const ForloopState& s) { return Value::Int(s.index0 + 1); }},
    {"index0", [](const ForloopState& s) { return Value::Int(s.index0); }},
    {"rindex", [](const ForloopState& s) { return Value::Int(s.length - s.index0); }},
    {"rindex0", [](const ForloopState& s) { return Value::Int(s.length - s.index0 - 1); }},
    {"first", [](const ForloopState& s) { return Value::Bool(s.index0 == 0); }},
    {"last", [](const ForloopState& s) { return Value::Bool(s.index0 == s.length - 1); }},
    {"length", [](const ForloopState& s) { return Value::Int(s.length); }},
    {"parentloop", [](const ForloopState& s) { return s.parent; }},
    {"name", [](const ForloopState& s) { return s.name; }},
};

Value FindForloopField(const void* object, std::string_view key) {
  for (const ForloopField& field : kForloopFields)
    if (field.name == key) return field.get(AsForloop(object));
  return Value();
}

constexpr ContainerOps kForloopOps = {
    [](const void*) { return std::size(kForloopFields); },
    nullptr,
    FindForloopField,
    [](const void* object, size_t index) {
      return Entry{Value::String(kForloopFields[index].name), kForloopFields[index].get(AsForloop(object))};
    },
};

struct TablerowField {
  std::string_view name;
  Value (*get)(const TablerowState& state);
};
constexpr TablerowField kTablerowFields[] = {
    {"index", [](const TablerowState& s) { return Value::Int(s.index0 + 1); }},
    {"index0", [](const TablerowState& s) { return Value::Int(s.index0); }},
    {"rindex", [](const TablerowState& s) { return Value::Int(s.length - s.index0); }},
    {"rindex0", [](const TablerowState& s) { return Value::Int(s.length - s.index0 - 1); }},
    {"first", [](const TablerowState& s) { return Value::Bool(s.index0 == 0); }},
    {"last", [](const TablerowState& s) { return Value::Bool(s.index0 == s.length - 1); }},
    {"length", [](const TablerowState& s) { return Value::Int(s.length); }},
    {"col", [](const TablerowState& s) { return Value::Int(s.index0 % s.cols + 1); }},
    {"col0", [](const TablerowState& s) { return Value::Int(s.index0 % s.cols); }},
    {"col_first", [](const TablerowState& s) { return Value::Bool(s.index0 % s.cols == 0); }},
    {"col_last", [](const TablerowState& s) { return Value::Bool(s.index0 % s.cols == s.cols - 1); }},
    {"row", [](const TablerowState& s) { return Value::Int(s.index0 / s.cols + 1); }},
};

Value FindTablerowField(const void* object, std::string_view key) {
  for (const TablerowField& field : kTablerowFields)
    if (field.name == key) return field.get(*static_cast<const TablerowState*>(object));
  return Value();
}

constexpr ContainerOps kTablerowOps = {
    [](const void*) { return std::size(kTablerowFields); },
    nullptr,
    FindTablerowField,
    [](const void* object, size_t index) {
      return Entry{Value::String(kTablerowFields[index].name), kTablerowFields[index].get(*static_cast<const TablerowState*>(object))};
    },
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
  return Value::Map(&kForloopOps, *state);
}

Value NewTablerow(Context& context, TablerowState** state) {
  *state = new (context.Allocate(sizeof(TablerowState))) TablerowState();
  return Value::Map(&kTablerowOps, *state);
}

Value Blank() { return Value::Map(&kBlankOps, nullptr); }
Value Empty() { return Value::Map(&kEmptyOps, nullptr); }
bool IsRange(const Value& value) { return value.is_list() && value.ops() == &kRangeOps; }
bool IsBlankWord(const Value& value) { return IsMapOf(value, &kBlankOps); }
bool IsEmptyWord(const Value& value) { return IsMapOf(value, &kEmptyOps); }
RangeBounds BoundsOf(const Value& range) { return AsRange(range.object()); }

}  // namespace cartwheel::liquid
