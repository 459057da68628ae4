#include "core/link.h"

#include <charconv>

#include "fmt/format.h"

namespace cartwheel {
namespace {

uint64_t Sign(const HashKey& key, int64_t message, std::string_view url) { return SipHash(key, fmt::format("link\n{}\n{}", message, url)); }

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (IsPlain(c)) out += c;
    else out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

template <typename T>
bool ReadNumber(std::string_view text, int base, T* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool Unescape(std::string_view text, std::string* out) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      *out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= text.size() || !ReadNumber(text.substr(i + 1, 2), 16, &byte)) return false;
    *out += static_cast<char>(byte);
    i += 2;
  }
  return true;
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
  return fmt::format("{}{}m={}&u={}&s={:016x}", base, base.find('?') == base.npos ? '?' : '&', message, Escaped(url), Sign(key, message, url));
}

absl::StatusOr<Link> ReadLink(const HashKey& key, std::string_view link) {
  std::string_view query = link.substr(std::min(link.find('?'), link.size()));
  if (!query.empty()) query.remove_prefix(1);
  query = query.substr(0, query.find('#'));
  Link made;
  uint64_t signature = 0;
  const bool whole = ReadNumber(Parameter(query, "m"), 10, &made.message) && Unescape(Parameter(query, "u"), &made.url) && ReadNumber(Parameter(query, "s"), 16, &signature);
  if (!whole || signature != Sign(key, made.message, made.url)) return absl::InvalidArgumentError("this link was not made here, or it was changed");
  return made;
}

}  // namespace cartwheel
