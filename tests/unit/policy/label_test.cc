// The label of an advertisement by pack, medium and field: what is added where, what is refused, what is left alone,
// and that it counts before a text is measured. Byte counts are worked out by hand from the fact that EUC-KR takes one
// byte for ASCII and two for Hangul.
#include "core/policy/label.h"

#include "base/status.h"
#include "core/message/compose.h"
#include "playbook/compile.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

using Packs = std::vector<std::string_view>;

LabelFacts Facts() {
  return {.sender = "온도상점",
          .contact = "02-123-4567",
          .email = "help@shop.test",
          .address = "서울시 중구 1",
          .opt_out_sms = "080-123-4567",
          .opt_out_email = "https://shop.test/u?t={token}",
          .opt_out_push = "",
          .caller_id = ""};
}

// A content that says `section`, e.g. "\"sms\": \"x\"", is composed under the packs; the payload, or the error.
std::string Composing(const std::string& section, const Packs& packs, LabelMode mode = LabelMode::kAdd,
                      const LabelFacts& facts = Facts(), std::string_view token = "TOKEN") {
  const auto made = CompilePlaybook(
      R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "온도상점"}, "templates": {"a": {)" +
      section + "}}}");
  INFO(section << StatusText(made.status()));
  REQUIRE(made.ok());
  const Content& content = (*made)->templates[0]->contents[0];
  Customer customer;
  World world(customer, nullptr, nullptr, (*made)->shop, 0);
  Composed composed;
  const LabelPlan plan = MakeLabelPlan(packs, content.medium, facts, mode);
  const absl::Status status = Compose(content, world, &composed, packs.empty() ? nullptr : &plan, token);
  if (status.ok()) return composed.payload;
  CHECK(absl::IsFailedPrecondition(status) == StatusText(status).starts_with("no_label: "));
  return StatusText(status);
}

// How an e-mail ends whose opt-out link has a token.
constexpr char kUnsubscribe[] = R"(","unsubscribe_url":"https://shop.test/u?t=TOKEN"})";

std::string Sms(std::string_view text) { return "\"sms\": \"" + std::string(text) + "\""; }

// The text of an SMS once it is labelled for Korea, or the error.
std::string KoreanSms(std::string_view text, const LabelFacts& facts = Facts(), LabelMode mode = LabelMode::kAdd) {
  const std::string payload = Composing(Sms(text), {"KR"}, mode, facts);
  if (!payload.starts_with("{\"text\":\"")) return payload;
  return payload.substr(9, payload.find("\",\"type\"") - 9);
}

// The same with the number that messages come from being the contact's.
LabelFacts SameCaller() {
  LabelFacts facts = Facts();
  facts.caller_id = "021234567";
  return facts;
}

std::string Many(std::string_view text, size_t times) {
  std::string many;
  for (size_t i = 0; i < times; ++i) many += text;
  return many;
}

}  // namespace

TEST_CASE("KR-05: a text message gets what it lacks: label, sender, contact, free number") {
  const std::string_view whole = "(광고)온도상점 소식이 있어요\\n02-123-4567\\n무료수신거부 080-123-4567";
  struct {
    std::string_view text, labelled;
  } const cases[] = {
      {"소식이 있어요", whole},
      {"(광고)소식이 있어요", whole},
      {"(광고) 소식이 있어요", whole},
      {"온도상점 소식이 있어요", whole},
      {"(광고)온도상점 소식이 있어요\\n\\n", whole},
      {whole, whole},
      // A template's own ways of saying it are kept.
      {"(광고) 온도상점 x\\n문의 02.123.4567\\n무료거부 0801234567",
       "(광고) 온도상점 x\\n문의 02.123.4567\\n무료거부 0801234567"},
      {"(광고)[온도상점] x 02 123 4567 무료수신거부: 080 123 4567 ",
       "(광고)[온도상점] x 02 123 4567 무료수신거부: 080 123 4567 "},
      {"x 02-123-4567", "(광고)온도상점 x 02-123-4567\\n무료수신거부 080-123-4567"},
  };
  for (const auto& one : cases) {
    INFO(one.text);
    CHECK(KoreanSms(one.text) == one.labelled);
  }
}

TEST_CASE("KR-05: the free number stays the last text when a part is added before it") {
  CHECK(KoreanSms("x\\n무료수신거부 080-123-4567") == "(광고)온도상점 x\\n02-123-4567\\n무료수신거부 080-123-4567");
  CHECK(KoreanSms("(광고)온도상점 x\\n무료거부 0801234567") == "(광고)온도상점 x\\n02-123-4567\\n무료거부 0801234567");
}

TEST_CASE("KR-05: a contact that is the number a text message comes from is not said again") {
  CHECK(KoreanSms("x", SameCaller()) == "(광고)온도상점 x\\n무료수신거부 080-123-4567");
  LabelFacts other = Facts();
  other.caller_id = "02-999-0000";
  CHECK(KoreanSms("x", other).find("02-123-4567") != std::string::npos);
  // An e-mail comes from no number.
  CHECK(Composing(R"("email": {"subject": "x", "text": "x"})", {"KR"}, LabelMode::kAdd, SameCaller())
            .find("온도상점 | 02-123-4567 | ") != std::string::npos);
  LabelFacts mail = Facts();
  mail.contact = "help@shop.test";
  CHECK(KoreanSms("x", mail) == "(광고)온도상점 x\\nhelp@shop.test\\n무료수신거부 080-123-4567");
}

TEST_CASE("KR-05: false and misplaced labels are refused in both modes, and never doubled") {
  for (LabelMode mode : {LabelMode::kAdd, LabelMode::kRequire}) {
    // Told at load where the text plainly says it, so that here a value says it.
    for (std::string_view text : {"[광고]", "(광 고)", "(광/고)", "（광고）", " (광고)"})
      CHECK(KoreanSms("{{ '" + std::string(text) + "' }} 소식", Facts(), mode) ==
            "no_label: sms.text: KR-05: \"" + std::string(text) +
                "\" is no label: it is \"(광고)\", with half-width parentheses, nothing inside and nothing before it");
    CHECK(KoreanSms("{{ '소식' }} (광고)", Facts(), mode) ==
          "no_label: sms.text: KR-05: \"(광고)\" stands in the text, and not at its start");
  }
}

TEST_CASE("KR-05: a decomposed label is the label") {
  const std::string decomposed = "(\u1100\u116A\u11BC\u1100\u1169)";  // 광고 as letters
  CHECK(KoreanSms("{{ '" + decomposed + "' }}온도상점 x", SameCaller()) ==
        "(광고)온도상점 x\\n무료수신거부 080-123-4567");
  CHECK(KoreanSms(decomposed + "온도상점 x", SameCaller()) == "(광고)온도상점 x\\n무료수신거부 080-123-4567");
}

TEST_CASE("KR-05: another number, or a text after the number, is refused and not completed") {
  for (std::string_view text :
       {"x\\n무료수신거부 080-999-9999", "x\\n무료수신거부 080-123-4567\\n고맙습니다", "x 무료수신거부",
        "무료거부: 02-123-4567", "무료수신거부 080-123-45678", "무료수신거부 080-123-4567!"})
    CHECK(
        KoreanSms(text).starts_with("no_label: sms.text: KR-05: \"무료수신거부\" stands in the text, and not as its "
                                    "last text with the number 080-123-4567"));
}

TEST_CASE("KR-05: what is required and missing is refused by its name") {
  auto required = [](std::string_view text) { return KoreanSms(text, Facts(), LabelMode::kRequire); };
  CHECK(required("x") ==
        "no_label: sms.text: KR-05: missing: \"(광고)\" at the start, the sender's name after \"(광고)\", the sender's "
        "contact, \"무료수신거부 080…\" as the last text");
  CHECK(required("(광고) x 02-123-4567\\n무료수신거부 080-123-4567") ==
        "no_label: sms.text: KR-05: missing: the sender's name after \"(광고)\"");
  CHECK(required("(광고) 온도상점 x\\n무료수신거부 080-123-4567") ==
        "no_label: sms.text: KR-05: missing: the sender's contact");
  CHECK(required("(광고) 온도상점 x 02-123-4567") ==
        "no_label: sms.text: KR-05: missing: \"무료수신거부 080…\" as the last text");
  const std::string_view whole = "(광고) 온도상점 x 02-123-4567\\n무료수신거부 080-123-4567";
  CHECK(required(whole) == whole);
}

TEST_CASE("KR-05: what no fact can make is refused in \"add\" too") {
  LabelFacts facts = Facts();
  facts.opt_out_sms = "";
  CHECK(KoreanSms("x", facts) == "no_label: sms.text: KR-05: missing: \"무료수신거부 080…\" as the last text");
  CHECK(
      KoreanSms("x 무료수신거부 080-999-9999", facts).starts_with("(광고)온도상점 x"));  // the template says it itself
  facts = Facts();
  facts.sender = facts.contact = "";
  CHECK(KoreanSms("x", facts) ==
        "no_label: sms.text: KR-05: missing: the sender's name after \"(광고)\", the sender's contact");
}

TEST_CASE("KR-05: the label counts before SMS or LMS is chosen") {
  // (광고) 6, the name 8, a space 1, a line break 1, 무료수신거부 12, a space 1, the number 12: 41 bytes; 49 are left.
  const std::string fits = Composing(Sms(Many("가", 24) + "!"), {"KR"}, LabelMode::kAdd, SameCaller());
  CHECK(fits.ends_with(R"(","type":"sms","bytes":90})"));
  const std::string longer = Composing(Sms(Many("가", 25)), {"KR"}, LabelMode::kAdd, SameCaller());
  CHECK(longer.ends_with(R"(","type":"lms","bytes":91})"));
  CHECK(Composing(Sms(Many("가", 25)), {}).ends_with(R"(","type":"sms","bytes":50})"));
  // The same of a text with a value, and where only an SMS may be sent.
  CHECK(Composing(Sms("{{ '!' }}" + Many("가", 24)), {"KR"}, LabelMode::kAdd, SameCaller())
            .ends_with(R"(","type":"sms","bytes":90})"));
  CHECK(Composing("\"sms\": {\"text\": \"" + Many("가", 25) + "\", \"type\": \"sms\"}", {"KR"}, LabelMode::kAdd,
                  SameCaller()) == "sms.text: 91 bytes in EUC-KR, at most 90");
  CHECK(Composing(Sms(Many("가", 980)), {"KR"}, LabelMode::kAdd, SameCaller()) ==
        "sms.text: 2,001 bytes in EUC-KR, at most 2,000");
}

TEST_CASE("KR-05: a brand message has its label from Kakao, its fallback is a text message") {
  CHECK(Composing(R"("kakao": {"text": "소식"})", {"KR"}) == R"({"text":"소식"})");
  CHECK(Composing(R"("kakao": {"text": "소식", "fallback": "소식"})", {"KR"}) ==
        "{\"text\":\"소식\",\"fallback\":\"(광고)온도상점 소식\\n02-123-4567\\n무료수신거부 080-123-4567\"}");
  CHECK(Composing(R"("kakao": {"text": "소식", "fallback": "소식"})", {"KR"}, LabelMode::kRequire)
            .starts_with("no_label: kakao.fallback: KR-05: missing: "));
  CHECK(Composing(R"("kakao": {"text": "{{ '[광고]' }} 소식"})", {"KR"}).starts_with("no_label: kakao.text: KR-05: "));
}

TEST_CASE("KR-05: a push begins with the label in its title, else in its body, and says how to turn it off") {
  CHECK(Composing(R"("push": {"title": "소식", "body": "왔어요"})", {"KR"}) ==
        R"({"title":"(광고)온도상점 소식","body":"왔어요\n수신거부: 설정 > 알림"})");
  CHECK(Composing(R"("push": {"body": "왔어요"})", {"KR"}) ==
        R"({"body":"(광고)온도상점 왔어요\n수신거부: 설정 > 알림"})");
  CHECK(Composing(R"("push": {"title": "소식"})", {"KR"}) ==
        R"({"title":"(광고)온도상점 소식 수신거부: 설정 > 알림"})");
  LabelFacts facts = Facts();
  facts.opt_out_push = "수신거부: 앱 > 알림 끄기";
  CHECK(Composing(R"("push": {"title": "(광고) 온도상점", "body": "왔어요"})", {"KR"}, LabelMode::kAdd, facts) ==
        R"({"title":"(광고) 온도상점","body":"왔어요\n수신거부: 앱 > 알림 끄기"})");
  facts.opt_out_push = "알림 끄기: 설정";
  const std::string own = R"({"title":"(광고) 온도상점","body":"왔어요. 알림 끄기: 설정"})";
  CHECK(Composing("\"push\": " + own, {"KR"}, LabelMode::kRequire, facts) == own);
  const std::string whole = R"({"title":"(광고) 온도상점","body":"왔어요. 수신거부: 마이페이지"})";
  CHECK(Composing("\"push\": " + whole, {"KR"}, LabelMode::kRequire) == whole);
  CHECK(Composing(R"("push": {"title": "(광고) 온도상점", "body": "왔어요"})", {"KR"}, LabelMode::kRequire) ==
        "no_label: push.body: KR-05: missing: how to turn it off (\"수신거부: …\")");
  CHECK(Composing(R"("push": {"url": "https://shop.test"})", {"KR"}) ==
        "no_label: push: none of its texts is a place for \"(광고)\"");
}

TEST_CASE("KR-05: an e-mail begins its subject with the label and ends with sender and opt-out in both languages") {
  const std::string footer =
      "온도상점 | 02-123-4567 | help@shop.test | 서울시 중구 1\\n수신을 원하지 않으시면 여기에서 수신거부해 주세요: "
      "https://shop.test/u?t=TOKEN\\nIf you do "
      "not want these e-mails, unsubscribe here: https://shop.test/u?t=TOKEN";
  CHECK(Composing(R"("email": {"subject": "소식", "text": "왔어요"})", {"KR"}) ==
        R"({"subject":"(광고)소식","text":"왔어요\n)" + footer + kUnsubscribe);
  CHECK(Composing(R"("email": {"subject": "(광고) 소식", "text": "왔어요"})", {"KR"}) ==
        R"({"subject":"(광고) 소식","text":"왔어요\n)" + footer + kUnsubscribe);
  // Whole already: nothing is added, and nothing missing.
  const std::string whole = R"({"subject":"(광고) 소식","text":"왔어요\n)" + footer + kUnsubscribe;
  for (LabelMode mode : {LabelMode::kAdd, LabelMode::kRequire})
    CHECK(Composing("\"email\": " + whole, {"KR"}, mode) == whole);
  CHECK(Composing(R"("email": {"subject": "(광고) 소식", "text": "온도상점 02-123-4567 수신거부"})", {"KR"},
                  LabelMode::kRequire) ==
        "no_label: email.text: KR-05: missing: the sender's e-mail address, the sender's postal address, the opt-out "
        "link in Korean (\"수신거부\"), the opt-out link in English (\"unsubscribe\")");
}

TEST_CASE("KR-05: in HTML the end is before </body>, escaped, and the text part has its own") {
  LabelFacts facts = Facts();
  facts.sender = "A&B <온도>";
  facts.opt_out_email = "https://shop.test/u?a=1&t={token}";
  const std::string footer =
      R"(<p>A&amp;B &lt;온도&gt; | 02-123-4567 | help@shop.test | 서울시 중구 1<br>수신을 원하지 않으시면 <a href=\"https://shop.test/u?a=1&amp;t=TOKEN\">수신거부</a>를 눌러 주세요.<br>If you do not want these e-mails, <a href=\"https://shop.test/u?a=1&amp;t=TOKEN\">unsubscribe</a>.</p>)";
  const std::string made = Composing(R"("email": {"subject": "x", "html": "<html><body>왔어요</BODY></html>"})", {"KR"},
                                     LabelMode::kAdd, facts);
  CHECK(made.find("<html><body>왔어요" + footer + "</BODY></html>") != std::string::npos);
  CHECK(made.find("\"text\":\"왔어요\\nA&B <온도> | 02-123-4567") != std::string::npos);
  CHECK(Composing(R"("email": {"subject": "x", "html": "왔어요</html>"})", {"KR"}, LabelMode::kAdd, facts)
            .find("왔어요" + footer + "</html>") != std::string::npos);
  CHECK(Composing(R"("email": {"subject": "x", "html": "왔어요"})", {"KR"}, LabelMode::kAdd, facts)
            .find("왔어요" + footer + "\"") != std::string::npos);
}

TEST_CASE("US-09, CA-03, EU-04: text messages name the sender and say how to stop them, without (광고)") {
  for (const auto& [pack, rule] :
       std::vector<std::pair<std::string_view, std::string>>{{"US", "US-09"}, {"EU", "EU-04"}}) {
    CHECK(Composing(Sms("news"), {pack}) ==
          R"({"text":"온도상점: news\nReply STOP to opt out","type":"sms","bytes":36})");
    CHECK(Composing(Sms("온도상점 news, text STOP to end"), {pack}, LabelMode::kRequire).starts_with("{"));
    for (std::string_view text :
         {"온도상점 NON-STOP news, text us", "온도상점 STOPPED, reply", "온도상점 STOP it", "온도상점 reply stop"})
      CHECK(Composing(Sms(text), {pack}, LabelMode::kRequire) ==
            "no_label: sms.text: " + rule + ": missing: \"Reply STOP to opt out\"");
    CHECK(Composing(Sms("news"), {pack}, LabelMode::kRequire) ==
          "no_label: sms.text: " + rule + ": missing: the sender's name, \"Reply STOP to opt out\"");
  }
  CHECK(Composing(Sms("news"), {"CA"}).starts_with(R"({"text":"온도상점: news\n02-123-4567\nReply STOP to opt out")"));
  CHECK(Composing(R"("kakao": {"text": "x", "fallback": "news"})", {"US"}).find("온도상점: news") != std::string::npos);
}

TEST_CASE("US-07, CA-03, EU-04: e-mails name sender and postal address and have an opt-out link") {
  const std::string email = R"("email": {"subject": "news", "text": "come"})";
  const std::string link =
      "If you do not want these e-mails, unsubscribe here: https://shop.test/u?t=TOKEN" + std::string(kUnsubscribe);
  CHECK(Composing(email, {"US"}) ==
        R"({"subject":"news","text":"come\nThis is an advertisement of 온도상점.\n온도상점 | 서울시 중구 1\n)" + link);
  CHECK(Composing(email, {"CA"}) ==
        R"({"subject":"news","text":"come\n온도상점 | 02-123-4567 | 서울시 중구 1\n)" + link);
  CHECK(Composing(email, {"EU"}) == R"({"subject":"news","text":"come\n온도상점 | 서울시 중구 1\n)" + link);
  CHECK(Composing(email, {"EU"}, LabelMode::kRequire) ==
        "no_label: email.text: EU-04: missing: the sender's name, the sender's postal address, the opt-out link in "
        "English (\"unsubscribe\")");
  CHECK(Composing(R"("push": {"title": "news"})", {"US", "CA", "EU"}, LabelMode::kRequire) == R"({"title":"news"})");
}

TEST_CASE("Under several packs a message says all that any of them asks, the free number last") {
  CHECK(Composing(Sms("x"), {"KR", "US", "CA", "EU"})
            .starts_with(
                "{\"text\":\"(광고)온도상점 x\\n02-123-4567\\nReply STOP to opt out\\n무료수신거부 080-123-4567\""));
  CHECK(Composing(R"("email": {"subject": "x", "text": "x"})", {"KR", "US"})
            .find("This is an advertisement of 온도상점.") != std::string::npos);
}

TEST_CASE("A message without a plan, and a field without a place, are as they were") {
  CHECK(Composing(Sms("소식"), {}) == R"({"text":"소식","type":"sms","bytes":4})");
  CHECK(Composing(R"("push": {"title": "x", "url": "https://a.test", "buttons": [{"label": "b"}]})", {"US"}) ==
        R"({"title":"x","url":"https://a.test","buttons":[{"label":"b"}]})");
  CHECK(Composing(R"("toast": {"text": "x"})", {"KR"}) == R"({"text":"x"})");
}

TEST_CASE("A label makes no message of a text that came out empty") {
  CHECK(Composing(Sms("{{ '' }}"), {"KR"}) == "sms.text: it is empty");
  CHECK(Composing(Sms("{{ '' }} "), {"US"}) == "sms.text: it is empty");
  CHECK(Composing(R"("email": {"subject": "{{ '' }}", "text": "x"})", {"KR"}) == "email.subject: it is empty");
  CHECK(Composing(R"("kakao": {"text": "x", "fallback": "{{ '' }}"})", {"KR"}) == R"({"text":"x","fallback":""})");
  // A title that came out empty is still the place of the label.
  CHECK(Composing(R"("push": {"title": "{{ '' }}", "body": "왔어요"})", {"KR"}) ==
        R"({"title":"(광고)온도상점","body":"왔어요\n수신거부: 설정 > 알림"})");
}

TEST_CASE("What was labelled once is left alone, whatever the medium and the packs") {
  for (const Packs& packs : {Packs{"KR"}, Packs{"US"}, Packs{"CA"}, Packs{"EU"}, Packs{"KR", "US", "CA", "EU"}})
    for (const std::string section :
         {R"("sms": {"text": "x"})", R"("push": {"title": "x", "body": "y"})", R"("push": {"title": "x"})",
          R"("push": {"body": "y"})", R"("email": {"subject": "x", "text": "y"})",
          R"("email": {"subject": "x", "html": "<b>y</b>", "text": "y"})",
          R"("kakao": {"text": "x", "fallback": "y"})"}) {
      const std::string once = Composing(section, packs);
      INFO(once);
      REQUIRE(once.starts_with("{"));
      std::string again = once;
      if (const size_t type = again.find(",\"type\""); type != again.npos) again = again.substr(0, type) + "}";
      const std::string medium = section.substr(0, section.find(':'));
      for (LabelMode mode : {LabelMode::kAdd, LabelMode::kRequire})
        CHECK(Composing(medium + ": " + again, packs, mode) == once);
    }
}

TEST_CASE(
    "KR-05: whatever a text says, it leaves with the whole label or not at all, and a second time changes nothing") {
  const std::vector<std::string_view> parts = {"(광고)",
                                               "온도상점",
                                               " ",
                                               "\n",
                                               "소식",
                                               "무료수신거부",
                                               "무료거부 0801234567",
                                               "080",
                                               "-",
                                               "080-123-4567",
                                               "02-123-4567",
                                               "[광고]",
                                               "(",
                                               ")",
                                               "광고",
                                               "STOP",
                                               "수신거부"};
  Content content;
  content.medium = "sms";
  const MediumField& field = *FindMedium("sms")->Find("text");
  const LabelPlan add = MakeLabelPlan(Packs{"KR"}, "sms", Facts(), LabelMode::kAdd);
  const LabelPlan require = MakeLabelPlan(Packs{"KR"}, "sms", Facts(), LabelMode::kRequire);
  const LabelParts asked = PartsOf(add, content, "text");
  uint64_t state = 7;
  size_t labelled = 0, refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < 6; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      text += parts[(state >> 33) % parts.size()];
    }
    INFO(text);
    std::string made = text;
    const absl::Status status = ApplyLabel(add, asked, content, field, "", 0, &made);
    std::string unchanged = text;
    const bool was_whole = ApplyLabel(require, asked, content, field, "", 0, &unchanged).ok();
    CHECK(unchanged == text);
    if (text.find_first_not_of(" \n") == text.npos) continue;  // no message
    if (!status.ok()) {
      ++refused;
      CHECK(made == text);
      CHECK_FALSE(was_whole);
      continue;
    }
    ++labelled;
    CHECK(made.starts_with("(광고)"));
    CHECK(made.find("온도상점") != made.npos);
    CHECK(made.find("02-123-4567") != made.npos);
    const size_t end = made.find_last_not_of(" \n") + 1;
    const std::string_view last = std::string_view(made).substr(0, end);
    CHECK((last.ends_with("080-123-4567") || last.ends_with("0801234567")));
    CHECK((made == text) == was_whole);
    std::string again = made;
    CHECK(ApplyLabel(require, asked, content, field, "", 0, &again).ok());
    CHECK(ApplyLabel(add, asked, content, field, "", 0, &again).ok());
    CHECK(again == made);
  }
  CHECK(labelled > 1000);
  CHECK(refused > 1000);
}

TEST_CASE("The link has the token of its message in its place") {
  CHECK(OptOutLink("https://s.test/{token}/x", "T") == "https://s.test/T/x");
  CHECK(OptOutLink("https://s.test/u", "T") == "https://s.test/u?t=T");
  CHECK(OptOutLink("https://s.test/u?a=1#top", "T") == "https://s.test/u?a=1&t=T#top");
  CHECK(OptOutLink("https://s.test/u", "") == "https://s.test/u");
  CHECK(OptOutLink("https://s.test/u?t={token}", "") == "https://s.test/u?t=");
  CHECK(OptOutLink("", "T") == "");
}

TEST_CASE("KR-05, US-07, US-09, CA-03, EU-04: what a playbook lacks for its labels is listed, once each") {
  auto keys = [](const Packs& packs, std::string_view medium, const LabelFacts& facts) {
    std::string text;
    for (const MissingFact& missing : MissingForLabel(packs, medium, facts)) {
      text += (text.empty() ? "" : " ") + std::string(missing.object) + "." + std::string(missing.key);
      CHECK((missing.message[2] == '-' && missing.message.substr(5, 2) == ": "));
    }
    return text;
  };
  const LabelFacts none;
  CHECK(keys({"KR"}, "sms", none) == "shop.name shop.contact policy.opt_out.sms");
  CHECK(keys({"KR"}, "kakao", none) == "shop.name shop.contact policy.opt_out.sms");
  CHECK(keys({"KR"}, "push", none) == "shop.name");
  CHECK(keys({"KR"}, "email", none) == "shop.name shop.contact shop.email shop.address policy.opt_out.email");
  CHECK(keys({"US"}, "sms", none) == "shop.name");
  CHECK(keys({"US"}, "email", none) == "shop.name shop.address policy.opt_out.email");
  CHECK(keys({"CA"}, "sms", none) == "shop.name shop.contact");
  CHECK(keys({"EU"}, "push", none) == "");
  CHECK(keys({}, "sms", none) == "");
  CHECK(keys({"KR", "US", "CA", "EU"}, "email", none) ==
        "shop.name shop.contact shop.email shop.address policy.opt_out.email");
  for (std::string_view medium : {"sms", "kakao", "push", "email", "webhook"})
    CHECK(keys({"KR", "US", "CA", "EU"}, medium, Facts()) == "");

  LabelFacts wrong = Facts();
  for (std::string_view number : {"02-123-4567", "080-12-345", "080-1234-56789", "080-abc-4567", "080-123-4567-",
                                  "-080-123-4567", "0801234567 / 0802223333"}) {
    wrong.opt_out_sms = number;
    INFO(number);
    REQUIRE(MissingForLabel(Packs{"KR"}, "sms", wrong).size() == 1);
    CHECK(MissingForLabel(Packs{"KR"}, "sms", wrong)[0].message ==
          "KR-05: an advertisement by sms says a number that is called free of charge to opt out: write \"sms\": "
          "\"080-123-4567\", not \"" +
              std::string(number) + "\"");
  }
  for (std::string_view number : {"0801234567", "080-123-4567", "080 1234 5678"}) {
    wrong.opt_out_sms = number;
    CHECK(MissingForLabel(Packs{"KR"}, "sms", wrong).empty());
  }
  wrong = Facts();
  for (std::string_view link : {"shop.test/u", "mailto:x@y.test", "https://a b", "https://a.test/\"><script>"}) {
    wrong.opt_out_email = link;
    CHECK(keys({"US"}, "email", wrong) == "policy.opt_out.email");
  }
  wrong = Facts();
  wrong.sender = "온도상점 🌙";
  CHECK(MissingForLabel(Packs{"KR"}, "sms", wrong)[0].message.ends_with("\"🌙\" cannot be written in EUC-KR"));
  CHECK(MissingForLabel(Packs{"KR"}, "push", wrong).empty());
}

TEST_CASE("Each row of the table names a field of its medium and parts that have names") {
  for (const LabelRow& row : LabelRows()) {
    INFO(row.rule << " " << row.medium << " " << row.field);
    const Medium* medium = FindMedium(row.medium);
    REQUIRE(medium != nullptr);
    CHECK(medium->Find(row.field) != nullptr);
    CHECK((row.instead.empty() || medium->Find(row.instead) != nullptr));
    CHECK(IsLabelPlace(row.medium, row.field));
    CHECK((row.start | row.end) != 0);
    CHECK((row.start | row.end) < (1 << kPartsMax));
  }
  CHECK_FALSE(IsLabelPlace("sms", "image"));
  CHECK_FALSE(IsLabelPlace("toast", "text"));
  CHECK(LabelPartName(kPartAdLabel) == "\"(광고)\" at the start");
  CHECK(LabelPartName(kPartNoFalseLabel) == "no false label");
}

}  // namespace cartwheel
