#include "playbook/enter.h"

#include <algorithm>
#include <string>

#include "base/hash.h"
#include "base/status.h"
#include "base/time.h"
#include "fmt/format.h"
#include "playbook/fields.h"
#include "playbook/keys.h"
#include "playbook/recurrence_text.h"

namespace cartwheel::playbook {
namespace {

constexpr int64_t kLatestDefaultMs = kDayMs;
constexpr int64_t kLatestMaxMs = 30 * kDayMs;
constexpr int64_t kEntriesMaxMax = 1'000'000'000;

class ScheduleReader {
 public:
  ScheduleReader(const Playbook& playbook, ErrorList* errors) : playbook_(playbook), errors_(errors) {}

  Schedule Read(const JsonNode& enter) {
    schedule_.latest_ms = kLatestDefaultMs;
    if (const JsonNode* on = enter.Find("on"))
      errors_->Add(*on, "a journey is entered by an event or by a schedule, expected one of the two");
    ReadWhen(*enter.Find("schedule"));
    if (const JsonNode* segment = enter.Find("segment")) ReadSegment(*segment);
    if (const JsonNode* latest = enter.Find("latest")) ReadLatest(*latest);
    return std::move(schedule_);
  }

 private:
  void ReadWhen(const JsonNode& node) {
    if (!ExpectObject(node, errors_)) return;
    CheckKeys(node, kScheduleKeys, {}, errors_);
    const JsonNode *rule = node.Find("rrule"), *cron = node.Find("cron");
    if ((rule == nullptr) == (cron == nullptr)) return errors_->Add(node, R"(expected one of "rrule" and "cron")");
    if (const JsonNode* zone = node.Find("zone")) ReadZone(*zone);
    const JsonNode* from = node.Find("from");
    if (from != nullptr && !ReadFrom(*from)) return;
    const JsonNode& said = rule != nullptr ? *rule : *cron;
    if (!said.is_text())
      return errors_->Add(
          said, fmt::format("expected a text such as \"{}\", found {}",
                            rule != nullptr ? "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10" : "0 10 * * 2", Describe(said)));
    auto read = rule != nullptr ? ReadRecurrence(said.text, from_) : ReadCron(said.text, from_);
    if (!read.ok()) return errors_->Add(said, fmt::format("{}: {}", Quote(said.text), StatusText(read.status())));
    schedule_.recurrence = *std::move(read);
    schedule_.fingerprint =
        SipDigest(fmt::format("{}\n{}\n{}", said.text, from == nullptr ? "" : from->text, schedule_.recipient_zone))
            .low;
  }

  bool ReadFrom(const JsonNode& node) {
    if (node.is_text()) from_ = ReadLocalTime(node.text);
    if (!from_)
      errors_->Add(node, fmt::format("{} is no local time, expected one like \"2026-12-01\" or \"2026-12-01T10:00\"",
                                     Describe(node)));
    return from_.has_value();
  }

  void ReadZone(const JsonNode& node) {
    schedule_.recipient_zone = node.is_text() && node.text == kWaitZones[0];
    if (!schedule_.recipient_zone && !(node.is_text() && node.text == kWaitZones[1]))
      errors_->Add(node, fmt::format("{} is no choice, expected \"recipient\" or \"shop\"", Describe(node)));
  }

  void ReadSegment(const JsonNode& node) {
    const auto& segments = playbook_.segments;
    const auto known = std::find_if(segments.begin(), segments.end(),
                                    [&](const Segment& s) { return node.is_text() && s.name == node.text; });
    if (known == segments.end())
      return errors_->Add(node, fmt::format("{} is no segment of this playbook", Describe(node)));
    schedule_.segment = static_cast<uint32_t>(known - segments.begin());
  }

  void ReadLatest(const JsonNode& node) {
    schedule_.latest_ms = ReadSpan(node, kMinuteMs, errors_).value_or(kLatestDefaultMs);
    if (schedule_.latest_ms > kLatestMaxMs)
      errors_->Add(node, fmt::format("{} is too long, expected at most \"30d\"", Describe(node)));
  }

  const Playbook& playbook_;
  ErrorList* errors_;
  Schedule schedule_;
  std::optional<absl::CivilMinute> from_;
};

int64_t ReadMax(const JsonNode* node, ErrorList* errors) {
  if (node == nullptr) return 0;
  const int64_t max = ReadWhole(*node, errors).value_or(1);
  if (max < 1 || max > kEntriesMaxMax)
    errors->Add(*node, fmt::format("{} is no number of entries, expected 1 to {}", max, kEntriesMaxMax));
  return max;
}

}  // namespace

void ReadSchedule(const JsonNode& enter, const Playbook& playbook, ErrorList* errors, Journey* journey) {
  journey->schedule = ScheduleReader(playbook, errors).Read(enter);
}

void ReadEntryCaps(const JsonNode& enter, ErrorList* errors, Journey* journey) {
  journey->entries_per_hour_max = ReadMax(enter.Find("max_per_hour"), errors);
  journey->entries_per_day_max = ReadMax(enter.Find("max_per_day"), errors);
}

}  // namespace cartwheel::playbook
