// Addresses as advertising platforms ask for them. The hashes are those of section 7 of the protocols' sheet, which
// another implementation computed.
#include "adapters/audience.h"

#include "tests/catch.h"

namespace cartwheel {

TEST_CASE("addresses of audiences are made alike before they are hashed") {
  CHECK(MetaEmail("  John.Smith@Example.com \n") == "john.smith@example.com");
  CHECK(GoogleEmail("Cloudy.San Francisco+shopping@Gmail.com") == "cloudysanfrancisco@gmail.com");
  CHECK(GoogleEmail("a.b+c@googlemail.com") == "ab@googlemail.com");
  CHECK(GoogleEmail("A.b+c@shop.example") == "a.b+c@shop.example");
  for (const char* wrong : {"", "kim", "kim@", "@shop.example", "a@b@c.de", "kim@shop", "a,b@shop.example"}) {
    CHECK(MetaEmail(wrong) == "");
    CHECK(GoogleEmail(wrong) == "");
  }
  for (const char* phone : {"010-1234-5678", "+82 10 1234 5678", "821012345678"}) {
    CHECK(MetaPhone(phone) == "821012345678");
    CHECK(GooglePhone(phone) == "+821012345678");
    CHECK(KakaoPhone(phone) == "01012345678");
  }
  CHECK(MetaPhone("+1 202 555 0100") == "12025550100");
  CHECK(GooglePhone("+1 202 555 0100") == "+12025550100");
  CHECK(KakaoPhone("+1 202 555 0100") == "");
  CHECK(GooglePhone("none") == "");
}

TEST_CASE("a row of an audience's file") {
  auto row = [](std::string_view name, std::string_view email, std::string_view phone) {
    for (const AudienceFormat& format : AudienceFormats())
      if (format.name == name) return AudienceRow(format, email, phone);
    return std::string("no such format");
  };
  CHECK(row("meta", "John.Smith@example.com", "010-1234-5678") ==
        "8e621e3d0368631d263d07a351fa8d34fba0d17c15fbcdec11a5f58008d022a0,"
        "5d639079300bfabb1fa81139c823d324b2a67e9dd4157475190a31fb17528bc0");
  CHECK(row("google", "Cloudy.SanFrancisco+shopping@gmail.com", "010-1234-5678") ==
        "223ebda6f6889b1494551ba902d9d381daf2f642bae055888e96343d53e9f9c4,"
        "2efdd01fdf56e3f07de56acd9d40beb256d5983aec5f6d597c2c48354f35f9e0");
  CHECK(row("meta", "", "010-1234-5678") == ",5d639079300bfabb1fa81139c823d324b2a67e9dd4157475190a31fb17528bc0");
  CHECK(row("meta", "john.smith@example.com", "") ==
        "8e621e3d0368631d263d07a351fa8d34fba0d17c15fbcdec11a5f58008d022a0,");
  CHECK(row("kakao", "john.smith@example.com", "+82 10 1234 5678") == "01012345678");
  CHECK(row("kakao", "john.smith@example.com", "") == "");
  CHECK(row("google", "", "nothing") == "");
}

}  // namespace cartwheel
