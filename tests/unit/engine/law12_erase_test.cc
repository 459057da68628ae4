// Law 12: forgetting is logical at once.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","name":"secret","price":10})";
using Lines = std::vector<std::string>;

// Ann, her device, her address, a walk; then the erasure at 30 hours.
void EraseAnn(Shop& shop, bool in_one_fold = false) {
  shop.Event("identify", "ann", kDay0, R"({"name":"secret"})");
  shop.Identify("ann", "dev", kDay0);
  shop.Event("endpoint_added", "ann", kDay0, R"({"channel":"web_push","address":"secret"})");
  shop.Event("product_added", "ann", kDay0, kTea);
  if (!in_one_fold) shop.RunTo(kDay0 + 30 * kHourMs);
  shop.clock().Set(kDay0 + 30 * kHourMs);
  shop.Event("erase", "ann", kDay0 + 30 * kHourMs);
  shop.AdvanceTo(kDay0 + 30 * kHourMs);
}

void CheckNobody(Shop& shop) {
  for (std::string_view query : {"customer", "why", "export"})
    CHECK(Has(shop.Query(query, "ann"), "no customer is known"));
  auto device = shop.engine().Query({.query = "customer", .anonymous_id = "dev"});
  CHECK(absl::IsNotFound(device.status()));
}

}  // namespace

TEST_CASE("law 12: erased is invisible at once, and what waits is revoked") {
  Shop shop;
  EraseAnn(shop);
  CheckNobody(shop);
  CHECK(shop.Outbox() == Lines{"/first@24:revoked"});
  CHECK(shop.Claim("web_push").empty());
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox().size() == 1);
}

TEST_CASE("law 12: a claimed message is not tried again") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  shop.Event("erase", "ann", kDay0 + 24 * kHourMs);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kRetry}}}).ok());
  shop.RunTo(kDay0 + 40 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
  CHECK(shop.Outbox() == Lines{"/first@24:revoked"});
}

TEST_CASE("law 12: late events of before the erasure join nobody") {
  Shop shop;
  EraseAnn(shop);
  shop.Event("product_added", "ann", kDay0 + 29 * kHourMs, kTea);
  shop.Event("identify", "ann", kDay0 + 29 * kHourMs, R"({"name":"secret"})");
  shop.DeviceEvent("product_added", "dev", kDay0 + 29 * kHourMs, kTea);
  shop.DeviceEvent("product_added", "dev2", kDay0 + 29 * kHourMs, kTea);
  shop.Identify("ann", "dev2", kDay0 + 30 * kHourMs);  // at the very instant
  shop.Event("endpoint_added", "ann", kDay0 + 29 * kHourMs, R"({"channel":"web_push","address":"secret"})");
  CHECK(shop.AdvanceTo(kDay0 + 30 * kHourMs).refused == 5);
  CheckNobody(shop);
  shop.RunTo(kDay0 + 60 * kHourMs);
  Lines anns = shop.Outbox();
  std::erase_if(anns, [](const std::string& line) { return line.starts_with("dev2/"); });
  CHECK(anns == Lines{"/first@24:revoked"});
}

TEST_CASE("law 12: a late endpoint_added of before the erasure takes no address away") {
  Shop shop;
  EraseAnn(shop);
  shop.Event("endpoint_added", "bob", kDay0 + 29 * kHourMs, R"({"channel":"web_push","address":"B"})");
  shop.AdvanceTo(kDay0 + 30 * kHourMs);
  shop.Event("endpoint_added", "ann", kDay0 + 29 * kHourMs, R"({"channel":"web_push","address":"B"})");
  shop.AdvanceTo(kDay0 + 30 * kHourMs);
  CHECK(Has(shop.Query("customer", "bob"), R"("address":"B")"));
}

// Such an event brings the address's owner into memory, though no step reads her.
TEST_CASE("law 12: whoever is read for an event that joins nobody is whole when her own comes") {
  Shop shop;
  shop.Event("endpoint_added", "bob", kDay0, R"({"channel":"web_push","address":"x"})");
  shop.Event("identify", "bob", kDay0, fmt::format(R"({{"note":"{}"}})", std::string(3'000, 'n')));
  shop.Event("erase", "ann", kDay0);
  shop.AdvanceTo(kDay0);
  shop.Reopen();
  shop.Event("endpoint_added", "ann", kDay0 - kHourMs, R"({"channel":"web_push","address":"x"})");
  shop.AdvanceTo(kDay0);
  for (int i = 0; i < 20; ++i) shop.Event("product_added", fmt::format("c{}", i), kDay0, kTea);
  shop.Event("product_added", "bob", kDay0, kTea);
  CHECK(shop.AdvanceTo(kDay0).refused == 0);
  CHECK(Has(shop.Query("customer", "bob"), "nnnn"));
}

TEST_CASE("law 12: new events start afresh") {
  Shop shop;
  bool in_one_fold = false;
  SECTION("folded before the erasure") {}
  SECTION("folded with the erasure") { in_one_fold = true; }
  EraseAnn(shop, in_one_fold);
  shop.clock().Set(kDay0 + 31 * kHourMs);
  shop.Event("product_added", "ann", kDay0 + 31 * kHourMs, R"({"product_id":"coffee"})");
  shop.RunTo(kDay0 + 55 * kHourMs);
  for (std::string_view query : {"customer", "why", "export"}) {
    std::string answer = shop.Query(query, "ann");
    INFO(answer);
    CHECK_FALSE(Has(answer, "error"));
    CHECK_FALSE(Has(answer, "secret"));
    CHECK_FALSE(Has(answer, "tea"));
    CHECK_FALSE(Has(answer, "2026-01-01T"));
  }
  CHECK(shop.Outbox().back() == "ann/first@55:waiting");
}

TEST_CASE("law 12: where only a device comes back, the shop knows the customer by the device") {
  Shop shop;
  EraseAnn(shop);
  shop.clock().Set(kDay0 + 31 * kHourMs);
  shop.DeviceEvent("product_added", "dev", kDay0 + 31 * kHourMs, R"({"product_id":"coffee"})");
  shop.RunTo(kDay0 + 55 * kHourMs);
  CHECK(Has(shop.Query("customer", "ann"), "no customer is known"));
  const auto device = shop.engine().Query({.query = "customer", .anonymous_id = "dev"});
  REQUIRE(device.ok());
  CHECK(Has(*device, R"("id":"dev")"));
  CHECK(Has(shop.Query("messages"), R"("anonymous_id":"dev")"));
  CHECK(shop.Outbox().back() == "dev/first@55:waiting");
  SECTION("a word on the erased name holds its messages back") {
    shop.Event("cart_emptied", "ann", kDay0 + 55 * kHourMs);
    CHECK(shop.Claim("web_push").empty());
    shop.AdvanceTo(kDay0 + 55 * kHourMs);
    CHECK(shop.Outbox().back() == "dev/first@55:revoked");
    CHECK(Has(shop.Query("customer", "ann"), R"("id":"ann")"));
  }
  SECTION("it may be identified as another customer, who is another one") {
    shop.Identify("bob", "dev", kDay0 + 55 * kHourMs);
    shop.AdvanceTo(kDay0 + 55 * kHourMs);
    CHECK(Has(shop.Query("customer", "bob"), R"("names":["bob","dev"])"));
    shop.Event("page_viewed", "ann", kDay0 + 55 * kHourMs);
    shop.AdvanceTo(kDay0 + 55 * kHourMs);
    const std::string ann = shop.Query("customer", "ann");
    CHECK(Has(ann, R"("names":["ann"])"));
    CHECK_FALSE(Has(ann, "coffee"));  // what the device did is not told to her
  }
  SECTION("told under the kind of another name, it brings no other customer along") {
    shop.Event("alias", "ann", kDay0 + 55 * kHourMs, R"({"previous_id":"dev"})");
    shop.Event("page_viewed", "bob", kDay0 + 55 * kHourMs);
    shop.Event("erase", "ann", kDay0 + 56 * kHourMs);
    shop.clock().Set(kDay0 + 57 * kHourMs);
    shop.Event("alias", "bob", kDay0 + 57 * kHourMs, R"({"previous_id":"dev"})");
    shop.Event("page_viewed", "ann", kDay0 + 57 * kHourMs);
    shop.AdvanceTo(kDay0 + 57 * kHourMs);
    CHECK(Has(shop.Query("customer", "ann"), R"("id":"ann")"));
    CHECK(Has(shop.Query("customer", "bob"), R"("id":"bob")"));
  }
}

TEST_CASE("law 12: no query of messages shows what was erased") {
  Shop shop;
  EraseAnn(shop);
  for (std::string_view query : {"messages", "dead_letters"}) CHECK_FALSE(Has(shop.Query(query), "secret"));
}

TEST_CASE("law 12: an unfolded erasure already keeps messages back") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  shop.Event("erase", "ann", kDay0 + 24 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
}

TEST_CASE("law 12: an unfolded erasure keeps transactional messages back, however many events come before it") {
  Shop shop(NewMemoryStore(), kCartPlaybook);
  shop.options().claim_tail_max = 10;
  shop.Reopen();
  for (const char* who : {"ann", "bob"}) shop.Event("order_completed", who, kDay0 + 24 * kHourMs);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  for (int i = 0; i < 30; ++i) shop.Event("page_viewed", "eve", kDay0);
  shop.Event("erase", "ann", kDay0 + 24 * kHourMs);
  for (int i = 0; i < 30; ++i) shop.Event("page_viewed", "eve", kDay0);
  const auto names = [&] {
    auto claimed = shop.engine().Claim({.channel = "web_push"});
    REQUIRE(claimed.ok());
    REQUIRE(claimed->behind);
    Lines customers;
    for (const Message& message : claimed->messages) customers.push_back(message.customer);
    return customers;
  };
  CHECK(names() == Lines{"bob"});
  CHECK(names().empty());
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
}

TEST_CASE("law 12: what a device did before the erasure stays forgotten when it is identified later") {
  Shop shop;
  shop.DeviceEvent("order_completed", "dev", kDay0 - 1, R"({"order_id":"secret","total":5})");
  shop.DeviceEvent("product_added", "dev", kDay0, kTea);
  shop.DeviceEvent("endpoint_added", "dev", kDay0, R"({"channel":"web_push","address":"secret"})");
  shop.Event("page_viewed", "ann", kDay0);
  shop.RunTo(kDay0 + 24 * kHourMs);
  shop.Event("erase", "ann", kDay0 + 24 * kHourMs);
  bool after = false;
  SECTION("with nothing new") {}
  SECTION("with a cart of after it") {
    after = true;
    shop.clock().Set(kDay0 + 25 * kHourMs);
    shop.DeviceEvent("order_completed", "dev", kDay0 + 24 * kHourMs + 1, R"({"order_id":"2","total":7})");
    shop.DeviceEvent("product_added", "dev", kDay0 + 25 * kHourMs, R"({"product_id":"coffee","price":3})");
  }
  shop.clock().Set(kDay0 + 26 * kHourMs);
  shop.Identify("ann", "dev", kDay0 + 26 * kHourMs);
  shop.RunTo(kDay0 + 50 * kHourMs);
  for (std::string_view query : {"customer", "why", "export"}) {
    std::string answer = shop.Query(query, "ann");
    INFO(answer);
    CHECK_FALSE(Has(answer, "error"));
    CHECK_FALSE(Has(answer, "secret"));
    CHECK_FALSE(Has(answer, "2026-01-01T"));
  }
  CHECK(Has(shop.Query("customer", "ann"), after ? R"("orders":1,"revenue":7)" : R"("orders":0,"revenue":0)"));
  CHECK(shop.Outbox().front() == "/first@24:revoked");  // its body is removed like the customer's own
  CHECK(shop.Outbox().size() == (after ? 2 : 1));
  if (after) CHECK(shop.Outbox().back() == "ann/first@49:waiting");
}

TEST_CASE("law 12: what a device emptied after the erasure is empty when it is identified later") {
  Shop shop;
  shop.Event("erase", "ann", kDay0);
  shop.RunTo(kDay0 + kHourMs);
  shop.Event("product_added", "ann", kDay0 + kHourMs, kTea);
  shop.RunTo(kDay0 + 3 * kHourMs);
  shop.DeviceEvent("cart_emptied", "dev", kDay0 + 2 * kHourMs);
  shop.Event("product_added", "ann", kDay0 + 3 * kHourMs, R"({"product_id":"cup","price":3})");
  shop.RunTo(kDay0 + 4 * kHourMs);
  shop.Identify("ann", "dev", kDay0 + 4 * kHourMs);
  shop.RunTo(kDay0 + 5 * kHourMs);
  shop.Event("product_removed", "ann", kDay0 + 5 * kHourMs, R"({"product_id":"cup"})");
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox().empty());
}

TEST_CASE("law 12: a device that was erased takes nothing from the customer it is identified as later") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.DeviceEvent("product_added", "dev", kDay0, kTea);
  shop.Raw(R"({"type":"erase","anonymous_id":"dev","at":1767229200000})");  // an hour later
  shop.AdvanceTo(kDay0 + kHourMs);
  shop.Identify("ann", "dev", kDay0 + 2 * kHourMs);
  shop.RunTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:waiting"});
}

TEST_CASE("law 12: the list of refused events does not name who was erased") {
  Shop shop;
  shop.Event("page_viewed", "ann", kDay0, "{}", "secret-1");
  shop.Event("page_viewed", "ann", kDay0, "{}", "secret-1");
  shop.Event("page_viewed", "bob", kDay0, "{}", "bobs");
  shop.Event("page_viewed", "bob", kDay0, "{}", "bobs");
  SECTION("folded before the erasure") { shop.AdvanceTo(kDay0); }
  SECTION("folded with it") {}
  shop.Event("erase", "ann", kDay0);
  shop.Event("page_viewed", "ann", kDay0 - 1, "{}", "secret-2");  // refused: of before the erasure
  shop.AdvanceTo(kDay0);
  std::string refused = shop.Query("refused");
  INFO(refused);
  CHECK_FALSE(Has(refused, "ann"));
  CHECK_FALSE(Has(refused, "secret"));
  CHECK(Has(refused, "bobs"));
  CHECK(Has(refused, R"("code":"erased")"));
}

TEST_CASE(
    "law 12: what waits for a device's address goes when the address is forgotten with the customer it turns out to "
    "be") {
  Shop shop;
  shop.Raw(
      R"({"type":"endpoint_added","anonymous_id":"phone","at":1767225600000,"properties":{"channel":"web_push","address":"sub"}})");
  shop.AdvanceTo(kDay0);
  shop.clock().Set(kDay0 + 2 * kHourMs);
  shop.Event("erase", "ann", kDay0 + kHourMs);
  shop.DeviceEvent("product_added", "phone", kDay0 + 2 * kHourMs, R"({"product_id":"tea","price":1})");
  shop.RunTo(kDay0 + 26 * kHourMs);
  CHECK(shop.Outbox() == std::vector<std::string>{"phone/first@26:waiting"});
  shop.Identify("ann", "phone", kDay0 + 26 * kHourMs);
  shop.AdvanceTo(kDay0 + 26 * kHourMs);
  CHECK(shop.Outbox() == std::vector<std::string>{"phone/first@26:revoked"});
}

}  // namespace cartwheel
