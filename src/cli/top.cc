// `cartwheel top`: a database at work, once a second.
#include <unistd.h>

#include "base/json_tree.h"
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr int64_t kEveryMs = 1000;
constexpr char kClear[] = "\x1b[H\x1b[2J";

constexpr OptionSpec kTopOptions[] = {
    {"--db", "FILE", "the database", true},
    {"--once", "", "print one picture and end"},
};

struct Seen {
  int64_t events = -1;
  int64_t folded = 0;
};

std::string Rate(int64_t now, int64_t before, bool known) {
  return known ? fmt::format("{}/s", Count(now - before)) : "-";
}

std::string Picture(const std::string& path, json::Element health, Seen* before) {
  const Seen now{json::Whole(health, "events"), json::Whole(health, "folded")};
  const bool known = before->events >= 0;
  std::string out = fmt::format("{}   worker: {}   {}\n\n", path, json::Text(health, "worker"),
                                json::Elements(health, "problems").size() == 0 ? "well" : "NOT WELL");
  out += fmt::format("{:<14}{:>14}{:>14}\n", "ingested", Count(now.events), Rate(now.events, before->events, known));
  out += fmt::format("{:<14}{:>14}{:>14}\n", "folded", Count(now.folded), Rate(now.folded, before->folded, known));
  out += fmt::format("{:<14}{:>14}{:>12} s\n", "behind", Count(now.events - now.folded),
                     json::Whole(health, "lag_ms") / 1000);
  for (auto [name, channel] : json::Members(health, "channels"))
    out += fmt::format("{:<14}{:>14}{:>14}{:>12} s\n", name, Count(json::Whole(channel, "waiting")) + " waiting",
                       Count(json::Whole(channel, "claimed")) + " claimed", json::Whole(channel, "oldest_ms") / 1000);
  out += fmt::format("{:<14}{:>14}{:>14}\n", "database", Size(json::Whole(health, "database_bytes")),
                     Size(json::Whole(health, "wal_bytes")) + " WAL");
  for (json::Element problem : json::Elements(health, "problems"))
    out += fmt::format("\n! {}", json::Text(problem, "text"));
  *before = now;
  return out + "\n";
}

int RunTop(const Args& args) {
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(args.Get("--db"));
  if (!engine.ok()) return Fail(engine.status());
  const bool live = !args.Has("--once") && isatty(STDOUT_FILENO) == 1;
  CatchStopSignals();
  Seen before;
  int printed = kOk;
  do {
    absl::StatusOr<std::string> health = (*engine)->Query({.query = "health"});
    if (!health.ok()) return Fail(health.status());
    simdjson::dom::parser parser;
    json::Element answer;
    if (parser.parse(*health).get(answer) != simdjson::SUCCESS) return Fail(kFailed, "the engine's answer is no JSON");
    printed = Print((live ? kClear : "") + Picture(args.Get("--db"), answer, &before));
  } while (printed == kOk && !args.Has("--once") && !WaitForStop(kEveryMs));
  return printed;
}

}  // namespace

const Command kTopCommand = {
    "top",
    "",
    "shows a database at work, once a second",
    "",
    {"cartwheel top --db shop.db", "cartwheel top --db shop.db --once"},
    kTopOptions,
    RunTop,
};

}  // namespace cartwheel::cli
