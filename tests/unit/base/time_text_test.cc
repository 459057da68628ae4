#include "base/time_text.h"

#include <string>

#include "base/time.h"
#include "tests/catch.h"

using namespace cartwheel;
using Kind = TimeText::Kind;

// 1659346200000 is `date -u -d 2022-08-01T09:30:00Z +%s` in milliseconds.
TEST_CASE("times of day with an offset, however they are written") {
  for (const char* text : {"2022-08-01T09:30:00Z",
                           "2022-08-01T09:30Z",
                           "2022-08-01 09:30:00 UTC",
                           "2022-08-01 09:30:00 +00:00",
                           "2022-08-01T18:30:00+09:00",
                           "2022-08-01T18:30:00+0900",
                           "2022-08-01T18:30:00+09",
                           "2022-08-01T06:00:00-03:30",
                           "2022/08/01 09:30:00Z",
                           "2022-8-1 9:30:00Z",
                           "2022.08.01 18:30:00 KST",
                           "20220801T093000Z",
                           "20220801T0930Z",
                           "20220801T183000+0900",
                           "2022-08-01T09:30:00.000000000Z",
                           "2022-08-01t09:30:00,0z",
                           " 2022-08-01T09:30:00Z\n",
                           "2022-08-01T11:30:00+02:00[Europe/Berlin]",
                           "2022-08-01 09:30:00 AM +0000",
                           "Mon, 01 Aug 2022 09:30:00 GMT",
                           "Mon, 1 Aug 2022 18:30:00 +0900",
                           "01 Aug 2022 09:30:00 +0000",
                           "Monday, 01-Aug-2022 09:30:00 UTC",
                           "Mon Aug 01 2022 18:30:00 GMT+0900 (Korean Standard Time)",
                           "Mon Aug  1 09:30:00 UTC 2022",
                           "August 1, 2022 09:30:00 UTC",
                           "Mon, 01 Aug 2022 05:30:00 EDT",
                           "1659346200",
                           "1659346200.0",
                           "1659346200000",
                           "1659346200000.0",
                           "1659346200000000",
                           "1659346200000000000",
                           "1.6593462e9",
                           "1.6593462e12"}) {
    CAPTURE(text);
    const TimeText read = ReadTimeText(text);
    CHECK(read.kind == Kind::kInstant);
    CHECK(read.ms == 1659346200000);
  }
}

TEST_CASE("times without an offset are local") {
  for (const char* text :
       {"2022-08-01T09:30:00", "2022-08-01 09:30", "2022/08/01 09:30:00", "20220801T093000", "20220801093000",
        "2022-08-01 9:30:00.0", "Mon Aug  1 09:30:00 2022", "2022-08-01 09:30:00 am"}) {
    CAPTURE(text);
    const TimeText read = ReadTimeText(text);
    CHECK(read.kind == Kind::kLocal);
    CHECK(read.ms == 1659346200000);
  }
  for (const char* text : {"2022-08-01", "2022/8/1", "20220801", "1 Aug 2022"}) {
    CAPTURE(text);
    CHECK(ReadTimeText(text).kind == Kind::kLocal);
    CHECK(ReadTimeText(text).ms == 1659312000000);  // date -u -d 2022-08-01 +%s
  }
  CHECK(ReadTimeNumber("20220801093000").kind == Kind::kLocal);
  CHECK(ReadTimeText("2022-08-01 12:05 AM").ms == 1659312000000 + 5 * kMinuteMs);
  CHECK(ReadTimeText("2022-08-01 12:05 PM").ms == 1659312000000 + 12 * kHourMs + 5 * kMinuteMs);
  CHECK(ReadTimeText("2022-08-01 01:05 PM").ms == 1659312000000 + 13 * kHourMs + 5 * kMinuteMs);
}

TEST_CASE("leap seconds, the end of a day, and fractions") {
  CHECK(ReadTimeText("2016-12-31T23:59:60Z").ms == 1483228800000);  // date -u -d 2017-01-01 +%s
  CHECK(ReadTimeText("2016-12-31T23:59:60.999Z").ms == 1483228800000);
  CHECK(ReadTimeText("2017-01-01T08:59:60+09:00").ms == 1483228800000);
  CHECK(ReadTimeText("2016-12-31T24:00:00Z").ms == 1483228800000);
  CHECK(ReadTimeText("2022-08-01T09:30:00.1239999Z").ms == 1659346200123);
  CHECK(ReadTimeText("2022-08-01T09:30:00.5Z").ms == 1659346200500);
  CHECK(ReadTimeNumber("1659346200.123").ms == 1659346200123);
  CHECK(ReadTimeNumber("1659346200.12").ms == 1659346200120);
  CHECK(ReadTimeNumber("1659346200123.9").ms == 1659346200123);
  CHECK(ReadTimeNumber("1659346200123456").ms == 1659346200123);
}

TEST_CASE("numbers are read by their size") {
  CHECK(ReadTimeNumber("100000000").ms == 100'000'000'000);  // seconds begin
  CHECK(ReadTimeNumber("99999999999").ms == 99'999'999'999'000);
  CHECK(ReadTimeNumber("100000000000").ms == 100'000'000'000);  // milliseconds
  CHECK(ReadTimeNumber("99999999999999").ms == 99'999'999'999'999);
  CHECK(ReadTimeNumber("100000000000000").ms == 100'000'000'000);     // microseconds
  CHECK(ReadTimeNumber("100000000000000000").ms == 100'000'000'000);  // nanoseconds
}

TEST_CASE("what is no time") {
  for (const char* text : {"",
                           " ",
                           "yesterday",
                           "now",
                           "2022",
                           "2022-08",
                           "2022-02-30",
                           "2023-02-29",
                           "2022-13-01",
                           "1969-12-31",
                           "2022-08-01T",
                           "2022-08-01T09",
                           "2022-08-01T24:00:01Z",
                           "2022-08-01T25:00:00Z",
                           "2022-08-01T09:60Z",
                           "2022-08-01T09:30:60Z",
                           "2022-08-01T09:30:61Z",
                           "2022-08-01T09:30:00.Z",
                           "2022-08-01T09:30:00+25:00",
                           "2022-08-01T09:30:00Zx",
                           "2022-08-01T09:30:00 XYZ",
                           "0000-00-00 00:00:00",
                           "2022-W31-1",
                           "08/01/2022",
                           "01.08.2022",
                           "12:30",
                           "Aug 2022",
                           "Mon",
                           "0",
                           "-1",
                           "12345",
                           "99999999",
                           "1e30",
                           "NaN",
                           "Infinity",
                           "true",
                           "1659346200x",
                           "2022-08-01 13:05 PM",
                           "9300000000000000000"}) {
    CAPTURE(text);
    CHECK(ReadTimeText(text).kind == Kind::kNotATime);
  }
  for (const char* number : {"0", "-1", "12345", "99999999", "1e30", "", "abc", "9300000000000000000"}) {
    CAPTURE(number);
    CHECK(ReadTimeNumber(number).kind == Kind::kNotATime);
  }
}

TEST_CASE("every beginning of a time is read or is none, and nothing is read twice") {
  const std::string whole = "Mon, 01 Aug 2022 09:30:00.123 +0900 (KST)";
  for (size_t length = 0; length <= whole.size(); ++length) ReadTimeText(whole.substr(0, length));
  const std::string iso = "2022-08-01T09:30:00.123+09:00";
  for (size_t length = 0; length <= iso.size(); ++length)
    for (size_t from = 0; from < length; ++from) ReadTimeText(iso.substr(from, length - from));
}
