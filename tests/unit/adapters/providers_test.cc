// What adapters and the readers of reports share: numbers, and the mark of a message.
#include "providers/korean_number.h"
#include "providers/message_mark.h"
#include "tests/unit/adapters/korean.h"

namespace cartwheel {

TEST_CASE("telephone numbers as Korean providers write them") {
  const std::tuple<const char*, const char*, bool> rows[] = {
      {"010-1234-5678", "01012345678", true},
      {"+82 10 1234 5678", "01012345678", true},
      {"821012345678", "01012345678", true},
      {"+82 (0)10-1234-5678", "01012345678", true},
      {"0082 10 1234 5678", "01012345678", true},
      {"+82 2 123 4567", "021234567", true},
      {"02.123.4567", "021234567", true},
      {"1588-0000", "15880000", true},
      {"+82 1588 0000", "15880000", true},
      {"+1 202 555 0100", "12025550100", false},
      {"12025550100", "12025550100", false},
      {"001 81 3 1234 5678", "181312345678", false},
      {"kim@shop.example", "", false},
      {"", "", false},
      {"123456", "", false},
      {"+8210123456781234567", "", false},
      {"010-1234-5678;rm", "", false},
  };
  for (const auto& [text, digits, korean] : rows) {
    INFO(text);
    const PhoneNumber number = ReadPhoneNumber(text);
    CHECK(number.digits == digits);
    CHECK(number.korean == korean);
  }
}

TEST_CASE("a mark names a message, the token of its claim and its key") {
  Message message = MakeMessage(42, "sms", "");
  message.token = 9'000'000'000'000'000'001;
  const std::string text = WriteMark(message);
  CHECK(text == "42.9000000000000000001.00112233445566778899aabbccddeeff");
  MessageMark mark;
  REQUIRE(ReadMark(text, &mark));
  CHECK(mark.id == 42);
  CHECK(mark.token == 9'000'000'000'000'000'001);
  CHECK(mark.key == kMessageKey);
  for (const char* other :
       {"", "42", "42.7", "42.7.", "a.7.00112233445566778899aabbccddeeff", "0.7.00112233445566778899aabbccddeeff",
        "42.-7.00112233445566778899aabbccddeeff", "42.7.00112233445566778899AABBCCDDEEFF",
        "42.7.00112233445566778899aabbccddeef", "99999999999999999999.7.00112233445566778899aabbccddeeff",
        " 42.7.00112233445566778899aabbccddeeff"})
    CHECK_FALSE(ReadMark(other, &mark));
}

}  // namespace cartwheel
