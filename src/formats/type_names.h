// What the name of an event says: a type of ours in whatever spelling, or a name of the shop's own.
#pragma once

#include <string>
#include <string_view>

#include "core/model/event.h"

namespace cartwheel::formats {

struct TypeReading {
  EventType type = EventType::kCustom;
  std::string name;                         // ours, or the shop's as it stands, or the hash of one that is too long
  EventType near = EventType::kCustom;      // of a name of the shop's own: the type that it misses by a slip
  EventType exits_as = EventType::kCustom;  // that one, when it acts as an exit
  bool too_long = false;
};

TypeReading ReadTypeName(std::string_view name);

// Whether a custom name is one without anything to say of it: no alias, no near type, not too long, no white space
// around it.
bool IsPlainCustomName(std::string_view name);

// "Product Added" → "product_added".
std::string OurName(std::string_view name);

}  // namespace cartwheel::formats
