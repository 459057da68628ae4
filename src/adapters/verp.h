// Return paths that say which message came back (VERP): `bounce+KEY.MAC@bounces.shop.example`, where KEY is the
// message's and MAC binds it to the address that it was sent to. A report of a bounce is believed only of an address
// that fits its MAC: a sender who knows one return path cannot report other addresses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cartwheel {

// Precondition: `base` is an address, the key is 32 hexadecimal digits.
std::string MakeReturnPath(std::string_view base, std::string_view key, std::string_view address,
                           std::string_view secret);

struct ReturnPath {
  std::string key, mac;
};
// The first return path under `base` that stands in a text; nullopt: there is none.
std::optional<ReturnPath> FindReturnPath(std::string_view text, std::string_view base);

// Whether the message of this return path was sent to this address. Letters of the domain may have changed their case.
bool WasSentTo(const ReturnPath& path, std::string_view address, std::string_view secret);

}  // namespace cartwheel
