// Reads events from JSON records by the table of a format: which member of a record says what, and what the calls of
// the format mean. Adding a format of this kind is adding a table (native.cc and segment.cc are the examples).
#pragma once

#include <string_view>

#include "formats/json_format.h"
#include "formats/sink.h"

namespace cartwheel::formats {

// Records that are well-formed in every respect are read in one pass; the others by lenient_events.h. The events are
// the same.
void ReadJsonEvents(const JsonFormat& format, std::string_view input, Sink* sink);

}  // namespace cartwheel::formats
