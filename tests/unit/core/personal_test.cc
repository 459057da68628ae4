// What of any event is personal: the names that docs/policy.md lists, and no others.
#include "core/model/personal.h"

#include <string>

#include "tests/catch.h"

namespace cartwheel {

TEST_CASE("personal: the names of the page are, and those beside them are not") {
  constexpr std::string_view kNames[] = {
      "address", "billing_address", "birth_date",       "birthday",  "email", "first_name",   "full_name",
      "ip",      "ip_address",      "last_name",        "mobile",    "phone", "phone_number", "user_name",
      "street",  "recipient_name",  "shipping_address", "user_agent"};
  for (const std::string_view name : kNames) {
    INFO(name);
    std::string other(name);
    CHECK(IsPersonal(EventType::kProductViewed, name, {}));
    other.back() = other.back() == 'z' ? 'y' : 'z';
    CHECK_FALSE(IsPersonal(EventType::kProductViewed, other, {}));
    CHECK_FALSE(IsPersonal(EventType::kProductViewed, std::string(name) + "s", {}));
    CHECK_FALSE(IsPersonal(EventType::kProductViewed, name.substr(1), {}));
  }
  for (const std::string& name : {std::string(), std::string(32, 'a'), std::string(40, 'e'), std::string("name")}) {
    INFO(name);
    CHECK_FALSE(IsPersonal(EventType::kProductViewed, name, {}));
    CHECK(IsPersonal(EventType::kProductViewed, name, {name}));
    CHECK(IsPersonal(EventType::kIdentify, name, {}));
  }
}

}  // namespace cartwheel
