// The lists and maps that a template itself makes: results of filters, ranges, the forloop, the two words blank and
// empty. They are Values like the host's, told apart by their table of functions. Their objects live in the render's
// arena.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/value.h"
#include "liquid/context.h"

namespace cartwheel::liquid {

// first..last, both included; empty when last < first.
struct RangeBounds {
  int64_t first;
  int64_t last;
};

struct LoopState {
  int64_t index0 = 0;
  int64_t length = 0;
};

struct ForloopState : LoopState {
  Value parent;  // nil in the outermost loop
  Value name;    // "variable-collection"
};

struct TablerowState : LoopState {
  int64_t cols = 0;
};

Value NewList(Context& context, const Value* items, size_t count);  // copies the items
Value Finish(Context& context, ListBuilder& items);                 // takes them over
Value NewPair(Context& context, const Value& first, const Value& second);
Value NewRange(Context& context, RangeBounds bounds);
Value NewForloop(Context& context, ForloopState** state);
Value NewTablerow(Context& context, TablerowState** state);

// blank and empty: as a literal they print nothing, are true, and equal what their name says.
Value Blank();
Value Empty();

bool IsRange(const Value& value);
bool IsBlankWord(const Value& value);
bool IsEmptyWord(const Value& value);
inline bool IsWord(const Value& value) { return IsBlankWord(value) || IsEmptyWord(value); }
RangeBounds BoundsOf(const Value& range);

}  // namespace cartwheel::liquid
