// Tokens that stand in the links of messages: which message an opt-out or a click is about, for which medium and scope.
// A token is authenticated with a key that the shop sets (keyed BLAKE2b of libsodium, a tag of 128 bits), so that no
// other party can make one, and none of its bytes can be changed. It is not secret: a reader of the message may
// decode it, and it names people only by numbers of the database.
//
// Keys have versions, so that they can be changed: the newest makes tokens, all that are given read them. A click token
// ends after a span. An opt-out token never does: the law asks for a refusal that always works, so a shop keeps its old
// keys as long as messages with their tokens may be read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model/ids.h"

namespace cartwheel {

inline constexpr size_t kTokenKeyBytes = 32;
inline constexpr size_t kTokenKeysMax = 16;
inline constexpr size_t kTokenTextMax = 72;  // characters of the longest token
inline constexpr int64_t kClickTokenSpanMs = int64_t{400} * 24 * 3600 * 1000;

struct TokenKey {
  uint32_t version = 1;
  std::array<uint8_t, kTokenKeyBytes> bytes = {};
};

// Reads the option `token_key`: one key as 64 hexadecimal digits, or several with their versions, the newest first:
// "2:9f…,1:07…". A key without a version is version 1. InvalidArgument says which key is wrong, and never shows it.
absl::StatusOr<std::vector<TokenKey>> ReadTokenKeys(std::string_view text);

// Numbers are part of the tokens: append, never move.
enum class TokenKind : uint8_t { kOptOut = 1, kClick = 2 };

// Returns a new key as the option writes it, from the system's random numbers: for operators, never for a step.
std::string MakeTokenKey();

struct Token {
  TokenKind kind = TokenKind::kOptOut;
  CustomerRow customer;  // its row: an opt-out works when the message is no longer kept
  int64_t message = 0;   // of the key of the message, the upper 63 bits of its lower half
  uint8_t medium = 0;    // of the consent that is withdrawn, as the consents number them; of a click 0
  uint8_t scope = 0;
  int64_t made_at_ms = 0;  // kept in whole seconds
  bool expired = false;    // set by reading: a click token older than its span; never an opt-out token
};

// Returns the token as base64url without padding, at most kTokenTextMax characters. The same token and key give the
// same text. Precondition: made_at_ms is not before 1970.
std::string MakeToken(const Token& token, const TokenKey& key);

// InvalidArgument when the text is no token that was made here, whole and unchanged, or when its key is not among
// `keys`: which version is missing.
absl::StatusOr<Token> ReadToken(std::string_view text, const std::vector<TokenKey>& keys, int64_t now_ms,
                                int64_t click_span_ms = kClickTokenSpanMs);

}  // namespace cartwheel
