// docs/queries.json against the engine: what every query answers, of a database in which everything has happened, has
// the fields that the page names, of the types that it names, and no other; and every field of the page is met at least
// once.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "cartwheel/limits.h"
#include "core/model/cart.h"
#include "core/model/decision.h"
#include "core/model/message.h"
#include "core/policy/token.h"
#include "engine/common/holds.h"
#include "playbook/json.h"
#include "re2/re2.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

using playbook::JsonMember;
using playbook::JsonNode;
using Kind = JsonNode::Kind;
using Words = std::set<std::string>;

JsonNode ReadTree(std::string_view text) {
  absl::StatusOr<JsonNode> root = playbook::ReadJson(text);
  INFO(text << "\n" << StatusText(root.status()));
  REQUIRE(root.ok());
  return *std::move(root);
}

const JsonNode& Need(const JsonNode& object, std::string_view key) {
  INFO("docs/queries.json: " << key);
  const JsonNode* found = object.Find(key);
  REQUIRE(found != nullptr);
  return *found;
}

JsonNode ReadPage() {
  std::ifstream file(CARTWHEEL_SOURCE_DIR "/docs/queries.json");
  std::stringstream text;
  text << file.rdbuf();
  return ReadTree(text.str());
}

// The types of the page, and which of their fields were met.
class Shapes {
 public:
  explicit Shapes(const JsonNode& page) : types_(Need(page, "types")), words_(Need(page, "words")) {}

  // `type` as the page writes it: "time", "[Decision]", "{{integer}}".
  void Judge(std::string_view type, const JsonNode& value, const std::string& place) {
    INFO(place << " is " << type);
    const Kind kind = value.kind;
    const std::string_view inner = type.size() < 2 ? type : type.substr(1, type.size() - 2);
    if (type.front() == '[' || type.front() == '{') {
      REQUIRE(kind == (type.front() == '[' ? Kind::kList : Kind::kObject));
      for (const JsonMember& member : value.members) Judge(inner, member.value, place + "/" + member.key);
    } else if (type == "text" || type == "time") {
      REQUIRE(kind == Kind::kText);
      static const RE2 instant(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z)");
      CHECK((type == "time") == RE2::FullMatch(value.text, instant));
    } else if (type == "integer" || type == "number") {
      REQUIRE(kind == Kind::kNumber);
      if (type == "integer") CHECK(value.text.find_first_of(".eE") == std::string::npos);
    } else if (type == "boolean") {
      CHECK(kind == Kind::kBool);
    } else if (const JsonNode* words = words_.Find(type)) {
      REQUIRE(kind == Kind::kText);
      CHECK(ListedWords(*words).contains(value.text));
    } else if (type != "any") {
      JudgeFields(type, value, place);
    }
  }

  // "Type.field" of those that no answer had.
  std::vector<std::string> Unmet() const {
    std::vector<std::string> unmet;
    for (const JsonMember& type : types_.members)
      for (const JsonMember& field : Need(type.value, "fields").members)
        if (const std::string name = type.key + "." + field.key; !met_.contains(name)) unmet.push_back(name);
    return unmet;
  }

  Words WordsOf(std::string_view name) const { return ListedWords(Need(words_, name)); }

 private:
  static Words ListedWords(const JsonNode& words) {
    Words listed;
    for (const JsonMember& word : Need(words, "words").members) listed.insert(word.value.text);
    return listed;
  }

  void JudgeFields(std::string_view type, const JsonNode& value, const std::string& place) {
    const JsonNode& fields = Need(Need(types_, type), "fields");
    REQUIRE(value.is_object());
    for (const JsonMember& member : value.members) {
      const JsonNode* field = fields.Find(member.key);
      INFO("docs/queries.json names no field " << type << "." << member.key);
      REQUIRE(field != nullptr);
      std::string_view written = field->members[0].value.text;
      if (written.ends_with('?')) written.remove_suffix(1);
      met_.insert(std::string(type) + "." + member.key);
      Judge(written, member.value, place + "/" + member.key);
    }
    for (const JsonMember& field : fields.members) {
      INFO(place << " has no " << field.key);
      if (!field.value.members[0].value.text.ends_with('?')) CHECK(value.Find(field.key) != nullptr);
    }
  }

  const JsonNode &types_, &words_;
  std::set<std::string> met_;
};

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
  "shop": {"name": "온도상점", "timezone": "Asia/Seoul", "currency": "KRW", "locale": "ko-KR", "link_url": "https://shop.test/r"},
  "segments": {"big": "events('product_added').within(duration('24h')).sum('price') >= 1000.0", "rich": "customer.points > 3"},
  "templates": {
    "gentle": {"purpose": "cart", "fresh_for": "2h", "require": "cart.items.size() > 0",
      "push": {"title": "{{ customer.name | default: '고객' }}🌙", "url": "{{ cart.url | track_link }}"},
      "sms": "{{ customer.name | default: '고객' }}", "locales": {"en": {"push": {"title": "hi"}, "sms": "hi"}},
      "variants": {"short": {"push": {"title": "b"}, "sms": "b"}}},
    "surname": {"purpose": "cart", "sms": "{{ customer.surname }}"},
    "thanks": {"class": "transactional", "purpose": "order", "sms": "{{ customer.name | default: '고객' }}"}},
  "journeys": {
    "cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
      "goal": {"on": "order_completed", "within": "7d"},
      "steps": [{"split": [{"weight": 1, "name": "all"}], "name": "trial"}, {"wait": "1h"}, {"send": "gentle", "via": ["web_push", "sms"], "variants": {"base": 1, "short": 1}},
                {"wait": "1h"}, {"send": "surname", "via": ["sms"]},
                {"wait": "24h"}, {"send": "gentle", "via": ["sms"], "name": "second"}]},
    "order": {"enter": {"on": "order_completed"}, "steps": [{"send": "thanks", "via": ["sms"]}]}}
})json";

constexpr std::string_view kLawfulBook = R"json({
  "playbook": 1, "revision": 1,
  "policy": {"rules": ["KR"], "domestic": true, "notices": {"result": {"i_have_checked": "ours"}, "reconfirm": {"i_have_checked": "ours"}}, "opt_out": {"sms": "080-123-4567"},
    "caps": [{"count": "entries", "per": "journey", "max": 5, "within": "7d"}]},
  "shop": {"name": "온도상점", "contact": "02-123-4567", "address": "서울시 중구 1", "currency": "KRW", "country": "KR",
    "timezone": "Asia/Seoul"},
  "templates": {"remind": {"purpose": "cart", "sms": "1"}},
  "channels": {"sms": {"certified": true}},
  "journeys": {"cart": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}], "steps": [{"send": "remind", "via": ["sms"], "latest": "2h"}]}}
})json";

// Cups of "price" for a customer, in a cart that has an address.
std::string Cup(std::string_view cart, std::string_view price = "9000.5") {
  return fmt::format(
      R"({{"cart_id":"{0}","cart_url":"https://shop.test/cart","product_id":"cup","name":"머그컵","price":{1},"currency":"KRW"}})",
      cart, price);
}

std::string TooManyCups() {
  std::string list;
  for (size_t i = 0; i <= kCartItemsMax; ++i) list += fmt::format(R"({}{{"product_id":"p{}"}})", i == 0 ? "" : ",", i);
  return R"({"cart_id":"full","products":[)" + list + "]}";
}

// A shop in which everything has happened that an answer may tell of.
struct Busy : Shop {
  Busy() : Shop(NewMemoryStore(), kBook) {
    constexpr int64_t kHour = kHourMs;
    options().token_key = std::string(64, 'a');
    Reopen();
    Event("endpoint_added", "kim", kDay0, R"({"channel":"web_push","address":"push/kim"})");
    Event("identify", "kim", kDay0, R"({"name":"Kim","points":5})");
    Event("endpoint_added", "lee", kDay0, R"({"channel":"sms","address":"010"})");
    Event("endpoint_removed", "lee", kDay0 + 1, R"({"channel":"sms","address":"010"})");
    Event("identify", "lee", kDay0, R"({"name":"Lee","locale":"en"})");
    for (std::string_view customer : {"kim", "lee", "park", "choi"}) Event("product_added", customer, kDay0, Cup("k1"));
    DeviceEvent("product_added", "phone", kDay0, Cup("k1"));
    Event("product_added", "kim", kDay0, Cup("k1", R"("free")"), "twice");
    Event("product_added", "kim", kDay0, Cup("k1", R"("free")"), "twice");
    Event("cart_updated", "park", kDay0, TooManyCups());
    RunTo(kDay0 + kHour);
    made = Claim("web_push");
    REQUIRE(made.size() == 5);
    for (const Message& message : made)
      if (const size_t at = message.payload.find("https://"); at != std::string::npos)
        link = message.payload.substr(at, message.payload.find('"', at) - at);
    std::vector<Outcome> outcomes;
    for (const Message& message : made)
      outcomes.push_back({message.id, message.token,
                          message.customer == "park" ? OutcomeCode::kUnknown : OutcomeCode::kAccepted, "said"});
    REQUIRE(engine().Settle(outcomes).ok());
    AdvanceTo(kDay0 + kHour);
    for (const Message& message : made)
      for (std::string_view type : {"message_opened", "message_clicked"})
        if (message.customer == "kim")
          for (std::string_view agent : {"Firefox", "bingbot/2.0"})
            Event(type, "kim", kDay0 + kHour, fmt::format(R"({{"message_id":{},"agent":"{}"}})", message.id, agent));
    Event("order_completed", "kim", kDay0 + kHour + kMinuteMs, R"({"order_id":"o1","cart_id":"k1","total":9000.5})");
    Event("consent_withdrawn", "choi", kDay0 + kHour + kMinuteMs, R"({"medium":"web_push"})");
    RunTo(kDay0 + 27 * kHour);
    Event("product_added", "kim", kDay0 + 27 * kHour, Cup("k2"));
    DeviceEvent("product_added", "phone", kDay0 + 27 * kHour, Cup("k2"));
    AdvanceTo(kDay0 + 27 * kHour);
    REQUIRE(engine().Hold({.action = "quiet", .journey = "cart", .why = "a wrong price"}).ok());
    REQUIRE(ChangeHolds(*store(), [](Holds& holds) {
              holds.surge_since_ms = kDay0;
              return absl::OkStatus();
            }).ok());
    const MessageRow row = store()->ListMessages({{}, {}, 1})->front();
    token = MakeToken({.kind = TokenKind::kOptOut,
                       .customer = row.customer,
                       .message = static_cast<int64_t>(row.link >> 1),
                       .medium = static_cast<uint8_t>(ConsentMedium::kEmail),
                       .made_at_ms = row.made_at_ms},
                      ReadTokenKeys(options().token_key)->front());
  }

  std::string Ask(const QueryRequest& request) {
    auto answer = engine().Query(request);
    INFO(request.query << ": " << StatusText(answer.status()));
    REQUIRE(answer.ok());
    return *answer;
  }

  std::vector<Message> made;
  std::string link, token;
};

// A shop under a law, in which everything was said of consent that an answer may tell of.
struct Agreed {
  Agreed() {
    shop.NeedAddresses();
    shop.Event("endpoint_added", "kim", kDay0, R"({"channel":"sms","address":"010-1234-5678"})");
    shop.Raw(
        R"({"type":"consent_granted","customer":"kim","at":"2026-01-01T09:00:00+09:00","properties":{"medium":"sms",
      "scope":"ad","topic":"cart","where":"/join","wording":"v3","actor":"kim","address":"010-1234-5678","evidence":"form",
      "message_id":41}})");
    shop.Raw(R"({"type":"consent_granted","customer":"kim","at":"some day","properties":{"medium":"email"}})");
    shop.Event("consent_granted", "kim", kDay0, R"({"medium":"sms"})");
    shop.Event("consent_reconfirmed", "kim", kDay0 + 1, R"({"medium":"sms"})");
    shop.Event("consent_refused", "kim", kDay0, R"({"medium":"kakao"})");
    shop.DeviceEvent("consent_granted", "phone", kDay0, R"({"medium":"web_push"})");
    shop.Identify("kim", "phone", kDay0 + 1);
    shop.Event("permission_asked", "kim", kDay0, R"({"permission":"dismissed"})");
    shop.Event("endpoint_added", "kim", kDay0, R"({"channel":"email","address":"kim@shop.example"})");
    for (std::string_view address : {"kim@shop.example", "lee@shop.example"})
      shop.Raw(fmt::format(R"({{"type":"bounced","properties":{{"channel":"email","address":"{}"}}}})", address));
    shop.Event("consent_granted", "lee", kDay0, R"({"medium":"sms"})");
    shop.Event("erase", "lee", kDay0 + 1);
    shop.clock().Set(kDay0 + 13 * kHourMs);
    shop.Event("product_added", "kim", kDay0 + 13 * kHourMs, R"({"product_id":"p"})");
    shop.AdvanceTo(kDay0 + 13 * kHourMs);  // 22:00 in Korea
    (void)shop.engine().Query({.query = "customer", .customer = "kim", .actor = "lee", .reason = "ticket 4711"});
    (void)shop.engine().Query({.query = "messages", .actor = "lee"});
  }

  static std::multimap<std::string, QueryRequest> Requests() {
    return {{"ConsentCounts", {.query = "consent"}},
            {"CustomerConsent", {.query = "consent", .customer = "kim"}},
            {"CustomerConsent", {.query = "consent", .customer = "kim", .limit = 1}},
            {"CustomerConsent", {.query = "consent", .customer = "lee"}},
            {"Suppressions", {.query = "suppressions"}},
            {"Suppressions", {.query = "suppressions", .limit = 1}},
            {"Erasures", {.query = "erasures"}},
            {"Erasures", {.query = "erasures", .customer = "lee", .limit = 1}},
            {"Accesses", {.query = "access"}},
            {"Accesses", {.query = "access", .customer = "kim", .limit = 1}},
            {"Customer", {.query = "customer", .customer = "kim"}},
            {"Prompt", {.query = "prompt", .customer = "kim"}},
            {"Prompt", {.query = "prompt", .anonymous_id = "new"}},
            {"Export", {.query = "export", .customer = "kim"}},
            {"Why", {.query = "why", .customer = "kim"}},
            {"Report", {.query = "report"}}};
  }
  std::string Ask(const QueryRequest& request) const {
    auto answer = shop.engine().Query(request);
    INFO(request.query << ": " << StatusText(answer.status()));
    REQUIRE(answer.ok());
    return *answer;
  }

  mutable Shop shop{NewMemoryStore(), kLawfulBook};
};

// A shop whose own program lets kim into a journey, and has no place for lee.
struct Admitted {
  Admitted() {
    for (std::string_view who : {"kim", "lee"})
      shop.Event("journey_entered", who, kDay0, R"({"journey":"refund","data":{"order":"A-7"}})");
    shop.AdvanceTo(kDay0);
  }

  Shop shop{NewMemoryStore(), R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
    "shop": {"name": "S"}, "templates": {"note": {"class": "transactional", "purpose": "order", "sms": "n"}},
    "journeys": {"refund": {"enter": {"on": "journey_entered", "max_per_day": 1},
      "steps": [{"wait": "24h"}, {"send": "note", "via": ["sms"]}]}}})"};
};

// A shop that tells kim of an old consent, and finds no address of lee's.
struct Told {
  Told() {
    shop.NeedAddresses();
    shop.Event("endpoint_added", "kim", kDay0, R"({"channel":"sms","address":"010-1234-5678"})");
    shop.Event("consent_granted", "kim", kDay0 - int64_t{720} * kDayMs, R"({"medium":"sms","evidence":"imported"})");
    shop.Event("consent_granted", "lee", kDay0, R"({"medium":"sms"})");
    for (int64_t at_ms = kDay0; at_ms < kDay0 + 60 * kDayMs; at_ms += kHourMs) {
      shop.RunTo(at_ms);
      shop.Accept(shop.Claim("sms"));
    }
  }
  static std::string Book() {
    std::string book(kLawfulBook);
    constexpr std::string_view kOurs = R"({"i_have_checked": "ours"})", kTemplates = R"("templates": {)";
    for (size_t at; (at = book.find(kOurs)) != book.npos;)
      book.replace(at, kOurs.size(), R"({"send": "told", "via": ["sms"]})");
    return book.insert(book.find(kTemplates) + kTemplates.size(), R"("told": {"class": "notice", "sms": "1"}, )");
  }

  Shop shop{NewMemoryStore(), Book()};
};

// The example of the page, asked of this shop.
QueryRequest ExampleOf(const JsonNode& query, const Busy& shop) {
  const JsonNode& ask = Need(query, "ask");
  QueryRequest request{.query = Need(ask, "query").text};
  const std::map<std::string, std::string QueryRequest::*> texts = {
      {"customer", &QueryRequest::customer}, {"template", &QueryRequest::message_template},
      {"segment", &QueryRequest::segment},   {"expression", &QueryRequest::expression},
      {"link", &QueryRequest::link},         {"value_moment", &QueryRequest::value_moment},
      {"token", &QueryRequest::token}};
  for (const JsonMember& taken : ask.members)
    if (auto text = texts.find(taken.key); text != texts.end())
      request.*text->second = taken.key == "link" ? shop.link : taken.key == "token" ? shop.token : taken.value.text;
    else if (taken.key == "limit")
      request.limit = std::stoul(taken.value.text);
    else
      CHECK(taken.key == "query");
  return request;
}

// Every way to ask each query, so that each field is met.
std::multimap<std::string, QueryRequest> Requests(const Busy& shop) {
  std::multimap<std::string, QueryRequest> requests;
  auto ask = [&](QueryRequest request) { requests.emplace(request.query, request); };
  for (std::string_view query : {"report", "segments", "messages", "dead_letters", "refused", "warnings", "playbook",
                                 "health", "stats", "metrics"})
    ask({.query = std::string(query)});
  ask({.query = "messages", .limit = 1});
  for (std::string_view query : {"customer", "why", "export"}) {
    for (std::string_view customer : {"kim", "lee", "park"})
      ask({.query = std::string(query), .customer = std::string(customer)});
    ask({.query = std::string(query), .anonymous_id = "phone"});
  }
  ask({.query = "segment", .segment = "big"});
  ask({.query = "segment", .limit = 1, .segment = "big"});
  for (std::string_view segment : {"big", "rich"}) {
    ask({.query = "segment", .customer = "kim", .segment = std::string(segment)});
    ask({.query = "segment", .anonymous_id = "phone", .segment = std::string(segment)});
  }
  ask({.query = "evaluate", .expression = "customer.orders == 0"});
  ask({.query = "evaluate", .customer = "kim", .expression = "customer.orders == 0"});
  for (std::string_view name : {"gentle", "surname"}) ask({.query = "preview", .message_template = std::string(name)});
  ask({.query = "preview", .anonymous_id = "phone", .message_template = "gentle"});
  ask({.query = "link", .link = shop.link});
  ask({.query = "token", .token = shop.token});
  return requests;
}

}  // namespace

TEST_CASE("queries: every answer has the fields that docs/queries.json names, and every field is met") {
  const JsonNode page = ReadPage();
  Shapes shapes(page);
  Busy shop;
  std::multimap<std::string, QueryRequest> requests = Requests(shop);
  for (const JsonMember& query : Need(page, "queries").members) {
    requests.emplace(query.key, ExampleOf(query.value, shop));
    INFO(query.key);
    CHECK(requests.contains(query.key));
    for (auto [asked, end] = requests.equal_range(query.key); asked != end; ++asked) {
      const QueryRequest& request = asked->second;
      const bool of_customer = !request.customer.empty() || !request.anonymous_id.empty();
      const JsonNode* other = of_customer ? query.value.Find("answers_customer") : nullptr;
      const std::string& type = other != nullptr ? other->text : Need(query.value, "answers").text;
      const std::string answer = shop.Ask(request);
      if (type != "text") shapes.Judge(type, ReadTree(answer), query.key);
    }
  }
  const Agreed agreed;
  for (const auto& [type, request] : agreed.Requests()) shapes.Judge(type, ReadTree(agreed.Ask(request)), type);
  Told told;
  shapes.Judge("Report", ReadTree(told.shop.Query("report")), "report");
  shapes.Judge("Export", ReadTree(told.shop.Query("export", "kim")), "export");
  Admitted admitted;
  shapes.Judge("Report", ReadTree(admitted.shop.Query("report")), "report");
  shapes.Judge("Customer", ReadTree(admitted.shop.Query("customer", "kim")), "customer");
  CHECK(shapes.Unmet() == std::vector<std::string>());
  for (const auto& [name, request] : requests) CHECK(Need(page, "queries").Find(name) != nullptr);
}

TEST_CASE("queries: docs/queries.json has every query that there is") {
  // unknown query "none", expected customer, why, … or playbook
  std::string all = StatusText(Shop().engine().Query({.query = "none"}).status());
  const JsonNode page = ReadPage();
  RE2::GlobalReplace(&all, ".*expected | or |,", " ");
  Words there, listed;
  std::istringstream names(all);
  for (std::string name; names >> name;) there.insert(name);
  for (const JsonMember& query : Need(page, "queries").members) listed.insert(query.key);
  CHECK(there == listed);
}

TEST_CASE("queries: the examples of the page have the shape of their answers") {
  const JsonNode page = ReadPage();
  Shapes shapes(page);
  for (const JsonMember& query : Need(page, "queries").members) {
    const JsonNode& ask = Need(query.value, "ask");
    CHECK(Need(ask, "query").text == query.key);
    for (const JsonMember& taken : ask.members)
      if (taken.key != "query") CHECK(Need(query.value, "takes").Find(taken.key) != nullptr);
    const JsonNode* other = ask.Find("customer") != nullptr ? query.value.Find("answers_customer") : nullptr;
    shapes.Judge(other != nullptr ? other->text : Need(query.value, "answers").text, Need(query.value, "example"),
                 "the example of " + query.key);
  }
}

TEST_CASE("queries: the words of the page are those that the engine has") {
  const JsonNode page = ReadPage();
  const Shapes shapes(page);
  auto names = [](auto last, auto name) {
    Words words;
    for (int i = 0; i <= static_cast<int>(last); ++i) words.emplace(name(static_cast<decltype(last)>(i)));
    return words;
  };
  CHECK(shapes.WordsOf("MessageState") == names(MessageState::kDead, MessageStateName));
  CHECK(shapes.WordsOf("MessageClass") == names(MessageClass::kCall, MessageClassName));
  CHECK(shapes.WordsOf("DecisionKind") == names(DecisionKind::kAdopted, DecisionName));
  CHECK(shapes.WordsOf("CartStage") == names(CartStage::kExpired, CartStageName));
}

TEST_CASE("queries: a walk is told by the names of its journey and its next step, in the revision by which it goes") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"tea"})");
  shop.AdvanceTo(kDay0);
  CHECK(Has(shop.Query("customer", "ann"), R"("revision":1,"journey":"cart","step":"first",)"));
  shop.RunTo(kDay0 + 24 * kHourMs);
  std::string next = RemindersOnly();
  next.replace(next.find(R"("revision": 1)"), 13, R"("revision": 2)");
  next.replace(next.find("\"cart\": {"), 9,
               R"("a": {"enter": {"on": "signed_up"}, "steps": [{"wait": "1h"}]}, "cart": {)");
  REQUIRE(shop.engine().Load(next).ok());
  shop.AdvanceTo(kDay0 + 25 * kHourMs);
  CHECK(Has(shop.Query("customer", "ann"), R"("revision":1,"journey":"cart","step":"second",)"));
  CHECK(Has(shop.Query("export", "ann"), R"("revision":1,"journey":"cart","step":"second",)"));
}

TEST_CASE("queries: the metrics are those of the page") {
  const JsonNode page = ReadPage();
  Busy shop;
  Words found, listed;
  std::istringstream lines(shop.Ask({.query = "metrics"}));
  for (std::string line; std::getline(lines, line);)
    if (std::string name; RE2::PartialMatch(line, "^# TYPE (\\w+) ", &name)) found.insert(name);
  for (const JsonMember& metric : Need(page, "metrics").members) listed.insert(metric.key);
  CHECK(found == listed);
}

}  // namespace cartwheel
