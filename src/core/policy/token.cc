#include "core/policy/token.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "base/codec.h"
#include "base/status.h"
#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// Stands before what is authenticated, so that a tag made for another purpose with the same key is none here.
constexpr std::string_view kDomain = "cartwheel token 1\n";
constexpr size_t kTagBytes = 16;
constexpr size_t kBytesMax =
    kTokenTextMax / 4 * 3;  // 54: four varints, three bytes and the tag take at most 5 + 3 * 10
                            // + 3 + 16

static_assert(crypto_generichash_BYTES_MIN <= kTagBytes && crypto_generichash_KEYBYTES_MAX >= kTokenKeyBytes);

using Tag = std::array<unsigned char, kTagBytes>;

Tag TagOf(std::string_view bytes, const TokenKey& key) {
  // Chooses the processor's implementation. Without it the portable one runs, with the same result, so that its answer
  // does not matter.
  [[maybe_unused]] static const int kInitialized = sodium_init();
  std::string text(kDomain);
  text += bytes;
  Tag tag;
  crypto_generichash(tag.data(), tag.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     key.bytes.data(), key.bytes.size());
  return tag;
}

absl::Status NotOurs() { return absl::InvalidArgumentError("this token was not made here, or it was changed"); }

std::string Encode(std::string_view bytes) {
  std::string text(kTokenTextMax + 1, '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.resize(text.find('\0'));
  return text;
}

absl::StatusOr<std::string> Decode(std::string_view text) {
  if (text.size() > kTokenTextMax) return NotOurs();
  std::string bytes(kBytesMax, '\0');
  size_t size = 0;
  const int code = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                                     text.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (code != 0 || size <= kTagBytes) return NotOurs();
  bytes.resize(size);
  // libsodium 1.0.18 takes bytes from 128 on for letters, so bytes have one text only when that is compared.
  if (Encode(bytes) != text) return NotOurs();
  return bytes;
}

// One of the keys of the option, "2:9f…" or "9f…"; `place` counts from 1.
absl::StatusOr<TokenKey> ReadKey(std::string_view text, size_t place) {
  auto wrong = [&](std::string_view what) {
    return absl::InvalidArgumentError(fmt::format("token_key: key {}: {}", place, what));
  };
  TokenKey key;
  if (const size_t colon = text.find(':'); colon != text.npos) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + colon, key.version);
    if (error != std::errc() || end != text.data() + colon || key.version == 0)
      return wrong("its version is no number from 1 on, expected such as \"2:\" and 64 hexadecimal digits");
    text.remove_prefix(colon + 1);
  }
  size_t size = 0;
  const char* end = nullptr;
  if (text.size() != 2 * kTokenKeyBytes ||
      sodium_hex2bin(key.bytes.data(), key.bytes.size(), text.data(), text.size(), nullptr, &size, &end) != 0 ||
      size != kTokenKeyBytes || end != text.data() + text.size())
    return wrong(fmt::format("{} characters, expected 64 hexadecimal digits (32 bytes)", text.size()));
  return key;
}

}  // namespace

absl::StatusOr<std::vector<TokenKey>> ReadTokenKeys(std::string_view text) {
  std::vector<TokenKey> keys;
  for (bool more = true; more;) {
    const size_t comma = std::min(text.find(','), text.size());
    ASSIGN_OR_RETURN(TokenKey key, ReadKey(text.substr(0, comma), keys.size() + 1));
    for (const TokenKey& other : keys)
      if (other.version == key.version)
        return absl::InvalidArgumentError(
            fmt::format("token_key: version {} stands twice, expected another for each key", key.version));
    keys.push_back(key);
    if (keys.size() > kTokenKeysMax)
      return absl::InvalidArgumentError(fmt::format("token_key: more than {} keys", kTokenKeysMax));
    more = comma < text.size();
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return keys;
}

std::string MakeTokenKey() {
  [[maybe_unused]] static const int kInitialized = sodium_init();
  std::array<unsigned char, kTokenKeyBytes> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  std::string text(2 * kTokenKeyBytes + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

std::string MakeToken(const Token& token, const TokenKey& key) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.Byte(static_cast<uint8_t>(token.kind));
  writer.Varint(key.version);
  writer.Signed(token.customer.value());
  writer.Signed(token.message);
  writer.Byte(token.medium);
  writer.Byte(token.scope);
  writer.Varint(static_cast<uint64_t>(token.made_at_ms / kSecondMs));
  const Tag tag = TagOf(bytes, key);
  bytes.append(reinterpret_cast<const char*>(tag.data()), tag.size());
  return Encode(bytes);
}

absl::StatusOr<Token> ReadToken(std::string_view text, const std::vector<TokenKey>& keys, int64_t now_ms,
                                int64_t click_span_ms) {
  ASSIGN_OR_RETURN(const std::string bytes, Decode(text));
  const std::string_view body = std::string_view(bytes).substr(0, bytes.size() - kTagBytes);
  ByteReader reader(body);
  const uint8_t kind = reader.Byte();
  const uint64_t version = reader.Varint();
  Token token;
  token.customer = CustomerRow(reader.Signed());
  token.message = reader.Signed();
  token.medium = reader.Byte();
  token.scope = reader.Byte();
  const uint64_t made_at_s = reader.Varint();
  const bool is_whole =
      reader.ok() && reader.at_end() &&
      (kind == static_cast<uint8_t>(TokenKind::kOptOut) || kind == static_cast<uint8_t>(TokenKind::kClick)) &&
      made_at_s <= static_cast<uint64_t>(INT64_MAX / kSecondMs);
  if (!is_whole) return NotOurs();
  const auto key = std::find_if(keys.begin(), keys.end(), [&](const TokenKey& k) { return k.version == version; });
  if (key == keys.end())
    return absl::InvalidArgumentError(
        fmt::format("this token was made with version {} of token_key, which is not among the keys", version));
  const Tag tag = TagOf(body, *key);
  if (sodium_memcmp(tag.data(), bytes.data() + body.size(), kTagBytes) != 0) return NotOurs();
  token.kind = static_cast<TokenKind>(kind);
  token.made_at_ms = static_cast<int64_t>(made_at_s) * kSecondMs;
  token.expired = token.kind == TokenKind::kClick && now_ms - token.made_at_ms > click_span_ms;
  return token;
}

}  // namespace cartwheel
