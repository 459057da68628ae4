// The properties that the core reads: under which names shops send them, and what they must hold. One table, for the
// reader of well-formed records and for the one that forgives.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "base/value.h"
#include "core/model/event.h"

namespace cartwheel::formats {

// How properties are read, by the type of their event.
enum class PropertyMode : uint8_t {
  kAsTheyAre,  // identify, journey_entered: every property is the shop's own, whatever its name
  kNames,      // names are mapped and ids become text, nothing is demanded
  kEndpoint,   // as kNames; channel and address must be text
  kMessage,    // as kNames; message_id must be a number of ours
  kCoupon,     // as kCommerce; value, total and revenue may be anything ("10 %")
  kCommerce,   // as kNames; ids, names, amounts, quantities and products must be what they say
  kOrder,      // as kCommerce; with the names that only orders have
};
PropertyMode PropertyModeOf(EventType type);

enum class Holds : uint8_t {
  kAnything,
  kId,
  kOrderId,
  kText,
  kPrice,
  kAmount,
  kQuantity,
  kProducts,
  kAddress,
  kMessageId
};

struct Property {
  std::string_view name;  // as shops send it
  std::string_view ours;
  Holds holds;
  enum Place : uint8_t {
    kAnywhere,
    kTop,
    kProduct,
    kOrder
  } place = kAnywhere;   // kProduct: inside of `products`; kOrder: of an order's event
  bool foreign = false;  // another system's name: our own counts before it, wherever it stands
};

// A rule, the bit under which its name of ours is remembered as seen, and that name as it is written.
struct PropertyRule {
  const Property* property = nullptr;
  uint64_t bit = 0;
  PackedKey key{std::string_view()};
};
const PropertyRule* FindProperty(std::string_view name);
// Every row of the table: docs/events.md names them all.
absl::Span<const Property> Properties();

// Whether the rule counts for this event at this place.
bool Applies(const Property& property, PropertyMode mode, bool in_product);
// Whether what it must hold is demanded of this event; where it is not, a value that is something else stays as it
// came.
bool Demands(PropertyMode mode, Holds holds);
// Whether the core reads a property of this name, so that it is the last to go from an event that is too large.
bool IsRead(std::string_view name);

// "a number such as 12900 or \"12.50\"", for warnings; and the code.
std::string_view Expected(Holds holds);
std::string_view CodeOf(Holds holds);

bool InMoneyRange(const Value& number);
// Makes 2.0 the integer 2 and 0.33333 a decimal. False when the value is no number, or no quantity has it.
bool MakeQuantity(Value* number);

// Without white space at its ends, that of Unicode included. (Inline: this runs for every id of every event.)
std::string_view TrimOddId(std::string_view id);
inline std::string_view TrimId(std::string_view id) {
  auto plain = [](char c) { return c > ' ' && c < 0x7F; };
  return !id.empty() && plain(id.front()) && plain(id.back()) ? id : TrimOddId(id);
}
// What stands for an id that is too long: the same for the same id.
std::string HashedId(std::string_view id);

}  // namespace cartwheel::formats
