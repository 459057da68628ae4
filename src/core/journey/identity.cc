#include "core/journey/identity.h"

#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/exit.h"
#include "core/journey/revoke.h"
#include "core/journey/segments.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kOldest = 1;  // what was told at no known time gives way to everything else

// Null: all that there may be are live.
Endpoint* FindOrAddEndpoint(Customer& customer, std::string_view channel, std::string_view address) {
  auto& endpoints = customer.endpoints;
  for (Endpoint& endpoint : endpoints)
    if (endpoint.channel == channel && endpoint.address == address) return &endpoint;
  if (endpoints.size() >= kEndpointsMax) {
    auto longest = std::min_element(endpoints.begin(), endpoints.end(), [](const Endpoint& a, const Endpoint& b) {
      return a.live() != b.live() ? !a.live() : a.removed_at_ms < b.removed_at_ms;
    });
    if (longest->live()) return nullptr;
    endpoints.erase(longest);
  }
  return &endpoints.emplace_back(Endpoint{std::string(channel), std::string(address)});
}

}  // namespace

void SetAttributes(Customer& customer, const Event& event, Effects& effects) {
  StampedFields attributes = customer.attributes;
  Tell(attributes, event.properties, event.undated ? kOldest : event.at_ms);
  if (attributes.packed.size() > kAttributesBytesMax) {
    effects.refusal =
        Refusal{"attributes_bytes_max",
                fmt::format("attributes_bytes_max: the attributes would take {} bytes, at most {} are kept",
                            attributes.packed.size(), kAttributesBytesMax)};
    return;
  }
  customer.attributes = std::move(attributes);
}

void AddEndpoint(Customer& customer, const Event& event, Effects& effects) {
  const std::string_view channel = event.Text("channel"), address = event.Text("address");
  if (channel.empty() || address.empty()) return;  // the ingest said so
  Endpoint* endpoint = FindOrAddEndpoint(customer, channel, address);
  if (endpoint == nullptr) {
    effects.refusal =
        Refusal{"endpoints_max", fmt::format("endpoints_max: the customer already has {} endpoints", kEndpointsMax)};
    return;
  }
  if (const auto medium = MediumOfChannel(channel);
      medium && IsPush(*medium) && !customer.anonymous && !event.anonymous_id.empty())
    endpoint->device = DeviceFingerprint(event.anonymous_id);
  // At no known time it may be older than the removal that is known.
  if (!event.undated || endpoint->removed_at_ms == 0)
    endpoint->added_at_ms = std::max(endpoint->added_at_ms, event.at_ms);
  std::stable_sort(customer.endpoints.begin(), customer.endpoints.end(),
                   [](const Endpoint& a, const Endpoint& b) { return a.added_at_ms < b.added_at_ms; });
}

absl::Status RemoveEndpoint(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                            std::string_view reason, const FoldContext& context, Effects& effects) {
  if (channel.empty() || address.empty()) return absl::OkStatus();
  Endpoint* endpoint = FindOrAddEndpoint(customer, channel, address);
  if (endpoint == nullptr) return absl::OkStatus();  // as many addresses as there may be live, and this is none of them
  const bool was_live = endpoint->live();
  endpoint->removed_at_ms = std::max(endpoint->removed_at_ms, at_ms);
  if (!was_live || endpoint->live()) return absl::OkStatus();
  return RevokeForChannel(customer, channel, reason, false, context, effects);
}

absl::Status Erase(Customer& customer, int64_t at_ms, const FoldContext& context, Effects& effects) {
  RETURN_IF_ERROR(EndAll(customer, "erased", context, effects));
  LeaveSegments(customer, context, effects);
  Customer blank;
  blank.row = customer.row;
  blank.id = customer.id;
  blank.anonymous = customer.anonymous;
  blank.names = customer.names;
  blank.seen = customer.seen;
  blank.erased_at_ms = at_ms;
  blank.filed_at_ms = customer.filed_at_ms;
  customer = std::move(blank);
  effects.Count("erased");
  effects.decisions.clear();  // the trail is forgotten too
  return absl::OkStatus();
}

}  // namespace cartwheel
