// `cartwheel doctor`: looks a database over, and says what to do.
#include "base/json_tree.h"
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kDoctorOptions[] = {
    {"--db", "FILE", "the database", true},
};

void Say(bool well, std::string_view text, std::string* out) {
  *out += fmt::format("{} {}\n", well ? "ok  " : "BAD ", text);
}

// Reads every customer, so that the engine knows of whom a key of FILE.keys is missing.
absl::Status ReadCustomers(Store& store) {
  constexpr size_t kPage = 10'000;
  for (CustomerRow after;;) {
    ASSIGN_OR_RETURN(const std::vector<StoredCustomer> rows, store.Customers(after, kPage));
    if (rows.empty()) return absl::OkStatus();
    after = rows.back().row;
  }
}

int RunDoctor(const Args& args) {
  const std::string path = args.Get("--db");
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(path);
  if (!engine.ok()) return Fail(engine.status());
  std::string out;
  bool well = true;
  auto say = [&](bool fine, std::string_view text) {
    Say(fine, text, &out);
    well = well && fine;
  };
  absl::StatusOr<std::string> damage = (*engine)->impl().store().FindDamage();
  if (!damage.ok()) return Fail(damage.status());
  if (damage->empty())
    say(true, "every page of the file is whole");
  else
    say(false, fmt::format("the file is damaged, restore a backup (cartwheel restore): {}", *damage));

  if (const absl::Status read = ReadCustomers((*engine)->impl().store()); !read.ok()) return Fail(read);
  absl::StatusOr<std::string> health = (*engine)->Query({.query = "health"});
  if (!health.ok()) return Fail(health.status());
  simdjson::dom::parser parser;
  json::Element answer;
  if (parser.parse(*health).get(answer) != simdjson::SUCCESS) return Fail(kFailed, "the engine's answer is no JSON");
  for (json::Element problem : json::Elements(answer, "problems")) say(false, json::Text(problem, "text"));
  if (json::Elements(answer, "problems").size() == 0) say(true, "nothing waits longer than it should");
  out += fmt::format("\nevents {}, of them not folded {}; worker: {}\n", Count(json::Whole(answer, "events")),
                     Count(json::Whole(answer, "unfolded")), json::Text(answer, "worker"));
  for (auto [name, channel] : json::Members(answer, "channels"))
    out += fmt::format("{}: {} waiting, {} claimed\n", name, Count(json::Whole(channel, "waiting")),
                       Count(json::Whole(channel, "claimed")));
  out += fmt::format("database {}, of it WAL {}; free on the disk {}; playbook revision {}\n",
                     Size(json::Whole(answer, "database_bytes")), Size(json::Whole(answer, "wal_bytes")),
                     Size(json::Whole(answer, "free_disk_bytes")), json::Whole(answer, "playbook_revision"));
  if (int64_t overflow = json::Whole(answer, "dedupe_overflow"); overflow > 0)
    out += fmt::format("{} event ids were forgotten early (dedupe_ids_max): customers with very many events\n",
                       Count(overflow));
  const int printed = Print(out);
  return well ? printed : kFailed;
}

}  // namespace

const Command kDoctorCommand = {
    "doctor",
    "",
    "checks a database: its pages, its lag, what is stuck, the clock, the disk",
    "Reads every page. Exit code 0: all is well; 1: something is not, and each line that begins with BAD says what to "
    "do.",
    {"cartwheel doctor --db shop.db"},
    kDoctorOptions,
    RunDoctor,
};

}  // namespace cartwheel::cli
