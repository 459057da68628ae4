// Signatures of mails: canonical forms as RFC 6376 has them, and what is signed, checked with OpenSSL itself.
#include "adapters/dkim.h"

#include "adapters/crypto.h"
#include "keys.h"
#include "tests/catch.h"
#include "verify.h"

using namespace cartwheel;

namespace {

constexpr int64_t kNowMs = 1'796'029'445'000;

std::string Sign(const std::string& mail, const char* pem) {
  absl::StatusOr<DkimSigner> signer = DkimSigner::Make("shop.example", "s1", pem);
  REQUIRE(signer.ok());
  return signer->Sign(mail, kNowMs);
}

// A tag of the signature, without white space.
std::string Tag(const std::string& mail, const std::string& name) {
  size_t end = mail.find("\r\n");
  while (mail[end + 2] == ' ') end = mail.find("\r\n", end + 2);
  std::string field = mail.substr(0, end);
  std::erase_if(field, [](char c) { return c == ' ' || c == '\r' || c == '\n'; });
  const size_t begin = field.find((name == "v" ? ":" : ";") + name + "=") + name.size() + 2;
  return field.substr(begin, field.find(';', begin) - begin);
}

}  // namespace

TEST_CASE("dkim: bodies in relaxed form have the hashes that Python's hashlib gives") {
  struct Case {
    const char *body, *hash;
  };
  constexpr Case kCases[] = {
      {" C \r\nD \t E\r\n\r\n\r\n",
       "unak6JHq0wL+Q1HP7dW1tjBx9FLA6DffoZ0qrLwbbpo="},  // RFC 6376, section 3.4.5: " C\r\nD E\r\n"
      {"", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
      {"\r\n\r\n", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
      {"hello\r\n", "zS7KNTV0HyeorkDDGwxB1AV6enuRKzO5rthkhdHIRnY="},
      {"hello", "zS7KNTV0HyeorkDDGwxB1AV6enuRKzO5rthkhdHIRnY="},
      {"hello \t \r\n \r\n", "zS7KNTV0HyeorkDDGwxB1AV6enuRKzO5rthkhdHIRnY="},
  };
  for (const Case& c : kCases) {
    INFO(c.body);
    CHECK(Tag(Sign("From: a@shop.example\r\n\r\n" + std::string(c.body), kEd25519Pem), "bh") == c.hash);
  }
}

TEST_CASE("dkim: the signature is of the fields that are there, From once more, and of itself") {
  const std::string mail =
      "Date: today\r\nFrom: \"Shop\"\r\n\t<a@shop.example>  \r\nTo: b@mail.example\r\nX-Other: x\r\nSubject:   two   "
      "words\r\nMIME-Version: 1.0\r\n\r\nhello\r\n";
  struct Case {
    const char *pem, *algorithm, *digest;
  };
  constexpr Case kCases[] = {{kRsaPem, "rsa-sha256", "SHA256"}, {kEd25519Pem, "ed25519-sha256", nullptr}};
  for (const Case& c : kCases) {
    INFO(c.algorithm);
    const std::string whole = Sign(mail, c.pem);
    CHECK_THAT(whole, Catch::EndsWith(mail));
    for (size_t begin = 0, end = 0; begin < whole.size(); begin = end + 2) {
      end = whole.find("\r\n", begin);
      CHECK(end - begin <= 78);
    }
    CHECK(Tag(whole, "v") == "1");
    CHECK(Tag(whole, "a") == c.algorithm);
    CHECK(Tag(whole, "d") == "shop.example");
    CHECK(Tag(whole, "s") == "s1");
    CHECK(Tag(whole, "t") == "1796029445");
    CHECK(Tag(whole, "h") == "from:from:to:subject:date:mime-version");
    const std::string data =
        "from:\"Shop\" <a@shop.example>\r\nto:b@mail.example\r\nsubject:two words\r\ndate:today\r\nmime-version:1.0\r\n"
        "dkim-signature:v=1; a=" +
        std::string(c.algorithm) +
        "; c=relaxed/relaxed; d=shop.example; s=s1; t=1796029445; h=from:from:to:subject:date:mime-version; bh=" +
        Tag(whole, "bh") + "; b=";
    const std::string signature = *DecodeBase64(Tag(whole, "b"));
    const auto key = ReadAnyPem(c.pem);
    CHECK(VerifyWith(key.get(), c.digest, c.digest == nullptr ? Sha256(data) : data, signature));
    CHECK_FALSE(VerifyWith(key.get(), c.digest, c.digest == nullptr ? Sha256(data + " ") : data + " ", signature));
  }
}

TEST_CASE("dkim: only keys of RSA and Ed25519") {
  CHECK_FALSE(DkimSigner::Make("shop.example", "s1", kP256Pem).ok());
  CHECK_FALSE(DkimSigner::Make("shop.example", "s1", "").ok());
}
