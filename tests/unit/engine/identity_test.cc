// Identity: who is who, and what a merge keeps.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
constexpr std::string_view kMilk = R"({"product_id":"milk","price":1})";
using Lines = std::vector<std::string>;

std::string Device(Shop& shop, std::string_view device) {
  auto answer = shop.engine().Query({.query = "customer", .anonymous_id = std::string(device)});
  return answer.ok() ? *answer : StatusText(answer.status());
}

}  // namespace

TEST_CASE("identity: a device becomes a customer with its cart, and one walk goes on") {
  Shop shop;
  shop.clock().Set(kDay0 + 3 * kHourMs);
  std::string_view survivor;
  SECTION("the device's walk is the later one") {
    shop.Event("product_added", "ann", kDay0, kTea);
    shop.DeviceEvent("product_added", "dev", kDay0 + 2 * kHourMs, kMilk);
    survivor = "@26:";
  }
  SECTION("the customer's walk is the later one") {
    shop.DeviceEvent("product_added", "dev", kDay0, kTea);
    shop.Event("product_added", "ann", kDay0 + kHourMs, kMilk);
    survivor = "@25:";
  }
  shop.Identify("ann", "dev", kDay0 + 3 * kHourMs);
  shop.RunTo(kDay0 + 30 * kHourMs);
  REQUIRE(shop.Outbox().size() == 1);
  CHECK(Has(shop.Outbox()[0], survivor));
  std::string ann = shop.Query("customer", "ann");
  CHECK(Has(ann, "tea"));
  CHECK(Has(ann, "milk"));
  CHECK(Has(Device(shop, "dev"), R"("id":"ann")"));
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"merged")"));
  CHECK(Has(shop.Query("report"), R"("customers":1)"));
}

TEST_CASE("identity: a message that waits goes with its device, and is stopped by the customer's order") {
  Shop shop;
  shop.DeviceEvent("product_added", "dev", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  shop.Identify("ann", "dev", kDay0 + 24 * kHourMs);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Outbox() == Lines{"dev/first@24:waiting"});
  shop.Event("page_viewed", "ann", kDay0);
  CHECK(shop.Claim("web_push").empty());  // held back: it is ann's now
  shop.Event("order_completed", "ann", kDay0 + 25 * kHourMs - 1);
  shop.AdvanceTo(kDay0 + 25 * kHourMs);
  CHECK(shop.Outbox() == Lines{"dev/first@24:revoked"});
}

TEST_CASE("identity: what either had left does not walk on") {
  Shop shop;
  shop.clock().Set(kDay0 + 3 * kHourMs);
  SECTION("the customer had bought") {
    shop.DeviceEvent("product_added", "dev", kDay0, kTea);
    shop.Event("order_completed", "ann", kDay0 + kHourMs);
  }
  SECTION("the device had bought") {
    shop.Event("product_added", "ann", kDay0, kTea);
    shop.DeviceEvent("order_completed", "dev", kDay0 + kHourMs);
  }
  shop.Identify("ann", "dev", kDay0 + 2 * kHourMs);
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox().empty());
}

// The device "dev" gets its first reminder a day after kDay0, and its web_push is suppressed.
void SuppressDevice(Shop& shop) {
  shop.DeviceEvent("product_added", "dev", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kSuppressed}}}).ok());
}

TEST_CASE("identity: refusals win") {
  Shop shop;
  SuppressDevice(shop);
  shop.Identify("ann", "dev", kDay0 + 24 * kHourMs);
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
}

TEST_CASE("identity: a device's refusal also stops what waits for the customer it turns out to be") {
  Shop shop;
  SuppressDevice(shop);
  shop.Event("product_added", "ann", kDay0 + kHourMs, kTea);
  shop.RunTo(kDay0 + 25 * kHourMs);
  REQUIRE(Has(shop.Outbox().back(), "ann/first@25:waiting"));
  shop.Identify("ann", "dev", kDay0 + 25 * kHourMs);
  shop.AdvanceTo(kDay0 + 25 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
}

TEST_CASE("identity: a device that two people use") {
  Shop shop;
  shop.DeviceEvent("product_added", "dev", kDay0, kTea);
  shop.Identify("ann", "dev", kDay0);
  SECTION("in two folds") { shop.AdvanceTo(kDay0); }
  SECTION("in one") {}
  shop.DeviceEvent("product_added", "dev", kDay0 + 1, R"({"product_id":"anns"})");
  shop.Identify("bob", "dev", kDay0 + 2);
  shop.DeviceEvent("product_added", "dev", kDay0 + 3, R"({"product_id":"bobs"})");
  shop.AdvanceTo(kDay0 + 3);
  std::string ann = shop.Query("customer", "ann"), bob = shop.Query("customer", "bob");
  CHECK(Has(ann, "tea"));
  CHECK(Has(ann, "anns"));
  CHECK_FALSE(Has(ann, "bobs"));
  CHECK_FALSE(Has(ann, R"("dev")"));
  CHECK(Has(bob, "bobs"));
  CHECK_FALSE(Has(bob, "anns"));
  CHECK(Has(Device(shop, "dev"), R"("id":"bob")"));
  shop.Identify("ann", "dev", kDay0 + 4);  // and back
  shop.DeviceEvent("product_added", "dev", kDay0 + 5, R"({"product_id":"again"})");
  shop.AdvanceTo(kDay0 + 5);
  CHECK(Has(shop.Query("customer", "ann"), "again"));
}

TEST_CASE("identity: alias joins a customer's earlier id") {
  Shop shop;
  shop.Event("product_added", "old", kDay0, kTea);
  shop.Event("order_completed", "old", kDay0 - 1, R"({"total":5,"order_id":"1"})");
  shop.Event("order_completed", "ann", kDay0 - 1, R"({"total":5,"order_id":"1"})");  // both had reported it
  shop.Event("order_completed", "ann", kDay0 - 1, R"({"total":7,"order_id":"2"})");
  shop.Event("alias", "ann", kDay0, R"({"previous_id":"old"})");
  shop.Event("product_added", "old", kDay0 + 1, kMilk);
  shop.AdvanceTo(kDay0);
  std::string ann = shop.Query("customer", "old");
  CHECK(Has(ann, R"("id":"ann")"));
  CHECK(Has(ann, "tea"));
  CHECK(Has(ann, "milk"));
  CHECK(Has(ann, R"("orders":2,"revenue":12)"));
  shop.Event("alias", "old", kDay0, R"({"previous_id":"ann"})");  // a circle changes nothing
  shop.AdvanceTo(kDay0);
  CHECK(Has(shop.Query("customer", "ann"), R"("orders":2)"));
}

TEST_CASE("identity: an event with both ids belongs to the customer and merges nothing") {
  Shop shop;
  shop.DeviceEvent("product_added", "dev", kDay0, kTea);
  shop.Raw(R"({"type":"product_added","customer":"ann","anonymous_id":"dev","properties":{"product_id":"milk"}})");
  shop.AdvanceTo(kDay0);
  CHECK(Has(Device(shop, "dev"), R"("anonymous":true)"));
  CHECK_FALSE(Has(Device(shop, "dev"), "milk"));
  CHECK_FALSE(Has(shop.Query("customer", "ann"), "tea"));
}

TEST_CASE("identity: placeholder ids are nobody") {
  Shop shop;
  for (const char* id : {"", "0", "-1", "null", "undefined", "guest", "anonymous", "Guest", " null "}) {
    CAPTURE(id);
    IngestResult result = shop.Raw(fmt::format(R"({{"type":"page_viewed","customer":"{}"}})", id));
    REQUIRE(result.rejected.size() == 1);
    CHECK(result.rejected[0].code == "placeholder_id");
    result = shop.Raw(fmt::format(R"({{"type":"identify","customer":"{}","anonymous_id":"dev"}})", id));
    CHECK(result.rejected.size() == 1);
  }
}

TEST_CASE("identity: the last to register an address takes it, and the other's waiting messages are revoked") {
  Shop shop;
  shop.NeedAddresses();
  shop.Event("endpoint_added", "ann", kDay0, R"({"channel":"web_push","address":"X"})");
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  REQUIRE(shop.Outbox() == Lines{"ann/first@24:waiting"});
  shop.Event("endpoint_added", "bob", kDay0 + 24 * kHourMs, R"({"channel":"web_push","address":"X"})");
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:revoked"});
  CHECK_FALSE(Has(shop.Query("customer", "ann"), R"("address":"X")"));
  CHECK(Has(shop.Query("customer", "bob"), R"("address":"X")"));
  CHECK(Has(shop.Query("why", "ann"), "endpoint_taken"));
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox().size() == 1);
}

TEST_CASE("identity: a device that gave up an address brings no claim to it into a merge") {
  const std::string x = R"({"channel":"web_push","address":"X"})";
  Shop shop;
  shop.NeedAddresses();
  shop.DeviceEvent("endpoint_added", "dev", kDay0, x);
  shop.DeviceEvent("endpoint_removed", "dev", kDay0 + 1, x);
  shop.Event("endpoint_added", "bob", kDay0 + 2, x);
  shop.Identify("ann", "dev", kDay0 + 3);
  shop.Event("endpoint_added", "eve", kDay0 + 4, x);
  shop.AdvanceTo(kDay0 + kHourMs);
  CHECK(Has(shop.Query("customer", "eve"), R"("address":"X")"));
  CHECK_FALSE(Has(shop.Query("customer", "bob"), R"("address":"X")"));
  CHECK_FALSE(Has(shop.Query("customer", "ann"), R"("address":"X")"));
}

TEST_CASE("identity: a removed endpoint revokes what waits for it") {
  Shop shop;
  shop.Event("endpoint_added", "ann", kDay0, R"({"channel":"web_push","address":"X"})");
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  shop.Event("endpoint_removed", "ann", kDay0 + 24 * kHourMs, R"({"channel":"web_push","address":"X"})");
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:revoked"});
}

TEST_CASE("identity: the events that would have entered either walk are remembered through the merge") {
  Shop shop(NewMemoryStore(), RemindersOnly());
  shop.options().late_stop_max_ms = 0;  // else the late order would end what entered after it too
  shop.Reopen();
  shop.clock().Set(kDay0 + 3 * kHourMs);
  bool late_order = true;
  SECTION("the device's walk yields, its later add counts") {
    shop.DeviceEvent("product_added", "dev", kDay0, kTea);
    shop.DeviceEvent("product_added", "dev", kDay0 + 3 * kHourMs, kMilk);
    shop.Event("product_added", "ann", kDay0 + kHourMs, kTea);
  }
  SECTION("the customer's walk yields") {
    shop.Event("product_added", "ann", kDay0, kTea);
    shop.Event("product_added", "ann", kDay0 + 3 * kHourMs, kMilk);
    shop.DeviceEvent("product_added", "dev", kDay0 + kHourMs, kTea);
  }
  SECTION("the order came first") {
    shop.Event("order_completed", "ann", kDay0 + 2 * kHourMs);
    shop.DeviceEvent("product_added", "dev", kDay0, kTea);
    shop.DeviceEvent("product_added", "dev", kDay0 + 3 * kHourMs, kMilk);
    late_order = false;
  }
  shop.Identify("ann", "dev", kDay0 + 3 * kHourMs);
  if (late_order) shop.Event("order_completed", "ann", kDay0 + 2 * kHourMs);
  shop.RunTo(kDay0 + 28 * kHourMs);
  CHECK(shop.Outbox().size() == 1);
  CHECK(Has(shop.Outbox().front(), "/first@27:"));
}

TEST_CASE("identity: a receipt reaches whoever has the message, not the device's next owner") {
  Shop shop(NewMemoryStore(), RemindersOnly());
  shop.DeviceEvent("product_added", "dev", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  shop.Identify("ann", "dev", kDay0 + 24 * kHourMs);
  shop.Identify("bob", "dev", kDay0 + 24 * kHourMs + 1);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  std::vector<Message> messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  shop.Accept(messages);
  // A receipt that is not folded yet holds its customer's messages back.
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"receipt")"));
  CHECK_FALSE(Has(shop.Query("why", "bob"), R"("decision":"receipt")"));
  shop.Event("order_completed", "ann", kDay0 + 25 * kHourMs, R"({"total":5})");
  shop.AdvanceTo(kDay0 + 25 * kHourMs);
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"converted")"));
}

TEST_CASE("identity: an export holds what a device did for this customer, not what it did for the one before") {
  Shop shop;
  shop.DeviceEvent("page_viewed", "dev", kDay0, R"({"url":"before anybody"})");
  shop.Identify("ann", "dev", kDay0 + 1);
  shop.DeviceEvent("page_viewed", "dev", kDay0 + 2, R"({"url":"of ann"})");
  shop.Identify("bob", "dev", kDay0 + 3);
  shop.DeviceEvent("page_viewed", "dev", kDay0 + 4, R"({"url":"of bob"})");
  shop.AdvanceTo(kDay0 + 5);
  std::string bob = shop.Query("export", "bob");
  INFO(bob);
  CHECK(Has(bob, "of bob"));
  CHECK_FALSE(Has(bob, "of ann"));
  CHECK_FALSE(Has(bob, "before anybody"));
  shop.Identify("cleo", "fresh", kDay0 + 6);
  shop.DeviceEvent("page_viewed", "fresh", kDay0 + 6, R"({"url":"of cleo"})");
  shop.AdvanceTo(kDay0 + 6);
  CHECK(Has(shop.Query("export", "cleo"), "of cleo"));
}

TEST_CASE("identity: an identify that is told again does not take the device back from its next owner") {
  Shop shop;
  const auto identify = [&](std::string_view customer, std::string_view id, int64_t at_ms) {
    shop.Raw(fmt::format(R"({{"id":"{}","type":"identify","customer":"{}","anonymous_id":"dev","at":{}}})", id,
                         customer, at_ms),
             at_ms);
  };
  identify("ann", "e1", kDay0);
  identify("bob", "e2", kDay0 + 1);
  identify("ann", "e1", kDay0);
  shop.DeviceEvent("page_viewed", "dev", kDay0 + 3, R"({"url":"of the owner"})");
  shop.AdvanceTo(kDay0 + 4);
  CHECK(Has(shop.Query("export", "bob"), "of the owner"));
  CHECK_FALSE(Has(shop.Query("export", "ann"), "of the owner"));
}

}  // namespace cartwheel
