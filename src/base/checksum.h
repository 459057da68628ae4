// A checksum of bytes that lie on a disk: what was changed by accident does not keep it. It is no defence against who
// changes both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cartwheel {

inline constexpr size_t kChecksumBytes = 4;

// The same in every process: it is part of the file format. Bytes that differ in one word of eight always differ in the
// 64 bits that the checksum is the upper half of.
[[nodiscard]] uint32_t Checksum(std::string_view bytes);

}  // namespace cartwheel
