// The states of the United States as far as they have telemarketing rules of their own: hours. What a state says
// takes the federal hours' place; each is within them.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/policy/week.h"

namespace cartwheel {

// A state or territory, by its place in the table and from 1 on; never stored.
enum class StateId : uint8_t { kUnknown = 0 };

struct HoursOfState {
  std::string_view rule;
  Week week;
};

// Returns the hours of a state: its own, the federal ones where it has none, or, of kUnknown, what is inside the hours
// of every state.
[[nodiscard]] const HoursOfState& StateHours(StateId state);

// Returns the state of a postal code ("FL"), kUnknown of anything else.
[[nodiscard]] StateId FindState(std::string_view code);
[[nodiscard]] std::string_view StateCode(StateId state);  // empty of kUnknown

}  // namespace cartwheel
