// What a compiled playbook holds: triggers, steps with their default times (law 6), entries, contents, the shop.
#include <vector>

#include "base/hash.h"
#include "cartwheel/limits.h"
#include "playbook/keys.h"
#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

constexpr int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;

// The steps of a journey that are written as `steps`; W and S stand for a wait's and a send's other parts.
std::vector<JourneyStep> Steps(std::string_view steps, std::shared_ptr<const Playbook>* keep) {
  std::string json =
      R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "S"},
    "templates": {"t": {"push": {"title": "x"}}, "u": {"push": {"title": "y"}}},
    "journeys": {"j": {"enter": {"on": "signed_up"}, "steps": [)" +
      std::string(steps) + "]}}}";
  *keep = Compiled(json);
  std::vector<JourneyStep> copies;
  for (const JourneyStep& step : (*keep)->journeys[0].steps) copies.push_back(step);
  return copies;
}

constexpr std::string_view kSend = R"({"send": "t", "via": ["web_push"]})";

}  // namespace

TEST_CASE("A good playbook compiles to what it says") {
  auto made = Compiled(kGoodPlaybook);
  CHECK(made->revision == Revision(7));
  CHECK(made->policy.consent_assumed);
  CHECK(FindPacked(made->shop, "name").text() == "온도상점");
  CHECK(FindPacked(made->shop, "percent").integer() == 10);
  REQUIRE(made->templates.size() == 2);
  CHECK(made->templates[0]->message_class == MessageClass::kAdvertisement);
  CHECK(made->templates[0]->purpose == "cart");
  CHECK(made->templates[1]->message_class == MessageClass::kTransactional);
  CHECK(made->templates[1]->purpose == "general");

  REQUIRE(made->journeys.size() == 1);
  const Journey& journey = made->journeys[0];
  CHECK(journey.name == "cart");
  CHECK(journey.fingerprint == SipDigest("cart").low);
  CHECK(journey.enter_on.type == EventType::kProductAdded);
  CHECK(journey.enter_when != nullptr);
  CHECK(journey.key != nullptr);
  CHECK(journey.reenter == Journey::Reenter::kAfterExit);
  REQUIRE(journey.exits.size() == 2);
  CHECK(journey.exits[0].on.type == EventType::kOrderCompleted);
  CHECK(journey.exits[0].when == nullptr);
  CHECK(journey.exits[1].on.type == EventType::kCartEmptied);
  REQUIRE(journey.reset_on.size() == 2);
  CHECK(journey.reset_on[1].type == EventType::kCartViewed);
  CHECK(journey.has_goal);
  CHECK(journey.goal_within_ms == 7 * kDay);
  REQUIRE(journey.steps.size() == 4);
  CHECK(journey.steps[1].send().message_template == made->templates[0].get());
  CHECK(journey.steps[1].send().via == std::vector<std::string>{"web_push", "sms"});
  CHECK(journey.steps[0].name == "1");
  CHECK(journey.steps[1].name == "gentle");
  CHECK(journey.steps[2].name == "3");
  CHECK(journey.steps[3].name == "gentle_2");
}

TEST_CASE("Conditions and keys read the world, and an error is not a value") {
  auto made = Compiled(kGoodPlaybook);
  const Journey& journey = made->journeys[0];
  Customer customer;
  Cart cart;
  cart.id = "c1";
  World empty(customer, &cart, nullptr, made->shop, 0);
  auto value = journey.enter_when->Evaluate(empty);
  REQUIRE(value.ok());
  CHECK_FALSE(value->boolean());
  PutLine(cart, {}, kOnePiece, 1);
  World filled(customer, &cart, nullptr, made->shop, 0);
  value = journey.enter_when->Evaluate(filled);
  REQUIRE(value.ok());
  CHECK(value->boolean());
  auto key = journey.key->Evaluate(filled);
  REQUIRE(key.ok());
  CHECK(key->text() == "c1");
  World no_cart(customer, nullptr, nullptr, made->shop, 0);
  CHECK_FALSE(journey.key->Evaluate(no_cart).ok());

  // A text that the key's expression makes, and not only points to.
  auto joined = Compiled(With(R"("cart.id")", R"("cart.id + ', and more than fits into a short string'")"));
  auto made_key = joined->journeys[0].key->Evaluate(filled);
  REQUIRE(made_key.ok());
  CHECK(made_key->text() == "c1, and more than fits into a short string");

  auto by_event = Compiled(With(
      "cart.quantity > 0", "event.properties.total >= 10.0 && shop.percent == 10 && event.type == 'product_added'"));
  std::string properties;
  PackedWriter writer(&properties);
  writer.BeginMap();
  writer.Key("total");
  writer.Scalar(Value::Decimal(12 * kMoneyScale));
  writer.End();
  Event event;
  event.type = EventType::kProductAdded;
  event.type_name = "product_added";
  event.properties = properties;
  World with_event(customer, &cart, &event, by_event->shop, 0);
  value = by_event->journeys[0].enter_when->Evaluate(with_event);
  REQUIRE(value.ok());
  CHECK(value->boolean());
}

TEST_CASE("Texts become pieces of JSON, escaped, and a missing value is an error") {
  auto made = Compiled(With(R"("title": "(광고) {{ shop.name }}")",
                            R"("title": "plain \"x\"", "data": {"list": [1.50, true, null, "{{ shop.name }}"]})"));
  const Content* push = made->templates[0]->FindContent("push");
  REQUIRE(push != nullptr);
  REQUIRE(push->pieces.size() == 4);
  CHECK(push->pieces[0].literal == R"({"title":")");  // a label may be put to it, so that it is a piece of its own
  CHECK(push->pieces[0].text == nullptr);
  CHECK(push->pieces[0].fixed == "plain \"x\"");
  CHECK(push->pieces[1].literal == R"(","data":{"list":[1.50,true,null,")");
  CHECK(push->pieces[1].text != nullptr);
  CHECK(push->pieces[2].literal == R"("]},"body":")");
  CHECK(push->pieces[3].literal == R"(","badge":1})");
  CHECK(push->pieces[3].text == nullptr);
  CHECK(made->templates[0]->FindContent("sms")->pieces[0].literal == R"({"text":")");

  Customer customer;
  PackedWriter writer(&customer.attributes.packed);
  writer.BeginMap();
  writer.Key("name");
  writer.Scalar(Value::String("a\"b\\c\nd"));
  writer.End();
  World world(customer, nullptr, nullptr, made->shop, 0);
  CHECK(Rendered(*push, world) ==
        R"({"title":"plain \"x\"","data":{"list":[1.50,true,null,"온도상점"]},"body":"a\"b\\c\nd님!","badge":1})");

  auto strict = Compiled(With("{{ customer.name | default: '고객' }}", "{{ customer.name }}"));
  Customer nobody;
  World without(nobody, nullptr, nullptr, strict->shop, 0);
  std::string out = "kept";
  UsedValues used;
  CHECK_FALSE(strict->templates[0]->FindContent("push")->pieces[1].text->Render(without, &out, &used).ok());
  CHECK(out == "kept");
}

TEST_CASE("Texts share what stands in partials") {
  auto made = CompilePlaybook(
      R"json({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "온도상점"},
    "partials": {"footer": "{{ shop.name }} 수신거부: {{ optout }}"},
    "templates": {"a": {"purpose": "news", "push": {"title": "t", "body": "안녕 {% render 'footer', optout: '설정' %}"}}}})json");
  INFO(StatusText(made.status()));
  REQUIRE(made.ok());
  Customer customer;
  World world(customer, nullptr, nullptr, (*made)->shop, 0);
  CHECK(Rendered((*made)->templates[0]->contents[0], world) ==
        R"({"title":"t","body":"안녕 온도상점 수신거부: 설정"})");
}

TEST_CASE("Money in a text follows the shop's locale and currency") {
  std::string json =
      With("\"currency\": \"KRW\", \"locale\": \"ko-KR\"", "\"currency\": \"USD\", \"locale\": \"en-US\"",
           With("Thank you", "{{ customer.revenue | money }}"));
  auto made = Compiled(json);
  Customer customer;
  customer.revenue = 12 * kMoneyScale + kMoneyScale / 2;
  World world(customer, nullptr, nullptr, made->shop, 0);
  CHECK(Rendered(made->templates[1]->contents[0], world) == R"({"title":"$12.50"})");
}

TEST_CASE("Law 6: latest is the following wait, at most 24 h; min_gap is half the wait before") {
  std::shared_ptr<const Playbook> keep;
  std::string send(kSend);
  // 48 h, t, 6 h + 4 h, t, 72 h, t
  auto steps = Steps(
      R"({"wait": "48h"}, )" + send + R"(, {"wait": "6h"}, {"wait": "4h"}, )" + send + R"(, {"wait": "3d"}, )" + send,
      &keep);
  REQUIRE(steps.size() == 7);
  CHECK(steps[1].send().latest_ms == 10 * kHour);
  CHECK(steps[1].send().min_gap_ms == 24 * kHour);
  CHECK(steps[4].send().latest_ms == 24 * kHour);
  CHECK(steps[4].send().min_gap_ms == 5 * kHour);
  CHECK(steps[6].send().latest_ms == 24 * kHour);
  CHECK(steps[6].send().min_gap_ms == 36 * kHour);

  // A send at once, one right after it, and a wait that nothing follows.
  steps = Steps(send + ", " + send + R"(, {"wait": "5m"})", &keep);
  CHECK(steps[0].send().latest_ms == 24 * kHour);
  CHECK(steps[0].send().min_gap_ms == 0);
  CHECK(steps[1].send().latest_ms == 5 * kMinute);
  CHECK(steps[1].send().min_gap_ms == 0);

  // What the playbook says stands.
  steps = Steps(
      R"({"wait": "1h"}, {"send": "t", "via": ["web_push"], "latest": "3d", "min_gap": "0s"}, {"wait": "1h"})", &keep);
  CHECK(steps[1].send().latest_ms == 3 * kDay);
  CHECK(steps[1].send().min_gap_ms == 0);
}

TEST_CASE("The steps and journeys that docs/journeys.md shows load") {
  int steps = 0;
  std::string shown;
  for (const std::string& example : JsonExamples("journeys.md")) {
    shown += example;
    std::string templates;
    for (const char* name :
         {"light", "pay_help", "detail", "benefit", "last_words", "gentle", "last_call", "by_mail", "nearly_gone"})
      templates += fmt::format(
          R"({}"{}": {{"purpose": "cart", "push": {{"title": "a", "body": "a"}}, "sms": "a", "kakao": {{"text": "a"}}, "email": {{"subject": "a", "text": "a"}}}})",
          templates.empty() ? "" : ", ", name);
    templates += R"(, "news": {"purpose": "newsletter", "email": {"subject": "a", "text": "a"}})";
    const bool is_journeys = example.starts_with(R"("journeys")");
    steps += !is_journeys;
    const std::string journeys =
        is_journeys ? example
                    : fmt::format(R"("journeys": {{"j": {{"enter": {{"on": "product_added", "key": "cart.id"}},
            "exit": [{{"on": "order_completed"}}], "steps": [{}]}}}})",
                                  example);
    const std::string text = fmt::format(
        R"({{"playbook": 1, "revision": 1, "policy": {{"consent": "assumed_by_shop", "rules": []}}, "shop": {{"name": "S"}},
            "segments": {{"readers": "customer.orders > 0"}}, "templates": {{{}}}, {}}})",
        templates, journeys);
    INFO(text);
    CHECK(ErrorOf(text) == "");
  }
  CHECK(steps >= 5);
  for (const std::string_view kind : playbook::kStepKinds)
    CHECK(shown.find(fmt::format("\"{}\": ", kind)) != shown.npos);
  for (const std::string_view wait : {"until", "business_hours", "until_field"})
    CHECK(shown.find(fmt::format("\"{}\": ", wait)) != shown.npos);
}

TEST_CASE("The example of docs/journeys.md loads and means what the page says") {
  const std::vector<std::string> examples = JsonExamples("journeys.md");
  REQUIRE_FALSE(examples.empty());
  const auto playbook = Compiled(
      R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "S"},
    "templates": {"gentle": {"purpose": "cart", "push": {"title": "x"}, "sms": "x"}, "last_call": {"purpose": "cart", "push": {"title": "y"}, "sms": "y"}}, )" +
      examples[0] + "}");
  const std::vector<JourneyStep>& steps = playbook->journeys[0].steps;
  REQUIRE(steps.size() == 4);
  CHECK(steps[1].name == "gentle");
  CHECK(steps[1].send().latest_ms == 12 * kHour);
  CHECK(steps[1].send().min_gap_ms == 12 * kHour);
  CHECK(steps[3].name == "second");
  CHECK(steps[3].send().latest_ms == kDay);
  CHECK(steps[3].send().min_gap_ms == 6 * kHour);
}

TEST_CASE("Step names are the playbook's own, the template's, the reason, or the place, and never the same twice") {
  std::shared_ptr<const Playbook> keep;
  auto steps =
      Steps(R"({"send": "t", "via": ["web_push"]}, {"wait": "1h"}, {"send": "t", "via": ["app_push"], "name": "second"},
    {"send": "u", "via": ["web_push"], "name": "t_2"}, {"send": "t", "via": ["web_push"]}, {"exit": true})",
            &keep);
  std::vector<std::string> names;
  for (const JourneyStep& step : steps) names.push_back(step.name);
  CHECK(names == std::vector<std::string>{"t", "2", "second", "t_2", "t_3", "6"});
  CHECK(std::holds_alternative<ExitStep>(steps[5].does));
  CHECK(Steps(R"({"wait": "1h"}, {"exit": "no answer"})", &keep)[1].name == "no answer");
}

TEST_CASE("Journeys are sorted by name, and found by the event that enters them") {
  auto journey = [](std::string_view name, std::string_view on) {
    return "\"" + std::string(name) + R"(": {"enter": {"on": ")" + std::string(on) +
           R"("}, "steps": [{"wait": "1h"}]})";
  };
  auto made = Compiled(
      R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "S"}, "journeys": {)" +
      journey("c", "quiz_done") + "," + journey("b", "cart_expired") + "," + journey("a", "product_viewed") + "," +
      journey("d", "product_viewed") + "}}");
  REQUIRE(made->journeys.size() == 4);
  CHECK(made->journeys[0].name == "a");
  CHECK(made->journeys[3].name == "d");
  REQUIRE(made->EntriesOn(EventType::kProductViewed, "product_viewed") != nullptr);
  CHECK(*made->EntriesOn(EventType::kProductViewed, "product_viewed") == std::vector<uint32_t>{0, 3});
  CHECK(*made->EntriesOn(EventType::kCartExpired, "cart_expired") == std::vector<uint32_t>{1});
  CHECK(*made->EntriesOn(EventType::kCustom, "quiz_done") == std::vector<uint32_t>{2});
  CHECK(made->EntriesOn(EventType::kCustom, "quiz") == nullptr);
  CHECK(made->EntriesOn(EventType::kProductAdded, "product_added") == nullptr);
}

TEST_CASE("Every way to enter again") {
  auto reenter = [](std::string_view way) {
    auto made = Compiled(With("\"after_exit\"", "\"" + std::string(way) + "\""));
    return std::pair(made->journeys[0].reenter, made->journeys[0].reenter_after_ms);
  };
  CHECK(reenter("never") == std::pair(Journey::Reenter::kNever, int64_t{0}));
  CHECK(reenter("after_exit") == std::pair(Journey::Reenter::kAfterExit, int64_t{0}));
  CHECK(reenter("always") == std::pair(Journey::Reenter::kAlways, int64_t{0}));
  CHECK(reenter("7d") == std::pair(Journey::Reenter::kAfterSpan, 7 * kDay));
  auto silent = Compiled(With("\"reenter\": \"after_exit\",", ""));
  CHECK(silent->journeys[0].reenter == Journey::Reenter::kAfterExit);
}

TEST_CASE("What must be refused is refused, and says what to write") {
  struct Refusal {
    std::string_view from, to, part;
  };
  constexpr Refusal kRefusals[] = {
      {" \"policy\": {\"consent\": \"assumed_by_shop\", \"rules\": []},", "",
       R"(/policy (1:1): "policy" is missing: say whose rules of the law apply: write "policy": {"rules": ["KR"]})"},
      {"assumed_by_shop", "required",
       R"(/policy/consent (2:24): "required" is no way to prove consent, expected "assumed_by_shop")"},
      {"\"rules\": []", "\"rules\": [\"KP\"]", R"("KP" is no choice, did you mean "KR"?)"},
      {"\"consent\": \"assumed_by_shop\", \"rules\": []", "\"rules\": []",
       "no rule of the law would apply, expected a country such as [\"KR\"]"},
      {"\"consent\": \"assumed_by_shop\", \"rules\": []", "\"rules\": [\"KR\"]", R"(KR-05: an advertisement by)"},
      {"\"playbook\": 1,", "", R"(/playbook (1:1): "playbook" is missing)"},
      {"\"playbook\": 1", "\"playbook\": 2", "2 is no version of this format, expected 1"},
      {"\"revision\": 7", "\"revision\": 1.5", "expected a whole number, found 1.5"},
      {"\"revision\": 7,", "\"revision\": 7, \"segments\": {\"a\": \"event.type == 'x'\"},",
       R"(/segments/a (1:50): 1:1: unknown variable "event")"},
      {"\"revision\": 7,", "\"revision\": 7, \"segments\": {\"a\": \"segment('b')\", \"b\": \"!segment('a')\"},",
       "segments that ask for each other in a circle: a -> b -> a"},
      {"\"revision\": 7,", "\"revision\": 7, \"segments\": {\"a\": \"segment('c')\"},",
       R"(unknown segment "c", expected one of a)"},
      {"\"revision\": 7,",
       "\"revision\": 7, \"segments\": {\"a\": \"events('order_completed').within(duration('1440h')).exists()\"},",
       R"(it looks back 60d, and 30d of the past are kept: write "history": "60d")"},
      {"\"revision\": 7,", "\"revision\": 7, \"segments\": {\"a\": \"events('order_completed').count\"},",
       "1:1: events(…) ends in what is made of them: count()"},
      {"\"revision\": 7,", "\"revision\": 7, \"segments\": {\"a\": \"events('order_completed').sum()\"},",
       "sum() takes the name of a property"},
      {"\"revision\": 7,", "\"revision\": 7, \"segments\": {\"a\": 5},", "expected a condition in a text"},
      {"\"revision\": 7,", "\"revision\": 7, \"history\": \"500d\",", "at most 400d of the past are kept"},
      {"\"percent\": 10", "\"rules\": [\"KR\"]", R"("rules" is not supported yet)"},
      {"\"percent\": 10", "\"percent\": [10]", "expected a text, a number, true or false, found a list"},
      {"\"name\": \"온도상점\", ", "", R"("name" is missing)"},
      {"\"name\": \"온도상점\"", "\"name\": 5", "expected a text, found 5"},
      {"\"percent\": 10", "\"Percent off\": 10", "is no name that a text could use"},
      {"\"steps\": [", "\"existing\": true, \"steps\": [", R"("existing" takes those who are in a segment already)"},
      {"{\"wait\": \"24h\"}", "{\"coupon\": \"ten_off\", \"as\": \"coupon\"}", R"("coupon" is not supported yet)"},
      {"{\"wait\": \"24h\"}", "{\"add_to\": 1}", "expected a text, found 1"},
      {"{\"wait\": \"24h\"}", "{\"call\": 1}", R"("payload" is missing)"},
      {"{\"wait\": \"24h\"}", "{\"emit\": \"product_added\"}", "is an event that the library acts on"},
      {"{\"wait\": \"24h\"}", "{\"emit\": \"seen\", \"properties\": {\"a\": {}}}", "write an expression such as"},
      {"{\"wait\": \"24h\"}", "{\"set\": {}}", "nothing is set"},
      {"{\"wait\": \"24h\"}", "{\"set\": {\"a\": []}}", "expected a text, a number, true, false, null or"},
      {"{\"wait\": \"24h\"}", "{\"set\": {\"orders\": 1}}", "customer.orders is no attribute"},
      {"{\"wait\": \"24h\"}", "{}",
       R"(a step is exactly one of "wait", "send", "exit", "branch", "split", "wait_for", "goto", "set", "emit", "add_to", "remove_from", "call", found none of them)"},
      {"{\"wait\": \"24h\"}", "{\"wait\": \"24h\", \"exit\": true}", R"(found "wait" and "exit")"},
      {"{\"wait\": \"24h\"}", "{\"wait\": \"24h\", \"latest\": \"1h\"}", R"(unknown key "latest")"},
      {"{\"wait\": \"24h\"}", "{\"wait\": \"99999d\"}", "is too long: span_max is \"3650d\""},
      {"{\"wait\": \"24h\"}", "{\"exit\": true}", "no step after an \"exit\" is ever reached"},
      {"{\"wait\": \"24h\"}", "{\"exit\": false}", "expected true or the reason in a text, found false"},
      {"\"latest\": \"12h\"", "\"name\": \"a\", \"latest\": \"0s\"", "\"0s\" is too short"},
      {"\"via\": [\"web_push\", \"sms\"], ", "", R"("via" is missing)"},
      {"[\"web_push\", \"sms\"]", "[]", "no channel, expected at least one"},
      {"[\"web_push\", \"sms\"]", "[\"sms\", \"sms\"]", "stands here twice"},
      {"[\"web_push\", \"sms\"]", "\"sms\"", "expected a list […], found \"sms\""},
      {"[\"web_push\", \"sms\"]", "[\"Web Push\"]", "expected a channel such as \"web_push\""},
      {"\"on\": \"product_added\", \"when\"", "\"on\": \"receipt\", \"when\"",
       R"("receipt" is made by the engine for itself)"},
      {"\"on\": \"product_added\", \"when\"", "\"on\": \"erase\", \"when\"", "an erased customer is in no journey"},
      {"\"on\": \"product_added\", \"when\"", "\"on\": \"\", \"when\"", "a name is empty"},
      {"\"on\": \"product_added\", \"when\"", "\"when\"", R"("on" is missing)"},
      {"{\"on\": \"cart_emptied\"}", "{\"on\": \"product_added\"}", "would end what the same event enters"},
      {"[{\"on\": \"order_completed\"}, ", "[",
       "could follow the purchase: write \"exit\": [{\"on\": \"order_completed\"}]"},
      {"\"24h\"},\n    {\"send\"", "\"24h\"}], \"steps\": [\n    {\"send\"", "the key \"steps\" stands here twice"},
      {"\"push\": {\"title\": \"Thank you\"}", "\"web_push\": {\"title\": \"x\"}",
       "\"web_push\" has no section of its own, expected \"push\""},
      {"\"push\": {\"title\": \"Thank you\"}", "\"push\": \"Thank you\"",
       "expected an object {…}, found \"Thank you\""},
      {"\"push\": {\"title\": \"Thank you\"}", "\"push\": {}", "the section is empty"},
      {", \"push\": {\"title\": \"Thank you\"}", "", "a template without a section says nothing"},
      {"\"badge\"", "\"{{ shop.name }}\"", "a key is no text for customers"},
      {"\"thanks\"", "\"\"", "a name is empty"},
      {"\"thanks\"", "\" thanks\"", "begins or ends with a space"},
  };
  for (const Refusal& refusal : kRefusals) {
    std::string error = ErrorOf(With(refusal.from, refusal.to));
    INFO(refusal.to);
    INFO(error);
    INFO(refusal.part);
    CHECK(error.find(refusal.part) != error.npos);
  }
}

TEST_CASE("Every bound of a playbook is an error that names it") {
  CHECK(ErrorOf(std::string(kPlaybookBytesMax + 1, ' ')).find("playbook_bytes_max is 4194304") != std::string::npos);
  auto many = [](size_t count, auto one) {
    std::string list;
    for (size_t i = 0; i < count; ++i) list += (i == 0 ? "" : ", ") + one(i);
    return list;
  };
  std::string waits = many(kJourneyStepsMax + 1, [](size_t) { return std::string(R"({"wait": "1h"})"); });
  CHECK(ErrorOf(With("{\"wait\": \"24h\"}", waits)).find("journey_steps_max is 64") != std::string::npos);
  std::string templates =
      many(kTemplatesMax - 1, [](size_t i) { return "\"t" + std::to_string(i) + R"(": {"sms": "x"})"; });
  CHECK(ErrorOf(With("\"thanks\"", templates + ", \"thanks\"")).find("templates_max is 1024") != std::string::npos);
  std::string journeys = many(kJourneysMax, [](size_t i) {
    return "\"j" + std::to_string(i) + R"(": {"enter": {"on": "signed_up"}, "steps": [{"wait": "1h"}]})";
  });
  CHECK(ErrorOf(With("\"cart\": {", journeys + ", \"cart\": {")).find("journeys_max is 256") != std::string::npos);
  CHECK(ErrorOf(With("Thank you", std::string(kMessageBytesMax, 'x'))).find("message_bytes_max is 65536") !=
        std::string::npos);
  CHECK(ErrorOf(With("product_added\", \"when", std::string(65, 'x') + "\", \"when")).find("type_bytes_max is 64") !=
        std::string::npos);
  CHECK(ErrorOf(With("\"thanks\"", "\"" + std::string(129, 'x') + "\"")).find("playbook_name_bytes_max is 128") !=
        std::string::npos);
}

}  // namespace cartwheel
