// Click tokens: with a key of tokens a tracked link names its message by one, which ends after a while.
#include "core/policy/token.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
  "shop": {"name": "s", "link_url": "https://shop.example/r"},
  "templates": {"t": {"purpose": "cart", "push": {"title": "t", "body": "b", "url": "{{ 'https://shop.example/cart' | track_link }}"}}},
  "journeys": {"cart": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}],
    "steps": [{"wait": "1h"}, {"send": "t", "via": ["web_push"]}]}}
})json";
const std::string kOld(64, 'a'), kNew(64, 'b');

// A message to a device, with the link that it holds.
struct Linked : Shop {
  explicit Linked(const std::string& keys) : Shop(NewMemoryStore(), kBook) {
    options().token_key = keys;
    Reopen();
    DeviceEvent("product_added", "phone", kDay0, R"({"product_id":"p"})");
    RunTo(kDay0 + kHourMs);
    const auto messages = Claim("web_push");
    REQUIRE(messages.size() == 1);
    message = messages[0].id;
    Accept(messages);
    AdvanceTo(kDay0 + kHourMs);
    const std::string& payload = messages[0].payload;
    const size_t begin = payload.find("https://shop.example/r");
    REQUIRE(begin != payload.npos);
    link = payload.substr(begin, payload.find('"', begin) - begin);
  }
  std::string Token() const {
    const size_t begin = link.find("t=") + 2;
    return link.substr(begin, link.find('&', begin) - begin);
  }
  std::string Ask() { return StatusTextOf(engine().Query({.query = "link", .link = link})); }
  std::string AskToken() { return StatusTextOf(engine().Query({.query = "token", .token = Token()})); }
  static std::string StatusTextOf(const absl::StatusOr<std::string>& answer) {
    return answer.ok() ? *answer : std::string(StatusText(answer.status()));
  }

  int64_t message = 0;
  std::string link;
};

}  // namespace

TEST_CASE("click tokens: a link has one where a key is set, and tells of its message") {
  Linked shop(kOld);
  CHECK(shop.link.starts_with("https://shop.example/r?t="));
  CHECK(shop.Token().size() <= kTokenTextMax);
  const std::string answer = shop.Ask();
  INFO(answer);
  CHECK(Has(answer, R"("url":"https://shop.example/cart","expired":false,"message":{)"));
  CHECK(Has(answer, fmt::format(R"("id":{})", shop.message)));
  CHECK(Has(answer, R"("anonymous_id":"phone")"));
  const std::string of_token = shop.AskToken();
  INFO(of_token);
  CHECK(Has(of_token, R"("kind":"click","known":true)"));
  CHECK(Has(of_token, fmt::format(R"("id":{})", shop.message)));
  CHECK_FALSE(Has(Linked("").link, "?t="));

  // What the page then tells, also after the device became a customer.
  shop.Identify("ann", "phone", kDay0 + 2 * kHourMs);
  shop.AdvanceTo(kDay0 + 2 * kHourMs);
  CHECK(Has(shop.Ask(), fmt::format(R"("id":{})", shop.message)));
  shop.Event("message_clicked", "ann", kDay0 + 2 * kHourMs, fmt::format(R"({{"message_id":{}}})", shop.message));
  shop.AdvanceTo(kDay0 + 2 * kHourMs);
  CHECK(Has(shop.Query("report"), R"("clicked":{"t":1})"));
}

TEST_CASE("click tokens: one ends, its link leads on, and it changes nothing as an opt-out") {
  Linked shop(kOld);
  const int64_t made_at_ms = kDay0 + kHourMs;
  shop.clock().Set(made_at_ms + kClickTokenSpanMs);
  CHECK(Has(shop.Ask(), R"("expired":false)"));
  shop.clock().Set(made_at_ms + kClickTokenSpanMs + 1);
  CHECK(shop.Ask() == R"({"url":"https://shop.example/cart","expired":true})");
  CHECK(Has(shop.AskToken(), R"("expired":true)"));
  const auto told = shop.Raw(fmt::format(R"({{"type":"unsubscribed","properties":{{"token":"{}"}}}})", shop.Token()));
  CHECK(told.accepted + static_cast<int64_t>(told.rejected.size()) == 1);
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK_FALSE(Has(shop.Query("consent"), "refused"));
}

TEST_CASE("click tokens: old keys read what they made; a link whose key is gone leads on") {
  Linked shop("1:" + kOld);
  shop.options().token_key = "2:" + kNew + ",1:" + kOld;
  shop.Reopen();
  CHECK(Has(shop.Ask(), fmt::format(R"("id":{})", shop.message)));
  shop.options().token_key = "2:" + kNew;
  shop.Reopen();
  CHECK(shop.Ask() == R"({"url":"https://shop.example/cart","expired":true})");  // the customer still arrives
  CHECK(Has(shop.AskToken(), "version 1 of token_key, which is not among the keys"));
  shop.options().token_key.clear();
  shop.Reopen();
  CHECK(Has(shop.Ask(), "expected the option token_key"));
}

TEST_CASE("click tokens: a preview shows the longest link") {
  Linked shop(kOld);
  const auto preview = shop.engine().Query({.query = "preview", .message_template = "t"});
  REQUIRE(preview.ok());
  const size_t begin = preview->find("?t=") + 3;
  REQUIRE(begin > 3);
  CHECK(preview->find('&', begin) - begin >= shop.Token().size());
}

}  // namespace cartwheel
