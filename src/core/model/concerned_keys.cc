#include "core/model/concerned_keys.h"

#include <string_view>

namespace cartwheel {
namespace {

// Whether it ends the walks of the device that it names beside its customer, too.
bool StopsDeviceToo(const Event& event) {
  return event.type == EventType::kOrderCompleted || event.stops_as != EventType::kCustom;
}

}  // namespace

ConcernedKeys::ConcernedKeys(const Event& event) : key(KeyOf(event)), owner(ReceiptOwner(event)) {
  const bool has_device = !event.customer.empty() && !event.anonymous_id.empty();
  if (event.type == EventType::kIdentify || event.type == EventType::kAlias)
    role = OtherKeys::kGiven;
  else if (event.type == EventType::kEndpointAdded)
    role = OtherKeys::kTaken;
  else if (StopsDeviceToo(event))
    role = OtherKeys::kStopped;
  if (has_device && (event.type == EventType::kIdentify || role == OtherKeys::kStopped)) {
    others = {AnonymousKey(event.anonymous_id)};
  } else if (event.type == EventType::kAlias) {
    if (const std::string_view previous = event.Text("previous_id"); !previous.empty())
      others = {AnonymousKey(previous), CustomerKey(previous)};
  } else if (role == OtherKeys::kTaken) {
    const std::string_view channel = event.Text("channel"), address = event.Text("address");
    if (!channel.empty() && !address.empty()) others = {EndpointKey(channel, address)};
  }
  if (others.empty()) role = OtherKeys::kNone;
}

}  // namespace cartwheel
