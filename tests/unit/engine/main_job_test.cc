// The main job: reminders after 24, 48 and 72 hours, stopped by a purchase.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","name":"녹차","price":12900})";
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("main job: three reminders after 24, 48 and 72 hours") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  AdvanceResult first = shop.AdvanceTo(kDay0);
  CHECK(first.enrolments == 1);
  CHECK(first.next_due_ms == kDay0 + 24 * kHourMs);
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:expired", "ann/second@48:expired", "ann/third@72:expired"});
}

TEST_CASE("main job: the reminder carries the rendered text") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 25 * kHourMs);
  auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].payload == R"({"title":"온도상점","body":"녹차 12900"})");
  CHECK(messages[0].address == "ann");
  CHECK(messages[0].message_class == "ad");
  CHECK(messages[0].key.size() == 32);
  CHECK(messages[0].expires_at_ms == kDay0 + 48 * kHourMs);  // latest: the following wait
}

TEST_CASE("main job: a purchase between the first and the second reminder stops the rest") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  shop.Accept(shop.Claim("web_push"));
  shop.clock().Set(kDay0 + 30 * kHourMs);
  shop.Event("order_completed", "ann", kDay0 + 30 * kHourMs, R"({"order_id":"o1","total":12900})");
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:accepted"});
  std::string report = shop.Query("report");
  INFO(report);
  CHECK(report.find(R"("bought_after_message":1,"bought_value":12900)") != std::string::npos);
  CHECK(report.find(R"("exited":{"order_completed":1})") != std::string::npos);
}

TEST_CASE("main job: shopping starts the wait again until the first message") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 10 * kHourMs);
  shop.Event("cart_viewed", "ann", kDay0 + 10 * kHourMs);
  shop.RunTo(kDay0 + 34 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@34:waiting"});
  shop.Event("cart_viewed", "ann", kDay0 + 34 * kHourMs);
  shop.RunTo(kDay0 + 58 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@34:expired", "ann/second@58:waiting"});
}

TEST_CASE("main job: after the end another cart enters again") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 100 * kHourMs);
  shop.Event("product_added", "ann", kDay0 + 100 * kHourMs, kTea);
  shop.RunTo(kDay0 + 124 * kHourMs);
  CHECK(shop.Outbox().size() == 4);
  CHECK(shop.Outbox().back() == "ann/first@124:waiting");
}

}  // namespace cartwheel
