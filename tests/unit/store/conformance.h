// What the cases that every store must pass share: each store in turn, and short ways to change and to look at one.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/status.h"
#include "tests/unit/store/store_factories.h"

namespace cartwheel {

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

inline Epoch TakeEpoch(Store& store) { return Get(store.TakeLease(1, kNow, kEnd)).epoch; }

inline FoldWrite WriteAt(Epoch epoch, int64_t cursor = 0) {
  FoldWrite write;
  write.epoch = epoch;
  write.lease_end = kEnd;
  write.cursor = Position(cursor);
  return write;
}

inline std::vector<AlarmEntry> AlarmsOf(Store& store, int64_t from_hour, int64_t before_hour) {
  std::vector<AlarmEntry> alarms;
  Ok(store.Alarms(from_hour, before_hour, [&](const AlarmEntry& alarm) { alarms.push_back(alarm); }));
  return alarms;
}

// What a change of the outbox would see; nothing is changed.
inline OutboxView Look(Store& store, const OutboxPlan& plan) { return std::move(Get(store.BeginOutbox(plan))->view()); }

inline void Change(Store& store, const Ints& ids, const std::function<void(MessageRow&, ClaimToken token)>& change) {
  std::unique_ptr<OutboxChange> begun = Get(store.BeginOutbox({.ids = Typed<MessageId>(ids)}));
  OutboxWrite write;
  write.updates = std::move(begun->view().messages);
  for (MessageRow& message : write.updates) change(message, begun->view().next_token);
  Ok(begun->Commit(write));
}

inline void Claim(Store& store, const Ints& ids, LeaseTime lease) {
  Change(store, ids, [&](MessageRow& message, ClaimToken token) {
    message.state = MessageState::kClaimed;
    message.token = token;
    message.lease = lease;
    ++message.attempts;
  });
}

}  // namespace cartwheel
