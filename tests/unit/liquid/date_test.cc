// Dates in texts. Expected texts come from the calendar, from Ruby's strftime (its documentation, and Ruby itself where
// it is installed) and from CLDR's names.
#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "liquid/day_names.h"
#include "tests/catch.h"
#include "tests/unit/liquid/json_values.h"

namespace cartwheel::liquid {
namespace {

constexpr int64_t kNow = 1'780'272'000'000;  // 2026-06-01T00:00:00Z
constexpr const char* kZones[] = {
    "UTC",          "Asia/Seoul",        "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago",
    "Asia/Kolkata", "America/Sao_Paulo", "Africa/Cairo"};

std::string In(std::string_view zone, std::string_view text, std::string_view format, std::string_view locale = "en") {
  return RenderedWith(Value::String(text), fmt::format("{{{{ x | date: '{}' }}}}", format),
                      {.day_locale = locale, .timezone = zone, .now_ms = kNow});
}

TEST_CASE("liquid: a date without a time prints as itself in every zone") {
  for (const char* zone : kZones)
    for (const char* text :
         {"2026-11-30", "2026/11/30", "2026.11.30", "2026.11.30.", "2026. 11. 30.", "30.11.2026", "2026년 11월 30일",
          "20261130", "November 30, 2026", "Nov 30, 2026", "30 November 2026", "30 Nov 2026"}) {
      CAPTURE(zone, text);
      CHECK(In(zone, text, "%Y-%m-%d %H:%M") == "2026-11-30 00:00");
    }
  for (const char* zone : kZones) {
    CAPTURE(zone);
    CHECK(In(zone, "1955-05-01", "%-d %b %Y") == "1 May 1955");
    CHECK(In(zone, "2000-02-29", "%F %A") == "2000-02-29 Tuesday");
    CHECK(In(zone, "2026-10-18", "%F") == "2026-10-18");  // of zones whose summer begins at midnight
    CHECK(In(zone, "2018-11-04", "%F") == "2018-11-04");  // midnight does not exist in São Paulo
  }
}

TEST_CASE("liquid: a time without a zone is the shop's, one with a zone is an instant") {
  for (const char* zone : kZones)
    for (const char* text : {"2026-11-30 09:05:06", "2026-11-30T09:05:06", "2026/11/30 09:05:06", "2026.11.30 09:05:06",
                             "2026-11-30 09:05:06.000"}) {
      CAPTURE(zone, text);
      CHECK(In(zone, text, "%F %T") == "2026-11-30 09:05:06");
    }
  for (const char* text : {"2026-11-30T15:30:00Z", "2026-12-01T00:30:00+09:00", "2026-12-01 00:30:00 +0900",
                           "2026-11-30 15:30:00 UTC", "2026-11-30 10:30:00 -05:00", "2026-11-30T10:30:00-0500",
                           "Mon, 30 Nov 2026 15:30:00 GMT", "Tue, 01 Dec 2026 00:30:00 +0900"}) {
    CAPTURE(text);
    CHECK(In("Asia/Seoul", text, "%F %T %z") == "2026-12-01 00:30:00 +0900");
    CHECK(In("America/New_York", text, "%F %T %:z %Z") == "2026-11-30 10:30:00 -05:00 EST");
  }
}

TEST_CASE("liquid: what is no date stays as it is") {
  for (const char* text : {"no day", "2026-13-01", "2026-02-30", "infinite-future", "infinite-past", "",
                           "2026-11-30 25:00:00", "-1152098955"}) {
    CAPTURE(text);
    CHECK(In("Asia/Seoul", text, "%F") == text);
  }
}

TEST_CASE("liquid: days and months in the reader's language") {
  struct {
    const char *locale, *text;
  } rows[] = {{"en-US", "Sunday Sun November Nov Nov PM pm"},
              {"ko-KR", "일요일 일 11월 11월 11월 오후 오후"},
              {"ja", "日曜日 日 11月 11月 11月 午後 午後"},
              {"zh-CN", "星期日 周日 十一月 11月 11月 下午 下午"},
              {"zh-TW", "星期日 週日 11月 11月 11月 下午 下午"},
              {"zh_Hant_HK", "星期日 週日 11月 11月 11月 下午 下午"},
              {"de-DE", "Sonntag So November Nov. Nov. PM pm"},
              {"fr", "dimanche dim. novembre nov. nov. PM pm"},
              {"es-MX", "domingo dom noviembre nov nov p. m. p. m."},
              {"vi", "Chủ Nhật CN tháng 11 thg 11 thg 11 CH ch"},
              {"xx", "Sunday Sun November Nov Nov PM pm"}};
  for (const auto& row : rows) {
    CAPTURE(row.locale);
    CHECK(In("UTC", "2026-11-01 14:00:00", "%A %a %B %b %h %p %P", row.locale) == row.text);
  }
  CHECK(In("UTC", "2026-03-02", "%^B %^a", "de") == "MÄRZ MO");
  CHECK(In("UTC", "2026-11-01 05:30:00", "%-m월 %-d일 %A", "ko") == "11월 1일 일요일");
}

TEST_CASE("liquid: every language has seven days, twelve months and two halves, each with a name") {
  for (const char* locale : {"en", "ko", "ja", "zh", "zh-hant", "de", "fr", "es", "it", "pt", "nl", "vi", "id", "th",
                             "ru", "pl", "tr", "sv"}) {
    const DayNames& names = DayNamesOf(locale);
    CAPTURE(locale);
    CHECK(names.locale == locale);
    struct {
      std::string_view list;
      int count;
    } lists[] = {
        {names.days, 7}, {names.short_days, 7}, {names.months, 12}, {names.short_months, 12}, {names.halves, 2}};
    for (const auto& list : lists) {
      CHECK(std::count(list.list.begin(), list.list.end(), '|') == list.count - 1);
      std::vector<std::string_view> seen;
      for (int i = 0; i < list.count; ++i) {
        CHECK_FALSE(NameAt(list.list, i).empty());
        CHECK(std::find(seen.begin(), seen.end(), NameAt(list.list, i)) == seen.end());
        seen.push_back(NameAt(list.list, i));
      }
    }
  }
}

TEST_CASE("liquid: strftime with flags, widths and fractions, as Ruby") {
  struct {
    const char *format, *text;
  } rows[] = {
      {"%L %N %3N %6N %9N %1L", "123 123456000 123 123456 123456000 1"},
      {"%-d %_d %d %e %-m %-H %-I %-M %-S %-j %-y",
       "5 "
       " 5 05  5 3 9 9 4 7 64 26"},
      {"%3d %_5m %010Y %-5d", "005     3 0000002026 5"},
      {"%^a %#a %^B %#p %#Z", "THU THU MARCH am utc"},
      {"%z %:z %::z %Z", "+0000 +00:00 +00:00:00 UTC"},
      {"%C %y %G %g %V %U %W %u %w %j", "20 26 2026 26 10 09 09 4 4 064"},
      {"%D|%F|%T|%R|%r|%X|%x|%c",
       "03/05/26|2026-03-05|09:04:07|09:04|09:04:07 AM|09:04:07|03/05/26|Thu Mar  5 09:04:07 2026"},
      {"%v|%k|%l|%I|%P|%s|%n|%t|%%", " 5-MAR-2026| 9| 9|09|am|1772701447|\n|\t|%"},
      {"%Q %: %-", "%Q %: %-"},
      {"%10A|%-10b|%010A|%10F", "  Thursday|Mar|00Thursday|2026-03-05"},
      {"%10z|%_z|%_10z|%-:z|%010z", "+000000900| +900|      +900|+09:00|+000000900"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.format);
    const bool of_offsets = std::string_view(row.format).starts_with("%10z");
    CHECK(In(of_offsets ? "Asia/Seoul" : "UTC", "2026-03-05T09:04:07.123456Z", row.format) == row.text);
  }
  CHECK(In("UTC", "2026-03-05", "%65d").starts_with("error:"));
}

// Every day of eleven years, so that weeks and years of every shape pass.
TEST_CASE("liquid: weeks and days of the year agree with the C library") {
  for (int64_t day = 14'600; day < 14'600 + 11 * 366; ++day) {
    const time_t seconds = static_cast<time_t>(day * 86'400);
    tm parts{};
    gmtime_r(&seconds, &parts);
    char expected[80];
    strftime(expected, sizeof expected, "%F %j %U %W %V %G %g %u %w %e %a %b", &parts);
    const std::string got =
        RenderedWith(Value::Int(seconds), "{{ x | date: '%F %j %U %W %V %G %g %u %w %e %a %b' }}", {.timezone = "UTC"});
    if (got != expected) FAIL(got << " is not " << expected);
  }
}

}  // namespace
}  // namespace cartwheel::liquid
