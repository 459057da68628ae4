// Goals: what counts as success, from when, and how often.
#include "tests/unit/engine/walked.h"

namespace cartwheel {
namespace {

std::string WithGoal(std::string_view goal, std::string_view steps) {
  std::string book = Book(steps);
  const std::string_view before = R"("exit": [)";
  return book.insert(book.find(before), fmt::format(R"("goal": {}, )", goal));
}

constexpr std::string_view kSend = R"({"wait": "1h"}, {"send": "a", "via": ["sms"], "latest": "12h"})";

// How many conversions a report counts, of a cart filled at kDay0 whose message is taken at once, or never.
struct Aimed : Shop {
  Aimed(std::string_view goal, bool taken, std::string_view steps = kSend)
      : Shop(NewMemoryStore(), WithGoal(goal, steps)) {
    Event("product_added", "ann", kDay0, R"({"cart_id":"c","product_id":"p","price":1000})");
    RunTo(kDay0 + kHourMs);
    if (taken) Accept(Claim("sms"));
    AdvanceTo(kDay0 + kHourMs);
  }
  void Happen(std::string_view type, int64_t at_ms, std::string_view properties) {
    RunTo(at_ms);
    Event(type, "ann", at_ms, properties);
    AdvanceTo(at_ms);
  }
  bool Converted(int64_t times = 1) {
    return Has(Query("report"), fmt::format(R"("bought_after_message":{},)", times));
  }
};

constexpr std::string_view kOrder = R"({"order_id":"o","cart_id":"c","total":900})";

}  // namespace

TEST_CASE("goal: its time begins with the acceptance of a message, or with the entry") {
  struct Case {
    std::string_view from;
    bool taken;
    int64_t at_ms;
    bool counts;
  };
  for (const Case& c : {Case{"accepted", true, 2 * kHourMs, true}, Case{"accepted", false, 2 * kHourMs, false},
                        Case{"accepted", true, 5 * kHourMs, true}, Case{"accepted", true, 5 * kHourMs + 1, false},
                        Case{"entered", false, 2 * kHourMs, true}, Case{"entered", true, 4 * kHourMs, true},
                        Case{"entered", true, 4 * kHourMs + 1, false}}) {
    INFO(c.from << " " << c.taken << " " << c.at_ms);
    Aimed shop(fmt::format(R"({{"on": "order_completed", "within": "4h", "from": "{}"}})", c.from), c.taken);
    shop.Happen("order_completed", kDay0 + c.at_ms, kOrder);
    CHECK(shop.Converted() == c.counts);
  }
}

TEST_CASE("goal: it counts once a walk, and again in the next one") {
  Aimed shop(R"({"on": "reviewed", "within": "4h", "from": "entered"})", false, R"({"wait": "10m"}, {"exit": true})");
  shop.Happen("reviewed", kDay0 + 61 * kMinuteMs, "{}");
  shop.Happen("reviewed", kDay0 + 62 * kMinuteMs, "{}");
  CHECK(shop.Converted(1));
  shop.Happen("product_added", kDay0 + 63 * kMinuteMs, R"({"cart_id":"c","product_id":"q","price":1000})");
  shop.Happen("reviewed", kDay0 + 64 * kMinuteMs, "{}");
  CHECK(shop.Converted(2));
}

TEST_CASE("goal: an event counts only where its condition holds, and a segment only where it is the one") {
  Aimed large(R"({"on": "order_completed", "when": "event.properties.total >= 1000.0", "within": "4h"})", true);
  large.Happen("order_completed", kDay0 + 2 * kHourMs, kOrder);
  CHECK_FALSE(large.Converted());
  Aimed small(R"({"on": "order_completed", "when": "event.properties.total >= 900.0", "within": "4h"})", true);
  small.Happen("order_completed", kDay0 + 2 * kHourMs, kOrder);
  CHECK(small.Converted());
  for (const auto& [goal, counts] :
       {std::pair<std::string_view, bool>{
            R"({"on": "segment_entered", "segment": "vip", "within": "4h", "from": "entered"})", true},
        {R"({"on": "segment_left", "segment": "vip", "within": "4h", "from": "entered"})", false}}) {
    Aimed shop(goal, false);
    shop.Happen("identify", kDay0 + 2 * kHourMs, R"({"points":100})");
    CHECK(shop.Converted() == counts);
  }
}

TEST_CASE("exit: a walk ends as soon as its customer is in the segment no longer, also by time alone") {
  std::string book =
      Book(R"({"wait": "1h"}, {"send": "a", "via": ["sms"]}, {"wait": "24h"}, {"send": "b", "via": ["sms"]})");
  book.replace(book.find("customer.points >= 100"), 22, "events('page_viewed').within(duration('6h')).exists()");
  const std::string_view exits = R"("exit": [)";
  book.insert(book.find(exits) + exits.size(), R"({"on": "segment_left", "segment": "vip"}, )");
  Shop visited(NewMemoryStore(), book);
  visited.Event("page_viewed", "ann", kDay0, "{}");
  visited.Event("product_added", "ann", kDay0, R"({"cart_id":"c","product_id":"p","price":1000})");
  visited.RunTo(kDay0 + 6 * kHourMs + kMinuteMs);
  CHECK(visited.Outbox() == Lines{"ann/a@1:revoked"});
  CHECK(Has(visited.Query("why", "ann"), R"("decision":"exited","journey":"cart")"));
}

}  // namespace cartwheel
