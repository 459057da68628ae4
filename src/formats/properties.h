// Reads the properties of a well-formed record in one pass. Whatever is odd in them, it gives up, and the record is
// read again by lenient_properties.h, which decides what becomes of it.
#pragma once

#include <string_view>

#include "formats/json.h"
#include "formats/problem.h"
#include "formats/property_table.h"

namespace cartwheel::formats {

// Writes the members of the object that stands at the cursor into the map that is open in the writer. False: something
// is odd.
bool PackProperties(JsonCursor& json, PropertyMode mode, PackedWriter* writer);

// The check of a price alone, for readers of other formats: where it stands and how it was written are for the message.
bool CheckPrice(const Value& number, std::string_view where, std::string_view shown, Problem* problem);

}  // namespace cartwheel::formats
