// Steps that act: set, emit, add_to, remove_from.
#include <algorithm>

#include "cartwheel/limits.h"
#include "tests/unit/engine/walked.h"

namespace cartwheel {
namespace {

// A journey "cart" of the given steps, and another one: `{{"enter": …}}` as JSON members.
std::string Two(std::string_view steps, std::string_view others) {
  std::string book = Book(steps);
  const std::string_view end = "]}}}";  // of the steps, the journey, the journeys and the playbook
  book.resize(book.size() - end.size() + 2);
  return book + ", " + std::string(others) + "}}";
}

struct Acting : Shop {
  explicit Acting(const std::string& playbook, std::shared_ptr<Store> store = NewMemoryStore())
      : Shop(std::move(store), playbook) {}
  void Fill(int64_t at_ms, std::string_view customer = "ann", std::string_view cart = "c") {
    clock().Set(std::max(at_ms, clock().NowMs()));
    Event("product_added", customer, at_ms, fmt::format(R"({{"cart_id":"{}","product_id":"p","price":1000}})", cart));
  }
};

size_t Count(std::string_view text, std::string_view piece) {
  size_t count = 0;
  for (size_t at = text.find(piece); at != text.npos; at = text.find(piece, at + 1)) ++count;
  return count;
}

constexpr std::string_view kNoted =
    R"("noted": {"enter": {"on": "noted", "key": "event.properties.n"}, "reenter": "always",
    "steps": [{"send": "order", "via": ["sms"], "name": "heard", "min_gap": "0s"}]})";

}  // namespace

TEST_CASE("set: values and expressions become attributes, null takes one away, and later conditions see them") {
  Walked shop(R"j({"set": {"stage": "warm", "count": 2, "vip": true, "old": null, "worth": {"cel": "cart.value * 2.0"},
                          "none": {"cel": "customer.missing"}}, "name": "note"},
                  {"branch": [{"when": "customer.stage == 'warm' && customer.count == 2 && customer.vip && !has(customer.old)",
                               "steps": [{"send": "a", "via": ["sms"], "name": "seen"}]}],
                   "else": [{"send": "a", "via": ["sms"], "name": "unseen"}]})j");
  shop.Event("identify", "ann", kDay0 - kHourMs, R"({"old":"x","name":"Ann"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kMinuteMs);
  CHECK(shop.Outbox() == Lines{"ann/seen@0:waiting"});
  const std::string customer = shop.Query("customer", "ann");
  CHECK(Has(customer, R"("attributes":{"count":2,"name":"Ann","stage":"warm","vip":true,"worth":2000})"));
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"set")"));
}

TEST_CASE("set: it happened at its planned moment, so a later identify stands, however late the worker was") {
  Walked shop(R"({"wait": "1h"}, {"set": {"stage": "warm", "other": "new"}})");
  shop.Fill(kDay0);
  shop.Event("identify", "ann", kDay0 + 2 * kHourMs, R"({"stage":"bought"})");
  shop.Event("identify", "ann", kDay0 + kMinuteMs, R"({"other":"old"})");
  shop.AdvanceTo(kDay0 + 5 * kHourMs);
  CHECK(Has(shop.Query("customer", "ann"), R"("attributes":{"other":"new","stage":"bought"})"));
}

TEST_CASE("set: segments are judged when the step has run, and let walks begin") {
  Acting shop(Two(R"({"wait": "1h"}, {"set": {"points": 100}})",
                  R"("vips": {"enter": {"on": "segment_entered", "segment": "vip"},
                      "steps": [{"send": "order", "via": ["sms"], "name": "vip"}]})"));
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs - 1);
  CHECK(shop.Outbox().empty());
  shop.RunTo(kDay0 + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/vip@1:waiting"});
}

TEST_CASE("set: attributes over attributes_bytes_max are not set, and the walk goes on") {
  Walked shop(
      R"({"set": {"copy": {"cel": "customer.long + customer.long"}}, "name": "big"}, {"send": "a", "via": ["sms"], "name": "end"})");
  shop.Event("identify", "ann", kDay0, fmt::format(R"({{"long":"{}"}})", std::string(20'000, 'x')));
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kMinuteMs);
  CHECK(shop.Outbox() == Lines{"ann/end@0:waiting"});
  CHECK(Has(shop.Query("report"), R"("skipped":{"big":{"attributes_bytes_max":1}})"));
}

TEST_CASE(
    "add_to and remove_from: an audience is known to conditions and segments, and goes with the customer in a merge") {
  Acting shop(
      Two(R"j({"add_to": "promo"}, {"wait": "1h"}, {"add_to": "second"}, {"wait": "1h"}, {"remove_from": "promo"})j",
          R"j("in": {"enter": {"on": "page_viewed", "when": "'promo' in customer.audiences"}, "reenter": "always",
                      "steps": [{"send": "order", "via": ["sms"], "name": "in", "min_gap": "0s"}]},
                      "out": {"enter": {"on": "page_viewed", "when": "!('promo' in customer.audiences)"}, "reenter": "always",
                      "steps": [{"send": "order", "via": ["sms"], "name": "out", "min_gap": "0s"}]})j"));
  auto look = [&](int64_t at_ms) {
    shop.RunTo(at_ms - 1);
    shop.clock().Set(at_ms);
    shop.Event("page_viewed", "ann", at_ms);
    shop.RunTo(at_ms);
    return shop.Outbox().back().substr(0, 6);
  };
  CHECK(look(kDay0 - kHourMs) == "ann/ou");
  shop.DeviceEvent("product_added", "d", kDay0, R"({"cart_id":"c","product_id":"p"})");
  shop.RunTo(kDay0);
  shop.Identify("ann", "d", kDay0 + kMinuteMs);
  CHECK(look(kDay0 + 2 * kMinuteMs) == "ann/in");
  CHECK(look(kDay0 + 90 * kMinuteMs) == "ann/in");
  CHECK(Has(shop.Query("customer", "ann"), R"("audiences":["promo","second"])"));
  shop.Crash();
  CHECK(look(kDay0 + 3 * kHourMs) == "ann/ou");
  CHECK(Has(shop.Query("customer", "ann"), R"("audiences":["second"])"));
  shop.Event("erase", "ann", kDay0 + 4 * kHourMs);
  shop.AdvanceTo(kDay0 + 4 * kHourMs);
  CHECK(look(kDay0 + 5 * kHourMs) == "ann/ou");
  CHECK(Has(shop.Query("customer", "ann"), R"("audiences":[])"));
}

TEST_CASE("add_to: at most audiences_max") {
  std::string steps;
  for (int i = 0; i < 60; ++i) steps += fmt::format(R"({{"add_to": "a{}"}}, )", i);
  Acting shop(Two(steps + R"({"wait": "1s"})", R"("more": {"enter": {"on": "cart_viewed"},
      "steps": [{"add_to": "b0"}, {"add_to": "b1"}, {"add_to": "b2"}, {"add_to": "b3"}, {"add_to": "b4", "name": "over"}, {"add_to": "a1"}]})"));
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kMinuteMs);
  shop.Event("cart_viewed", "ann", kDay0 + kMinuteMs, R"({"cart_id":"c"})");
  shop.RunTo(kDay0 + kHourMs);
  const std::string customer = shop.Query("customer", "ann");
  CHECK(Has(customer, R"("b3")"));
  CHECK_FALSE(Has(customer, R"("b4")"));
  CHECK(Has(shop.Query("report"), R"("skipped":{"over":{"audiences_max":1}})"));
}

TEST_CASE(
    "add_to: who was erased is in no segment before she does something, whatever the shop's own system lets her into") {
  std::string book = Book(R"({"add_to": "asked"}, {"wait": "9h"})");
  const auto put = [&](std::string_view what, std::string_view into) {
    book.replace(book.find(what), what.size(), into);
  };
  put(R"("on": "product_added", "key": "cart.id")", R"("on": "journey_entered")");
  put("customer.points >= 100", "'asked' in customer.audiences");
  Acting shop(book);
  shop.Event("product_viewed", "ann", kDay0, R"({"product_id":"p"})");
  shop.Event("erase", "ann", kDay0 + kMinuteMs);
  shop.Event("journey_entered", "ann", kDay0 + 2 * kMinuteMs, R"({"journey":"cart"})");
  shop.AdvanceTo(kDay0 + 3 * kMinuteMs);
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"added_to")"));
  CHECK(Has(shop.Query("segments"), R"("members":0)"));
  shop.Event("product_viewed", "ann", kDay0 + 4 * kMinuteMs, R"({"product_id":"p"})");
  shop.AdvanceTo(kDay0 + 4 * kMinuteMs);
  CHECK(Has(shop.Query("segments"), R"("members":1)"));
}

TEST_CASE("emit: the event is folded as any other, in the same call, with its properties and the cart of the walk") {
  Acting shop(Two(
      R"({"wait": "1h"}, {"emit": "noted", "properties": {"n": 7, "worth": {"cel": "cart.value"}}, "name": "tell"})",
      R"j("noted": {"enter": {"on": "noted", "when": "event.properties.n == 7 && event.properties.worth == 1000.0 && cart.id == 'k'"},
                      "steps": [{"send": "order", "via": ["sms"], "name": "heard"}]})j"));
  shop.Fill(kDay0, "ann", "k");
  shop.Fill(kDay0 + kMinuteMs, "ann", "other");
  shop.RunTo(kDay0 + kHourMs - 1);
  CHECK(shop.Outbox().empty());
  shop.AdvanceTo(kDay0 + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/heard@1:waiting"});
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"emitted")"));
}

TEST_CASE("emit: it is dated at its planned moment, and is no activity of the customer") {
  Acting shop(Two(
      R"({"wait": "1h"}, {"emit": "noted"})",
      R"("noted": {"enter": {"on": "noted"}, "steps": [{"wait": "1h"}, {"send": "order", "via": ["sms"], "name": "heard", "latest": "24h"}]})"));
  shop.Fill(kDay0);
  shop.AdvanceTo(kDay0 + 5 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/heard@5:waiting"});  // planned for two hours after kDay0
  CHECK(Has(shop.Query("why", "ann"), R"("planned_at":"2026-01-01T02:00:00Z")"));
  CHECK(Has(shop.Query("customer", "ann"), R"("last_seen":"2026-01-01T00:00:00Z")"));
}

TEST_CASE("emit: each visit tells an event of its own, and a fold after a crash tells none again") {
  for (const bool crash : {false, true}) {
    Acting shop(
        Two(R"({"emit": "noted", "properties": {"n": 1}, "name": "tell"}, {"wait": "1h"}, {"goto": "tell", "max": 2})",
            kNoted));
    shop.Fill(kDay0);
    for (int hour = 0; hour <= 4; ++hour) {
      shop.RunTo(kDay0 + hour * kHourMs);
      if (crash) shop.Crash();
    }
    CHECK(shop.Outbox() == Lines{"ann/heard@0:waiting", "ann/heard@1:waiting", "ann/heard@2:waiting"});
  }
}

TEST_CASE("emit: a chain of walks that lead to one another ends at walk_chain_max") {
  Acting shop(Two(R"({"emit": "noted", "properties": {"n": 1}})",
                  R"("noted": {"enter": {"on": "noted"}, "reenter": "always",
                      "steps": [{"send": "order", "via": ["sms"], "name": "heard", "min_gap": "0s"}, {"emit": "noted", "name": "again"}]})"));
  shop.Fill(kDay0);
  shop.AdvanceTo(kDay0 + kMinuteMs);
  CHECK(shop.Outbox().size() == kWalkChainMax);
  CHECK(Has(shop.Query("report"), R"("skipped":{"again":{"walk_chain_max":1}})"));
}

TEST_CASE("set: two walks that undo each other's segment end at walk_chain_max too") {
  Acting shop(Two(
      R"({"set": {"points": 100}})",
      R"("up": {"enter": {"on": "segment_entered", "segment": "vip"}, "reenter": "always", "steps": [{"wait": "1m"}, {"set": {"points": 0}}]},
                     "down": {"enter": {"on": "segment_left", "segment": "vip"}, "reenter": "always", "steps": [{"wait": "1m"}, {"set": {"points": 100}, "name": "again"}]})"));
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  CHECK(Has(shop.Query("report"), R"("skipped":{"again":{"walk_chain_max":1}})"));
  CHECK(Count(shop.Query("why", "ann"), R"("decision":"set")") == kWalkChainMax);
}

TEST_CASE("steps that act: a walk that is held out does them all the same") {
  Acting shop(Two(R"({"split": [{"weight": 1, "name": "words", "steps": [{"send": "a", "via": ["sms"], "name": "ad"}]},
                                {"weight": 1000000, "name": "held", "holdout": true}]},
                     {"set": {"stage": "warm"}}, {"add_to": "promo"}, {"emit": "noted", "properties": {"n": 1}})",
                  kNoted));
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kMinuteMs);
  CHECK(shop.Outbox() == Lines{"ann/heard@0:waiting"});
  CHECK(Has(shop.Query("customer", "ann"), R"("attributes":{"stage":"warm"})"));
  CHECK(Has(shop.Query("customer", "ann"), R"("audiences":["promo"])"));
}

TEST_CASE("steps that act: the first wait does not begin anew after one of them") {
  Acting shop(
      Two(R"({"emit": "noted", "properties": {"n": 1}}, {"wait": "2h"}, {"send": "a", "via": ["sms"], "name": "end"})",
          kNoted));
  std::string playbook =
      Two(R"({"emit": "noted", "properties": {"n": 1}}, {"wait": "2h"}, {"send": "a", "via": ["sms"], "name": "end"})",
          kNoted);
  const std::string exit = R"("exit": [{"on": "order_completed"}],)";
  playbook.insert(playbook.find(exit), R"("reset_on": ["cart_viewed"], )");
  Acting resets(playbook);
  resets.Fill(kDay0);
  resets.RunTo(kDay0 + kHourMs);
  resets.Event("cart_viewed", "ann", kDay0 + kHourMs, R"({"cart_id":"c"})");
  resets.RunTo(kDay0 + 2 * kHourMs);
  CHECK(resets.Outbox() == Lines{"ann/heard@0:waiting", "ann/end@2:waiting"});
}

TEST_CASE("emit: the same events and messages however the batches are cut") {
  std::vector<std::string> outboxes;
  for (const int64_t batch : {1, 2, 1000}) {
    Acting shop(Two(
        R"({"wait": "1h"}, {"emit": "noted", "properties": {"n": {"cel": "customer.id"}}}, {"set": {"points": 100}})",
        kNoted));
    shop.options().work_max = batch;
    shop.Reopen();
    for (int i = 0; i < 7; ++i) shop.Fill(kDay0 + i, fmt::format("c{}", i));
    shop.AdvanceTo(kDay0 + 2 * kHourMs);
    Lines outbox = shop.Outbox();
    std::sort(outbox.begin(), outbox.end());  // the wheel gives alarms of one second in an order of its own
    std::string all;
    for (const std::string& line : outbox) all += line + "\n";
    for (int i = 0; i < 7; ++i) all += shop.Query("customer", fmt::format("c{}", i));
    outboxes.push_back(all);
  }
  CHECK(Count(outboxes[0], "heard") == 7);
  CHECK(outboxes[0] == outboxes[2]);
  CHECK(outboxes[1] == outboxes[2]);
}

}  // namespace cartwheel
