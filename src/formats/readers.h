// One function a format; formats.cc has the table. `columns` outlives the call: what a reader must remember between two
// chunks of one input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/sink.h"

namespace cartwheel::formats {

void ReadNative(std::string_view input, std::vector<std::string>* columns, Sink* sink);
void ReadSegment(std::string_view input, std::vector<std::string>* columns, Sink* sink);
void ReadRees46(std::string_view input, std::vector<std::string>* columns, Sink* sink);
void ReadOtto(std::string_view input, std::vector<std::string>* columns, Sink* sink);

struct Mapping;
// Records of any format that a mapping describes.
void ReadMapped(const Mapping& mapping, std::string_view input, Sink* sink);

}  // namespace cartwheel::formats
