#include "adapters/jwt.h"

namespace cartwheel {

std::string MakeJwt(std::string_view header, std::string_view claims, const SigningKey& key) {
  std::string token = EncodeBase64Url(header) + "." + EncodeBase64Url(claims);
  token += "." + EncodeBase64Url(key.Sign(token));
  return token;
}

}  // namespace cartwheel
