// Events of the log, in the order in which they came.
#include <algorithm>

#include "base/compress.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/merge.h"
#include "engine/fold/fold.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// what an event may add to a row beyond its properties: an enrolment, a fingerprint
constexpr size_t kEventOverhead = 256;

// As refusals name it. A withdrawal may name an address only.
std::string_view WhoOf(const Event& event) {
  if (!event.customer.empty()) return event.customer;
  return event.anonymous_id.empty() ? event.Text("address") : event.anonymous_id;
}

void ForgetName(Customer& customer, const std::string& name) { std::erase(customer.names, name); }

void AddName(Customer& customer, const std::string& name) {
  if (std::find(customer.names.begin(), customer.names.end(), name) != customer.names.end()) return;
  if (customer.names.size() >= kNamesMax) customer.names.erase(customer.names.begin() + 1);
  customer.names.push_back(name);
}

// When the customer registered an address, or gave it up, for the last time; 0: never.
int64_t LatestWordOn(const Customer& customer, std::string_view channel, std::string_view address) {
  for (const Endpoint& endpoint : customer.endpoints)
    if (endpoint.channel == channel && endpoint.address == address)
      return std::max(endpoint.added_at_ms, endpoint.removed_at_ms);
  return 0;
}

bool Merges(const Event& event) { return event.type == EventType::kIdentify || event.type == EventType::kAlias; }

}  // namespace

// Internal: an input was quarantined, and the transaction must be done again.
absl::Status Fold::FoldInputs() {
  for (const Input& input : inputs_) {
    absl::Status status = FoldOne(input);
    if (absl::IsInternal(status)) quarantined_.insert(input.position);
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

absl::Status Fold::FoldOne(const Input& input) {
  const Event& event = input.event;
  bool receipt = event.type == EventType::kReceipt;
  const std::string_view who = WhoOf(event);
  if (!receipt) ++counts_.events;
  // A receipt goes to whoever has the message; when that one was merged into another since, by the name that led to it.
  Member* member = input.owner == 0 ? nullptr : cast_.ByRow(input.owner);
  if (member == nullptr || member->removed) member = cast_.ByKey(input.key);
  if (member == nullptr) {
    if (receipt) return absl::OkStatus();  // of somebody who is no longer known
    member = &cast_.Create(next_.next_customer++, input.key, who, event.customer.empty());
    effects_.Count("customers");
  }
  if (member->broken || quarantined_.contains(input.position) || quarantined_.contains(-member->customer.row)) {
    ++counts_.refused;
    Refuse("quarantined", "the customer's row is damaged or cannot take this event", input.position, who, event.id);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(NeedPlaybooks(*member));
  if (event.type == EventType::kMessageOpened || event.type == EventType::kMessageClicked)
    RETURN_IF_ERROR(NeedPlaybooksOfSent(*member));
  StepContext context = Context(input.ingested_at_ms);
  context.position = input.position;
  if (IsDuplicate(member->customer, event, context)) {
    ++counts_.duplicates;
    Refuse("duplicate", "an event of this id was folded before", input.position, who, event.id);
    return absl::OkStatus();
  }
  cast_.Change(*member);
  bool joins = member->customer.erased_at_ms == 0 || event.at_ms > member->customer.erased_at_ms;
  if (joins && event.type == EventType::kEndpointAdded && !input.others.empty())
    RETURN_IF_ERROR(TakeEndpoint(input, *member));
  else if (joins && Merges(event))
    RETURN_IF_ERROR(Identify(input, *member));
  RETURN_IF_ERROR(StepEvent(member->customer, event, context, effects_));
  if (joins && StopsDeviceToo(event) && !effects_.refusal) RETURN_IF_ERROR(StopDevice(input, *member));
  if (joins && event.type == EventType::kErase) ForgetTraces(*member);
  Keep(*member);
  if (effects_.refusal) {
    ++counts_.refused;
    const bool forgotten = effects_.refusal->code == "erased";  // whoever it was of is not to be named again
    Refuse(effects_.refusal->code, effects_.refusal->message, input.position, forgotten ? "" : who,
           forgotten ? "" : event.id);
    effects_.refusal.reset();
    if (!forgotten) NoteWarnings(input, who);
  } else {
    NoteWarnings(input, who);
  }
  for (const Refusal& notice : std::exchange(effects_.notices, {}))
    Refuse(notice.code, notice.message, input.position, who, event.id);
  // The row itself is measured only when what it was given comes near the bound.
  member->row_bytes_max += event.properties.size() + kEventOverhead;
  if (member->row_bytes_max <= kCustomerBytesMax) return absl::OkStatus();
  member->row_bytes_max = EncodeCustomer(member->customer).size();
  return member->row_bytes_max <= kCustomerBytesMax ? absl::OkStatus() : absl::InternalError("customer_bytes_max");
}

// A purchase that names a customer and the device it was made on stops both; they stay two. A device that is not known
// yet gets a row, since what it did before the purchase may arrive after it.
absl::Status Fold::StopDevice(const Input& input, Member& member) {
  for (const std::string& key : input.others) {
    Member* device = cast_.ByKey(key);
    if (device == &member) continue;
    if (device == nullptr) {
      device = &cast_.Create(next_.next_customer++, key, input.event.anonymous_id, true);
      effects_.Count("customers");
    }
    if (device->broken) continue;
    RETURN_IF_ERROR(NeedPlaybooks(*device));
    cast_.Change(*device);
    RETURN_IF_ERROR(StepStop(device->customer, input.event, Context(input.ingested_at_ms), effects_));
    Keep(*device);
  }
  return absl::OkStatus();
}

// The device (or the previous id) belongs to this customer from now on. An anonymous one is merged with all it knew;
// one that already belongs to another customer keeps its past there.
absl::Status Fold::Identify(const Input& input, Member& member) {
  for (const std::string& key : input.others) {
    Member* device = cast_.ByKey(key);
    if (device == &member) continue;
    if (device != nullptr && device->broken) return absl::InternalError("the device's row is damaged");
    if (device != nullptr && (device->customer.anonymous || key == CustomerKey(device->customer.id))) {
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
  for (const Endpoint& endpoint : device.customer.endpoints)  // one that is not live may be another customer's by now
    if (endpoint.live()) cast_.Point(EndpointKey(endpoint.channel, endpoint.address), row);
  const int64_t erased_at_ms = member.customer.erased_at_ms;
  const bool trail_stays = erased_at_ms == 0 || device.customer.first_seen_at_ms > erased_at_ms;
  std::vector<int64_t> moved;
  RETURN_IF_ERROR(Merge(member.customer, device.customer, Context(round_->now_ms), effects_, moved));
  Keep(member);
  if (trail_stays) member.decisions.insert(member.decisions.begin(), device.decisions.begin(), device.decisions.end());
  LinkDecisions(member, trail_stays ? device.customer.last_decision : 0);
  for (int64_t message : moved) write_.moves.push_back({message, row});
  for (MessageRow& message : effects_.messages)
    if (message.customer == device.customer.row) message.customer = row;
  device.removed = true;
  cast_.Change(device);
  return absl::OkStatus();
}

// What the fold knows of an erased customer beyond the row.
void Fold::ForgetTraces(Member& member) {
  member.decisions.clear();
  for (const std::string& name : member.customer.names) {
    std::string id = name.substr(1);
    for (RefusedRow& refused : write_.refused)
      if (refused.customer == id) refused.customer.clear(), refused.event_id.clear();
    for (WarningRow& warning : write_.warnings)
      if (warning.customer == id) warning.customer.clear(), warning.event_id.clear(), warning.value.clear();
    write_.forgotten.push_back(std::move(id));
  }
}

// An address belongs to the customer who registered it last, by the time of the registration: one that is heard of late
// does not take it back.
absl::Status Fold::TakeEndpoint(const Input& input, Member& member) {
  const std::string& key = input.others.front();
  Member* owner = cast_.ByKey(key);
  if (owner == &member) return absl::OkStatus();
  const std::string_view channel = input.event.Text("channel"), address = input.event.Text("address");
  if (owner != nullptr && !owner->broken) {
    if (const int64_t since_ms = LatestWordOn(owner->customer, channel, address); since_ms > input.event.at_ms)
      return StepEndpointTaken(member.customer, channel, address, since_ms, Context(input.ingested_at_ms), effects_);
    RETURN_IF_ERROR(NeedPlaybooks(*owner));
    RETURN_IF_ERROR(StepEndpointTaken(owner->customer, channel, address, input.event.at_ms,
                                      Context(input.ingested_at_ms), effects_));
    Keep(*owner);
    cast_.Change(*owner);
  }
  cast_.Point(key, member.customer.row);
  return absl::OkStatus();
}

}  // namespace cartwheel
