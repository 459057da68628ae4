// The recipes that ship: they compile, and their texts are fit to be sent to every customer a shop may have.
#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/money.h"
#include "core/policy/labels.h"
#include "playbook/json.h"
#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

using playbook::JsonNode;
using playbook::ReadJson;

std::vector<std::string> NamesOfRecipes() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(std::string(CARTWHEEL_SOURCE_DIR) + "/examples/recipes"))
    names.push_back(file.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}
const std::vector<std::string> kRecipes = NamesOfRecipes();

std::shared_ptr<const Playbook> Recipe(const std::string& name) {
  return Compiled(ReadWholeFile(std::string(CARTWHEEL_SOURCE_DIR) + "/examples/recipes/" + name + ".json"));
}

std::string Map(const std::vector<std::pair<std::string, Value>>& fields) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (const auto& [key, value] : fields) writer.Key(key), writer.Scalar(value);
  writer.End();
  return packed;
}

struct Shopper {
  std::string about;
  Customer customer;
  Cart cart;
};

// A product; a price of -1 and an empty name are not given.
std::string MakeItem(const std::string& name, Money price) {
  std::vector<std::pair<std::string, Value>> fields;
  if (!name.empty()) fields.emplace_back("name", Value::String(name));
  if (price >= 0) fields.emplace_back("price", Value::Decimal(price));
  return Map(fields);
}

std::vector<Shopper> Shoppers() {
  std::vector<Shopper> shoppers;
  auto add = [&](std::string about, std::string name, std::vector<std::string> items) {
    Shopper& s = shoppers.emplace_back();
    s.about = std::move(about);
    if (!name.empty()) s.customer.attributes.packed = Map({{"name", Value::String(name)}});
    for (const std::string& item : items) PutLine(s.cart, item, kOnePiece, 1);
  };
  const std::string coat = MakeItem("울 코트", 129'000 * kMoneyScale);
  add("a name", "김하늘", {coat});
  add("no name", "", {coat});
  add("a long name", std::string("알렉산드라 마리아 테레사 폰 합스부르크 로트링겐 여사"), {coat});
  add("an emoji", "하늘🌙", {MakeItem("고양이 🐈 \"쿠션\"", 19'900 * kMoneyScale)});
  add("an English name", "Christopher", {MakeItem("MacBook Pro", 2'990'000 * kMoneyScale)});
  add("an item without a price or a name", "이온", {MakeItem("", -1)});
  add("an empty cart", "이온", {});
  add("forty items", "박서연", std::vector<std::string>(40, coat));
  return shoppers;
}

std::string TextOf(const JsonNode& payload, std::string_view key) {
  const JsonNode* node = payload.Find(key);
  return node == nullptr ? "" : node->text;
}

// Bytes in EUC-KR: one for ASCII, two for any other character.
size_t EucKrBytes(std::string_view text) {
  size_t bytes = 0;
  for (unsigned char c : text) bytes += c < 0x80 ? 1 : (c & 0xc0) == 0x80 ? 0 : 2;
  return bytes;
}

}  // namespace

// A text as it leaves for a customer in Korea: with its label.
std::string Labelled(const Playbook& playbook, const Content& content, const World& world) {
  Composed composed;
  const LabelPlan* label = playbook.labels->Find(PackSet(Pack::kKorea), content.medium);
  const absl::Status status = Compose(content, world, &composed, label, "token");
  INFO(StatusText(status));
  REQUIRE(status.ok());
  return composed.payload;
}

TEST_CASE("Every text of the recipes renders for every kind of customer") {
  for (const std::string& name : kRecipes) {
    auto recipe = Recipe(name);
    for (const Shopper& shopper : Shoppers()) {
      World world(shopper.customer, &shopper.cart, nullptr, recipe->shop, 0);
      for (const auto& message : recipe->templates)
        for (const Content& content : message->contents) {
          if (message->message_class != MessageClass::kAdvertisement) continue;
          INFO(name << " " << message->name << " " << content.medium << " for " << shopper.about);
          std::string body = Labelled(*recipe, content, world);
          CAPTURE(body);
          auto payload = ReadJson(body);
          REQUIRE(payload.ok());
          CHECK(body.find("{{") == body.npos);
          CHECK(body.find("{%") == body.npos);
          CHECK(body.find("()") == body.npos);
          if (content.medium == "push") {
            CHECK(TextOf(*payload, "title") == "(광고)온도상점");
            CHECK(TextOf(*payload, "body").ends_with("\n수신거부: 설정 > 알림"));
            CHECK(TextOf(*payload, "url").starts_with("https://shop.example"));
          }
          if (content.medium == "sms") {
            std::string text = TextOf(*payload, "text");
            CHECK(text.rfind("(광고)온도상점 ", 0) == 0);
            std::string_view ending = "\n02-123-4567\n무료수신거부 0801234567";
            CHECK(text.substr(text.size() - ending.size()) == ending);
            CHECK(EucKrBytes(text) <= 90);
          }
          if (content.medium == "email") {
            CHECK(TextOf(*payload, "subject").starts_with("(광고)"));
            for (std::string_view part : {"온도상점", "02-123-4567", "help@shop.example", "서울시 중구 세종대로 1",
                                          "수신거부", "unsubscribe", "https://shop.example/opt-out?t=token"})
              CHECK(TextOf(*payload, "text").find(part) != std::string::npos);
          }
        }
    }
  }
}

TEST_CASE("KR-08, KR-09: the notices of the recipes say who sends them, what was said and when, and how to withdraw") {
  constexpr int64_t kSaidMs = 1'767'225'600'000;  // 2026-01-01, 09:00 in Seoul
  const Customer customer;
  for (const std::string name : {"cart-24-48-72", "cart-5m-1h-24h"}) {
    const auto recipe = Recipe(name);
    World world(customer, nullptr, nullptr, recipe->shop, kSaidMs + 1);
    size_t texts = 0;
    for (const auto& message : recipe->templates) {
      if (message->message_class != MessageClass::kNotice) continue;
      for (const auto& [key, words] : std::vector<std::pair<std::string, std::string>>{
               {"granted: sms, web_push: ad", "수신동의(문자, 웹 알림)"},
               {"granted: app_push: ad_night", "야간 수신동의(앱 알림)"},
               {"refused: email: ad", "수신거부(이메일)"},
               {"withdrawn: all: ad, ad_night", "수신동의 철회(모든 매체)"}}) {
        world.SetConsent(key, kSaidMs);
        for (const Content& content : message->contents) {
          Composed composed;
          const absl::Status status = Compose(content, world, &composed, nullptr, "");
          INFO(name << " " << message->name << " " << content.medium << " " << StatusText(status));
          REQUIRE(status.ok());
          const auto payload = ReadJson(composed.payload);
          REQUIRE(payload.ok());
          std::string text = TextOf(*payload, "title") + TextOf(*payload, "body") + TextOf(*payload, "text");
          INFO(text);
          for (std::string_view part : {"온도상점", "2026년 1월 1일", "02-123-4567", words.c_str()})
            CHECK(text.find(part) != std::string::npos);
          CHECK((text.find("080-123-4567") != std::string::npos) == (message->name == "consent_reconfirm"));
          CHECK(text.find("(광고)") == std::string::npos);
          CHECK(text.find("()") == std::string::npos);
          ++texts;
        }
      }
    }
    CHECK(texts == 2 * 4 * 3);
  }
}

TEST_CASE(
    "The transactional texts of the recipes render without a label, and an Alimtalk says what its variables are") {
  Customer customer;
  customer.attributes.packed = Map({{"name", Value::String("김하늘")},
                                    {"deposit_order", Value::String("20260504-7")},
                                    {"deposit_amount", Value::Int(45'000)},
                                    {"deposit_account", Value::String("가나은행 123-45-6789")},
                                    {"deposit_due_at", Value::String("2026-05-07T14:00:00Z")}});
  size_t texts = 0;
  for (const std::string& name : kRecipes) {
    const auto recipe = Recipe(name);
    const World world(customer, nullptr, nullptr, recipe->shop, 0);
    for (const auto& message : recipe->templates) {
      if (message->message_class != MessageClass::kTransactional) continue;
      for (const Content& content : message->contents) {
        Composed composed;
        const absl::Status status = Compose(content, world, &composed, nullptr, "");
        INFO(name << " " << message->name << " " << content.medium << " " << StatusText(status) << composed.payload);
        REQUIRE(status.ok());
        CHECK(composed.payload.find("(광고)") == std::string::npos);
        ++texts;
        if (content.medium == "webhook") continue;
        for (std::string_view part : {"20260504-7", "45,000원", "가나은행 123-45-6789", "5월 7일 23시"})
          CHECK(composed.payload.find(part) != std::string::npos);
        CHECK(
            (content.medium != "kakao" || composed.payload.find(R"("template_code":"DEPOSIT_)") != std::string::npos));
      }
    }
  }
  CHECK(texts == 2 * 2 + 1);
}

TEST_CASE("The texts say names, particles and amounts as a person would") {
  auto recipe = Recipe("cart-24-48-72");
  std::vector<Shopper> shoppers = Shoppers();
  auto text = [&](const Shopper& shopper, std::string_view name, std::string_view medium, std::string_view key) {
    World world(shopper.customer, &shopper.cart, nullptr, recipe->shop, 0);
    for (const auto& message : recipe->templates)
      if (message->name == name) return TextOf(*ReadJson(Labelled(*recipe, *message->FindContent(medium), world)), key);
    return std::string();
  };
  CHECK(text(shoppers[0], "gentle", "push", "body") ==
        "김하늘님, ‘울 코트’가 장바구니에서 기다리고 있어요. 천천히 둘러보고 오세요, 자리는 저희가 맡아 "
        "둘게요.\n수신거부: 설정 > 알림");
  CHECK(text(shoppers[1], "gentle", "sms", "text") ==
        "(광고)온도상점 담아 둔 상품이 기다려요\nshop.example/c\n02-123-4567\n무료수신거부 0801234567");
  CHECK(text(shoppers[2], "gentle", "email", "subject") == "(광고)‘울 코트’를 맡아 두었어요");
  CHECK(text(shoppers[3], "gentle", "push", "body").rfind("하늘🌙님, ‘고양이 🐈 \"쿠션\"’이 장바구니에서", 0) == 0);
  CHECK(text(shoppers[7], "gentle", "push", "body").rfind("박서연님, ‘울 코트’ 외 39개가 장바구니에서", 0) == 0);
  CHECK(text(shoppers[5], "gentle", "kakao", "text").find("금액") == std::string::npos);
  CHECK(text(shoppers[7], "free_shipping", "kakao", "text").find("결제하실 금액: 5,160,000원 (배송비 0원)") !=
        std::string::npos);
  CHECK(text(shoppers[4], "last_call", "kakao", "text").find("\n\n· MacBook Pro 2,990,000원\n\n") != std::string::npos);
  CHECK(text(shoppers[7], "last_call", "kakao", "text").find("· 그리고 37개 더\n") != std::string::npos);
  CHECK(text(shoppers[0], "last_call", "push", "body").find("ONDO10을 넣으면 10% 깎아") != std::string::npos);
}

TEST_CASE(
    "The recipes are lawful in Korea: consent is proved, entries and messages are bounded, each channel may be used") {
  for (const std::string& name : kRecipes) {
    INFO(name);
    const auto recipe = Recipe(name);
    CHECK_FALSE(recipe->policy.consent_assumed);
    CHECK(recipe->policy.rules.has(Pack::kKorea));
    CHECK(recipe->policy.domestic);
    CHECK(recipe->policy.caps.size() == 3);
    for (const Journey& journey : recipe->journeys)
      for (const JourneyStep& step : journey.steps) {
        const auto* send = std::get_if<SendStep>(&step.does);
        if (send == nullptr || send->message_template->message_class != MessageClass::kAdvertisement) continue;
        for (const std::string& channel : send->via) {
          CHECK(recipe->policy.MediumOf(channel).has_value());
          CHECK((channel != "sms" || recipe->policy.certified.contains("sms")));
        }
      }
  }
}

TEST_CASE("The ten lines of docs/policy.md make a playbook that lacks nothing for any channel") {
  const auto playbook = Compiled(R"({"playbook": 1, "revision": 1, )" + JsonExamples("policy.md").at(0) + R"(
    "templates": {"t": {"purpose": "cart", "push": {"title": "x", "body": "x"}, "kakao": {"text": "x"}, "sms": "x",
                        "email": {"subject": "x", "text": "x"}}},
    "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
                          "steps": [{"send": "t", "via": ["web_push", "kakao", "sms", "email"]}]}}})");
  const Customer customer;
  const World world(customer, nullptr, nullptr, playbook->shop, 0);
  for (const Content& content : playbook->templates.at(0)->contents) {
    const auto payload = ReadJson(Labelled(*playbook, content, world));
    REQUIRE(payload.ok());
    if (content.medium == "sms") CHECK(EucKrBytes(TextOf(*payload, "text")) == 53 + 1);
  }
}

TEST_CASE("The recipes' journeys are what their names say") {
  auto slow = Recipe("cart-24-48-72");
  REQUIRE(slow->journeys.size() == 1 + 2);  // the hidden ones of the notices come after it
  const Journey& journey = slow->journeys[0];
  CHECK(journey.enter_on.type == EventType::kProductAdded);
  CHECK(journey.exits.size() == 3);
  CHECK(journey.goal_on.type == EventType::kOrderCompleted);
  CHECK(journey.goal_within_ms == 7 * 24 * 3'600'000LL);
  auto sent_at_minutes = [](const Journey& walked) {
    std::vector<int64_t> minutes;
    int64_t at_ms = 0;
    for (const JourneyStep& step : walked.steps)
      if (const auto* wait = std::get_if<WaitStep>(&step.does))
        at_ms += wait->span_ms;
      else
        minutes.push_back(at_ms / 60'000);
    return minutes;
  };
  CHECK(sent_at_minutes(journey) == std::vector<int64_t>{24 * 60, 48 * 60, 72 * 60});
  CHECK(sent_at_minutes(Recipe("cart-5m-1h-24h")->journeys[0]) == std::vector<int64_t>{5, 60, 24 * 60, 48 * 60});
}

}  // namespace cartwheel
