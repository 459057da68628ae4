#include "engine/query/warned_types.h"

#include <algorithm>
#include <map>

#include "base/compress.h"
#include "base/packed.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "core/model/event.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kPart = 100;           // one event in a hundred
constexpr int64_t kTimesBefore = 10;     // of the warnings of a day in the week before
constexpr int64_t kDayWarningsMin = 10;  // fewer in a day are no rise
constexpr int64_t kWeekDays = 7;

// Of one type, among the newest events.
struct Seen {
  int64_t events = 0;
  int64_t warned = 0;
  std::map<std::string, int64_t> fields;
};
using SeenByType = std::map<std::string, Seen>;

void CountWarnings(const Event& event, Seen& seen) {
  if (event.warnings.empty()) return;
  ++seen.warned;
  for (PackedCursor cursor(ReadPacked(event.warnings)); cursor.Next();) {
    const Value warning = cursor.value(), field = warning.is_map() ? warning.Find("field") : Value();
    if (field.is_string()) ++seen.fields[std::string(field.text())];
  }
}

// The newest events of the log, from the newest to the oldest.
absl::StatusOr<SeenByType> LookBack(LogStore& log) {
  SeenByType types;
  ASSIGN_OR_RETURN(LogHead head, log.Head());
  ASSIGN_OR_RETURN(std::vector<LogRow> rows,
                   log.ReadLog(std::max(head.last - kWarnedLogMax, Position()), head.last, kWarnedLogMax));
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    std::string bytes;
    RETURN_IF_ERROR(Decompress(row->data, &bytes));
    std::vector<Event> events;
    EventCursor cursor(bytes);
    for (Event event; cursor.Next(&event);) events.push_back(event);
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (event->type == EventType::kReceipt) continue;
      Seen& seen = types[std::string(event->type_name)];
      if (seen.events == kWarnedEventsMax) continue;
      ++seen.events;
      CountWarnings(*event, seen);
    }
  }
  return types;
}

// What was sent under this field lately, of a customer who is not erased; empty when nothing is known.
std::string Example(const std::vector<WarningRow>& rows, std::string_view type, std::string_view field) {
  for (const WarningRow& row : rows)
    if (row.type == type && row.field == field && !row.value.empty()) return fmt::format(": e.g. {}", row.value);
  return {};
}

std::string Share(const Seen& seen) {
  const int64_t percent = seen.warned * kPart / seen.events;
  return percent > 0 ? fmt::format("{} %", percent) : "over 1 %";
}

std::string Grouped(int64_t number) {
  return number < 1'000 ? fmt::format("{}", number) : fmt::format("{},{:03}", number / 1'000, number % 1'000);
}

struct Days {
  int64_t today = 0;
  int64_t week_before = 0;
  std::string field;
};

}  // namespace

absl::StatusOr<std::vector<WarnedType>> FindWarnedTypes(LogStore& log, ReadStore& store, int64_t now_ms) {
  std::vector<WarnedType> found;
  ASSIGN_OR_RETURN(SeenByType types, LookBack(log));
  ASSIGN_OR_RETURN(std::vector<WarningRow> rows, store.Warnings(kWarningsKeptMax));
  for (const auto& [type, seen] : types) {
    if (seen.warned * kPart <= seen.events) continue;
    auto most = std::max_element(seen.fields.begin(), seen.fields.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; });
    const std::string field = most == seen.fields.end() ? "field" : most->first;
    found.push_back({type, fmt::format("{} of the last {} \"{}\" events had an unreadable \"{}\"{}", Share(seen),
                                       Grouped(seen.events), type, field, Example(rows, type, field))});
  }
  std::map<std::string, Days> days;
  for (const WarningRow& row : rows) {
    Days& day = days[row.type];
    const int64_t age_days = (now_ms - row.at_ms) / kDayMs;
    if (age_days < 1) {
      ++day.today;
      day.field = row.field;
    } else if (age_days <= kWeekDays) {
      ++day.week_before;
    }
  }
  for (const auto& [type, day] : days) {
    const bool named =
        std::any_of(found.begin(), found.end(), [&type = type](const WarnedType& known) { return known.type == type; });
    if (named || day.week_before == 0 || day.today < kDayWarningsMin ||
        day.today * kWeekDays <= kTimesBefore * day.week_before)
      continue;
    found.push_back({type, fmt::format("\"{}\" events had {} warnings in the last day, over ten times as many as on a "
                                       "day of the week before; the first is of \"{}\"{}",
                                       type, Grouped(day.today), day.field, Example(rows, type, day.field))});
  }
  return found;
}

}  // namespace cartwheel
