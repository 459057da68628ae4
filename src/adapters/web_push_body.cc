#include "adapters/web_push_body.h"

#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kKeyInfo = "WebPush: info\0"sv;
constexpr std::string_view kContentInfo = "Content-Encoding: aes128gcm\0"sv;
constexpr std::string_view kNonceInfo = "Content-Encoding: nonce\0"sv;
constexpr char kLastRecord = 0x02;  // the delimiter of the last record, and of the only one
constexpr size_t kInputKeyBytes = 32;

}  // namespace

absl::StatusOr<std::string> EncryptWebPush(std::string_view text, std::string_view point, std::string_view auth,
                                           const SigningKey& key, std::string_view salt) {
  if (auth.size() != kWebPushAuthBytes)
    return absl::InvalidArgumentError(fmt::format("auth: {} bytes, expected {}", auth.size(), kWebPushAuthBytes));
  if (text.size() > kWebPushTextBytesMax)
    return absl::InvalidArgumentError(fmt::format("{} bytes, at most {}", text.size(), kWebPushTextBytesMax));
  ASSIGN_OR_RETURN(const std::string secret, key.Agree(point));
  const std::string own_point = key.PublicPoint();

  // RFC 8291, section 3.4
  std::string key_info(kKeyInfo);
  key_info += point;
  key_info += own_point;
  const std::string input_key = HkdfExpand(HkdfExtract(auth, secret), key_info, kInputKeyBytes);
  const std::string pseudorandom_key = HkdfExtract(salt, input_key);
  const std::string content_key = HkdfExpand(pseudorandom_key, kContentInfo, kAesKeyBytes);
  const std::string nonce = HkdfExpand(pseudorandom_key, kNonceInfo, kAesNonceBytes);

  std::string body(salt);
  body += {0, 0, static_cast<char>(kWebPushBodyBytesMax >> 8), static_cast<char>(kWebPushBodyBytesMax & 0xff)};
  body += static_cast<char>(own_point.size());
  body += own_point;
  body += SealAes128Gcm(content_key, nonce, std::string(text) + kLastRecord);
  return body;
}

}  // namespace cartwheel
