#include "playbook/recurrence_text.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel::playbook {
namespace {

using Frequency = Recurrence::Frequency;

constexpr absl::CivilMinute kBegin(2000, 1, 1, 0, 0);  // of one that counts from nothing
constexpr int64_t kIntervalMax = 100;
constexpr int64_t kCountMax = 1'000;
constexpr int64_t kMinutesOfHour = 60, kHoursOfDay = 24;
constexpr std::string_view kFrequencies[] = {"DAILY", "WEEKLY", "MONTHLY"};       // in the order of Frequency
constexpr std::string_view kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};  // in the order of absl::Weekday
constexpr std::string_view kCronDays[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

absl::Status Wrong(std::string what) { return absl::InvalidArgumentError(std::move(what)); }

std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (const absl::string_view part : absl::StrSplit(absl::string_view(text.data(), text.size()), at))
    parts.emplace_back(part.data(), part.size());
  return parts;
}

// A whole number between the two, of at most four digits, with a sign where `least` is negative.
std::optional<int64_t> ReadNumber(std::string_view text, int64_t least, int64_t most) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size() || text.size() > 5) return std::nullopt;
  return number >= least && number <= most ? std::optional(number) : std::nullopt;
}

template <typename T>
void SortOnce(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

class RuleReader {
 public:
  explicit RuleReader(std::optional<absl::CivilMinute> from) : from_(from) {}

  absl::StatusOr<Recurrence> Read(std::string_view rule) {
    recurrence_.from = from_.value_or(kBegin);
    for (const std::string_view part : Split(rule, ';')) {
      const size_t equals = part.find('=');
      if (equals == part.npos)
        return Wrong(fmt::format("\"{}\" in it is no part of a rule, expected one such as \"FREQ=WEEKLY\"", part));
      RETURN_IF_ERROR(ReadPart(part.substr(0, equals), part.substr(equals + 1)));
    }
    RETURN_IF_ERROR(Check());
    for (const int64_t hour : hours_)
      for (const int64_t minute : minutes_)
        recurrence_.minutes.push_back(static_cast<int16_t>(hour * kMinutesOfHour + minute));
    SortOnce(recurrence_.minutes);
    return std::move(recurrence_);
  }

 private:
  struct Part {
    std::string_view name;
    absl::Status (RuleReader::*read)(std::string_view name, std::string_view value);
  };
  static absl::Span<const Part> Parts();

  absl::Status ReadPart(std::string_view name, std::string_view value) {
    for (const Part& part : Parts()) {
      if (part.name != name) continue;
      if (std::find(read_.begin(), read_.end(), name) != read_.end())
        return Wrong(fmt::format("{} stands twice in it, expected it once", name));
      read_.push_back(name);
      return (this->*part.read)(name, value);
    }
    return Wrong(
        fmt::format("\"{}\" is no part of the rules that are known, expected FREQ, INTERVAL, BYDAY, BYMONTHDAY, "
                    "BYHOUR, BYMINUTE, COUNT or UNTIL",
                    name));
  }

  absl::Status ReadFrequency(std::string_view, std::string_view value) {
    const auto* known = std::find(std::begin(kFrequencies), std::end(kFrequencies), value);
    if (known == std::end(kFrequencies))
      return Wrong(fmt::format("FREQ={} is not known, expected DAILY, WEEKLY or MONTHLY", value));
    recurrence_.frequency = static_cast<Frequency>(known - std::begin(kFrequencies));
    return absl::OkStatus();
  }

  absl::Status ReadInterval(std::string_view, std::string_view value) {
    return ReadOne("INTERVAL", value, kIntervalMax, &recurrence_.interval);
  }
  absl::Status ReadCount(std::string_view, std::string_view value) {
    return ReadOne("COUNT", value, kCountMax, &recurrence_.count);
  }
  absl::Status ReadOne(std::string_view name, std::string_view value, int64_t most, int64_t* out) {
    const auto number = ReadNumber(value, 1, most);
    if (!number) return Wrong(fmt::format("{}={} is no such number, expected 1 to {}", name, value, most));
    *out = *number;
    return absl::OkStatus();
  }

  absl::Status ReadUntil(std::string_view, std::string_view value) {
    // "20261231T235900": on the clock that the rule goes by, so without a zone.
    const bool shaped = value.size() == 15 && value[8] == 'T';
    const auto year = shaped ? ReadNumber(value.substr(0, 4), 1970, 9999) : std::nullopt;
    const auto month = shaped ? ReadNumber(value.substr(4, 2), 1, 12) : std::nullopt;
    const auto day = shaped ? ReadNumber(value.substr(6, 2), 1, 31) : std::nullopt;
    const auto hour = shaped ? ReadNumber(value.substr(9, 2), 0, 23) : std::nullopt;
    const auto minute = shaped ? ReadNumber(value.substr(11, 2), 0, 59) : std::nullopt;
    const auto second = shaped ? ReadNumber(value.substr(13, 2), 0, 59) : std::nullopt;
    if (!year || !month || !day || !hour || !minute || !second)
      return Wrong(fmt::format("UNTIL={} is no local time, expected one like 20261231T235900", value));
    recurrence_.until = absl::CivilMinute(*year, *month, *day, *hour, *minute);
    return absl::OkStatus();
  }

  absl::Status ReadDays(std::string_view, std::string_view value) {
    for (const std::string_view day : Split(value, ',')) {
      const std::string_view name = day.size() < 2 ? day : day.substr(day.size() - 2);
      const auto* known = std::find(std::begin(kDays), std::end(kDays), name);
      const std::string_view ordinal = day.substr(0, day.size() - name.size());
      const auto nth = ordinal.empty() ? std::optional<int64_t>(0) : ReadNumber(ordinal, -5, 5);
      if (known == std::end(kDays) || !nth || (*nth == 0 && !ordinal.empty()))
        return Wrong(
            fmt::format("\"{}\" is no day of BYDAY, expected MO to SU, or with its place in the month 2TU, -1FR", day));
      recurrence_.days.push_back({static_cast<absl::Weekday>(known - std::begin(kDays)), static_cast<int8_t>(*nth)});
    }
    return absl::OkStatus();
  }

  absl::Status ReadMonthDays(std::string_view name, std::string_view value) {
    for (const std::string_view day : Split(value, ',')) {
      const auto number = ReadNumber(day, -31, 31);
      if (!number || *number == 0)
        return Wrong(fmt::format("\"{}\" is no day of {}, expected 1 to 31, or -1 to -31 from the end", day, name));
      recurrence_.month_days.push_back(static_cast<int8_t>(*number));
    }
    return absl::OkStatus();
  }

  absl::Status ReadHours(std::string_view name, std::string_view value) {
    return ReadList(name, value, kHoursOfDay - 1, &hours_);
  }
  absl::Status ReadMinutes(std::string_view name, std::string_view value) {
    return ReadList(name, value, kMinutesOfHour - 1, &minutes_);
  }
  static absl::Status ReadList(std::string_view name, std::string_view value, int64_t most, std::vector<int64_t>* out) {
    for (const std::string_view one : Split(value, ',')) {
      const auto number = ReadNumber(one, 0, most);
      if (!number) return Wrong(fmt::format("\"{}\" is none of {}, expected 0 to {}", one, name, most));
      out->push_back(*number);
    }
    return absl::OkStatus();
  }

  bool Has(std::string_view name) const { return std::find(read_.begin(), read_.end(), name) != read_.end(); }

  absl::Status Check() {
    if (!Has("FREQ")) return Wrong("it says not how often, expected FREQ=DAILY, FREQ=WEEKLY or FREQ=MONTHLY");
    if (Has("COUNT") && Has("UNTIL")) return Wrong("it has COUNT and UNTIL, expected one of the two");
    if (recurrence_.frequency == Frequency::kWeekly && Has("BYMONTHDAY"))
      return Wrong("a weekly rule has no BYMONTHDAY, expected FREQ=MONTHLY or FREQ=DAILY");
    for (const Recurrence::Day& day : recurrence_.days)
      if (day.ordinal != 0 && recurrence_.frequency != Frequency::kMonthly)
        return Wrong("a day with its place in the month needs FREQ=MONTHLY");
    const bool no_day = recurrence_.days.empty() && recurrence_.month_days.empty();
    const bool counts = recurrence_.interval > 1 || recurrence_.count > 0 || hours_.empty() ||
                        (no_day && recurrence_.frequency != Frequency::kDaily);
    if (counts && !from_)
      return Wrong(
          R"(INTERVAL, COUNT, and a day or an hour that it does not say, are taken from the day it begins: expected "from" beside it)");
    if (hours_.empty()) hours_.push_back(recurrence_.from.hour());
    if (minutes_.empty()) minutes_.push_back(recurrence_.from.minute());
    return absl::OkStatus();
  }

  const std::optional<absl::CivilMinute> from_;
  Recurrence recurrence_;
  std::vector<int64_t> hours_, minutes_;
  std::vector<std::string_view> read_;
};

absl::Span<const RuleReader::Part> RuleReader::Parts() {
  static constexpr Part kParts[] = {
      {"FREQ", &RuleReader::ReadFrequency}, {"INTERVAL", &RuleReader::ReadInterval},
      {"BYDAY", &RuleReader::ReadDays},     {"BYMONTHDAY", &RuleReader::ReadMonthDays},
      {"BYHOUR", &RuleReader::ReadHours},   {"BYMINUTE", &RuleReader::ReadMinutes},
      {"COUNT", &RuleReader::ReadCount},    {"UNTIL", &RuleReader::ReadUntil},
  };
  return kParts;
}

// One field of cron: what is between `least` and `most` of "*", "5", "1-5", "*/15", "10-30/10", and lists of these.
// Weekdays may have names.
std::optional<std::vector<int64_t>> ReadCronField(std::string_view text, int64_t least, int64_t most, bool weekdays) {
  auto number = [&](std::string_view word) -> std::optional<int64_t> {
    if (weekdays)
      for (size_t i = 0; i < std::size(kCronDays); ++i)
        if (word == kCronDays[i]) return static_cast<int64_t>(i);
    return ReadNumber(word, least, most);
  };
  std::vector<int64_t> numbers;
  for (const std::string_view part : Split(text, ',')) {
    const size_t slash = part.find('/');
    const std::string_view range = part.substr(0, slash);
    const auto step = slash == part.npos ? std::optional<int64_t>(1) : ReadNumber(part.substr(slash + 1), 1, most);
    const size_t dash = range.find('-');
    auto first = range == "*" ? std::optional(least) : number(range.substr(0, dash));
    auto last = range == "*"         ? std::optional(most)
                : dash != range.npos ? number(range.substr(dash + 1))
                : slash != part.npos ? std::optional(most)
                                     : first;
    if (!step || !first || !last || *first > *last) return std::nullopt;
    for (int64_t one = *first; one <= *last; one += *step) numbers.push_back(one);
  }
  return numbers;
}

}  // namespace

absl::StatusOr<Recurrence> ReadRecurrence(std::string_view rule, std::optional<absl::CivilMinute> from) {
  return RuleReader(from).Read(rule);
}

absl::StatusOr<Recurrence> ReadCron(std::string_view text, std::optional<absl::CivilMinute> from) {
  const std::vector<std::string_view> fields = Split(text, ' ');
  if (fields.size() != 5)
    return Wrong("expected five fields with one space between: minute, hour, day of the month, month, weekday");
  if (fields[3] != "*") return Wrong(fmt::format("\"{}\" is a month, expected \"*\"", fields[3]));
  if (fields[2] != "*" && fields[4] != "*")
    return Wrong("it has a day of the month and a weekday, of which either would do: expected one of the two");
  struct Field {
    std::string_view what;
    int64_t least, most;
  };
  constexpr Field kFields[] = {
      {"a minute", 0, 59}, {"an hour", 0, 23}, {"a day of the month", 1, 31}, {"a month", 1, 12}, {"a weekday", 0, 7}};
  std::vector<int64_t> numbers[std::size(kFields)];
  for (size_t i = 0; i < std::size(kFields); ++i) {
    auto read = ReadCronField(fields[i], kFields[i].least, kFields[i].most, i == 4);
    if (!read)
      return Wrong(fmt::format("\"{}\" is not {}, expected {} to {}, \"*\", a range or a list", fields[i],
                               kFields[i].what, kFields[i].least, kFields[i].most));
    numbers[i] = *std::move(read);
  }
  Recurrence recurrence;
  recurrence.from = from.value_or(kBegin);
  if (fields[2] != "*")
    for (const int64_t day : numbers[2]) recurrence.month_days.push_back(static_cast<int8_t>(day));
  if (fields[4] != "*")  // 0 and 7 are Sunday
    for (const int64_t day : numbers[4]) recurrence.days.push_back({static_cast<absl::Weekday>((day + 6) % 7), 0});
  for (const int64_t hour : numbers[1])
    for (const int64_t minute : numbers[0])
      recurrence.minutes.push_back(static_cast<int16_t>(hour * kMinutesOfHour + minute));
  SortOnce(recurrence.minutes);
  return recurrence;
}

std::optional<absl::CivilMinute> ReadLocalTime(std::string_view text) {
  const bool dated = text.size() >= 10 && text[4] == '-' && text[7] == '-';
  const bool timed = dated && text.size() == 16 && text[10] == 'T' && text[13] == ':';
  if (!dated || (!timed && text.size() != 10)) return std::nullopt;
  const auto year = ReadNumber(text.substr(0, 4), 1970, 9999), month = ReadNumber(text.substr(5, 2), 1, 12),
             day = ReadNumber(text.substr(8, 2), 1, 31);
  const auto hour = timed ? ReadNumber(text.substr(11, 2), 0, 23) : std::optional<int64_t>(0);
  const auto minute = timed ? ReadNumber(text.substr(14, 2), 0, 59) : std::optional<int64_t>(0);
  if (!year || !month || !day || !hour || !minute) return std::nullopt;
  const absl::CivilMinute time(*year, *month, *day, *hour, *minute);
  if (time.day() != *day) return std::nullopt;  // 31 June
  return time;
}

}  // namespace cartwheel::playbook
