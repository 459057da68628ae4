// What an odd field of an event does to the engine: nothing but a warning. A purchase stops the walk whatever is wrong
// with it; warnings are returned, listed, counted, in health, and forgotten with their customer.
#include "cartwheel/limits.h"
#include "tests/unit/engine/shop.h"

using namespace cartwheel;

namespace {

constexpr std::string_view kWrong[] = {"null",        "true",
                                       "-1",          "0.5",
                                       "1e400",       "NaN",
                                       "012",         R"("")",
                                       R"("two")",    R"("12,900")",
                                       R"("\ud83d")", R"("\q")",
                                       "\"\xff\"",    "[]",
                                       "{}",          "[1]",
                                       R"({"a":1})",  R"("[{\"sku\":\"a\"}]")",
                                       "[null]",      R"("yesterday")"};
constexpr std::string_view kProperties[] = {"order_id", "total",   "value",  "revenue", "currency",
                                            "products", "cart_id", "coupon", "note"};
constexpr std::string_view kMembers[] = {"id", "at", "sent_at", "properties", "no_such_member"};

constexpr int64_t kAddedMs = kDay0, kBoughtMs = kDay0 + kHourMs;

// A shop with a cart that is a reminder away from its purchase.
void Fill(Shop& shop) {
  shop.clock().Set(kAddedMs);
  shop.Event("endpoint_added", "ann", kAddedMs, R"({"channel":"web_push","address":"tok"})");
  shop.Event("product_added", "ann", kAddedMs, R"({"product_id":"P","name":"Coat","price":30000})");
  shop.AdvanceTo(kAddedMs);
}

// Whether a reminder is made although this purchase was heard.
bool Reminds(std::string_view purchase) {
  Shop shop(NewMemoryStore(), RemindersOnly());
  Fill(shop);
  shop.clock().Set(kBoughtMs);
  CHECK(shop.Raw(purchase).accepted == 1);
  shop.RunTo(kDay0 + 2 * kDayMs);
  return !shop.Outbox().empty();
}

std::string Purchase(std::string_view members, std::string_view properties) {
  return fmt::format(R"({{"type":"order_completed","customer":"ann"{},"properties":{{{}}}}})", members, properties);
}

int64_t WarningsIn(const std::string& json) {
  int64_t count = 0;
  for (size_t at = json.find("\"code\""); at != json.npos; at = json.find("\"code\"", at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a purchase stops the walk whatever is wrong with it") {
  const std::string at = fmt::format(R"(,"at":{})", kBoughtMs);
  CHECK(Reminds(R"({"type":"page_viewed","customer":"ann"})"));  // the walk goes on by itself
  for (std::string_view wrong : kWrong) {
    for (std::string_view property : kProperties) {
      CAPTURE(wrong, property);
      CHECK_FALSE(Reminds(Purchase(at, fmt::format(R"("{}":{})", property, wrong))));
    }
    for (std::string_view member : kMembers) {
      CAPTURE(wrong, member);
      const std::string when = member == "at" ? std::string() : at;
      CHECK_FALSE(
          Reminds(fmt::format(R"({{"type":"order_completed","customer":"ann"{},"{}":{}}})", when, member, wrong)));
    }
  }
}

TEST_CASE("warnings are returned and listed, newest first, and counted") {
  Shop shop;
  shop.clock().Set(kDay0);
  IngestResult result = shop.Raw(R"([{"id":"e1","type":"product_added","customer":"ann","properties":{"price":"free"}},
                                     {"id":"e2","type":"order_complete","customer":"bea"}])");
  CHECK(result.accepted == 2);
  REQUIRE(result.warnings.size() == 2);
  CHECK(result.warnings[0].field == "properties.price");
  CHECK(result.warnings[1].record == 1);
  shop.AdvanceTo(kDay0);
  const std::string listed = shop.Query("warnings");
  CHECK(WarningsIn(listed) == 2);
  CHECK(Has(listed, R"("type":"product_added","code":"bad_price","field":"properties.price","value":"\"free\"")"));
  CHECK(listed.find("near_type") < listed.find("bad_price"));
  CHECK(Has(shop.Query("metrics"), "warnings/product_added/bad_price\"} 1"));
  // An erased customer's values are gone, and its erasure leaves none.
  shop.Raw(R"({"type":"erase","customer":"ann","ann_phone":"010-1234"})");
  shop.AdvanceTo(kDay0 + 1);
  const std::string erased = shop.Query("warnings");
  CHECK(WarningsIn(erased) == 3);
  CHECK_FALSE(Has(erased, "free"));
  CHECK_FALSE(Has(erased, "\"ann\""));
  CHECK_FALSE(Has(erased, "010-1234"));
  CHECK(Has(erased, "\"bea\""));
}

TEST_CASE("health names a type of which over one event in a hundred has a warning") {
  for (int64_t bad : {10, 11}) {
    Shop shop;
    shop.clock().Set(kDay0);
    std::string events = "[";
    for (int64_t i = 0; i < kWarnedEventsMax; ++i)
      events += fmt::format(R"({}{{"type":"product_viewed","customer":"c{}","properties":{{"price":{}}}}})",
                            i == 0 ? "" : ",", i % 7, i < bad ? "\"free\"" : "5");
    shop.Raw(events + "]");
    shop.AdvanceTo(kDay0);
    const std::string health = shop.Query("health");
    CAPTURE(health);
    CHECK(
        Has(health,
            R"(1 % of the last 1,000 \"product_viewed\" events had an unreadable \"properties.price\": e.g. \"free\")") ==
        (bad == 11));
    // The share is of the newest ones.
    std::string good = "[";
    for (int64_t i = 0; i < kWarnedEventsMax; ++i)
      good += fmt::format(R"({}{{"type":"product_viewed","customer":"c{}"}})", i == 0 ? "" : ",", i % 7);
    shop.Raw(good + "]");
    CHECK_FALSE(Has(shop.Query("health"), "unreadable"));
  }
}

TEST_CASE("health names a type that has ten times as many warnings as in the week before") {
  Shop shop;
  auto view = [&](int64_t at_ms, int64_t bad, int64_t good) {
    std::string events = "[";
    for (int64_t i = 0; i < bad + good; ++i)
      events += fmt::format(R"({}{{"type":"product_viewed","customer":"c","at":{},"properties":{{"price":{}}}}})",
                            i == 0 ? "" : ",", at_ms, i < bad ? "\"free\"" : "5");
    shop.clock().Set(at_ms);
    shop.Raw(events + "]");
    shop.AdvanceTo(at_ms);
  };
  view(kDay0, 7, 1000);  // one a day of the week before
  view(kDay0 + 5 * kDayMs, 10, 2000);
  CHECK_FALSE(Has(shop.Query("health"), "ten times"));
  view(kDay0 + 5 * kDayMs + kHourMs, 1, 2000);
  CHECK(Has(shop.Query("health"), "11 warnings in the last day, over ten times"));
}

TEST_CASE("times and amounts are the shop's, and another playbook's at once") {
  Shop shop(NewMemoryStore(),
            R"json({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
    "shop": {"name": "s", "currency": "KRW", "locale": "ko-KR", "timezone": "Asia/Seoul"}, "templates": {}, "journeys": {}})json");
  shop.clock().Set(kDay0 + kDayMs);
  IngestResult result = shop.Raw(
      R"({"type":"product_added","customer":"ann","at":"2026-01-01 12:00:00","properties":{"product_id":"p","price":"12,900"}})");
  CHECK(result.warnings.empty());
  shop.AdvanceTo(kDay0 + kDayMs);
  const std::string ann = shop.Query("customer", "ann");
  CAPTURE(ann);
  CHECK(Has(ann, "12900"));
  CHECK(Has(ann, "2026-01-01T03:00:00Z"));
  REQUIRE(shop.engine()
              .Load(R"json({"playbook": 1, "revision": 2, "policy": {"consent": "assumed_by_shop", "rules": []},
    "shop": {"name": "s", "timezone": "Europe/Berlin"}, "templates": {}, "journeys": {}})json")
              .ok());
  shop.Raw(R"({"type":"page_viewed","customer":"bea","at":"2026-01-01 12:00:00"})");
  shop.AdvanceTo(kDay0 + kDayMs);
  CHECK(Has(shop.Query("customer", "bea"), "2026-01-01T11:00:00Z"));
}

TEST_CASE("an endpoint without an address and an alias without an id do nothing") {
  Shop shop;
  shop.clock().Set(kDay0);
  shop.Raw(
      R"([{"type":"endpoint_added","customer":"ann","properties":{"channel":"sms"}},{"type":"endpoint_added","customer":"bea","properties":{"channel":"sms","address":" "}},
               {"type":"endpoint_removed","customer":"ann","properties":{"channel":"sms"}},{"type":"alias","customer":"ann"},{"type":"alias","customer":"bea"}])");
  CHECK(shop.AdvanceTo(kDay0).events == 5);
  CHECK(Has(shop.Query("customer", "ann"), R"("endpoints":[])"));
  CHECK(Has(shop.Query("customer", "bea"), R"("endpoints":[])"));
}

TEST_CASE("a strict engine rejects, an event zone counts before the playbook's, and must be one") {
  Shop shop;
  shop.options().strict = true;
  shop.options().event_zone = "Asia/Seoul";
  shop.Reopen();
  shop.clock().Set(kDay0);
  IngestResult result = shop.Raw(
      R"([{"type":"page_viewed","customer":"ann","at":"2025-12-31 09:00"},{"type":"page_viewed","customer":"ann","at":"soon"}])");
  CHECK(result.accepted == 1);
  REQUIRE(result.rejected.size() == 1);
  CHECK(result.rejected[0].code == "bad_at");
  Options options;
  options.event_zone = "Asia/Soul";
  CHECK(absl::IsInvalidArgument(Engine::Open(":memory:", options).status()));
}
