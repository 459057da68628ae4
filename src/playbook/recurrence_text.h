// Recurrences as playbooks write them: a subset of RFC 5545's RRULE, and cron, of which the same is made.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/model/recurrence.h"

namespace cartwheel::playbook {

// "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=10". What it counts from is `from`, or else nothing may count. The error says
// what is wrong and what was expected.
absl::StatusOr<Recurrence> ReadRecurrence(std::string_view rule, std::optional<absl::CivilMinute> from);
// "0 10 * * 2": minute, hour, day of the month, month (only "*"), weekday.
absl::StatusOr<Recurrence> ReadCron(std::string_view text, std::optional<absl::CivilMinute> from);
// "2026-12-01" or "2026-12-01T10:30"; nullopt for anything else.
std::optional<absl::CivilMinute> ReadLocalTime(std::string_view text);

}  // namespace cartwheel::playbook
