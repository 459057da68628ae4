// policy.notices as check reads it: what is missing, what is wrong, and the hidden journeys that it makes.
#include "core/policy/policy_warnings.h"
#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

constexpr std::string_view kSaid = "{{ consent.action }} {{ consent.medium }}";

std::string BookOf(std::string_view notices, std::string_view rules = R"(["KR"])", std::string_view more = "") {
  return fmt::format(
      R"json({{"playbook": 1, "revision": 1,
"policy": {{"rules": {}, "opt_out": {{"sms": "080-123-4567"}}{}}},
"shop": {{"name": "S", "contact": "02-123-4567"}},
"templates": {{"told": {{"class": "notice", "sms": "{}", "email": {{"subject": "a", "text": "b"}}}},
              "ad": {{"purpose": "news", "sms": "1"}}}},
"channels": {{"sms": {{"certified": true}}}},
"journeys": {{"a": {{"enter": {{"on": "asked"}}, "steps": [{{"send": "ad", "via": ["sms"]}}]}}{}}}}})json",
      rules, notices, kSaid, more);
}

constexpr std::string_view kOurs = R"({"i_have_checked": "our CRM"})";
constexpr std::string_view kSent = R"({"send": "told", "via": ["email", "sms"]})";

std::string Notices(std::string_view result, std::string_view reconfirm) {
  return fmt::format(R"(, "notices": {{"result": {}, "reconfirm": {}}})", result, reconfirm);
}

}  // namespace

TEST_CASE("KR-08, KR-09: under a pack that asks for notices a playbook says how they are told, with line and rule") {
  const std::string none = ErrorOf(BookOf(""));
  CHECK(none.find("/policy/notices (2:11): KR-08: the result of a consent") != std::string::npos);
  CHECK(none.find("/policy/notices (2:11): KR-09: a consent is confirmed again") != std::string::npos);
  const std::string half = ErrorOf(BookOf(fmt::format(R"(, "notices": {{"result": {}}})", kSent)));
  INFO(half);
  CHECK(half.find("/policy/notices/reconfirm (2:76): KR-09") != std::string::npos);
  CHECK(half.find("KR-08") == std::string::npos);
  CHECK(ErrorOf(BookOf(R"(, "consent": "assumed_by_shop")")).empty());
  CHECK(ErrorOf(BookOf("", R"(["US"])")).empty());
  CHECK(ErrorOf(BookOf(Notices(kOurs, kSent))).empty());
}

TEST_CASE("KR-08: what is wrong with a notice is said at its place") {
  for (const auto& [notice, problem] : std::vector<std::pair<std::string, std::string>>{
           {R"({"send": "ad", "via": ["sms"]})",
            "/policy/notices/result/send (2:96): KR-08: the template \"ad\" is of the class \"ad\""},
           {R"({"send": "tolt", "via": ["sms"]})", "unknown template \"tolt\", did you mean \"told\"?"},
           {R"({"send": "told"})", "/policy/notices/result/via (2:87): \"via\" is missing"},
           {R"({"send": "told", "via": ["kakao"]})", "has no section \"kakao\""},
           {R"({"send": "told", "via": ["sms"], "i_have_checked": "x"})", "expected one of the two"},
           {R"({"send": "told", "via": ["sms"], "latest": "1h"})", "unknown key \"latest\""},
           {R"({})", "/policy/notices/result/send (2:87): nothing is sent"},
           {R"({"i_have_checked": ""})", "a name is empty"}}) {
    const std::string error = ErrorOf(BookOf(Notices(notice, kOurs)));
    INFO(notice << "\n" << error);
    CHECK(error.find(problem) != std::string::npos);
  }
}

TEST_CASE("only policy.notices sends what speaks of a consent, and only a notice may speak of one") {
  const std::string sent = R"(, "b": {"enter": {"on": "asked"}, "steps": [{"send": "told", "via": ["sms"]}]})";
  for (const std::string_view how : {kSent, kOurs})
    CHECK(ErrorOf(BookOf(Notices(how, how), R"(["KR"])", sent)).find("tells of a consent: only policy.notices") !=
          std::string::npos);
  std::string speaks = BookOf(Notices(kOurs, kOurs));
  speaks.replace(speaks.find(R"("sms": "1")"), 10, R"("sms": "{{ consent.medium }}")");
  CHECK(ErrorOf(speaks).find("unknown variable \"consent\"") != std::string::npos);
  std::string plain = BookOf(Notices(kSent, kSent), R"(["KR"])", sent);
  plain.replace(plain.find(kSaid), kSaid.size(), "x");
  CHECK(ErrorOf(plain).empty());
  std::string promotes = BookOf(Notices(kSent, kSent));
  promotes.replace(promotes.find("{{ consent.medium }}"), 20, "{{ consent.medium }} 할인 쿠폰");
  CHECK(ErrorOf(promotes).find("CLASS-01") != std::string::npos);
  const std::string taken = R"(, "notice/x": {"enter": {"on": "asked"}, "steps": [{"wait": "1h"}]})";
  CHECK(ErrorOf(BookOf(Notices(kSent, kSent), R"(["KR"])", taken)).find("those of policy.notices") !=
        std::string::npos);
}

TEST_CASE("notices are hidden journeys with a step a channel, which nothing enters by an event") {
  const auto book = Compiled(BookOf(Notices(kSent, R"({"send": "told", "via": ["sms"]})")));
  REQUIRE(book->journeys.size() == 3);
  CHECK(book->result_notice == 1);
  CHECK(book->reconfirm_notice == 2);
  const Journey& result = book->journeys[1];
  CHECK(result.name == "notice/result");
  REQUIRE(result.steps.size() == 2);
  CHECK(result.steps[0].send().via == std::vector<std::string>{"email", "sms"});
  CHECK(result.steps[1].send().via == std::vector<std::string>{"sms", "email"});
  CHECK(result.steps[0].next == 2);
  CHECK(result.steps[0].send().latest_ms == int64_t{14} * 24 * 3600 * 1000);
  CHECK(book->EntriesOn(EventType::kConsentGranted, "consent_granted") == nullptr);
  CHECK(Compiled(BookOf(Notices(kOurs, kOurs)))->journeys.size() == 1);
}

TEST_CASE("what the shop says that it tells itself is a warning of every start and report") {
  const auto book = Compiled(BookOf(Notices(kSent, kOurs)));
  const auto warnings = PolicyWarnings(false, true, book->policy.statements);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0] == "policy.notices.reconfirm is left to the shop, which says: our CRM");
}

}  // namespace cartwheel
