// A claim of a channel that no playbook names is a typo, and is told as one.
#include "cartwheel/dispatcher.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

absl::Status ClaimOf(Shop& shop, std::string_view channel) {
  return shop.engine().Claim({.channel = std::string(channel)}).status();
}

// The playbook of reminders over other channels.
std::string Over(std::string_view channel, int revision) {
  std::string book = R"json({"playbook": 1, "revision": REVISION, "policy": {"consent": "assumed_by_shop", "rules": []},
    "shop": {"name": "Shop"}, "templates": {"t": {"purpose": "cart", "CHANNEL": {"text": "come back"}}},
    "journeys": {"j": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"wait": "1h"}, {"send": "t", "via": ["CHANNEL"]}]}}})json";
  for (size_t at; (at = book.find("CHANNEL")) != std::string::npos;) book.replace(at, 7, channel);
  return book.replace(book.find("REVISION"), 8, fmt::format("{}", revision));
}

struct Sent final : Channel {
  Sent(std::string name, int* calls) : name_(std::move(name)), calls_(calls) {}
  std::string_view name() const override { return name_; }
  std::vector<Outcome> SendBatch(absl::Span<const Message> messages) override {
    ++*calls_;
    return {{messages[0].id, 0, OutcomeCode::kAccepted}};
  }
  std::string name_;
  int* calls_;
};

}  // namespace

TEST_CASE("claim: an unknown channel is an error that says which there are") {
  Shop shop(NewMemoryStore(), Over("sms", 1));
  CHECK(ClaimOf(shop, "sms").ok());  // nothing waits there
  for (std::string_view wrong : {"smss", "SMS", " sms", "sms ", "push", "email"}) {
    absl::Status status = ClaimOf(shop, wrong);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(status.message() ==
          fmt::format("unknown channel \"{}\": the channels of the playbook (revision 1) are sms", wrong));
  }
}

TEST_CASE("claim: a channel of an earlier playbook stays known, since its walks go on") {
  Shop shop(NewMemoryStore(), Over("sms", 1));
  REQUIRE(shop.engine().Load(Over("kakao", 2)).ok());
  CHECK(ClaimOf(shop, "sms").ok());
  CHECK(ClaimOf(shop, "kakao").ok());
  CHECK(Has(StatusText(ClaimOf(shop, "telex")), "(revision 2) are kakao"));
  REQUIRE(shop.engine().Load(Over("telex", 3)).ok());
  CHECK(ClaimOf(shop, "telex").ok());
  CHECK(ClaimOf(shop, "kakao").ok());
}

TEST_CASE("claim: before the first playbook any channel is waited on") {
  ManualClock clock;
  Options options;
  options.clock = &clock;
  std::unique_ptr<Engine> engine = NewEngine(NewMemoryStore(), options);
  CHECK(engine->Claim({.channel = "sms"}).ok());
}

TEST_CASE("dispatcher: a channel that no playbook names yet stops no other one") {
  Shop shop(NewMemoryStore(), Over("sms", 1));
  Dispatcher dispatcher(&shop.engine());
  int sms = 0, kakao = 0;
  REQUIRE(dispatcher.Add(std::make_unique<Sent>("kakao", &kakao)).ok());
  REQUIRE(dispatcher.Add(std::make_unique<Sent>("sms", &sms)).ok());
  shop.Event("product_added", "kim", kDay0, R"({"product_id":"tea"})");
  shop.RunTo(kDay0 + 2 * kHourMs);
  REQUIRE(dispatcher.Run().ok());
  CHECK(sms == 1);
  REQUIRE(shop.engine().Load(Over("kakao", 2)).ok());
  shop.Event("product_added", "lee", kDay0 + 2 * kHourMs, R"({"product_id":"tea"})");
  shop.RunTo(kDay0 + 4 * kHourMs);
  shop.clock().PassMonotonic(Dispatcher::kFailurePauseFirstMs);
  REQUIRE(dispatcher.Run().ok());
  CHECK(kakao == 1);
}

}  // namespace cartwheel
