#include "core/model/personal.h"

#include <algorithm>
#include <iterator>

namespace cartwheel {
namespace {

// Of events of any type: names that mean nothing else in a shop. "name" is a product's.
constexpr std::string_view kAnywhere[] = {"address",      "billing_address", "birth_date",       "birthday",
                                          "email",        "first_name",      "full_name",        "ip",
                                          "ip_address",   "last_name",       "mobile",           "phone",
                                          "phone_number", "recipient_name",  "shipping_address", "street",
                                          "user_agent",   "user_name"};

}  // namespace

bool IsPersonal(EventType type, std::string_view property, const StringSet& named) {
  if (type == EventType::kIdentify) return true;
  if (type == EventType::kMessageReceived && property == "text") return true;
  if (IsAboutConsent(type) && property == "actor") return true;
  return std::find(std::begin(kAnywhere), std::end(kAnywhere), property) != std::end(kAnywhere) ||
         named.contains(property);
}

}  // namespace cartwheel
