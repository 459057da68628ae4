#include "adapters/url.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "base/status.h"

namespace cartwheel {
namespace {

constexpr size_t kPortDigitsMax = 5;
constexpr int kPortMax = 65535;

bool IsPlain(char c) { return c > ' ' && c < '\x7f' && c != '\\' && c != '"' && c != '<' && c != '>' && c != '`'; }

bool IsHostCharacter(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.'; }
bool IsAddressCharacter(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)) || c == ':' || c == '.'; }

bool IsHost(std::string_view host) {
  if (host.starts_with('['))
    return host.size() > 2 && host.ends_with(']') && std::all_of(host.begin() + 1, host.end() - 1, IsAddressCharacter);
  return !host.empty() && std::all_of(host.begin(), host.end(), IsHostCharacter);
}

bool IsPort(std::string_view port) {
  if (port.empty() || port.size() > kPortDigitsMax || port.find_first_not_of("0123456789") != port.npos) return false;
  const int number = std::stoi(std::string(port));
  return number > 0 && number <= kPortMax;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower;
}

}  // namespace

std::string HttpUrl::Origin() const {
  const bool usual = port.empty() || (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
  return scheme + "://" + host + (usual ? "" : ":" + port);
}

absl::StatusOr<HttpUrl> ReadHttpUrl(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), IsPlain))
    return absl::InvalidArgumentError("an address with characters that no address has");
  HttpUrl url;
  const size_t colon = text.find("://");
  url.scheme = LowerCase(text.substr(0, std::min(colon, text.size())));
  if (colon == text.npos || (url.scheme != "https" && url.scheme != "http"))
    return absl::InvalidArgumentError("expected an address that begins with https://");
  text.remove_prefix(colon + 3);
  text = text.substr(0, text.find('#'));
  const size_t end = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, end);
  url.target = std::string(text.substr(end));
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (authority.find('@') != authority.npos) return absl::InvalidArgumentError("an address with a user name");
  const size_t bracket = authority.find(']');
  const size_t port = authority.find(':', bracket == authority.npos ? 0 : bracket);
  if (port != authority.npos) {
    url.port = std::string(authority.substr(port + 1));
    authority = authority.substr(0, port);
    if (!IsPort(url.port)) return absl::InvalidArgumentError("an address whose port is no number from 1 to 65535");
  }
  url.host = LowerCase(authority);
  if (!IsHost(url.host)) return absl::InvalidArgumentError("an address without a host's name");
  return url;
}

}  // namespace cartwheel
