// `fresh_for`: a text that waited too long is not sent but decided anew, when its channel asks for it, and never beside
// one that may have arrived.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s", "currency": "KRW", "link_url": "https://s.test/r"},
  "templates": {"remind": {"purpose": "cart", "fresh_for": "2h", "require": "cart.value < 9000.0", "push": {"title": "{{ cart.items[0].price }}", "body": "b", "url": "{{ 'https://s.test/' | track_link }}"}, "sms": "{{ cart.items[0].price }}"}},
  "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "reenter": "never", "exit": [{"on": "order_completed"}],
    "steps": [{"wait": "1h"}, {"send": "remind", "via": ["web_push", "sms"], "latest": "24h"}]}}
})json";

using Lines = std::vector<std::string>;

// Ann, whose reminder of 1,000 won was made an hour after kDay0 and whose cart is worth `price` since.
struct Waiting : Shop {
  explicit Waiting(std::string_view price = "1000", std::shared_ptr<Store> store = NewMemoryStore())
      : Shop(store, kBook) {
    for (std::string_view channel : {"web_push", "sms"})
      Event("endpoint_added", "ann", kDay0, fmt::format(R"({{"channel":"{0}","address":"{0} of ann"}})", channel));
    Put("1000");
    RunTo(kDay0 + kHourMs);
    if (price == "1000") return;
    clock().Set(kDay0 + kHourMs + 1);
    Put(price);
    AdvanceTo(clock().NowMs());
  }
  void Put(std::string_view price) {
    Event("product_added", "ann", clock().NowMs(),
          fmt::format(R"({{"cart_id":"c","product_id":"p","price":{}}})", price));
  }
  // What the channel gets at `at_ms`, also after a fold.
  std::vector<Message> ClaimAt(int64_t at_ms, std::string_view channel) {
    clock().Set(at_ms);
    std::vector<Message> messages = Claim(channel);
    AdvanceTo(at_ms);
    if (messages.empty()) messages = Claim(channel);
    return messages;
  }
};

constexpr int64_t kStaleAt = kDay0 + 3 * kHourMs;

}  // namespace

TEST_CASE("fresh_for: up to then the text is sent as it was made") {
  Waiting shop("2000");
  const auto messages = shop.ClaimAt(kStaleAt - 1, "web_push");
  REQUIRE(messages.size() == 1);
  CHECK(Has(messages[0].payload, "1000"));
}

TEST_CASE("fresh_for: what waited too long is decided anew, under the same key, and expires with its step") {
  Waiting shop("2000");
  const std::string before = shop.Query("messages");
  const auto messages = shop.ClaimAt(kStaleAt, "web_push");
  REQUIRE(messages.size() == 1);
  CHECK(Has(messages[0].payload, "2000"));
  CHECK(messages[0].made_at_ms == kStaleAt);
  CHECK(messages[0].expires_at_ms == kDay0 + 25 * kHourMs);
  CHECK(Has(before, messages[0].key));
  CHECK(shop.Outbox() == Lines{"ann/remind@1:expired", "ann/remind@3:claimed"});
  CHECK(Has(shop.Query("why", "ann"), R"(stale)"));
  CHECK(Has(shop.Query("messages"), R"("fresh_until":"2026-01-01T03:00:00)"));
  shop.Accept(messages);
  shop.RunTo(kDay0 + 48 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
  CHECK(shop.Outbox() == Lines{"ann/remind@1:expired", "ann/remind@3:accepted"});
}

TEST_CASE("fresh_for: a link tells of the message that was sent, not of the stale one under the same key") {
  Waiting shop("2000");
  const auto messages = shop.ClaimAt(kStaleAt, "web_push");
  REQUIRE(messages.size() == 1);
  const std::string_view payload = messages[0].payload;
  const size_t begin = payload.find("https://s.test/r?");
  const std::string link(payload.substr(begin, payload.find('"', begin) - begin));
  const auto answer = shop.engine().Query({.query = "link", .link = link});
  REQUIRE(answer.ok());
  CHECK(Has(*answer, fmt::format(R"("message":{{"id":{},"state":"claimed")", messages[0].id)));
}

TEST_CASE("fresh_for: what the template requires is judged again") {
  Waiting shop("9500");
  CHECK(shop.ClaimAt(kStaleAt, "web_push").empty());
  CHECK(shop.Outbox() == Lines{"ann/remind@1:expired"});
  CHECK(Has(shop.Query("why", "ann"), R"("require")"));
}

TEST_CASE("fresh_for: a purchase that is not folded yet stops it all the same") {
  Waiting shop;
  shop.clock().Set(kStaleAt);
  CHECK(shop.Claim("web_push").empty());
  shop.Event("order_completed", "ann", kStaleAt);
  shop.AdvanceTo(kStaleAt);
  CHECK(shop.Claim("web_push").empty());
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("fresh_for: it goes to the channel it was made for, and a next one's text has a time of its own") {
  Waiting shop("2000");
  const auto messages = shop.ClaimAt(kStaleAt, "web_push");
  REQUIRE(messages.size() == 1);
  const Message& push = messages[0];
  REQUIRE(shop.engine().Settle({{{push.id, push.token, OutcomeCode::kFailedFinal}}}).ok());
  shop.AdvanceTo(kStaleAt);
  shop.clock().Set(kStaleAt + 2 * kHourMs);
  CHECK(shop.Claim("sms").empty());
  shop.AdvanceTo(kStaleAt + 2 * kHourMs);
  CHECK(shop.Claim("sms").size() == 1);
  CHECK(shop.Outbox() ==
        Lines{"ann/remind@1:expired", "ann/remind@3:failed", "ann/remind@3:expired", "ann/remind@5:claimed"});
}

TEST_CASE("fresh_for: tried and surely not sent, it is decided anew; perhaps sent, it stays as it is") {
  for (auto [code, title] : std::vector<std::pair<OutcomeCode, std::string>>{{OutcomeCode::kRetry, "2000"},
                                                                             {OutcomeCode::kUnknown, "1000"}}) {
    CAPTURE(OutcomeName(code));
    Waiting shop("2000");
    ClaimOptions claim{.channel = "web_push", .max = 10};
    claim.idempotency_ms = 24 * kHourMs;
    auto claimed = shop.engine().Claim(claim);
    REQUIRE(claimed->messages.size() == 1);
    const Message tried = claimed->messages[0];
    REQUIRE(shop.engine().Settle({{{tried.id, tried.token, code}}}).ok());
    shop.clock().Set(kStaleAt);
    claimed = shop.engine().Claim(claim);
    shop.AdvanceTo(kStaleAt);
    if (claimed->messages.empty()) claimed = shop.engine().Claim(claim);
    const std::vector<Message>& messages = claimed->messages;
    REQUIRE(messages.size() == 1);
    CHECK(Has(messages[0].payload, title));
    CHECK(messages[0].key == tried.key);
    CHECK((messages[0].id == tried.id) == (code == OutcomeCode::kUnknown));
  }
}

TEST_CASE("fresh_for: a stale text does not hide a fresh one from a small claim") {
  Waiting shop;
  shop.clock().Set(kStaleAt - kHourMs);
  shop.Event("endpoint_added", "bob", kStaleAt - kHourMs, R"({"channel":"web_push","address":"b"})");
  shop.Event("product_added", "bob", kStaleAt - kHourMs, R"({"cart_id":"d","product_id":"p","price":5})");
  shop.RunTo(kStaleAt);
  const auto messages = shop.Claim("web_push", 1);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].customer == "bob");
}

TEST_CASE("fresh_for: nothing is decided anew once its step is too late") {
  Waiting shop;
  CHECK(shop.ClaimAt(kDay0 + 25 * kHourMs, "web_push").empty());
  CHECK(shop.Outbox() == Lines{"ann/remind@1:expired"});
}

}  // namespace cartwheel
