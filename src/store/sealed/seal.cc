#include "store/sealed/seal.h"

#include <sodium.h>

#include "base/codec.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == kSealKeyBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == kSealNonceBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == kSealTagBytes);
static_assert(crypto_generichash_KEYBYTES_MIN <= kSealKeyBytes && kSealKeyBytes <= crypto_generichash_KEYBYTES_MAX);
static_assert(crypto_generichash_BYTES_MIN <= kSealNonceBytes);

// Stand before what is hashed, so that no hash of one purpose is one of another.
constexpr std::string_view kNonceDomain = "cartwheel seal nonce 1\n", kMarkDomain = "cartwheel seal mark 1\n";

// Chooses the processor's implementation. Without it the portable one runs, with the same results.
void Initialize() { [[maybe_unused]] static const int kInitialized = sodium_init(); }

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(char* text) { return reinterpret_cast<unsigned char*>(text); }

void WriteNonce(const SealKey& key, std::string_view place, std::string_view text, unsigned char* nonce) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.data(), key.size(), kSealNonceBytes);
  std::string head(kNonceDomain);
  ByteWriter(&head).Text(place);
  crypto_generichash_update(&state, Bytes(head), head.size());
  crypto_generichash_update(&state, Bytes(text), text.size());
  crypto_generichash_final(&state, nonce, kSealNonceBytes);
}

}  // namespace

absl::StatusOr<SealKey> ReadSealKey(std::string_view text) {
  SealKey key;
  size_t size = 0;
  const char* end = nullptr;
  if (text.size() != 2 * kSealKeyBytes ||
      sodium_hex2bin(key.data(), key.size(), text.data(), text.size(), nullptr, &size, &end) != 0 ||
      size != kSealKeyBytes || end != text.data() + text.size())
    return absl::InvalidArgumentError(
        fmt::format("seal_key: {} characters, expected 64 hexadecimal digits (32 bytes)", text.size()));
  return key;
}

SealKey NewSealKey() {
  Initialize();
  SealKey key;
  randombytes_buf(key.data(), key.size());
  return key;
}

std::string SealMark(const SealKey& key, const HashKey& database) {
  Initialize();
  std::string text(kMarkDomain);
  ByteWriter writer(&text);
  writer.Fixed64(database.low);
  writer.Fixed64(database.high);
  std::string mark(kSealMarkBytes, '\0');
  crypto_generichash(Bytes(mark.data()), mark.size(), Bytes(text), text.size(), key.data(), key.size());
  return mark;
}

void Seal(const SealKey& key, std::string_view place, std::string_view text, std::string* out) {
  Initialize();
  const size_t begin = out->size();
  out->resize(begin + kSealOverhead + text.size());
  unsigned char* nonce = Bytes(out->data() + begin);
  WriteNonce(key, place, text, nonce);
  unsigned long long size = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kSealNonceBytes, &size, Bytes(text), text.size(), Bytes(place),
                                             place.size(), nullptr, nonce, key.data());
}

std::optional<std::string> Unseal(const SealKey& key, std::string_view place, std::string_view sealed) {
  Initialize();
  if (sealed.size() < kSealOverhead) return std::nullopt;
  std::string text(sealed.size() - kSealOverhead, '\0');
  unsigned long long size = 0;
  const std::string_view body = sealed.substr(kSealNonceBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(Bytes(text.data()), &size, nullptr, Bytes(body), body.size(),
                                                 Bytes(place), place.size(), Bytes(sealed), key.data()) != 0)
    return std::nullopt;
  return text;
}

}  // namespace cartwheel
