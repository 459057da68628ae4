// Messages from the engine's side: what is kept of one, what does not fit goes elsewhere or nowhere, variants and kinds
// of SMS are counted, a requirement is judged when the message is made, and a preview sends nothing.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 3, "policy": {"consent": "assumed_by_shop", "rules": []},
  "shop": {"name": "온도상점", "currency": "KRW", "locale": "ko-KR", "cart_url": "https://shop.test/cart"},
  "templates": {
    "hello": {"purpose": "cart", "require": "cart.value >= 1000.0",
      "sms": "{{ customer.name | default: '고객' }}님, {{ cart.items[0].name }}",
      "kakao": {"text": "{{ customer.name }} {{ cart.value | money }}"},
      "locales": {"en": {"sms": "Hi {{ customer.name }}, {{ cart.value | money }}"}, "ja": {"kakao": {"text": "{{ customer.name }}様"}}},
      "variants": {"long": {"sms": "{{ customer.name | default: '고객' }}님께 긴 글월을 올립니다. 담아 두신 물건이 아직 그 자리에서 얌전히 기다리고 있으니 부디 잊지 마시고 들러 주세요."}}}},
  "journeys": {"j": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"wait": "1h"}, {"send": "hello", "via": ["sms", "kakao"], "variants": {"base": 1, "long": 1}}]}}
})json";

void Fill(Shop& shop, std::string_view id, std::string_view name, std::string_view more = "",
          std::string_view price = "5000") {
  shop.Event("identify", id, kDay0, fmt::format(R"({{"name": "{}"{}}})", name, more));
  shop.Event("endpoint_added", id, kDay0, fmt::format(R"({{"channel": "sms", "address": "010-{}"}})", id));
  shop.Event("endpoint_added", id, kDay0, fmt::format(R"({{"channel": "kakao", "address": "k-{}"}})", id));
  shop.Event("product_added", id, kDay0, fmt::format(R"({{"product_id": "p", "name": "양말", "price": {}}})", price));
}

}  // namespace

TEST_CASE("A message keeps what it said and what it said it of") {
  Shop shop(NewMemoryStore(), kBook);
  Fill(shop, "kim", "민지");
  shop.RunTo(kDay0 + 2 * kHourMs);
  QueryRequest request{.query = "messages"};
  const std::string messages = *shop.engine().Query(request);
  CHECK(Has(messages, R"("template":"hello")"));
  CHECK(Has(messages, R"("revision":3)"));
  CHECK(Has(messages, R"("values":{"customer.name":"민지")"));
  CHECK(Has(messages, R"(\"type\":\")"));
}

TEST_CASE("An SMS that cannot be written goes to the next channel") {
  Shop shop(NewMemoryStore(), kBook);
  Fill(shop, "kim", "민지🌙");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("sms").empty());
  const std::vector<Message> kakao = shop.Claim("kakao");
  REQUIRE(kakao.size() == 1);
  CHECK(kakao[0].payload == R"({"text":"민지🌙 5,000원"})");
}

TEST_CASE("What fits no channel is dropped, and why says which field and which limit") {
  std::string only_sms(kBook);
  only_sms.replace(only_sms.find(R"(["sms", "kakao"])"), 16, R"(["sms"])");
  Shop shop(NewMemoryStore(), only_sms);
  shop.Event("identify", "lee", kDay0, R"({"name": "🌙"})");
  shop.Event("endpoint_added", "lee", kDay0, R"({"channel": "sms", "address": "010-9"})");
  shop.Event("product_added", "lee", kDay0, R"({"product_id": "p", "name": "양말", "price": 5000})");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("sms").empty());
  CHECK(Has(shop.Query("why", "lee"), R"(does_not_fit: sms.text: \"🌙\" cannot be written in EUC-KR)"));
  CHECK(Has(shop.Query("report"), R"("dropped":{"hello":{"does_not_fit":1}})"));
}

TEST_CASE("What a template requires is judged when the message is made") {
  Shop shop(NewMemoryStore(), kBook);
  Fill(shop, "kim", "민지", "", "900");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("sms").empty());
  CHECK(Has(shop.Query("why", "kim"), R"("require")"));
  CHECK(Has(shop.Query("report"), R"("dropped":{"hello":{"require":1}})"));
}

TEST_CASE("Variants share the customers and are counted, kinds of SMS too") {
  Shop shop(NewMemoryStore(), kBook);
  for (int i = 0; i < 40; ++i) Fill(shop, "c" + std::to_string(i), "민지");
  shop.RunTo(kDay0 + 2 * kHourMs);
  size_t longer = 0;
  for (const Message& message : shop.Claim("sms")) {
    const bool is_long = Has(message.payload, "긴 글월");
    CHECK(Has(message.payload, is_long ? R"("type":"lms")" : R"("type":"sms")"));
    longer += is_long;
  }
  CHECK(longer > 8);
  CHECK(longer < 32);
  const std::string report = shop.Query("report");
  CHECK(Has(report, fmt::format(R"("variants":{{"hello":{{"base":{},"long":{}}}}})", 40 - longer, longer)));
  CHECK(Has(report, fmt::format(R"("sms_types":{{"hello":{{"lms":{},"sms":{}}}}})", longer, 40 - longer)));
}

TEST_CASE("A customer who reads another language gets it") {
  Shop shop(NewMemoryStore(), kBook);
  Fill(shop, "bob", "Bob", R"(, "locale": "en-US")");
  shop.RunTo(kDay0 + 2 * kHourMs);
  // EUC-KR has no ₩, so it is not an SMS; Kakao has no English text, so it is the shop's.
  CHECK(shop.Claim("sms").empty());
  const std::vector<Message> kakao = shop.Claim("kakao");
  REQUIRE(kakao.size() == 1);
  CHECK(kakao[0].payload == R"({"text":"Bob 5,000원"})");
  Fill(shop, "ai", "🌙愛", R"(, "locale": "ja_JP")");
  shop.RunTo(kDay0 + 4 * kHourMs);
  const std::vector<Message> japanese = shop.Claim("kakao");
  REQUIRE(japanese.size() == 1);
  CHECK(japanese[0].payload == R"({"text":"🌙愛様"})");
  CHECK(Has(shop.Query("messages"), R"("locale":"ja")"));
}

TEST_CASE("A preview shows every text with its sizes, and sends nothing") {
  Shop shop(NewMemoryStore(), kBook);
  QueryRequest request{.query = "preview", .message_template = "hello"};
  std::string preview = *shop.engine().Query(request);
  CHECK(Has(preview, R"("required":true)"));
  CHECK(Has(preview, R"("text":"김민지님, 울 코트","graphemes":10,"characters":10,"bytes":24,"euc_kr_bytes":17)"));
  CHECK(Has(preview, R"("variant":"long")"));
  CHECK(Has(preview, R"("locale":"en")"));
  Fill(shop, "kim", "민지");
  shop.AdvanceTo(kDay0);
  request.customer = "kim";
  preview = *shop.engine().Query(request);
  CHECK(Has(preview, R"("text":"민지님, 양말")"));
  request.playbook =
      R"({"playbook": 1, "revision": 9, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "x"}, "templates": {"other": {"sms": "{{ customer.name }}"}}})";
  shop.Event("identify", "kim", kDay0 + 1, R"({"name": "🌙"})");
  shop.AdvanceTo(kDay0 + 1);
  CHECK(StatusText(shop.engine().Query(request).status()) == "the playbook has no template \"hello\"; it has: other");
  request.message_template = "other";
  CHECK(Has(*shop.engine().Query(request), R"("error":"sms.text: \"🌙\" cannot be written in EUC-KR")"));
  CHECK(shop.Outbox().empty());
}

TEST_CASE("A tracked link leads where it says, and tells which message it stood in") {
  std::string tracked(kBook);
  tracked.replace(tracked.find("{{ cart.value | money }}"), 24, "{{ cart.url | track_link }}");
  CHECK(Has(StatusText(Shop().engine().Load(tracked).status()),
            R"("track_link" needs the address that answers for such links: write "link_url")"));
  tracked.replace(tracked.find(R"("cart_url")"), 0, R"("link_url": "https://shop.test/r", )");
  Shop shop(NewMemoryStore(), tracked);
  Fill(shop, "kim", "🌙");
  shop.RunTo(kDay0 + 2 * kHourMs);
  const std::vector<Message> messages = shop.Claim("kakao");
  REQUIRE(messages.size() == 1);
  std::string link = messages[0].payload.substr(messages[0].payload.find("https://"));
  link.resize(link.find('"'));
  QueryRequest request{.query = "link", .link = link};
  const std::string answer = *shop.engine().Query(request);
  CHECK(Has(answer, R"({"url":"https://shop.test/cart","message":{"id":)"));
  CHECK(Has(answer, fmt::format(R"("id":{},)", messages[0].id)));
  CHECK(Has(answer, R"("customer":"kim")"));
  request.link.back() = request.link.back() == '0' ? '1' : '0';
  CHECK(StatusText(shop.engine().Query(request).status()) == "this link was not made here, or it was changed");
  // Forgotten with its customer; the link still leads somewhere.
  request.link = link;
  shop.Event("erase", "kim", kDay0 + 3 * kHourMs);
  shop.AdvanceTo(kDay0 + 3 * kHourMs);
  CHECK(*shop.engine().Query(request) == R"({"url":"https://shop.test/cart"})");
}

}  // namespace cartwheel
