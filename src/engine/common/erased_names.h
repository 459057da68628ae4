// The names of who was erased: what was an identity key is a keyed hash of it from then on, in the customer's row and
// in the table of keys. It takes a name to find such a row again, and none is told by it.
#pragma once

#include <string>
#include <string_view>

#include "base/hash.h"
#include "core/model/event.h"

namespace cartwheel {

inline Digest NameDigest(const HashKey& hash_key, std::string_view key) { return SipHash128(hash_key, key); }
inline std::string ErasedKey(const HashKey& hash_key, std::string_view key) {
  return std::string(1, kErasedSpace) + ToBytes(NameDigest(hash_key, key));
}
inline bool IsErasedKey(std::string_view key) { return !key.empty() && key.front() == kErasedSpace; }

}  // namespace cartwheel
