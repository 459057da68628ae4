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

TEST_CASE("check says nothing of what a wait of no known length or a choice lies before") {
  const std::string cap = R"("rules": ["KR"], "caps": [{"count": "messages", "max": 1, "within": "7d"}])";
  for (const std::string between :
       {R"({"wait": {"until_field": "customer.due_at", "offset": "-24h"}})", R"({"wait": {"until": "09:00"}})",
        R"({"wait_for": [{"on": "paid"}], "within": "1h"})", R"({"branch": [{"when": "customer.orders > 0"}]})"}) {
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
  CHECK(Warnings({.steps = R"({"branch": [{"when": "customer.orders > 0"}, {"when": "customer.orders > 1"},
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
