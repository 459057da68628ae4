#include "tests/unit/store/store_factories.h"

#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"

namespace cartwheel {
namespace {

std::unique_ptr<Store> OpenFile(const TemporaryDirectory& directory, const StoreOptions& options) {
  auto store = OpenSqliteStore(directory.File("shop.db"), options);
  INFO(store.status().ToString());
  REQUIRE(store.ok());
  return *std::move(store);
}

}  // namespace

const std::vector<StoreFactory>& StoreFactories() {
  static const std::vector<StoreFactory> factories = {
      {"memory", [](const TemporaryDirectory&, const StoreOptions& options) { return NewMemoryStore(options); }},
      {"sqlite", OpenFile},
      {"sqlite, scratch",
       [](const TemporaryDirectory& directory, const StoreOptions& options) {
         StoreOptions scratch = options;
         scratch.scratch = true;
         return OpenFile(directory, scratch);
       }},
  };
  return factories;
}

LogRow Batch(int64_t count, int64_t ingested_at_ms, std::string data) {
  return LogRow{.count = count, .ingested_at_ms = ingested_at_ms, .data = std::move(data)};
}

MessageRow Waiting(int64_t id, int64_t customer, const std::string& channel, int64_t not_before_ms) {
  MessageRow row;
  row.id = MessageId(id);
  row.customer = CustomerRow(customer);
  row.channel = channel;
  row.purpose = "cart";
  row.medium = "push";
  row.made_at_ms = not_before_ms - 1;
  row.expires_at_ms = not_before_ms + 1000;
  row.not_before_ms = not_before_ms;
  row.body = std::string("body\0of ", 8) + std::to_string(id);
  return row;
}

bool Same(const MessageRow& a, const MessageRow& b) {
  return a.id == b.id && a.customer == b.customer && a.message_class == b.message_class && a.channel == b.channel &&
         a.purpose == b.purpose && a.medium == b.medium && a.made_at_ms == b.made_at_ms &&
         a.expires_at_ms == b.expires_at_ms && a.body == b.body && a.state == b.state &&
         a.not_before_ms == b.not_before_ms && a.attempts == b.attempts && a.token == b.token &&
         a.first_handed_ms == b.first_handed_ms && a.idempotency_ms == b.idempotency_ms && a.revoked == b.revoked &&
         a.lease.boot == b.lease.boot && a.lease.monotonic_ms == b.lease.monotonic_ms &&
         a.settled_at_ms == b.settled_at_ms && a.reason == b.reason && a.reason_detail == b.reason_detail &&
         a.fresh_until_ms == b.fresh_until_ms && a.uncertain == b.uncertain && a.link == b.link;
}

std::vector<int64_t> Ids(const std::vector<MessageRow>& messages) {
  std::vector<int64_t> ids;
  for (const MessageRow& message : messages) ids.push_back(message.id.value());
  return ids;
}

}  // namespace cartwheel
