// `cartwheel simulate`: a dry run in memory: what a playbook would send for these events, when, to whom, with the text.
#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/status.h"
#include "cli/args.h"
#include "cli/event_file.h"
#include "cli/output.h"
#include "cli/replayer.h"
#include "cli/report_table.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/trail.h"
#include "core/model/customer_row.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr std::string_view kTextIndent = "                     ";

const OptionSpec kSimulateOptions[] = {
    kFormatOption,
    {"--until", "SPAN", "how long to run on after the last event; +96h"},
    {"--strict", "", "reject an event with a field that cannot be read, for tests of a shop's integration"},
};

// What is no news: the wait that begins again, and what a channel answered.
constexpr std::string_view kLeftOut[] = {"reset", "receipt"};

struct Scene {
  TrailEntry entry;
  std::string customer;
};

absl::StatusOr<std::vector<Scene>> Timeline(Engine& engine) {
  std::vector<Scene> scenes;
  CustomerRow after;
  while (true) {
    ASSIGN_OR_RETURN(auto rows, engine.impl().store().Customers(after, kCustomersAtATime));
    if (rows.empty()) break;
    for (const auto& row : rows) {
      ASSIGN_OR_RETURN(Customer customer, DecodeCustomer(row.row, row.data));
      QueryRequest request{.query = "why", .limit = kDecisionsMax};
      (customer.by_device() ? request.anonymous_id : request.customer) = customer.id;
      absl::StatusOr<std::string> why = engine.Query(request);
      if (absl::IsNotFound(why.status())) continue;  // erased
      RETURN_IF_ERROR(why.status());
      for (TrailEntry& entry : ReadTrail(*why))
        if (std::find(std::begin(kLeftOut), std::end(kLeftOut), entry.decision) == std::end(kLeftOut))
          scenes.push_back({std::move(entry), customer.id});
    }
    after = rows.back().row;
  }
  std::stable_sort(scenes.begin(), scenes.end(),
                   [](const Scene& a, const Scene& b) { return a.entry.at_ms < b.entry.at_ms; });
  return scenes;
}

std::string Describe(const Scene& scene, const std::unordered_map<int64_t, const Message*>& sent) {
  const TrailEntry& entry = scene.entry;
  auto message = sent.find(entry.message);
  if (entry.decision != "message" || message == sent.end())
    return fmt::format("{}  {}: {}\n", Clock(entry.at_ms), scene.customer, Sentence(entry));
  const Message& made = *message->second;
  std::string where;  // what an answer names it by, or the address
  if (IsCall(made))
    where = fmt::format(", call {}", made.key);
  else if (made.address != scene.customer)
    where = fmt::format(" at {}", made.address);
  return fmt::format("{}  {}: {}/{} by {}{}\n{}", Clock(entry.at_ms), scene.customer, entry.journey, entry.step,
                     made.channel, where, ReadableTexts(made.payload, kTextIndent));
}

absl::Status Simulate(const Args& args, const InputFormat& format, int64_t until_span_ms) {
  ASSIGN_OR_RETURN(std::unique_ptr<EventFile> file, EventFile::Open(args.operand(1), format));
  VirtualClock clock;
  Options options;
  options.clock = &clock;
  options.strict = args.Has("--strict");
  const bool address_by_id = !HoldsEndpointEvents(*file, format);
  file->Rewind();
  ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, OpenEngine(":memory:", options));
  engine->impl().SetAddressById(address_by_id);
  engine->impl().SetGuardsSurges(false);
  RETURN_IF_ERROR(LoadFile(*engine, args.operand(0)).status());
  ASSIGN_OR_RETURN(std::vector<std::string> channels, ChannelNames(*engine));
  std::vector<Message> sent;
  Dispatcher dispatcher(engine.get(), &clock);
  RETURN_IF_ERROR(AddChannels(channels, "", "", &sent, &dispatcher));
  Replayer replayer(engine.get(), &dispatcher, &clock, kReplayBatchMax, [](double) {});
  RETURN_IF_ERROR(PlayAndRunOn(replayer, *file, format, until_span_ms).status());

  std::unordered_map<int64_t, const Message*> by_id;
  std::set<std::string_view> reached;
  int64_t messages = 0;
  for (const Message& message : sent) {
    by_id[message.id] = &message;
    if (IsCall(message)) continue;
    ++messages;
    reached.insert(message.customer);
  }
  ASSIGN_OR_RETURN(std::vector<Scene> scenes, Timeline(*engine));
  int64_t exits = 0;
  std::string text;
  for (const Scene& scene : scenes) {
    exits += scene.entry.decision == "exited";
    text += Describe(scene, by_id);
  }
  text += fmt::format("{}{} to {}, {} (times are UTC)\n", scenes.empty() ? "" : "\n", Plural(messages, "message"),
                      Plural(static_cast<int64_t>(reached.size()), "customer"), Plural(exits, "stop"));
  ASSIGN_OR_RETURN(const std::string report, engine->Query({.query = "report"}));
  text += PolicyText(report);
  Print(text);
  const ReplayCounts& counts = replayer.counts();
  for (const auto& [code, count] : counts.rejected) Note(fmt::format("rejected: {}, {}", Plural(count, "event"), code));
  for (const Rejection& rejection : counts.first_rejected)
    Note(fmt::format("  record {}: {}", rejection.record, rejection.message));
  if (std::string warnings = WarningsText(counts); !warnings.empty()) Note(warnings.substr(0, warnings.size() - 1));
  return absl::OkStatus();
}

int RunSimulate(const Args& args) {
  absl::StatusOr<InputFormat> format = FormatOf(args);
  absl::StatusOr<int64_t> until = UntilSpan(args);
  if (!format.ok()) return Fail(kUsage, StatusText(format.status()));
  if (!until.ok()) return Fail(kUsage, StatusText(until.status()));
  CatchStopSignals();
  absl::Status status = Simulate(args, *format, *until);
  return status.ok() ? kOk : Fail(status);
}

}  // namespace

const Command kSimulateCommand = {
    "simulate",
    "PLAYBOOK EVENTS",
    "a dry run in memory: what would be sent, when, to whom, with the text",
    "EVENTS is a file of events, or - for standard input. Nothing is stored and nothing leaves.",
    {"cartwheel simulate examples/recipes/cart-24-48-72.json examples/data/otto_sessions.jsonl --format otto",
     "cartwheel simulate cart.json events.ndjson --until +7d"},
    kSimulateOptions,
    RunSimulate,
};

}  // namespace cartwheel::cli
