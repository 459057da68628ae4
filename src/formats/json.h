// JSON values to packed values.
#pragma once

#include <string_view>

#include "base/packed.h"
#include "formats/json_cursor.h"

namespace cartwheel::formats {

// Writes the value that stands at the cursor; members that are null are left out. `depth` is the number of containers
// around it, the properties included. False: it is no JSON, or lies deeper than event_depth_max.
bool PackValue(JsonCursor& json, int depth, PackedWriter* writer);

// The first byte that is not UTF-8; npos when all is well.
size_t FindInvalidUtf8(std::string_view text);

}  // namespace cartwheel::formats
