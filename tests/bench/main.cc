// cartwheel_bench: one binary, named cases. See README.md beside this file.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/bench.h"
#include "tests/bench/cases.h"

namespace cartwheel::bench {
namespace {

struct Case {
  std::string_view name;
  std::string_view counts;  // what --events means here
  int64_t events;
  int64_t smoke_events;
  int (*run)(const BenchOptions& options);
};

constexpr Case kCases[] = {
    {"cart72", "events", 1'000'000, 5'000, RunCart72},
    {"growth", "events", 10'000'000, 5'000, RunGrowth},
    {"engine", "events", 1'000'000, 5'000, RunEngine},
    {"rivals", "events", 1'000'000, 5'000, RunRivals},
    {"alarms", "messages", 100'000, 2'000, RunAlarms},
    {"claim", "messages", 100'000, 2'000, RunClaim},
    {"solapi", "messages", 200'000, 2'000, RunSolapi},
    {"solapi_sent", "messages", 100'000, 2'000, RunSolapiSent},
    {"ingest", "events", 1'000'000, 5'000, RunIngest},
    {"smtp", "mails", 20'000, 400, RunSmtp},
    {"in_flight", "requests", 1'000, 100, RunInFlight},
    {"singles", "events", 5'000, 320, RunSingles},
    {"neighbour", "events", 300'000, 5'000, RunNeighbour},
    {"processes", "events", 32'000, 320, RunProcesses},
    {"idle", "foreign events", 100, 3, RunIdle},
    {"rows", "events", 300'000, 5'000, RunRows},
    {"restart", "customers", 1'000'000, 5'000, RunRestart},
    {"segments", "events", 1'000'000, 5'000, RunSegments},
    {"lawful", "events", 1'000'000, 5'000, RunLawful},
    {"erase", "customers", 1'000'000, 2'000, RunErase},
    {"seal", "customers", 20'000, 50, RunSeal},
    {"evaluate", "customers", 1'000'000, 5'000, RunEvaluate},
    {"schedule", "customers", 1'000'000, 5'000, RunSchedule},
    {"web_push", "messages", 100'000, 200, RunWebPush},
    {"push_sent", "messages", 20'000, 200, RunPushSent},
    {"wheel", "timers", 1'000'000, 10'000, [](const BenchOptions& options) { return WheelBench(options.events); }},
};

constexpr int64_t kCustomersPart = 10;  // one customer for so many events

int Usage() {
  fmt::print(stderr, "usage: cartwheel_bench CASE... [--events N] [--customers N] [--repeat N] [--smoke]\ncases:");
  for (const Case& each : kCases) fmt::print(stderr, " {}", each.name);
  fmt::print(stderr, "\n");
  return 2;
}

// The number after an option; ends the bench when there is none.
int64_t NumberAfter(int argc, char** argv, int* place) {
  const std::string_view option = argv[*place];
  const char* text = ++*place < argc ? argv[*place] : "";
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), number);
  Require(error == std::errc() && *end == '\0' && number > 0,
          fmt::format("{} '{}': expected a positive number", option, text));
  return number;
}

int Main(int argc, char** argv) {
  BenchOptions given;
  bool smoke = false;
  std::vector<const Case*> chosen;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--events") {
      given.events = NumberAfter(argc, argv, &i);
    } else if (argument == "--customers") {
      given.customers = NumberAfter(argc, argv, &i);
    } else if (argument == "--repeat") {
      given.repeat = static_cast<int>(NumberAfter(argc, argv, &i));
    } else if (argument == "--smoke") {
      smoke = true;
    } else {
      const Case* found = nullptr;
      for (const Case& each : kCases) found = each.name == argument ? &each : found;
      if (found == nullptr) return Usage();
      chosen.push_back(found);
    }
  }
  if (chosen.empty()) return Usage();
  fmt::print("{}\n", MachineLine());
  for (const Case* each : chosen) {
    BenchOptions options = given;
    if (options.events == 0) options.events = smoke ? each->smoke_events : each->events;
    if (options.customers == 0) options.customers = std::max<int64_t>(options.events / kCustomersPart, 1);
    fmt::print("\n{}: {} {}, the middle one of {}\n", each->name, Count(static_cast<double>(options.events)),
               each->counts, options.repeat);
    if (const int code = each->run(options); code != 0) return code;
  }
  return 0;
}

}  // namespace
}  // namespace cartwheel::bench

int main(int argc, char** argv) {
  try {
    return cartwheel::bench::Main(argc, argv);
  } catch (const std::exception& error) {  // Fail, or simdjson
    std::fflush(stdout);
    fmt::print(stderr, "cartwheel_bench: {}\n", error.what());
    return 1;
  }
}
