#include "cel/time_text.h"

#include "base/time.h"

namespace cartwheel::cel {
namespace {

constexpr std::string_view kTooFine = "finer than a nanosecond";
constexpr int64_t kNanosecondsOfMs = 1'000'000;
constexpr std::string_view kTimestampShape =
    "expected a timestamp like 2022-08-01T09:30:00Z or 2022-08-01T18:30:00+09:00";
constexpr std::string_view kDurationShape = "expected a duration like 24h, 1h30m or 90s";
constexpr std::string_view kNoDays = "days are no unit of durations, write hours: 168h are 7 days";
constexpr int kFractionDigits = 9;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool at_end() const { return text_.empty(); }
  bool AtDigit() const { return !text_.empty() && IsDigit(text_[0]); }
  bool Take(std::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  char TakeDigit() {
    char digit = text_[0];
    text_.remove_prefix(1);
    return digit;
  }
  // The digits after a point, as nanoseconds; a digit finer than that sets `lost`.
  int64_t Fraction(bool* lost) {
    int64_t nanoseconds = 0;
    int digits = 0;
    for (; AtDigit(); ++digits) {
      char digit = TakeDigit();
      if (digits < kFractionDigits)
        nanoseconds = nanoseconds * 10 + (digit - '0');
      else
        *lost |= digit != '0';
    }
    for (; digits < kFractionDigits; ++digits) nanoseconds *= 10;
    return nanoseconds;
  }

 private:
  std::string_view text_;
};

struct Unit {
  std::string_view name;
  int64_t nanoseconds;
};
// A name before its prefix.
constexpr Unit kUnits[] = {{"ms", 1'000'000},     {"us", 1'000},       {"µs", 1'000},
                           {"μs", 1'000},         {"ns", 1},           {"h", 3'600'000'000'000},
                           {"m", 60'000'000'000}, {"s", 1'000'000'000}};

std::nullopt_t Fail(std::string_view why, std::string_view* problem) {
  *problem = why;
  return std::nullopt;
}

}  // namespace

std::optional<Value> ReadTimestamp(std::string_view text, std::string_view* problem) {
  const std::optional<Iso8601> read = ReadIso8601(text);
  if (!read || !read->rfc3339) return Fail(kTimestampShape, problem);
  if (read->at_ms < kTimestampMinMs || read->at_ms > kTimestampMaxMs)
    return Fail("outside of the years 1 to 9999", problem);
  if (!read->exact) return Fail(kTooFine, problem);
  return Value::Timestamp(read->at_ms, read->nanoseconds);
}

std::optional<Value> ReadDuration(std::string_view text, std::string_view* problem) {
  if (text == "0" || text == "-0" || text == "+0") return Value::Duration(0);
  constexpr __int128 kMost = std::numeric_limits<int64_t>::max();
  Scanner s(text);
  bool negative = s.Take("-"), lost = false;
  if (!negative) s.Take("+");
  if (s.at_end()) return Fail(kDurationShape, problem);
  __int128 total = 0;
  while (!s.at_end()) {
    __int128 whole = 0;
    bool digits = s.AtDigit();
    while (s.AtDigit()) {
      int digit = s.TakeDigit() - '0';
      if (whole <= kMost) whole = whole * 10 + digit;  // beyond it the exact number no longer matters
    }
    int64_t fraction = 0;
    if (s.Take(".")) {
      digits |= s.AtDigit();
      fraction = s.Fraction(&lost);
    }
    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits)
      if (unit == nullptr && s.Take(candidate.name)) unit = &candidate;
    if (!digits || unit == nullptr) return Fail(digits && s.Take("d") ? kNoDays : kDurationShape, problem);
    __int128 part = static_cast<__int128>(fraction) * unit->nanoseconds;  // of 1e-9 units
    lost |= part % 1'000'000'000 != 0;
    total += whole * unit->nanoseconds + part / 1'000'000'000;
    if (total > kMost) return Fail("longer than 292 years", problem);
  }
  if (lost) return Fail(kTooFine, problem);
  const int64_t span = negative ? -static_cast<int64_t>(total) : static_cast<int64_t>(total);
  int64_t span_ms = span / kNanosecondsOfMs, rest = span % kNanosecondsOfMs;
  if (rest < 0) {  // milliseconds are rounded down
    --span_ms;
    rest += kNanosecondsOfMs;
  }
  return Value::Duration(span_ms, static_cast<uint32_t>(rest));
}

}  // namespace cartwheel::cel
