// How the engine is: health, which looks at the database and says what is wrong with it in words; stats, which tells of
// this engine's calls; metrics, both of them as Prometheus text
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
#include <map>
#include <utility>

#include "base/mask.h"
#include "base/status.h"
#include "base/time.h"
#include "engine/common/holds.h"
#include "engine/query/query.h"
#include "engine/query/warned_types.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// What is no longer a delay but a problem.
constexpr int64_t kFoldLagMs = kMinuteMs;
constexpr int64_t kAlarmLagMs = kHourMs + kMinuteMs;  // an hour's entries are cleared away when it is over
constexpr int64_t kUnsentMs = 10 * kMinuteMs;
constexpr int64_t kClockBackMs = kMinuteMs;
// Of the advertisements of so many days, from so many on: of how many in a hundred the recipients withdraw within a
// day.
constexpr int64_t kOptOutDays = 7;
constexpr int64_t kOptOutHandOversMin = 20;
constexpr int64_t kOptOutPercentMax = 2;
constexpr int64_t kNotToldDays = 30;             // back from today
constexpr int64_t kEraseWithinMs = 10 * kDayMs;  // Privacy Act decree 43(3): within ten days

struct Problem {
  std::string_view code;
  std::string text;
};

struct Health {
  StoreStatus status;
  Revision revision;
  int64_t dedupe_overflow = 0;
  int64_t lag_ms = 0;         // since the oldest event that is not folded was ingested
  int64_t alarm_late_ms = 0;  // of the oldest alarm that was not looked at
  int64_t not_told = 0;       // notices of a duty that were not accepted in time, in the last days
  std::string_view worker;    // "folds", "lapsed", "none"
  Holds holds;
  std::vector<Problem> problems;
};

std::string Span(int64_t ms) {
  if (ms < 2 * kMinuteMs) return fmt::format("{} s", ms / kSecondMs);
  if (ms < 2 * kHourMs) return fmt::format("{} min", ms / kMinuteMs);
  return fmt::format("{} h", ms / kHourMs);
}

constexpr std::string_view HoldEffect(Hold hold) {
  switch (hold) {
    case Hold::kNone:
      return "";
    case Hold::kQuiet:
      return "its advertisements wait";
    case Hold::kDrain:
      return "no customer enters";
    case Hold::kPause:
      return "nothing of it is sent";
    case Hold::kStop:
      return "its walks have ended, and no customer enters";
  }
  return "";
}

void FindHolds(Health& health) {
  for (const auto& [journey, entry] : health.holds.entries) {
    if (entry.hold == Hold::kNone) continue;
    health.problems.push_back(
        {"held", fmt::format("{}: {} since {}: {}{}{}", journey.empty() ? "the shop" : "journey " + journey,
                             HoldName(entry.hold), FormatInstant(entry.since_ms), HoldEffect(entry.hold),
                             entry.why.empty() ? "" : "; ", entry.why)});
  }
  if (health.holds.surge_since_ms != 0)
    health.problems.push_back(
        {"surge", fmt::format("advertisements wait since {}: more were due in an hour than is usual; look at what was "
                              "loaded or imported, then let them go with the verb release",
                              FormatInstant(health.holds.surge_since_ms))});
}

// Journeys whose advertisements drive recipients away, by channel. `counters` are in their order.
void FindOptOuts(const std::vector<CounterRow>& counters, Health& health, int64_t now_ms) {
  std::map<std::pair<std::string_view, std::string_view>, std::pair<int64_t, int64_t>> counted;
  for (const CounterRow& row : counters) {
    const Counter& counter = row.counter;
    if (counter.day <= now_ms / kDayMs - kOptOutDays) continue;
    if (counter.metric == Metric::kHandedOver) counted[{counter.journey, counter.step}].first += row.count;
    if (counter.metric == Metric::kOptOuts) counted[{counter.journey, counter.step}].second += row.count;
  }
  constexpr int64_t kHundred = 100;
  for (const auto& [of, counts] : counted) {
    const auto [handed_over, opt_outs] = counts;
    if (handed_over < kOptOutHandOversMin || opt_outs * kHundred <= handed_over * kOptOutPercentMax) continue;
    health.problems.push_back(
        {"opt_outs",
         fmt::format("journey {} by {}: {} of {} advertisements of the last {} days were answered by a withdrawal "
                     "within a day, more than {} %: look at what they say, and how often",
                     of.first, of.second, opt_outs, handed_over, kOptOutDays, kOptOutPercentMax)});
  }
}

void FindProblems(const QueryContext& context, Health& health) {
  const StoreStatus& status = health.status;
  auto problem = [&](std::string_view code, std::string text) { health.problems.push_back({code, std::move(text)}); };
  const int64_t unfolded = status.head.last - status.cursor;
  if (!health.revision) problem("no_playbook", "no playbook is loaded: events are folded and no reminder is made");
  if (health.worker != "folds" && unfolded > 0 && health.lag_ms > kFoldLagMs)
    problem("no_worker",
            fmt::format("no worker folds: {} events wait, the oldest for {}; start a worker, or call advance", unfolded,
                        Span(health.lag_ms)));
  else if (health.lag_ms > kFoldLagMs)
    problem("behind",
            fmt::format("the worker is behind: {} events wait, the oldest for {}", unfolded, Span(health.lag_ms)));
  if (health.alarm_late_ms > kAlarmLagMs)
    problem("late_alarms", fmt::format("alarms were due {} ago and no worker looked: start a worker, or call advance",
                                       Span(health.alarm_late_ms)));
  for (const StoreStatus::Channel& channel : status.channels)
    if (channel.waiting > 0 && context.now_ms - channel.oldest_ready_at_ms > kUnsentMs)
      problem("unsent",
              fmt::format("{}: {} messages wait, the oldest for {}; no worker claims this channel, or not fast enough",
                          channel.name, channel.waiting, Span(context.now_ms - channel.oldest_ready_at_ms)));
  if (status.copied)
    problem("copied",
            "this file was copied here, or moved: it hands out no advertisement before it is adopted. Where it goes on "
            "in the place of the other one: cartwheel adopt FILE; where it is a backup: cartwheel restore");
  for (const ChannelBook::Failing& failing : context.channels.Failures())
    problem("channel_fails", fmt::format("channel {} fails since {}: {}", failing.channel,
                                         FormatInstant(failing.since_ms), failing.reason));
  if (health.not_told > 0)
    problem("not_told", fmt::format("{} notices that the law asks for (KR-08, KR-09) were not accepted in time in the "
                                    "last {} days: look at notice/result and notice/reconfirm in the report",
                                    health.not_told, kNotToldDays));
  if (status.newest_ingested_at_ms > context.now_ms + kClockBackMs)
    problem("clock",
            fmt::format(
                "the newest event was ingested {} in the future: the clock was set back, or another machine's is wrong",
                Span(status.newest_ingested_at_ms - context.now_ms)));
  if (status.lost_customers + status.lost_events > 0)
    problem("lost_keys", fmt::format("the keys of {} customers and {} events are missing from FILE.keys, and what is "
                                     "personal of them cannot be read: put back the newest copy of that file",
                                     status.lost_customers, status.lost_events));
  if (status.oldest_erasure_at_ms != 0 && context.now_ms - status.oldest_erasure_at_ms > kEraseWithinMs)
    problem("erasures", fmt::format("the bytes of {} erased customers are still in the file, of the oldest for {}: let "
                                    "a worker run, and end queries that run for hours",
                                    status.erasures_pending, Span(context.now_ms - status.oldest_erasure_at_ms)));
  const int64_t floor = context.options.free_disk_min_bytes;
  if (status.database_bytes > 0 && floor > 0 && status.free_disk_bytes >= 0 && status.free_disk_bytes < 2 * floor)
    problem("disk", fmt::format("{} MB are free on the disk: below {} MB events are no longer taken",
                                status.free_disk_bytes >> 20, floor >> 20));
}

absl::StatusOr<Health> Look(const QueryContext& context) {
  Health health;
  ASSIGN_OR_RETURN(health.status, context.store.Status());
  ASSIGN_OR_RETURN(health.revision, context.definitions.LatestRevision());
  ASSIGN_OR_RETURN(const std::vector<CounterRow> counters, context.store.Counters());
  health.dedupe_overflow = CountOf(counters, Metric::kDedupeOverflow);
  for (const CounterRow& row : counters)
    if (row.counter.metric == Metric::kNotTold && row.counter.day > context.now_ms / kDayMs - kNotToldDays)
      health.not_told += row.count;
  ASSIGN_OR_RETURN(std::optional<int64_t> alarm, context.store.FirstAlarm(0));
  if (alarm && *alarm / kHourMs < context.now_ms / kHourMs) health.alarm_late_ms = context.now_ms - *alarm;
  const StoreStatus& status = health.status;
  if (status.oldest_unfolded_at_ms != 0)
    health.lag_ms = std::max<int64_t>(context.now_ms - status.oldest_unfolded_at_ms, 0);
  health.worker = !status.lease_end ? "none" : status.lease_end->LapsedAt(context.lease_now) ? "lapsed" : "folds";
  ASSIGN_OR_RETURN(health.holds, ReadHolds(context.definitions));
  FindProblems(context, health);
  FindHolds(health);
  FindOptOuts(counters, health, context.now_ms);
  ASSIGN_OR_RETURN(std::vector<WarnedType> warned, FindWarnedTypes(context.log, context.store, context.now_ms));
  for (WarnedType& type : warned) health.problems.push_back({"warnings", std::move(type.sentence)});
  for (Problem& problem : health.problems) problem.text = MaskAddresses(problem.text);
  return health;
}

int64_t Age(const StoreStatus::Channel& channel, int64_t now_ms) {
  return channel.waiting == 0 ? 0 : std::max<int64_t>(now_ms - channel.oldest_ready_at_ms, 0);
}

// A label's value: https://prometheus.io/docs/instrumenting/exposition_formats/#comments-help-text-and-type-information
std::string Label(std::string_view text) {
  std::string label;
  for (char c : text) {
    if (c == '\\' || c == '"') label += '\\';
    if (c == '\n')
      label += "\\n";
    else
      label += c;
  }
  return label;
}

double Seconds(int64_t us) { return static_cast<double>(us) / 1e6; }

}  // namespace

absl::StatusOr<std::string> AnswerHealth(const QueryContext& context) {
  ASSIGN_OR_RETURN(Health health, Look(context));
  const StoreStatus& status = health.status;
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "ok", Value::Bool(health.problems.empty()));
  writer.Key("problems");
  writer.BeginList();
  for (const Problem& problem : health.problems) {
    writer.BeginMap();
    Field(writer, "code", problem.code);
    Field(writer, "text", problem.text);
    writer.End();
  }
  writer.End();
  Field(writer, "worker", health.worker);
  Field(writer, "events", Value::Int(status.head.last.value()));
  Field(writer, "folded", Value::Int(status.cursor.value()));
  Field(writer, "unfolded", Value::Int(status.head.last - status.cursor));
  Field(writer, "lag_ms", Value::Int(health.lag_ms));
  Field(writer, "alarm_late_ms", Value::Int(health.alarm_late_ms));
  writer.Key("channels");
  writer.BeginMap();
  for (const StoreStatus::Channel& channel : status.channels) {
    writer.Key(channel.name);
    writer.BeginMap();
    Field(writer, "waiting", Value::Int(channel.waiting));
    Field(writer, "claimed", Value::Int(channel.claimed));
    Field(writer, "oldest_ms", Value::Int(Age(channel, context.now_ms)));
    writer.End();
  }
  writer.End();
  writer.Key("holds");
  writer.BeginList();
  for (const auto& [journey, entry] : health.holds.entries) {
    if (entry.hold == Hold::kNone) continue;
    writer.BeginMap();
    if (!journey.empty()) Field(writer, "journey", journey);
    Field(writer, "hold", HoldName(entry.hold));
    Field(writer, "since", Value::Timestamp(entry.since_ms));
    if (!entry.why.empty()) Field(writer, "why", entry.why);
    writer.End();
  }
  writer.End();
  OptionalInstant(writer, "surge_since", health.holds.surge_since_ms);
  Field(writer, "erasures_pending", Value::Int(status.erasures_pending));
  Field(writer, "log_bytes", Value::Int(status.head.bytes_end));
  Field(writer, "database_bytes", Value::Int(status.database_bytes));
  Field(writer, "wal_bytes", Value::Int(status.wal_bytes));
  Field(writer, "free_disk_bytes", Value::Int(status.free_disk_bytes));
  Field(writer, "playbook_revision", Value::Int(health.revision.value()));
  Field(writer, "dedupe_overflow", Value::Int(health.dedupe_overflow));
  writer.End();
  return ToJson(packed);
}

std::string AnswerStats(const QueryContext& context) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  Field(writer, "opened_at", Value::Timestamp(context.stats.opened_at_ms));
  writer.Key("counts");
  writer.BeginMap();
  for (size_t i = 0; i < kCounted; ++i) Field(writer, kCountedNames[i], Value::Int(context.stats.counts[i]));
  writer.End();
  writer.Key("calls");
  writer.BeginMap();
  for (size_t i = 0; i < kVerbs; ++i) {
    const CallStats& calls = context.stats.calls[i];
    writer.Key(kVerbNames[i]);
    writer.BeginMap();
    Field(writer, "calls", Value::Int(Calls(calls)));
    Field(writer, "errors", Value::Int(calls.errors));
    Field(writer, "total_us", Value::Int(calls.sum_us));
    Field(writer, "p50_us", Value::Int(QuantileUs(calls, 0.5)));
    Field(writer, "p99_us", Value::Int(QuantileUs(calls, 0.99)));
    writer.End();
  }
  writer.End();
  writer.End();
  return ToJson(packed);
}

absl::StatusOr<std::string> AnswerMetrics(const QueryContext& context) {
  ASSIGN_OR_RETURN(Health health, Look(context));
  ASSIGN_OR_RETURN(std::vector<CounterRow> counters, context.store.Counters());
  const StoreStatus& status = health.status;
  std::string text;
  auto family = [&](std::string_view name, std::string_view type, std::string_view help) {
    text += fmt::format("# HELP cartwheel_{} {}\n# TYPE cartwheel_{} {}\n", name, help, name, type);
  };
  auto gauge = [&](std::string_view name, std::string_view help, auto value) {
    family(name, "gauge", help);
    text += fmt::format("cartwheel_{} {}\n", name, value);
  };
  gauge("ok", "1 when query health finds no problem.", health.problems.empty() ? 1 : 0);
  gauge("events", "Events ever ingested.", status.head.last.value());
  gauge("unfolded", "Events that are not folded yet.", status.head.last - status.cursor);
  gauge("lag_seconds", "Age of the oldest event that is not folded.", static_cast<double>(health.lag_ms) / 1e3);
  gauge("alarm_late_seconds", "How long the oldest alarm waits to be looked at.",
        static_cast<double>(health.alarm_late_ms) / 1e3);
  gauge("database_bytes", "The database with its WAL.", status.database_bytes);
  gauge("wal_bytes", "The WAL.", status.wal_bytes);
  gauge("free_disk_bytes", "Free where the database lies.", status.free_disk_bytes);
  family("outbox_waiting", "gauge", "Messages that wait to be claimed.");
  for (const auto& channel : status.channels)
    text += fmt::format("cartwheel_outbox_waiting{{channel=\"{}\"}} {}\n", Label(channel.name), channel.waiting);
  family("outbox_claimed", "gauge", "Messages that are handed out and not settled.");
  for (const auto& channel : status.channels)
    text += fmt::format("cartwheel_outbox_claimed{{channel=\"{}\"}} {}\n", Label(channel.name), channel.claimed);
  family("outbox_oldest_seconds", "gauge", "How long the oldest message waits.");
  for (const auto& channel : status.channels)
    text += fmt::format("cartwheel_outbox_oldest_seconds{{channel=\"{}\"}} {}\n", Label(channel.name),
                        static_cast<double>(Age(channel, context.now_ms)) / 1e3);
  family("count_total", "counter", "What query report counts, by its path.");
  for (const CounterRow& row : SumOverDays(std::move(counters)))
    text += fmt::format("cartwheel_count_total{{name=\"{}\"}} {}\n", Label(CounterPath(row.counter.view())), row.count);
  family("engine_total", "counter", "What this engine has done since it was opened.");
  for (size_t i = 0; i < kCounted; ++i)
    text += fmt::format("cartwheel_engine_total{{what=\"{}\"}} {}\n", kCountedNames[i], context.stats.counts[i].load());
  family("call_errors_total", "counter", "Calls of this engine that answered an error.");
  for (size_t i = 0; i < kVerbs; ++i)
    text += fmt::format("cartwheel_call_errors_total{{verb=\"{}\"}} {}\n", kVerbNames[i],
                        context.stats.calls[i].errors.load());
  family("call_seconds", "histogram", "How long this engine's calls took.");
  for (size_t i = 0; i < kVerbs; ++i) {
    int64_t sum = 0;
    for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
      sum += context.stats.calls[i].buckets[bucket];
      const std::string end = bucket + 1 < kBuckets ? fmt::format("{}", Seconds(kBucketsUs[bucket])) : "+Inf";
      text += fmt::format("cartwheel_call_seconds_bucket{{verb=\"{}\",le=\"{}\"}} {}\n", kVerbNames[i], end, sum);
    }
    text += fmt::format(
        "cartwheel_call_seconds_sum{{verb=\"{0}\"}} {1}\ncartwheel_call_seconds_count{{verb=\"{0}\"}} {2}\n",
        kVerbNames[i], Seconds(context.stats.calls[i].sum_us), sum);
  }
  return text;
}

}  // namespace cartwheel
