#include "core/identity.h"

#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/segments.h"
#include "core/walk.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

std::string_view TextOf(const Event& event, std::string_view key) {
  Value value = event.Get(key);
  return value.is_string() ? value.text() : std::string_view();
}

}  // namespace

void SetAttributes(Customer& customer, const Event& event, Effects& effects) {
  std::string attributes = customer.attributes;
  for (PackedCursor cursor(ReadPacked(event.properties)); cursor.Next();)
    attributes = SetPacked(attributes, cursor.key(), cursor.value());
  if (attributes.size() > kAttributesBytesMax) {
    effects.refusal = Refusal{"attributes_bytes_max", fmt::format("attributes_bytes_max: the attributes would take {} bytes, at most {} are kept",
                                                                  attributes.size(), kAttributesBytesMax)};
    return;
  }
  customer.attributes = std::move(attributes);
}

void AddEndpoint(Customer& customer, const Event& event, Effects& effects) {
  std::string_view channel = TextOf(event, "channel"), address = TextOf(event, "address");
  if (channel.empty() || address.empty()) return;
  for (Endpoint& endpoint : customer.endpoints) {
    if (endpoint.channel != channel || endpoint.address != address) continue;
    endpoint.added_at_ms = std::max(endpoint.added_at_ms, event.at_ms);
    return;
  }
  if (customer.endpoints.size() >= kEndpointsMax) {
    effects.refusal = Refusal{"endpoints_max", fmt::format("endpoints_max: the customer already has {} endpoints", kEndpointsMax)};
    return;
  }
  customer.endpoints.push_back({std::string(channel), std::string(address), event.at_ms});
}

absl::Status RemoveEndpoint(Customer& customer, std::string_view channel, std::string_view address,
                            std::string_view reason, const StepContext& context, Effects& effects) {
  size_t removed = std::erase_if(customer.endpoints, [&](const Endpoint& endpoint) {
    return endpoint.channel == channel && endpoint.address == address;
  });
  if (removed == 0) return absl::OkStatus();
  return RevokeForChannel(customer, channel, reason, false, context, effects);
}

absl::Status Erase(Customer& customer, int64_t at_ms, const StepContext& context, Effects& effects) {
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
