#include "engine/common/shop_settings.h"

#include <algorithm>

#include "absl/time/time.h"
#include "base/packed.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel {
namespace {

ShopSettings Read(std::string_view playbook_json) {
  ShopSettings settings;
  absl::StatusOr<std::shared_ptr<const Playbook>> playbook = CompilePlaybook(playbook_json);
  if (!playbook.ok()) return settings;  // of a newer version: the next load of this one says so
  for (auto [key, text] :
       {std::pair{"currency", &settings.currency}, {"locale", &settings.locale}, {"timezone", &settings.zone}})
    if (Value value = FindPacked((*playbook)->shop, key); value.is_string()) *text = value.text();
  return settings;
}

}  // namespace

ShopSettings ShopSettingsCache::Get(DefinitionStore& store, const std::string& event_zone) {
  absl::MutexLock lock(&mutex_);
  absl::StatusOr<int64_t> latest = store.LatestRevision();
  if (latest.ok() && *latest != revision_) {
    absl::StatusOr<std::optional<std::string>> playbook = store.Definition(*latest);
    if (playbook.ok() && *playbook) {
      settings_ = Read(**playbook);
      revision_ = *latest;
    }
  }
  ShopSettings settings = settings_;
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
