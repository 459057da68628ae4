#include "playbook/purposes.h"

#include <algorithm>
#include <string>

namespace cartwheel::playbook {
namespace {

constexpr std::string_view kPurposeDefault = "general";
constexpr std::string_view kCartKey = "cart.id";

// Whether a step in `node`, at any depth, sends this template.
bool Sends(const JsonNode& node, std::string_view name) {
  return std::any_of(node.members.begin(), node.members.end(), [&](const JsonMember& member) {
    const bool sent = member.key == "send" && member.value.is_text() && member.value.text == name;
    return sent || Sends(member.value, name);
  });
}

bool WalksOnCart(const JsonNode& journey) {
  const JsonNode* enter = journey.Find("enter");
  const JsonNode* key = enter == nullptr ? nullptr : enter->Find("key");
  return key != nullptr && key->is_text() && key->text == kCartKey;
}

// Some journey sends it, and every one that does walks on a cart.
bool IsAboutCart(const JsonNode* journeys, const MessageTemplate& made) {
  if (journeys == nullptr || made.message_class != MessageClass::kAdvertisement) return false;
  bool sent = false;
  for (const JsonMember& journey : journeys->members) {
    if (!Sends(journey.value, made.name)) continue;
    if (!WalksOnCart(journey.value)) return false;
    sent = true;
  }
  return sent;
}

}  // namespace

void AssumePurposes(const JsonNode* journeys, Playbook* playbook) {
  for (const auto& made : playbook->templates)
    if (made->purpose.empty()) made->purpose = IsAboutCart(journeys, *made) ? kCartPurpose : kPurposeDefault;
}

}  // namespace cartwheel::playbook
