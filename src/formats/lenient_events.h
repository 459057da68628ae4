// Reads one record of which something is odd: every decision about what becomes of a field that cannot be read as it
// stands is here and in lenient_properties.h.
#pragma once

#include <string_view>

#include "formats/json_format.h"
#include "formats/sink.h"

namespace cartwheel::formats {

// Takes or rejects the record.
void ReadLeniently(const JsonFormat& format, std::string_view record, Sink* sink);

}  // namespace cartwheel::formats
