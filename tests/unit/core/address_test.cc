// Addresses as they are compared, and the keyed hashes that name them.
#include "core/model/address.h"

#include "core/model/event.h"
#include "engine/common/erased_names.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

constexpr HashKey kKey{1, 2}, kOtherKey{1, 3};

}  // namespace

TEST_CASE("the hash of an address is of its normal form and its channel, under the database's key") {
  const Digest phone = AddressDigest(kKey, "sms", "01012345678");
  for (std::string_view same : {"010-1234-5678", "+82 10 1234 5678", "+82-010-1234-5678", "821012345678"})
    CHECK(AddressDigest(kKey, "sms", same) == phone);
  for (std::string_view other : {"010-1234-5679", "1012345678", "01012345678x"})
    CHECK_FALSE(AddressDigest(kKey, "sms", other) == phone);
  CHECK(AddressDigest(kKey, "email", "Kim@Shop.Example") == AddressDigest(kKey, "email", "kim@shop.example"));
  CHECK_FALSE(AddressDigest(kKey, "web_push", "A") == AddressDigest(kKey, "web_push", "a"));
  CHECK_FALSE(AddressDigest(kKey, "kakao", "01012345678") == phone);
  CHECK_FALSE(AddressDigest(kOtherKey, "sms", "01012345678") == phone);
  CHECK_FALSE(NameDigest(kKey, CustomerKey("kim")) == NameDigest(kOtherKey, CustomerKey("kim")));
  // The channel and the address are kept apart.
  CHECK_FALSE(AddressDigest(kKey, "a", "bc") == AddressDigest(kKey, "ab", "c"));
}

TEST_CASE("a hashed address stands for the address") {
  const Digest digest = AddressDigest(kKey, "sms", "010-1234-5678");
  CHECK(HashedAddress(digest) == "#" + ToHex(digest));
  CHECK(AddressDigest(kKey, "sms", HashedAddress(digest)) == digest);
  CHECK(EndpointKey(kKey, "sms", HashedAddress(digest)) == EndpointKey(kKey, "sms", "01012345678"));
  for (std::string_view address : {"#", "#1", "#tag", "##0123456789abcdef0123456789abcdef"})
    CHECK_FALSE(ToHex(AddressDigest(kKey, "web_push", address)) == address.substr(1));
}

TEST_CASE("an identity key of an address is known as one, and says no address") {
  const std::string key = EndpointKey(kKey, "sms", "010-1234-5678");
  CHECK(IsEndpointKey(key));
  CHECK_FALSE(IsEndpointKey(CustomerKey("e")));
  CHECK_FALSE(IsEndpointKey(AnonymousKey("e")));
  CHECK(key.find("5678") == key.npos);
  CHECK(EndpointFingerprint({0, 5}) != 0);
}

}  // namespace cartwheel
