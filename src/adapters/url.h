// Addresses of HTTP that come from outside: what they are made of, and which a request may be made of.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cartwheel {

struct HttpUrl {
  std::string scheme;  // "https" or "http"
  std::string host;    // lower case, with its brackets where it is an address of IPv6
  std::string port;    // digits; empty: the scheme's own
  std::string target;  // path and query, begins with "/"

  // "https://push.example:8443", without the port that is the scheme's own (RFC 6454, section 6.2).
  std::string Origin() const;
  // The address without anything else: what is requested.
  std::string Text() const { return Origin() + target; }
};

// Reads an absolute http or https address. InvalidArgument says what is wrong with it, without showing it: user names
// and passwords, spaces, control characters, backslashes and characters outside of ASCII, which programs read in more
// than one way, are refused. A fragment is left out.
absl::StatusOr<HttpUrl> ReadHttpUrl(std::string_view text);

}  // namespace cartwheel
