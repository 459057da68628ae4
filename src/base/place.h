// Places in a source text, as the errors of all its languages name them. Lines and columns count from 1, columns in
// characters; a byte order mark at the beginning is not counted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace cartwheel {

struct Place {
  size_t line = 1, column = 1;
};

[[nodiscard]] Place PlaceOf(std::string_view source, size_t offset);
// Returns "12:30", the place of a byte offset.
[[nodiscard]] std::string LineAndColumn(std::string_view source, size_t offset);
// Reads the place that `text` begins with. Returns how many bytes it takes; 0: there is none.
size_t ReadPlace(std::string_view text, Place* place);

// Returns InvalidArgument "12:30: message" on one line: a control character of the message becomes a space.
[[nodiscard]] absl::Status ErrorAt(std::string_view source, size_t offset, std::string_view message);

// Returns the line of the place and, on a second line, a caret under its column as a terminal shows it; of a long line
// the part around the column. Returns an empty text when the source has no such line.
[[nodiscard]] std::string Caret(std::string_view source, Place place);

}  // namespace cartwheel
