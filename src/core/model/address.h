// Addresses as they are compared and named. An address alone is named by a keyed hash, so that neither a refusal nor a
// suppression needs it in clear: they outlive the erasure of the person who had it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace cartwheel {

// An address as it is compared: telephone numbers (sms, kakao) as digits with Korea's national prefix, mail addresses
// in lower case; any other as it is.
std::string NormalAddress(std::string_view channel, std::string_view address);
// What stands in the place of an address that was erased: "#" and its keyed hash.
std::string HashedAddress(const Digest& digest);
// The keyed hash of a channel and a normal address; of a hashed address the hash that it says.
Digest AddressDigest(const HashKey& key, std::string_view channel, std::string_view address);
// The identity key of an address, with the channel in clear.
std::string EndpointKey(std::string_view channel, const Digest& address);
std::string EndpointKey(const HashKey& key, std::string_view channel, std::string_view address);
// Whether an identity key is that of an address.
bool IsEndpointKey(std::string_view key);

// Returns what names an address in its customer's row: in endpoints, consents, open messages; never 0.
constexpr uint64_t EndpointFingerprint(const Digest& address) { return address.low | 1; }
uint64_t EndpointFingerprint(const HashKey& key, std::string_view channel, std::string_view address);

}  // namespace cartwheel
