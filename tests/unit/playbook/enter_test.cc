// How journeys are entered, one before another, and held out: what is wrong is said where it stands.
#include "tests/unit/playbook/support.h"

namespace cartwheel {
namespace {

constexpr std::string_view kOn = R"("enter": {"on": "product_added", "when": "cart.quantity > 0", "key": "cart.id"})";

std::string Enter(std::string_view enter) { return With(kOn, std::string("\"enter\": ") + std::string(enter)); }

bool Says(const std::string& error, std::string_view piece) { return error.find(piece) != std::string::npos; }

// The good playbook with two more journeys, and what each of the three outranks.
std::string Ranked(std::string_view cart, std::string_view a, std::string_view b) {
  constexpr std::string_view kRest =
      R"("enter": {"on": "signed_up"}, "steps": [{"send": "thanks", "via": ["web_push"]}])";
  const std::string more = fmt::format(R"("journeys": {{"a": {{{0}{1}}}, "b": {{{0}{2}}},)", kRest, a, b);
  std::string text = With("\"journeys\": {", more);
  return With("\"reenter\"", std::string(cart) + "\"reenter\"", text);
}

}  // namespace

TEST_CASE("enter: an event or a schedule, and what stands beside each") {
  CHECK(ErrorOf(Enter(R"({"schedule": {"cron": "0 10 * * 2"}, "latest": "6h", "key": "cart.id"})")) == "");
  CHECK(Says(ErrorOf(Enter(R"({"on": "signed_up", "schedule": {"cron": "0 10 * * 2"}})")),
             "/journeys/cart/enter/on (11:20): a journey is entered by an event or by a schedule"));
  CHECK(Says(ErrorOf(Enter(R"({"on": "signed_up", "latest": "6h"})")),
             R"(/journeys/cart/enter/latest (11:43): "latest" of an entry stands beside "schedule")"));
  for (const char* schedule : {R"({})", R"({"cron": "0 10 * * 2", "rrule": "FREQ=DAILY;BYHOUR=1"})"})
    CHECK(
        Says(ErrorOf(Enter(fmt::format(R"({{"schedule": {}}})", schedule))), R"(expected one of "rrule" and "cron")"));
  CHECK(Says(ErrorOf(Enter(R"({"schedule": {"cron": "0 10 * * 9"}})")),
             R"(/journeys/cart/enter/schedule/cron (11:35): "0 10 * * 9": "9" is not a weekday)"));
  CHECK(Says(ErrorOf(Enter(R"({"schedule": {"rrule": 5}})")),
             "expected a text such as \"FREQ=WEEKLY;BYDAY=TU;BYHOUR=10\""));
  CHECK(Says(ErrorOf(Enter(R"({"schedule": {"cron": "0 10 * * 2"}, "max_per_day": 2000000000})")),
             "2000000000 is no number of entries, expected 1 to 1000000000"));
  CHECK(Says(
      ErrorOf(With("\"reenter\"", "\"existing\": true, \"reenter\"", Enter(R"({"schedule": {"cron": "0 10 * * 2"}})"))),
      "\"existing\" takes those who are in a segment already"));
}

TEST_CASE("enter: check warns of a schedule that never occurs, and of no other") {
  const std::pair<std::string_view, bool> kRules[] = {
      {R"({"rrule": "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30;BYHOUR=9", "from": "2026-02-01"})", true},
      {R"({"rrule": "FREQ=DAILY;BYHOUR=9;UNTIL=20260101T000000", "from": "2026-02-01"})", true},
      {R"({"rrule": "FREQ=DAILY;BYMONTHDAY=31;BYHOUR=9;UNTIL=20260330T000000", "from": "2026-02-01"})", true},
      {R"({"rrule": "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=29;BYHOUR=9", "from": "2026-02-01"})", false},
      {R"({"cron": "0 0 31 * *"})", false},
  };
  for (const auto& [schedule, never] : kRules) {
    INFO(schedule);
    std::vector<std::string> warnings;
    const std::string text = Enter(fmt::format(R"({{"schedule": {}}})", schedule));
    REQUIRE(CompilePlaybook(text, &warnings).ok());
    CHECK(warnings.size() == (never ? 1 : 0));
    if (never) CHECK(Says(warnings[0], "/journeys/cart/enter/schedule/rrule (11:36): never occurs"));
  }
}

TEST_CASE("outranks: journeys of the playbook, in an order") {
  CHECK(ErrorOf(Ranked("", "", "")) == "");
  CHECK(ErrorOf(Ranked(R"("outranks": ["a", "b"], )", R"(, "outranks": ["b"])", "")) == "");
  CHECK(Says(ErrorOf(Ranked(R"("outranks": ["c"], )", "", "")), R"("c" is no journey of this playbook)"));
  CHECK(Says(ErrorOf(Ranked(R"("outranks": [1], )", "", "")), "1 is no journey of this playbook"));
  CHECK(Says(ErrorOf(Ranked(R"("outranks": ["cart"], )", "", "")), "a journey does not outrank itself"));
  CHECK(Says(ErrorOf(Ranked(R"("outranks": ["a"], )", R"(, "outranks": ["b"])", R"(, "outranks": ["cart"])")),
             "\"a\" outranks itself by way of these"));
  std::string many = R"("outranks": ["a")";
  for (int i = 0; i < 16; ++i) many += R"(, "a")";
  CHECK(Says(ErrorOf(Ranked(many + "], ", "", "")), "17 journeys: outranks_max is 16"));
}

}  // namespace cartwheel
