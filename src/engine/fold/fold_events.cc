// Events of the log, in the order in which they came.
#include <algorithm>

#include "base/compress.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/consent_ledger.h"
#include "core/journey/dedupe.h"
#include "core/journey/merge.h"
#include "core/model/customer_row.h"
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
  // A receipt goes to the owner of the message; when the owner was merged since, to the customer its name leads to.
  CachedCustomer* cached = input.concerned.owner == 0 ? nullptr : customer_cache_.ByRow(input.concerned.owner);
  if (cached == nullptr || cached->removed) cached = customer_cache_.ByKey(input.concerned.key);
  if (cached == nullptr) {
    if (receipt) return absl::OkStatus();  // its customer is no longer known
    cached = &customer_cache_.Create(next_.next_customer++, input.concerned.key, who, event.customer.empty());
    effects_.Count({.metric = Metric::kCustomers});
  }
  if (cached->broken || quarantined_.contains(input.position) || quarantined_.contains(-cached->customer.row)) {
    ++counts_.refused;
    Refuse(Reason::kQuarantined, "the customer's row is damaged or cannot take this event", input.position, who,
           event.id);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(EnsurePlaybooks(*cached));
  if (event.type == EventType::kMessageOpened || event.type == EventType::kMessageClicked)
    RETURN_IF_ERROR(EnsurePlaybooksOfSent(*cached));
  FoldContext context = Context(input.ingested_at_ms);
  context.position = input.position;
  bool joins = cached->customer.erased_at_ms == 0 || event.at_ms > cached->customer.erased_at_ms;
  const OtherKeys role = joins ? input.concerned.role : OtherKeys::kNone;
  const bool changes_others_first = role == OtherKeys::kTaken || role == OtherKeys::kGiven;
  if (!changes_others_first || !IsDuplicate(cached->customer, event, context)) {
    if (role == OtherKeys::kTaken) RETURN_IF_ERROR(TakeEndpoint(input, *cached));
    if (role == OtherKeys::kGiven) RETURN_IF_ERROR(Identify(input, *cached));
  }
  RETURN_IF_ERROR(ApplyEvent(cached->customer, event, context, effects_));
  if (std::exchange(effects_.duplicate, false)) {
    ++counts_.duplicates;
    Refuse(Reason::kDuplicate, "an event of this id was folded before", input.position, who, event.id);
    return absl::OkStatus();
  }
  customer_cache_.Change(*cached);
  if (role == OtherKeys::kExited && !effects_.refusal) RETURN_IF_ERROR(ExitDevice(input, *cached));
  if (joins && event.type == EventType::kErase) ForgetTraces(*cached, input.position);
  Keep(*cached);
  if (effects_.refusal) {
    ++counts_.refused;
    const bool forgotten = effects_.refusal->reason == Reason::kErased;  // its customer is not to be named again
    Refuse(effects_.refusal->reason, effects_.refusal->message, input.position, forgotten ? "" : who,
           forgotten ? "" : event.id);
    effects_.refusal.reset();
    if (!forgotten) NoteWarnings(input, who);
  } else {
    NoteWarnings(input, who);
  }
  for (const Refusal& notice : std::exchange(effects_.notices, {}))
    Refuse(notice.reason, notice.message, input.position, who, event.id);
  // The row itself is measured only when what it was given comes near the bound.
  cached->row_bytes_max += event.properties.size() + kEventOverhead;
  if (cached->row_bytes_max <= kCustomerBytesMax) return absl::OkStatus();
  cached->row_bytes_max = EncodeCustomer(cached->customer).size();
  return cached->row_bytes_max <= kCustomerBytesMax ? absl::OkStatus() : absl::InternalError("customer_bytes_max");
}

// A purchase that names a customer and the device it was made on exits the walks of both; they stay two. A device that
// is not known yet gets a row, since what it did before the purchase may arrive after it.
absl::Status Fold::ExitDevice(const Input& input, CachedCustomer& cached) {
  for (const std::string& key : input.concerned.others) {
    CachedCustomer* device = customer_cache_.ByKey(key);
    if (device == &cached) continue;
    if (device == nullptr) {
      device = &customer_cache_.Create(next_.next_customer++, key, input.event.anonymous_id, true);
      effects_.Count({.metric = Metric::kCustomers});
    }
    if (device->broken) continue;
    RETURN_IF_ERROR(EnsurePlaybooks(*device));
    customer_cache_.Change(*device);
    RETURN_IF_ERROR(ApplyExit(device->customer, input.event, Context(input.ingested_at_ms), effects_));
    Keep(*device);
  }
  return absl::OkStatus();
}

// The device (or the previous id) belongs to this customer from now on. An anonymous one is merged with all it knew;
// one that already belongs to another customer keeps its past there.
absl::Status Fold::Identify(const Input& input, CachedCustomer& cached) {
  for (const std::string& key : input.concerned.others) {
    CachedCustomer* device = customer_cache_.ByKey(key);
    if (device == &cached) continue;
    if (device != nullptr && device->broken) return absl::InternalError("the device's row is damaged");
    if (device != nullptr && (device->customer.anonymous || key == CustomerKey(device->customer.id))) {
      RETURN_IF_ERROR(MergeInto(cached, *device));
      continue;
    }
    if (device != nullptr) {
      ForgetName(device->customer, key);
      customer_cache_.Change(*device);
    }
    AddName(cached.customer, key);
    customer_cache_.Point(key, cached.customer.row);
  }
  return absl::OkStatus();
}

absl::Status Fold::MergeInto(CachedCustomer& cached, CachedCustomer& device) {
  RETURN_IF_ERROR(EnsurePlaybooks(device));
  int64_t row = cached.customer.row;
  for (const std::string& name : device.customer.names) customer_cache_.Point(name, row);
  for (const Endpoint& endpoint : device.customer.endpoints)  // one that is not live may be another customer's by now
    if (endpoint.live()) customer_cache_.Point(EndpointKey(endpoint.channel, endpoint.address), row);
  const int64_t erased_at_ms = cached.customer.erased_at_ms;
  const bool trail_stays = erased_at_ms == 0 || device.customer.first_seen_at_ms > erased_at_ms;
  std::vector<int64_t> moved;
  RETURN_IF_ERROR(Merge(cached.customer, device.customer, Context(round_->now_ms), effects_, moved));
  Keep(cached);
  if (trail_stays) cached.decisions.insert(cached.decisions.begin(), device.decisions.begin(), device.decisions.end());
  LinkDecisions(cached, trail_stays ? device.customer.last_decision : 0);
  for (int64_t message : moved) write_.moves.push_back({message, row});
  for (MessageRow& message : effects_.messages)
    if (message.customer == device.customer.row) message.customer = row;
  if (erased_at_ms != 0)
    write_.consent_changes.push_back({.customer = device.customer.row,
                                      .proof = ProofOf(fold_options_.hash_key, cached.customer.names.front()),
                                      .through_at_ms = erased_at_ms});
  write_.consent_changes.push_back({.customer = device.customer.row, .to = row});
  device.removed = true;
  customer_cache_.Change(device);
  return absl::OkStatus();
}

// What the fold knows of an erased customer beyond the row.
void Fold::ForgetTraces(CachedCustomer& cached, int64_t position) {
  write_.consent_changes.push_back({.customer = cached.customer.row,
                                    .proof = ProofOf(fold_options_.hash_key, cached.customer.names.front()),
                                    .through_position = position});
  cached.decisions.clear();
  for (const std::string& name : cached.customer.names) {
    std::string id = name.substr(1);
    for (RefusedRow& refused : write_.refused) {
      if (refused.customer != id) continue;
      refused.customer.clear();
      refused.event_id.clear();
    }
    for (WarningRow& warning : write_.warnings) {
      if (warning.customer != id) continue;
      warning.customer.clear();
      warning.event_id.clear();
      warning.value.clear();
    }
    write_.forgotten.push_back(std::move(id));
  }
}

// An address belongs to the customer who registered it last, by the time of the registration: one that is heard of late
// does not take it back.
absl::Status Fold::TakeEndpoint(const Input& input, CachedCustomer& cached) {
  const std::string& key = input.concerned.others.front();
  CachedCustomer* owner = customer_cache_.ByKey(key);
  if (owner == &cached) return absl::OkStatus();
  const std::string_view channel = input.event.Text("channel"), address = input.event.Text("address");
  if (owner != nullptr && !owner->broken) {
    if (const int64_t since_ms = LatestWordOn(owner->customer, channel, address); since_ms > input.event.at_ms)
      return ApplyEndpointTaken(cached.customer, channel, address, since_ms, Context(input.ingested_at_ms), effects_);
    RETURN_IF_ERROR(EnsurePlaybooks(*owner));
    RETURN_IF_ERROR(ApplyEndpointTaken(owner->customer, channel, address, input.event.at_ms,
                                       Context(input.ingested_at_ms), effects_));
    Keep(*owner);
    customer_cache_.Change(*owner);
  }
  customer_cache_.Point(key, cached.customer.row);
  return absl::OkStatus();
}

}  // namespace cartwheel
