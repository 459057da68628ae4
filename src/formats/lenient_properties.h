// Reads the properties of a record of which something is odd: what can be read becomes what the fast reader would have
// made of it, what cannot is left out with a warning that names the place.
#pragma once

#include <string_view>

#include "base/packed.h"
#include "formats/json_tree.h"
#include "formats/property_table.h"
#include "formats/sink.h"

namespace cartwheel::formats {

// Writes the members of an object (or of PHP's empty list) into the map that is open in the writer; of anything else
// nothing, with a warning. `member` is the name of the object in its record.
void PackLeniently(const JsonNode& properties, PropertyMode mode, std::string_view member, PackedWriter* writer,
                   Sink* sink);

// The text of an id; empty: there is none. `readable` says whether it was what an id may be.
std::string ReadId(const JsonNode& node, bool* readable);

}  // namespace cartwheel::formats
