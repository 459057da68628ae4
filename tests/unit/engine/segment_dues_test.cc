// Segments whose instants are kept in memory: an alarm judges those that are due, and what comes of it is what judging
// all of them says.
#include "core/model/segment_dues.h"

#include <random>

#include "core/model/customer_row.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

std::string PlaybookOfWindows() {
  std::string segments, journeys;
  for (int i = 1; i <= 5; ++i) {
    const char* const conditions[] = {
        "events('product_added').within(duration('{}h')).sum('value') >= 15000",
        "events('product_viewed').within(duration('{}h')).count() >= 2 && customer.orders == 0",
        "age(customer.last_seen) >= duration('{}h')",
        "events('product_added').within(duration('{}h')).count() == 0 || events('order_completed').count() == 1"};
    for (const char* condition : conditions)
      segments +=
          fmt::format("{}\"s{}\": \"{}\"", segments.empty() ? "" : ", ",
                      std::count(segments.begin(), segments.end(), ':'), fmt::format(fmt::runtime(condition), 3 * i));
  }
  for (int i : {1, 6, 11})
    journeys += fmt::format(
        R"({}"j{}": {{"enter": {{"on": "segment_entered", "segment": "s{}"}}, "reenter": "always", "exit": [{{"on": "segment_left", "segment": "s{}"}}, {{"on": "order_completed"}}],
           "steps": [{{"send": "hello", "via": ["web_push"]}}]}})",
        journeys.empty() ? "" : ", ", i, i, i);
  return fmt::format(R"({{"playbook": 1, "revision": 1, "policy": {{"consent": "assumed_by_shop", "rules": []}},
    "shop": {{"name": "온도상점", "timezone": "Asia/Seoul"}}, "segments": {{{}}},
    "templates": {{"hello": {{"purpose": "winback", "push": {{"title": "h", "body": "h"}}}}}}, "journeys": {{{}}}}})",
                     segments, journeys);
}

// But for the link to the trail, which counts folds.
std::vector<std::string> Rows(Shop& shop) {
  std::vector<std::string> rows;
  const auto customers = shop.store()->Customers(CustomerRow(0), 1000);
  REQUIRE(customers.ok());
  for (const StoredCustomer& stored : *customers) {
    absl::StatusOr<Customer> customer = DecodeCustomer(stored.row, stored.data);
    REQUIRE(customer.ok());
    customer->last_decision = {};
    rows.push_back(EncodeCustomer(*customer));
  }
  return rows;
}

}  // namespace

TEST_CASE("segment dues: those kept are the earliest, and it knows up to the first that is not kept") {
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    SegmentDues dues;
    CHECK_FALSE(dues.Knows(0));
    dues.Begin();
    std::map<uint32_t, int64_t> told;
    bool right = true;
    for (int i = 0; i < 30; ++i) {
      const uint32_t segment = random() % 12;
      const int64_t at_ms = 1 + static_cast<int64_t>(random() % 40);
      dues.Set(segment, at_ms);
      told[segment] = at_ms;
      for (int64_t asked = 0; asked <= 41 && dues.Knows(asked); ++asked)
        for (const auto& [place, due] : told) right = right && dues.IsDue(place, asked) == (due <= asked);
      int64_t first = std::numeric_limits<int64_t>::max();
      for (const auto& [place, due] : told) first = std::min(first, due);
      right = right && (!dues.Knows(first) || dues.First() == first);
      right = right && dues.First() <= std::max(first, dues.beyond_ms());
    }
    REQUIRE(right);
  }
}

TEST_CASE("segment dues: a customer who stays in memory is judged as one who is read again") {
  int changes = 0;
  for (unsigned seed = 0; seed < 12; ++seed) {
    Shop kept(NewMemoryStore(), PlaybookOfWindows()), read(NewMemoryStore(), PlaybookOfWindows());
    std::mt19937 random(seed);
    int64_t now_ms = kDay0;
    for (int i = 0; i < 60; ++i) {
      now_ms += static_cast<int64_t>(random() % (2 * kHourMs));
      const char* const types[] = {"product_viewed", "product_viewed", "product_added", "product_added",
                                   "order_completed"};
      const std::string type = types[random() % 5], customer = random() % 2 == 0 ? "kim" : "lee";
      const std::string properties =
          fmt::format(R"({{"product_id":"p{}","price":{}}})", random() % 3, 5000 * (1 + random() % 3));
      for (Shop* shop : {&kept, &read}) {
        if (shop == &read) shop->Reopen();
        shop->RunTo(now_ms);
        if (shop == &read) shop->Reopen();
        shop->Event(type, customer, now_ms, properties);
        shop->AdvanceTo(now_ms);
      }
      REQUIRE(Rows(kept) == Rows(read));
      REQUIRE(kept.Outbox() == read.Outbox());
      changes += static_cast<int>(kept.Outbox().size());
    }
    for (Shop* shop : {&kept, &read}) {
      for (int64_t hour = 0; hour < 60; hour += 5) {
        if (shop == &read) shop->Reopen();
        shop->RunTo(now_ms + hour * kHourMs);
      }
    }
    REQUIRE(Rows(kept) == Rows(read));
    REQUIRE(kept.Outbox() == read.Outbox());
    REQUIRE(kept.Query("segments") == read.Query("segments"));
  }
  CHECK(changes > 1000);
}

}  // namespace cartwheel
