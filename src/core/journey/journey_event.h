// An event as journeys see it: what the shop said, or what follows from it (a cart that is empty now, a segment that
// was entered).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "base/money.h"
#include "core/model/event.h"

namespace cartwheel {

inline constexpr std::string_view kScheduleCause = "schedule";  // what entries by the calendar are called

struct JourneyEvent {
  EventType type = EventType::kCustom;
  std::string_view name;
  int64_t at_ms = 0;
  const Event* event = nullptr;  // what it came with (also of a derived one)
  bool has_cart = false;         // it is about a cart: the one it names, or the one at hand
  std::string cart;
  bool only_that_cart = false;  // it ends only what is about that cart
  bool history = false;         // it is dated before its cart was closed, or at no known time: it enters no journey
  bool enters = true;           // false: its cart holds leftovers of an order, and nothing new
  bool exits_only = false;  // of another customer's event, or of one whose type is only nearly an exit's: it enters,
                            // resets and converts nothing
  // another report of an order that was counted: it acts up to the first one's instant, and no further
  bool told_again = false;
  Money value = 0;           // of an order
  std::string_view segment;  // entered or left
  bool existing = false;     // found in it when it was defined: for journeys that ask for these only
};

// Of one event: itself, and what follows from it.
using JourneyEvents = absl::InlinedVector<JourneyEvent, 2>;

}  // namespace cartwheel
