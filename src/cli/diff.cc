// `cartwheel diff`: what a new playbook changes, for whom, before it is loaded.
#include <optional>

#include "base/json_text.h"
#include "base/status.h"
#include "cli/args.h"
#include "cli/diff_changes.h"
#include "cli/output.h"
#include "cli/playbook_file.h"
#include "cli/session.h"
#include "cli/walks_inside.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kDiffOptions[] = {
    {"--db", "FILE", "says how many customers are inside of each journey that changes"},
    {"--json", "", "one JSON object instead of text"},
};

struct Comparison {
  int64_t from = 0, to = 0;  // revisions
  std::vector<Change> changes;
  std::optional<WalksInside> inside;
};

// Why an engine that has the old playbook would not take the new one; empty: it takes it.
std::string_view Refusal(const Comparison& compared) {
  if (compared.to < compared.from) return "a lower revision is not taken: raise \"revision\"";
  if (compared.to == compared.from && !compared.changes.empty())
    return "the same revision with other content is an error: raise \"revision\"";
  return "";
}

const std::map<int64_t, int64_t>& InsideOf(const Comparison& compared, const Change& change) {
  static const std::map<int64_t, int64_t> kNone;
  if (change.about != "journey" || !compared.inside) return kNone;
  const auto found = compared.inside->find(change.name);
  return found == compared.inside->end() ? kNone : found->second;
}

std::string TextOf(const Comparison& compared) {
  std::string text = fmt::format("revision {} to {}\n", compared.from, compared.to);
  if (const std::string_view refusal = Refusal(compared); !refusal.empty()) text += fmt::format("{}\n", refusal);
  if (compared.changes.empty()) return text + "nothing changes\n";
  for (const Change& change : compared.changes) {
    text += fmt::format("\n{}{}{}: {}\n", change.about, change.name.empty() ? "" : " ", change.name, change.kind);
    for (const std::string& line : change.words) text += fmt::format("  {}\n", line);
    if (!change.sent_by.empty()) text += fmt::format("  sent by {}\n", fmt::join(change.sent_by, ", "));
    if (change.about == "journey" && compared.inside && change.kind != "added") {
      const auto& inside = InsideOf(compared, change);
      if (inside.empty()) text += "  no customer is inside\n";
      for (const auto& [revision, walks] : inside)
        text += fmt::format("  {} inside, by revision {}\n", Count(walks), revision);
    }
    text += fmt::format("  ({})\n", change.concerns);
  }
  return text;
}

std::string JsonOf(const Comparison& compared) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Int("from", compared.from);
  json.Int("to", compared.to);
  if (const std::string_view refusal = Refusal(compared); !refusal.empty()) json.Text("refused", refusal);
  json.Key("changes");
  json.BeginList();
  for (const Change& change : compared.changes) {
    json.BeginObject();
    json.Text("about", change.about);
    if (!change.name.empty()) json.Text("name", change.name);
    json.Text("kind", change.kind);
    json.Key("words");
    json.BeginList();
    for (const std::string& line : change.words) json.Text(line);
    json.EndList();
    if (!change.sent_by.empty()) {
      json.Key("sent_by");
      json.BeginList();
      for (const std::string& step : change.sent_by) json.Text(step);
      json.EndList();
    }
    json.Text("concerns", change.concerns);
    if (change.about == "journey" && compared.inside) {
      json.Key("inside");
      json.BeginList();
      for (const auto& [revision, walks] : InsideOf(compared, change)) {
        json.BeginObject();
        json.Int("revision", revision);
        json.Int("walks", walks);
        json.EndObject();
      }
      json.EndList();
    }
    json.EndObject();
  }
  json.EndList();
  json.EndObject();
  return text + "\n";
}

absl::StatusOr<Comparison> Compare(const Args& args) {
  ASSIGN_OR_RETURN(const PlaybookFile before, ReadPlaybook(args.operand(0)));
  ASSIGN_OR_RETURN(const PlaybookFile after, ReadPlaybook(args.operand(1)));
  Comparison compared{before.compiled->revision.value(), after.compiled->revision.value(),
                      ChangesOf(before.json, after.json), std::nullopt};
  if (!args.Has("--db")) return compared;
  ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine, OpenExisting(args.Get("--db")));
  ASSIGN_OR_RETURN(compared.inside, CountWalks(*engine));
  return compared;
}

int RunDiff(const Args& args) {
  const absl::StatusOr<Comparison> compared = Compare(args);
  if (!compared.ok()) return Fail(compared.status());
  return Print(args.Has("--json") ? JsonOf(*compared) : TextOf(*compared));
}

}  // namespace

const Command kDiffCommand = {
    "diff",
    "OLD NEW",
    "what a new playbook changes, for whom, before it is loaded",
    "OLD and NEW are playbooks. Each part that differs is told with its differences and with whom they concern.",
    {"cartwheel diff playbook.json next.json --db shop.db", "cartwheel diff playbook.json next.json --json"},
    kDiffOptions,
    RunDiff,
};

}  // namespace cartwheel::cli
