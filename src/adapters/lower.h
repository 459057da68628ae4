// Names that providers compare without case: header fields, domains, schemes.
#pragma once

#include <string>
#include <string_view>

#include "absl/strings/ascii.h"

namespace cartwheel {

// Lowers the letters A to Z; other characters stay.
inline std::string Lower(std::string_view text) {
  return absl::AsciiStrToLower(absl::string_view(text.data(), text.size()));
}

}  // namespace cartwheel
