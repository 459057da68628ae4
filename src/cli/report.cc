// `cartwheel report`: what a database's counters say.
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/report_table.h"
#include "cli/session.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kReportOptions[] = {
    {"--db", "FILE", "the database", true},
    {"--json", "", "the engine's answer as it is, one JSON object"},
};

int RunReport(const Args& args) {
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(args.Get("--db"));
  if (!engine.ok()) return Fail(engine.status());
  absl::StatusOr<std::string> report = (*engine)->Query({.query = "report"});
  if (!report.ok()) return Fail(report.status());
  return Print(args.Has("--json") ? *report + "\n" : ReportTable(*report));
}

}  // namespace

const Command kReportCommand = {
    "report",
    "",
    "customers, carts, messages by step, purchases after a message",
    "",
    {"cartwheel report --db shop.db", "cartwheel report --db shop.db --json"},
    kReportOptions,
    RunReport,
};

}  // namespace cartwheel::cli
