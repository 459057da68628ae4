// What an operator holds, the guard against surges, and the budgets of channels.
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {
namespace {

const std::string kNote =
    R"(, "note": {"enter": {"on": "order_completed"}, "reenter": "always", "steps": [{"send": "order", "via": ["sms"], "latest": "6h"}]})";

Said SaidWith(std::string_view policy,
              std::string_view steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "6h"})") {
  return {.policy = fmt::format(R"("rules": ["KR"], "domestic": true{})", policy),
          .steps = std::string(steps),
          .more = kNote};
}

struct Held : Ann {
  explicit Held(const Said& said = SaidWith("")) : Ann(said) { Grant(); }
  void Hold(std::string_view action, std::string_view journey = "", std::string_view why = "") {
    REQUIRE(engine()
                .Hold({.action = std::string(action),
                       .journey = std::string(journey),
                       .why = std::string(why),
                       .now_ms = clock().NowMs()})
                .ok());
  }
  // Bob's order, of which a transactional message tells.
  void Order(int64_t at_ms) {
    clock().Set(at_ms);
    Event("endpoint_added", "bob", at_ms, R"({"channel":"sms","address":"010-9999-9999"})");
    Event("order_completed", "bob", at_ms, fmt::format(R"({{"order_id":"o{}"}})", at_ms));
  }
  // Works through everything until `now_ms`, claiming every quarter of an hour; returns the customers written to.
  Lines WorkTo(int64_t now_ms) {
    Lines sent;
    while (clock().NowMs() < now_ms) {
      RunTo(std::min(now_ms, clock().NowMs() + 15 * kMinuteMs));
      const auto messages = engine().Claim({.channel = "sms", .max = 100, .lease_ms = 60'000})->messages;
      for (const Message& message : messages) sent.push_back(message.customer);
      Accept(messages);
    }
    return sent;
  }
};

}  // namespace

TEST_CASE("a hold keeps back what waits and what becomes due, and when it ends each message is judged anew") {
  struct Case {
    std::string_view action, journey;
    Lines held;
  };
  const Case cases[] = {
      {"quiet", "", {"bob"}},     {"quiet", "cart", {"bob"}}, {"quiet", "note", {"ann", "bob"}}, {"pause", "", {}},
      {"pause", "cart", {"bob"}}, {"pause", "note", {"ann"}}, {"drain", "cart", {"ann", "bob"}},
  };
  for (const bool waits : {true, false})  // in the outbox when the hold comes, or its step comes later
    for (const Case& c : cases) {
      INFO(c.action << " of \"" << c.journey << "\"" << (waits ? ", messages wait" : ""));
      Held shop;
      shop.Fill(kDay0);
      if (!waits) shop.AdvanceTo(kDay0 + kMinuteMs);
      if (waits) {
        shop.RunTo(kDay0 + kHourMs);
        shop.Order(kDay0 + kHourMs);
        shop.AdvanceTo(kDay0 + kHourMs + kMinuteMs);
        REQUIRE(shop.Outbox().size() == 2);
      }
      shop.Hold(c.action, c.journey);
      if (!waits) {
        shop.RunTo(kDay0 + kHourMs);
        shop.Order(kDay0 + kHourMs);
      }
      Lines sent = shop.WorkTo(kDay0 + 3 * kHourMs);
      std::sort(sent.begin(), sent.end());
      CHECK(sent == c.held);
      shop.Hold("resume", c.journey);
      for (std::string& one : shop.WorkTo(kDay0 + 4 * kHourMs)) sent.push_back(std::move(one));
      std::sort(sent.begin(), sent.end());
      CHECK(sent == Lines{"ann", "bob"});
    }
}

TEST_CASE("a pause: clocks run, and what passes its latest meanwhile is skipped") {
  Held shop;
  shop.Fill(kDay0);
  shop.Hold("pause", "cart");
  CHECK(shop.WorkTo(kDay0 + 8 * kHourMs) == Lines{});  // planned for 1 h, latest 7 h
  shop.Hold("resume", "cart");
  CHECK(shop.WorkTo(kDay0 + 9 * kHourMs) == Lines{});
  CHECK(Has(shop.Why(), "paused"));
  CHECK(Has(shop.Why(), "late"));
}

TEST_CASE("a message that may have arrived is not handed over again while it is held, and stays what it is") {
  Held shop;
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  const ClaimOptions claim{.channel = "sms", .max = 1, .lease_ms = 60'000, .idempotency_ms = 5 * kHourMs};
  const auto tried = shop.engine().Claim(claim);
  REQUIRE(tried->messages.size() == 1);
  REQUIRE(shop.engine().Settle({{tried->messages[0].id, tried->messages[0].token, OutcomeCode::kUnknown}}).ok());
  shop.Hold("pause");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.engine().Claim(claim)->messages.empty());
  CHECK(shop.Outbox().size() == 1);
  shop.Hold("resume");
  const auto again = shop.engine().Claim(claim);
  REQUIRE(again->messages.size() == 1);
  CHECK(again->messages[0].key == tried->messages[0].key);
}

TEST_CASE("a purchase during a pause ends the walk as ever") {
  Held shop;
  shop.Fill(kDay0);
  shop.Hold("pause", "cart");
  shop.WorkTo(kDay0 + 2 * kHourMs);
  shop.Event("order_completed", "ann", kDay0 + 2 * kHourMs, R"({"order_id":"1"})");
  shop.Hold("resume", "cart");
  CHECK(shop.WorkTo(kDay0 + 3 * kHourMs) == Lines{"ann"});  // the note of her order
  CHECK(Has(shop.Why(), "order_completed"));
}

TEST_CASE("a stop ends the walks that were inside, also those that are looked at after it has ended") {
  for (const bool resumed : {false, true}) {
    INFO(resumed);
    Held shop;
    shop.Fill(kDay0, "old");
    shop.AdvanceTo(kDay0 + kMinuteMs);
    shop.Hold("stop", "cart");
    shop.Fill(kDay0 + 2 * kMinuteMs, "during");  // does not enter
    shop.AdvanceTo(kDay0 + 2 * kMinuteMs);
    CHECK(Has(shop.Why(), "stopped"));
    if (resumed) shop.Hold("resume", "cart");
    shop.Fill(kDay0 + 3 * kMinuteMs, "new");
    CHECK(shop.WorkTo(kDay0 + 3 * kHourMs) == (resumed ? Lines{"ann"} : Lines{}));
  }
}

TEST_CASE("a stop ends a walk at its next step, and tells of it as an exit") {
  Held shop(SaidWith(
      "", R"({"wait": "1h"}, {"send": "remind", "via": ["sms"]}, {"wait": "24h"}, {"send": "last", "via": ["sms"]})"));
  shop.Fill(kDay0);
  shop.AdvanceTo(kDay0 + kMinuteMs);
  shop.Hold("stop", "cart");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(!Has(shop.Query("customer", "ann"), R"("step":"last")"));
  CHECK(Has(shop.Query("report"), R"("stopped")"));
}

TEST_CASE("a stop ends what waits in the outbox") {
  for (const bool resumed : {false, true}) {
    Held shop;
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    REQUIRE(shop.Outbox().size() == 1);
    shop.Hold("stop", "cart");
    if (resumed) shop.Hold("resume", "cart");
    CHECK(shop.WorkTo(kDay0 + 3 * kHourMs) == Lines{});
  }
}

TEST_CASE("a drain lets no customer in, and those inside go on") {
  Held shop;
  shop.Fill(kDay0, "in");
  shop.AdvanceTo(kDay0 + kMinuteMs);
  shop.Hold("drain", "cart");
  shop.Fill(kDay0 + 2 * kMinuteMs, "out");
  CHECK(shop.WorkTo(kDay0 + 3 * kHourMs) == Lines{"ann"});
  CHECK(Has(shop.Why(), "draining"));
}

TEST_CASE("a playbook's hold and a verb's both count, and a verb's outlives loads") {
  Held shop;
  shop.Fill(kDay0);
  shop.Hold("quiet", "", "the prices are wrong");
  auto load = [&](int revision, std::string_view hold) {
    std::string book = Book(SaidWith(""), revision);
    const std::string_view cart = R"("cart": {"enter")";
    if (!hold.empty())
      book.replace(book.find(cart), cart.size(), fmt::format(R"("cart": {{"hold": "{}", "enter")", hold));
    REQUIRE(shop.engine().Load(book).ok());
  };
  load(2, "pause");
  CHECK(shop.WorkTo(kDay0 + 2 * kHourMs) == Lines{});
  CHECK(Has(shop.Query("health"), "the prices are wrong"));
  CHECK(Has(shop.Query("health"), R"("hold":"quiet")"));
  shop.Hold("resume");
  CHECK(!Has(shop.Query("health"), R"("hold":"quiet")"));
  CHECK(shop.WorkTo(kDay0 + 3 * kHourMs) == Lines{});  // the playbook's holds it still
  load(3, "");
  CHECK(shop.WorkTo(kDay0 + 4 * kHourMs) == Lines{"ann"});
}

TEST_CASE("a hold counts at once for every engine on the database") {
  Held shop;
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  Options options;
  options.clock = &shop.clock();
  const auto other = NewEngine(shop.store(), options);
  REQUIRE(other->Hold({.action = "pause"}).ok());
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("a hold that cannot be is refused with what was expected") {
  Held shop;
  auto told = [&](std::string_view action, std::string_view journey) {
    return std::string(
        StatusText(shop.engine().Hold({.action = std::string(action), .journey = std::string(journey)})));
  };
  CHECK(told("puase", "") == R"(unknown action "puase", did you mean "pause"?)");
  CHECK(told("pause", "carts") == R"(no journey of the playbook in force is called "carts", did you mean "cart"?)");
  CHECK(told("release", "cart") == "release is of the whole shop, expected no journey");
  CHECK(absl::IsInvalidArgument(shop.engine().Hold({.action = "pause", .why = std::string(513, 'x')})));
  CHECK(!Has(shop.Query("health"), "held"));
}

TEST_CASE("the guard against surges: beyond its bound advertisements wait until they are let go") {
  Held shop(SaidWith(R"(, "surge_max": 3)"));
  for (int i = 0; i < 5; ++i) shop.Fill(kDay0 + i * kSecondMs, fmt::format("c{}", i));
  CHECK(shop.WorkTo(kDay0 + 2 * kHourMs).size() == 3);
  shop.Order(kDay0 + 2 * kHourMs);
  CHECK(shop.WorkTo(kDay0 + 4 * kHourMs) == Lines{"bob"});  // also in the hours after it
  CHECK(Has(shop.Query("health"), "surge"));
  CHECK(Has(shop.Why(), "surge"));
  shop.Hold("release");
  for (int i = 5; i < 10; ++i) shop.Fill(kDay0 + 4 * kHourMs, fmt::format("c{}", i));
  CHECK(shop.WorkTo(kDay0 + 6 * kHourMs).size() == 7);  // no bound for a day
  CHECK(!Has(shop.Query("health"), R"("surge")"));
}

TEST_CASE("the guard against surges counts over all channels and claims, in hours by the clock") {
  Held shop(SaidWith(R"(, "surge_max": 2)", R"({"send": "remind", "via": ["sms"]})"));
  for (int i = 0; i < 2; ++i) shop.Fill(kDay0 + 58 * kMinuteMs, fmt::format("c{}", i));
  CHECK(shop.WorkTo(kDay0 + 59 * kMinuteMs).size() == 2);
  for (int i = 2; i < 4; ++i) shop.Fill(kDay0 + kHourMs, fmt::format("c{}", i));
  CHECK(shop.WorkTo(kDay0 + kHourMs + kMinuteMs).size() == 2);
  CHECK(!Has(shop.Query("health"), "surge"));
}

TEST_CASE("without a bound of the playbook five times the busiest hour of 14 days may leave, and 1,000 in any case") {
  const auto store = NewMemoryStore();
  auto count = [&](int64_t hour, int64_t messages) {
    auto change = store->BeginOutbox({});
    OutboxWrite write;
    write.tallies = {{"", hour, messages}};
    REQUIRE((*change)->Commit(write).ok());
  };
  constexpr int64_t kHour = 500'000;
  auto max = [&] { return *SurgeGuard().MaxPerHour(*store, nullptr, kHour * kHourMs + 1); };
  CHECK(max() == 1'000);
  count(kHour - 1, 200);
  CHECK(max() == 1'000);
  count(kHour - 14 * 24, 300);
  CHECK(max() == 1'500);
  count(kHour - 14 * 24 - 1, 9'000);  // too long ago
  count(kHour, 9'000);                // this hour is no measure of itself
  CHECK(max() == 1'500);
}

TEST_CASE("a channel's daily_max: the rest waits for the shop's next day, other messages leave") {
  std::string book = Book(SaidWith("", R"({"send": "remind", "via": ["sms"], "latest": "48h"})"));
  const std::string_view sms = R"("sms": {"certified": true)";
  book.replace(book.find(sms), sms.size(), R"("sms": {"daily_max": 2, "certified": true)");
  Held shop;
  std::string second = book;
  const std::string_view revision = R"("revision": 1)";
  second.replace(second.find(revision), revision.size(), R"("revision": 2)");
  REQUIRE(shop.engine().Load(second).ok());
  for (int i = 0; i < 5; ++i) shop.Fill(kDay0, fmt::format("c{}", i));
  CHECK(shop.WorkTo(kDay0 + kHourMs).size() == 2);
  shop.Order(kDay0 + kHourMs);
  CHECK(shop.WorkTo(kOpening - kMinuteMs) == Lines{"bob"});
  CHECK(shop.WorkTo(kOpening + 2 * kHourMs).size() == 2);  // the next day has begun at midnight in Seoul
  CHECK(shop.WorkTo(kOpening + kDayMs + 2 * kHourMs).size() == 1);
}

}  // namespace cartwheel
