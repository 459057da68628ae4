// What the reading of events asks of the shop, from the playbook in force.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "core/model/playbook.h"
#include "formats/formats.h"

namespace cartwheel {

// Empty where no playbook was loaded (null) or it does not say; `event_zone`, unless it is empty, counts before the
// playbook's.
ShopSettings SettingsOf(const Playbook* playbook, const std::string& event_zone);

// InvalidArgument for a name that is neither empty nor a time zone.
[[nodiscard]] absl::Status CheckZone(const std::string& event_zone);

// A line for the shop's log when over 1 % of the events of a call or a file had a time that cannot be read; empty
// otherwise.
std::string UndatedLine(int64_t events, int64_t unreadable);
std::string UndatedLine(int64_t events, const std::vector<Warning>& warnings);

}  // namespace cartwheel
