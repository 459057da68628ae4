// A moment in the JSON of a request.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace cartwheel::capi {

inline constexpr std::string_view kMomentExpected =
    R"(a time such as "2026-06-01T09:00:00Z", or milliseconds since 1970 UTC)";

// ISO 8601, as answers write it, or milliseconds since 1970 UTC, of which 0 is the engine's clock. Empty: neither of
// the two.
inline std::optional<int64_t> ReadMoment(simdjson::dom::element value) {
  int64_t at_ms = 0;
  if (!value.get(at_ms)) return at_ms;
  std::string_view text;
  if (value.get(text)) return std::nullopt;
  const std::optional<int64_t> at = ParseInstant(text);
  return at == 0 ? std::nullopt : at;  // 1970 is no now
}

}  // namespace cartwheel::capi
