// What is read of a value that may not be there: a.?b and a[?b], and every field and element of an optional.
#pragma once

#include <string_view>

#include "base/value.h"
#include "cel/arena.h"

namespace cartwheel::cel {

// An optional of range's element at `key` (of what is inside, when `range` is an optional itself), none when there is
// no such element; absent on an error, whose text is static.
Value SelectOptional(const Value& range, const Value& key, Arena& arena, std::string_view* error);

}  // namespace cartwheel::cel
