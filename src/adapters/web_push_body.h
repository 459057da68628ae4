// Message encryption for Web Push (RFC 8291) in the content coding aes128gcm (RFC 8188), one record.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "adapters/crypto.h"

namespace cartwheel {

inline constexpr size_t kWebPushAuthBytes = 16;
inline constexpr size_t kWebPushSaltBytes = 16;
inline constexpr size_t kWebPushBodyBytesMax = 4096;  // what every push service takes (RFC 8030, section 7.2)
inline constexpr size_t kWebPushHeaderBytes = kWebPushSaltBytes + 4 + 1 + kP256PointBytes;
// The text that fits, beside the header, the tag and the delimiter.
inline constexpr size_t kWebPushTextBytesMax = kWebPushBodyBytesMax - kWebPushHeaderBytes - kAesTagBytes - 1;

// Encrypts for the browser that has the private key of `point` and the secret `auth`. `key` and `salt` must be new for
// each message. InvalidArgument: `point` is no point of P-256, `auth` is not 16 bytes, or the text is too long.
absl::StatusOr<std::string> EncryptWebPush(std::string_view text, std::string_view point, std::string_view auth,
                                           const SigningKey& key, std::string_view salt);

}  // namespace cartwheel
