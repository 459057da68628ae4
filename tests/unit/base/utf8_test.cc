// UTF-8 against the table of well-formed byte sequences of the Unicode Standard (table 3-7).
#include "base/utf8.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/measure.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

struct WellFormed {
  int first_low, first_high;
  int second_low, second_high;  // the others are 80 to BF
  size_t length;
};
constexpr WellFormed kTable[] = {{0x00, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                 {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
                                 {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};

int Byte(std::string_view text, size_t i) { return static_cast<unsigned char>(text[i]); }

// The length of the well-formed sequence at the beginning; 0: there is none.
size_t LengthByTable(std::string_view text) {
  for (const WellFormed& row : kTable) {
    if (Byte(text, 0) < row.first_low || Byte(text, 0) > row.first_high) continue;
    if (text.size() < row.length) return 0;
    if (row.length > 1 && (Byte(text, 1) < row.second_low || Byte(text, 1) > row.second_high)) return 0;
    for (size_t i = 2; i < row.length; ++i)
      if (Byte(text, i) < 0x80 || Byte(text, i) > 0xBF) return 0;
    return row.length;
  }
  return 0;
}

bool AgreesWithTable(std::string_view text) {
  size_t bytes = 0;
  const char32_t character = DecodeAt(text, 0, &bytes);
  const size_t length = LengthByTable(text);
  if (length == 0) return character == kNotUtf8 && bytes == 1 && FindNotUtf8(text) == 0;
  std::string again;
  return bytes == length && AppendUtf8(character, &again) && again == text.substr(0, length);
}

// Every byte that begins or ends a range of the table, and its neighbours.
constexpr int kEdges[] = {0x00, 0x01, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
                          0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFE, 0xFF};

}  // namespace

TEST_CASE("exactly the well-formed sequences are characters, and each is written as it was read") {
  std::string wrong;
  auto check = [&](std::string_view text) {
    if (wrong.empty() && !AgreesWithTable(text)) wrong = text;
  };
  for (int first = 0; first < 256; ++first) {
    const auto a = static_cast<char>(first);
    check(std::string{a});
    for (int second = 0; second < 256; ++second) {
      const auto b = static_cast<char>(second);
      check(std::string{a, b});
      for (int third : kEdges) {
        check(std::string{a, b, static_cast<char>(third)});
        for (int fourth : kEdges) check(std::string{a, b, static_cast<char>(third), static_cast<char>(fourth)});
      }
    }
  }
  CHECK(wrong.empty());
}

TEST_CASE("surrogates and what is beyond U+10FFFF cannot be written") {
  std::string out = "x";
  for (char32_t c : {0xD800u, 0xDBFFu, 0xDC00u, 0xDFFFu, 0x110000u, 0xFFFFFFFFu}) CHECK_FALSE(AppendUtf8(c, &out));
  CHECK(out == "x");
  for (char32_t c : {0x0u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u, 0xFFFFu, 0x10000u, 0x10FFFFu})
    CHECK(AppendUtf8(c, &out));
  CHECK(out.size() == 1 + 1 + 1 + 2 + 2 + 3 + 3 + 3 + 3 + 4 + 4);
}

TEST_CASE("a broken byte is one character, for every function") {
  const std::string text = "가\xea\xb0x\xff🛒";  // 3 bytes, two broken ones, x, a broken one, 4 bytes
  CHECK(CountCharacters(text) == 6);
  CHECK(FindNotUtf8(text) == 3);
  CHECK_FALSE(IsUtf8(text));
  CHECK(CharacterOffset(text, 3) == 5);
  CHECK(CharacterOffset(text, 99) == text.size());
  size_t bytes = 0, at = 0;
  CHECK(DecodeBefore(text, text.size(), &bytes) == 0x1F6D2);
  CHECK(bytes == 4);
  CHECK(DecodeBefore(text, 7, &bytes) == kNotUtf8);
  CHECK(bytes == 1);
  CHECK(NextCharacter(text, &at) == 0xAC00);
  CHECK(at == 3);
}

TEST_CASE("a text is cut where a character ends") {
  const std::string_view text = "a가🛒";  // ends at 1, 4, 8
  const size_t expected[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 8};
  for (size_t room = 0; room < std::size(expected); ++room) CHECK(CutAtCharacter(text, room).size() == expected[room]);
}

TEST_CASE("columns of a terminal") {
  CHECK(ColumnsOf(U'a') == 1);
  CHECK(ColumnsOf(U'가') == 2);
  CHECK(ColumnsOf(U'あ') == 2);
  CHECK(ColumnsOf(U'漢') == 2);
  CHECK(ColumnsOf(U'🛒') == 2);
  CHECK(ColumnsOf(U'é') == 1);
  CHECK(ColumnsOf(0x0301) == 0);  // an accent over the letter before
  CHECK(ColumnsOf(kNotUtf8) == 1);
}

}  // namespace cartwheel
