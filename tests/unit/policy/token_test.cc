// Tokens of links: what is made is read back, what was changed is refused, old keys go on working for opt-outs.
#include "core/policy/token.h"

#include <limits>

#include "base/status.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

constexpr int64_t kDayMs = int64_t{24} * 3600 * 1000;
constexpr int64_t kMadeMs = 1'796'000'000'000;
constexpr std::string_view kHex1 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr std::string_view kHex2 = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

std::vector<TokenKey> Keys(std::string_view text) {
  auto keys = ReadTokenKeys(text);
  INFO(StatusText(keys.status()));
  REQUIRE(keys.ok());
  return *keys;
}

Token OptOut() { return {TokenKind::kOptOut, CustomerRow(17), 4711, 3, 1, kMadeMs}; }

}  // namespace

TEST_CASE("A token is read back as it was made, at the bounds of its numbers too") {
  const auto keys = Keys(kHex1);
  constexpr int64_t kLow = std::numeric_limits<int64_t>::min(), kHigh = std::numeric_limits<int64_t>::max();
  for (TokenKind kind : {TokenKind::kOptOut, TokenKind::kClick})
    for (int64_t number : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{1} << 40, kLow, kHigh})
      for (uint8_t small : {0, 7, 255}) {
        const Token made{kind, CustomerRow(number), number, small, small, kMadeMs};
        const std::string text = MakeToken(made, keys[0]);
        INFO(text);
        CHECK(text.size() <= kTokenTextMax);
        CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == text.npos);
        const auto read = ReadToken(text, keys, kMadeMs);
        REQUIRE(read.ok());
        CHECK(read->kind == kind);
        CHECK(read->customer == CustomerRow(number));
        CHECK(read->message == number);
        CHECK(read->medium == small);
        CHECK(read->scope == small);
        CHECK(read->made_at_ms == kMadeMs);
        CHECK_FALSE(read->expired);
      }
}

TEST_CASE("The longest token keeps the bound, and what is longer is refused") {
  TokenKey key = Keys(kHex1)[0];
  key.version = std::numeric_limits<uint32_t>::max();
  constexpr int64_t kHigh = std::numeric_limits<int64_t>::max();
  const std::string text = MakeToken({TokenKind::kClick, CustomerRow(kHigh), kHigh, 255, 255, kHigh}, key);
  CHECK(text.size() <= kTokenTextMax);
  CHECK(ReadToken(text, {key}, kMadeMs).ok());
  CHECK_FALSE(ReadToken(std::string(kTokenTextMax + 1, 'A'), {key}, kMadeMs).ok());
  CHECK_FALSE(ReadToken(std::string(1 << 20, 'A'), {key}, kMadeMs).ok());
}

TEST_CASE("A token of which any bit, any character or the length was changed is refused") {
  const auto keys = Keys(kHex1);
  for (const Token& made : {OptOut(), Token{TokenKind::kClick, CustomerRow(1), 1, 0, 0, kMadeMs}}) {
    const std::string text = MakeToken(made, keys[0]);
    for (size_t i = 0; i < text.size(); ++i) {
      for (int c = 0; c < 256; ++c) {
        std::string changed = text;
        changed[i] = static_cast<char>(c);
        INFO(i << " " << c);
        CHECK(ReadToken(changed, keys, kMadeMs).ok() == (changed == text));
      }
      CHECK_FALSE(ReadToken(text.substr(0, i), keys, kMadeMs).ok());
      CHECK_FALSE(ReadToken(text.substr(i + 1), keys, kMadeMs).ok());
    }
    for (std::string_view more : {"A", "=", "==", " ", "\n", "AAAA"}) {
      CHECK_FALSE(ReadToken(text + std::string(more), keys, kMadeMs).ok());
      CHECK_FALSE(ReadToken(std::string(more) + text, keys, kMadeMs).ok());
    }
  }
  CHECK_FALSE(ReadToken("", keys, kMadeMs).ok());
}

TEST_CASE("Messages, customers, kinds, media, scopes, times and keys have tokens of their own") {
  const auto keys = Keys(std::string("2:") + std::string(kHex2) + ",1:" + std::string(kHex1));
  std::vector<std::string> texts = {MakeToken(OptOut(), keys[0]), MakeToken(OptOut(), keys[1])};
  for (int field = 0; field < 6; ++field) {
    Token token = OptOut();
    if (field == 0) token.kind = TokenKind::kClick;
    if (field == 1) ++token.customer;
    if (field == 2) ++token.message;
    if (field == 3) ++token.medium;
    if (field == 4) ++token.scope;
    if (field == 5) token.made_at_ms += 1000;
    texts.push_back(MakeToken(token, keys[0]));
  }
  for (size_t i = 0; i < texts.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      CHECK(texts[i] != texts[j]);
      // The tags differ, not only what is said in clear: no part of one can stand in another.
      CHECK(texts[i].substr(texts[i].size() - 20) != texts[j].substr(texts[j].size() - 20));
    }
  CHECK(MakeToken(OptOut(), keys[0]) == texts[0]);
}

TEST_CASE("An opt-out token works after any time and under any old key, a click token for its span") {
  const auto old_keys = Keys(kHex1);
  const auto keys = Keys(std::string("2:") + std::string(kHex2) + ",1:" + std::string(kHex1));
  const std::string opt_out = MakeToken(OptOut(), old_keys[0]);
  const auto late = ReadToken(opt_out, keys, kMadeMs + 100 * 365 * kDayMs);
  REQUIRE(late.ok());
  CHECK_FALSE(late->expired);
  CHECK(late->message == 4711);

  Token click = OptOut();
  click.kind = TokenKind::kClick;
  const std::string text = MakeToken(click, keys[0]);
  CHECK_FALSE(ReadToken(text, keys, kMadeMs + 400 * kDayMs)->expired);
  CHECK(ReadToken(text, keys, kMadeMs + 400 * kDayMs + 1)->expired);
  CHECK_FALSE(ReadToken(text, keys, kMadeMs - kDayMs)->expired);  // the reader's clock is late
  CHECK(ReadToken(text, keys, kMadeMs + kDayMs + 1, kDayMs)->expired);
}

TEST_CASE("A token of a key that is not there says which version it was") {
  const std::string text = MakeToken(OptOut(), Keys(std::string("7:") + std::string(kHex1))[0]);
  CHECK(StatusText(ReadToken(text, Keys(kHex1), kMadeMs).status()) ==
        "this token was made with version 7 of token_key, which is not among the keys");
  CHECK_FALSE(ReadToken(text, {}, kMadeMs).ok());
  // The same version, other bytes.
  CHECK(StatusText(ReadToken(text, Keys(std::string("7:") + std::string(kHex2)), kMadeMs).status()) ==
        "this token was not made here, or it was changed");
}

TEST_CASE("Keys are read from the option, and what is wrong with one is said without showing it") {
  const std::string one(kHex1), two(kHex2);
  CHECK(Keys(one)[0].version == 1);
  CHECK(Keys(one)[0].bytes[31] == 0x1f);
  const auto keys = Keys("12:" + two + ",3:" + one);
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].version == 12);
  CHECK(keys[0].bytes[0] == 0xff);
  CHECK(keys[1].version == 3);
  for (const auto& [text, problem] : std::vector<std::pair<std::string, std::string>>{
           {"", "token_key: key 1: 0 characters, expected 64 hexadecimal digits (32 bytes)"},
           {one.substr(1), "token_key: key 1: 63 characters, expected 64 hexadecimal digits (32 bytes)"},
           {one + "0", "token_key: key 1: 65 characters, expected 64 hexadecimal digits (32 bytes)"},
           {"g" + one.substr(1), "token_key: key 1: 64 characters, expected 64 hexadecimal digits (32 bytes)"},
           {one + ",", "token_key: key 2: 0 characters, expected 64 hexadecimal digits (32 bytes)"},
           {one + "," + two, "token_key: version 1 stands twice, expected another for each key"},
           {"0:" + one,
            "token_key: key 1: its version is no number from 1 on, expected such as \"2:\" and 64 hexadecimal digits"},
           {"x:" + one,
            "token_key: key 1: its version is no number from 1 on, expected such as \"2:\" and 64 hexadecimal "
            "digits"}}) {
    const auto read = ReadTokenKeys(text);
    REQUIRE_FALSE(read.ok());
    CHECK(StatusText(read.status()) == problem);
  }
}

}  // namespace cartwheel
