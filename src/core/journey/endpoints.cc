#include "core/journey/endpoints.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/identity.h"
#include "core/journey/revoke.h"
#include "core/model/address.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// Null: all that there may be are live.
Endpoint* FindOrAddEndpoint(Customer& customer, std::string_view channel, std::string_view address, uint64_t key) {
  if (Endpoint* known = FindEndpoint(customer, key); known != nullptr) return known;
  auto& endpoints = customer.endpoints;
  if (endpoints.size() >= kEndpointsMax) {
    auto longest = std::min_element(endpoints.begin(), endpoints.end(), [](const Endpoint& a, const Endpoint& b) {
      return a.live() != b.live() ? !a.live() : a.removed_at_ms < b.removed_at_ms;
    });
    if (longest->live()) return nullptr;
    endpoints.erase(longest);
  }
  if (IsNobody(customer)) address = {};
  return &endpoints.emplace_back(
      Endpoint{.channel = std::string(channel), .address = std::string(address), .key = key});
}

// Whether an address there is that of a device, whose own consents bind it.
bool IsOfDevice(std::string_view channel) {
  const auto medium = MediumOfChannel(channel);
  return medium && IsPush(*medium);
}

void SortByRegistration(Customer& customer) {
  std::stable_sort(customer.endpoints.begin(), customer.endpoints.end(),
                   [](const Endpoint& a, const Endpoint& b) { return a.added_at_ms < b.added_at_ms; });
}

bool IsLive(const Customer& customer, uint64_t address) {
  return std::any_of(customer.endpoints.begin(), customer.endpoints.end(),
                     [&](const Endpoint& endpoint) { return endpoint.live() && endpoint.key == address; });
}

// Revokes what waits for an address that is no live endpoint, and what goes by the customer's id to `by_id_channel`:
// the shop may look up the very address there. An empty channel: nothing that goes by the id.
absl::Status RevokeForLost(Customer& customer, std::string_view by_id_channel, Reason reason,
                           const FoldContext& context, Effects& effects) {
  return RevokeWhere(
      customer,
      [&](const Enrolment&, const OpenMessage& message, const SendStep& step) {
        if (message.address == 0) return step.via[message.via] == by_id_channel;
        return !IsLive(customer, message.address);
      },
      reason, context, effects);
}

// What names the address that was told.
uint64_t KeyOf(std::string_view channel, std::string_view address, const FoldContext& context) {
  return EndpointFingerprint(context.options.hash_key, channel, address);
}

}  // namespace

const Endpoint* FindEndpoint(const Customer& customer, uint64_t key) {
  for (const Endpoint& endpoint : customer.endpoints)
    if (endpoint.key == key) return &endpoint;
  return nullptr;
}

Endpoint* FindEndpoint(Customer& customer, uint64_t key) {
  return const_cast<Endpoint*>(FindEndpoint(std::as_const(customer), key));
}

void AddEndpoint(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  const std::string_view channel = event.Text("channel"), address = event.Text("address");
  if (channel.empty() || address.empty()) return;  // the ingest said so
  Endpoint* endpoint = FindOrAddEndpoint(customer, channel, address, KeyOf(channel, address, context));
  if (endpoint == nullptr) {
    effects.refusal = Refusal{Reason::kEndpointsMax,
                              fmt::format("endpoints_max: the customer already has {} endpoints", kEndpointsMax)};
    return;
  }
  const bool newest = event.at_ms >= endpoint->added_at_ms;
  // As it was told last; of one that was told without a customer it is not known yet.
  if (newest || endpoint->address.empty()) endpoint->address = address;
  if (IsOfDevice(channel) && !customer.anonymous && !event.anonymous_id.empty() && newest)
    endpoint->device = DeviceFingerprint(event.anonymous_id);
  // At no known time it may be older than the removal that is known.
  if (!event.undated || endpoint->removed_at_ms == 0)
    endpoint->added_at_ms = std::max(endpoint->added_at_ms, event.at_ms);
  SortByRegistration(customer);
}

absl::Status RemoveEndpoint(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                            const FoldContext& context, Effects& effects) {
  if (channel.empty() || address.empty()) return absl::OkStatus();
  Endpoint* endpoint = FindOrAddEndpoint(customer, channel, address, KeyOf(channel, address, context));
  if (endpoint == nullptr) return absl::OkStatus();  // as many addresses as there may be live, and this is none of them
  const bool was_live = endpoint->live();
  endpoint->removed_at_ms = std::max(endpoint->removed_at_ms, at_ms);
  if (!was_live || endpoint->live()) return absl::OkStatus();
  return RevokeForLost(customer, channel, Reason::kEndpointRemoved, context, effects);
}

absl::Status LoseEndpoint(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                          const FoldContext& context, Effects& effects) {
  if (channel.empty() || address.empty()) return absl::OkStatus();
  Endpoint* endpoint = FindOrAddEndpoint(customer, channel, address, KeyOf(channel, address, context));
  if (endpoint == nullptr) return absl::OkStatus();
  const bool was_live = endpoint->live();
  if (endpoint->added_at_ms <= at_ms) endpoint->added_at_ms = 0;
  endpoint->removed_at_ms = std::max(endpoint->removed_at_ms, at_ms - 1);
  if (!was_live || endpoint->live()) return absl::OkStatus();
  return RevokeForLost(customer, channel, Reason::kEndpointTaken, context, effects);
}

absl::Status EndGoneEndpoint(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                             int64_t gone_at_ms, const FoldContext& context, Effects& effects) {
  Endpoint* endpoint = FindEndpoint(customer, KeyOf(channel, address, context));
  if (endpoint != nullptr && gone_at_ms != 0 && endpoint->live() && endpoint->added_at_ms > gone_at_ms)
    return absl::OkStatus();
  if (endpoint != nullptr) endpoint->removed_at_ms = std::max({endpoint->removed_at_ms, endpoint->added_at_ms, at_ms});
  return RevokeForLost(customer, channel, Reason::kGone, context, effects);
}

absl::Status MergeEndpoints(Customer& customer, const Customer& device, const FoldContext& context, Effects& effects) {
  for (const Endpoint& theirs : device.endpoints) {
    Endpoint* ours = FindOrAddEndpoint(customer, theirs.channel, theirs.address, theirs.key);
    if (ours == nullptr) continue;
    const bool newest = theirs.added_at_ms > ours->added_at_ms;  // of the device that registered it last
    ours->added_at_ms = std::max(ours->added_at_ms, theirs.added_at_ms);
    ours->removed_at_ms = std::max(ours->removed_at_ms, theirs.removed_at_ms);
    if (ours->address.empty()) ours->address = theirs.address;
    if (newest && theirs.device != 0)
      ours->device = theirs.device;
    else if (newest && device.anonymous && IsOfDevice(theirs.channel))
      ours->device = DeviceFingerprint(device.id);
  }
  SortByRegistration(customer);
  return RevokeForLost(customer, {}, Reason::kEndpointRemoved, context, effects);
}

absl::Status ForgetEndpointsBefore(Customer& customer, int64_t erased_at_ms, const FoldContext& context,
                                   Effects& effects) {
  for (Endpoint& endpoint : customer.endpoints)
    if (endpoint.added_at_ms <= erased_at_ms) endpoint.added_at_ms = 0;
  std::erase_if(customer.endpoints, [&](const Endpoint& endpoint) {
    return endpoint.added_at_ms == 0 && endpoint.removed_at_ms <= erased_at_ms;
  });
  return RevokeForLost(customer, {}, Reason::kErased, context, effects);
}

}  // namespace cartwheel
