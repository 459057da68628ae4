// Who enters: at the shop's word, only so many an hour, one journey before another, and who is held out.
#include <algorithm>
#include <set>

#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

using Lines = std::vector<std::string>;

std::string Book(std::string_view journeys, std::string_view more = "") {
  return fmt::format(
      R"json({{"playbook": 1, "revision": 1, "policy": {{"consent": "assumed_by_shop", "rules": []}}, "shop": {{"name": "S", "currency": "KRW", "timezone": "Asia/Seoul"}},
    "segments": {{"buyer": "customer.orders >= 1"}},
    "templates": {{"note": {{"purpose": "promotion", "sms": "hello {{{{ journey.data.name | default: 'you' }}}}"}},
                   "order": {{"class": "transactional", "purpose": "order", "sms": "o"}}}},
    "journeys": {{{}}}{}}})json",
      journeys, more);
}

int64_t CountOf(Shop& shop, std::string_view piece) {
  const std::string report = shop.Query("report");
  const size_t at = report.find(piece);
  return at == report.npos ? 0 : std::stoll(report.substr(at + piece.size()));
}

}  // namespace

TEST_CASE("journey_entered lets a customer into the journey that it names, with data for texts and conditions") {
  Shop shop(
      NewMemoryStore(),
      Book(
          R"j("hello": {"enter": {"on": "journey_entered", "when": "event.properties.data.level > 1", "key": "event.properties.data.name"},
      "steps": [{"wait": "1h"},
                {"branch": [{"when": "journey.data.level >= 5", "name": "high", "steps": [{"send": "note", "via": ["sms"], "name": "vip"}]}],
                 "else": [{"send": "note", "via": ["sms"], "name": "any"}]}]},
    "other": {"enter": {"on": "journey_entered"}, "steps": [{"send": "note", "via": ["sms"]}]})j"));
  auto enter = [&](std::string_view customer, std::string_view data) {
    shop.Event("journey_entered", customer, kDay0, fmt::format(R"({{"journey":"hello","data":{}}})", data));
  };
  enter("ann", R"({"name":"Ann","level":5})");
  enter("bea", R"({"name":"Bea","level":2})");
  enter("cem", R"({"name":"Cem","level":1})");  // the condition does not hold
  enter("ann", R"({"name":"Second","level":2})");
  shop.RunTo(kDay0 + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/vip@1:waiting", "ann/any@1:waiting", "bea/any@1:waiting"});
  std::set<std::string> texts;
  for (const Message& message : shop.Claim("sms")) texts.insert(message.payload);
  CHECK(std::any_of(texts.begin(), texts.end(), [](const std::string& text) { return Has(text, "hello Second"); }));
  CHECK(std::any_of(texts.begin(), texts.end(), [](const std::string& text) { return Has(text, "hello Bea"); }));
}

TEST_CASE("journey_entered: data survives a restart, and too much of it is not taken") {
  Shop shop(NewMemoryStore(), Book(R"j("hello": {"enter": {"on": "journey_entered"},
      "steps": [{"wait": "1h"}, {"send": "note", "via": ["sms"]}]})j"));
  shop.Event("journey_entered", "ann", kDay0, R"({"journey":"hello","data":{"name":"Ann"}})");
  shop.Event("journey_entered", "bea", kDay0,
             fmt::format(R"({{"journey":"hello","data":{{"name":"{}"}}}})", std::string(5000, 'b')));
  shop.Event("journey_entered", "cem", kDay0, R"({"journey":"hello"})");
  shop.AdvanceTo(kDay0);
  shop.Crash();
  shop.RunTo(kDay0 + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/note@1:waiting", "cem/note@1:waiting"});
  const std::vector<Message> messages = shop.Claim("sms");
  REQUIRE(messages.size() == 2);
  CHECK(Has(messages[0].payload, "hello Ann"));
  CHECK(Has(messages[1].payload, "hello you"));
  CHECK(Has(shop.Query("why", "bea"), R"("detail":"entry_data_bytes_max")"));
}

TEST_CASE("journey_entered: a journey that nobody enters so is told to the shop") {
  Shop shop(NewMemoryStore(),
            Book(R"j("hello": {"enter": {"on": "journey_entered"}, "steps": [{"send": "note", "via": ["sms"]}]},
    "orders": {"enter": {"on": "order_completed"}, "steps": [{"send": "order", "via": ["sms"]}]})j"));
  for (const char* name : {"helo", "orders"}) {
    shop.Event("journey_entered", "ann", kDay0, fmt::format(R"({{"journey":"{}"}})", name));
    shop.RunTo(kDay0);
    CHECK(shop.Outbox().empty());
    CHECK(Has(shop.Query("refused"), fmt::format(R"(is called \"{}\")", name)));
  }
}

TEST_CASE("journey_entered: a late exit does not bring an entry back without its data") {
  Shop shop(NewMemoryStore(), Book(R"j("hello": {"enter": {"on": "journey_entered"}, "exit": [{"on": "stop_it"}],
      "steps": [{"wait": "10h"}, {"send": "note", "via": ["sms"]}]})j"));
  shop.Event("journey_entered", "ann", kDay0, R"({"journey":"hello","data":{"name":"one"}})");
  shop.Event("journey_entered", "ann", kDay0 + 2 * kHourMs, R"({"journey":"hello","data":{"name":"two"}})");
  shop.AdvanceTo(kDay0 + 2 * kHourMs);
  shop.Event("stop_it", "ann", kDay0 + kHourMs);
  shop.RunTo(kDay0 + 20 * kHourMs);
  CHECK(shop.Outbox().empty());
}

TEST_CASE("max_per_hour and max_per_day: what is over is not entered, in the order of the events") {
  constexpr std::string_view kJourney =
      R"j("offer": {"enter": {"on": "signed_up", "max_per_hour": 3, "max_per_day": 5}, "reenter": "always",
      "steps": [{"wait": "1h"}, {"send": "note", "via": ["sms"]}]})j";
  Lines expected;
  for (const int64_t batch : {1, 2, 5, 1000})
    for (const uint32_t shards : {1, 3}) {
      CAPTURE(batch, shards);
      Shop shop(NewMemoryStore(), Book(kJourney));
      shop.engine().impl().SetBatchMax(batch);
      shop.engine().impl().SetShards(shards);
      auto sign_up = [&](int from, int64_t at_ms) {
        for (int i = from; i < from + 5; ++i) {
          shop.Event("signed_up", fmt::format("c{}", i), at_ms);
          if (i % 2 == 0) shop.Event("signed_up", fmt::format("c{}", i), at_ms + 1);  // the same customer in one batch
        }
        shop.RunTo(at_ms + kMinuteMs);
      };
      sign_up(0, kDay0);                  // 3 places: c0, c0, c1
      sign_up(10, kDay0 + kHourMs);       // 2 more today
      sign_up(20, kDay0 + 2 * kHourMs);   // none
      sign_up(30, kDay0 + 15 * kHourMs);  // the next day of the shop, at midnight in Seoul
      shop.RunTo(kDay0 + 17 * kHourMs);
      Lines made = shop.Outbox();
      if (expected.empty()) expected = made;
      CHECK(made == expected);
      CHECK(CountOf(shop, R"("entered":)") == 8);
      CHECK(CountOf(shop, R"("not_entered":{"capped":)") == 4 * 8 - 8);
    }
  const auto count = [&](std::string_view who) {
    return std::count_if(expected.begin(), expected.end(), [&](const auto& line) { return line.starts_with(who); });
  };
  CHECK((count("c0/") == 2 && count("c1/") == 1 && count("c10/") == 2 && count("c30/") == 2 && count("c31/") == 1));
}

TEST_CASE("max_per_hour: the places of the hour are known after a crash, and a worker who was away takes no more") {
  Shop shop(NewMemoryStore(), Book(R"j("offer": {"enter": {"on": "signed_up", "max_per_hour": 2},
      "steps": [{"wait": "10h"}, {"send": "note", "via": ["sms"]}]})j"));
  shop.Event("signed_up", "a", kDay0);
  shop.AdvanceTo(kDay0);
  shop.Crash();
  shop.Event("signed_up", "b", kDay0 + 1);
  shop.Event("signed_up", "c", kDay0 + 2);
  shop.AdvanceTo(kDay0 + 2);
  CHECK(CountOf(shop, R"("entered":)") == 2);
  for (int hour = 1; hour <= 3; ++hour)  // no worker folds for three hours
    for (int i = 0; i < 4; ++i) {
      shop.clock().Set(kDay0 + hour * kHourMs + i);
      shop.Event("signed_up", fmt::format("{}-{}", hour, i), kDay0 + hour * kHourMs + i);
    }
  shop.AdvanceTo(kDay0 + 4 * kHourMs);
  CHECK(CountOf(shop, R"("entered":)") == 8);
  CHECK(Has(shop.Query("why", "c"), R"("detail":"capped: max_per_hour")"));
}

TEST_CASE("max_per_hour: a place that an event of one batch would take and end again is taken however it is cut") {
  for (const int64_t batch : {1, 1000}) {
    Shop shop(NewMemoryStore(),
              Book(R"j("offer": {"enter": {"on": "signed_up", "max_per_hour": 1}, "exit": [{"on": "signed_off"}],
      "steps": [{"wait": "1h"}, {"send": "note", "via": ["sms"]}]})j"));
    shop.engine().impl().SetBatchMax(batch);
    shop.Event("signed_up", "a", kDay0);
    shop.Event("signed_up", "b", kDay0);
    shop.Event("signed_off", "b", kDay0 + 1);
    shop.Event("signed_off", "a", kDay0 + 1);
    shop.RunTo(kDay0 + 2 * kHourMs);
    CHECK(shop.Outbox().empty());
    CHECK(CountOf(shop, R"("exited":{"signed_off":)") == 1);
  }
}

TEST_CASE("outranks: who enters the journey leaves the other, and enters it not before the walk is done") {
  Shop shop(NewMemoryStore(),
            Book(R"j("cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
      "steps": [{"wait": "1h"}, {"send": "note", "via": ["sms"], "latest": "9h", "name": "first"}, {"wait": "10h"}, {"send": "note", "via": ["sms"], "name": "second"}]},
    "till": {"enter": {"on": "checkout_started"}, "outranks": ["cart"],
      "steps": [{"wait": "2h"}, {"send": "order", "via": ["sms"], "name": "help"}]})j"));
  auto add = [&](int64_t at_ms) {
    shop.Event("product_added", "ann", at_ms, R"({"cart_id":"c","product_id":"p","price":1})");
  };
  add(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  shop.Event("checkout_started", "ann", kDay0 + 2 * kHourMs, R"({"cart_id":"c"})");
  shop.RunTo(kDay0 + 3 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@1:revoked"});
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"exited","journey":"cart","detail":"outranked: till")"));
  add(kDay0 + 3 * kHourMs);
  shop.RunTo(kDay0 + 4 * kHourMs);  // "help" is made, and the walk is done
  CHECK(Has(shop.Query("report"), R"("not_entered":{"outranked":1})"));
  add(kDay0 + 5 * kHourMs);
  shop.RunTo(kDay0 + 6 * kHourMs);
  CHECK(shop.Outbox().back() == "ann/first@6:waiting");
}

TEST_CASE("outranks: an add that is heard late enters no more than one in time") {
  for (const bool late : {false, true}) {
    Shop shop(NewMemoryStore(),
              Book(R"j("cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
      "steps": [{"wait": "8h"}, {"send": "note", "via": ["sms"]}]},
    "till": {"enter": {"on": "till_reached"}, "outranks": ["cart"], "steps": [{"wait": "1h"}, {"exit": "done"}]})j"));
    auto add = [&] { shop.Event("product_added", "ann", kDay0, R"({"cart_id":"c","product_id":"p","price":1})"); };
    if (!late) add();
    shop.Event("till_reached", "ann", kDay0 + kMinuteMs);
    shop.RunTo(kDay0 + 2 * kHourMs);
    if (late) add();
    shop.RunTo(kDay0 + 20 * kHourMs);
    CHECK(shop.Outbox().empty());
  }
}

TEST_CASE("outranks: a device that is at the till ends its owner's reminders") {
  Shop shop(NewMemoryStore(),
            Book(R"j("cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
      "steps": [{"wait": "8h"}, {"send": "note", "via": ["sms"]}]},
    "till": {"enter": {"on": "till_reached"}, "outranks": ["cart"], "steps": [{"wait": "2h"}, {"send": "order", "via": ["sms"], "name": "help"}]})j"));
  shop.Event("product_added", "ann", kDay0, R"({"cart_id":"c","product_id":"p","price":1})");
  shop.DeviceEvent("till_reached", "phone", kDay0 + kMinuteMs);
  shop.Identify("ann", "phone", kDay0 + kHourMs);
  shop.RunTo(kDay0 + 20 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/help@2.0166666666666666:waiting"});
}

TEST_CASE("holdout: a share of the customers gets no advertisement, the same ones in every revision") {
  auto book = [](int revision, std::string_view share) {
    std::string text = Book(R"j("offer": {"enter": {"on": "signed_up"}, "reenter": "always",
      "steps": [{"send": "note", "via": ["sms"], "name": "ad"}, {"send": "order", "via": ["sms"], "name": "order"}]})j",
                            share);
    return text.replace(text.find(R"("revision": 1)"), 13, fmt::format(R"("revision": {})", revision));
  };
  constexpr int kCustomers = 400;
  auto held_out = [&](Shop& shop, int64_t at_ms) {
    for (int i = 0; i < kCustomers; ++i) shop.Event("signed_up", fmt::format("c{}", i), at_ms);
    shop.RunTo(at_ms);
    std::set<std::string> ads, orders;
    for (const std::string& line : shop.Outbox()) {
      const std::string who = line.substr(0, line.find('/'));
      const std::string at = fmt::format("@{}:", (at_ms - kDay0) / kHourMs);
      if (Has(line, "/ad" + at)) ads.insert(who);
      if (Has(line, "/order" + at)) orders.insert(who);
    }
    CHECK(orders.size() == kCustomers);
    std::set<std::string> missing;
    std::set_difference(orders.begin(), orders.end(), ads.begin(), ads.end(), std::inserter(missing, missing.end()));
    return missing;
  };
  Shop shop(NewMemoryStore(), book(1, R"(, "holdout": {"share": 10})"));
  const std::set<std::string> ten = held_out(shop, kDay0);
  CHECK(ten.size() > kCustomers / 20);  // 40 are expected; within more than three standard deviations of 6
  CHECK(ten.size() < kCustomers / 6);
  CHECK(Has(shop.Query("report"), fmt::format(R"("dropped":{{"ad":{{"held_out":{}}}}})", ten.size())));
  CHECK(Has(shop.Query("why", *ten.begin()), R"("detail":"held_out: sms")"));
  REQUIRE(shop.engine().Load(book(2, R"(, "holdout": {"share": 10})")).ok());
  CHECK(held_out(shop, kDay0 + kHourMs) == ten);
  REQUIRE(shop.engine().Load(book(3, R"(, "holdout": {"share": 30})")).ok());
  const std::set<std::string> thirty = held_out(shop, kDay0 + 2 * kHourMs);
  CHECK(thirty.size() > ten.size() + 40);
  CHECK(std::includes(thirty.begin(), thirty.end(), ten.begin(), ten.end()));
  REQUIRE(shop.engine().Load(book(4, "")).ok());
  CHECK(held_out(shop, kDay0 + 3 * kHourMs).empty());
}

}  // namespace cartwheel
