// What the lexer makes of the source: the terminals of the CEL grammar with their places. Complete: a token that only a
// part of the language not yet supported uses is here too, so that the parser can name it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace cartwheel::cel {

enum class TokenKind : uint8_t {
  kEnd,
  kIdentifier,
  kReserved,          // "for", "if", …: no identifier, but the name of a field
  kQuotedIdentifier,  // `content-type`: the name of a field
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTrue,
  kFalse,
  kNull,
  kIn,
  kDot,
  kComma,
  kColon,
  kQuestion,
  kLeftParenthesis,
  kRightParenthesis,
  kLeftBracket,
  kRightBracket,
  kLeftBrace,
  kRightBrace,
  kNot,
  kMinus,
  kPlus,
  kStar,
  kSlash,
  kPercent,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,
  kOr,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  uint32_t begin = 0, end = 0;  // bytes of the source

  std::string_view text(std::string_view source) const { return source.substr(begin, end - begin); }
};

// The tokens, the last of them kEnd. `source` must be UTF-8.
absl::StatusOr<std::vector<Token>> Lex(std::string_view source);

}  // namespace cartwheel::cel
