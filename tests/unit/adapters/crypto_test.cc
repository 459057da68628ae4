#include "adapters/crypto.h"

#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "tests/catch.h"
#include "tests/unit/adapters/keys.h"
#include "tests/unit/adapters/verify.h"

using namespace cartwheel;

namespace {

std::string FromHex(const char* text) { return absl::HexStringToBytes(text); }
std::string From64(std::string_view text) { return DecodeBase64(text).value(); }

}  // namespace

TEST_CASE("crypto: digests are those of FIPS 180") {
  CHECK(EncodeHex(Sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(EncodeHex(Sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(EncodeHex(Sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_CASE("crypto: HMAC-SHA256 is that of RFC 4231") {
  struct Case {
    std::string key, text;
    const char* mac;
  };
  const Case cases[] = {
      {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const Case& c : cases) CHECK(EncodeHex(HmacSha256(c.key, c.text)) == c.mac);
  // Of no key and no text, as Wikipedia's page on HMAC has it; between two others, whose key must not be used again.
  CHECK(EncodeHex(HmacSha256("", "")) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("crypto: HKDF is that of RFC 5869, appendix A") {
  const std::string key(22, '\x0b');
  const std::string extracted = HkdfExtract(FromHex("000102030405060708090a0b0c"), key);
  CHECK(EncodeHex(extracted) == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  CHECK(EncodeHex(HkdfExpand(extracted, FromHex("f0f1f2f3f4f5f6f7f8f9"), 32)) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  const std::string bare = HkdfExtract("", key);
  CHECK(EncodeHex(bare) == "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
  CHECK(EncodeHex(HkdfExpand(bare, "", 16)) == "8da4e775a563c18f715f802a063c5a31");
}

TEST_CASE("crypto: AES-128-GCM is that of McGrew and Viega, test cases 1 to 3") {
  const std::string zero(16, '\0'), nonce(12, '\0');
  CHECK(EncodeHex(SealAes128Gcm(zero, nonce, "")) == "58e2fccefa7e3061367f1d57a4e7455a");
  CHECK(EncodeHex(SealAes128Gcm(zero, nonce, zero)) ==
        "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf");
  CHECK(EncodeHex(SealAes128Gcm(FromHex("feffe9928665731c6d6a8f9467308308"), FromHex("cafebabefacedbaddecaf888"),
                                FromHex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                                        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"))) ==
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
        "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985"
        "4d5c2af327cd64a62cf35abd2ba6fab4");
}

TEST_CASE("crypto: base64 of RFC 4648 in both alphabets, and read with or without padding") {
  const char* const texts[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
  const char* const padded[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
  for (size_t i = 0; i < std::size(texts); ++i) {
    const std::string text = texts[i], bare = std::string(padded[i]).substr(0, (text.size() * 4 + 2) / 3);
    CHECK(EncodeBase64(text) == padded[i]);
    CHECK(EncodeBase64Url(text) == bare);
    CHECK(DecodeBase64(padded[i]) == text);
    CHECK(DecodeBase64(bare) == text);
  }
  CHECK(EncodeBase64("\xfb\xff") == "+/8=");
  CHECK(EncodeBase64Url("\xfb\xff") == "-_8");
  CHECK(DecodeBase64("+/8") == "\xfb\xff");
  CHECK(DecodeBase64("-_8=") == "\xfb\xff");
  CHECK(DecodeBase64("Zg!") == std::nullopt);
  CHECK(DecodeBase64("Z") == std::nullopt);
}

TEST_CASE("crypto: ECDH with P-256 is that of RFC 8291, appendix A") {
  const auto key = SigningKey::ReadP256(From64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
  REQUIRE(key.ok());
  CHECK(EncodeBase64Url(key->PublicPoint()) ==
        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
  const auto secret =
      key->Agree(From64("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"));
  REQUIRE(secret.ok());
  CHECK(EncodeBase64Url(*secret) == "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
}

TEST_CASE("crypto: ECDH with P-256 is that of RFC 5903, section 8.1") {
  const auto initiator =
      SigningKey::ReadP256(FromHex("c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433"));
  const auto responder =
      SigningKey::ReadP256(FromHex("c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53"));
  REQUIRE((initiator.ok() && responder.ok()));
  CHECK(EncodeHex(initiator->PublicPoint()) ==
        "04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180"
        "5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3");
  const char* const secret = "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de";
  CHECK(EncodeHex(initiator->Agree(responder->PublicPoint()).value()) == secret);
  CHECK(EncodeHex(responder->Agree(initiator->PublicPoint()).value()) == secret);
}

TEST_CASE("crypto: what is no point or no private key of P-256 is refused") {
  const SigningKey key = SigningKey::MakeP256();
  std::string point = key.PublicPoint();
  CHECK(IsP256Point(point));
  CHECK_FALSE(IsP256Point(""));
  CHECK_FALSE(IsP256Point(point.substr(1)));
  CHECK_FALSE(IsP256Point(std::string(65, '\0')));
  CHECK_FALSE(IsP256Point("\x02" + point.substr(1, 32)));  // compressed: browsers never say so
  std::string hybrid = point;
  hybrid[0] = static_cast<char>(0x06 | (point.back() & 1));
  CHECK_FALSE(IsP256Point(hybrid));
  for (size_t at = 1; at < point.size(); ++at) {
    std::string off = point;
    off[at] = static_cast<char>(off[at] ^ 1);
    CHECK_FALSE(IsP256Point(off));
    CHECK_FALSE(key.Agree(off).ok());
  }
  const std::string order = FromHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  CHECK_FALSE(SigningKey::ReadP256(std::string(32, '\0')).ok());
  CHECK_FALSE(SigningKey::ReadP256(order).ok());
  std::string largest = order;
  largest.back() = '\x50';
  CHECK(SigningKey::ReadP256(largest).ok());
  CHECK_FALSE(SigningKey::ReadP256(std::string(31, '\x01')).ok());
}

TEST_CASE("crypto: a new key of P-256 is its own, and reads back as it was") {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const SigningKey key = SigningKey::MakeP256();
    const auto again = SigningKey::ReadP256(key.Scalar());
    REQUIRE(again.ok());
    REQUIRE(again->PublicPoint() == key.PublicPoint());
    REQUIRE(seen.insert(key.Scalar()).second);
  }
}

TEST_CASE("crypto: ES256 signs as JOSE writes it, whatever zeros its numbers begin with") {
  const auto key = SigningKey::ReadPem(kP256Pem, SigningKey::Kind::kP256);
  REQUIRE(key.ok());
  for (int i = 0; i < 600; ++i) {  // one of 128 has a leading zero byte in one of its numbers
    const std::string text = "header.claims" + std::to_string(i), signature = key->Sign(text);
    REQUIRE(VerifyEs256(key->PublicPoint(), text, signature));
    REQUIRE_FALSE(VerifyEs256(key->PublicPoint(), text + "x", signature));
  }
}

TEST_CASE("crypto: RS256 signs as PKCS #1 v1.5") {
  const auto key = SigningKey::ReadPem(kRsaPem, SigningKey::Kind::kRsa);
  REQUIRE(key.ok());
  const std::string signature = key->Sign("header.claims");
  CHECK(signature.size() == 256);
  CHECK(VerifyWith(ReadAnyPem(kRsaPem).get(), "SHA256", "header.claims", signature));
  CHECK_FALSE(VerifyWith(ReadAnyPem(kRsaPem).get(), "SHA256", "header.claim", signature));
  CHECK(key->Sign("header.claims") == signature);
}

TEST_CASE("crypto: Ed25519 is that of RFC 8032, section 7.1") {
  struct Case {
    const char *seed, *text, *signature;
  };
  constexpr Case kCases[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
       "d25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
       "387b2eaeb4302aeeb00d291612bb0c00"},
  };
  for (const Case& c : kCases) {
    // RFC 8410: PKCS #8 of an Ed25519 key is this and its seed.
    const std::string der = FromHex("302e020100300506032b657004220420") + FromHex(c.seed);
    const auto key =
        SigningKey::ReadPem("-----BEGIN PRIVATE KEY-----\n" + EncodeBase64(der) + "\n-----END PRIVATE KEY-----\n",
                            SigningKey::Kind::kEd25519);
    REQUIRE(key.ok());
    CHECK(EncodeHex(key->Sign(FromHex(c.text))) == c.signature);
  }
}

TEST_CASE("crypto: a PEM that is no such key is refused, and its text is not shown") {
  using enum SigningKey::Kind;
  struct Case {
    std::string pem;
    SigningKey::Kind kind;
    const char* error;
  };
  const std::string rsa = kRsaPem;
  const Case cases[] = {
      {kP256Pem, kRsa, "a P-256 key, expected an RSA key of 2048 bits or more"},
      {rsa, kP256, "an RSA key of 2048 bits, expected a P-256 key"},
      {rsa, kEd25519, "an RSA key of 2048 bits, expected an Ed25519 key"},
      {kRsa1024Pem, kRsa, "an RSA key of 1024 bits, expected an RSA key of 2048 bits or more"},
      {kP384Pem, kP256, "a key of type EC, expected a P-256 key"},
      {kEncryptedPem, kP256, "no private key in PEM that can be read without a password, expected a P-256 key"},
      {"", kP256, "no private key in PEM that can be read without a password, expected a P-256 key"},
      {rsa.substr(0, 500), kRsa,
       "no private key in PEM that can be read without a password, expected an RSA key of 2048 bits or more"},
  };
  for (const Case& c : cases) {
    const auto key = SigningKey::ReadPem(c.pem, c.kind);
    REQUIRE_FALSE(key.ok());
    CHECK(key.status().message() == c.error);
  }
  for (const char* pem : {kP256Sec1Pem, kP256CompressedPem}) {
    const auto key = SigningKey::ReadPem(pem, kP256);
    REQUIRE(key.ok());
    CHECK(IsP256Point(key->PublicPoint()));
  }
}

TEST_CASE("crypto: texts are compared whole") {
  CHECK(EqualInConstantTime("", ""));
  CHECK(EqualInConstantTime("secret", "secret"));
  CHECK_FALSE(EqualInConstantTime("secret", "secreT"));
  CHECK_FALSE(EqualInConstantTime("secret", "secret1"));
  CHECK(RandomBytes(0).empty());
  CHECK(RandomBytes(16) != RandomBytes(16));
}
