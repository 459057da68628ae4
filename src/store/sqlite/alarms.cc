#include "store/sqlite/alarms.h"

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/status.h"
#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// A row's number is its hour times this, and its place in the hour.
constexpr int64_t kRowsOfHour = int64_t{1} << 24;

// All by the primary key.
constexpr char kNext[] = "SELECT coalesce(max(id) + 1, ?1) FROM alarm WHERE id >= ?1 AND id < ?2";
constexpr char kAdd[] = "INSERT INTO alarm(id, due_at, entries) VALUES(?1, ?2, ?3)";
constexpr char kDrop[] = "DELETE FROM alarm WHERE id < ?1";
constexpr char kRows[] = "SELECT id, entries FROM alarm WHERE id >= ?1 AND id < ?2 ORDER BY id";
constexpr char kFirstRow[] = "SELECT id FROM alarm WHERE id >= ?1 ORDER BY id LIMIT 1";
constexpr char kFirstDue[] = "SELECT min(due_at) FROM alarm WHERE id >= ?1 AND id < ?2";

int64_t FirstOf(int64_t hour) { return hour * kRowsOfHour; }
int64_t HourOf(int64_t id) { return (id - ((id % kRowsOfHour) + kRowsOfHour) % kRowsOfHour) / kRowsOfHour; }

// `entries`: customers as the distance from the one before, instants as that from the beginning of the hour.
absl::Status Unpack(int64_t id, std::string_view entries, EachAlarm each) {
  AlarmEntry alarm{.hour = HourOf(id)};
  int64_t customer = 0;
  ByteReader reader(entries);
  while (reader.ok() && !reader.at_end()) {
    customer += static_cast<int64_t>(reader.Varint());
    alarm.customer = CustomerRow(customer);
    alarm.due_at_ms = alarm.hour * kHourMs + reader.Signed();
    each(alarm);
  }
  if (reader.ok()) return absl::OkStatus();
  return absl::DataLossError(fmt::format("alarm row {} is damaged", id));
}

}  // namespace

absl::Status FileAlarms(Connection& connection, const std::vector<AlarmEntry*>& alarms) {
  std::string entries;
  for (auto begin = alarms.begin(); begin != alarms.end();) {
    const int64_t hour = (*begin)->hour;
    auto end = std::find_if(begin, alarms.end(), [&](const AlarmEntry* alarm) { return alarm->hour != hour; });
    int64_t due_at_ms = INT64_MAX, last = 0;
    entries.clear();
    for (ByteWriter writer(&entries); begin != end; ++begin) {
      writer.Varint(
          static_cast<uint64_t>((*begin)->customer.value() - std::exchange(last, (*begin)->customer.value())));
      writer.Signed((*begin)->due_at_ms - hour * kHourMs);
      due_at_ms = std::min(due_at_ms, (*begin)->due_at_ms);
    }
    ASSIGN_OR_RETURN(Statement next, connection.Prepare(kNext));
    RETURN_IF_ERROR(next.First(FirstOf(hour), FirstOf(hour + 1)).status());
    ASSIGN_OR_RETURN(Statement add, connection.Prepare(kAdd));
    RETURN_IF_ERROR(add.Run(next.Integer(0), due_at_ms, Blob{entries}));
  }
  return absl::OkStatus();
}

absl::Status DropAlarms(Connection& connection, int64_t before_hour) {
  ASSIGN_OR_RETURN(Statement drop, connection.Prepare(kDrop));
  return drop.Run(FirstOf(before_hour));
}

absl::Status ReadAlarms(Connection& connection, int64_t from_hour, int64_t before_hour, EachAlarm each) {
  ASSIGN_OR_RETURN(Statement rows, connection.Prepare(kRows));
  ASSIGN_OR_RETURN(bool found, rows.First(FirstOf(from_hour), FirstOf(before_hour)));
  while (found) {
    RETURN_IF_ERROR(Unpack(rows.Integer(0), rows.Bytes(1), each));
    ASSIGN_OR_RETURN(found, rows.Step());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<int64_t>> ReadFirstAlarm(Connection& connection, int64_t from_hour) {
  ASSIGN_OR_RETURN(Statement first, connection.Prepare(kFirstRow));
  ASSIGN_OR_RETURN(bool found, first.First(FirstOf(from_hour)));
  if (!found) return std::optional<int64_t>();
  const int64_t hour = HourOf(first.Integer(0));
  ASSIGN_OR_RETURN(Statement due, connection.Prepare(kFirstDue));
  RETURN_IF_ERROR(due.First(FirstOf(hour), FirstOf(hour + 1)).status());
  return std::optional<int64_t>(due.Integer(0));
}

}  // namespace cartwheel
