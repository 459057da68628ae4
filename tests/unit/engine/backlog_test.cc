// Law 10: a week under load without a worker, and the worker that catches up then, while events go on coming in.
#include <map>

#include "store/sqlite/sqlite_store.h"
#include "tests/temporary_directory.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr int64_t kWeekMs = 7 * 24 * kHourMs;
constexpr int kCartsAnHour = 20;
constexpr int64_t kWorkMax = 100;

// The hours after kDay0 at which the shop's engine took a cart; those that were ordered an hour later are not in it.
std::map<std::string, int64_t> IngestUntilFull(Shop& shop, int64_t& full_at_hour) {
  std::map<std::string, int64_t> open_carts;
  full_at_hour = 0;
  for (int64_t hour = 0; hour * kHourMs < kWeekMs; ++hour) {
    shop.clock().Set(kDay0 + hour * kHourMs);
    std::string batch;
    for (int i = 0; i < kCartsAnHour; ++i) {
      batch += fmt::format(
          R"({{"id":"a{0}-{1}","type":"product_added","customer":"c{0}-{1}","at":{2},"properties":{{"product_id":"tea","price":10}}}})"
          "\n",
          hour, i, kDay0 + hour * kHourMs);
      if (i % 4 == 0 && hour > 0)
        batch += fmt::format(R"({{"id":"o{0}-{1}","type":"order_completed","customer":"c{0}-{1}","at":{2}}})"
                             "\n",
                             hour - 1, i, kDay0 + hour * kHourMs);
    }
    auto taken = shop.engine().Ingest(batch);
    if (!taken.ok()) {
      REQUIRE(absl::IsResourceExhausted(taken.status()));
      REQUIRE(Has(StatusText(taken.status()), "backlog_full"));
      if (full_at_hour == 0) full_at_hour = hour;
      continue;
    }
    REQUIRE(full_at_hour == 0);  // once full it stays full
    for (int i = 0; i < kCartsAnHour; ++i) {
      if (i % 4 == 0 && hour > 0) open_carts.erase(fmt::format("c{}-{}", hour - 1, i));
      open_carts[fmt::format("c{}-{}", hour, i)] = hour;
    }
  }
  return open_carts;
}

void CatchUp(std::shared_ptr<Store> store) {
  Shop shop(std::move(store));
  shop.options().work_max = kWorkMax;
  shop.options().claim_tail_max = 50;
  shop.Reopen();
  shop.engine().impl().SetGuardsSurges(false);
  int64_t full_at_hour = 0;
  const std::map<std::string, int64_t> open_carts = IngestUntilFull(shop, full_at_hour);
  REQUIRE(full_at_hour > 72);

  shop.clock().Set(kDay0 + kWeekMs);
  CHECK(Has(shop.Query("health"), R"("ok":false)"));
  std::vector<Message> claimed;
  auto claim = [&] {
    auto result = shop.engine().Claim({.channel = "web_push", .max = 1000});
    REQUIRE(result.ok());
    claimed.insert(claimed.end(), result->messages.begin(), result->messages.end());
    return result->behind;
  };
  CHECK(claim());
  CHECK(claimed.empty());

  // In bounded calls, with an event between any two of them.
  int64_t calls = 0, arrived = 0;
  for (bool more = true; more; ++calls) {
    auto done = shop.engine().Advance(kDay0 + kWeekMs);
    REQUIRE(done.ok());
    REQUIRE(done->events + done->alarms <= kWorkMax);
    more = done->more;
    auto taken = shop.engine().Ingest(fmt::format(R"([{{"type":"page_viewed","customer":"late{}"}}])", calls));
    if (taken.ok()) ++arrived;
    claim();
  }
  CHECK(calls > 10);
  CHECK(arrived > calls / 2);
  while (shop.engine().Advance(kDay0 + kWeekMs)->more) {
  }
  for (size_t before = claimed.size() + 1; before != claimed.size();) before = claimed.size(), claim();

  // A reminder is due 24, 48 and 72 hours after its cart and may be a day late: customers past that hear nothing, the
  // others once.
  std::map<std::string, std::string> expected, found;
  for (const auto& [customer, hour] : open_carts) {
    const int64_t age_hours = kWeekMs / kHourMs - hour;
    if (age_hours >= 24 && age_hours < 96)
      expected[customer] = age_hours < 48 ? "first" : age_hours < 72 ? "second" : "third";
  }
  for (const Message& message : claimed) {
    CHECK(found.emplace(message.customer, message.template_name).second);
    CHECK(message.expires_at_ms > kDay0 + kWeekMs);
  }
  CHECK(expected.size() > 100);
  CHECK(found == expected);
}

}  // namespace

TEST_CASE("law 10: a week without a worker ends in backlog_full, and what is stale by then is not sent") {
  StoreOptions options;
  options.log_bytes_max = 30000;
  CatchUp(NewMemoryStore(options));
}

TEST_CASE("law 10: the same in a file") {
  TemporaryDirectory directory;
  StoreOptions options;
  options.log_bytes_max = 30000;
  auto store = OpenSqliteStore(directory.File("week.db"), options);
  REQUIRE(store.ok());
  CatchUp(std::move(*store));
}

}  // namespace cartwheel
