// Segments in the engine: exact at every moment, told to journeys, brought back for customers who were there before.
#include <fstream>
#include <sstream>

#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

using Lines = std::vector<std::string>;

// `segments` and `journeys` are JSON objects; two templates there are.
std::string PlaybookWith(int revision, std::string_view segments, std::string_view journeys) {
  return fmt::format(R"json({{"playbook": 1, "revision": {}, "policy": {{"consent": "assumed_by_shop", "rules": []}},
    "shop": {{"name": "온도상점", "timezone": "Asia/Seoul"}}, "segments": {},
    "templates": {{"hello": {{"purpose": "winback", "push": {{"title": "h", "body": "h"}}}}}},
    "journeys": {}}})json",
                     revision, segments, journeys);
}

constexpr std::string_view kOnEntering =
    R"({"hello": {"enter": {"on": "segment_entered", "segment": "s"}, "reenter": "always",
    "exit": [{"on": "segment_left", "segment": "s"}, {"on": "order_completed"}], "steps": [{"wait": "1h"}, {"send": "hello", "via": ["web_push"], "latest": "24h"}]}})";

std::string SegmentOf(Shop& shop, std::string_view segment, std::string_view customer = "") {
  auto answer =
      shop.engine().Query({.query = "segment", .customer = std::string(customer), .segment = std::string(segment)});
  INFO(StatusText(answer.status()));
  REQUIRE(answer.ok());
  return *answer;
}

// "kim,lee", in the order of their rows.
std::string Members(Shop& shop, std::string_view segment) {
  const std::string answer = SegmentOf(shop, segment);
  std::string names;
  for (std::string_view mark : {"\"customer\":\"", "\"anonymous_id\":\""})
    for (size_t at = answer.find(mark); at != answer.npos; at = answer.find(mark, at + 1)) {
      const size_t begin = at + mark.size();
      names += (names.empty() ? "" : ",") + answer.substr(begin, answer.find('"', begin) - begin);
    }
  return names;
}

std::string Count(Shop& shop, std::string_view segment) {
  const std::string answer = shop.Query("segments");
  const size_t at = answer.find(fmt::format("\"segment\":\"{}\"", segment));
  REQUIRE(at != answer.npos);
  const size_t state = answer.find("\"state\":\"", at) + 9, members = answer.find("\"members\":", at) + 10;
  return answer.substr(state, answer.find('"', state) - state) + " " +
         answer.substr(members, answer.find('}', members) - members);
}

constexpr std::string_view kSpent =
    R"json({"s": "events('product_added').within(duration('24h')).sum('value') >= 50000"})json";

}  // namespace

TEST_CASE("segments: entered by an event, left when the event leaves its window, to the second") {
  Shop shop(NewMemoryStore(), PlaybookWith(1, kSpent, kOnEntering));
  shop.Event("product_added", "kim", kDay0, R"({"product_id":"a","price":20000,"quantity":2})");
  shop.Event("product_added", "lee", kDay0, R"({"product_id":"a","price":20000})");
  shop.AdvanceTo(kDay0);
  CHECK(Members(shop, "s").empty());
  shop.clock().Set(kDay0 + kHourMs);
  shop.Event("product_added", "kim", kDay0 + kHourMs, R"({"product_id":"b","price":10000})");
  shop.AdvanceTo(kDay0 + kHourMs);
  CHECK(Members(shop, "s") == "kim");
  CHECK(Count(shop, "s") == "ready 1");
  shop.RunTo(kDay0 + 3 * kHourMs);
  CHECK(shop.Outbox() == Lines{"kim/hello@2:waiting"});
  // The first 40,000 leave after 24 hours.
  AdvanceResult before = shop.AdvanceTo(kDay0 + kDayMs - 1);
  CHECK(Members(shop, "s") == "kim");
  CHECK(before.next_due_ms == kDay0 + kDayMs);
  shop.AdvanceTo(kDay0 + kDayMs);
  CHECK(Members(shop, "s").empty());
  CHECK(Count(shop, "s") == "ready 0");
  CHECK(shop.Outbox() == Lines{"kim/hello@2:revoked"});
}

TEST_CASE("segments: entering by time alone opens a journey at its very moment") {
  Shop shop(NewMemoryStore(),
            PlaybookWith(1, R"json({"s": "age(customer.last_seen) >= duration('720h')"})json", kOnEntering));
  shop.Event("page_viewed", "kim", kDay0);
  shop.RunTo(kDay0 + 31 * kDayMs);
  CHECK(shop.Outbox() == Lines{"kim/hello@721:waiting"});
  // A visit ends it.
  shop.Event("page_viewed", "kim", kDay0 + 31 * kDayMs);
  shop.AdvanceTo(kDay0 + 31 * kDayMs);
  CHECK(shop.Outbox() == Lines{"kim/hello@721:revoked"});
  CHECK(Members(shop, "s").empty());
}

TEST_CASE("segments: a worker that was away tells what happened meanwhile at the moment it happened") {
  Shop shop(NewMemoryStore(),
            PlaybookWith(1, R"json({"s": "age(customer.last_seen) >= duration('720h')"})json", kOnEntering));
  shop.Event("page_viewed", "kim", kDay0);
  shop.AdvanceTo(kDay0);
  shop.AdvanceTo(kDay0 + 32 * kDayMs);
  CHECK(Has(SegmentOf(shop, "s"), R"("since":"2026-01-31T00:00:00Z")"));
  CHECK(shop.Outbox().empty());  // planned at 721 h, and sent by 745 h or never
}

TEST_CASE("segments: new definitions are judged silently, and their past is brought back from the log") {
  Shop shop(NewMemoryStore(), PlaybookWith(1, "{}", "{}"));
  for (int i = 0; i < 50; ++i)
    shop.Event("product_added", fmt::format("c{}", i), kDay0,
               fmt::format(R"({{"product_id":"a","price":{}}})", i * 2000));
  shop.AdvanceTo(kDay0);
  const std::string playbook = PlaybookWith(2, kSpent, kOnEntering);
  REQUIRE(shop.engine().Load(playbook).ok());
  CHECK(Count(shop, "s") == "building 0");
  shop.AdvanceTo(kDay0 + kHourMs);
  CHECK(Count(shop, "s") == "ready 25");  // 25 * 2,000 and more
  shop.RunTo(kDay0 + 10 * kHourMs);
  CHECK(shop.Outbox().empty());  // the customers did not enter it, they were found in it
  shop.RunTo(kDay0 + kDayMs);
  CHECK(Count(shop, "s") == "ready 0");
  // From now on it is told.
  shop.Event("product_added", "c1", kDay0 + kDayMs, R"({"product_id":"z","price":70000})");
  shop.RunTo(kDay0 + kDayMs + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{"c1/hello@25:waiting"});
}

TEST_CASE("segments: a journey that says existing takes those who are there") {
  Shop shop(NewMemoryStore(), PlaybookWith(1, "{}", "{}"));
  for (std::string_view who : {"kim", "lee"}) shop.Event("page_viewed", who, kDay0);
  shop.Event("order_completed", "lee", kDay0, R"({"order_id":"o","total":1000})");
  shop.AdvanceTo(kDay0);
  std::string journeys(kOnEntering);
  journeys.insert(journeys.find("\"reenter\""), "\"existing\": true, ");
  REQUIRE(shop.engine().Load(PlaybookWith(2, R"json({"s": "customer.orders == 0"})json", journeys)).ok());
  shop.RunTo(kDay0 + 5 * kHourMs);
  CHECK(Members(shop, "s") == "kim");
  CHECK(shop.Outbox() == Lines{"kim/hello@1:waiting"});
}

TEST_CASE("segments: the same definitions in a new revision change nothing") {
  Shop shop(NewMemoryStore(), PlaybookWith(1, kSpent, kOnEntering));
  shop.Event("product_added", "kim", kDay0, R"({"product_id":"b","price":60000})");
  shop.AdvanceTo(kDay0);
  REQUIRE(shop.engine().Load(PlaybookWith(2, kSpent, kOnEntering)).ok());
  CHECK(Count(shop, "s") == "ready 1");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{"kim/hello@1:waiting"});
}

TEST_CASE("segments: definitions that come back before others were gone through") {
  Shop shop(NewMemoryStore(), PlaybookWith(1, kSpent, "{}"));
  for (int i = 0; i < 20; ++i)
    shop.Event("product_added", fmt::format("c{}", i), kDay0, R"({"product_id":"a","price":60000})");
  shop.AdvanceTo(kDay0);
  CHECK(Count(shop, "s") == "ready 20");
  REQUIRE(
      shop.engine()
          .Load(PlaybookWith(2, R"json({"s": "events('product_added').distinct('product_id').count() > 5"})json", "{}"))
          .ok());
  shop.options().work_max = 3;
  shop.Reopen();
  shop.clock().Set(kDay0 + kHourMs);
  REQUIRE(shop.engine().Advance(0).ok());  // a little of it
  CHECK(Count(shop, "s") == "building 0");
  REQUIRE(shop.engine().Load(PlaybookWith(3, kSpent, "{}")).ok());
  shop.AdvanceTo(kDay0 + 2 * kDayMs);  // what was due for the first ones does not hold this up
  CHECK(Count(shop, "s") == "ready 0");
  shop.Event("product_added", "c1", kDay0 + 2 * kDayMs, R"({"product_id":"a","price":60000})");
  shop.AdvanceTo(kDay0 + 2 * kDayMs);
  CHECK(Count(shop, "s") == "ready 1");
}

TEST_CASE("segments: a device brings its past along, once") {
  Shop shop(NewMemoryStore(), PlaybookWith(1, kSpent, "{}"));
  shop.DeviceEvent("product_added", "d1", kDay0, R"({"product_id":"a","price":30000})");
  shop.Event("product_added", "kim", kDay0, R"({"product_id":"b","price":25000})");
  shop.AdvanceTo(kDay0);
  CHECK(Members(shop, "s").empty());
  shop.Identify("kim", "d1", kDay0 + 1);
  shop.AdvanceTo(kDay0 + 1);
  CHECK(Members(shop, "s") == "kim");
  CHECK(Count(shop, "s") == "ready 1");
}

TEST_CASE("segments: an erased customer is in none") {
  Shop shop(NewMemoryStore(), PlaybookWith(1, R"json({"s": "customer.orders == 0"})json", "{}"));
  shop.Event("product_added", "kim", kDay0, R"({"product_id":"b","price":60000})");
  shop.AdvanceTo(kDay0);
  CHECK(Count(shop, "s") == "ready 1");
  shop.Event("erase", "kim", kDay0 + 1);
  shop.AdvanceTo(kDay0 + 1);
  CHECK(Count(shop, "s") == "ready 0");
  CHECK(Members(shop, "s").empty());
}

TEST_CASE("segments: one asks for another, and both follow") {
  Shop shop(NewMemoryStore(),
            PlaybookWith(1, R"({"buyer": "customer.orders > 0", "s": "segment('buyer') && customer.revenue >= 1000"})",
                         "{}"));
  shop.Event("order_completed", "kim", kDay0, R"({"order_id":"o1","total":600})");
  shop.AdvanceTo(kDay0);
  CHECK(Members(shop, "buyer") == "kim");
  CHECK(Members(shop, "s").empty());
  shop.Event("order_completed", "kim", kDay0, R"({"order_id":"o2","total":600})");
  shop.AdvanceTo(kDay0);
  CHECK(Members(shop, "s") == "kim");
}

TEST_CASE("segments: why somebody is not in one") {
  Shop shop(NewMemoryStore(), PlaybookWith(1, R"json({"s": "customer.orders > 0 && cart.value > 10"})json", "{}"));
  shop.Event("order_completed", "kim", kDay0, R"({"order_id":"o1","total":600})");
  shop.AdvanceTo(kDay0);
  const std::string answer = SegmentOf(shop, "s", "kim");
  INFO(answer);
  CHECK(Has(answer, R"("member":false)"));
  CHECK(Has(answer, R"({"condition":"customer.orders > 0","holds":true})"));
  CHECK(Has(answer, R"({"condition":"cart.value > 10","holds":false,"because":"no value for the variable: cart"})"));
}

TEST_CASE("segments: a question that nobody wrote into the playbook") {
  Shop shop(NewMemoryStore(), PlaybookWith(1, kSpent, "{}"));
  for (int i = 0; i < 30; ++i)
    shop.Event("order_completed", fmt::format("c{}", i), kDay0, fmt::format(R"({{"total":{}}})", i));
  shop.AdvanceTo(kDay0);
  auto ask = [&](std::string_view expression) {
    auto answer = shop.engine().Query({.query = "evaluate", .limit = 2, .expression = std::string(expression)});
    return answer.ok() ? *answer : StatusText(answer.status());
  };
  CHECK(ask("customer.revenue >= 20") ==
        R"({"members":[{"customer":"c20"},{"customer":"c21"}],"count":10,"customers":30})");
  CHECK(Has(ask("events('product_added').sum('value') == 0"), R"("count":30)"));
  CHECK(ask("events('page_viewed').exists()") ==
        "1:1: of the past no \"page_viewed\" is kept: what a playbook's own conditions ask for is");
  CHECK(ask("customer.revenu >") == "1:18: unexpected end, expected a value");
  auto ended =
      shop.engine().Query({.query = "evaluate", .expression = "true", .progress = [](int64_t) { return false; }});
  CHECK(absl::IsCancelled(ended.status()));
}

// Every segment of the shipped recipe, with a customer inside and a customer outside.
TEST_CASE("segments: the recipe's, each with a customer inside and one outside") {
  std::ifstream file(std::string(CARTWHEEL_SOURCE_DIR) + "/examples/recipes/segments.json");
  std::stringstream text;
  text << file.rdbuf();
  Shop shop(NewMemoryStore(), text.str());
  auto check = [&](std::string_view segment, std::string_view inside, std::string_view outside) {
    const std::string members = "," + Members(shop, segment) + ",";
    INFO(segment << members);
    CHECK(Has(members, fmt::format(",{},", inside)));
    CHECK(!Has(members, fmt::format(",{},", outside)));
  };
  auto add = [&](std::string_view who, int64_t at_ms, std::string_view product, int price, std::string_view more = "") {
    shop.Event("product_added", who, at_ms, fmt::format(R"({{"product_id":"{}","price":{}{}}})", product, price, more));
  };
  auto order = [&](std::string_view who, int64_t at_ms, std::string_view id, int total) {
    shop.Event("order_completed", who, at_ms, fmt::format(R"({{"order_id":"{}","total":{}}})", id, total));
  };
  // Long ago.
  for (int i = 0; i < 3; ++i) order("faded", kDay0, fmt::format("f{}", i), 90'000);
  order("once", kDay0, "once", 10'000);
  shop.AdvanceTo(kDay0);
  const int64_t now = kDay0 + 61 * kDayMs;
  shop.clock().Set(now);
  for (int i = 0; i < 5; ++i) order("fan", now - 10 * kDayMs, fmt::format("n{}", i), 120'000);
  add("big", now, "coat", 60'000);
  add("small", now, "pen", 9'000);
  add("rich", now - 25 * kHourMs, "sofa", 150'000, R"(,"category":"beauty")");
  for (int i = 0; i < 3; ++i) add("tester", now - kDayMs, fmt::format("p{}", i), 5'000);
  for (int i = 0; i < 3; ++i)
    shop.Event("product_removed", "tester", now - kHourMs, fmt::format(R"({{"product_id":"p{}"}})", i));
  for (int i = 0; i < 4; ++i)
    shop.Event("product_viewed", "looker", now, fmt::format(R"({{"product_id":"l{}","category":"lamp"}})", i));
  shop.Event("payment_info_entered", "payer", now - kHourMs);
  shop.Event("payment_info_entered", "paid", now - kHourMs);
  order("paid", now - kMinuteMs, "p1", 5'000);
  for (int i = 0; i < 3; ++i) add("serial", now - i * kDayMs, "x", 1'000, fmt::format(R"(,"cart_id":"cart{}")", i));
  shop.DeviceEvent("page_viewed", "visitor", now);
  shop.AdvanceTo(now);
  check("big_first_cart", "big", "small");
  check("first_buyer", "once", "fan");
  check("returning_buyer", "fan", "once");
  check("high_value_cart", "rich", "big");
  check("low_value_cart", "small", "big");
  check("beauty_in_cart", "rich", "small");
  check("cart_left_for_a_day", "rich", "big");
  check("price_sensitive", "tester", "serial");
  check("price_sensitive", "looker", "big");
  check("dropped_at_payment", "payer", "paid");
  check("guest_on_first_visit", "visitor", "big");
  check("no_visit_for_30_days", "faded", "fan");
  check("abandons_again_and_again", "serial", "big");
  check("champion", "fan", "faded");
  check("at_risk", "faded", "once");
  check("hibernating", "once", "faded");
}

}  // namespace cartwheel
