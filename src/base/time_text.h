// Times as other systems write them: ISO 8601 in its usual forms, the forms of RFC 2822 and of JavaScript's and PHP's
// dates, and numbers since 1970 in any unit. A time without an offset is a local one, which the caller places in a
// zone.
#pragma once

#include <cstdint>
#include <string_view>

namespace cartwheel {

struct TimeText {
  enum class Kind : uint8_t { kNotATime, kInstant, kLocal };
  Kind kind = Kind::kNotATime;
  int64_t ms = 0;  // since 1970 UTC; kLocal: as if its zone were UTC
};

// "2022-08-01T09:30:00.5+09:00", "2022/08/01 09:30", "20220801T093000Z", "2022-08-01", "Mon, 01 Aug 2022 09:30:00 GMT",
// "Mon Aug 01 2022 18:30:00 GMT+0900 (KST)"; and what NumberText reads. A second 60 is the next minute's first, 24:00
// the next day's beginning; fractions finer than a millisecond are cut.
TimeText ReadTimeText(std::string_view text);

// A number by its size: seconds from 1e8, milliseconds from 1e11, microseconds from 1e14, nanoseconds from 1e17.
// Smaller ones are no time, nor are those of another century. Fourteen digits that read as YYYYMMDDhhmmss of this
// century are a local time.
TimeText ReadTimeNumber(std::string_view number);

}  // namespace cartwheel
