// What `check` warns of: steps that caps, gaps or hours never let through, each with its place, and its neighbour of
// which that cannot be proved.
#include "fmt/format.h"
#include "tests/unit/playbook/support.h"

using namespace cartwheel;

namespace {

struct Said {
  std::string policy = R"("rules": ["KR"])";
  std::string steps = R"({"wait": "1h"}, {"send": "a", "via": ["sms"]})";
  std::string journey;  // more keys
  std::string channels = R"("sms": {"certified": true})";
  std::string shop = R"("locale": "ko")";
};

// The policy is in line 2, the steps are in line 6, a journey's other keys in line 7.
std::string Book(const Said& said) {
  return fmt::format(
      R"({{"playbook": 1, "revision": 1, "shop": {{"name": "S", "contact": "1", "email": "s@s.kr", "address": "x", {}}},
"policy": {{{}, "opt_out": {{"sms": "080-123-4567", "email": "https://s.kr/o"}}, "notices": {{"result": {{"i_have_checked": "x"}}, "reconfirm": {{"i_have_checked": "x"}}}}}},
"templates": {{"a": {{"sms": "1", "email": {{"subject": "1", "text": "1"}}, "push": {{"title": "1"}}, "own": {{"text": "1"}}}},
  "o": {{"class": "transactional", "purpose": "order", "sms": "1"}}}},
"channels": {{{}}}, "journeys": {{"j": {{"enter": {{"on": "signed_up"}}, "steps": [
{}]
{}}}}}}})",
      said.shop, said.policy, said.channels, said.steps, said.journey);
}

std::vector<std::string> Warnings(const Said& said) {
  std::vector<std::string> warnings;
  const std::string book = Book(said);
  const auto made = CompilePlaybook(book, &warnings);
  INFO(book << "\n" << StatusText(made.status()));
  REQUIRE(made.ok());
  return warnings;
}

std::string Daily(int sends) {
  std::string steps;
  for (int i = 0; i < sends; ++i)
    steps += fmt::format("{}{{\"wait\": \"24h\"}}, {{\"send\": \"a\", \"via\": [\"sms\"]}}", i == 0 ? "" : ", ");
  return steps;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("check says nothing of a playbook in which every step may leave") {
  CHECK(Warnings({}) == Lines{});
  CHECK(Warnings({.policy = R"("rules": [], "consent": "assumed_by_shop", "hours": "22:00-23:00")", .channels = ""}) ==
        Lines{});
  CHECK(Warnings({.policy = R"("rules": ["KR"], "caps": [{"count": "messages", "max": 3, "within": "7d"}])",
                  .steps = Daily(3)}) == Lines{});
}

TEST_CASE("check says nothing of what a wait of no known length lies before") {
  const std::string cap = R"("rules": ["KR"], "caps": [{"count": "messages", "max": 1, "within": "7d"}])";
  for (const std::string between :
       {R"({"wait": {"until_field": "customer.due_at", "offset": "-24h"}})", R"({"wait": {"until": "09:00"}})"}) {
    INFO(between);
    CHECK(Warnings({.policy = cap,
                    .steps = R"({"send": "a", "via": ["sms"]}, )" + between + R"(, {"send": "a", "via": ["sms"]})"}) ==
          Lines{});
  }
}

TEST_CASE("check warns of a step whose earlier messages fill a cap whenever it is due") {
  const std::string cap = R"("rules": ["KR"], "caps": [{"count": "messages", "max": 1, "within": "7d"}])";
  const Lines warnings = Warnings({.policy = cap, .steps = Daily(3)});
  REQUIRE(warnings.size() == 2);
  CHECK(
      warnings[0] ==
      "/journeys/j/steps/3 (6:66): never leaves after the message before it: policy.caps/0 takes 1 within 7d, and all "
      "of them are planned within it");
  CHECK(warnings[1].starts_with("/journeys/j/steps/5 (6:"));
  CHECK(warnings[1].find("after the messages before it") != std::string::npos);
  // Planned a day apart, it may be a day late, and wait two days for an opening: the window is over then.
  for (const auto& [within, told] : {std::pair{"4d", 0}, {"5d", 1}})
    CHECK(Warnings({.policy = fmt::format(
                        R"("rules": ["KR"], "caps": [{{"count": "messages", "max": 1, "within": "{}"}}])", within),
                    .steps = Daily(2)})
              .size() == static_cast<size_t>(told));
  // Of other messages, by another channel, in a calendar's day, or where the channel is not certain.
  for (const char* other :
       {R"("class": "transactional")", R"("purpose": "cart")", R"("channel": "email")", R"("per": "channel")"})
    CHECK(
        Warnings(
            {.policy = fmt::format(
                 R"("rules": ["KR"], "caps": [{{"count": "messages", "max": 1, "within": "7d", {}}}])", other),
             .steps =
                 R"({"send": "a", "via": ["sms", "email"]}, {"wait": "24h"}, {"send": "a", "via": ["sms", "email"]})"}) ==
        Lines{});
  CHECK(Warnings({.policy = R"("rules": ["KR"], "caps": [{"count": "messages", "max": 1, "within": "week"}])",
                  .steps = Daily(3)}) == Lines{});
}

TEST_CASE("check warns of a step whose min_gap ends after its latest") {
  auto with = [](std::string_view gap) {
    return Said{
        .steps = fmt::format(
            R"({{"send": "a", "via": ["sms"]}}, {{"wait": "24h"}}, {{"send": "a", "via": ["sms"], "latest": "12h", "min_gap": "{}"}})",
            gap)};
  };
  CHECK(
      Warnings(with("36h")) ==
      Lines{
          R"(/journeys/j/steps/2 (6:49): never leaves after the message of "a": it is planned 1d later and may be 12h late, and min_gap is 36h)"});
  CHECK(Warnings(with("2159m")) == Lines{});
}

TEST_CASE("check warns of a step for which a cap's reserves leave nothing") {
  auto with = [](int keep) {
    return Said{
        .policy = fmt::format(
            R"("rules": ["KR"], "caps": [{{"count": "messages", "max": 2, "within": "day"}}], "reserve": [{{"cap": 0, "purpose": "cart", "keep": {}}}])",
            keep)};
  };
  CHECK(Warnings(with(2)) ==
        Lines{"/journeys/j/steps/1 (6:17): never leaves: all that policy.caps/0 takes is reserved for other purposes"});
  CHECK(Warnings(with(1)) == Lines{});
}

TEST_CASE("check warns of a channel whose hours never meet the law's, at the channel") {
  CHECK(Warnings({.policy = R"("rules": ["US"], "hours": "21:00-23:00")"}) ==
        Lines{"/journeys/j/steps/1/via/0 (6:39): sms carries no advertisement: policy.hours has no hour that the law "
              "allows"});
  CHECK(Warnings({.policy = R"("rules": ["KR"], "hours": "21:00-23:00")"}) ==
        Lines{"/journeys/j/steps/1/via/0 (6:39): sms carries no advertisement without a consent for the night: "
              "policy.hours has no other "
              "hour that the law allows"});
  CHECK(Warnings({.policy = R"("rules": ["US", "CA"], "hours": "21:00-23:00")"}) == Lines{});  // Canada has no hours
  CHECK(Warnings({.policy = R"("rules": ["US"], "hours": "20:00-23:00")"}) == Lines{});
  CHECK(Warnings({.policy = R"("rules": ["KR"], "hours": "20:50-23:00")"}).size() == 1);
  CHECK(Warnings({.policy = R"("rules": ["KR"], "hours": "20:49-23:00")"}) == Lines{});
  CHECK(
      Warnings({.policy = R"("rules": ["KR"], "hours": "20:30-23:00", "packs": {"KR": {"closes": "20:40"}})"}).size() ==
      1);
  const Said by_mail{.policy = R"("rules": ["KR"], "hours": "21:00-23:00")",
                     .steps = R"({"send": "a", "via": ["email"]})",
                     .channels = ""};
  CHECK(Warnings(by_mail) == Lines{});
}

TEST_CASE("check warns of a channel by which recipients of whom only the country is known have no common hour") {
  auto with = [](std::string_view more, std::string_view shop) {
    return Said{.policy = fmt::format(R"("rules": ["US"], "domestic": true{})", more), .shop = std::string(shop)};
  };
  // It is 10:00 in Honolulu when it is 15:00 in New York.
  const Lines warnings = Warnings(with(R"(, "hours": "09:00-14:00")", R"("country": "US")"));
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("/journeys/j/steps/1/via/0 (6:") == 0);
  CHECK(warnings[0].find("no_common_hours") != std::string::npos);
  CHECK(Warnings(with(R"(, "hours": "09:00-17:00")", R"("country": "US")")) == Lines{});
  CHECK(Warnings(with("", R"("country": "US")")) == Lines{});
  CHECK(Warnings(with("", R"("timezone": "America/New_York")")) == Lines{});
  CHECK(Warnings(with("", R"("locale": "en")")).size() == 1);  // in the shop's country, which is not said
}

TEST_CASE("KR-10: check warns of an SMS channel that is not certified where all recipients are under Korea's law") {
  CHECK(
      Warnings({.channels = ""}) ==
      Lines{
          R"(/journeys/j/steps/1/via/0 (6:39): sms carries no advertisement from 2026-10-01 on (KR-10): write "certified": true in channels.sms if its provider is)"});
  CHECK(Warnings({.policy = R"("rules": ["KR", "CA"])", .channels = ""}) == Lines{});
  CHECK(Warnings({.steps = R"({"send": "o", "via": ["sms"]})", .channels = ""}) == Lines{});
}

TEST_CASE("check warns of a shop's own channel without a medium") {
  const std::string steps = R"({"send": "a", "via": ["own"]})";
  CHECK(
      Warnings({.steps = steps, .channels = ""}) ==
      Lines{
          R"(/journeys/j/steps/0/via/0 (6:23): own carries no advertisement: write "medium" in channels.own, or take another channel)"});
  CHECK(Warnings({.steps = steps, .channels = R"("own": {"medium": "email"})"}) == Lines{});
}

TEST_CASE("check warns of a reentry that a cap on entries never allows") {
  auto with = [](std::string_view again, std::string_view more = "") {
    return Said{
        .policy = R"("rules": ["KR"], "caps": [{"count": "entries", "per": "journey", "max": 1, "within": "7d"}])",
        .journey = fmt::format(R"(, "reenter": "{}"{})", again, more)};
  };
  // The walk takes an hour, and its message may be a day late and wait two for an opening.
  CHECK(
      Warnings(with("3d")) ==
      Lines{"/journeys/j/reenter (7:14): no customer enters again after 3d: policy.caps/0 takes one entry within 7d"});
  CHECK(Warnings(with("4d")) == Lines{});
  CHECK(Warnings(with("after_exit")) == Lines{});
  CHECK(Warnings(with("1d", R"(, "reset_on": ["cart_viewed"])")) == Lines{});
}

TEST_CASE("check warns of steps that no way leads to, the first of each row") {
  CHECK(Warnings(
            {.steps =
                 R"({"branch": [{"when": "customer.orders > 0", "steps": [{"exit": true}]}], "else": [{"exit": true}]},
{"wait": "1h"},
{"send": "a", "via": ["sms"]})"}) ==
        Lines{"/journeys/j/steps/1 (7:1): is never reached: every way before it ends the walk or leads elsewhere"});
  // One arm leads on.
  CHECK(
      Warnings({.steps = R"({"branch": [{"when": "customer.orders > 0", "steps": [{"exit": true}]}]}, {"wait": "1h"})",
                .channels = ""})
          .empty());
  // A jump leads there.
  CHECK(Warnings(
            {.steps = R"({"wait": "1h"}, {"wait_for": [{"on": "page_viewed", "then": [{"exit": true}]}], "within": "1h",
"timeout": [{"goto": "last", "max": 1}, {"exit": true}]}, {"send": "a", "via": ["sms"], "name": "last"})"})
            .empty());
}

TEST_CASE("check warns of an arm that asks for what an arm before it asks") {
  CHECK(Warnings({.steps = R"({"branch": [{"when": "customer.orders > 0"}, {"when": "customer.points > 1"},
{"when": "customer.orders > 0", "name": "again"}]})",
                  .channels = ""}) ==
        Lines{"/journeys/j/steps/0/branch/2 (7:1): is never walked: arm 1 asks for the same"});
  CHECK(Warnings({.steps = R"({"send": "a", "via": ["sms"], "name": "s"},
{"wait_for": [{"clicked": "s"}, {"opened": "s"}, {"on": "page_viewed"},
{"on": "page_viewed", "then": [{"wait": "1h"}]}], "within": "1h"})"}) ==
        Lines{"/journeys/j/steps/1/wait_for/3 (8:1): is never walked: arm 3 asks for the same"});
  CHECK(Warnings({.steps = R"({"wait_for": [{"on": "page_viewed", "when": "event.properties.n == 1"},
{"on": "page_viewed"}], "within": "1h"})",
                  .channels = ""})
            .empty());
}

TEST_CASE("check warns of an exit after one that takes every such event") {
  CHECK(Warnings({.journey = R"(, "exit": [{"on": "order_completed"},
{"on": "order_completed", "when": "event.properties.total > 0.0"}])"}) ==
        Lines{"/journeys/j/exit/1 (8:1): does nothing: exit 1 ends the walk on every such event"});
  CHECK(
      Warnings(
          {.journey =
               R"(, "exit": [{"on": "order_completed", "when": "event.properties.total > 0.0"}, {"on": "order_completed"}])"})
          .empty());
}

TEST_CASE("check warns of a channel whose reports come after the send's latest") {
  const auto steps = [](std::string_view via, std::string_view latest) {
    return fmt::format(R"({{"send": "a", "via": [{}], "latest": "{}"}})", via, latest);
  };
  const std::string reports = R"("sms": {"certified": true, "report_within": "3h"})";
  CHECK(
      Warnings({.steps = steps(R"("sms", "email")", "2h"), .channels = reports}) ==
      Lines{"/journeys/j/steps/0 (6:1): sms may say up to 3h later that it failed, and no other channel is tried after "
            "\"latest\", 2h"});
  CHECK(Warnings({.steps = steps(R"("sms", "email")", "3h"), .channels = reports}).empty());
  CHECK(Warnings({.steps = steps(R"("email", "sms")", "2h"), .channels = reports}).empty());
}

TEST_CASE("check finds the steps inside of arms at their own places") {
  const std::vector<std::string> warnings =
      Warnings({.steps = R"({"branch": [{"when": "customer.orders > 0", "steps": [{"wait": "1h"},
{"send": "a", "via": ["sms"]}]}]},
{"send": "a", "via": ["own"]})"});
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].starts_with("/journeys/j/steps/1/via/0 (8:"));
}

namespace {

constexpr std::string_view kOneAWeek = R"("rules": ["KR"], "caps": [{"count": "messages", "max": 1, "within": "7d"}])";
constexpr std::string_view kCapped = "never leaves after the message before it";

// The places of the warnings: "/2/branch/0/steps/1".
Lines Places(const std::vector<std::string>& warnings, std::string_view what) {
  constexpr std::string_view kSteps = "/journeys/j/steps";
  Lines places;
  for (const std::string& warning : warnings) {
    INFO(warning);
    CHECK(warning.find(what) != std::string::npos);
    REQUIRE(warning.starts_with(kSteps));
    places.push_back(warning.substr(kSteps.size(), warning.find(' ') - kSteps.size()));
  }
  return places;
}

Lines Capped(const std::string& steps, std::string_view policy = kOneAWeek) {
  return Places(Warnings({.policy = std::string(policy), .steps = steps}), kCapped);
}

}  // namespace

TEST_CASE("check follows every way to a send: arms, waits for something, what stands in place of a message, calls") {
  const std::string a = R"({"send": "a", "via": ["sms"], "name": "a"})",
                    b = R"({"send": "a", "via": ["sms"], "name": "b"})";
  const std::string branch = R"({"branch": [{"when": "customer.orders > 0", "steps": [)";
  CHECK(Capped(a + ", " + branch + b + "]}]}") == Lines{"/1/branch/0/steps/0"});
  CHECK(Capped(a + R"(, {"split": [{"weight": 1, "steps": [)" + b + R"(]}, {"weight": 1}]})") ==
        Lines{"/1/split/0/steps/0"});
  CHECK(Capped(a + R"(, {"wait_for": [{"clicked": "a", "then": [)" + b +
               R"(]}], "within": "5h", "timeout": [{"send": "a", "via": ["sms"], "name": "c"}]})") ==
        Lines{"/1/wait_for/0/then/0", "/1/timeout/0"});
  CHECK(Capped(a +
               R"(, {"call": "webhook", "payload": {"n": 1}, "within": "5m", "then": [{"when": "true", "steps": [)" +
               b + R"(]}], "timeout": []})") == Lines{"/1/then/0/steps/0"});
  // Where only one of the arms sends, what follows both may leave.
  CHECK(Capped(branch + a + "]}]}, " + b).empty());
  CHECK(Capped(branch + a + R"(]}], "else": [{"send": "a", "via": ["sms"], "name": "c"}]}, )" + b) == Lines{"/1"});
  // What stands in place of a message follows none, and neither does what follows a failure.
  for (const std::string_view instead : {"on_capped", "on_unreachable", "on_failed"})
    CHECK(Capped(fmt::format(R"({{"send": "a", "via": ["sms"], "name": "a", "{}": [{}]}})", instead, b)).empty());
  CHECK(Capped(fmt::format(R"({{"send": "a", "via": ["sms"], "name": "a", "on_failed": [{{"wait": "1h"}}]}}, {})", b))
            .empty());
  for (const std::string_view fate : {"failed", "unreachable"})
    CHECK(Capped(fmt::format(R"({}, {{"wait_for": [{{"{}": "a", "then": [{}]}}], "within": "5h"}})", a, fate, b))
              .empty());
  // A jump may leave out what lies before: nothing is said of a step that one leads to, or of what follows it.
  CHECK(Capped(
            a +
            R"(, {"wait": "1h"}, {"send": "a", "via": ["sms"], "name": "b"}, {"wait": "30d"}, {"goto": "b", "max": 2})")
            .empty());
  CHECK(Capped(R"({"branch": [{"when": "customer.orders > 0", "steps": [{"goto": "b", "max": 1}]}]}, )" + a + ", " + b)
            .empty());
}

TEST_CASE("check takes the longest way to a send for the windows of caps") {
  const std::string a = R"({"send": "a", "via": ["sms"], "name": "a", "latest": "1h"}, )";
  const std::string b = R"(, {"send": "a", "via": ["sms"], "name": "b", "latest": "1h"})";
  // By hand: what lies between, an hour of lateness and two days for an opening must end within 96 h.
  const std::string policy = R"("rules": ["KR"], "caps": [{"count": "messages", "max": 1, "within": "96h"}])";
  struct Case {
    std::string between;
    bool told;
  };
  for (const Case& c :
       {Case{R"({"branch": [{"when": "customer.orders > 0", "steps": [{"wait": "46h"}]}], "else": [{"wait": "1h"}]})",
             true},
        Case{R"({"branch": [{"when": "customer.orders > 0", "steps": [{"wait": "47h"}]}], "else": [{"wait": "1h"}]})",
             false},
        Case{R"({"wait_for": [{"on": "page_viewed"}], "within": "46h"})", true},
        Case{R"({"wait_for": [{"on": "page_viewed"}], "within": "47h"})", false},
        // Its time begins with the acceptance: up to an hour after the plan, or two days for an opening.
        Case{R"({"wait_for": [{"clicked": "a"}], "within": "1h"})", false}}) {
    INFO(c.between);
    CHECK(Capped(a + c.between + b, policy) == (c.told ? Lines{"/2"} : Lines{}));
  }
}

TEST_CASE("check warns of a min_gap that is over too late on a way, with the longest of them") {
  const Lines warnings = Warnings({.steps = R"({"send": "a", "via": ["sms"], "name": "a"},
{"branch": [{"when": "customer.orders > 0", "steps": [{"wait": "3h"}]}], "else": [{"wait": "1h"}]},
{"send": "a", "via": ["sms"], "name": "b", "latest": "2h", "min_gap": "5h"})"});
  CHECK(
      warnings ==
      Lines{
          R"(/journeys/j/steps/2 (8:1): never leaves after the message of "a": it is planned at most 3h later and may be 2h late, and min_gap is 5h)"});
  CHECK(Warnings({.steps = R"({"send": "a", "via": ["sms"], "name": "a"},
{"branch": [{"when": "customer.orders > 0", "steps": [{"wait": "3h"}]}], "else": [{"wait": "1h"}]},
{"send": "a", "via": ["sms"], "name": "b", "latest": "2h", "min_gap": "299m"})"})
            .empty());
  // In the arm where the channel failed the message was made all the same; where it was capped none was.
  auto instead = [](std::string_view key) {
    return Warnings({.steps = fmt::format(
                         R"({{"send": "a", "via": ["sms"], "name": "a", "latest": "1h", "closed": "skip",
"{}": [{{"send": "a", "via": ["email"], "name": "b", "latest": "1h", "min_gap": "9h"}}]}})",
                         key)});
  };
  CHECK(Places(instead("on_failed"), "never leaves after the message of \"a\"") == Lines{"/0/on_failed/0"});
  CHECK(instead("on_capped").empty());
}

TEST_CASE("check warns of arms whose conditions an arm before them, or around them, settles") {
  struct Case {
    std::string steps;
    std::string_view place, what;  // empty: nothing is said
  };
  auto branch = [](std::string_view one, std::string_view other) {
    return fmt::format(R"({{"branch": [{{"when": "{}"}}, {{"when": "{}"}}]}})", one, other);
  };
  auto inside = [](std::string_view outer, std::string_view inner, std::string_view rest = "") {
    return fmt::format(
        R"({{"branch": [{{"when": "{}", "steps": [{{"branch": [{{"when": "{}", "steps": [{{"wait": "1h"}}]}}]{}}}]}}]}})",
        outer, inner, rest);
  };
  const std::string otherwise = R"(, "else": [{"wait": "2h"}])";
  for (
      const Case& c :
      {Case{branch("cart.value >= 30000", "cart.value >= 50000"), "/0/branch/1",
            "arm 1 takes every walk that it would"},
       Case{branch("cart.value >= 50000", "cart.value >= 30000"), "", ""},
       Case{branch("30000 <= cart.value", "cart.value == 40000"), "/0/branch/1", "arm 1 takes"},
       Case{branch("cart.value > 30000", "cart.value >= 30000"), "", ""},
       Case{branch("cart.value >= 30000", "cart.value > 30000 && customer.orders > 0"), "/0/branch/1", "arm 1 takes"},
       Case{branch("cart.value >= 30000 && customer.orders > 0", "cart.value > 30000"), "", ""},
       Case{branch("customer.grade != 'b'", "customer.grade == 'a'"), "/0/branch/1", "arm 1 takes"},
       Case{branch("customer.grade == 'b'", "customer.grade == 'a'"), "", ""},
       Case{branch("customer.orders > 5 && customer.orders < 3", "true"), "/0/branch/0",
            "\"customer.orders > 5\" and \"customer.orders < 3\" never hold together"},
       Case{branch("customer.grade == 'a' && customer.grade == 'b'", "customer.orders > 0"), "/0/branch/0",
            "never hold together"},
       Case{branch("customer.vip && !customer.vip", "customer.orders > 0"), "/0/branch/0", "never hold together"},
       Case{branch("customer.orders > 5 && customer.points < 3", "customer.orders > 0"), "", ""},
       Case{branch("cart.value < -1.0 && cart.value > -2.0", "customer.orders > 0"), "", ""},
       Case{inside("cart.value >= 50000", "cart.value < 30000"), "/0/branch/0/steps/0/branch/0", "never hold together"},
       Case{inside("cart.value >= 50000", "cart.value > 30000"), "", ""},  // in vain, but it takes nothing from others
       Case{inside("cart.value >= 50000", "cart.value > 30000", otherwise), "/0/branch/0/steps/0/branch/0",
            "is always walked"},
       Case{inside("cart.value >= 50000", "cart.value >= 60000", otherwise), "", ""},
       // Time passes between, so either may hold.
       Case{
           R"({"branch": [{"when": "cart.value >= 5.0", "steps": [{"wait": "1h"}, {"branch": [{"when": "cart.value < 3.0"}]}]}]})",
           "", ""},
       Case{R"({"branch": [{"when": "cart.value >= 5.0"}], "else": [{"branch": [{"when": "cart.value >= 7.0"}]}]})",
            "/0/else/0/branch/0", "\"cart.value >= 5.0\" did not hold before it"},
       Case{
           R"({"branch": [{"when": "cart.value >= 7.0"}], "else": [{"split": [{"weight": 1, "steps": [{"branch": [{"when": "cart.value >= 5.0"}]}]}, {"weight": 1}]}]})",
           "", ""},
       Case{
           R"({"call": "webhook", "payload": {"n": 1}, "answer": {"left": "number"}, "within": "5m", "then": [{"when": "answer.left > 1.0"}, {"when": "answer.left > 2.0"}], "timeout": []})",
           "/0/then/1", "arm 1 takes"}}) {
    INFO(c.steps);
    const Lines warnings = Warnings({.steps = c.steps, .channels = ""});
    if (c.place.empty())
      CHECK(warnings == Lines{});
    else
      CHECK(Places(warnings, c.what) == Lines{std::string(c.place)});
  }
}

TEST_CASE("check warns of a wait for what cannot come") {
  const std::string wait = R"({"wait_for": [{"clicked": "a"}, {"on": "page_viewed"}], "within": "1h"})";
  const std::string send = R"({"send": "a", "via": ["sms"], "name": "a"})";
  CHECK(Places(Warnings({.steps = wait + ", " + send}), R"(no way leads from "a" to this wait)") ==
        Lines{"/0/wait_for/0"});
  CHECK(Warnings({.steps = send + ", " + wait}).empty());
  CHECK(Places(Warnings({.steps = R"({"branch": [{"when": "customer.orders > 0", "steps": [)" + send +
                                  R"(]}], "else": [)" + wait + "]}"}),
               "no way leads") == Lines{"/0/else/0/wait_for/0"});
  CHECK(Warnings(
            {.steps = R"({"wait": "1h", "name": "again"}, )" + wait + ", " + send + R"(, {"goto": "again", "max": 1})"})
            .empty());
  // That it was not made is true at once, which may be what is wanted.
  CHECK(Warnings({.steps = R"({"wait_for": [{"unreachable": "a"}], "within": "1h"}, )" + send}).empty());
  CHECK(Places(Warnings({.steps = R"({"wait_for": [{"on": "page_viewed"},
{"on": "page_viewed", "when": "event.properties.n == 1"}], "within": "1h"})",
                         .channels = ""}),
               "arm 1 asks for the same") == Lines{"/0/wait_for/1"});
}
