// The policy's rules that `cartwheel check` tells of templates: each is kept once and broken once, by its id, and says
// line and column.
#include "base/status.h"
#include "playbook/compile.h"
#include "playbook/languages.h"
#include "playbook/templates.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

// The templates begin in the second line.
std::string Errors(const std::string& templates) {
  const auto made = CompilePlaybook(
      R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "온도상점"}, "templates":
)" + templates +
      "}");
  return made.ok() ? "" : StatusText(made.status());
}

// The same where the playbook says "label": "require".
std::string ErrorsRequiring(const std::string& templates) {
  const auto root = playbook::ReadJson(templates);
  REQUIRE(root.ok());
  playbook::ErrorList errors(templates, *root);
  const playbook::Languages languages({{"name", Kind::kString}}, "ko-KR", "KRW", "Asia/Seoul", 0);
  Playbook made;
  made.policy.label = Policy::Label::kRequire;
  playbook::CompileTemplates(*root, languages, &errors, &made);
  return StatusText(errors.ToStatus());
}

}  // namespace

TEST_CASE(
    "KAKAO-04, KAKAO-02: check refuses an Alimtalk that is an advertisement, or of a refused purpose, at its "
    "template_code") {
  const std::string kakao = R"("kakao": {"template_code": "X", "text": "x"}}})";
  CHECK(Errors(R"({"a": {"purpose": "order", )" + kakao) ==
        "/templates/a/kakao/template_code (2:55): KAKAO-04: an Alimtalk (kakao.template_code) carries information "
        "only: its class is transactional or notice, and this is of the class \"ad\"");
  CHECK(Errors(R"({"a": {"class": "notice", "purpose": "birthday", )" + kakao)
            .starts_with("/templates/a/kakao/template_code (2:77): KAKAO-02: "));
  CHECK(Errors(R"({"a": {"class": "notice", "purpose": "order", )" + kakao).empty());
}

TEST_CASE("KAKAO-03: check refuses a brand message that is no advertisement, at its section") {
  CHECK(Errors(R"({"a": {"class": "notice", "kakao": {"text": "x"}}})")
            .starts_with("/templates/a/kakao (2:27): KAKAO-03: a brand message"));
  CHECK(Errors(R"({"a": {"variants": {"b": {"locales": {"en": {"kakao": {"text": "x"}}}}}, "class": "notice"}})")
            .starts_with("/templates/a/variants/b/locales/en/kakao (2:46): KAKAO-03: "));
  CHECK(Errors(R"({"a": {"kakao": {"text": "x"}}})").empty());
}

TEST_CASE("KAKAO-05: check refuses Friendtalk, as a section and as a kind of a Kakao message") {
  CHECK(Errors(R"({"a": {"friendtalk": {"text": "x"}}})") ==
        "/templates/a/friendtalk (2:8): KAKAO-05: Friendtalk ended on 2025-12-31: write \"kakao\", a brand message");
  for (std::string_view key : {"type", "kind", "message_type"})
    CHECK(Errors("{\"a\": {\"kakao\": {\"text\": \"x\", \"" + std::string(key) + "\": \"FriendTalk\"}}}")
              .starts_with("/templates/a/kakao (2:8): KAKAO-05: "));
  CHECK(Errors(R"({"a": {"kakao": {"text": "x", "kind": "brand"}}})").empty());
  CHECK(Errors(R"({"a": {"toast": {"text": "x", "kind": "friendtalk"}}})").empty());  // another channel's own words
}

TEST_CASE("KAKAO-06: check refuses the targeting M and N where the shop does not say that Kakao admitted its channel") {
  auto errors = [](std::string_view targeting, std::string_view channels) {
    std::string text =
        R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "S"},
 "templates": {"a": {"kakao": {"text": "x", "targeting": "TARGETING"}, "own": {"text": "x", "targeting": "TARGETING"}}},
 "channels": {CHANNELS}, "journeys": {"j": {"enter": {"on": "signed_up"}, "steps": [{"send": "a", "via": ["kakao"]}]}}})";
    for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"TARGETING", targeting},
                                   {"TARGETING", targeting},
                                   {"CHANNELS", channels}})
      text.replace(text.find(from), from.size(), to);
    const auto made = CompilePlaybook(text);
    return made.ok() ? "" : StatusText(made.status());
  };
  for (std::string_view targeting : {"M", "N", "{{ customer.id }}"}) {
    INFO(targeting);
    for (std::string_view channels : {"", R"("kakao": {})", R"("kakao": {"admitted": false})"})
      CHECK(std::string(errors(targeting, channels)).starts_with("/templates/a/kakao/targeting (2:58): KAKAO-06: "));
    CHECK(errors(targeting, R"("kakao": {"admitted": true})") == "");
  }
  CHECK(errors("I", "") == "");
  CHECK(std::string(errors("I", R"("kakao": {"admitted": 1})")).find("expected true or false, found 1") !=
        std::string::npos);
}

TEST_CASE("KAKAO-07: check refuses a button that adds the channel without the targeting M or N") {
  auto with = [](std::string_view targeting) {
    return "{\"a\": {\"kakao\": {\"text\": \"x\", " + std::string(targeting) +
           "\"buttons\": [{\"label\": \"+\", \"type\": \"AC\"}]}}}";
  };
  CHECK(Errors(with("")).starts_with("/templates/a/kakao/buttons/0/type (2:66): KAKAO-07: "));
  CHECK(Errors(with("\"targeting\": \"I\", ")).find("KAKAO-07: ") != std::string::npos);
  CHECK(Errors(with("\"targeting\": \"M\", ")).empty());
  CHECK(Errors(with("\"targeting\": \"{{ customer.id }}\", ")).empty());
  // An Alimtalk may have it.
  CHECK(
      Errors(
          R"({"a": {"class": "notice", "kakao": {"text": "x", "template_code": "T", "buttons": [{"label": "+", "type": "AC"}]}}})")
          .empty());
}

TEST_CASE("CLASS-01: check says which words of a transactional template or a notice promote, and where") {
  const std::string order = R"({"a": {"class": "transactional", "purpose": "order", )";
  CHECK(Errors(order + R"("sms": "주문 완료! 쿠폰도 드려요"}})") ==
        "/templates/a/sms (2:61): CLASS-01: \"쿠폰\" promotes, and a message of the class \"transactional\" has no "
        "promotion in it: leave it out, or make it an advertisement (\"class\": \"ad\")");
  // Within Liquid, with the place in the text; in whichever branch, and of what is printed otherwise.
  CHECK(Errors(order + R"("sms": "{{ customer.id }}님\n지금 무료배송, 세일 중"}})")
            .starts_with("/templates/a/sms (2:61): 2:4: CLASS-01: \"무료배송\", \"세일\" promote"));
  CHECK(Errors(order + R"("sms": "{% if customer.orders > 1 %}x{% else %}y sale{% endif %}"}})")
            .starts_with("/templates/a/sms (2:61): 1:42: CLASS-01: \"sale\" promotes"));
  CHECK(Errors(order + R"("sms": "{{ customer.name | default: '쿠폰 고객' }}님"}})").find("CLASS-01") !=
        std::string::npos);
  // Every text that people read, in every language and variant.
  for (const char* section :
       {R"("push": {"title": "할인"})", R"("push": {"buttons": [{"label": "할인"}]})",
        R"("sms": {"text": "x", "subject": "할인"})", R"("email": {"subject": "할인", "text": "x"})",
        R"("email": {"subject": "x", "preheader": "할인", "text": "x"})",
        R"("email": {"subject": "x", "html": "<b>할인</b>"})",
        R"("email": {"subject": "x", "html": "<a href='{{ shop.name }}'>할인</a>"})", R"("toast": {"line": "할인"})",
        R"("locales": {"en": {"sms": "할인"}})", R"("variants": {"b": {"sms": "할인"}}, "sms": "x")",
        R"("variants": {"b": {"locales": {"en": {"sms": "할인"}}}}, "sms": "x")",
        R"("kakao": {"template_code": "T", "text": "#{a}", "variables": {"a": "할인"}})",
        R"("kakao": {"template_code": "T", "text": "x", "fallback": "할인"})"}) {
    INFO(section);
    CHECK(Errors(order + section + "}}").find("CLASS-01: \"할인\" promotes") != std::string::npos);
    CHECK(Errors("{\"a\": {" + std::string(section) + "}}").find("CLASS-01") == std::string::npos);
  }
  // What people do not read, and what is no word of the text.
  for (const char* section :
       {R"("push": {"title": "x", "url": "https://shop.test/할인", "image": "할인.jpg", "topic": "sale"})",
        R"("sms": "https://shop.test/sale")", R"("email": {"subject": "x", "html": "<b class=\"sale\">x</b>"})",
        R"("kakao": {"template_code": "SALE", "text": "#{할인}", "variables": {"할인": "3,000원"}})",
        R"("sms": "{% assign sale = 1 %}{{ sale }}")"}) {
    INFO(section);
    CHECK(Errors(order + section + "}}").empty());
  }
  // A text that does not compile is told once.
  const std::string broken = Errors(order + R"("sms": "쿠폰 {{ custmer.id }}"}})");
  CHECK(broken.find("CLASS-01") == std::string::npos);
  CHECK(std::count(broken.begin(), broken.end(), '\n') == 0);
}

TEST_CASE("KR-05: check refuses a false label at the beginning of an advertisement, and one after it") {
  for (const char* section : {R"("sms": "[광고] {{ shop.name }}")", R"("sms": {"text": "(광 고) x"})",
                              R"("sms": {"text": "x", "subject": "（광고）x"})",
                              R"("push": {"title": "{% if cart.quantity > 1 %}(광/고){% endif %}"})",
                              R"("push": {"title": "x", "body": "[광고] x"})", R"("push": {"body": " (광고) x"})",
                              R"("email": {"subject": "[광고] x", "text": "x"})",
                              R"("kakao": {"text": "x", "fallback": "(광.고)x"})", R"("kakao": {"text": "[광고] x"})",
                              R"("locales": {"en": {"sms": "[광고]"}})", R"j("sms": "온도상점 (광고)")j"}) {
    INFO(section);
    const std::string error = Errors("{\"a\": {" + std::string(section) + "}}");
    CHECK(error.find("): KR-05: \"") != std::string::npos);
    CHECK(std::count(error.begin(), error.end(), '\n') == 0);
    // Of another class it is no label.
    CHECK(Errors("{\"a\": {\"class\": \"transactional\", " + std::string(section) + "}}").find("KR-05") ==
          std::string::npos);
  }
  for (const char* section :
       {R"("sms": "(광고) {{ shop.name }}")", R"("sms": "{{ shop.name }} [광고]")",
        R"j("push": {"title": "(광고) x", "body": "x (광고)"})j",
        R"("email": {"subject": "(광고)x", "text": "[광고] x"})", R"("toast": {"text": "[광고]"})", R"("sms": "x")"}) {
    INFO(section);
    CHECK(Errors("{\"a\": {" + std::string(section) + "}}").empty());
  }
}

TEST_CASE("KR-05: where the label is required, check refuses a text that plainly begins without it") {
  CHECK(ErrorsRequiring(R"({"a": {"sms": "온도상점 소식"}})") ==
        "/a/sms (1:15): KR-05: an advertisement begins with \"(광고)\", and \"label\": \"require\" adds none");
  for (const char* section :
       {R"j("push": {"title": "x", "body": "(광고)"})j", R"("push": {"body": "x"})",
        R"("email": {"subject": "x {{ shop.name }}", "text": "x"})", R"("kakao": {"text": "x", "fallback": "x"})",
        R"("sms": "{% if cart.quantity > 1 %}x{% endif %}")"}) {
    INFO(section);
    CHECK(ErrorsRequiring("{\"a\": {" + std::string(section) + "}}").find("adds none") != std::string::npos);
  }
  for (const char* section :
       {R"("sms": "(광고) x")", R"("sms": "(광고){{ shop.name }}")", R"("sms": "{{ shop.name }}")",
        R"("sms": "({{ '광고' }}) x")", R"("push": {"title": "(광고) x", "body": "x"})",
        R"j("push": {"title": "(광고)"})j", R"("email": {"subject": "(광고) x", "text": "x"})",
        R"("kakao": {"text": "x"})", R"("class": "notice", "sms": "x")"}) {
    INFO(section);
    CHECK(ErrorsRequiring("{\"a\": {" + std::string(section) + "}}").empty());
  }
}

}  // namespace cartwheel
