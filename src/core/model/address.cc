#include "core/model/address.h"

#include <optional>

namespace cartwheel {
namespace {

constexpr size_t kKoreanNumberMin = 10;  // with its country: 82 2 123 4567
constexpr char kSpace = 'e';             // of the identity keys of addresses

constexpr char kHashed = '#';

}  // namespace

std::string NormalAddress(std::string_view channel, std::string_view address) {
  std::string normal;
  if (channel == "email") {
    for (const char c : address) normal.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    return normal;
  }
  if (channel != "sms" && channel != "kakao") return std::string(address);
  constexpr std::string_view kBetween = " -.()+";
  for (const char c : address) {
    if (c >= '0' && c <= '9')
      normal.push_back(c);
    else if (kBetween.find(c) == kBetween.npos)
      return std::string(address);  // no telephone number
  }
  constexpr std::string_view kKorea = "82";
  if (normal.starts_with(kKorea) && normal.size() >= kKoreanNumberMin)
    normal.replace(0, kKorea.size(), normal[kKorea.size()] == '0' ? "" : "0");
  return normal;
}

std::string HashedAddress(const Digest& digest) { return kHashed + ToHex(digest); }

Digest AddressDigest(const HashKey& key, std::string_view channel, std::string_view address) {
  if (address.starts_with(kHashed))
    if (const std::optional<Digest> digest = DigestFromHex(address.substr(1))) return *digest;
  std::string text(channel);
  text.push_back('\0');
  text += NormalAddress(channel, address);
  return SipHash128(key, text);
}

std::string EndpointKey(std::string_view channel, const Digest& address) {
  std::string key(1, kSpace);
  key += channel;
  key.push_back('\0');
  key += ToBytes(address);
  return key;
}

std::string EndpointKey(const HashKey& key, std::string_view channel, std::string_view address) {
  return EndpointKey(channel, AddressDigest(key, channel, address));
}

bool IsEndpointKey(std::string_view key) { return !key.empty() && key.front() == kSpace; }

uint64_t EndpointFingerprint(const HashKey& key, std::string_view channel, std::string_view address) {
  return EndpointFingerprint(AddressDigest(key, channel, address));
}

}  // namespace cartwheel
