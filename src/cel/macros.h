// The macros, as a table: what each is called and what it binds.
#pragma once

#include <string_view>

#include "cel/tree.h"

namespace cartwheel::cel {

// How many names it binds, and whether a filter may stand before its last argument.
struct MacroName {
  std::string_view name;
  Macro macro;
  int names_min, names_max;
  bool filter;
  std::string_view example;
};
inline constexpr MacroName kMacros[] = {
    {"exists", Macro::kExists, 1, 2, false, "exists(item, item.price > 100)"},
    {"all", Macro::kAll, 1, 2, false, "all(item, item.price > 100)"},
    {"exists_one", Macro::kExistsOne, 1, 2, false, "exists_one(item, item.price > 100)"},
    {"existsOne", Macro::kExistsOne, 1, 2, false, "existsOne(item, item.price > 100)"},
    {"map", Macro::kMap, 1, 1, true, "map(item, item.price)"},
    {"filter", Macro::kFilter, 1, 1, false, "filter(item, item.price > 100)"},
    {"transformList", Macro::kTransformList, 2, 2, true, "transformList(index, item, item.price)"},
    {"transformMap", Macro::kTransformMap, 2, 2, true, "transformMap(key, value, value.price)"},
    {"transformMapEntry", Macro::kTransformMapEntry, 2, 2, true, "transformMapEntry(key, value, {value: key})"},
    {"optMap", Macro::kOptMap, 1, 1, false, "optMap(coupon, coupon.percent)"},
    {"optFlatMap", Macro::kOptFlatMap, 1, 1, false, "optFlatMap(coupon, coupon.?percent)"}};

}  // namespace cartwheel::cel
