// The area codes of the North American numbering plan (+1), as of 2026: which country and state each is of, and the
// zones of the places where its numbers are in use. Data.
//
// A code in use across a border of zones has the zones of both sides. Toll-free and personal numbers, and codes that
// are not in the table, tell no place.
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace cartwheel {

struct AreaCodes {
  std::string_view country;  // ISO 3166
  std::string_view state;    // of US and CA: postal code of the state or province
  std::string_view zones;    // names, a space between
  std::string_view codes;    // three digits each, a space between
};

[[nodiscard]] absl::Span<const AreaCodes> AreaCodeTable();

}  // namespace cartwheel
