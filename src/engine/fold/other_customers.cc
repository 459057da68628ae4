#include "engine/fold/other_customers.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/codec.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/apply.h"
#include "core/journey/consent_ledger.h"
#include "core/journey/consents.h"
#include "core/journey/endpoints.h"
#include "core/journey/engagement.h"
#include "core/journey/identity.h"
#include "core/journey/merge.h"
#include "core/journey/suppressions.h"
#include "core/model/address.h"
#include "core/model/consent.h"
#include "core/model/receipt.h"
#include "engine/common/erased_names.h"
#include "engine/common/opt_outs.h"
#include "engine/fold/join.h"

namespace cartwheel {
namespace {

constexpr std::string_view kAddressChannels[] = {"sms", "kakao", "email"};  // of telephone numbers and mail addresses

void ForgetName(Customer& customer, const std::string& name) { std::erase(customer.names, name); }

void AddName(Customer& customer, const std::string& name) {
  if (std::find(customer.names.begin(), customer.names.end(), name) != customer.names.end()) return;
  if (customer.names.size() >= kNamesMax) customer.names.erase(customer.names.begin() + 1);
  customer.names.push_back(name);
}

// When the customer registered an address, or gave it up, for the last time; 0: never.
int64_t LatestWordOn(const Customer& customer, uint64_t address) {
  const Endpoint* endpoint = FindEndpoint(customer, address);
  return endpoint == nullptr ? 0 : std::max(endpoint->added_at_ms, endpoint->removed_at_ms);
}

// By what a customer is found in the log, and which rows became its own.
ErasureRow NamesToErase(const Customer& customer, int64_t erased_at_ms, const StepScope& scope) {
  const HashKey& hash_key = scope.options.hash_key;
  ErasureRow row{.customer = customer.row, .erased_at_ms = erased_at_ms, .filed_at_ms = scope.batch.round.now_ms};
  ByteWriter merged(&row.merged);
  for (const CustomerRow other : customer.merged_rows) merged.Signed(other.value());
  for (const std::string& name : customer.names) {
    if (IsEndpointKey(name)) continue;
    row.keys += IsErasedKey(name) ? name.substr(1) : ToBytes(NameDigest(hash_key, name));
  }
  // What is told of an address alone may name another channel than the one under which it was registered.
  for (const Endpoint& endpoint : customer.endpoints)
    for (const std::string_view channel :
         {std::string_view(endpoint.channel), kAddressChannels[0], kAddressChannels[1], kAddressChannels[2]})
      row.keys += ToBytes(AddressDigest(hash_key, channel, endpoint.address));
  return row;
}

// A customer who was erased, and of whom only a device had come back that is another's now, is not known again.
absl::Status ForgetNobody(CachedCustomer& cached, Effects& effects, const StepScope& scope) {
  Customer& customer = cached.customer;
  if (customer.erased_at_ms == 0 || !IsNobody(customer)) return absl::OkStatus();
  ErasureRow erasure = NamesToErase(customer, customer.erased_at_ms, scope);
  erasure.keys.clear();
  erasure.message_to = MessageId(scope.batch.state.next_message.value() - 1);
  erasure.trail = customer.last_decision;
  std::vector<Decision> decisions = std::exchange(effects.decisions, {});
  RETURN_IF_ERROR(scope.EnsurePlaybooks(customer));
  RETURN_IF_ERROR(Forget(customer, customer.erased_at_ms, scope.Context(scope.batch.round.now_ms), effects));
  effects.decisions = std::move(decisions);
  customer.erased_to = erasure.message_to;
  scope.batch.write.erasures.push_back(std::move(erasure));
  return absl::OkStatus();
}

absl::Status MergeInto(CachedCustomer& cached, CachedCustomer& device, Effects& effects, const StepScope& scope) {
  RETURN_IF_ERROR(scope.EnsurePlaybooks(device.customer));
  Batch& batch = scope.batch;
  const CustomerRow row = cached.customer.row;
  for (const std::string& name : device.customer.names) scope.customers.Point(name, row);
  scope.customers.Point(MergedRowKey(device.customer.row), row);
  for (const Endpoint& endpoint : device.customer.endpoints)  // one that is not live may be another customer's by now
    if (endpoint.live())
      scope.customers.Point(EndpointKey(scope.options.hash_key, endpoint.channel, endpoint.address), row);
  const int64_t erased_at_ms = cached.customer.erased_at_ms;
  const bool trail_stays = erased_at_ms == 0 || device.customer.first_seen_at_ms > erased_at_ms;
  if (erased_at_ms != 0) {
    ErasureRow& erasure = batch.write.erasures.emplace_back(NamesToErase(device.customer, erased_at_ms, scope));
    if (!trail_stays) erasure.trail = device.customer.last_decision;
  }
  std::vector<MessageId> moved;
  RETURN_IF_ERROR(Merge(cached.customer, device.customer, scope.Context(batch.round.now_ms), effects, moved));
  KeepDecisions(effects, cached);
  if (trail_stays) cached.decisions.insert(cached.decisions.begin(), device.decisions.begin(), device.decisions.end());
  LinkDecisions(cached, trail_stays ? device.customer.last_decision : DecisionLink(), batch.trail);
  for (MessageId message : moved) batch.write.moves.push_back({message, row});
  for (MessageRow& message : batch.write.messages)
    if (message.customer == device.customer.row) message.customer = row;
  if (erased_at_ms != 0)
    batch.write.consent_changes.push_back({.customer = device.customer.row,
                                           .proof = ProofOf(scope.options.hash_key, cached.customer.names.front()),
                                           .through_at_ms = erased_at_ms});
  batch.write.consent_changes.push_back({.customer = device.customer.row, .to = row});
  device.removed = true;
  scope.customers.Change(device);
  return absl::OkStatus();
}

}  // namespace

absl::Status GiveKeys(const Input& input, CachedCustomer& cached, Effects& effects, const StepScope& scope) {
  for (const std::string& key : input.concerned.others) {
    CachedCustomer* device = scope.customers.ByKey(key);
    if (device != nullptr && scope.customers.IsErased(key)) RestoreName(*device, key, input.event, scope);
    if (device == &cached) continue;
    if (device != nullptr && device->broken) return absl::InternalError("the device's row is damaged");
    if (device != nullptr && (device->customer.anonymous || key == device->customer.names.front())) {
      RETURN_IF_ERROR(MergeInto(cached, *device, effects, scope));
      continue;
    }
    if (device != nullptr) {
      RETURN_IF_ERROR(scope.EnsurePlaybooks(cached.customer));
      RETURN_IF_ERROR(AdoptDevice(cached.customer, device->customer, std::string_view(key).substr(1),
                                  scope.Context(input.ingested_at_ms), effects));
      ForgetName(device->customer, key);
      ForgetName(device->customer, ErasedKey(scope.options.hash_key, key));
      TakeId(device->customer);
      scope.customers.Change(*device);
      RETURN_IF_ERROR(ForgetNobody(*device, effects, scope));
    }
    AddName(cached.customer, key);
    scope.customers.Point(key, cached.customer.row);
  }
  return absl::OkStatus();
}

absl::Status TakeEndpoint(const Input& input, CachedCustomer& cached, Effects& effects, const StepScope& scope) {
  const std::string& key = input.concerned.others.front();
  CachedCustomer* owner = scope.customers.ByKey(key);
  if (owner == &cached) return absl::OkStatus();
  const std::string_view channel = input.event.Text("channel"), address = input.event.Text("address");
  const uint64_t fingerprint = EndpointFingerprint(scope.options.hash_key, channel, address);
  const FoldContext context = scope.Context(input.ingested_at_ms);
  if (owner != nullptr && !owner->broken) {
    if (const int64_t since_ms = LatestWordOn(owner->customer, fingerprint); since_ms > input.event.at_ms)
      return ApplyEndpointTaken(cached.customer, channel, address, since_ms, context, effects);
    AdoptSuppressions(cached.customer.suppressions, owner->customer.suppressions, fingerprint);
    AdoptAddressRefusals(cached.customer.consents, owner->customer.consents, fingerprint);
    RETURN_IF_ERROR(scope.EnsurePlaybooks(owner->customer));
    RETURN_IF_ERROR(scope.EnsurePlaybooksOfSent(owner->customer));
    AdoptSent(cached.customer, owner->customer, channel, context.playbooks);
    RETURN_IF_ERROR(ApplyEndpointTaken(owner->customer, channel, address, input.event.at_ms, context, effects));
    KeepDecisions(effects, *owner);
    scope.customers.Change(*owner);
  }
  scope.customers.Point(key, cached.customer.row);
  return absl::OkStatus();
}

absl::Status ExitDevice(const Input& input, const CachedCustomer& cached, Effects& effects, const StepScope& scope) {
  for (const std::string& key : input.concerned.others) {
    CachedCustomer* device = scope.customers.ByKey(key);
    if (device == &cached) continue;
    if (device == nullptr) device = &scope.MakeCustomer(key, input.event.anonymous_id, true);
    if (scope.customers.IsErased(key)) RestoreName(*device, key, input.event, scope);
    if (device->broken) continue;
    scope.customers.Change(*device);
    RETURN_IF_ERROR(scope.EnsurePlaybooks(device->customer));
    RETURN_IF_ERROR(ApplyExit(device->customer, input.event, scope.Context(input.ingested_at_ms), effects));
    KeepDecisions(effects, *device);
  }
  return absl::OkStatus();
}

absl::Status TellOwner(const Input& input, CachedCustomer& cached, Effects& effects, const StepScope& scope) {
  const std::string_view channel = input.event.Text("channel");
  const Digest address = AddressDigest(scope.options.hash_key, channel, input.event.Text("address"));
  CachedCustomer* owner = scope.customers.ByKey(input.concerned.others.front());
  // No customer registered it: the message went by the customer's id.
  if (owner == nullptr && FindEndpoint(std::as_const(cached.customer), EndpointFingerprint(address)) == nullptr)
    return absl::OkStatus();
  if (owner == nullptr) owner = &cached;
  if (owner->broken) return absl::OkStatus();
  RETURN_IF_ERROR(scope.EnsurePlaybooks(owner->customer));
  RETURN_IF_ERROR(
      SuppressGone(owner->customer, channel, address, input.event.at_ms, scope.Context(input.ingested_at_ms), effects));
  KeepDecisions(effects, *owner);
  scope.customers.Change(*owner);
  return absl::OkStatus();
}

void ForgetTraces(CachedCustomer& cached, const Input& input, const StepScope& scope) {
  FoldWrite& write = scope.batch.write;
  write.consent_changes.push_back({.customer = cached.customer.row,
                                   .proof = ProofOf(scope.options.hash_key, cached.customer.names.front()),
                                   .through_position = input.position});
  cached.decisions.clear();
  for (const std::string& name : cached.customer.names) {
    std::string id = name.substr(1);
    for (RefusedRow& refused : write.refused) {
      if (refused.customer != id) continue;
      refused.customer.clear();
      refused.event_id.clear();
    }
    for (WarningRow& warning : write.warnings) {
      if (warning.customer != id) continue;
      warning.customer.clear();
      warning.event_id.clear();
      warning.value.clear();
    }
    write.forgotten.push_back(std::move(id));
  }
  for (std::string& name : cached.customer.names) {
    if (IsEndpointKey(name) || IsErasedKey(name)) continue;
    scope.customers.EraseName(name, cached.customer.row);
    name = ErasedKey(scope.options.hash_key, name);
  }
  TakeId(cached.customer);
}

ErasureRow ErasureOf(const Customer& customer, const Input& input, const StepScope& scope) {
  ErasureRow row = NamesToErase(customer, input.event.at_ms, scope);
  row.through = input.position;
  row.message_to = MessageId(scope.batch.state.next_message.value() - 1);
  row.trail = customer.last_decision;
  return row;
}

ErasureRow LateErasureOf(const Customer& customer, const Input& input, const StepScope& scope) {
  ErasureRow row = NamesToErase(customer, customer.erased_at_ms, scope);
  row.message_to = customer.erased_to;
  if (const CustomerRow owner = ReceiptOwner(input.event)) row.customer = owner;
  return row;
}

void RestoreName(CachedCustomer& cached, const std::string& key, const Event& event, const StepScope& scope) {
  CustomerCache::Decode(cached);
  Customer& customer = cached.customer;
  if (cached.broken || event.at_ms <= customer.erased_at_ms) return;
  const std::string erased = ErasedKey(scope.options.hash_key, key);
  std::replace(customer.names.begin(), customer.names.end(), erased, key);
  // Of one that was known by a hash only it was not known.
  if (customer.names.front() == key) customer.anonymous = key.front() == kAnonymousSpace;
  TakeId(customer);
  scope.customers.RestoreName(key, customer.row);
  scope.customers.Change(cached);
}

}  // namespace cartwheel
