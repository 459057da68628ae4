// Form C against utf8proc's own, and the quick look against it.
#include "base/normal_form.h"

#include <utf8proc.h>

#include <cstdlib>

#include "tests/catch.h"

using namespace cartwheel;

namespace {

std::string Reference(const std::string& text) {
  auto* made = utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str()));
  std::string composed(reinterpret_cast<const char*>(made));
  std::free(made);
  return composed;
}

std::string Encoded(char32_t c) {
  utf8proc_uint8_t bytes[4];
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes);
  return {reinterpret_cast<const char*>(bytes), static_cast<size_t>(length)};
}

}  // namespace

TEST_CASE("every character, alone and between others, is brought into form C") {
  for (char32_t c = 1; c <= 0x2FFFF; ++c) {
    if ((c >= 0xD800 && c <= 0xDFFF) || !utf8proc_codepoint_valid(static_cast<utf8proc_int32_t>(c))) continue;
    for (const std::string& text : {Encoded(c), "e" + Encoded(c) + "\u0301", "가" + Encoded(c) + "\u11a8"}) {
      const std::string expected = Reference(text);
      if (ComposedForm(text) != expected) FAIL("U+" << std::hex << static_cast<uint32_t>(c));
      if (IsSurelyComposed(text) && text != expected)
        FAIL("U+" << std::hex << static_cast<uint32_t>(c) << " is not surely composed");
    }
  }
}

TEST_CASE("what is composed and what is not") {
  CHECK(ComposedForm("\u1106\u1165\u1100\u1173\u110f\u1165\u11b8") == "머그컵");
  CHECK(ComposedForm("e\u0301") == "é");
  CHECK(IsSurelyComposed("12,900원 코트 👍🏽 ❤️ ★ Café ㅋㅋ 日本語 カタカナ"));
  CHECK_FALSE(IsSurelyComposed("\u1100\u1161"));
  CHECK(ComposedForm("\xff\u1100\u1161") == "\xff\u1100\u1161");  // not UTF-8
  CHECK(ComposedForm("") == "");
}

TEST_CASE("what is an address") {
  for (const char* text : {"https://x.test/a", "app://cart#x", "http://x.test/\u1100\u1161.png"})
    CHECK(IsAddress(text));
  for (const char* text : {"", "://x", "see https://x.test", "https://x.test now", "a b://c", "12,900"})
    CHECK_FALSE(IsAddress(text));
}
