// What the cases that every store must pass share: each store in turn, and short ways to change and to look at one.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/status.h"
#include "tests/unit/store/store_factories.h"

namespace cartwheel {

using Ints = std::vector<int64_t>;
using Find = OutboxQuery::Find;

inline constexpr LeaseTime kNow{.boot = 7, .monotonic_ms = 1'000};
inline constexpr LeaseTime kEnd{.boot = 7, .monotonic_ms = 2'000};

inline void ForEachStore(const StoreOptions& options, const std::function<void(Store&)>& body) {
  for (const StoreFactory& factory : StoreFactories()) {
    INFO("store: " << factory.name);
    TemporaryDirectory directory;
    std::unique_ptr<Store> store = factory.open(directory, options);
    body(*store);
  }
}
inline void ForEachStore(const std::function<void(Store&)>& body) { ForEachStore(StoreOptions{}, body); }

template <typename T>
T Get(absl::StatusOr<T> result) {
  INFO(result.status().ToString());
  REQUIRE(result.ok());
  return *std::move(result);
}
inline void Ok(const absl::Status& status) {
  INFO(status.ToString());
  REQUIRE(status.ok());
}

inline int64_t TakeEpoch(Store& store) { return Get(store.TakeLease(1, kNow, kEnd)).epoch; }

inline FoldWrite WriteAt(int64_t epoch, int64_t cursor = 0) {
  FoldWrite write;
  write.epoch = epoch;
  write.lease_end = kEnd;
  write.cursor = cursor;
  return write;
}

inline std::vector<AlarmEntry> AlarmsOf(Store& store, int64_t from_hour, int64_t before_hour) {
  std::vector<AlarmEntry> alarms;
  Ok(store.Alarms(from_hour, before_hour, [&](const AlarmEntry& alarm) { alarms.push_back(alarm); }));
  return alarms;
}

// One UpdateOutbox that only looks.
inline std::vector<MessageRow> Look(Store& store, OutboxQuery query) {
  std::vector<MessageRow> found;
  if (query.limit == 0) query.limit = 100;
  Ok(store.UpdateOutbox(query, [&](const OutboxView& view) -> absl::StatusOr<OutboxWrite> {
    found = view.messages;
    return OutboxWrite{};
  }));
  return found;
}

inline void Change(Store& store, const Ints& ids, const std::function<void(MessageRow&, int64_t token)>& change) {
  Ok(store.UpdateOutbox(OutboxQuery{.find = Find::kIds, .ids = ids},
                        [&](const OutboxView& view) -> absl::StatusOr<OutboxWrite> {
                          OutboxWrite write;
                          write.updates = view.messages;
                          for (MessageRow& message : write.updates) change(message, view.next_token);
                          return write;
                        }));
}

inline void Claim(Store& store, const Ints& ids, LeaseTime lease) {
  Change(store, ids, [&](MessageRow& message, int64_t token) {
    message.state = MessageState::kClaimed;
    message.token = token;
    message.lease = lease;
    ++message.attempts;
  });
}

}  // namespace cartwheel
