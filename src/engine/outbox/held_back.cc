#include "engine/outbox/held_back.h"

#include <algorithm>
#include <utility>

#include "base/compress.h"
#include "base/status.h"
#include "core/message/settle.h"
#include "core/model/address.h"
#include "core/model/concerned_keys.h"
#include "core/model/event.h"
#include "core/model/receipt.h"
#include "engine/common/erased_names.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// The receipt of a message that its channel took, or may have taken, stops no other: to fold it revokes nothing.
bool BlocksNothing(const Event& event) {
  if (event.type != EventType::kReceipt) return false;
  const Reason outcome = ReadReceipt(event).outcome;
  return SaysArrived(outcome) || outcome == Reason::kMayHaveArrived;
}

template <typename Do>
absl::Status EachEvent(const LogRow& row, Do&& act) {
  std::string events;
  RETURN_IF_ERROR(Decompress(row.data, &events));
  EventCursor cursor(events);
  Event event;
  for (Position position = row.first(); cursor.Next(&event); ++position) act(position, event);
  if (cursor.ok()) return absl::OkStatus();
  return absl::DataLossError(fmt::format("the log row of event {} is damaged", row.last.value()));
}

}  // namespace

void HeldBack::NoteKnown(OutboxPlan::Ready& plan) const {
  plan.known_cursor = cursor_;
  plan.known_to = read_to_;
}

absl::Status HeldBack::Read(OutboxChange& change) {
  const OutboxView& view = change.view();
  if (std::exchange(cursor_, Position(-1)) != view.cursor) {
    read_to_ = view.cursor;
    customers_.clear();
  }
  std::vector<std::string> keys;
  std::vector<CustomerRow> owners;
  for (const LogRow& row : view.tail) {
    RETURN_IF_ERROR(EachEvent(row, [&, read_to = read_to_](Position position, const Event& event) {
      if (position <= read_to || BlocksNothing(event)) return;
      if (const CustomerRow owner = ReceiptOwner(event); owner) owners.push_back(owner);
      AppendNamedKeys(event, hash_key_, keys);
    }));
    read_to_ = row.last;
  }
  customers_.insert(owners.begin(), owners.end());
  for (const LogRow& row : view.erasing)
    RETURN_IF_ERROR(EachEvent(row, [&](Position, const Event& event) {
      if (event.type == EventType::kErase) AppendNamedKeys(event, hash_key_, keys);
    }));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  if (!keys.empty()) {
    ASSIGN_OR_RETURN(std::vector<CustomerRow> customers, change.Resolve(keys));
    customers_.insert(customers.begin(), customers.end());
    // A customer who was erased, and of whom only another name came back, has messages that a word on the erased name
    // may stop.
    std::vector<std::string> erased;
    for (size_t i = 0; i < keys.size(); ++i)
      if (!customers[i] && !IsEndpointKey(keys[i])) erased.push_back(ErasedKey(hash_key_, keys[i]));
    if (!erased.empty()) {
      ASSIGN_OR_RETURN(customers, change.Resolve(erased));
      customers_.insert(customers.begin(), customers.end());
    }
  }
  cursor_ = view.cursor;
  return absl::OkStatus();
}

}  // namespace cartwheel
