#include "adapters/verp.h"

#include <algorithm>

#include "adapters/crypto.h"
#include "adapters/lower.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr size_t kKeyDigits = 32, kMacDigits = 16;

bool AreHexDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Servers on the way may change the case of an address; none tells two people's addresses apart by it.
std::string MacOf(std::string_view key, std::string_view address, std::string_view secret) {
  return EncodeHex(HmacSha256(secret, fmt::format("return path\n{}\n{}", key, Lower(address)))).substr(0, kMacDigits);
}

}  // namespace

std::string MakeReturnPath(std::string_view base, std::string_view key, std::string_view address,
                           std::string_view secret) {
  const size_t at = base.rfind('@');
  return fmt::format("{}+{}.{}{}", base.substr(0, at), key, MacOf(key, address, secret), base.substr(at));
}

std::optional<ReturnPath> FindReturnPath(std::string_view text, std::string_view base) {
  const std::string lower = Lower(text), wanted = Lower(base);
  const size_t at = wanted.rfind('@');
  const std::string begin = wanted.substr(0, at) + "+", end = wanted.substr(at);
  for (size_t from = 0; (from = lower.find(begin, from)) != lower.npos; ++from) {
    const std::string_view rest = std::string_view(lower).substr(from + begin.size());
    if (rest.size() < kKeyDigits + 1 + kMacDigits + end.size() || rest[kKeyDigits] != '.') continue;
    const std::string_view key = rest.substr(0, kKeyDigits), mac = rest.substr(kKeyDigits + 1, kMacDigits);
    if (!rest.substr(kKeyDigits + 1 + kMacDigits).starts_with(end) || !AreHexDigits(key) || !AreHexDigits(mac))
      continue;
    return ReturnPath{std::string(key), std::string(mac)};
  }
  return std::nullopt;
}

bool WasSentTo(const ReturnPath& path, std::string_view address, std::string_view secret) {
  return EqualInConstantTime(path.mac, MacOf(path.key, address, secret));
}

}  // namespace cartwheel
