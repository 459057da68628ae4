#include "core/model/concerned_keys.h"

#include <string_view>
#include <utility>

#include "core/model/address.h"
#include "core/model/receipt.h"

namespace cartwheel {
namespace {

bool HasDevice(const Event& event) { return !event.customer.empty() && !event.anonymous_id.empty(); }

// Whether it ends the walks of the device that it names beside its customer, too.
bool ExitsDeviceToo(const Event& event) {
  return event.type == EventType::kOrderCompleted || event.exits_as != EventType::kCustom;
}

}  // namespace

ConcernedKeys::ConcernedKeys(const Event& event, const HashKey& hash_key)
    : key(KeyOf(event, hash_key)), owner(ReceiptOwner(event)) {
  if (event.type == EventType::kIdentify || event.type == EventType::kAlias)
    role = OtherKeys::kGiven;
  else if (event.type == EventType::kEndpointAdded)
    role = OtherKeys::kTaken;
  else if (event.type == EventType::kReceipt && SaysAddressGone(event))
    role = OtherKeys::kTold;
  else if (ExitsDeviceToo(event))
    role = OtherKeys::kExited;
  if (HasDevice(event) && (event.type == EventType::kIdentify || role == OtherKeys::kExited)) {
    others = {AnonymousKey(event.anonymous_id)};
  } else if (event.type == EventType::kAlias) {
    if (const std::string_view previous = event.Text("previous_id"); !previous.empty())
      others = {AnonymousKey(previous), CustomerKey(previous)};
  } else if (role == OtherKeys::kTaken || role == OtherKeys::kTold) {
    const std::string_view channel = event.Text("channel"), address = event.Text("address");
    if (!channel.empty() && !address.empty()) others = {EndpointKey(hash_key, channel, address)};
  }
  if (others.empty()) role = OtherKeys::kNone;
}

void AppendNamedKeys(const Event& event, const HashKey& hash_key, std::vector<std::string>& keys) {
  ConcernedKeys concerned(event, hash_key);
  keys.push_back(std::move(concerned.key));
  for (std::string& key : concerned.others) keys.push_back(std::move(key));
  if (HasDevice(event)) keys.push_back(AnonymousKey(event.anonymous_id));
}

}  // namespace cartwheel
