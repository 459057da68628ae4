// Templates as messages: what each medium takes and refuses, languages and variants, what is required. Limits are
// written out here as the carriers' and Kakao's guides give them, not taken from the code.
#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

std::string Book(const std::string& templates, const std::string& more = "") {
  return R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
    "shop": {"name": "온도상점", "locale": "ko-KR", "currency": "KRW", "timezone": "Asia/Seoul"}, "templates": )" +
         templates + more + "}";
}

// The errors of a playbook, or "".
std::string Errors(const std::string& json) { return ErrorOf(json); }

std::string Attributes(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (const auto& [key, value] : fields) writer.Key(key), writer.Scalar(Value::String(value));
  writer.End();
  return packed;
}

// What a customer's `text` attribute becomes in a template, or the error.
std::string Composing(const std::string& templates, const std::string& medium, const std::string& text) {
  auto made = Compiled(Book(templates));
  Customer customer;
  customer.attributes.packed = Attributes({{"text", text}});
  World world(customer, nullptr, nullptr, made->shop, 0);
  Composed composed;
  const absl::Status status = Compose(*made->templates[0]->FindContent(medium), world, &composed);
  return status.ok() ? composed.payload : StatusText(status);
}

std::string Many(const std::string& text, size_t times) {
  std::string many;
  for (size_t i = 0; i < times; ++i) many += text;
  return many;
}

}  // namespace

TEST_CASE(
    "A text message goes as SMS up to 90 bytes of EUC-KR, as LMS up to 2,000, with an image as MMS, and else not at "
    "all") {
  const std::string plain = R"({"a": {"sms": "{{ customer.text }}"}})";
  CHECK(Composing(plain, "sms", Many("가", 45)) == "{\"text\":\"" + Many("가", 45) + R"(","type":"sms","bytes":90})");
  CHECK(Composing(plain, "sms", Many("가", 45) + "!") ==
        "{\"text\":\"" + Many("가", 45) + R"(!","type":"lms","bytes":91})");
  CHECK(Composing(plain, "sms", Many("가", 1000)).ends_with(R"(","type":"lms","bytes":2000})"));
  CHECK(Composing(plain, "sms", Many("가", 1001)) == "sms.text: 2,002 bytes in EUC-KR, at most 2,000");
  CHECK(Composing(plain, "sms", "안녕 🌙") == "sms.text: \"🌙\" cannot be written in EUC-KR");
  CHECK(Composing(plain, "sms", " \n") == "sms.text: it is empty");
  CHECK(Composing(R"({"a": {"sms": {"text": "{{ customer.text }}", "type": "sms"}}})", "sms", Many("가", 46)) ==
        "sms.text: 92 bytes in EUC-KR, at most 90");
  CHECK(Composing(R"({"a": {"sms": {"text": "{{ customer.text }}", "image": "https://x.test/a.jpg"}}})", "sms", "가") ==
        R"({"text":"가","image":"https://x.test/a.jpg","type":"mms","bytes":2})");
  CHECK(Composing(R"({"a": {"sms": {"text": "hello", "subject": "{{ customer.text }}"}}})", "sms", Many("가", 20)) ==
        "{\"text\":\"hello\",\"subject\":\"" + Many("가", 20) + R"(","type":"sms","bytes":5})");
  CHECK(Composing(R"({"a": {"sms": {"text": "hello", "subject": "{{ customer.text }}"}}})", "sms", Many("가", 21)) ==
        "sms.subject: 42 bytes in EUC-KR, at most 40");
}

TEST_CASE("What has no variables is judged when the playbook is loaded") {
  CHECK(Errors(Book("{\"a\": {\"sms\": \"" + Many("가", 1001) + "\"}}")).find("/templates/a/sms (2:") == 0);
  CHECK(Errors(Book("{\"a\": {\"sms\": \"" + Many("가", 1001) + "\"}}"))
            .find("sms.text: 2,002 bytes in EUC-KR, at most 2,000") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"sms": "🌙"}})")).find("\"🌙\" cannot be written in EUC-KR") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"sms": {"subject": "x"}}})")).find("/templates/a/sms/text (2:") == 0);
  CHECK(Errors(Book(R"({"a": {"sms": {"text": "x", "type": "lms"}}})")).find("sms.type: \"lms\", expected sms") !=
        std::string::npos);
  CHECK(Errors(Book(R"({"a": {"push": {"title": "x", "buttons": [{}, {}, {}]}}})"))
            .find("3 of them, and push.buttons takes at most 2") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"push": {"title": "x", "buttons": {"label": "x"}}}})"))
            .find("expected a list, found an object") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"push": {"title": "x", "ttl": "soon"}}})")).find("expected a number, found \"soon\"") !=
        std::string::npos);
  CHECK(Errors(Book(R"({"a": {"push": {"title": ["x"]}}})")).find("expected a text, found a list") !=
        std::string::npos);
  CHECK(Errors(Book(R"({"a": {"push": {"title": "x", "urgency": "urgent"}}})"))
            .find("push.urgency: \"urgent\", expected very-low low normal high") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"kakao": {"text": "x", "buttons": [{"label": "열다섯자가넘는단추이름이랍니다요"}]}}})"))
            .find("kakao.buttons[].label: 16 characters, at most 14") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"email": {"text": "x"}}})"))
            .find("\"subject\" is missing: no email leaves without its subject") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"email": {"subject": "x"}}})")).find("the e-mail would be empty") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"push": {"title": "x", "ttl": 3600, "urgency": "low", "topic": "cart", "badge": 1}}})"))
            .empty());
}

TEST_CASE("A subject is one line, so that nobody's name becomes a header") {
  const std::string mail = R"({"a": {"email": {"subject": "{{ customer.text }}", "text": "x"}}})";
  CHECK(Composing(mail, "email", "안녕") == R"({"subject":"안녕","text":"x"})");
  CHECK(Composing(mail, "email", "hi\r\nBcc: all@x.test") == "email.subject: a line break, and it is one line");
}

TEST_CASE("An e-mail's HTML is escaped, and has a text part made of it") {
  const std::string mail =
      R"json({"a": {"email": {"subject": "s", "html": "<head><title>t</title></head><h1>{{ customer.text }}</h1><p>A&nbsp;&amp; B<br>둘</p><ul><li>하나</li></ul><a href='https://x.test/?n={{ customer.text | url_encode }}'>보기</a><!-- {{ no }} -->"}}})json";
  auto fixed = mail;
  fixed.replace(fixed.find("<!-- {{ no }} -->"), 17, "<!-- x > y -->");
  CHECK(
      Composing(fixed, "email", "<i>") ==
      R"({"subject":"s","html":"<head><title>t</title></head><h1>&lt;i&gt;</h1><p>A&nbsp;&amp; B<br>둘</p><ul><li>하나</li></ul><a href='https://x.test/?n=%3Ci%3E'>보기</a><!-- x > y -->",)"
      R"json("text":"<i>\nA & B\n둘\n- 하나\n보기 (https://x.test/?n=%3Ci%3E)"})json");
  CHECK(Composing(R"({"a": {"email": {"subject": "s", "html": "{{ customer.text | raw }}", "text": "own"}}})", "email",
                  "<i>") == R"({"subject":"s","html":"<i>","text":"own"})");
  // Other media are no HTML.
  CHECK(Composing(R"({"a": {"push": {"title": "{{ customer.text }}"}}})", "push", "<i> & \"x\"") ==
        R"({"title":"<i> & \"x\""})");
}

TEST_CASE("Kakao's variables are put into the text and go along by name") {
  const std::string kakao =
      R"json({"a": {"class": "transactional", "purpose": "order", "kakao": {"template_code": "ORDER_1", "text": "#{이름}님, 주문이 접수되었어요. #{shop}",
      "variables": {"이름": "{{ customer.text }}", "#{shop}": "{{ shop.name }}"}, "buttons": [{"label": "보기", "url": "https://x.test/#{이름}"}]}}})json";
  CHECK(
      Composing(kakao, "kakao", "민지") ==
      R"json({"template_code":"ORDER_1","text":"민지님, 주문이 접수되었어요. 온도상점","variables":{"이름":"민지","#{shop}":"온도상점"},"buttons":[{"label":"보기","url":"https://x.test/민지"}]})json");
  CHECK(Composing(kakao, "kakao", Many("가", 1000)) == "kakao.text: 1,019 characters, at most 1,000");
  CHECK(Errors(Book(R"json({"a": {"kakao": {"text": "#{이름}님"}}})json"))
            .find("#{이름} is nothing: write \"variables\": {\"이름\": \"…\"} beside it") != std::string::npos);
  CHECK(Errors(Book(R"json({"a": {"kakao": {"text": "#{nmae}님", "variables": {"name": "x"}}}})json"))
            .find("unknown variable #{nmae}, did you mean \"name\"?") != std::string::npos);
  CHECK(Errors(
            Book(R"json({"a": {"kakao": {"text": "x", "variables": {"a": "b"}, "buttons": [{"label": "#{a}"}]}}})json"))
            .find("#{…} stands in texts and links, not here") != std::string::npos);
}

TEST_CASE("An advertisement is no Alimtalk, and a cart reminder never is") {
  const std::string kakao = R"("kakao": {"template_code": "X", "text": "x"}}})";
  CHECK(Errors(Book(R"({"a": {"purpose": "order", )" + kakao)).find("and this is of the class \"ad\"") !=
        std::string::npos);
  CHECK(Errors(Book(R"({"a": {"class": "notice", "purpose": "cart", )" + kakao))
            .find("and this is of the purpose \"cart\"") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"class": "notice", "purpose": "order", )" + kakao)).empty());
  CHECK(Composing(R"({"a": {"purpose": "cart", "kakao": {"text": "{{ customer.text }}"}}})", "kakao", Many("가", 1300))
            .starts_with("{\"text\":"));
  CHECK(Composing(R"({"a": {"purpose": "cart", "kakao": {"text": "{{ customer.text }}"}}})", "kakao",
                  Many("가", 1301)) == "kakao.text: 1,301 characters, at most 1,300");
}

TEST_CASE("A push fits a push service's record") {
  const std::string push = R"({"a": {"push": {"title": "x", "body": "{{ customer.text }}"}}})";
  CHECK(Composing(push, "push", Many("가", 1100)).starts_with("{\"title\""));
  CHECK(Composing(push, "push", Many("가", 1300)) == "push: 3923 bytes in all, at most 3600");
}

TEST_CASE("A reader gets her language before the variant, and the shop's where there is no other") {
  auto made = Compiled(Book(R"({"a": {"push": {"title": "기본"}, "sms": "짧게",
    "locales": {"en": {"push": {"title": "base {{ 12900 | money }}"}}, "zh-TW": {"push": {"title": "繁"}}},
    "variants": {"short": {"push": {"title": "짧은"}, "locales": {"en-GB": {"push": {"title": "brief"}}}}}}})"));
  const MessageTemplate& a = *made->templates[0];
  Customer customer;
  World world(customer, nullptr, nullptr, made->shop, 0);
  auto title = [&](std::string_view variant, std::string_view locale) {
    return Rendered(*a.FindContent("push", variant, locale), world);
  };
  CHECK(title("", "") == R"({"title":"기본"})");
  CHECK(title("", "ko-KR") == R"({"title":"기본"})");
  CHECK(title("", "fr") == R"({"title":"기본"})");
  CHECK(title("", "en-US").find("base") != std::string::npos);
  CHECK(title("", "EN_us").find("base") != std::string::npos);
  CHECK(title("", "eng") == R"({"title":"기본"})");
  CHECK(title("", "zh-TW") == R"({"title":"繁"})");
  CHECK(title("", "zh") == R"({"title":"기본"})");  // one who reads the simplified does not read this
  CHECK(title("short", "ko") == R"({"title":"짧은"})");
  CHECK(title("short", "en-GB") == R"({"title":"brief"})");
  CHECK(title("short", "en-US").find("base") != std::string::npos);
  CHECK(a.FindContent("sms", "short", "en")->variant.empty());
  CHECK(a.FindContent("email", "short") == nullptr);
  // Numbers as that language writes them.
  CHECK(title("", "en") == R"({"title":"base ₩12,900"})");
  CHECK(Errors(Book(R"({"a": {"push": {"title": "x"}, "locales": {"english": {"push": {"title": "x"}}}}})"))
            .find("\"english\" is no locale") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"push": {"title": "x"}, "variants": {"base": {"push": {"title": "x"}}}}})"))
            .find("another name") != std::string::npos);
}

TEST_CASE("A journey chooses variants by shares, the same for a customer at every step") {
  const std::string templates = R"({"a": {"push": {"title": "A"}, "variants": {"b": {"push": {"title": "B"}}}}})";
  auto journey = [](const std::string& send) {
    return R"(, "journeys": {"j": {"enter": {"on": "product_added"}, "steps": [{"send": "a", "via": ["web_push"], )" +
           send + R"(}, {"wait": "1h"}, {"send": "a", "via": ["web_push"], )" + send + "}]}}";
  };
  auto made = Compiled(Book(templates, journey(R"("variants": {"base": 1, "b": 3})")));
  const std::vector<JourneyStep>& steps = made->journeys[0].steps;
  size_t b = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string id = "customer-" + std::to_string(i);
    const std::string_view variant = ChooseVariant(steps[0].send(), "j", id);
    b += variant == "b";
    CHECK(variant == ChooseVariant(steps[2].send(), "j", id));
  }
  CHECK(b > 2900);  // 3,000, give or take four times their deviation of 27
  CHECK(b < 3110);
  CHECK(ChooseVariant(Compiled(Book(templates, journey(R"("variant": "b")")))->journeys[0].steps[0].send(), "j",
                      "anybody") == "b");
  CHECK(ChooseVariant(SendStep{}, "j", "anybody").empty());
  CHECK(Errors(Book(templates, journey(R"("variant": "c")"))).find("the template \"a\" has no variant \"c\"") !=
        std::string::npos);
  CHECK(Errors(Book(templates, journey(R"("variants": {"b": 0})"))).find("0 is no share") != std::string::npos);
  CHECK(Errors(Book(templates, journey(R"("variants": {"b": 1}, "variant": "b")"))).find("expected one of the two") !=
        std::string::npos);
}

TEST_CASE("What is missing is an error, or nothing where a template says so") {
  CHECK(Composing(R"({"a": {"push": {"title": "[{{ customer.nickname }}]"}}})", "push", "")
            .find("customer.nickname is missing") == 0);
  CHECK(Composing(R"({"a": {"missing": "empty", "push": {"title": "[{{ customer.nickname }}]"}}})", "push", "") ==
        R"({"title":"[]"})");
  CHECK(Errors(Book(R"({"a": {"missing": "nothing", "push": {"title": "x"}}})"))
            .find("\"nothing\" is no choice, expected") != std::string::npos);
}

TEST_CASE("Texts and requirements know the walk") {
  auto made = Compiled(Book(
      R"json({"a": {"require": "journey.step == 'first' && cart.quantity > 0", "push": {"title": "{{ journey.name }} {{ journey.entered_at | date: '%H:%M' }}"}}})json"));
  Customer customer;
  Cart cart;
  PutLine(cart, {}, 2 * kOnePiece, 1);
  Enrolment enrolment;
  enrolment.entered_at_ms = 3'600'000;
  auto world = [&](const Cart* at_hand) {
    auto made_world = std::make_unique<World>(customer, at_hand, nullptr, made->shop, 0);
    made_world->SetWalk(enrolment, "welcome", "first");
    return made_world;
  };
  CHECK(Rendered(made->templates[0]->contents[0], *world(&cart)) == R"({"title":"welcome 10:00"})");  // of Seoul
  CHECK(made->templates[0]->require->Holds(*world(&cart)));
  CHECK_FALSE(made->templates[0]->require->Holds(*world(nullptr)));
  CHECK(Errors(Book(R"({"a": {"require": "event.type == 'x'", "push": {"title": "x"}}})")).find("event") !=
        std::string::npos);
  CHECK(
      Errors(
          Book(
              R"json({"a": {"require": "!journey.messages.exists(m, m.clicked && m.step == 'first')", "push": {"title": "{{ journey.messages[0].sent_at | date: '%H' }}"}}})json"))
          .empty());
  CHECK(Errors(Book(R"json({"a": {"require": "journey.messages.exists(m, m.read)", "push": {"title": "x"}}})json"))
            .find("read") != std::string::npos);
  CHECK(Errors(Book(R"({"a": {"require": "journey.nmae == 'x'", "push": {"title": "x"}}})")).find("nmae") !=
        std::string::npos);
  CHECK(Compiled(Book(R"({"a": {"fresh_for": "2h", "push": {"title": "x"}}})"))->templates[0]->fresh_for_ms ==
        7'200'000);
  CHECK(Errors(Book(R"({"a": {"fresh_for": "59s", "push": {"title": "x"}}})")).find("expected at least") !=
        std::string::npos);
  CHECK(Errors(Book(R"({"a": {"require": true, "push": {"title": "x"}}})"))
            .find("expected a condition in a text, found true") != std::string::npos);
}

TEST_CASE("The examples of docs/templates.md load") {
  const std::vector<std::string> examples = JsonExamples("templates.md");
  REQUIRE(examples.size() == 3);
  CHECK(Errors(Book(examples[0].substr(examples[0].find('{')))).empty());  // after its "templates":
  CHECK(Errors(Book(R"({"a": {"class": "transactional", "purpose": "order", "kakao": )" + examples[1] + "}}")).empty());
  CHECK(Errors(Book("{" + examples[2] + "}")).empty());
}

}  // namespace cartwheel
