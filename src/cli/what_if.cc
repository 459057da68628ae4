// `cartwheel what-if`: the past of a real database by another playbook, beside the one in force.
#include <algorithm>

#include "base/json_text.h"
#include "base/status.h"
#include "base/time.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/playbook_file.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/trail.h"
#include "cli/what_if_compare.h"
#include "cli/what_if_lane.h"
#include "cli/what_if_source.h"
#include "engine/query/query.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr size_t kShownMax = 50;
constexpr int64_t kWarmUpMinMs = 30 * kDayMs;

constexpr OptionSpec kWhatIfOptions[] = {
    {"--db", "FILE", "the database whose past is looked at; nothing is written to it", true},
    {"--playbook", "FILE", "the new playbook", true},
    {"--from", "SPAN", "how far back messages are compared, from the newest event of the log; 30d"},
    {"--warm-up", "SPAN", "how much before that is played without comparing; what conditions look back, at least 30d"},
    {"--all", "", "every difference instead of the first 50"},
    {"--json", "", "one JSON object with every difference"},
};

// What no replay of a past can know, said each time.
constexpr std::string_view kNotKnown[] = {
    "how customers would have reacted to messages that were never sent: clicks, purchases, opt-outs",
    "what channels would have answered: here each accepts what it is handed",
    "carts, audiences, past events and suppressed addresses from before the warm-up, and older values of attributes "
    "that were "
    "told "
    "anew since",
    "what operators held back, and what ran at another time because a worker was down",
};

struct Spans {
  int64_t from_span_ms = 0, warm_up_ms = 0;  // 0: as the playbooks look back
};

struct Report {
  int64_t old_revision = 0, new_revision = 0;
  int64_t warm_up_from_ms = 0, from_ms = 0, to_ms = 0;
  bool log_is_short = false;  // it begins after the warm-up should
  int64_t reactions_left_out = 0;
  WhatIfResult result;
};

absl::StatusOr<int64_t> SpanOf(const Args& args, std::string_view name, std::string_view otherwise) {
  const std::string text = args.Get(name, otherwise);
  if (text.empty()) return 0;
  if (const auto span = ParseSpan(text); span && *span > 0) return *span;
  return absl::InvalidArgumentError(fmt::format("{} is \"{}\", expected a span such as 30d", name, text));
}

absl::StatusOr<Report> Compare(const Args& args, const Spans& plan) {
  ASSIGN_OR_RETURN(const PlaybookFile next, ReadPlaybook(args.Get("--playbook")));
  const std::string path = args.Get("--db");
  ASSIGN_OR_RETURN(const std::unique_ptr<Engine> real, OpenExisting(path));
  Store& store = real->impl().store();
  const absl::StatusOr<std::string> in_force = AnswerPlaybook(store);
  if (!in_force.ok())
    return absl::NotFoundError(fmt::format("{}: no playbook is loaded, so there is none to compare with", path));
  ASSIGN_OR_RETURN(const PlaybookFile now, PlaybookOf(*in_force, path));
  WhatIfSource source(store);
  if (absl::Status status = source.Open(); !status.ok())
    return absl::NotFoundError(fmt::format("{}: {}", path, StatusText(status)));

  Report report{.old_revision = now.compiled->revision.value(), .new_revision = next.compiled->revision.value()};
  report.to_ms = source.last_ms();
  report.from_ms = report.to_ms - plan.from_span_ms;
  const int64_t looks_back_ms = std::max({kWarmUpMinMs, now.compiled->history_ms, next.compiled->history_ms});
  report.warm_up_from_ms = report.from_ms - (plan.warm_up_ms != 0 ? plan.warm_up_ms : looks_back_ms);
  report.log_is_short = source.first_ms() > report.warm_up_from_ms;
  report.warm_up_from_ms = std::max(report.warm_up_from_ms, source.first_ms());

  ASSIGN_OR_RETURN(const EventBatch told, source.ToldBefore(report.warm_up_from_ms));
  const bool address_by_id = !source.has_addresses();
  ASSIGN_OR_RETURN(const auto before, WhatIfLane::Open(now.text, told, report.warm_up_from_ms, address_by_id));
  ASSIGN_OR_RETURN(const auto after, WhatIfLane::Open(next.text, told, report.warm_up_from_ms, address_by_id));
  auto play = [&](const EventBatch& batch, int64_t arrived_ms) -> absl::Status {
    if (StopRequested()) return absl::CancelledError("stopped by a signal");
    RETURN_IF_ERROR(before->Play(batch, arrived_ms, source));
    return after->Play(batch, arrived_ms, source);
  };
  RETURN_IF_ERROR(source.ForEachArrival(report.warm_up_from_ms, play, ShowProgress));
  RETURN_IF_ERROR(before->RunOn(report.to_ms));
  RETURN_IF_ERROR(after->RunOn(report.to_ms));
  report.reactions_left_out = after->reactions_left_out();
  report.result = CompareSent(before->sent(), after->sent(), report.from_ms);
  return report;
}

std::string Line(const Difference& difference) {
  const std::string what = fmt::format("{}: {}/{}", difference.customer, difference.journey, difference.step);
  if (difference.new_at_ms == 0)
    return fmt::format("{}  - {} by {}\n", Clock(difference.old_at_ms), what, difference.old_channel);
  if (difference.old_at_ms == 0)
    return fmt::format("{}  + {} by {}\n", Clock(difference.new_at_ms), what, difference.new_channel);
  return fmt::format("{}  ~ {} by {}; now at {} by {}\n", Clock(difference.old_at_ms), what, difference.old_channel,
                     Clock(difference.new_at_ms), difference.new_channel);
}

std::vector<std::string> NotKnown(const Report& report) {
  std::vector<std::string> lines(std::begin(kNotKnown), std::end(kNotKnown));
  if (report.log_is_short)
    lines.push_back("what happened before the log begins, which is later than the warm-up should");
  if (report.reactions_left_out > 0)
    lines.push_back(
        fmt::format("what followed from openings and clicks of messages that the new playbook does not send: {}",
                    Count(report.reactions_left_out)));
  return lines;
}

std::string TextOf(const Report& report, bool all) {
  const WhatIfResult& result = report.result;
  std::string text = fmt::format(
      "revision {} in force, beside revision {}\nmessages from {} to {}, warm-up from {} (times are UTC)\n\n",
      report.old_revision, report.new_revision, Clock(report.from_ms), Clock(report.to_ms),
      Clock(report.warm_up_from_ms));
  text += fmt::format("{:<44} {:<10} {:>9} {:>9} {:>9}\n", "journey/step", "channel", "in force", "new", "alike");
  for (const auto& [key, counts] : result.steps)
    text += fmt::format("{:<44} {:<10} {:>9} {:>9} {:>9}\n", fmt::format("{}/{}", std::get<0>(key), std::get<1>(key)),
                        std::get<2>(key), Count(counts.old_sent), Count(counts.new_sent), Count(counts.alike));
  text += fmt::format("{:<55} {:>9} {:>9} {:>9}\n", "messages", Count(result.old_messages), Count(result.new_messages),
                      Count(result.alike));
  text += fmt::format("{:<55} {:>9} {:>9}\n", "customers who get any", Count(result.old_customers),
                      Count(result.new_customers));
  if (!result.differences.empty())
    text += "\n(-: only by the one in force, +: only by the new one, ~: at another time or by another channel)\n";
  const size_t shown = all ? result.differences.size() : std::min(result.differences.size(), kShownMax);
  for (size_t i = 0; i < shown; ++i) text += Line(result.differences[i]);
  if (shown < result.differences.size())
    text += fmt::format("and {} more: --all or --json shows them\n",
                        Count(static_cast<int64_t>(result.differences.size() - shown)));
  text += "\nNot known:\n";
  for (const std::string& line : NotKnown(report)) text += fmt::format("* {}\n", line);
  return text;
}

std::string JsonOf(const Report& report) {
  const WhatIfResult& result = report.result;
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Int("old_revision", report.old_revision);
  json.Int("new_revision", report.new_revision);
  json.Time("warm_up_from", report.warm_up_from_ms);
  json.Time("from", report.from_ms);
  json.Time("to", report.to_ms);
  json.Int("old_messages", result.old_messages);
  json.Int("new_messages", result.new_messages);
  json.Int("alike", result.alike);
  json.Int("old_customers", result.old_customers);
  json.Int("new_customers", result.new_customers);
  json.Key("steps");
  json.BeginList();
  for (const auto& [key, counts] : result.steps) {
    json.BeginObject();
    json.Text("journey", std::get<0>(key));
    json.Text("step", std::get<1>(key));
    json.Text("channel", std::get<2>(key));
    json.Int("old", counts.old_sent);
    json.Int("new", counts.new_sent);
    json.Int("alike", counts.alike);
    json.EndObject();
  }
  json.EndList();
  json.Key("differences");
  json.BeginList();
  for (const Difference& difference : result.differences) {
    json.BeginObject();
    json.Text("customer", difference.customer);
    json.Text("journey", difference.journey);
    json.Text("step", difference.step);
    if (difference.old_at_ms != 0) {
      json.Time("old_at", difference.old_at_ms);
      json.Text("old_channel", difference.old_channel);
    }
    if (difference.new_at_ms != 0) {
      json.Time("new_at", difference.new_at_ms);
      json.Text("new_channel", difference.new_channel);
    }
    json.EndObject();
  }
  json.EndList();
  json.Key("not_known");
  json.BeginList();
  for (const std::string& line : NotKnown(report)) json.Text(line);
  json.EndList();
  json.EndObject();
  return text + "\n";
}

int RunWhatIf(const Args& args) {
  const absl::StatusOr<int64_t> from = SpanOf(args, "--from", "30d"), warm_up = SpanOf(args, "--warm-up", "");
  if (!from.ok()) return Fail(kUsage, StatusText(from.status()));
  if (!warm_up.ok()) return Fail(kUsage, StatusText(warm_up.status()));
  CatchStopSignals();
  const absl::StatusOr<Report> report = Compare(args, {*from, *warm_up});
  if (!report.ok()) return Fail(report.status());
  return Print(args.Has("--json") ? JsonOf(*report) : TextOf(*report, args.Has("--all")));
}

}  // namespace

const Command kWhatIfCommand = {
    "what-if",
    "",
    "who would have got what and when by another playbook, from a database's past",
    "The events of the log arrive again, in memory, for the playbook in force and for the new one. Attributes, "
    "addresses "
    "and\n"
    "consents are as they were told, at their instants; carts and conditions on the past begin with the warm-up.",
    {"cartwheel what-if --db shop.db --playbook next.json --from 30d",
     "cartwheel what-if --db shop.db --playbook next.json --from 7d --json"},
    kWhatIfOptions,
    RunWhatIf,
};

}  // namespace cartwheel::cli
