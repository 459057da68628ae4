// Bytes at rest, compressed (zstd, level 1) after one byte that says so. What is small or does not shrink stays as it
// is.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cartwheel {

[[nodiscard]] std::string Compress(std::string_view bytes);
// Into `*out`, which is replaced: its memory serves again. For what does not live long: quicker, and a tenth larger.
void CompressQuickly(std::string_view bytes, std::string* out);
// As Compress, of bytes that are read again soon.
[[nodiscard]] std::string Uncompressed(std::string_view bytes);
absl::StatusOr<std::string> Decompress(std::string_view data);  // DataLoss when it is broken
absl::Status Decompress(std::string_view data, std::string* out);

}  // namespace cartwheel
