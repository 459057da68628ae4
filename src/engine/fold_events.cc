// Events of the log, in the order in which they came.
#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/identity.h"
#include "engine/fold.h"
#include "engine/log_codec.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// An error of the input or of one customer's row: the input is quarantined, the rest goes on. Any other error is the store's.
bool IsOneInputsFault(const absl::Status& status) { return absl::IsInternal(status); }

std::string KeyOf(const Event& event) {
  return event.customer.empty() ? AnonymousKey(event.anonymous_id) : CustomerKey(event.customer);
}

std::vector<std::string> OtherKeys(const Event& event) {
  auto text = [&](std::string_view key) {
    Value value = event.Get(key);
    return value.is_string() ? value.text() : std::string_view();
  };
  switch (event.type) {
    case EventType::kIdentify:
      if (event.customer.empty() || event.anonymous_id.empty()) return {};
      return {AnonymousKey(event.anonymous_id)};
    case EventType::kAlias:
      return {AnonymousKey(text("previous_id")), CustomerKey(text("previous_id"))};
    case EventType::kEndpointAdded:
      return {EndpointKey(text("channel"), text("address"))};
    default:
      return {};
  }
}

void ForgetName(Customer& customer, const std::string& name) { std::erase(customer.names, name); }

void AddName(Customer& customer, const std::string& name) {
  if (std::find(customer.names.begin(), customer.names.end(), name) != customer.names.end()) return;
  if (customer.names.size() >= kNamesMax) customer.names.erase(customer.names.begin() + 1);
  customer.names.push_back(name);
}

}  // namespace

absl::Status Fold::FoldEvents(int64_t limit, int64_t& done, AdvanceResult& result) {
  ASSIGN_OR_RETURN(std::vector<LogRow> rows, store_->ReadLog(state_->cursor, round_->head, limit));
  if (rows.empty())
    return absl::DataLossError(fmt::format("the log ends before event {}, its head", round_->head));
  std::vector<std::string> buffers;
  buffers.reserve(rows.size());
  std::vector<Input> inputs;
  int64_t last = state_->cursor;
  for (const LogRow& row : rows) {
    ASSIGN_OR_RETURN(std::string events, UnpackLog(row.data));
    buffers.push_back(std::move(events));
    EventCursor cursor(buffers.back());
    int64_t until = std::min(row.last, round_->head);
    for (int64_t position = row.first(); position <= until && done < limit; ++position) {
      Event event;
      if (!cursor.Next(&event)) return absl::DataLossError(fmt::format("event {} of the log is damaged", position));
      if (position <= state_->cursor) continue;
      inputs.push_back({event, position, row.ingested_at_ms, KeyOf(event), OtherKeys(event)});
      last = position;
      ++done;
    }
  }
  while (true) {
    Begin();
    next_.cursor = last;
    absl::Status status = FoldInputs(inputs, result);
    if (!IsOneInputsFault(status)) return status;
  }
}

// Internal: one more input was quarantined, and everything must be folded again without it.
absl::Status Fold::FoldInputs(const std::vector<Input>& inputs, AdvanceResult& result) {
  std::vector<std::string_view> keys;
  keys.reserve(inputs.size());
  for (const Input& input : inputs) {
    keys.push_back(input.key);
    keys.insert(keys.end(), input.others.begin(), input.others.end());
  }
  RETURN_IF_ERROR(cast_.Summon(keys));
  for (const Input& input : inputs) {
    absl::Status status = FoldOne(input, counts_);
    if (status.ok()) continue;
    if (IsOneInputsFault(status)) {
      quarantined_.insert(input.position);
      cast_.Forget();
    }
    return status;
  }
  std::vector<int64_t> oversize;
  RETURN_IF_ERROR(Commit(result, oversize));
  if (oversize.empty()) {
    quarantined_.clear();
    return absl::OkStatus();
  }
  for (const Input& input : inputs) {
    Member* member = cast_.ByKey(input.key);
    if (member != nullptr && std::find(oversize.begin(), oversize.end(), member->customer.row) != oversize.end())
      quarantined_.insert(input.position);
  }
  cast_.Forget();
  return absl::InternalError("customer_bytes_max");
}

absl::Status Fold::FoldOne(const Input& input, AdvanceResult& counts) {
  const Event& event = input.event;
  bool receipt = event.type == EventType::kReceipt;
  std::string_view who = event.customer.empty() ? event.anonymous_id : event.customer;
  if (!receipt) ++counts.events;
  if (quarantined_.contains(input.position)) {
    ++counts.refused;
    Refuse("quarantined", "the customer's row cannot take this event", input.position, who, event.id);
    return absl::OkStatus();
  }
  Member* member = cast_.ByKey(input.key);
  if (member == nullptr) {
    if (receipt) return absl::OkStatus();  // of somebody who is no longer known
    member = &cast_.Create(next_.next_customer++, input.key, who, event.customer.empty());
    effects_.Count("customers");
  }
  if (member->broken) return absl::InternalError("the customer's row is damaged");
  RETURN_IF_ERROR(NeedPlaybooks(*member));
  StepContext context = Context(input.ingested_at_ms);
  if (IsDuplicate(member->customer, event, context)) {
    ++counts.duplicates;
    Refuse("duplicate", "an event of this id was folded before", input.position, who, event.id);
    return absl::OkStatus();
  }
  cast_.Change(*member);
  if (event.type == EventType::kEndpointAdded) RETURN_IF_ERROR(TakeEndpoint(input, *member));
  else if (!input.others.empty()) RETURN_IF_ERROR(Identify(input, *member));
  RETURN_IF_ERROR(StepEvent(member->customer, event, context, effects_));
  Keep(*member);
  if (effects_.refusal) {
    ++counts.refused;
    Refuse(effects_.refusal->code, effects_.refusal->message, input.position, who, event.id);
    effects_.refusal.reset();
  }
  return absl::OkStatus();
}

// The device (or the previous id) belongs to this customer from now on. An anonymous one is merged with all it knew; one that already belongs
// to another customer keeps its past there.
absl::Status Fold::Identify(const Input& input, Member& member) {
  for (const std::string& key : input.others) {
    Member* device = cast_.ByKey(key);
    if (device == &member) continue;
    if (device != nullptr && (device->customer.anonymous || key == CustomerKey(device->customer.id))) {
      if (device->broken) return absl::InternalError("the device's row is damaged");
      RETURN_IF_ERROR(MergeInto(member, *device));
      continue;
    }
    if (device != nullptr) {
      ForgetName(device->customer, key);
      cast_.Change(*device);
    }
    AddName(member.customer, key);
    cast_.Point(key, member.customer.row);
  }
  return absl::OkStatus();
}

absl::Status Fold::MergeInto(Member& member, Member& device) {
  RETURN_IF_ERROR(NeedPlaybooks(device));
  int64_t row = member.customer.row;
  for (const std::string& name : device.customer.names) cast_.Point(name, row);
  for (const Endpoint& endpoint : device.customer.endpoints)
    cast_.Point(EndpointKey(endpoint.channel, endpoint.address), row);
  int64_t trail = device.customer.last_decision;
  std::vector<int64_t> moved;
  RETURN_IF_ERROR(Merge(member.customer, device.customer, Context(round_->now_ms), effects_, moved));
  Keep(member);
  member.decisions.insert(member.decisions.begin(), device.decisions.begin(), device.decisions.end());
  LinkDecisions(member, trail);
  for (int64_t message : moved) write_.moves.push_back({message, row});
  for (MessageRow& message : effects_.messages)
    if (message.customer == device.customer.row) message.customer = row;
  device.removed = true;
  cast_.Change(device);
  return absl::OkStatus();
}

absl::Status Fold::TakeEndpoint(const Input& input, Member& member) {
  const std::string& key = input.others.front();
  Member* owner = cast_.ByKey(key);
  if (owner == &member) return absl::OkStatus();
  if (owner != nullptr && !owner->broken) {
    RETURN_IF_ERROR(NeedPlaybooks(*owner));
    RETURN_IF_ERROR(StepEndpointTaken(owner->customer, input.event.Get("channel").text(),
                                      input.event.Get("address").text(), Context(input.ingested_at_ms), effects_));
    Keep(*owner);
    cast_.Change(*owner);
  }
  cast_.Point(key, member.customer.row);
  return absl::OkStatus();
}

}  // namespace cartwheel
