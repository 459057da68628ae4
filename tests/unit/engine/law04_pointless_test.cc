// Law 4: nothing pointless is sent.
#include <algorithm>

#include "cartwheel/limits.h"
#include "core/message/settle.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
using Lines = std::vector<std::string>;

// Ann has a reminder in the outbox, made 24 hours after kDay0.
void OneReminder(Shop& shop) {
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  REQUIRE(shop.Outbox() == Lines{"ann/first@24:waiting"});
}

ClaimResult Claimed(Shop& shop, size_t max = 1000) {
  auto result = shop.engine().Claim({.channel = "web_push", .max = max});
  REQUIRE(result.ok());
  return *result;
}

}  // namespace

TEST_CASE("law 4: an alarm waits for the log's head") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.AdvanceTo(kDay0);
  shop.clock().Set(kDay0 + 24 * kHourMs);
  shop.Event("order_completed", "ann",
             kDay0 + 24 * kHourMs);  // in the log when the alarm comes due, folded in the same Advance
  AdvanceResult result = shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(result.messages == 0);
  CHECK(result.exits == 1);
  CHECK(shop.Outbox().empty());
}

TEST_CASE("law 4: work_max answers more and keeps the target head") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.Event("product_added", "bob", kDay0, kTea);
  shop.AdvanceTo(kDay0);
  shop.options().work_max = 4;
  shop.Reopen();
  shop.clock().Set(kDay0 + 24 * kHourMs);
  for (int i = 0; i < 7; ++i) shop.Event("page_viewed", "eve", kDay0);
  shop.Event("order_completed", "ann", kDay0 + 24 * kHourMs);  // the eighth
  for (int call = 0; call < 2; ++call) {
    auto result = shop.engine().Advance();
    REQUIRE(result.ok());
    CHECK(result->events == 4);
    CHECK(result->more);
    CHECK(result->messages == 0);
    // What comes meanwhile is after the target: it does not hold the alarm up without end.
    for (int i = 0; i < 5; ++i) shop.Event("page_viewed", "eve", kDay0);
  }
  auto result = shop.engine().Advance();
  REQUIRE(result.ok());
  CHECK(result->events == 0);
  CHECK(result->messages == 1);
  CHECK(shop.Outbox() == Lines{"bob/first@24:waiting"});
  CHECK_FALSE(result->more);
  CHECK(shop.AdvanceTo(kDay0 + 24 * kHourMs).events == 10);
}

TEST_CASE("law 4: an exit ends the walk mid-wait and revokes what waits in the outbox") {
  Shop shop;
  OneReminder(shop);
  shop.clock().Set(kDay0 + 25 * kHourMs);
  shop.Event("order_completed", "ann", kDay0 + 25 * kHourMs);
  AdvanceResult result = shop.AdvanceTo(kDay0 + 25 * kHourMs);
  CHECK(result.exits == 1);
  CHECK(shop.Outbox() == Lines{"ann/first@24:revoked"});
  CHECK(Claimed(shop).messages.empty());
  shop.RunTo(kDay0 + 200 * kHourMs);
  CHECK(shop.Outbox().size() == 1);
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"revoked")"));
}

TEST_CASE("law 4: claim holds back customers with unfolded events") {
  Shop shop;
  shop.Event("product_added", "bob", kDay0, kTea);
  shop.DeviceEvent("product_added", "dev", kDay0, kTea);
  shop.Event("endpoint_added", "ann", kDay0, R"({"channel":"web_push","address":"A"})");
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  REQUIRE(shop.Outbox().size() == 3);
  int64_t at_ms = kDay0 + 24 * kHourMs;
  std::vector<std::string> left;
  SECTION("their own") {
    shop.Event("page_viewed", "ann", at_ms);
    left = {"bob", "dev"};
  }
  SECTION("identified: both sides") {
    shop.Identify("ann", "dev", at_ms);
    left = {"bob"};
  }
  SECTION("both ids in one event") {
    shop.Raw(R"({"type":"page_viewed","customer":"ann","anonymous_id":"dev"})");
    left = {"bob"};
  }
  SECTION("alias of a device") {
    shop.Event("alias", "bob", at_ms, R"({"previous_id":"dev"})");
    left = {"ann"};
  }
  SECTION("alias of a customer") {
    shop.Event("alias", "carl", at_ms, R"({"previous_id":"ann"})");
    left = {"bob", "dev"};
  }
  SECTION("somebody registers their address") {
    shop.Event("endpoint_added", "carl", at_ms, R"({"channel":"web_push","address":"A"})");
    left = {"bob", "dev"};
  }
  SECTION("an erasure") {
    shop.Event("erase", "bob", at_ms);
    left = {"ann", "dev"};
  }
  ClaimResult result = Claimed(shop);
  std::vector<std::string> got;
  for (const Message& message : result.messages) got.push_back(message.customer);
  std::sort(got.begin(), got.end());
  CHECK(got == left);
  CHECK(result.held_back == static_cast<int64_t>(3 - left.size()));
  CHECK_FALSE(result.behind);
}

TEST_CASE("law 4: an event holds back whom it names and changes, and whom it only mentions not") {
  constexpr std::string_view kMentions = R"({"product_id":"tea","previous_id":"ann"})";
  const std::string removal = R"({"channel":"web_push","address":"X"})";
  struct Told {
    std::string_view name, type, customer;
    std::string properties;
    bool held_back;  // and what waits is revoked or another's then
  };
  const Told cases[] = {
      {"another customer's event that has a previous id", "product_added", "bob", std::string(kMentions), false},
      {"an identify that has one", "identify", "bob", std::string(kMentions), false},
      {"an alias", "alias", "bob", std::string(kMentions), true},
      {"a withdrawal that names another customer", "endpoint_removed", "bob", removal, false},
      {"a withdrawal that names her", "endpoint_removed", "ann", removal, true},
      {"a withdrawal that names no customer", "endpoint_removed", "", removal, true},
  };
  for (const Told& told : cases) {
    INFO(told.name);
    Shop shop;
    shop.NeedAddresses();
    shop.Event("endpoint_added", "ann", kDay0, removal);
    shop.Event("product_added", "ann", kDay0, kTea);
    shop.Event("page_viewed", "bob", kDay0);
    shop.RunTo(kDay0 + 24 * kHourMs);
    REQUIRE(shop.Outbox() == Lines{"ann/first@24:waiting"});
    const std::string who = told.customer.empty() ? "" : fmt::format(R"("customer":"{}",)", told.customer);
    const std::string event = fmt::format(R"({{"type":"{}",{}"properties":{}}})", told.type, who, told.properties);
    REQUIRE(shop.Raw(event).accepted == 1);
    ClaimResult claimed = Claimed(shop);
    CHECK(claimed.held_back == (told.held_back ? 1 : 0));
    CHECK(claimed.messages.size() == (told.held_back ? 0 : 1));
    // What it does when it is folded: nothing to her whom it did not hold back.
    const std::string before = shop.Query("customer", "ann");
    shop.AdvanceTo(shop.clock().NowMs());
    CHECK((shop.Query("customer", "ann") == before) == !told.held_back);
  }
}

TEST_CASE("law 4: held back is only until the next advance") {
  Shop shop;
  OneReminder(shop);
  shop.Event("page_viewed", "ann", kDay0);
  CHECK(Claimed(shop).held_back == 1);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(Claimed(shop).messages.size() == 1);
}

TEST_CASE(
    "law 4: what its channel took holds no other message back; any other word of a channel does, until it is folded") {
  Shop shop(
      NewMemoryStore(),
      R"json({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s"},
    "templates": {"push": {"purpose": "cart", "push": {"title": "p"}}, "text": {"purpose": "cart", "sms": {"text": "t"}}},
    "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
      "steps": [{"wait": "24h"}, {"send": "push", "via": ["web_push"]}, {"send": "text", "via": ["sms"]}]}}})json");
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  const std::vector<Message> push = shop.Claim("web_push");
  REQUIRE(push.size() == 1);
  const auto [outcome, held_back] =
      GENERATE(std::pair(OutcomeCode::kAccepted, false), std::pair(OutcomeCode::kDelivered, false),
               std::pair(OutcomeCode::kFailedFinal, true), std::pair(OutcomeCode::kGone, true),
               std::pair(OutcomeCode::kSuppressed, true));
  INFO(OutcomeName(outcome));
  REQUIRE(shop.engine().Settle({{{push[0].id, push[0].token, outcome}}}).ok());
  CHECK(shop.Claim("sms").size() == (held_back ? 0 : 1));
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Claim("sms").size() == (held_back ? 1 : 0));
}

TEST_CASE("law 4: what comes between two claims holds back, whoever folds meanwhile") {
  auto store = std::shared_ptr<Store>(NewMemoryStore());
  Shop shop(store);
  for (std::string_view customer : {"ann", "bob", "eve"}) shop.Event("product_added", customer, kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  auto page = [&](std::string_view customer) { shop.Event("page_viewed", customer, shop.clock().NowMs()); };
  page("ann");
  CHECK(Claimed(shop, 0).held_back == 0);  // looks up no customer, and reads the tail
  page("bob");
  CHECK(Claimed(shop, 1).messages.size() == 1);  // eve's
  CHECK(Claimed(shop).held_back == 2);
  // Another engine folds, and another customer comes: what held back before does so no more.
  const std::unique_ptr<Engine> other = NewEngine(store, shop.options());
  shop.clock().Pass(shop.options().fold_lease_ms + 1);
  REQUIRE(other->Advance(shop.clock().NowMs()).ok());
  page("bob");
  const ClaimResult claimed = Claimed(shop);
  CHECK(claimed.held_back == 1);
  REQUIRE(claimed.messages.size() == 1);
  CHECK(claimed.messages[0].customer == "ann");
}

TEST_CASE("law 4: those held back do not hide the others") {
  Shop shop;
  for (int i = 0; i < 20; ++i) shop.Event("product_added", fmt::format("c{:02}", i), kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  for (int i = 0; i < 19; ++i) shop.Event("page_viewed", fmt::format("c{:02}", i), kDay0);
  ClaimResult result = Claimed(shop, 1);
  REQUIRE(result.messages.size() == 1);
  CHECK(result.messages[0].customer == "c19");
}

// It would read the whole outbox, under the lock, for the sake of a message that the next claim finds.
TEST_CASE("law 4: a claim of as many advertisements as may be lost looks no further behind those held back") {
  Shop shop(NewMemoryStore(), kCartPlaybook);
  for (int i = 0; i < 110; ++i) shop.Event("product_added", fmt::format("c{:03}", i), kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  shop.Event("order_completed", "zoe", kDay0 + 24 * kHourMs);
  shop.AdvanceTo(kDay0 + 24 * kHourMs + kMinuteMs);
  for (int i = 0; i < 5; ++i) shop.Event("page_viewed", fmt::format("c{:03}", i), kDay0);
  const ClaimResult first = Claimed(shop, 108);
  CHECK(first.messages.size() == kAdvertisementsMax);
  CHECK(first.held_back == 5);
  const ClaimResult second = Claimed(shop, 108);
  REQUIRE(second.messages.size() == 6);
  CHECK(std::any_of(second.messages.begin(), second.messages.end(),
                    [](const Message& m) { return m.customer == "zoe"; }));
}

TEST_CASE("law 4: behind hands out transactional messages only") {
  Shop shop(NewMemoryStore(), kCartPlaybook);
  shop.options().claim_tail_max = 10;
  shop.Reopen();
  OneReminder(shop);
  shop.Event("order_completed", "bob", kDay0 + 24 * kHourMs);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  for (int i = 0; i < 10; ++i) shop.Event("page_viewed", "eve", kDay0);
  SECTION("at the bound all may leave") {
    ClaimResult result = Claimed(shop);
    CHECK_FALSE(result.behind);
    CHECK(result.messages.size() == 2);
  }
  SECTION("one beyond it") {
    shop.Event("page_viewed", "eve", kDay0);
    ClaimResult result = Claimed(shop);
    CHECK(result.behind);
    REQUIRE(result.messages.size() == 1);
    CHECK(result.messages[0].message_class == "transactional");
    shop.AdvanceTo(kDay0 + 24 * kHourMs);
    CHECK(Claimed(shop).messages.size() == 1);
  }
}

TEST_CASE("law 4: revoked while claimed, it is never handed out again") {
  Shop shop;
  OneReminder(shop);
  std::vector<Message> messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  shop.Event("order_completed", "ann", kDay0 + 24 * kHourMs);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:claimed"});
  OutcomeCode code = OutcomeCode::kRetry;
  std::string state = "revoked";
  SECTION("retry") {}
  SECTION("defer") { code = OutcomeCode::kDefer; }
  SECTION("config") { code = OutcomeCode::kConfig; }
  SECTION("accepted: what is true is written down") {
    code = OutcomeCode::kAccepted;
    state = "accepted";
  }
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, code}}}).ok());
  shop.RunTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:" + state});
  CHECK(shop.Claim("web_push").empty());
}

TEST_CASE("law 4: a cart without items is no reason to remind") {
  Shop shop;
  OneReminder(shop);
  int64_t at_ms = kDay0 + 25 * kHourMs;
  shop.clock().Set(at_ms);
  SECTION("the last item was removed") { shop.Event("product_removed", "ann", at_ms, kTea); }
  SECTION("an empty snapshot") { shop.Event("cart_updated", "ann", at_ms, R"({"products":[]})"); }
  SECTION("emptied") { shop.Event("cart_emptied", "ann", at_ms); }
  SECTION("a merge took the item out") {
    // Bob took tea out of his cart later than the device put it in.
    shop.Event("product_removed", "bob", at_ms, kTea);
    shop.Event("alias", "bob", at_ms, R"({"previous_id":"ann"})");
  }
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@24:revoked"});
}

TEST_CASE("law 4: a cart that was never filled sets no alarm that fires for ever") {
  Shop shop;
  int64_t later_ms = kDay0;
  SECTION("emptied") { shop.Event("cart_emptied", "ann", kDay0); }
  SECTION("an empty snapshot") { shop.Event("cart_updated", "ann", kDay0, R"({"products":[]})"); }
  SECTION("a removal, and two months") {
    shop.Event("product_removed", "ann", kDay0, kTea);
    later_ms += 61 * kDayMs;
  }
  SECTION("an add of before the order") {
    shop.Event("order_completed", "ann", kDay0);
    shop.Event("product_added", "ann", kDay0 - 1, kTea);
  }
  for (int64_t at_ms : {kDay0, later_ms}) {
    shop.clock().Set(at_ms);
    auto result = shop.engine().Advance();
    REQUIRE(result.ok());
    CHECK_FALSE(result->more);
    CHECK(result->alarms <= 1);
  }
}

}  // namespace cartwheel
