// Instants and spans as texts. Instants are UTC milliseconds since 1970; no time zones here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cartwheel {

inline constexpr int64_t kSecondMs = 1000;
inline constexpr int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr int64_t kHourMs = 60 * kMinuteMs;
inline constexpr int64_t kDayMs = 24 * kHourMs;

// Holds a date and time as ISO 8601 writes it, to the nanosecond, in the forms of ParseInstant and the years 0 to 9999.
struct Iso8601 {
  int64_t at_ms = 0;         // rounded down
  uint32_t nanoseconds = 0;  // beyond the milliseconds
  bool exact = true;         // no digit was finer than a nanosecond
  bool rfc3339 = false;      // written as RFC 3339 wants it: T, seconds, then Z or an offset with its colon
  int year = 0;              // as written
  int64_t offset_ms = 0;     // east of UTC
};
[[nodiscard]] std::optional<Iso8601> ReadIso8601(std::string_view text);

// ISO 8601 / RFC 3339: "2022-08-01T09:30:00.123Z", "+09:00" offsets, "2022-08-01 09:30:00 UTC", "2022-08-01" (midnight
// UTC). A date-time without an offset is UTC. Fractions finer than a millisecond are cut. Empty when it is not a real
// date.
[[nodiscard]] std::optional<int64_t> ParseInstant(std::string_view text);
// The midnight, UTC, that begins a date of the years 1970 to 9999. Empty when it is not a real date.
[[nodiscard]] std::optional<int64_t> MidnightOf(int year, int month, int day);
// "2022-08-01T09:30:00.123Z"; the fraction only when it is not zero.
[[nodiscard]] std::string FormatInstant(int64_t at_ms, uint32_t nanoseconds = 0);  // the latter beyond the milliseconds
[[nodiscard]] std::string FormatSeconds(int64_t span_ms,
                                        uint32_t nanoseconds);  // "-1.5s": exact, without zeros at the end

// "90s", "5m", "24h", "7d", "1h30m", "500ms": units in falling order, each once. Empty for anything else or overflow.
[[nodiscard]] std::optional<int64_t> ParseSpan(std::string_view text);
// "1h30m", "2d", "0s": what ParseSpan reads back.
[[nodiscard]] std::string FormatSpan(int64_t span_ms);

}  // namespace cartwheel
