// The sections of a customer's row: where each begins and ends, whatever is in it. A store tells by it which sections a
// fold changed, and writes those alone (WriteRowChange).
//
//   row := form and version in a byte, clear part                                           when it is plain
//   row := form and version in a byte, text clear part, personal and lost parts             when it is split or sealed
//   clear part := checksum in 4 bytes of all that follows, varint bits of the sections that are there, varint length of
//   each of them, their bytes
//
// The fields of a section are written without regard to those of others (customer_row.cc): its bytes stay what they are
// when others change. A section without bytes is not there. Varints are as short as they can be, so that equal rows
// have equal bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cartwheel {

// Numbers are part of the file format. Those that most rows have come first: the bits take fewer bytes.
enum class RowSection : uint8_t {
  kHead,  // instants, counts, and what else changes with many events
  kIdentity,
  kSeen,
  kCarts,
  kLines,  // of all carts, in their order
  kOperations,
  kEnrolments,
  kSent,
  kExits,
  kEnds,
  kOrders,
  kAttributes,
  kEndpoints,
  kConsents,
  kAttributionWindows,
  kHistory,
  kSegments,
  kForgottenCarts,
  kAudiences,
  kRefusedChannels,
  kSuppressions,
  kEntries,
  kArms,
  kOccurrences,
  kUnjudgedClicks,
};
inline constexpr size_t kRowSections = 25;
// What a split or sealed row has after its clear part (split_row.h), as one more.
inline constexpr size_t kAfterClearPart = kRowSections;
using SectionLengths = std::array<size_t, kRowSections>;
// Most bytes that the bits and the lengths take.
inline constexpr size_t kLengthsBytesMax = 5 * (1 + kRowSections);

struct RowSections {
  char first = 0;         // form and version
  uint32_t checksum = 0;  // as the row says
  std::array<std::string_view, kRowSections + 1> bytes;
  std::string_view operator[](RowSection section) const { return bytes[static_cast<size_t>(section)]; }
};

// Reads the clear part of a row, whatever its checksum. False: it is none.
[[nodiscard]] bool ReadClearPart(std::string_view clear, RowSections* sections);
// Whether the checksum of a clear part is that of its bytes.
[[nodiscard]] bool IsSound(std::string_view clear);
// Writes the bits and the lengths, as they stand before the sections; returns the number of bytes.
size_t WriteLengths(const SectionLengths& lengths, char* to);

// Appends what makes `after` of `before`: for each section that differs how many bytes stay at its beginning and at its
// end, and the bytes between. False: one of them is no row of sections; then nothing is appended.
[[nodiscard]] bool WriteRowChange(std::string_view before, std::string_view after, std::string* change);
// False: these bytes are no change of `before`.
[[nodiscard]] bool ApplyRowChange(std::string_view before, std::string_view change, std::string* after);

}  // namespace cartwheel
