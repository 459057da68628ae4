// VAPID (RFC 8292): how an application server says who it is to push services. A browser subscribes with a public key,
// and only requests that are signed with its private key reach that subscription.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "adapters/crypto.h"

namespace cartwheel {

// Reads a private key as `cartwheel vapid` and other tools write it (32 bytes in base64), or PEM.
absl::StatusOr<SigningKey> ReadVapidKey(std::string_view text);

// Makes the Authorization header of requests to push services, with one token an origin for half a day. For one thread
// at a time.
class VapidSigner {
 public:
  // `subject`: "mailto:…" or "https://…", whom a push service may write to. InvalidArgument where it is neither, or an
  // address that no one can write to: Apple refuses tokens with such a subject.
  static absl::StatusOr<VapidSigner> Make(SigningKey key, std::string_view subject);

  // "vapid t=…, k=…"
  const std::string& Authorization(const std::string& origin, int64_t now_ms);
  const std::string& public_key() const { return public_key_; }  // base64url of the point

 private:
  struct Token {
    std::string authorization;
    int64_t made_at_ms = 0;
  };
  VapidSigner(SigningKey key, std::string_view subject)
      : key_(std::move(key)), subject_(subject), public_key_(EncodeBase64Url(key_.PublicPoint())) {}

  SigningKey key_;
  std::string subject_;
  std::string public_key_;
  std::map<std::string, Token> tokens_;
};

inline constexpr int64_t kVapidTokenMs = int64_t{12} * 3'600'000;  // of at most 24 hours that RFC 8292 allows
inline constexpr int64_t kVapidRenewMs = int64_t{1} * 3'600'000;   // so long before its end another is made
// Origins come from addresses, which are data from outside; there are about five push services.
inline constexpr size_t kVapidOriginsMax = 64;

}  // namespace cartwheel
