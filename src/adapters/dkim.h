// Signs a mail (RFC 6376, RFC 8463): relaxed/relaxed, rsa-sha256 or ed25519-sha256. Mail servers usually do this; here
// it is for shops whose server does not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "adapters/crypto.h"

namespace cartwheel {

class DkimSigner {
 public:
  // The key is PEM, of RSA or Ed25519; its public half stands at SELECTOR._domainkey.DOMAIN. InvalidArgument otherwise.
  static absl::StatusOr<DkimSigner> Make(std::string_view domain, std::string_view selector, std::string_view key_pem);

  // The mail with its signature as the first header. The mail is whole, its lines end with CRLF.
  std::string Sign(std::string_view mail, int64_t now_ms) const;

 private:
  DkimSigner(std::string domain, std::string selector, SigningKey key)
      : domain_(std::move(domain)), selector_(std::move(selector)), key_(std::move(key)) {}

  std::string domain_, selector_;
  SigningKey key_;
};

}  // namespace cartwheel
