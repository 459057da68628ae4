// Runs conformance cases (README.md) against the C++ API and compares every answer with what the case expects: run
// CASE.json > transcript
#include <fmt/format.h>
#include <simdjson.h>

#include <cstdio>
#include <string>

#include "base/json_text.h"
#include "base/status.h"
#include "capi/clock.h"
#include "capi/error.h"
#include "capi/handles.h"
#include "capi/json.h"
#include "capi/turn.h"
#include "cartwheel/engine.h"

namespace cartwheel {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

std::string Text(element step, std::string_view key) {
  std::string_view text;
  return step[key].get(text) ? std::string() : std::string(text);
}

int64_t Number(element step, std::string_view key, int64_t otherwise) {
  int64_t number = otherwise;
  return step[key].get(number) ? otherwise : number;
}

// A text as it is, anything else as JSON.
std::string Input(element step) {
  element input;
  if (step["input"].get(input)) return "";
  return input.is_string() ? Text(step, "input") : std::string(simdjson::minify(input));
}

std::string Quoted(std::string_view text) {
  std::string json;
  AppendJsonString(text, &json);
  return json;
}

// An engine as a handle has it: with its worker's turns, and a clock of its own when the case has one.
struct Host {
  Engine& engine;
  capi::Turns turns;
  capi::SharedClock* clock;
};

absl::StatusOr<std::string> Answer(Host& host, element step) {
  Engine& engine = host.engine;
  const std::string verb = Text(step, "verb"), input = Input(step);
  const int64_t now_ms = capi::Reached(engine, Number(step, "now", 0));
  if (verb == "load") {
    ASSIGN_OR_RETURN(LoadResult loaded, engine.Load(input));
    return capi::LoadJson(loaded);
  }
  if (verb == "ingest") {
    IngestOptions options;
    options.now_ms = now_ms;
    ASSIGN_OR_RETURN(IngestResult done, engine.Ingest(input, options));
    return fmt::format(R"({{"accepted":{},{})", done.accepted, capi::IngestJson(done).substr(1));
  }
  if (verb == "advance") {
    ASSIGN_OR_RETURN(AdvanceResult done, engine.Advance(now_ms));
    return fmt::format(
        R"({{"events":{},"duplicates":{},"refused":{},"alarms":{},"enrolments":{},"messages":{},"exits":{},"next_due_ms":{},"more":{}}})",
        done.events, done.duplicates, done.refused, done.alarms, done.enrolments, done.messages, done.exits,
        done.next_due_ms, done.more);
  }
  if (verb == "claim") {
    ClaimOptions options;
    options.channel = Text(step, "channel");
    options.max = static_cast<size_t>(Number(step, "max", 100));
    options.idempotency_ms = Number(step, "idempotency_ms", 0);
    options.now_ms = now_ms;
    std::vector<Outcome> outcomes;
    if (!input.empty()) {
      ASSIGN_OR_RETURN(outcomes, capi::ReadOutcomes(input, /*token_needed=*/true));
    }
    options.outcomes = outcomes;
    ASSIGN_OR_RETURN(ClaimResult claim, engine.Claim(options));
    return fmt::format(
        R"({{"messages":{},"settled":{{"settled":{},"late":{},"unknown":{}}},"behind":{},"held_back":{}}})",
        capi::MessagesJson(claim.messages), claim.settled.settled, claim.settled.late, claim.settled.unknown,
        claim.behind, claim.held_back);
  }
  if (verb == "settle") {
    ASSIGN_OR_RETURN(std::vector<Outcome> outcomes, capi::ReadOutcomes(input, /*token_needed=*/true));
    ASSIGN_OR_RETURN(SettleResult done, engine.Settle(outcomes, now_ms));
    return fmt::format(R"({{"settled":{},"late":{},"unknown":{}}})", done.settled, done.late, done.unknown);
  }
  if (verb == "set_clock") {
    host.clock->Set(Number(step, "now", 0));
    return "null";
  }
  if (verb == "hold") {
    ASSIGN_OR_RETURN(HoldRequest request, capi::ReadHold(input));
    RETURN_IF_ERROR(engine.Hold(request));
    return "null";
  }
  if (verb == "worker_turn") {
    ASSIGN_OR_RETURN(capi::TurnRequest request, capi::ReadTurn(input));
    ASSIGN_OR_RETURN(capi::TurnResult turn, host.turns.Turn(request));
    return capi::TurnJson(turn);
  }
  ASSIGN_OR_RETURN(QueryRequest request, capi::ReadQuery(input));
  return engine.Query(request);
}

std::string Line(Host& host, element step) {
  absl::StatusOr<std::string> answer = Answer(host, step);
  std::string line = answer.ok()
                         ? fmt::format(R"({{"{}":{}}})", Text(step, "verb"), *answer)
                         : fmt::format(R"({{"error":{{"code":{},"message":{}}}}})",
                                       capi::Fail(answer.status(), nullptr), Quoted(StatusText(answer.status())));
  for (size_t at = 0; (at = line.find("{}", at)) != line.npos;) line.replace(at, 2, "[]");
  return line;
}

// Every member that is expected is there and equal; of a list, every element.
bool Meets(element found, element expected, bool beginning) {
  object members;
  simdjson::dom::array list, there;
  if (!expected.get(members)) {
    for (auto [key, value] : members) {
      element member;
      if (found[key].get(member) || !Meets(member, value, beginning && key == "message")) return false;
    }
    return true;
  }
  if (!expected.get(list)) {
    if (found.get(there) || there.size() != list.size()) return false;
    for (size_t i = 0; i < list.size(); ++i)
      if (!Meets(there.at(i).value_unsafe(), list.at(i).value_unsafe(), false)) return false;
    return true;
  }
  std::string_view text, whole;
  if (beginning && !expected.get(text) && !found.get(whole)) return whole.substr(0, text.size()) == text;
  return std::string(simdjson::minify(found)) == std::string(simdjson::minify(expected));
}

int Run(const char* path) {
  simdjson::dom::parser cases, lines;
  element root;
  if (cases.load(path).get(root)) return fmt::print(stderr, "{}: expected a case, see README.md\n", path), 2;
  Options options;
  element chosen;
  std::unique_ptr<capi::SharedClock> clock;
  if (!root["options"].get(chosen)) {
    options.work_max = Number(chosen, "work_max", options.work_max);
    options.claim_tail_max = Number(chosen, "claim_tail_max", options.claim_tail_max);
    if (const int64_t at_ms = Number(chosen, "manual_clock_ms", 0); at_ms != 0)
      clock = std::make_unique<capi::SharedClock>(at_ms);
    options.clock = clock.get();
  }
  auto engine = Engine::Open(":memory:", options);
  if (!engine.ok()) return fmt::print(stderr, "{}\n", StatusText(engine.status())), 2;
  Host host{**engine, capi::Turns(engine->get()), clock.get()};
  int wrong = 0, number = 0;
  for (element step : root["steps"].get_array()) {
    ++number;
    const std::string line = Line(host, step);
    fmt::print("{}\n", line);
    element expected, told = lines.parse(line).value(), error;
    const bool fails = !told["error"].get(error);
    const bool to_fail = !step["error"].get(expected);
    if (!to_fail && step["expect"].get(expected)) continue;
    const bool met =
        fails == to_fail && Meets(fails ? error : told[Text(step, "verb")].value(), expected, /*beginning=*/true);
    if (!met && ++wrong)
      fmt::print(stderr, "{}: step {}\n  expected {}\n  is       {}\n", path, number,
                 std::string(simdjson::minify(expected)), line);
  }
  return wrong > 0;
}

}  // namespace
}  // namespace cartwheel

int main(int argc, char** argv) { return argc == 2 ? cartwheel::Run(argv[1]) : 2; }
