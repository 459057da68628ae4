// What providers report of messages, as an input of the engine: settled, or told as events, once each.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s", "currency": "KRW"},
  "templates": {"first": {"purpose": "cart", "sms": {"text": "1"}, "email": {"subject": "1", "text": "1"}}},
  "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
    "steps": [{"wait": "1h"}, {"send": "first", "via": ["CHANNEL"]}]}}
})json";

// A message of ann's was made and accepted by its channel.
struct Reported : Shop {
  explicit Reported(std::string_view channel, std::string_view address)
      : Shop(NewMemoryStore(), BookOf(channel)), channel_(channel) {
    NeedAddresses();
    Event("endpoint_added", "ann", kDay0, fmt::format(R"({{"channel":"{}","address":"{}"}})", channel, address));
    Event("product_added", "ann", kDay0, R"({"product_id":"p","price":10})");
    RunTo(kDay0 + kHourMs);
    const auto messages = Claim(channel);
    REQUIRE(messages.size() == 1);
    message = messages[0];
    mark = fmt::format("{}.{}.{}", message.id, message.token, message.key);
    Accept(messages);
    AdvanceTo(kDay0 + kHourMs);
  }

  IngestResult Tell(std::string_view format, std::string_view text) {
    absl::StatusOr<IngestResult> result =
        engine().Ingest(text, {.format = std::string(format), .now_ms = clock().NowMs()});
    INFO(StatusText(result.status()));
    REQUIRE(result.ok());
    AdvanceTo(clock().NowMs());
    return *result;
  }
  IngestResult Solapi(std::string_view code, std::string_view named = "") {
    return Tell("receipts/solapi",
                fmt::format(R"([{{"messageId":"M","statusCode":"{}","customFields":{{"cartwheel":"{}"}}}}])", code,
                            named.empty() ? std::string_view(mark) : named));
  }
  IngestResult SendGrid(std::string_view event, std::string_view more = "", bool marked = true) {
    return Tell("receipts/sendgrid",
                fmt::format(R"([{{"email":"ann@shop.example","event":"{0}","sg_event_id":"{0}"{1}{2}}}])", event,
                            marked ? fmt::format(R"(,"cartwheel":"{}")", mark) : "", more));
  }
  std::string StateOf() {
    const std::string answer = Query("messages");
    const size_t at = answer.find("\"state\":\"") + 9;
    return answer.substr(at, answer.find('"', at) - at);
  }

  Message message;
  std::string mark;

 private:
  static std::string BookOf(std::string_view channel) {
    std::string book(kBook);
    return book.replace(book.find("CHANNEL"), 7, channel);
  }
  std::string channel_;
};

}  // namespace

TEST_CASE("reports: delivered and failed settle the message, once") {
  Reported shop("sms", "010-1234-5678");
  CHECK(shop.StateOf() == "accepted");
  IngestResult result = shop.Solapi("4000");
  CHECK(result.accepted == 1);
  CHECK(result.rejected.empty());
  CHECK(shop.StateOf() == "delivered");
  const std::string report = shop.Query("report");
  CHECK(Has(report, R"("delivered":1)"));
  CHECK(shop.Solapi("4000").accepted == 1);  // again: nothing changes
  CHECK(shop.Solapi("3040").accepted == 1);  // a late word to the contrary neither
  CHECK(shop.StateOf() == "delivered");
  CHECK(shop.Query("report") == report);
}

TEST_CASE("reports: a number without a subscriber is removed") {
  Reported shop("sms", "010-1234-5678");
  CHECK(shop.Solapi("3032").accepted == 1);
  CHECK(shop.StateOf() == "failed");
  CHECK_FALSE(Has(shop.Query("customer", "ann"), "010-1234-5678"));
}

TEST_CASE("reports: another database's message of the same number is not ours") {
  Reported shop("sms", "010-1234-5678");
  const std::string other = fmt::format("{}.{}.ffffffffffffffffffffffffffffffff", shop.message.id, shop.message.token);
  const IngestResult result = shop.Solapi("3032", other);
  CHECK(result.accepted == 0);
  REQUIRE(result.rejected.size() == 1);
  CHECK(result.rejected[0].code == "unknown_message");
  CHECK(shop.StateOf() == "accepted");
  CHECK(shop.Solapi("3032", "999.1.ffffffffffffffffffffffffffffffff").rejected.size() == 1);
  CHECK(shop.Solapi("3032", "no mark").rejected.size() == 1);
}

TEST_CASE("reports: what readers did is told of the customer who has the message, once") {
  Reported shop("email", "ann@shop.example");
  shop.AdvanceTo(shop.clock().NowMs() + kHourMs);  // what comes at once is a machine's
  CHECK(shop.SendGrid("open").accepted == 1);
  CHECK(shop.SendGrid("click", R"(,"url":"https://shop.example")").accepted == 1);
  CHECK(Has(shop.Query("report"), R"("clicked":{"first":1})"));
  CHECK(shop.SendGrid("click").accepted == 1);
  CHECK(Has(shop.Query("report"), R"("duplicates":1)"));
}

TEST_CASE("reports: a machine that fetched a mail is told apart by its agent") {
  Reported shop("email", "ann@shop.example");
  shop.AdvanceTo(shop.clock().NowMs() + kHourMs);
  CHECK(shop.SendGrid("click", R"(,"useragent":"Mimecast","url":"https://shop.example")").accepted == 1);
  CHECK(Has(shop.Query("report"), R"("machine_clicked":{"first":1})"));
  CHECK_FALSE(Has(shop.Query("report"), R"("clicked":{"first":1})"));
}

TEST_CASE("reports: complaints and addresses that do not exist bind the address, also of a message that is not known") {
  Reported shop("email", "ann@shop.example");
  CHECK(shop.SendGrid("spamreport", "", false).accepted == 1);
  CHECK(Has(shop.Query("suppressions"), "complained"));
  CHECK(shop.SendGrid("bounce", R"(,"type":"bounce","status":"5.1.1")", false).accepted == 1);
  CHECK(Has(shop.Query("suppressions"), "bounced"));
  CHECK(shop.SendGrid("bounce", R"(,"type":"bounce","status":"5.2.2")", false).rejected.size() == 1);
}

TEST_CASE("reports: who unsubscribes at the provider withdraws") {
  Reported shop("email", "ann@shop.example");
  CHECK(shop.SendGrid("unsubscribe").accepted == 1);
  CHECK(Has(shop.Query("consent", "ann"), "receipts/sendgrid"));
  // By the address alone, as the owner of a telephone number does by the 080 number.
  Reported phone("sms", "010-1234-5678");
  const IngestResult result =
      phone.Tell("receipts/nhn", R"({"event":"UNSUBSCRIBE","hooks":[{"hookId":"U","recipientNo":"01012345678"}]})");
  CHECK(result.accepted == 1);
  CHECK(Has(phone.Query("consent", "ann"), "receipts/nhn"));
}

TEST_CASE("reports: one that cannot be read does not keep the others out") {
  Reported shop("sms", "010-1234-5678");
  const IngestResult result = shop.Tell(
      "receipts/solapi",
      fmt::format(
          R"([7,{{"messageId":"M"}},{{"messageId":"M","statusCode":"4000","customFields":{{"cartwheel":"{}"}}}}])",
          shop.mark));
  CHECK(result.accepted == 1);
  REQUIRE(result.rejected.size() == 2);
  CHECK(result.rejected[0].record == 0);
  CHECK(result.rejected[0].code == "bad_json");
  CHECK(result.rejected[1].record == 1);
  CHECK(result.rejected[1].code == "bad_report");
  CHECK(shop.StateOf() == "delivered");
}

TEST_CASE("reports: nothing is told of a customer who was erased") {
  Reported shop("email", "ann@shop.example");
  shop.Event("erase", "ann", shop.clock().NowMs());
  shop.AdvanceTo(shop.clock().NowMs() + 1);
  shop.SendGrid("open");
  CHECK_FALSE(shop.engine().Query({.query = "customer", .customer = "ann"}).ok());
}

TEST_CASE("reports: an unknown provider is named with those there are") {
  Shop shop;
  const auto result = shop.engine().Ingest("[]", {.format = "receipts/aligo"});
  REQUIRE_FALSE(result.ok());
  CHECK(StatusText(result.status()) ==
        "\"receipts/aligo\" is no format: expected receipts/nhn, receipts/sendgrid, receipts/ses or receipts/solapi");
}

}  // namespace cartwheel
