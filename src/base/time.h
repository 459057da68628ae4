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

// ISO 8601 / RFC 3339: "2022-08-01T09:30:00.123Z", "+09:00" offsets, "2022-08-01 09:30:00 UTC", "2022-08-01" (midnight
// UTC). A date-time without an offset is UTC. Fractions finer than a millisecond are cut. Empty when it is not a real
// date.
std::optional<int64_t> ParseInstant(std::string_view text);
// The midnight, UTC, that begins a date of the years 1970 to 9999. Empty when it is not a real date.
std::optional<int64_t> MidnightOf(int year, int month, int day);
// "2022-08-01T09:30:00.123Z"; the fraction only when it is not zero.
std::string FormatInstant(int64_t at_ms, uint32_t nanoseconds = 0);  // the latter beyond the milliseconds
std::string FormatSeconds(int64_t span_ms, uint32_t nanoseconds);    // "-1.5s": exact, without zeros at the end

// "90s", "5m", "24h", "7d", "1h30m", "500ms": units in falling order, each once. Empty for anything else or overflow.
std::optional<int64_t> ParseSpan(std::string_view text);
// "1h30m", "2d", "0s": what ParseSpan reads back.
std::string FormatSpan(int64_t span_ms);

}  // namespace cartwheel
