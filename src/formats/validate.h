// What every event must be, whatever its format: the checks that need no knowledge of the customer.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/event.h"
#include "formats/findings.h"
#include "formats/problem.h"

namespace cartwheel::formats {

// "", "0", "null", "guest", …: ids that stand for no customer, whatever their case.
bool IsPlaceholder(std::string_view id);

// The length of an id, by the limit's name.
bool CheckIdBytes(std::string_view what, std::string_view id, Problem* problem);
// The text of one event.
bool CheckEventBytes(size_t bytes, Problem* problem);
// An instant in epoch milliseconds, or one in seconds by mistake.
bool CheckEpochMs(std::string_view what, int64_t at_ms, Problem* problem);
// An instant as ISO 8601 text.
bool ParseAt(std::string_view what, std::string_view text, int64_t* at_ms, Problem* problem);

// Type, ids, and what a type must carry. An id that is absent is a view without data, one that was given empty is not;
// one that stands for no customer is taken out of the event. False: the event has no type or names no customer. What is
// missing or cannot be used otherwise becomes a warning.
bool CheckEvent(Findings* findings, Event* event, Problem* problem);

}  // namespace cartwheel::formats
