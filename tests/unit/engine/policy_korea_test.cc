// Other rules of Korea through the engine: orders that stand for consent, labels, confirmation, certificates, ages.
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {

TEST_CASE("transactional messages need no consent and leave by night") {
  Ann shop(Said{
      .more =
          R"(, "note": {"enter": {"on": "order_completed"}, "steps": [{"send": "order", "via": ["sms"], "latest": "2h"}]})"});
  shop.clock().Set(kCutOff + kHourMs);
  shop.Event("order_completed", "ann", kCutOff + kHourMs, R"({"order_id":"o"})");
  shop.RunTo(kCutOff + kHourMs);
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("KR-10: since its day, bulk text messages need a channel whose provider is certified") {
  constexpr int64_t kFrom = 1'790'780'400'000;  // 2026-10-01T00:00:00+09:00
  for (const bool certified : {true, false}) {
    std::string book = Book(Said{});
    if (!certified) book.replace(book.find("\"certified\": true"), 17, "\"certified\": false");
    for (const int64_t at_ms : {kFrom - 15 * kHourMs, kFrom + 9 * kHourMs}) {
      Shop shop(NewMemoryStore(), book);
      shop.Event("consent_granted", "ann", kDay0, R"({"medium":"sms"})");
      shop.clock().Set(at_ms);
      shop.Event("product_added", "ann", at_ms, R"({"cart_id":"c","product_id":"p","price":1000})");
      shop.RunTo(at_ms + 2 * kHourMs);
      CHECK(shop.Outbox().size() == (certified || at_ms < kFrom ? 1 : 0));
    }
  }
}

TEST_CASE("KR-15: no advertisement to a person who is known to be under 14") {
  for (const auto& [attributes, made] : {std::pair{R"({"age":13})", 0},
                                         {R"({"age":14})", 1},
                                         {R"({"birth_date":"2012-01-03"})", 0},
                                         {R"({"birth_date":"2011-12-31"})", 1},
                                         {R"({})", 1}}) {
    INFO(attributes);
    Ann shop;
    shop.Grant();
    shop.Event("identify", "ann", kDay0, attributes);
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + 2 * kHourMs);
    CHECK(shop.Outbox().size() == static_cast<size_t>(made));
  }
}

TEST_CASE(
    "KR-02: an order of the last six months stands for consent, where the shop says that its conditions are met") {
  const int64_t half_a_year = 181 * kDayMs;  // 2026-01-01 to 2026-07-01
  for (const auto& [existing, after_ms, made] : {std::tuple{true, half_a_year - kHourMs - kMinuteMs, 1},
                                                 {true, half_a_year - kHourMs + kMinuteMs, 0},
                                                 {false, kDayMs, 0}}) {
    Ann shop(Said{.policy = fmt::format(R"("rules": ["KR"], "domestic": true, "existing_customers": {})", existing)});
    shop.Event("order_completed", "ann", kDay0, R"({"order_id":"o"})");
    shop.Fill(kDay0 + after_ms);
    shop.RunTo(kDay0 + after_ms + 2 * kHourMs);
    CHECK(shop.Outbox().size() == static_cast<size_t>(made));
  }
}

TEST_CASE("KR-05: an advertisement gets its label, its sender and its free number, and is sent as what it then takes") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  const auto messages = shop.Claim("sms");
  REQUIRE(messages.size() == 1);
  CHECK(Has(messages[0].payload, "(광고)온도상점"));
  CHECK(Has(messages[0].payload, "080-123-4567\""));
}

TEST_CASE("KR-05: a shop's own channel that has no place for the label carries no advertisement") {
  std::string book =
      Book(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["toast", "sms"], "latest": "2h"})"});
  book.replace(book.find(R"("sms": {"certified": true})"), 0,
               R"("toast": {"medium": "sms", "address_by_id": true, "certified": true}, )");
  const std::string_view section = R"("remind": {"purpose": "cart",)";
  book.insert(book.find(section) + section.size(), R"( "toast": {"words": "1"},)");
  Shop shop(NewMemoryStore(), book);
  shop.Event("consent_granted", "ann", kDay0, R"({"medium":"sms"})");
  shop.Event("product_added", "ann", kDay0, R"({"cart_id":"c","product_id":"p","price":1000})");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("toast").empty());
  CHECK(Has(shop.Query("why", "ann"), "no_label"));
}

TEST_CASE("KR-09: an advertisement is held two years after the consent until it is confirmed") {
  constexpr int64_t kTwoYears = int64_t{731} * kDayMs;
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0 + kTwoYears, "a");
  shop.RunTo(kDay0 + kTwoYears + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
  INFO(shop.Why());
  CHECK(Has(shop.Why(), "reconfirm_due: KR-09"));
  shop.Consent("consent_reconfirmed", R"({"medium":"sms"})", kDay0 + kTwoYears + 3 * kHourMs);
  shop.Fill(kDay0 + kTwoYears + 3 * kHourMs, "b");
  shop.RunTo(kDay0 + kTwoYears + 5 * kHourMs);
  CHECK(shop.Outbox().size() == 1);
}

}  // namespace cartwheel
