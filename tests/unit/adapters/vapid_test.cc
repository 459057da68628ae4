#include "adapters/vapid.h"

#include "absl/strings/str_cat.h"
#include "tests/catch.h"
#include "tests/unit/adapters/keys.h"
#include "tests/unit/adapters/messages.h"
#include "tests/unit/adapters/verify.h"

using namespace cartwheel;

namespace {

// RFC 8292, section 2.4: its public key and its signed token.
constexpr char kRfcPoint[] = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";
constexpr char kRfcToken[] =
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6"
    "Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSS"
    "HzvoD1oA";

struct Parts {
  std::string signed_part, header, claims, signature, key;
};
// Of "vapid t=header.claims.signature, k=key".
Parts Split(const std::string& authorization) {
  const size_t begin = authorization.find("t=") + 2, comma = authorization.find(", k=");
  const std::string token = authorization.substr(begin, comma - begin);
  const size_t first = token.find('.'), last = token.rfind('.');
  return {token.substr(0, last), DecodeBase64(token.substr(0, first)).value(),
          DecodeBase64(token.substr(first + 1, last - first - 1)).value(), DecodeBase64(token.substr(last + 1)).value(),
          DecodeBase64(authorization.substr(comma + 4)).value()};
}

VapidSigner MakeSigner(std::string_view subject = "mailto:push@shop.example") {
  return VapidSigner::Make(ReadVapidKey(kP256Pem).value(), subject).value();
}

}  // namespace

TEST_CASE("vapid: the example of RFC 8292 is verified by what verifies ours") {
  const Parts parts = Split(absl::StrCat("vapid t=", kRfcToken, ", k=", kRfcPoint));
  CHECK(parts.header == R"({"typ":"JWT","alg":"ES256"})");
  CHECK(parts.claims == R"({"aud":"https://push.example.net","exp":1453523768,"sub":"mailto:push@example.com"})");
  CHECK(VerifyEs256(parts.key, parts.signed_part, parts.signature));
}

TEST_CASE("vapid: a token names the origin, its end and the sender, and is signed with the key that it names") {
  VapidSigner signer = MakeSigner();
  const Parts parts = Split(signer.Authorization("https://push.example", kTestNowMs));
  CHECK(parts.header == R"({"typ":"JWT","alg":"ES256"})");
  CHECK(parts.claims == R"({"aud":"https://push.example","exp":1772366400,"sub":"mailto:push@shop.example"})");
  CHECK(VerifyEs256(parts.key, parts.signed_part, parts.signature));
  CHECK(parts.key == ReadVapidKey(kP256Pem)->PublicPoint());
}

TEST_CASE("vapid: one token an origin, made anew an hour before its end or when the clock is before its making") {
  VapidSigner signer = MakeSigner();
  const std::string first = signer.Authorization("https://push.example", kTestNowMs);
  constexpr int64_t kRenewMs = int64_t{11} * 3'600'000;
  CHECK(signer.Authorization("https://push.example", kTestNowMs + kRenewMs - 1) == first);
  CHECK(signer.Authorization("https://other.example", kTestNowMs) != first);
  const std::string second = signer.Authorization("https://push.example", kTestNowMs + kRenewMs);
  CHECK(second != first);
  CHECK(signer.Authorization("https://push.example", kTestNowMs) != second);
}

TEST_CASE("vapid: tokens of many origins are bounded") {
  VapidSigner signer = MakeSigner();
  const std::string first = signer.Authorization("https://push.example", kTestNowMs);
  for (size_t i = 0; i < kVapidOriginsMax; ++i)
    signer.Authorization("https://" + std::to_string(i) + ".example", kTestNowMs);
  CHECK(signer.Authorization("https://push.example", kTestNowMs) != first);  // it was forgotten with the others
}

TEST_CASE("vapid: a subject is one that push services can write to") {
  for (const char* good : {"mailto:push@shop.example", "https://shop.example", "https://shop.example/contact"})
    CHECK(VapidSigner::Make(SigningKey::MakeP256(), good).ok());
  for (const char* bad : {"", "push@shop.example", "mailto:", "mailto:push", "mailto:@shop.example",
                          "mailto:push@localhost", "mailto:push@shop.local", "mailto: push@shop.example",
                          "mailto:<push@shop.example>", "http://shop.example", "https://localhost", "https://shop"}) {
    INFO(bad);
    CHECK_FALSE(VapidSigner::Make(SigningKey::MakeP256(), bad).ok());
  }
}

TEST_CASE("vapid: a key is read as base64 of either kind or as PEM") {
  const auto key = ReadVapidKey("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94");
  REQUIRE(key.ok());
  CHECK(EncodeBase64Url(key->PublicPoint()) ==  // RFC 8291, appendix A
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
  CHECK(ReadVapidKey("q1dXpw3UpT5VOmu/cf/v6ih07Aems3njxI+JWgLcM94=")->Scalar() == key->Scalar());
  CHECK(ReadVapidKey(kP256Pem).ok());
  CHECK_FALSE(ReadVapidKey("").ok());
  CHECK_FALSE(ReadVapidKey("not base64!").ok());
  CHECK_FALSE(ReadVapidKey(kRfcPoint).ok());  // the public one
  CHECK_FALSE(ReadVapidKey(kRsaPem).ok());
}
