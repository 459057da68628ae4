// JSON values to packed values, with exact numbers.
#pragma once

#include <optional>
#include <string_view>

#include "base/packed.h"
#include "formats/json_cursor.h"

namespace cartwheel::formats {

// A number as JSON writes it, exactly: kInt, kUint beyond it, kDecimal when it has at most kMoneyDigits decimals,
// kDouble otherwise. False: the text is none, or one that no double can hold.
bool ReadJsonNumber(std::string_view token, Value* number);
// The same from a text such as "12900" or "12.50"; empty when it is not a finite number.
std::optional<Value> NumberFromText(std::string_view text);

// Writes the value that stands at the cursor; members that are null are left out. `depth` is the number of containers
// around it, the properties included. False: it is no JSON, or lies deeper than event_depth_max.
bool PackValue(JsonCursor& json, int depth, PackedWriter* writer);

// The first byte that is not UTF-8; npos when all is well.
size_t FindInvalidUtf8(std::string_view text);

}  // namespace cartwheel::formats
