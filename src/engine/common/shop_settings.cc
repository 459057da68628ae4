#include "engine/common/shop_settings.h"

#include <algorithm>

#include "absl/time/time.h"
#include "base/packed.h"
#include "fmt/format.h"

namespace cartwheel {

ShopSettings SettingsOf(const Playbook* playbook, const std::string& event_zone) {
  ShopSettings settings;
  if (playbook != nullptr)
    for (auto [key, text] :
         {std::pair{"currency", &settings.currency}, {"locale", &settings.locale}, {"timezone", &settings.zone}})
      if (Value value = FindPacked(playbook->shop, key); value.is_string()) *text = value.text();
  if (!event_zone.empty()) settings.zone = event_zone;
  return settings;
}

absl::Status CheckZone(const std::string& event_zone) {
  absl::TimeZone zone;
  if (event_zone.empty() || absl::LoadTimeZone(event_zone, &zone)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("event_zone is \"{}\", expected a time zone such as \"Asia/Seoul\"", event_zone));
}

std::string UndatedLine(int64_t events, int64_t unreadable) {
  constexpr int64_t kPart = 100;
  if (unreadable * kPart <= events) return {};
  return fmt::format(
      "{} of {} events have an \"at\" that is no time: what is no exit and takes nothing away is stored as history "
      "only",
      unreadable, events);
}

std::string UndatedLine(int64_t events, const std::vector<Warning>& warnings) {
  return UndatedLine(events, std::count_if(warnings.begin(), warnings.end(),
                                           [](const Warning& warning) { return warning.code == "bad_at"; }));
}

}  // namespace cartwheel
