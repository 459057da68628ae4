// The customers of a batch may be stepped in any order: what is in the store afterwards is the same, byte for byte. The
// order is another one for every number of shards: a shard's customers are stepped before those of the next, and each
// customer's inputs stay in their order.
#include <random>

#include "absl/strings/escaping.h"
#include "engine/common/step_threads.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
  "shop": {"name": "s", "currency": "KRW", "link_url": "https://shop.test/r"},
  "segments": {"adder": "events('product_added').within(duration('6h')).count() >= 2", "buyer": "customer.orders >= 1"},
  "templates": {
    "one": {"purpose": "cart", "push": {"title": "1", "body": "{{ cart.value }}", "url": "{{ cart.url | default: 'https://shop.test/' | track_link }}"},
            "sms": {"text": "{{ 'https://shop.test/' | track_link }}"}},
    "two": {"purpose": "cart", "push": {"title": "{{ journey.messages.size }}", "body": "b"}, "sms": {"text": "2"}},
    "note": {"class": "transactional", "purpose": "order", "push": {"title": "o", "body": "o"}}},
  "journeys": {
    "cart": {"enter": {"on": "product_added", "key": "cart.id"}, "reset_on": ["cart_viewed"],
      "exit": [{"on": "order_completed"}, {"on": "cart_emptied"}], "goal": {"on": "order_completed", "within": "7d"},
      "steps": [{"wait": "1h"}, {"send": "one", "via": ["web_push", "sms"], "latest": "12h", "prefer": "last_opened",
                 "on_unreachable": "defer", "on_failed": [{"emit": "unheard", "properties": {"worth": {"cel": "cart.value"}}}]},
                {"add_to": "reminded"}, {"set": {"reminded": {"cel": "now"}}}, {"emit": "reminded_of_it"},
                {"wait": "2h"}, {"send": "two", "via": ["web_push", "sms"], "latest": "12h"}]},
    "adder": {"enter": {"on": "segment_entered", "segment": "adder"}, "exit": [{"on": "order_completed"}], "steps": [{"wait": "1h"}, {"send": "two", "via": ["sms"]}]},
    "told": {"enter": {"on": "reminded_of_it", "key": "event.id"}, "steps": [{"remove_from": "reminded"}, {"wait": "2h"}, {"set": {"reminded": null}}]},
    "note": {"enter": {"on": "order_completed"}, "reenter": "always", "steps": [{"send": "note", "via": ["web_push"], "latest": "24h"}]}}
})json";

using Random = std::mt19937_64;
using Rows = std::vector<std::string>;

constexpr int kCustomers = 12, kHours = 30, kEventsAnHour = 40;

std::string OneOf(Random& random, std::initializer_list<std::string_view> texts) {
  return std::string(*(texts.begin() + static_cast<int64_t>(random() % texts.size())));
}

// An event of one of a few customers or devices. Some name a device beside their customer, or an address of another.
std::string RandomEvent(Random& random, int number, int64_t at_ms, const std::vector<Message>& messages) {
  const auto customer = random() % kCustomers, device = random() % kCustomers;
  std::string type = OneOf(random, {"product_added", "product_added", "product_added", "cart_viewed", "page_viewed",
                                    "cart_emptied", "order_completed", "identify", "identify", "endpoint_added",
                                    "endpoint_removed", "message_clicked", "erase"});
  if (type == "erase" && random() % 4 != 0) type = "custom";
  std::string properties = fmt::format(R"("product_id":"p{}","price":{})", random() % 3, 1 + random() % 50);
  if (type == "cart_viewed") properties += R"(,"quantity":"many")";  // a warning
  if (type.starts_with("endpoint"))
    properties = fmt::format(R"("channel":"web_push","address":"a{}")", random() % kCustomers);
  if (type == "message_clicked")
    properties = fmt::format(R"("message_id":{})", messages.empty() ? 1 : messages[random() % messages.size()].id);
  const bool with_device = type == "identify" || (type == "order_completed" && random() % 2 == 0);
  const bool of_device = !with_device && type != "erase" && random() % 3 == 0;
  const std::string who = of_device     ? fmt::format(R"("anonymous_id":"d{}")", device)
                          : with_device ? fmt::format(R"("customer":"c{}","anonymous_id":"d{}")", customer, device)
                                        : fmt::format(R"("customer":"c{}")", customer);
  const int id = random() % 20 == 0 ? number / 2 : number;  // a duplicate, if the same customer had it
  return fmt::format(R"({{"id":"e{}","type":"{}",{},"at":{},"properties":{{{}}}}})"
                     "\n",
                     id, type, who, at_ms, properties);
}

// What channels answer, among it what makes the next channel's message at once.
void SettleSome(Shop& shop, Random& random, std::vector<Message>& messages) {
  for (std::string_view channel : {"web_push", "sms"}) {
    std::vector<Outcome> outcomes;
    for (Message& message : shop.Claim(channel, 8)) {
      using enum OutcomeCode;
      const OutcomeCode codes[] = {kAccepted, kFailedFinal, kFailedFinal, kGone, kNotSent};
      outcomes.push_back({message.id, message.token, codes[random() % std::size(codes)]});
      messages.push_back(std::move(message));
    }
    REQUIRE(shop.engine().Settle(outcomes, shop.clock().NowMs()).ok());
  }
}

// Everything that folds write.
struct Written {
  Rows outbox, customers, decisions, alarms, refused, warnings, counters;
  std::string back_fill;
};

std::string Printable(const std::string& bytes) { return absl::CHexEscape(bytes); }

Rows DecisionsOf(Store& store) {
  Rows rows;
  for (int64_t id = 1; id < 10'000; ++id)
    if (const auto row = *store.Decision(DecisionId(id)))
      rows.push_back(fmt::format("{} {}", row->id.value(), Printable(row->data)));
  return rows;
}

Written WrittenTo(Store& store) {
  Written written{.decisions = DecisionsOf(store), .back_fill = store.Status()->back_fill};
  const std::vector<MessageRow> messages = *store.ListMessages({.limit = 100'000});
  for (const MessageRow& m : messages)
    written.outbox.push_back(fmt::format("{} of {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", m.id.value(),
                                         m.customer.value(), MessageClassName(m.message_class), m.channel, m.purpose,
                                         m.medium, m.made_at_ms, m.expires_at_ms, m.fresh_until_ms, m.link,
                                         MessageStateName(m.state), m.not_before_ms, m.token.value(), m.revoked,
                                         CauseText({m.reason, m.reason_detail}), Printable(m.body)));
  const std::vector<StoredCustomer> customers = *store.Customers(CustomerRow(0), 100'000);
  for (const auto& row : customers)
    written.customers.push_back(fmt::format("{} {}", row.row.value(), Printable(row.data)));
  REQUIRE(store
              .Alarms(0, kDay0,
                      [&](const AlarmEntry& entry) {
                        written.alarms.push_back(fmt::format("{} {}", entry.customer.value(), entry.due_at_ms));
                      })
              .ok());
  const std::vector<RefusedRow> refused = *store.Refused(100'000);
  for (const RefusedRow& row : refused)
    written.refused.push_back(
        fmt::format("{} {} {} {} {}", row.position.value(), row.code, row.customer, row.event_id, row.message));
  const std::vector<WarningRow> warnings = *store.Warnings(100'000);
  for (const WarningRow& row : warnings)
    written.warnings.push_back(fmt::format("{} {} {} {}", row.position.value(), row.code, row.customer, row.event_id));
  const std::vector<CounterRow> counters = *store.Counters();
  for (const CounterRow& row : counters)
    written.counters.push_back(
        fmt::format("{} {} {} {}", CounterPath(row.counter.view()), row.counter.day, row.count, row.value));
  return written;
}

// A shop's day, the same one for the same seed. Every hour its events and receipts are one batch, and its alarms too.
Written Run(uint64_t seed, uint32_t shards, StepThreads* threads = nullptr) {
  Shop shop(NewMemoryStore(), kBook);
  const auto share_out = [&] {
    if (threads == nullptr)
      shop.engine().impl().SetShards(shards);
    else
      shop.engine().impl().SetStepThreads(threads);
  };
  share_out();
  Random random(seed);
  std::vector<Message> messages;
  int number = 0;
  for (int hour = 0; hour < kHours; ++hour) {
    const int64_t now_ms = kDay0 + hour * kHourMs;
    std::string events;
    for (int i = 0; i < kEventsAnHour; ++i) events += RandomEvent(random, number++, now_ms + i, messages);
    shop.Raw(events, now_ms + kMinuteMs);
    shop.AdvanceTo(now_ms + kMinuteMs);
    SettleSome(shop, random, messages);
    shop.AdvanceTo(now_ms + 2 * kMinuteMs);
    if (hour == kHours / 2) {  // what a new playbook asks of the past, and its segments
      std::string later(kBook);
      later.replace(later.find(R"("revision": 1)"), 13, R"("revision": 2)");
      later.replace(later.find("product_added').within"), 13, "order_completed");
      REQUIRE(shop.engine().Load(later).ok());
      shop.Reopen();  // the older revision is compiled again when a walk by it is stepped
      share_out();
    }
  }
  return WrittenTo(*shop.store());
}

int64_t CountOf(const Rows& rows, std::string_view piece) {
  return std::count_if(rows.begin(), rows.end(), [&](const std::string& row) { return Has(row, piece); });
}

void CheckSame(const Written& written, const Written& expected) {
  CHECK(written.outbox == expected.outbox);
  CHECK(written.customers == expected.customers);
  CHECK(written.decisions == expected.decisions);
  CHECK(written.alarms == expected.alarms);
  CHECK(written.refused == expected.refused);
  CHECK(written.warnings == expected.warnings);
  CHECK(written.counters == expected.counters);
  CHECK(written.back_fill == expected.back_fill);
  CHECK(CountOf(written.refused, "quarantined") == 0);  // every playbook that a walk needs was at hand
}

}  // namespace

TEST_CASE("a batch's customers may be stepped in any order: the bytes are the same") {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    const Written expected = Run(seed, 1);
    // The day has everything that could depend on the order.
    CHECK((expected.outbox.size() > 100 && CountOf(expected.outbox, "revoked") > 5));
    CHECK(CountOf(expected.counters, "merged") > 0);
    CHECK((CountOf(expected.refused, "duplicate") > 0 && expected.warnings.size() > 10));
    for (uint32_t shards : {2, 3, 5, 64}) {
      CAPTURE(shards);
      CheckSame(Run(seed, shards), expected);
    }
  }
}

TEST_CASE("law 15: a batch's customers may be stepped on any number of threads: the bytes are the same") {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    const Written expected = Run(seed, 1);
    for (uint32_t count : {1, 2, 4, 8}) {
      CAPTURE(count);
      StepThreads threads(count, /*worth_min=*/2);
      CheckSame(Run(seed, count, &threads), expected);
    }
  }
}

}  // namespace cartwheel
