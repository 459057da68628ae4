#include "base/time.h"

#include "tests/catch.h"

using namespace cartwheel;

// Instants by `date -u -d … +%s`.
TEST_CASE("ISO 8601 texts become instants") {
  CHECK(ParseInstant("1970-01-01") == 0);
  CHECK(ParseInstant("2022-08-01T09:30:00Z") == 1659346200000);
  CHECK(ParseInstant("2022-08-01T09:30:00.123Z") == 1659346200123);
  CHECK(ParseInstant("2022-08-01T09:30:00.1239999Z") == 1659346200123);
  CHECK(ParseInstant("2022-08-01T09:30:00,5z") == 1659346200500);
  CHECK(ParseInstant("2022-08-01T09:30") == 1659346200000);
  CHECK(ParseInstant("2022-08-01t18:30:00+09:00") == 1659346200000);
  CHECK(ParseInstant("2022-08-01T18:30:00+0900") == 1659346200000);
  CHECK(ParseInstant("2022-08-01T18:30:00+09") == 1659346200000);
  CHECK(ParseInstant("2022-08-01T06:00:00-03:30") == 1659346200000);
  CHECK(ParseInstant("2022-08-01 09:30:00 UTC") == 1659346200000);
  CHECK(ParseInstant("2022-08-01T23:30:00+14:00") == 1659346200000);
  CHECK(ParseInstant("2020-09-24 13:51:07+00:00") == 1600955467000);
  CHECK(ParseInstant("2024-02-29") == 1709164800000);
  CHECK(ParseInstant("2000-02-29") == 951782400000);
  CHECK(ParseInstant("9999-12-31T23:59:59Z") == 253402300799000);
}

TEST_CASE("what is not an instant") {
  for (const char* text : {"",
                           "yesterday",
                           "2022",
                           "2022-08",
                           "2022-8-1",
                           "2022-02-30",
                           "2023-02-29",
                           "2100-02-29",
                           "2022-13-01",
                           "2022-00-01",
                           "2022-01-00",
                           "1969-12-31",
                           "2022-08-01T",
                           "2022-08-01T09",
                           "2022-08-01T24:00:00Z",
                           "2022-08-01T09:60Z",
                           "2022-08-01T09:30:60Z",
                           "2022-08-01T09:30:00.Z",
                           "2022-08-01T09:30:00+25:00",
                           "2022-08-01T09:30:00+15:00",
                           "2022-08-01T09:30:00-15:00",
                           "2022-08-01T09:30:00+09:",
                           "2022-08-01T09:30:00Zx",
                           "2022-08-01T09:30:00 KST",
                           "1659346200000"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseInstant(text).has_value());
  }
}

TEST_CASE("ISO 8601 to the nanosecond, and which of it is RFC 3339") {
  const std::optional<Iso8601> read = ReadIso8601("2022-08-01T09:30:00.123456789+09:00");
  REQUIRE(read.has_value());
  CHECK(read->at_ms == 1659313800123);  // date -u -d 2022-08-01T00:30:00Z +%s
  CHECK(read->nanoseconds == 456789);
  CHECK(read->exact);
  CHECK(read->rfc3339);
  CHECK(read->year == 2022);
  CHECK(read->offset_ms == 9 * kHourMs);
  CHECK(ReadIso8601("2022-08-01T09:30:00.1234567890Z")->exact);
  CHECK_FALSE(ReadIso8601("2022-08-01T09:30:00.1234567891Z")->exact);
  CHECK(ReadIso8601("0000-02-29T23:59:59Z")->at_ms == -62162035201000);  // date -u -d 0000-02-29T23:59:59Z +%s
  for (const char* text : {"2022-08-01", "2022-08-01T09:30Z", "2022-08-01t09:30:00Z", "2022-08-01T09:30:00z",
                           "2022-08-01 09:30:00Z", "2022-08-01T09:30:00", "2022-08-01T09:30:00 UTC",
                           "2022-08-01T09:30:00,5Z", "2022-08-01T09:30:00+0900", "2022-08-01T09:30:00+09"}) {
    CAPTURE(text);
    REQUIRE(ReadIso8601(text).has_value());
    CHECK_FALSE(ReadIso8601(text)->rfc3339);
  }
}

TEST_CASE("instants as text") {
  CHECK(FormatInstant(0) == "1970-01-01T00:00:00Z");
  CHECK(FormatInstant(1659346200123) == "2022-08-01T09:30:00.123Z");
  CHECK(FormatInstant(1709164800000) == "2024-02-29T00:00:00Z");
  CHECK(FormatInstant(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(FormatInstant(INT64_MIN) ==
        "-292275055-05-16T16:47:04.192Z");  // as Java writes them; only a damaged row can hold one
  CHECK(FormatInstant(INT64_MAX) == "292278994-08-17T07:12:55.807Z");
  for (int64_t day = 0; day < 800 * 366; ++day) {
    int64_t at_ms = day * kDayMs + day % kDayMs;
    REQUIRE(ParseInstant(FormatInstant(at_ms)) == at_ms);
  }
}

TEST_CASE("spans") {
  CHECK(ParseSpan("90s") == 90'000);
  CHECK(ParseSpan("5m") == 300'000);
  CHECK(ParseSpan("24h") == 86'400'000);
  CHECK(ParseSpan("7d") == 604'800'000);
  CHECK(ParseSpan("1h30m") == 5'400'000);
  CHECK(ParseSpan("500ms") == 500);
  CHECK(ParseSpan("1d2h3m4s5ms") == 93'784'005);
  CHECK(ParseSpan("0s") == 0);
  for (const char* text :
       {"", "5", "m", "5 m", "-5m", "1.5h", "5M", "5w", "30m1h", "1h1h", "5mm", "999999999999999d"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseSpan(text).has_value());
  }
}

TEST_CASE("spans as text") {
  CHECK(FormatSpan(0) == "0s");
  CHECK(FormatSpan(5'400'000) == "1h30m");
  CHECK(FormatSpan(2 * kDayMs) == "2d");
  CHECK(FormatSpan(90'000) == "1m30s");
  CHECK(FormatSpan(1'001) == "1s1ms");
  CHECK(FormatSpan(-90'000) == "-1m30s");
  CHECK(FormatSpan(INT64_MIN) == "-106751991167d7h12m55s808ms");  // 2^63 ms
  CHECK(FormatSpan(-kHourMs) == "-1h");
}
