// Law 9: one bad event, template, recipient, channel or customer never blocks the others.
#include <stdexcept>

#include "cartwheel/channels.h"
#include "cartwheel/dispatcher.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","name":"tea","price":10})";
using Lines = std::vector<std::string>;

// Writes bytes over a customer's row, as a damaged disk would.
void Damage(Shop& shop, std::string_view customer) {
  REQUIRE(shop.engine().Close().ok());
  std::shared_ptr<Store> store = shop.store();
  auto rows = store->Resolve({CustomerKey(customer)});
  REQUIRE((rows.ok() && rows->front() != CustomerRow(0)));
  LeaseTime now{shop.clock().BootId(), shop.clock().MonotonicMs()};
  auto state = store->TakeLease(99, now, {now.boot, now.monotonic_ms + 1000});
  REQUIRE(state.ok());
  FoldWrite write;
  write.epoch = state->epoch;
  write.cursor = state->cursor;
  write.lease_end = {now.boot, now.monotonic_ms + 1000};
  write.customers.push_back({rows->front(), "\x01garbage"});
  REQUIRE(store->Commit(write).ok());
  REQUIRE(store->ReleaseLease(state->epoch).ok());
}

}  // namespace

TEST_CASE("law 9: a text that cannot be rendered for one customer drops that message only") {
  std::string playbook = RemindersOnly();
  std::string body = "{{ cart.items[0].name | default: '상품' }} {{ cart.value | default: 0 }}";
  size_t at = playbook.find(body);
  REQUIRE(at != std::string::npos);
  // Divided by the price of the first item, which is 0 for bob.
  playbook.replace(at, body.size(), "{{ 10 | divided_by: cart.items[0].price }}");
  Shop shop(NewMemoryStore(), playbook);
  shop.Event("product_added", "bob", kDay0, R"({"product_id":"gift","price":0})");
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 49 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:expired", "ann/second@48:waiting", "bob/second@48:waiting"});
  INFO(shop.Query("why", "bob"));
  CHECK(Has(shop.Query("why", "bob"), "template_error"));
  CHECK(Has(shop.Query("report"), R"("dropped":{"first":{"template_error":1}})"));
}

TEST_CASE("law 9: a damaged row quarantines its inputs, the others go on") {
  Shop shop;
  shop.Event("product_added", "bob", kDay0, kTea);
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.AdvanceTo(kDay0);
  Damage(shop, "bob");
  shop.Reopen(true);
  SECTION("events") {
    for (int i = 0; i < 50; ++i) {
      shop.Event("product_added", "bob", kDay0, kTea, fmt::format("bad{}", i));
      shop.Event("product_added", fmt::format("c{}", i), kDay0, kTea);
    }
    AdvanceResult result = shop.AdvanceTo(kDay0);
    CHECK(result.events == 100);
    CHECK(result.refused == 50);
    CHECK(result.enrolments == 50);
    std::string refused = shop.Query("refused");
    CHECK(Has(refused, R"("code":"quarantined")"));
    CHECK(Has(refused, R"("event_id":"bad49")"));
    CHECK(Has(refused, R"("customer":"bob")"));
    CHECK(Has(shop.Query("report"), R"("quarantined":50)"));
  }
  SECTION("alarms") {
    shop.RunTo(kDay0 + 24 * kHourMs);
    CHECK(shop.Outbox() == Lines{"ann/first@24:waiting"});
    CHECK(Has(shop.Query("refused"), R"("code":"quarantined")"));
  }
  SECTION("an identify that would merge it, an address that it held") {
    shop.Event("alias", "ann", kDay0, R"({"previous_id":"bob"})");
    shop.Event("page_viewed", "eve", kDay0);
    AdvanceResult result = shop.AdvanceTo(kDay0);
    CHECK(result.refused == 1);
    CHECK(result.events == 2);
    CHECK(Has(shop.Query("customer", "eve"), R"("id":"eve")"));
    CHECK(Has(shop.Query("customer", "ann"), R"("id":"ann")"));
  }
  CHECK(Has(shop.Query("health"), R"("unfolded":0)"));
}

TEST_CASE("law 9: a channel that throws leaves its own messages unknown, the others are sent") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  std::vector<Message> sent;
  Dispatcher dispatcher(&shop.engine(), &shop.clock());
  auto explode = [](const Message&) -> Outcome { throw std::runtime_error("boom"); };
  REQUIRE(dispatcher.Add(std::make_unique<MemoryChannel>("web_push", nullptr, explode)).ok());
  REQUIRE(dispatcher.Add(std::make_unique<MemoryChannel>("sms", &sent)).ok());
  CHECK(absl::IsAlreadyExists(dispatcher.Add(std::make_unique<MemoryChannel>("sms", &sent))));
  auto result = dispatcher.Run();
  REQUIRE(result.ok());
  CHECK(result->accepted == 0);
  CHECK(shop.Outbox() == Lines{"ann/first@24:unknown"});
  CHECK(Has(shop.Query("dead_letters"), "boom"));
}

TEST_CASE("law 9: a channel that says nothing of a message leaves it unknown") {
  struct Silent final : Channel {
    std::string_view name() const override { return "web_push"; }
    std::vector<Outcome> SendBatch(absl::Span<const Message>) override { return {{4711, 1, OutcomeCode::kAccepted}}; }
  };
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  Dispatcher dispatcher(&shop.engine(), &shop.clock());
  REQUIRE(dispatcher.Add(std::make_unique<Silent>()).ok());
  REQUIRE(dispatcher.Run().ok());
  CHECK(shop.Outbox() == Lines{"ann/first@24:unknown"});
}

TEST_CASE("law 9: a key that leads to a merged customer's forgotten row makes a new one") {
  Shop shop;
  for (int i = 0; i < 70; ++i) shop.Identify("ann", fmt::format("dev{}", i), kDay0);
  shop.Event("alias", "bob", kDay0, R"({"previous_id":"ann"})");
  shop.AdvanceTo(kDay0);
  for (int i = 0; i < 70; ++i) shop.DeviceEvent("product_added", fmt::format("dev{}", i), kDay0, kTea);
  shop.AdvanceTo(kDay0);
  // Every add went somewhere: to bob, or to a device that was forgotten and is known anew.
  int found = 0;
  for (int i = 0; i < 70; ++i) {
    auto answer = shop.engine().Query({.query = "customer", .anonymous_id = fmt::format("dev{}", i)});
    found += answer.ok() && Has(*answer, R"("product_id":"tea")");
  }
  CHECK(found == 70);
}

}  // namespace cartwheel
