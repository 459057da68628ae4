// What is asked of consent: how many may be reached, and whether a page may ask for push permission.
#include <tuple>

#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1,
  "policy": {"rules": ["KR"], "domestic": true, "notices": {"result": {"i_have_checked": "ours"}, "reconfirm": {"i_have_checked": "ours"}}, "opt_out": {"sms": "080-123-4567"}},
  "shop": {"name": "온도상점", "contact": "02-123-4567", "address": "서울시 중구 1", "currency": "KRW", "country": "KR",
    "timezone": "Asia/Seoul"},
  "templates": {"remind": {"purpose": "cart", "sms": "1"}},
  "channels": {"sms": {"certified": true}},
  "journeys": {"cart": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}],
    "steps": [{"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "2h"}]}}
})json";

// The piece of a JSON answer that begins with `from`, up to the first `to`.
std::string Piece(const std::string& text, std::string_view from, std::string_view to) {
  const size_t begin = text.find(from);
  INFO(text);
  REQUIRE(begin != std::string::npos);
  return text.substr(begin, text.find(to, begin) - begin);
}

std::string Prompt(Shop& shop, std::string_view device, int64_t now_ms, std::string_view moment = "") {
  shop.clock().Set(now_ms);
  auto answer = shop.engine().Query(
      {.query = "prompt", .anonymous_id = std::string(device), .value_moment = std::string(moment)});
  REQUIRE(answer.ok());
  return *answer;
}

}  // namespace

TEST_CASE("consent: who may be reached is counted by medium and scope, and the others by reason and rule") {
  Shop shop(NewMemoryStore(), kBook);
  shop.NeedAddresses();
  int number = 0;
  for (std::string_view customer : {"ann", "bob", "cat", "dan", "eve"})
    shop.Event("endpoint_added", customer, kDay0,
               fmt::format(R"({{"channel":"sms","address":"010-0000-000{}"}})", ++number));
  for (std::string_view customer : {"ann", "bob", "dan", "eve", "far"})
    shop.Event("consent_granted", customer, kDay0, R"({"medium":"sms"})");
  shop.Event("consent_granted", "ann", kDay0, R"({"medium":"sms","scope":"ad_night"})");
  shop.Event("consent_withdrawn", "bob", kDay0 + 1, R"({"medium":"sms"})");
  shop.Event("identify", "dan", kDay0, R"({"age":12})");
  shop.Event("product_added", "gus", kDay0, R"({"product_id":"p"})");
  shop.Event("consent_granted", "ida", kDay0, R"({"medium":"sms"})");
  shop.Event("erase", "ida", kDay0 + 1);
  shop.AdvanceTo(kDay0 + 2);
  const std::string sms = Piece(shop.Query("consent"), R"("sms":)", R"(,"audience_share")");
  CHECK(
      sms ==
      R"("sms":{"ad":{"reached":2,"not_reached":{"no_consent: KR-01":1,"refused":1,"too_young: KR-15":1,"unreachable":2}},)"
      R"("ad_night":{"reached":1,"not_reached":{"no_consent":3,"refused":1,"unreachable":2}})");
  CHECK(Has(shop.Query("consent"), R"({"customers":7,)"));
  // Two years of the calendar after the grant.
  shop.clock().Set(1'830'297'600'000);  // 2028-01-01T00:00:00Z
  CHECK(Has(Piece(shop.Query("consent"), R"("sms":)", R"(,"ad_night")"), R"("reconfirm_due: KR-09":3)"));
  CHECK(Has(shop.Query("consent", "ann"), R"("reconfirm_due":"2028-01-01T00:00:00Z","reached":false)"));
}

TEST_CASE("consent: of one customer the state in force and the ledger are told, by pages") {
  Shop shop(NewMemoryStore(), kBook);
  shop.NeedAddresses();
  shop.Event("endpoint_added", "ann", kDay0, R"({"channel":"sms","address":"010-0000-0001"})");
  shop.Event("consent_granted", "ann", kDay0, R"({"medium":"sms"})");
  shop.Event("consent_refused", "ann", kDay0 + 1000, R"({"medium":"email"})");
  shop.DeviceEvent("consent_granted", "phone", kDay0, R"({"medium":"web_push"})");
  shop.Identify("ann", "phone", kDay0 + 1);
  shop.AdvanceTo(kDay0 + 2000);
  const std::string ann = shop.Query("consent", "ann");
  INFO(ann);
  CHECK(Has(ann, R"({"medium":"sms","scope":"ad","state":"granted","since":"2026-01-01T00:00:00Z",)"));
  CHECK(Has(ann, R"("medium":"email","scope":"ad","state":"refused","since":"2026-01-01T00:00:01Z")"));
  CHECK(Has(ann, R"("devices":[{"anonymous_id":"phone","medium":"web_push","scope":"ad","state":"granted")"));
  const auto page = [&](int64_t after) {
    return *shop.engine().Query({.query = "consent", .customer = "ann", .after = after, .limit = 2});
  };
  CHECK(Has(page(0), R"("next_after":2)"));
  CHECK(Has(page(2), R"("ledger":[{"id":3,)"));
  CHECK_FALSE(Has(page(2), "next_after"));
  CHECK(absl::IsNotFound(shop.engine().Query({.query = "consent", .customer = "bob"}).status()));
}

TEST_CASE("consent: who was erased has a ledger and no state") {
  Shop shop(NewMemoryStore(), kBook);
  shop.Event("consent_granted", "ann", kDay0, R"({"medium":"sms","address":"010-1"})");
  shop.Event("product_added", "bob", kDay0, R"({"product_id":"p"})");
  for (std::string_view customer : {"ann", "bob"}) shop.Event("erase", customer, kDay0 + 1);
  shop.AdvanceTo(kDay0 + 2);
  const std::string ann = shop.Query("consent", "ann");
  CHECK(Has(ann, R"("erased":true)"));
  CHECK(Has(ann, R"("proof":")"));
  CHECK_FALSE(Has(ann, "010-1"));
  CHECK_FALSE(Has(ann, R"("state":"granted")"));
  CHECK(absl::IsNotFound(shop.engine().Query({.query = "consent", .customer = "bob"}).status()));
}

TEST_CASE("KR-13: a page asks once, at a moment of value, and again after seven days") {
  Shop shop(NewMemoryStore(), kBook);
  CHECK(Prompt(shop, "new", kDay0) == R"({"ask":false,"reason":"no_value_moment"})");
  CHECK(Prompt(shop, "new", kDay0, "page_read_30s") == R"({"ask":true,"reason":"may_ask"})");
  CHECK(absl::IsInvalidArgument(
      shop.engine().Query({.query = "prompt", .anonymous_id = "new", .value_moment = "idle"}).status()));
  shop.DeviceEvent("product_added", "phone", kDay0, R"({"product_id":"p"})");
  shop.AdvanceTo(kDay0 + 1);
  CHECK(Has(Prompt(shop, "phone", kDay0 + 1), R"("ask":true)"));
  shop.DeviceEvent("permission_asked", "phone", kDay0 + 2, R"({"permission":"dismissed"})");
  shop.AdvanceTo(kDay0 + 2);
  CHECK(
      Prompt(shop, "phone", kDay0 + 2 + 7 * kDayMs - 1) ==
      R"({"ask":false,"reason":"asked_lately","asked_at":"2026-01-01T00:00:00.002Z","answer":"dismissed","again_at":"2026-01-08T00:00:00.002Z"})");
  CHECK(Has(Prompt(shop, "phone", kDay0 + 2 + 7 * kDayMs), R"("ask":true,"reason":"may_ask")"));
}

TEST_CASE("KR-13: who granted, denied or refused is not asked, and what a device answered holds for its customer") {
  using Said = std::tuple<std::string_view, std::string_view, std::string_view>;
  for (const auto& [type, properties, reason] :
       {Said{"permission_asked", R"({"permission":"granted"})", "granted"},
        Said{"permission_asked", R"({"permission":"denied"})", "denied"},
        Said{"permission_asked", "{}", "asked_lately"},
        Said{"consent_refused", R"({"medium":"web_push","scope":"ad"})", "refused"},
        Said{"consent_withdrawn", "{}", "refused"}}) {
    CAPTURE(type, properties);
    Shop shop(NewMemoryStore(), kBook);
    shop.DeviceEvent(type, "phone", kDay0, properties);
    shop.AdvanceTo(kDay0 + 1);
    CHECK(Has(Prompt(shop, "phone", kDay0 + 1, "product_added"), fmt::format(R"("reason":"{}")", reason)));
    shop.Identify("ann", "phone", kDay0 + 2);
    shop.DeviceEvent("page_viewed", "desk", kDay0 + 3);
    shop.Identify("ann", "desk", kDay0 + 4);
    shop.AdvanceTo(kDay0 + 5);
    CHECK(Has(Prompt(shop, "desk", kDay0 + 5, "product_added"), fmt::format(R"("reason":"{}")", reason)));
  }
}

TEST_CASE("KR-13: of several answers the latest counts, in whatever order they are heard; an erasure forgets them") {
  Shop shop(NewMemoryStore(), kBook);
  shop.DeviceEvent("permission_asked", "phone", kDay0 + 20, R"({"permission":"granted"})");
  shop.DeviceEvent("permission_asked", "phone", kDay0 + 10, R"({"permission":"denied"})");
  shop.AdvanceTo(kDay0 + 21);
  CHECK(Has(Prompt(shop, "phone", kDay0 + 21, "product_added"), R"("reason":"granted")"));
  shop.DeviceEvent("permission_asked", "phone", kDay0 + 20, R"({"permission":"denied"})");  // the same instant
  shop.AdvanceTo(kDay0 + 22);
  CHECK(Has(Prompt(shop, "phone", kDay0 + 22, "product_added"), R"("reason":"denied")"));
  shop.DeviceEvent("erase", "phone", kDay0 + 30);
  shop.AdvanceTo(kDay0 + 31);
  CHECK(Has(Prompt(shop, "phone", kDay0 + 31, "product_added"), R"("reason":"may_ask")"));
}

TEST_CASE("report: consents are counted by event, what the law held back by rule and reason, and deferrals by step") {
  Shop shop(NewMemoryStore(), kBook);
  shop.Event("consent_granted", "ann", kDay0, R"({"medium":"sms"})");
  shop.Event("consent_refused", "bob", kDay0, R"({"medium":"sms"})");
  shop.AdvanceTo(kDay0 + 12 * kHourMs);
  for (std::string_view customer : {"ann", "cat"})  // 21:00 in Korea: the step is due at 22:00
    shop.Event("product_added", customer, kDay0 + 12 * kHourMs, R"({"product_id":"p"})");
  shop.RunTo(kDay0 + 13 * kHourMs);
  const std::string report = shop.Query("report");
  INFO(report);
  CHECK(Has(report, R"("consent":"events")"));
  CHECK(Has(report, R"("consents":{"consent_granted":1,"consent_refused":1})"));
  CHECK(Has(report, R"("by_rule":{"KR-01":{"no_consent":1},"KR-04":{"closed":1}})"));
  CHECK(Has(report, R"("deferred":{"remind":{"closed":1}})"));
}

}  // namespace cartwheel
