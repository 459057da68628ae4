#include "core/link.h"

#include <charconv>

#include "base/percent.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

uint64_t Sign(const HashKey& key, int64_t message, std::string_view url) { return SipHash(key, fmt::format("link\n{}\n{}", message, url)); }

template <typename T>
bool ReadNumber(std::string_view text, int base, T* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

// The value of a parameter, as written.
std::string_view Parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') return pair.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

std::string LinkMaker::Make(std::string_view url) const {
  return fmt::format("{}{}m={}&u={}&s={:016x}", base, base.find('?') == base.npos ? '?' : '&', message, PercentEncode(url), Sign(key, message, url));
}

absl::StatusOr<Link> ReadLink(const HashKey& key, std::string_view link) {
  std::string_view query = link.substr(std::min(link.find('?'), link.size()));
  if (!query.empty()) query.remove_prefix(1);
  query = query.substr(0, query.find('#'));
  Link made;
  uint64_t signature = 0;
  bool whole = ReadNumber(Parameter(query, "m"), 10, &made.message) && ReadNumber(Parameter(query, "s"), 16, &signature);
  made.url = PercentDecode(Parameter(query, "u"), &whole);
  if (!whole || signature != Sign(key, made.message, made.url)) return absl::InvalidArgumentError("this link was not made here, or it was changed");
  return made;
}

}  // namespace cartwheel
