#include "base/money.h"

#include <cstdlib>
#include <limits>

#include "tests/catch.h"

using namespace cartwheel;

namespace {

constexpr Money kMost = std::numeric_limits<Money>::max();
constexpr Money kLeast = std::numeric_limits<Money>::min();

}  // namespace

TEST_CASE("texts become money") {
  CHECK(ParseMoney("12900") == 129000000);
  CHECK(ParseMoney("-3.5") == -35000);
  CHECK(ParseMoney("0") == 0);
  CHECK(ParseMoney("-0.00") == 0);
  CHECK(ParseMoney("0.0001") == 1);
  CHECK(ParseMoney("1.25e3") == 12500000);
  CHECK(ParseMoney("12500E-2") == 1250000);
  CHECK(ParseMoney("1e+2") == 1000000);
  CHECK(ParseMoney("00012.5000000000000000000000000000000000000") == 125000);
}

TEST_CASE("money is rounded half to even, and says so") {
  bool exact = false;
  CHECK(ParseMoney("0.00005", &exact) == 0);
  CHECK_FALSE(exact);
  CHECK(ParseMoney("-0.00015", &exact) == -2);
  CHECK(ParseMoney("0.00025", &exact) == 2);
  CHECK(ParseMoney("0.000250000001", &exact) == 3);
  CHECK(ParseMoney("0.00025000000000000000000000000000000000000001", &exact) == 3);
  CHECK(ParseMoney("0.00000005", &exact) == 0);
  CHECK(ParseMoney("183.60000000000002", &exact) == 1836000);
  CHECK_FALSE(exact);
  CHECK(ParseMoney("0.00004999999", &exact) == 0);
  CHECK_FALSE(exact);
  CHECK(ParseMoney("1.99995", &exact) == 20000);  // 1.9999 is odd
  CHECK(ParseMoney("12.50000", &exact) == 125000);
  CHECK(exact);
  CHECK(ParseMoney("0.00000000000000000000000000000000000000000001", &exact) == 0);
  CHECK_FALSE(exact);
  CHECK(ParseMoney("1e-50", &exact) == 0);
  CHECK_FALSE(exact);
}

TEST_CASE("what is not money") {
  for (const char* text : {"", "-", ".", "abc", "1,5", "1.2.3", "1e", "1e-", "12 ", " 12", "NaN", "inf", "0x10", "--1",
                           "1e5x", "999999999999999999999", "1e15", "1e30", "1e99999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseMoney(text).has_value());
  }
}

TEST_CASE("the range of money") {
  CHECK(ParseMoney("922337203685477.5807") == kMost);
  CHECK(ParseMoney("-922337203685477.5807") == -kMost);
  CHECK_FALSE(ParseMoney("922337203685477.5808").has_value());
  CHECK(AddMoney(kMost, 1) == kMost);
  CHECK(AddMoney(kLeast, -1) == kLeast);
  CHECK(AddMoney(5, -7) == -2);
  CHECK(MultiplyMoney(129000, 3) == 387000);
  CHECK(MultiplyMoney(kMost, 2) == kMost);
  CHECK(MultiplyMoney(kMost, -2) == kLeast);
}

TEST_CASE("money and doubles") {
  CHECK(MoneyFromDouble(12.9) == 129000);
  for (const char* text : {"183.60000000000002", "0.00005", "-0.00015", "1.00025", "1.00015", "12.9", "1e-9",
                           "123456789.12345", "-0.1", "9007199254740.99"}) {
    CAPTURE(text);
    CHECK(MoneyFromDouble(std::strtod(text, nullptr)) == ParseMoney(text));
  }
  CHECK_FALSE(MoneyFromDouble(1e15).has_value());
  CHECK_FALSE(MoneyFromDouble(std::numeric_limits<double>::infinity()).has_value());
  CHECK_FALSE(MoneyFromDouble(std::numeric_limits<double>::quiet_NaN()).has_value());
  CHECK(MoneyToDouble(129000) == 12.9);
  CHECK(MoneyToDouble(1) == 0.0001);
}

TEST_CASE("money as text") {
  CHECK(FormatMoney(0) == "0");
  CHECK(FormatMoney(129000000) == "12900");
  CHECK(FormatMoney(129000) == "12.9");
  CHECK(FormatMoney(-500) == "-0.05");
  CHECK(FormatMoney(10001) == "1.0001");
  CHECK(FormatMoney(kMost) == "922337203685477.5807");
  CHECK(FormatMoney(kLeast) == "-922337203685477.5808");
}
