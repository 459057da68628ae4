#include <map>
#include <set>

#include "tests/catch.h"
#include "tests/unit/formats/read.h"
#include "tests/unit/formats/real_data.h"

using namespace cartwheel;

TEST_CASE("an OTTO session becomes events, and what was ordered together one order") {
  TestResult result = ReadText(Format::kOtto, R"({"session":0,"events":[
      {"aid":11,"ts":1659304800025,"type":"clicks"},{"aid":12,"ts":1659304800030,"type":"carts"},
      {"aid":12,"ts":1659304800040,"type":"orders"},{"aid":13,"ts":1659304800040,"type":"orders"},
      {"aid":14,"ts":1659304800041,"type":"orders"}]})");
  REQUIRE(result.rejected.empty());
  REQUIRE(result.events.size() == 4);
  const auto& e = result.events;
  for (const TestEvent& event : e) CHECK(event.customer == "otto-0");
  CHECK(e[0].type == EventType::kProductViewed);
  CHECK(e[0].id == "0:1659304800025:clicks:11");
  CHECK(e[0].at_ms == 1659304800025);
  CHECK(e[0].json == R"({"product_id":"11"})");
  CHECK(e[1].type == EventType::kProductAdded);
  CHECK(e[2].type == EventType::kOrderCompleted);
  CHECK(e[2].id == "0:1659304800040:orders:12");
  CHECK(e[2].json == R"({"order_id":"0:1659304800040","products":[{"product_id":"12","quantity":1},)"
                     R"({"product_id":"13","quantity":1}]})");
  CHECK(e[3].json == R"({"order_id":"0:1659304800041","products":[{"product_id":"14","quantity":1}]})");
}

TEST_CASE("what is wrong in an OTTO session") {
  struct Case {
    std::string_view text, code, message;
    size_t events;
  };
  for (
      const Case& bad : {
          Case{
              R"({"session":1,"events":[{"aid":1,"ts":1659304800,"type":"clicks"},{"aid":1,"ts":1659304800025,"type":"clicks"}]})",
              "bad_at",
              "events[0].ts 1659304800 looks like seconds: expected epoch milliseconds such as 1659346200000, or ISO "
              "8601 text",
              1},
          Case{R"({"session":1,"events":[{"aid":1,"ts":1659304800025,"type":"likes"}]})", "unknown_type",
               R"(events[0].type is "likes": expected clicks, carts or orders)", 0},
          Case{R"({"session":1,"events":[{"ts":1659304800025,"type":"clicks"}]})", "missing_product",
               "events[0].aid is missing: expected an article's number", 0},
          Case{R"({"session":1,"events":[{"aid":1,"type":"clicks"}]})", "bad_at",
               "events[0].ts is missing: expected epoch milliseconds", 0},
          Case{R"({"session":1,"events":[{"aid":"x","ts":1659304800025,"type":"clicks"}]})", "bad_id",
               R"(events[0].aid is "x": expected an integer)", 0},
          Case{R"({"session":1,"events":[7]})", "bad_json", "events[0] is 7: expected an object", 0},
          Case{R"({"session":1,"events":[{"aid":1,"ts":1659304800025,"type":7}]})", "bad_type",
               "events[0].type is not text", 0},
          Case{R"({"events":[{"aid":1,"ts":1659304800025,"type":"clicks"}]})", "missing_customer",
               "session is missing: expected its number", 0},
          Case{R"({"session":1})", "missing_type", "events is missing: expected a list of actions", 0},
          Case{R"({"session":1,"events":7})", "bad_json", "events is 7: expected a list", 0},
          // A session that is not whole gives nothing.
          Case{R"({"session":1,"events":[{"aid":1,"ts":1659304800025,"type":"clicks"},{"aid":1 "ts":2}]})", "bad_json",
               "not JSON near byte 77: a comma, colon, bracket or value is missing or misplaced; expected one whole "
               "object",
               0},
      }) {
    CAPTURE(bad.text);
    TestResult result = ReadText(Format::kOtto, bad.text);
    CHECK(result.events.size() == bad.events);
    REQUIRE(result.rejected.size() == 1);
    CHECK(result.rejected[0].code == bad.code);
    CHECK(result.rejected[0].message == bad.message);
  }
}

TEST_CASE("the real OTTO sessions") {
  std::string path = RealDataPath("otto-sessions/sessions.jsonl");
  if (path.empty()) return;
  std::string text = OutputOf("cat " + path);
  TestResult result = ReadText(Format::kOtto, text);
  CHECK(result.rejected.empty());
  std::map<EventType, size_t> counts;
  std::set<std::string> ids, customers;
  size_t ordered = 0;
  for (const TestEvent& event : result.events) {
    ++counts[event.type];
    ids.insert(event.id);
    customers.insert(event.customer);
    if (event.type == EventType::kOrderCompleted) ordered += event.Get("products").size();
  }
  // The numbers of the data set's README.
  CHECK(counts[EventType::kProductViewed] == 800);
  CHECK(counts[EventType::kProductAdded] == 52);
  CHECK(ordered == 10);
  CHECK(customers.size() == 20);
  // Orders, from the text alone: an action {"aid":…,"ts":…,"type":"orders"} whose ts another one shared just before it.
  size_t orders = 0;
  std::string last_ts;
  for (size_t at = 0; (at = text.find("\"type\":\"", at)) != std::string::npos; ++at) {
    bool is_order = text.compare(at, 15, "\"type\":\"orders\"") == 0;
    size_t ts = text.rfind("\"ts\":", at) + 5;
    std::string instant = is_order ? text.substr(ts, at - ts) : std::string();
    if (is_order && instant != last_ts) ++orders;
    last_ts = instant;
  }
  CHECK(counts[EventType::kOrderCompleted] == orders);
  CHECK(ids.size() == result.events.size());
}

TEST_CASE("formats have names") {
  CHECK(*FindFormat("native") == Format::kNative);
  CHECK(*FindFormat("segment") == Format::kSegment);
  CHECK(*FindFormat("rees46") == Format::kRees46);
  CHECK(*FindFormat("otto") == Format::kOtto);
  CHECK(*FindFormat("shopify") == Format::kShopify);
  for (const char* name : {"Native", "", "shop", "native "}) CHECK(absl::IsInvalidArgument(FindFormat(name).status()));
  CHECK(FindFormat("shopfy").status().message() ==
        "\"shopfy\" is no format: did you mean shopify? expected native, segment, rees46, otto, ga4, mixpanel, "
        "amplitude, braze, shopify, "
        "woocommerce, cafe24 or meta");
  CHECK(InOrderOfArrival(Format::kRees46));
  CHECK_FALSE(InOrderOfArrival(Format::kOtto));
}
