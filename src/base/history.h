// The past events of a customer that conditions count, sum and look at.
//
// Invariant: a History is in the order of at_ms; events of the same instant in the order in which they came.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace cartwheel {

struct PastEvent {
  uint64_t type = 0;     // TypeFingerprint of its name
  uint64_t id = 0;       // fingerprint of the shop's id, 0 without one
  int64_t position = 0;  // in the log; together with the type it names the event
  int64_t at_ms = 0;
  std::string properties;  // a packed map of those that conditions read; `value` is what it was worth
  bool personal = false;   // one of them is (core/model/personal.h): a sealed row keeps them sealed
  Value value;             // that one, when it is a number: it is asked for most (CacheValue)
};
using History = std::vector<PastEvent>;

inline constexpr std::string_view kValueProperty = "value";
// Sets `value` from the properties.
void CacheValue(PastEvent& event);

uint64_t TypeFingerprint(std::string_view type);

// The history as a variable of conditions: null is one in which nothing happened.
Value HistoryValue(const History* history);
const History* HistoryOf(const Value& variable);
// {at, properties}, read in place.
Value PastEventValue(const PastEvent* event);

}  // namespace cartwheel
