// A customer's row in two parts, for a database that is sealed at rest: what is personal stands apart from the rest.
//
//   row := form and version in a byte, varint size, the clear part, text personal, varint count, texts lost
//
// The clear part is as in a row that is not split, with empty texts where something personal belongs. The personal part
// names each of its texts by what it is of, so that it finds its place also in a row that changed since: entries of the
// same place may follow one another, and the first counts. `lost` are parts whose key is missing; nothing here knows
// what is in them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace cartwheel {

enum class CustomerForm : uint8_t {
  kPlain = 0,
  kSplit = 0x80,   // as the engine reads and writes it
  kSealed = 0xc0,  // as a store keeps it: the personal part is sealed
};
inline constexpr uint8_t kFormBits = 0xc0;

// What a personal text is of. Numbers are part of the file format: append, never move.
enum class PersonalText : uint8_t { kAttributes = 0, kAddress = 1, kWalkData = 2, kPastProperties = 3 };

struct SplitRow {
  uint8_t version = 0;
  std::string_view clear;
  std::string_view personal;
  std::vector<std::string_view> lost;
};

CustomerForm FormOf(std::string_view row);
// Whether a split row has a personal part.
bool HasPersonalPart(std::string_view row);
// DataLoss for what is no split row.
[[nodiscard]] absl::Status ReadSplitRow(std::string_view row, SplitRow* split);
// Replaces `*out`, which must not hold what the parts are views of.
void WriteSplitRow(CustomerForm form, const SplitRow& split, std::string* out);

}  // namespace cartwheel
