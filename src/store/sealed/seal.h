// The cryptography of sealing at rest (libsodium): XChaCha20-Poly1305 under a key of a customer, which is itself sealed
// under the key that the shop sets (FILE.keys, key_file.h).
//
// What is sealed is bound to its place, so that bytes moved elsewhere do not open. The nonce is a keyed hash of the
// place and the text: the same text gives the same bytes under a key, so that a customer's row that changed elsewhere
// keeps its sealed part, and what is written of the change stays small. Who reads the file learns that a text of one
// customer at one place is the same as before, and nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/hash.h"

namespace cartwheel {

inline constexpr size_t kSealKeyBytes = 32;
inline constexpr size_t kSealNonceBytes = 24;
inline constexpr size_t kSealTagBytes = 16;
inline constexpr size_t kSealMarkBytes = 16;
inline constexpr size_t kSealOverhead = kSealNonceBytes + kSealTagBytes;  // bytes that sealing adds

using SealKey = std::array<uint8_t, kSealKeyBytes>;

// Reads the option `seal_key`, 64 hexadecimal digits. InvalidArgument never shows it.
[[nodiscard]] absl::StatusOr<SealKey> ReadSealKey(std::string_view text);
// Returns a key from the system's random numbers.
SealKey NewSealKey();
// By what a database knows the key that it is sealed with: kSealMarkBytes, from which the key cannot be found.
std::string SealMark(const SealKey& key, const HashKey& database);

// Appends nonce, sealed text and tag.
void Seal(const SealKey& key, std::string_view place, std::string_view text, std::string* out);
// nullopt: sealed with another key, at another place, or changed since.
std::optional<std::string> Unseal(const SealKey& key, std::string_view place, std::string_view sealed);

}  // namespace cartwheel
