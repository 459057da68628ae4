// What customers do with messages: opened and clicked are counted once each, and a later step knows.
#include "cartwheel/limits.h"
#include "core/journey/engagement.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s", "currency": "KRW"},
  "templates": {
    "first": {"purpose": "cart", "push": {"title": "1", "body": "b"}},
    "second": {"purpose": "cart", "require": "!journey.messages.exists(m, m.step == 'first' && m.clicked)",
      "push": {"title": "{{ journey.messages.size }} {{ journey.messages[0].channel }} {{ journey.messages[0].opened }}", "body": "b"}}},
  "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
    "steps": [{"wait": "1h"}, {"send": "first", "via": ["web_push"]}, {"wait": "24h"}, {"send": "second", "via": ["web_push"]}]}}
})json";

// The first message of ann was made; `accepted`: and taken by its channel, of which the engine has heard.
struct Reminded : Shop {
  explicit Reminded(bool accepted = true) : Shop(NewMemoryStore(), kBook) {
    Event("endpoint_added", "ann", kDay0, R"({"channel":"web_push","address":"a"})");
    Event("product_added", "ann", kDay0, R"({"product_id":"p","price":10})");
    RunTo(kDay0 + kHourMs);
    messages = Claim("web_push");
    REQUIRE(messages.size() == 1);
    if (accepted) Accept(messages);
    AdvanceTo(kDay0 + kHourMs);
  }
  void Tell(std::string_view type, std::string_view customer = "ann") {
    Event(type, customer, clock().NowMs(), fmt::format(R"({{"message_id":{}}})", messages[0].id));
    AdvanceTo(clock().NowMs());
  }
  std::vector<Message> Second() {
    RunTo(kDay0 + 26 * kHourMs);
    return Claim("web_push");
  }
  std::vector<Message> messages;
};

// The first message of a device was made and taken by its channel, of which the engine has heard.
struct RemindedDevice : Shop {
  RemindedDevice() : Shop(NewMemoryStore(), kBook) {
    DeviceEvent("product_added", "phone", kDay0, R"({"product_id":"p","price":10})");
    RunTo(kDay0 + kHourMs);
    const auto first = Claim("web_push");
    REQUIRE(first.size() == 1);
    message = first[0].id;
    Accept(first);
    AdvanceTo(kDay0 + kHourMs);
  }
  int64_t message = 0;
};

}  // namespace

TEST_CASE("clicks: a later step knows what was opened") {
  Reminded shop;
  shop.Tell("message_opened");
  const auto second = shop.Second();
  REQUIRE(second.size() == 1);
  CHECK(Has(second[0].payload, "1 web_push true"));
}

TEST_CASE("clicks: a later step that requires none is dropped after a click") {
  Reminded shop;
  CHECK_FALSE(Has(shop.Query("report"), "clicked"));
  shop.Tell("message_clicked");
  CHECK(shop.Second().empty());
  CHECK(Has(shop.Query("report"), R"("dropped":{"second":{"require":1}})"));
}

TEST_CASE("clicks: of the walk before they are none of this one's") {
  Reminded shop;
  shop.Tell("message_clicked");
  shop.Event("order_completed", "ann", shop.clock().NowMs());
  shop.Event("product_added", "ann", shop.clock().NowMs() + 1, R"({"product_id":"q","price":10})");
  shop.RunTo(kDay0 + 3 * kHourMs);
  shop.Accept(shop.Claim("web_push"));
  shop.RunTo(kDay0 + 27 * kHourMs);
  const auto second = shop.Claim("web_push");
  REQUIRE(second.size() == 1);
  CHECK(Has(second[0].payload, "1 web_push false"));
}

TEST_CASE("clicks: each is counted once, a click is an opening, also of a walk that is over") {
  Reminded shop;
  shop.Event("order_completed", "ann", shop.clock().NowMs());
  shop.AdvanceTo(shop.clock().NowMs());
  for (std::string_view type : {"message_clicked", "message_opened", "message_clicked"}) shop.Tell(type);
  CHECK(Has(shop.Query("report"), R"("opened":{"first":1},"clicked":{"first":1})"));
}

TEST_CASE("clicks: of a walk by an earlier playbook, by an engine that was opened since") {
  Reminded shop;
  shop.Event("order_completed", "ann", shop.clock().NowMs());
  shop.AdvanceTo(shop.clock().NowMs());
  std::string later(kBook);
  later.replace(later.find(R"("revision": 1)"), 13, R"("revision": 2)");
  later.replace(later.find(R"({"send": "first",)"), 17, R"({"send": "first", "name": "renamed",)");
  REQUIRE(shop.engine().Load(later).ok());
  shop.Reopen();
  shop.Tell("message_clicked");
  CHECK(Has(shop.Query("report"), R"("clicked":{"first":1})"));
}

TEST_CASE("clicks: a click that comes before the channel's word counts") {
  Reminded shop(false);
  shop.Tell("message_clicked");
  shop.Accept(shop.messages);
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(Has(shop.Query("report"), R"("clicked":{"first":1})"));
  CHECK(shop.Second().empty());
}

TEST_CASE("clicks: of another customer's message they say nothing") {
  Reminded shop;
  shop.Tell("message_clicked", "bob");
  CHECK_FALSE(Has(shop.Query("report"), R"("clicked":)"));
  CHECK(shop.Second().size() == 1);
}

TEST_CASE("clicks: the number is found by other spellings of its name, and what else is said stays as it is") {
  Reminded shop;
  shop.Raw(fmt::format(
      R"({{"type":"message_clicked","customer":"ann","at":{},"properties":{{"messageId":{},"price":"free"}}}})", kDay0,
      shop.messages[0].id));
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(Has(shop.Query("report"), R"("clicked":{"first":1})"));
}

TEST_CASE("clicks: an event without the message's number says so at once") {
  Reminded shop;
  for (auto [properties, code] : {std::pair{"{}", "missing_message_id"},
                                  {R"({"message_id":0})", "bad_message_id"},
                                  {R"({"message_id":"x"})", "bad_message_id"}}) {
    const IngestResult result = shop.Raw(
        fmt::format(R"({{"type":"message_clicked","customer":"ann","at":{},"properties":{}}})", kDay0, properties));
    CHECK(result.accepted == 1);
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0].code == code);
  }
}

TEST_CASE("clicks: the newest messages are remembered, and no more than kSentMax") {
  Customer customer, device;
  Enrolment enrolment;
  for (int64_t id = 1; id <= 40; ++id)
    RememberSent(id % 2 == 0 ? customer : device, enrolment, {.id = MessageId(id)}, id);
  MergeSent(customer, device);
  REQUIRE(customer.sent.size() == kSentMax);
  CHECK((customer.sent.front().id == MessageId(9) && customer.sent.back().id == MessageId(40)));
  RememberSent(customer, enrolment, {.id = MessageId(41)}, 41);
  CHECK((customer.sent.size() == kSentMax && customer.sent.front().id == MessageId(10) &&
         customer.sent.back().id == MessageId(41)));
}

TEST_CASE("clicks: what a device was sent before its customer's erasure is forgotten") {
  RemindedDevice shop;
  shop.clock().Set(kDay0 + 2 * kHourMs);
  shop.Event("erase", "ann", kDay0 + 2 * kHourMs);
  shop.Identify("ann", "phone", kDay0 + 2 * kHourMs + 1);
  shop.Event("message_clicked", "ann", kDay0 + 2 * kHourMs + 2, fmt::format(R"({{"message_id":{}}})", shop.message));
  shop.AdvanceTo(kDay0 + 3 * kHourMs);
  CHECK_FALSE(Has(shop.Query("report"), R"("clicked":)"));
}

TEST_CASE("clicks: what a device was sent goes with it") {
  RemindedDevice shop;
  shop.Identify("ann", "phone", kDay0 + kHourMs);
  shop.Event("message_clicked", "ann", kDay0 + kHourMs, fmt::format(R"({{"message_id":{}}})", shop.message));
  shop.RunTo(kDay0 + 26 * kHourMs);
  CHECK(Has(shop.Query("report"), R"("clicked":{"first":1})"));
  CHECK(shop.Claim("web_push").empty());
}

}  // namespace cartwheel
