#include "cli/replay_summary.h"

#include <sys/resource.h>

#include "base/json_text.h"
#include "base/json_tree.h"
#include "base/time.h"
#include "cli/output.h"
#include "cli/report_table.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double EventsPerSecond(const ReplaySummary& summary) {
  int64_t events = summary.counts.accepted + summary.counts.rejected_total();
  return summary.seconds > 0 ? static_cast<double>(events) / summary.seconds : 0;
}

void WriteCounts(std::string_view key, const std::map<std::string, int64_t>& counts, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  for (const auto& [name, count] : counts) {
    json.TextKey(name);
    json.Int(count);
  }
  json.EndObject();
}

// Of all journeys: messages by "journey/step", exits by reason.
void Sums(json::Element report, std::map<std::string, int64_t>* messages, std::map<std::string, int64_t>* exits) {
  for (auto [name, journey] : json::Members(report, "journeys")) {
    for (auto [step, count] : json::Members(journey, "messages"))
      (*messages)[fmt::format("{}/{}", name, step)] += json::Whole(count);
    for (auto [reason, count] : json::Members(journey, "exited")) (*exits)[std::string(reason)] += json::Whole(count);
  }
}

}  // namespace

void MeasureProcess(ReplaySummary* summary) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  summary->cpu_seconds = Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
  summary->peak_rss_bytes = int64_t{usage.ru_maxrss} * 1024;
}

std::string SummaryText(const ReplaySummary& summary) {
  const ReplayCounts& counts = summary.counts;
  std::string text = fmt::format("{:<28}{:>10}   accepted {}, duplicates {}, rejected {}\n", "events",
                                 Count(counts.accepted + counts.rejected_total()), Count(counts.accepted),
                                 Count(counts.duplicates), Count(counts.rejected_total()));
  for (const auto& [code, count] : counts.rejected)
    text += fmt::format("{:<28}{:>10}   {}\n", "  rejected", Count(count), code);
  for (const Rejection& rejection : counts.first_rejected)
    text += fmt::format("    record {}: {}\n", rejection.record, rejection.message);
  text += WarningsText(counts);
  if (counts.first_at_ms != 0)
    text += fmt::format("{:<28}{:>10}   {} to {}, run on to {}\n", "days",
                        (counts.last_at_ms - counts.first_at_ms) / kDayMs, FormatInstant(counts.first_at_ms),
                        FormatInstant(counts.last_at_ms), FormatInstant(summary.until_ms));
  text += fmt::format("{:<28}{:>10}\n", "enrolments", Count(counts.enrolments));
  text += fmt::format("{:<28}{:>10}   delivered {}\n\n", "messages", Count(counts.messages), Count(counts.delivered));
  text += fmt::format("The database now:\n{}", ReportTable(summary.report));
  text += fmt::format("\nevents_per_second {:.0f} ({:.3f} s, CPU {:.3f} s), peak RSS {}, database {} (log {})\n",
                      EventsPerSecond(summary), summary.seconds, summary.cpu_seconds, Size(summary.peak_rss_bytes),
                      Size(summary.database_bytes), Size(summary.log_bytes));
  return text;
}

std::string SummaryJson(const ReplaySummary& summary) {
  const ReplayCounts& counts = summary.counts;
  simdjson::dom::parser parser;
  json::Element report;
  std::map<std::string, int64_t> messages, exits;
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Int("events", counts.accepted + counts.rejected_total());
  json.Int("accepted", counts.accepted);
  json.Int("duplicates", counts.duplicates);
  json.Key("rejected");
  json.BeginObject();
  json.Int("total", counts.rejected_total());
  WriteCounts("reasons", counts.rejected, json);
  json.EndObject();
  if (!parser.parse(simdjson::padded_string(summary.report)).get(report)) {
    for (std::string_view key :
         {"consent", "rules", "statements", "refused", "customers", "carts", "orders", "journeys"})
      if (json::Element value; !report[key].get(value)) json.Raw(key, simdjson::minify(value));
    Sums(report, &messages, &exits);
  }
  json.Int("enrolments", counts.enrolments);
  json.Int("messages", counts.messages);
  WriteCounts("messages_by_step", messages, json);
  WriteCounts("exits", exits, json);
  json.Int("delivered", counts.delivered);
  json.Raw("events_per_second", fmt::format("{:.1f}", EventsPerSecond(summary)));
  json.Raw("seconds", fmt::format("{:.3f}", summary.seconds));
  json.Raw("cpu_seconds", fmt::format("{:.3f}", summary.cpu_seconds));
  json.Int("peak_rss_bytes", summary.peak_rss_bytes);
  json.Int("database_bytes", summary.database_bytes);
  json.Int("log_bytes", summary.log_bytes);
  json.Any("until", summary.until_ms == 0 ? Value::Null() : Value::Timestamp(summary.until_ms));
  json.EndObject();
  return text + "\n";
}

}  // namespace cartwheel::cli
