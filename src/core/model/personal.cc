#include "core/model/personal.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace cartwheel {
namespace {

// Of events of any type: names that mean nothing else in a shop. "name" is a product's.
constexpr std::string_view kAnywhere[] = {"address",      "billing_address", "birth_date",       "birthday",
                                          "email",        "first_name",      "full_name",        "ip",
                                          "ip_address",   "last_name",       "mobile",           "phone",
                                          "phone_number", "recipient_name",  "shipping_address", "street",
                                          "user_agent",   "user_name"};

// The lengths that names have which begin with a byte, as bits: nearly every property of an event is told by them to be
// none of these.
constexpr std::array<uint32_t, 256> LengthsByFirst() {
  std::array<uint32_t, 256> lengths{};
  for (const std::string_view name : kAnywhere) lengths[static_cast<uint8_t>(name.front())] |= 1u << name.size();
  return lengths;
}
constexpr std::array<uint32_t, 256> kLengths = LengthsByFirst();

bool IsPersonalAnywhere(std::string_view property) {
  if (property.empty() || property.size() >= 32) return false;
  if ((kLengths[static_cast<uint8_t>(property.front())] >> property.size() & 1) == 0) return false;
  return std::find(std::begin(kAnywhere), std::end(kAnywhere), property) != std::end(kAnywhere);
}

}  // namespace

bool IsPersonal(EventType type, std::string_view property, const StringSet& named) {
  if (type == EventType::kIdentify) return true;
  if (type == EventType::kMessageReceived && property == "text") return true;
  if (IsAboutConsent(type) && property == "actor") return true;
  return IsPersonalAnywhere(property) || (!named.empty() && named.contains(property));
}

}  // namespace cartwheel
