#include "engine/common/given_now.h"

#include <iterator>
#include <string_view>

#include "cartwheel/limits.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

struct Unit {
  std::string_view name;
  double per_ms;
};
constexpr Unit kUnits[] = {{"seconds", 1e-3}, {"microseconds", 1e3}, {"nanoseconds", 1e6}};

}  // namespace

absl::Status CheckGivenNow(int64_t now_ms) {
  if (now_ms == 0 || (now_ms >= kNowMinMs && now_ms < kNowEndMs)) return absl::OkStatus();
  std::string_view looks = now_ms < 0 ? ", which is negative" : "";
  for (const Unit& unit : kUnits) {
    const double ms = static_cast<double>(now_ms) / unit.per_ms;
    if (ms < static_cast<double>(kNowMinMs) || ms >= static_cast<double>(kNowEndMs)) continue;
    return absl::InvalidArgumentError(
        fmt::format("now is {}, which looks like {}: expected milliseconds since 1970 UTC, such as {}", now_ms,
                    unit.name, static_cast<int64_t>(ms)));
  }
  return absl::InvalidArgumentError(
      fmt::format("now is {}{}: expected milliseconds since 1970 UTC, from {} (1973) to before {} (2200)", now_ms,
                  looks, kNowMinMs, kNowEndMs));
}

}  // namespace cartwheel
