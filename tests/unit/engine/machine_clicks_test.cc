// Openings and clicks that no reader made: they are counted apart, and end, branch and count nothing.
#include <array>
#include <cstdlib>

#include "cartwheel/limits.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr int64_t kAcceptedMs = kDay0 + kHourMs;

// A reminder by e-mail, a wait for its click, and one by SMS when none came; and a journey that a click enters.
constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s", "currency": "KRW"},
  "segments": {"clicker": "events('message_clicked').exists()", "seen_lately": "age(customer.last_seen) < duration('3h')"},
  "templates": {
    "first": {"purpose": "cart", "email": {"subject": "1", "text": "1"}, "push": {"title": "1", "body": "1"}},
    "second": {"purpose": "cart", "sms": "2"},
    "thanks": {"purpose": "general", "webhook": {"text": "t"}}},
  "journeys": {
    "cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
      "steps": [{"wait": "1h"}, {"send": "first", "via": ["VIA"]},
                {"wait_for": [{"clicked": "first", "then": [{"exit": "came_back"}]}, {"opened": "first", "then": [{"exit": "read"}]}],
                 "within": "5h", "timeout": [{"send": "second", "via": ["sms"]}]}]},
    "thanks": {"enter": {"on": "message_clicked"}, "steps": [{"send": "thanks", "via": ["webhook"]}]}}
})json";

std::string Book(std::string_view via) {
  std::string text(kBook);
  return text.replace(text.find("VIA"), 3, via);
}

// The first message of ann was made and accepted, an hour after the first day began.
struct Mailed : Shop {
  explicit Mailed(std::string_view via = "email") : Shop(NewMemoryStore(), Book(via)) {
    Event("product_added", "ann", kDay0, R"({"product_id":"p","price":10})");
    RunTo(kAcceptedMs);
    const auto first = Claim(via);
    REQUIRE(first.size() == 1);
    message = first[0].id;
    Accept(first);
    AdvanceTo(kAcceptedMs);
  }
  void Engage(std::string_view type, int64_t after_ms, std::string_view rest = "") {
    clock().Set(std::max(clock().NowMs(), kAcceptedMs + after_ms));
    Event(type, "ann", kAcceptedMs + after_ms, fmt::format(R"({{"message_id":{}{}}})", message, rest));
  }
  // How many are in a segment; -1: the answer does not say.
  int64_t Members(std::string_view segment) {
    const std::string answer = Query("segments");
    const size_t at = answer.find(fmt::format(R"("segment":"{}")", segment));
    constexpr std::string_view kMembers = R"("members":)";
    const size_t members = at == answer.npos ? at : answer.find(kMembers, at);
    return members == answer.npos ? -1 : std::atoll(answer.c_str() + members + kMembers.size());
  }
  // Whether the walk went on as if no reader had done anything, and nothing else shows of it.
  bool WasNothing() {
    RunTo(kAcceptedMs + 6 * kHourMs);
    const std::string report = Query("report");
    return Claim("sms").size() == 1 && Claim("webhook").empty() && !Has(report, R"("opened":{"first")") &&
           !Has(report, R"("clicked":{"first")") && Members("clicker") == 0;
  }
  int64_t message = 0;
};

}  // namespace

TEST_CASE("machines: what comes within 2 seconds of the acceptance is none of a reader's, but on push") {
  struct Row {
    std::string_view via, type;
    int64_t after_ms;
    bool by_machine;
  };
  for (const Row& row : {Row{"email", "message_clicked", 0, true}, Row{"email", "message_clicked", 1999, true},
                         Row{"email", "message_clicked", 2000, false}, Row{"email", "message_opened", 1999, true},
                         Row{"email", "message_opened", 2000, false}, Row{"web_push", "message_clicked", 0, false}}) {
    INFO(row.via << " " << row.type << " " << row.after_ms);
    Mailed shop(row.via);
    shop.Engage(row.type, row.after_ms);
    CHECK(shop.WasNothing() == row.by_machine);
    const bool clicked = row.type == "message_clicked";
    CHECK(Has(shop.Query("report"), clicked ? R"("machine_clicked":{"first":1})" : R"("machine_opened":{"first":1})") ==
          row.by_machine);
  }
}

TEST_CASE("machines: known agents, in any case of letters") {
  struct Row {
    std::string_view type, agent;
    bool by_machine;
  };
  const std::string_view reader =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 KAKAOTALK 25.1.0";
  for (const Row& row : {Row{"message_opened", "Mozilla/5.0", true}, Row{"message_clicked", "Mozilla/5.0", false},
                         Row{"message_opened", reader, false}, Row{"message_clicked", reader, false},
                         Row{"message_clicked", "facebookexternalhit/1.1; kakaotalk-scrap/1.0", true},
                         Row{"message_clicked", "BarracudaCentral", true}, Row{"message_clicked", "CURL/8.1", true},
                         Row{"message_opened", "Mozilla/5.0 (via ggpht.com GoogleImageProxy)", false}}) {
    INFO(row.type << " " << row.agent);
    Mailed shop;
    shop.Engage(row.type, kHourMs, fmt::format(R"(,"agent":"{}")", row.agent));
    CHECK(shop.WasNothing() == row.by_machine);
  }
}

TEST_CASE("machines: links that are followed at once are no reader's, also the first of them") {
  constexpr std::string_view kCart = R"(,"url":"https://s.example/cart")", kHelp = R"(,"url":"https://s.example/help")";
  struct Row {
    std::string_view first, second;
    int64_t apart_ms;
    bool by_machine;
  };
  for (const Row& row : {Row{kCart, kHelp, 500, true}, Row{kCart, kHelp, 1999, true}, Row{kCart, kHelp, 2000, false},
                         Row{kCart, kCart, 500, false}, Row{"", kHelp, 500, false}}) {
    INFO(row.first << row.second << " " << row.apart_ms);
    Mailed shop;
    shop.Engage("message_clicked", kHourMs, row.first);
    shop.AdvanceTo(shop.clock().NowMs());  // the wait looks, and must not go on by the first
    shop.Engage("message_clicked", kHourMs + row.apart_ms, row.second);
    shop.RunTo(kAcceptedMs + 6 * kHourMs);
    CHECK(shop.Claim("sms").size() == (row.by_machine ? 1U : 0U));
    CHECK(Has(shop.Query("report"), R"("machine_clicked":{"first":1})") == row.by_machine);
    CHECK(Has(shop.Query("report"), R"("clicked":{"first":1})") != row.by_machine);
  }
}

TEST_CASE("machines: a click counts for a wait from its own instant, after its 2 seconds") {
  Mailed shop;
  shop.Engage("message_clicked", kHourMs, R"(,"url":"https://s.example/cart")");
  shop.RunTo(kAcceptedMs + kHourMs + 1999);
  CHECK_FALSE(Has(shop.Query("why", "ann"), "clicked first"));
  shop.RunTo(kAcceptedMs + kHourMs + 2000);
  CHECK(Has(shop.Query("why", "ann"), "clicked first"));
  shop.RunTo(kAcceptedMs + 6 * kHourMs);
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("machines: a reader's click of an hour before stays when a scanner comes by") {
  Mailed shop;
  shop.Engage("message_clicked", kHourMs, R"(,"url":"https://s.example/cart")");
  shop.RunTo(kAcceptedMs + kHourMs + kMinuteMs);
  for (std::string_view link : {"a", "b", "c"})
    shop.Engage("message_clicked", 2 * kHourMs, fmt::format(R"(,"url":"https://s.example/{}")", link));
  shop.RunTo(kAcceptedMs + 6 * kHourMs);
  CHECK(Has(shop.Query("report"), R"("clicked":{"first":1},"machine_clicked":{"first":1})"));
}

TEST_CASE(
    "machines: they do not move last_seen, and conditions on the past find no click of theirs that is read again") {
  Mailed shop;
  shop.Engage("message_clicked", 4 * kHourMs, R"(,"agent":"curl/8")");
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(shop.Members("seen_lately") == 0);
  // A playbook that asks for clicks for the first time has the log read again.
  std::string later = Book("email");
  later.replace(later.find(R"("revision": 1)"), 13, R"("revision": 2)");
  later.replace(later.find("events('message_clicked').exists()"), 34, "events('message_clicked').count() >= 1");
  REQUIRE(shop.engine().Load(later).ok());
  shop.AdvanceTo(shop.clock().NowMs() + kHourMs);
  CHECK(shop.Members("clicker") == 0);
}

namespace {

constexpr std::string_view kFirstLink = R"(,"url":"https://s.example/cart")",
                           kSecondLink = R"(,"url":"https://s.example/help")";

// The walk waits a day after its first message, and a click ends it; another journey is entered by clicks, and a third
// counts them.
constexpr std::string_view kEnded = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s", "currency": "KRW"},
  "segments": {"clicker": "events('message_clicked').exists()"},
  "templates": {
    "first": {"purpose": "promotion", "email": {"subject": "1", "text": "1"}},
    "second": {"purpose": "promotion", "sms": "2"},
    "thanks": {"purpose": "general", "webhook": {"text": "t"}}},
  "journeys": {
    "cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "message_clicked"}, {"on": "order_completed"}],
      "goal": {"on": "message_clicked", "within": "7d"},
      "steps": [{"wait": "1h"}, {"send": "first", "via": ["email"]}, {"wait": "1h"}, {"send": "second", "via": ["sms"], "min_gap": "0s"}]},
    "thanks": {"enter": {"on": "message_clicked"}, "steps": [{"send": "thanks", "via": ["webhook"]}]}}
})json";

struct Ended : Shop {
  Ended() : Shop(NewMemoryStore(), kEnded) {
    Event("product_added", "ann", kDay0, R"({"product_id":"p","price":10})");
    RunTo(kAcceptedMs);
    const auto first = Claim("email");
    REQUIRE(first.size() == 1);
    message = first[0].id;
    Accept(first);
    AdvanceTo(kAcceptedMs);
  }
  void Click(int64_t after_ms, std::string_view link, std::string_view who = "ann") {
    clock().Set(std::max(clock().NowMs(), kAcceptedMs + after_ms));
    Event("message_clicked", who, kAcceptedMs + after_ms, fmt::format(R"({{"message_id":{}{}}})", message, link));
  }
  // What came of it by the end of the day: "exit", "enter", "goal", "segment", "second" message.
  std::string Came() {
    RunTo(kAcceptedMs + 20 * kHourMs);
    const std::string why = Query("why", "ann");
    std::string came;
    if (Has(why, R"("decision":"exited","journey":"cart")")) came += "exit ";
    if (Has(why, R"("decision":"entered","journey":"thanks")")) came += "enter ";
    if (Has(why, R"("decision":"converted")")) came += "goal ";
    if (Has(Query("segments"), R"("members":1)")) came += "segment ";
    if (Has(why, R"("step":"second")")) came += "second ";
    return came;
  }
  int64_t message = 0;
};

constexpr std::string_view kOfReader = "exit enter goal segment ", kOfNobody = "second ";

}  // namespace

TEST_CASE("machines: the first click of a burst ends, enters, counts and converts nothing, whenever a worker looks") {
  for (const bool looks : {true, false})
    for (const auto& [apart_ms, by_machine] : {std::pair{500, true}, {1999, true}, {2000, false}}) {
      INFO(looks << " " << apart_ms);
      Ended shop;
      shop.Click(10 * kMinuteMs, kFirstLink);
      if (looks) shop.AdvanceTo(shop.clock().NowMs());
      shop.Click(10 * kMinuteMs + apart_ms, kSecondLink);
      if (looks) shop.AdvanceTo(shop.clock().NowMs());
      CHECK(shop.Came() == (by_machine ? kOfNobody : kOfReader));
    }
}

TEST_CASE("machines: the links of a burst may arrive in any order, and may be clicked twice") {
  for (const std::array<int, 3>& links : {std::array<int, 3>{500, 0, 0}, {0, 700, 500}, {1500, 0, 900}}) {
    Ended shop;
    for (size_t i = 0; i < links.size(); ++i) shop.Click(10 * kMinuteMs + links[i], i == 1 ? kSecondLink : kFirstLink);
    CHECK(shop.Came() == kOfNobody);
  }
}

TEST_CASE("machines: a reader's click acts when its 2 seconds are over, from its own instant") {
  Ended shop;
  shop.Click(10 * kMinuteMs, kFirstLink);
  shop.RunTo(kAcceptedMs + 10 * kMinuteMs + 1999);
  CHECK_FALSE(Has(shop.Query("why", "ann"), "exited"));
  shop.RunTo(kAcceptedMs + 10 * kMinuteMs + 2000);
  CHECK(Has(shop.Query("why", "ann"), R"({"at":"2026-01-01T01:10:00Z","decision":"exited")"));
  CHECK(shop.Came() == kOfReader);
}

TEST_CASE("machines: a click that names no link, or whose message is not known, acts at once") {
  for (const bool known : {true, false}) {
    Ended shop;
    if (!known) shop.message = 999;
    shop.Click(10 * kMinuteMs, known ? "" : kFirstLink);
    shop.AdvanceTo(shop.clock().NowMs());
    CHECK(Has(shop.Query("why", "ann"), "exited"));
  }
}

TEST_CASE("machines: a purchase acts at once while a click waits") {
  Ended shop;
  shop.Click(10 * kMinuteMs, kFirstLink);
  shop.Event("order_completed", "ann", shop.clock().NowMs(), R"({"order_id":"o"})");
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"exited","journey":"cart","detail":"order_completed")"));
}

TEST_CASE("machines: no message is made that a click which waits would have stopped") {
  Ended shop;
  shop.Click(kHourMs - 1000, kFirstLink);  // the second message is due a second later
  shop.RunTo(kAcceptedMs + kHourMs + 500);
  CHECK(shop.Claim("sms").empty());
  CHECK(shop.Came() == kOfReader);
}

TEST_CASE("machines: a click waits on through a crash, and in the customer that its device turns out to be") {
  for (const bool second : {false, true}) {
    Ended shop;
    shop.Click(10 * kMinuteMs, kFirstLink);
    shop.AdvanceTo(shop.clock().NowMs());
    shop.Crash();
    if (second) shop.Click(10 * kMinuteMs + 1000, kSecondLink);
    CHECK(shop.Came() == (second ? kOfNobody : kOfReader));
  }
  Shop shop(NewMemoryStore(), kEnded);
  shop.DeviceEvent("product_added", "dev", kDay0, R"({"product_id":"p","price":10})");
  shop.RunTo(kAcceptedMs);
  const auto first = shop.Claim("email");
  REQUIRE(first.size() == 1);
  shop.Accept(first);
  shop.clock().Set(kAcceptedMs + kMinuteMs);
  shop.DeviceEvent("message_clicked", "dev", kAcceptedMs + kMinuteMs,
                   fmt::format(R"({{"message_id":{}{}}})", first[0].id, kFirstLink));
  shop.Identify("ann", "dev", kAcceptedMs + kMinuteMs + 1);
  shop.RunTo(kAcceptedMs + 20 * kHourMs);
  CHECK(Has(shop.Query("why", "ann"), "exited"));
}

TEST_CASE("machines: who is erased while a click waits has not clicked") {
  Ended shop;
  shop.Click(10 * kMinuteMs, kFirstLink);
  shop.AdvanceTo(shop.clock().NowMs());
  shop.Event("erase", "ann", shop.clock().NowMs() + 1);
  shop.RunTo(kAcceptedMs + kHourMs);
  CHECK(shop.Claim("webhook").empty());
}

TEST_CASE("machines: so many clicks wait, and one more acts at once") {
  Ended shop;
  for (size_t i = 0; i < kUnjudgedClicksMax; ++i) shop.Click(10 * kMinuteMs + static_cast<int64_t>(i), kFirstLink);
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK_FALSE(Has(shop.Query("why", "ann"), "exited"));
  shop.Click(10 * kMinuteMs + 100, kFirstLink);
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(Has(shop.Query("why", "ann"), "exited"));
}

}  // namespace cartwheel
