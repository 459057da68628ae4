#include "core/message/link.h"

#include <algorithm>
#include <charconv>

#include "base/percent.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// The parameter that names the message: "m=", or "t=" and its token.
std::string NameOf(uint64_t message, std::string_view token) {
  return token.empty() ? fmt::format("m={:016x}", message) : fmt::format("t={}", token);
}

uint64_t SignLink(const HashKey& key, std::string_view name, std::string_view url) {
  return SipHash(key, fmt::format("link\n{}\n{}", name, url));
}

bool ReadHex(std::string_view text, uint64_t* number) {
  constexpr int kBase = 16;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number, kBase);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

// The value of a parameter, as written.
std::string_view Parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return pair.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

// What follows a # is not sent to the server (RFC 3986, 3.5), so the parameters stand before it.
std::string LinkMaker::Make(std::string_view url) const {
  const size_t fragment = std::min(base.find('#'), base.size());
  const std::string_view address = base.substr(0, fragment);
  const bool has_query = address.find('?') != address.npos, is_open = address.ends_with('?') || address.ends_with('&');
  const std::string name = NameOf(message, token);
  return fmt::format("{}{}{}&u={}&s={:016x}{}", address,
                     is_open     ? ""
                     : has_query ? "&"
                                 : "?",
                     name, PercentEncode(url), SignLink(key, name, url), base.substr(fragment));
}

absl::StatusOr<Link> ReadLink(const HashKey& key, std::string_view link) {
  std::string_view query = link.substr(0, link.find('#'));
  query.remove_prefix(std::min(query.find('?'), query.size()));
  if (!query.empty()) query.remove_prefix(1);
  Link made;
  uint64_t signature = 0;
  made.token = Parameter(query, "t");
  bool whole = (!made.token.empty() || ReadHex(Parameter(query, "m"), &made.message)) &&
               ReadHex(Parameter(query, "s"), &signature);
  made.url = PercentDecode(Parameter(query, "u"), &whole);
  if (!whole || signature != SignLink(key, NameOf(made.message, made.token), made.url))
    return absl::InvalidArgumentError("this link was not made here, or it was changed");
  return made;
}

}  // namespace cartwheel
