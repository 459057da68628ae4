// Web pushes encrypted: what the adapter does for a message (its texts, the subscription, a key, the body, headers with
// a cached token), beside what OpenSSL alone needs for the part that cannot be less: a key, ECDH, and the HMACs of
// HKDF.
#include "tests/bench/cases.h"

#ifdef CARTWHEEL_ADAPTERS

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>
#include <vector>

#include "adapters/crypto.h"
#include "adapters/web_push.h"
#include "tests/bench/push_messages.h"

namespace cartwheel::bench {
namespace {

constexpr int64_t kNowMs = 1'772'323'200'000;
constexpr int kHmacs = 5;  // of RFC 8291: two extractions, three expansions
constexpr size_t kInfoBytes = 144;

// Seconds for so many keys, shared secrets and derivations, by OpenSSL's own functions.
double RunOpenSsl(int64_t count) {
  EVP_PKEY* peer = EVP_EC_gen("P-256");
  EVP_PKEY_CTX* maker = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>("P-256"), 0),
      OSSL_PARAM_construct_end()};
  Require(EVP_PKEY_keygen_init(maker) == 1 && EVP_PKEY_CTX_set_params(maker, parameters) == 1, "OpenSSL makes no keys");
  EVP_MD* sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  const std::string info(kInfoBytes, 'i');
  Meter meter;
  meter.Start();
  for (int64_t i = 0; i < count; ++i) {
    EVP_PKEY* key = nullptr;
    std::array<unsigned char, 32> secret = {};
    size_t size = secret.size();
    Require(EVP_PKEY_generate(maker, &key) == 1, "OpenSSL made no key");
    EVP_PKEY_CTX* derivation = EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr);
    Require(EVP_PKEY_derive_init(derivation) == 1 && EVP_PKEY_derive_set_peer_ex(derivation, peer, 0) == 1 &&
                EVP_PKEY_derive(derivation, secret.data(), &size) == 1,
            "OpenSSL derived no secret");
    for (int hmac = 0; hmac < kHmacs; ++hmac)
      HMAC(sha256, secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(info.data()),
           info.size(), secret.data(), nullptr);
    EVP_PKEY_CTX_free(derivation);
    EVP_PKEY_free(key);
  }
  meter.Stop();
  EVP_MD_free(sha256);
  EVP_PKEY_CTX_free(maker);
  EVP_PKEY_free(peer);
  return meter.Read().cpu_seconds;
}

double RunAdapter(const std::vector<Message>& messages) {
  ChannelSettings settings;
  settings.Set("private_key", EncodeBase64Url(SigningKey::MakeP256().Scalar()));
  settings.Set("subject", std::string("mailto:push@shop.example"));
  auto adapter = MakeWebPush(settings);
  Require(adapter.ok(), "no adapter");
  constexpr size_t kBatch = 100;
  Meter meter;
  meter.Start();
  for (size_t i = 0; i < messages.size(); i += kBatch) {
    const auto batch = absl::MakeSpan(messages).subspan(i, kBatch);
    Require((*adapter)->Build(batch, kNowMs).requests.size() == batch.size(), "a message was not built");
  }
  meter.Stop();
  return meter.Read().cpu_seconds;
}

}  // namespace

int RunWebPush(const BenchOptions& options) {
  const std::vector<Message> messages = MakePushMessages(options.events, "https://push.example", kNowMs);
  const auto count = static_cast<double>(options.events);
  std::vector<double> ours, theirs, ratios;
  for (int run = 0; run < options.repeat; ++run) {
    theirs.push_back(count / RunOpenSsl(options.events));
    ours.push_back(count / RunAdapter(messages));
    ratios.push_back(ours.back() / theirs.back());
  }
  Table table({"", "messages a second of CPU", "share"});
  table.Row({"OpenSSL: key, ECDH, HKDF", Count(Median(theirs)), ""});
  table.Row({"BuildRequest", Count(Median(ours)), Fixed(Median(ratios), 2)});
  table.Print();
  return 0;
}

}  // namespace cartwheel::bench

#else

#include <fmt/format.h>

namespace cartwheel::bench {

int RunWebPush(const BenchOptions&) {
  fmt::print("skipped: built without OpenSSL\n");
  return 0;
}

}  // namespace cartwheel::bench

#endif
