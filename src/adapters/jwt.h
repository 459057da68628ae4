// JSON Web Tokens (RFC 7515, 7519) that are signed here: ES256 and RS256. None is ever read.
#pragma once

#include <string>
#include <string_view>

#include "adapters/crypto.h"

namespace cartwheel {

// Returns header.claims.signature. Both are JSON objects; the header's `alg` must be that of the key: ES256 of P-256,
// RS256 of RSA.
std::string MakeJwt(std::string_view header, std::string_view claims, const SigningKey& key);

}  // namespace cartwheel
