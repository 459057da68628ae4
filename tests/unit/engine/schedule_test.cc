// Journeys that are entered by the calendar: who is asked, when, and once.
#include <algorithm>

#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

using Lines = std::vector<std::string>;

// kDay0 is Thursday, 1 January 2026, 09:00 in Seoul.
std::string Book(std::string_view schedule, std::string_view rest = "", int revision = 1) {
  return fmt::format(
      R"json({{"playbook": 1, "revision": {}, "policy": {{"consent": "assumed_by_shop", "rules": []}}, "shop": {{"name": "S", "timezone": "Asia/Seoul"}},
    "segments": {{"vip": "customer.points >= 100", "lately": "now - customer.last_seen < duration('48h')"}},
    "templates": {{"news": {{"purpose": "promotion", "sms": "n"}}}},
    "journeys": {{"weekly": {{"enter": {{"schedule": {}{}}}, "steps": [{{"send": "news", "via": ["sms"]}}]}}}}}})json",
      revision, schedule, rest);
}

struct Scheduled : Shop {
  explicit Scheduled(std::string_view schedule, std::string_view rest = "")
      : Shop(NewMemoryStore(), Book(schedule, rest)) {
    AdvanceTo(kDay0);
  }
  void Tell(std::string_view customer, int points, std::string_view zone = "") {
    Event("identify", customer, clock().NowMs(),
          fmt::format(R"({{"points":{}{}}})", points,
                      zone.empty() ? std::string() : fmt::format(R"(,"timezone":"{}")", zone)));
  }
  // "ann@1": whom a message was made for, at how many hours.
  Lines Made() {
    Lines made;
    for (const std::string& line : Outbox())
      made.push_back(line.substr(0, line.find('/')) + line.substr(line.find('@'), line.find(':') - line.find('@')));
    return made;
  }
};

constexpr std::string_view kDaily = R"({"rrule": "FREQ=DAILY;BYHOUR=10"})";

}  // namespace

TEST_CASE("schedule: the members of the segment enter at the shop's hour, each time") {
  Scheduled shop(R"({"cron": "0 10 * * FRI"})", R"(, "segment": "vip")");
  shop.Tell("ann", 100);
  shop.Tell("bea", 10);
  shop.RunTo(kDay0 + 25 * kHourMs - 1);
  CHECK(shop.Made().empty());
  shop.RunTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Made() == Lines{"ann@25"});  // Friday, 10:00 in Seoul
  shop.Tell("bea", 200);
  shop.Tell("ann", 1);
  shop.RunTo(kDay0 + (25 + 7 * 24) * kHourMs);
  CHECK(shop.Made() == Lines{"ann@25", "bea@193"});
  CHECK(Has(shop.Query("why", "bea"), R"("decision":"entered","journey":"weekly","detail":"schedule")"));
}

TEST_CASE("schedule: without a segment all customers enter, and when is asked of each") {
  Scheduled shop(kDaily, R"(, "when": "customer.points > 5")");
  shop.Tell("ann", 6);
  shop.Tell("bea", 5);
  shop.DeviceEvent("page_viewed", "phone", kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Made() == Lines{"ann@1"});
}

TEST_CASE("schedule: membership is judged when the customer's turn comes, also what time alone has changed") {
  Scheduled shop(R"({"rrule": "FREQ=DAILY;BYHOUR=8", "from": "2026-01-03"})", R"(, "segment": "lately")");
  shop.Event("page_viewed", "ann", kDay0);
  shop.RunTo(kDay0 + 20 * kHourMs);
  shop.Event("page_viewed", "bea", kDay0 + 20 * kHourMs);
  shop.RunTo(kDay0 + 3 * kDayMs);
  CHECK(shop.Made() == Lines{"ann@47", "bea@47"});  // ann's 48 hours end an hour later
  shop.RunTo(kDay0 + 5 * kDayMs);
  CHECK(shop.Made().size() == 2);
}

TEST_CASE("schedule: each on its own clock, and one of an unknown zone on the shop's") {
  Scheduled shop(R"({"rrule": "FREQ=WEEKLY;BYDAY=SA;BYHOUR=10", "zone": "recipient"})");
  shop.Tell("berlin", 1, "Europe/Berlin");
  shop.Tell("seoul", 1);
  shop.Tell("auckland", 1, "Pacific/Auckland");
  shop.Tell("nowhere", 1, "Mars/Olympus");
  shop.Tell("honolulu", 1, "Pacific/Honolulu");
  shop.RunTo(kDay0 + 4 * kDayMs);
  // Saturday, 3 January, 10:00: in Auckland Friday 21:00 UTC, in Seoul Saturday 01:00, in Berlin 09:00, in Honolulu
  // 20:00.
  CHECK(shop.Made() == Lines{"auckland@45", "seoul@49", "nowhere@49", "berlin@57", "honolulu@68"});
  shop.RunTo(kDay0 + 11 * kDayMs);
  CHECK(shop.Made().size() == 10);
}

TEST_CASE("schedule: a customer who moves to another zone has an occurrence once") {
  Scheduled shop(R"({"rrule": "FREQ=WEEKLY;BYDAY=SA;BYHOUR=10", "zone": "recipient"})");
  shop.Tell("ann", 1, "Asia/Seoul");
  shop.RunTo(kDay0 + 50 * kHourMs);
  shop.Tell("ann", 1, "Europe/Berlin");
  shop.RunTo(kDay0 + 5 * kDayMs);
  CHECK(shop.Made() == Lines{"ann@49"});
}

TEST_CASE("schedule: a missed occurrence is made up for once, within its latest") {
  struct Case {
    int64_t back_at_h;
    Lines made;
  };
  for (const Case& c : {Case{6, {"ann@6"}}, Case{7, {}}, Case{49, {"ann@49"}}, Case{24 * 20 + 3, {"ann@483"}}}) {
    CAPTURE(c.back_at_h);
    Scheduled shop(kDaily, R"(, "latest": "6h")");  // at 1, 25, 49, … hours
    shop.Tell("ann", 1);
    shop.AdvanceTo(kDay0 + 1);
    shop.AdvanceTo(kDay0 + c.back_at_h * kHourMs);
    shop.RunTo(kDay0 + c.back_at_h * kHourMs + kMinuteMs);
    CHECK(shop.Made() == c.made);
  }
  Scheduled shop(R"({"rrule": "FREQ=DAILY;BYHOUR=10,11,12,13"})", R"(, "latest": "6h")");
  shop.Tell("ann", 1);
  shop.AdvanceTo(kDay0 + 1);
  shop.AdvanceTo(kDay0 + 5 * kHourMs);  // four were missed: the newest is made up for
  shop.RunTo(kDay0 + 6 * kHourMs);
  CHECK(shop.Made() == Lines{"ann@5"});
}

TEST_CASE("schedule: a crash at any batch makes no second copy, and forgets nobody") {
  for (const int crash_after : {0, 1, 2, 3, 5, 8}) {
    CAPTURE(crash_after);
    Scheduled shop(kDaily);
    for (int i = 0; i < 40; ++i) shop.Tell(fmt::format("c{}", i), 1);
    shop.AdvanceTo(kDay0 + 1);
    shop.Crash();  // that the schedule has begun is known
    shop.options().work_max = 7;
    shop.Reopen();
    shop.engine().impl().SetBatchMax(3);
    shop.clock().Set(kDay0 + kHourMs);
    for (int i = 0; i < crash_after; ++i) REQUIRE(shop.engine().Advance().ok());
    shop.Crash();
    shop.RunTo(kDay0 + 2 * kHourMs);
    Lines made = shop.Made();
    std::sort(made.begin(), made.end());
    CHECK(made.size() == 40);
    CHECK(std::adjacent_find(made.begin(), made.end()) == made.end());
  }
}

TEST_CASE("schedule: a device that had the occurrence does not have it again as its owner") {
  for (const bool owner_first : {false, true}) {
    Scheduled shop(kDaily, R"(, "latest": "24h")");
    shop.options().work_max = 1;
    if (owner_first) shop.Tell("ann", 1);
    shop.DeviceEvent("page_viewed", "phone", kDay0);
    if (!owner_first) shop.Tell("ann", 1);
    shop.AdvanceTo(kDay0 + 1);
    shop.Reopen();
    shop.engine().impl().SetBatchMax(1);
    shop.clock().Set(kDay0 + kHourMs);
    while (shop.Query("report").find(R"("entered":1)") == std::string::npos) REQUIRE(shop.engine().Advance().ok());
    shop.Identify("ann", "phone", kDay0 + kHourMs);  // the other one was not asked yet
    shop.options().work_max = 1000;
    shop.Reopen();
    shop.RunTo(kDay0 + 3 * kHourMs);
    CHECK(shop.Made().size() == 1);
  }
}

TEST_CASE("schedule: events that arrive in a long pass are folded between its slices") {
  Scheduled shop(R"({"rrule": "FREQ=DAILY;BYHOUR=10"})", R"(, "segment": "vip")");
  for (int i = 0; i < 20; ++i) shop.Tell(fmt::format("c{}", i), 100);
  shop.AdvanceTo(kDay0 + 1);
  shop.options().work_max = 2;
  shop.Reopen();
  shop.engine().impl().SetBatchMax(2);
  shop.clock().Set(kDay0 + kHourMs);
  REQUIRE(shop.engine().Advance().ok());
  shop.Tell("c19", 0);  // the last in the pass
  shop.RunTo(kDay0 + kHourMs + kMinuteMs);
  const Lines made = shop.Made();
  CHECK(made.size() == 19);
  CHECK(std::find(made.begin(), made.end(), "c19@1") == made.end());
}

TEST_CASE("schedule: a changed schedule begins anew, an unchanged one goes on") {
  Scheduled shop(kDaily);
  shop.Tell("ann", 1);
  shop.AdvanceTo(kDay0 + 1);
  REQUIRE(shop.engine().Load(Book(kDaily, "", 2)).ok());
  shop.AdvanceTo(kDay0 + kHourMs + kMinuteMs);  // the occurrence at 1 h was missed meanwhile
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Made().size() == 1);
  REQUIRE(shop.engine().Load(Book(R"({"rrule": "FREQ=DAILY;BYHOUR=10,12"})", "", 3)).ok());
  shop.AdvanceTo(kDay0 + 3 * kHourMs + 1);  // 12:00 came before the new one was looked at
  shop.RunTo(kDay0 + 4 * kHourMs);
  CHECK(shop.Made().size() == 1);
  shop.RunTo(kDay0 + 28 * kHourMs);
  CHECK(shop.Made().size() == 3);
}

TEST_CASE("schedule: a cap on entries holds, and a customer who became known after the pass began is not asked") {
  Scheduled shop(kDaily, R"(, "max_per_day": 3)");
  for (int i = 0; i < 10; ++i) shop.Tell(fmt::format("c{}", i), 1);
  shop.RunTo(kDay0 + 2 * kHourMs);
  Lines made = shop.Made();
  std::sort(made.begin(), made.end());
  CHECK(made == Lines{"c0@1", "c1@1", "c2@1"});
  shop.Tell("late", 1);
  shop.RunTo(kDay0 + 20 * kHourMs);
  CHECK(shop.Made().size() == 3);
}

TEST_CASE("schedule: next_due says when, and a rule that never occurs is never due") {
  Scheduled shop(R"({"cron": "30 10 * * *"})");
  shop.Tell("ann", 1);
  AdvanceResult result = shop.AdvanceTo(kDay0 + 1);
  CHECK(result.next_due_ms == kDay0 + 90 * kMinuteMs);
  Scheduled never(R"({"rrule": "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30;BYHOUR=10", "from": "2026-02-01"})");
  never.Tell("ann", 1);
  CHECK(never.AdvanceTo(kDay0 + 1).next_due_ms == 0);
}

}  // namespace cartwheel
