// Recurrence rules against python3-dateutil (recurrences.py), cron against the rules that it is mapped to, and what is
// said of a text that is neither.
#include <fstream>
#include <sstream>

#include "base/status.h"
#include "base/time.h"
#include "core/journey/occurrences.h"
#include "playbook/recurrence_text.h"
#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

using playbook::ReadCron;
using playbook::ReadLocalTime;
using playbook::ReadRecurrence;

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  INFO(name);
  REQUIRE(absl::LoadTimeZone(name, &zone));
  return zone;
}

std::vector<std::string> SplitAt(const std::string& line, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(line);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

std::string Instant(int64_t at_ms) {
  return absl::FormatTime("%Y-%m-%dT%H:%MZ", absl::FromUnixMillis(at_ms), absl::UTCTimeZone());
}

// The first instants in a zone, and "end" after the last one.
std::vector<std::string> Instants(const Recurrence& recurrence, const absl::TimeZone& zone, size_t count) {
  std::vector<std::string> instants;
  int64_t after_ms = absl::ToUnixMillis(absl::FromCivil(recurrence.from, zone)) - 3 * kDayMs;
  while (instants.size() < count) {
    const auto next = NextOccurrence(recurrence, zone, after_ms);
    instants.push_back(next ? Instant(next->at_ms) : "end");
    if (!next) break;
    after_ms = next->at_ms;
  }
  return instants;
}

std::string ProblemOf(const absl::StatusOr<Recurrence>& read) {
  return read.ok() ? std::string() : std::string(StatusText(read.status()));
}

}  // namespace

TEST_CASE("recurrence: every rule occurs when dateutil says") {
  std::ifstream file(CARTWHEEL_SOURCE_DIR "/tests/unit/playbook/recurrences.txt");
  size_t rules = 0;
  for (std::string line; std::getline(file, line); ++rules) {
    INFO(line);
    const std::vector<std::string> parts = SplitAt(line, '|');
    REQUIRE(parts.size() == 4);
    const auto recurrence = ReadRecurrence(parts[0], ReadLocalTime(parts[1]));
    INFO(ProblemOf(recurrence));
    REQUIRE(recurrence.ok());
    const std::vector<std::string> expected = SplitAt(parts[3], ' ');
    CHECK(Instants(*recurrence, Zone(parts[2]), expected.back() == "end" ? 10 : expected.size()) == expected);
  }
  CHECK(rules == 304);
}

TEST_CASE("recurrence: days with and without a place in the month stand beside each other") {
  const auto rule = ReadRecurrence("FREQ=MONTHLY;BYDAY=MO,1TU,-1TH;BYHOUR=9", ReadLocalTime("2026-12-01"));
  REQUIRE(rule.ok());
  // December 2026 begins on a Tuesday.
  const std::vector<std::string> expected = {"2026-12-01T09:00Z", "2026-12-07T09:00Z", "2026-12-14T09:00Z",
                                             "2026-12-21T09:00Z", "2026-12-28T09:00Z", "2026-12-31T09:00Z",
                                             "2027-01-04T09:00Z", "2027-01-05T09:00Z"};
  CHECK(Instants(*rule, absl::UTCTimeZone(), expected.size()) == expected);
}

TEST_CASE("recurrence: the newest occurrence between two instants is the last that the next ones reach") {
  const auto rule = ReadRecurrence("FREQ=DAILY;BYHOUR=2,14;BYMINUTE=30", ReadLocalTime("2026-03-01"));
  REQUIRE(rule.ok());
  const absl::TimeZone zone = Zone("Europe/Berlin");
  const int64_t begin_ms = 1'774'483'200'000;  // 2026-03-26T00:00Z, three days before the clock is changed
  for (int64_t from_h = 0; from_h < 96; from_h += 5)
    for (int64_t span_h = 0; span_h < 40; span_h += 3) {
      const int64_t after_ms = begin_ms + from_h * kHourMs, until_ms = after_ms + span_h * kHourMs;
      std::optional<int64_t> last;
      for (auto next = NextOccurrence(*rule, zone, after_ms); next && next->at_ms <= until_ms;
           next = NextOccurrence(*rule, zone, next->at_ms))
        last = next->at_ms;
      const auto newest = NewestOccurrence(*rule, zone, after_ms, until_ms);
      CAPTURE(from_h, span_h);
      CHECK(newest.has_value() == last.has_value());
      if (newest && last) CHECK(newest->at_ms == *last);
    }
}

TEST_CASE("recurrence: cron is the rule that says the same") {
  const std::pair<std::string, std::string> kSame[] = {
      {"0 10 * * 2", "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"},
      {"30 9,18 * * MON-FRI", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,18;BYMINUTE=30"},
      {"*/20 8-9 1,15 * *", "FREQ=MONTHLY;BYMONTHDAY=1,15;BYHOUR=8,9;BYMINUTE=0,20,40"},
      {"5/30 0 * * 0", "FREQ=WEEKLY;BYDAY=SU;BYHOUR=0;BYMINUTE=5,35"},
      {"0 12 * * 5-7", "FREQ=WEEKLY;BYDAY=FR,SA,SU;BYHOUR=12;BYMINUTE=0"},
      {"0 0 31 * *", "FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=0;BYMINUTE=0"},
  };
  for (const auto& [cron, rule] : kSame) {
    INFO(cron);
    const auto from = ReadLocalTime("2026-12-01");
    const auto one = ReadCron(cron, from), other = ReadRecurrence(rule, from);
    INFO(ProblemOf(one) << ProblemOf(other));
    REQUIRE((one.ok() && other.ok()));
    CHECK(Instants(*one, Zone("Asia/Seoul"), 20) == Instants(*other, Zone("Asia/Seoul"), 20));
  }
}

TEST_CASE("recurrence: what is no rule, and no cron, is said") {
  const auto from = ReadLocalTime("2026-12-01");
  const std::pair<std::string, std::string> kRules[] = {
      {"", "is no part of a rule"},
      {"BYHOUR=10", "it says not how often"},
      {"FREQ=YEARLY", "FREQ=YEARLY is not known"},
      {"FREQ=DAILY;FREQ=DAILY", "FREQ stands twice"},
      {"FREQ=DAILY;BYSETPOS=1", "\"BYSETPOS\" is no part of the rules that are known"},
      {"FREQ=DAILY;INTERVAL=0", "INTERVAL=0 is no such number, expected 1 to 100"},
      {"FREQ=DAILY;COUNT=9999", "expected 1 to 1000"},
      {"FREQ=DAILY;COUNT=2;UNTIL=20270101T000000", "it has COUNT and UNTIL"},
      {"FREQ=DAILY;UNTIL=20270101", "UNTIL=20270101 is no local time"},
      {"FREQ=DAILY;UNTIL=20270101T000000Z", "is no local time"},
      {"FREQ=WEEKLY;BYDAY=XX", "\"XX\" is no day of BYDAY"},
      {"FREQ=WEEKLY;BYDAY=2TU", "needs FREQ=MONTHLY"},
      {"FREQ=MONTHLY;BYDAY=0TU", "is no day of BYDAY"},
      {"FREQ=WEEKLY;BYMONTHDAY=3", "a weekly rule has no BYMONTHDAY"},
      {"FREQ=MONTHLY;BYMONTHDAY=32", "\"32\" is no day of BYMONTHDAY"},
      {"FREQ=DAILY;BYHOUR=24", "\"24\" is none of BYHOUR, expected 0 to 23"},
      {"FREQ=DAILY;BYMINUTE=", "is none of BYMINUTE"},
  };
  for (const auto& [rule, problem] : kRules) {
    INFO(rule);
    CHECK(ProblemOf(ReadRecurrence(rule, from)).find(problem) != std::string::npos);
  }
  for (const char* counts : {"FREQ=DAILY;INTERVAL=2;BYHOUR=1", "FREQ=DAILY;COUNT=2;BYHOUR=1", "FREQ=DAILY",
                             "FREQ=WEEKLY;BYHOUR=1", "FREQ=MONTHLY;BYHOUR=1"})
    CHECK(ProblemOf(ReadRecurrence(counts, std::nullopt)).find("expected \"from\" beside it") != std::string::npos);
  CHECK(ReadRecurrence("FREQ=WEEKLY;BYDAY=TU;BYHOUR=10", std::nullopt).ok());
  const std::pair<std::string, std::string> kCrons[] = {
      {"0 10 * *", "expected five fields"},      {"60 10 * * 2", "\"60\" is not a minute, expected 0 to 59"},
      {"0 9-8 * * 2", "\"9-8\" is not an hour"}, {"0 10 * 5 2", "\"5\" is a month, expected \"*\""},
      {"0 10 1 * 2", "expected one of the two"}, {"0 10 0 * *", "\"0\" is not a day of the month"},
      {"0 10 * * 8", "\"8\" is not a weekday"},  {"*/0 10 * * 2", "is not a minute"},
  };
  for (const auto& [cron, problem] : kCrons) {
    INFO(cron);
    CHECK(ProblemOf(ReadCron(cron, from)).find(problem) != std::string::npos);
  }
  for (const char* wrong : {"2026-13-01", "2026-06-31", "2026-12-01T24:00", "2026-12-01 10:00", "tomorrow", ""})
    CHECK_FALSE(ReadLocalTime(wrong));
}

}  // namespace cartwheel
