// Law 7: never early; clocks may lie.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("law 7: nothing fires a millisecond early") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0 + 1, kTea);
  shop.AdvanceTo(kDay0 + 1);
  AdvanceResult result = shop.AdvanceTo(kDay0 + 1 + 24 * kHourMs - 1);
  CHECK(result.messages == 0);
  CHECK(result.next_due_ms > kDay0 + 24 * kHourMs);
  CHECK(result.next_due_ms <= kDay0 + 24 * kHourMs + kSecondMs);  // a tick is a second
  shop.AdvanceTo(result.next_due_ms);
  CHECK(shop.Outbox().size() == 1);
}

TEST_CASE("law 7: a clock that goes back and forth by days fires nothing early, unfires nothing, loses nothing") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.AdvanceTo(kDay0 + 10 * kHourMs);
  for (int days : {-5, -1, -30, 0}) {
    shop.AdvanceTo(kDay0 + 10 * kHourMs + days * kDayMs);
    CHECK(shop.Outbox().empty());
  }
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:waiting"});
  for (int days : {-5, -40, -1}) {
    shop.AdvanceTo(kDay0 + 24 * kHourMs + days * kDayMs);
    CHECK(shop.Outbox() == Lines{"ann/first@24:waiting"});
  }
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:expired", "ann/second@48:expired", "ann/third@72:expired"});
}

TEST_CASE("law 7: what comes in while the clock is wrong fires on time when it is right again") {
  Shop shop;
  shop.AdvanceTo(kDay0 + 40 * kDayMs);  // days ahead for a while
  shop.AdvanceTo(kDay0);
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.AdvanceTo(kDay0);
  SECTION("the same worker") {}
  SECTION("another worker") { shop.Crash(); }
  SECTION("days back in between") {
    shop.AdvanceTo(kDay0 - 9 * kDayMs);
    shop.Event("product_added", "bob", kDay0 - 9 * kDayMs, kTea);
    shop.AdvanceTo(kDay0 - 9 * kDayMs);
    shop.AdvanceTo(kDay0 - 9 * kDayMs + 24 * kHourMs);
    REQUIRE(shop.Outbox().size() == 1);
    CHECK(Has(shop.Outbox()[0], "bob/first"));
    shop.RunTo(kDay0);
  }
  size_t before = shop.Outbox().size();
  shop.RunTo(kDay0 + 73 * kHourMs);
  Lines outbox = shop.Outbox();
  outbox.erase(outbox.begin(), outbox.begin() + static_cast<int64_t>(before));
  std::erase_if(outbox, [](const std::string& line) { return line.starts_with("bob"); });
  CHECK(outbox == Lines{"ann/first@24:expired", "ann/second@48:expired", "ann/third@72:waiting"});
}

TEST_CASE(
    "law 7: a failed message is not tried on the next channel before its step is due by the clock as it was set back") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  std::vector<Message> messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kFailedFinal}}}).ok());
  SECTION("set back by a day") {
    shop.AdvanceTo(kDay0);
    CHECK(shop.Outbox() == Lines{"ann/first@24:failed"});
  }
  SECTION("as it is") {
    shop.AdvanceTo(kDay0 + 24 * kHourMs + 1'000);
    CHECK(shop.Outbox().size() == 2);
  }
}

TEST_CASE(
    "law 7: a message that expired while the clock was ahead does not wait again when it is right, deaf to what ends "
    "its purpose") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 72 * kHourMs);
  REQUIRE(shop.Outbox().back() == "ann/third@72:waiting");
  shop.AdvanceTo(kDay0 + 200 * kHourMs);  // ahead
  shop.AdvanceTo(kDay0 + 73 * kHourMs);
  shop.Event("cart_emptied", "ann", kDay0 + 73 * kHourMs, "{}");
  shop.AdvanceTo(kDay0 + 73 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
  CHECK(shop.Outbox().back() == "ann/third@72:expired");
}

TEST_CASE("law 7: the caller's now_ms rules alarms as the clock does") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  REQUIRE(shop.engine().Advance(kDay0 + 24 * kHourMs - 1).ok());
  CHECK(shop.Outbox().empty());
  REQUIRE(shop.engine().Advance(kDay0 + 24 * kHourMs).ok());
  CHECK(shop.Outbox() == Lines{"ann/first@24:waiting"});
}

TEST_CASE("law 7: leases do not look at the wall clock") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  REQUIRE(shop.Claim("web_push", 10, 60'000).size() == 1);
  for (int64_t at_ms : {kDay0 + 30 * kHourMs, kDay0 - 30 * kDayMs, kDay0 + 47 * kHourMs}) {
    auto result = shop.engine().Claim({.channel = "web_push", .now_ms = at_ms});
    REQUIRE(result.ok());
    CHECK(result->messages.empty());
    REQUIRE(shop.engine().Advance(at_ms).ok());
    CHECK(shop.Outbox()[0] == "ann/first@24:claimed");
  }
  shop.clock().PassMonotonic(60'000);
  shop.Claim("web_push");
  CHECK(shop.Outbox()[0] == "ann/first@24:unknown");
}

TEST_CASE("law 7: no event can have happened after it came in") {
  Shop shop;
  auto at = [&](int64_t at_ms) {
    return shop.Raw(fmt::format(R"({{"type":"page_viewed","customer":"ann","at":{}}})", at_ms));
  };
  CHECK(at(kDay0 - 1).accepted == 1);
  CHECK(at(kDay0 + 400 * kDayMs).accepted == 1);
  shop.AdvanceTo(kDay0);
  CHECK(Has(shop.Query("customer", "ann"), R"("last_seen":"2026-01-01T00:00:00Z")"));
}

}  // namespace cartwheel
