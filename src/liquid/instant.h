// What a text says of a time, as date, time_left and ago read it.
#pragma once

#include <cstdint>
#include <optional>

#include "liquid/context.h"

namespace cartwheel::liquid {

// Milliseconds of a timestamp, of seconds since 1970, of 'now', or of a date as people write it; empty for anything
// else. What names no zone is in that of the options, and a date alone is its beginning there. The context may have
// failed.
std::optional<int64_t> ReadInstant(Context& context, const Value& value);

}  // namespace cartwheel::liquid
