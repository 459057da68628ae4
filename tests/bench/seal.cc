// Sealing at rest: the same events into a database that is sealed and into one that is not, by turns. One event in ten
// has something personal: each customer is identified, and registers an address, before nine events of a visit.
#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"

namespace cartwheel::bench {
namespace {

constexpr int64_t kEventsOfCall = 1'000;
constexpr int64_t kVisit = 18;  // events of a customer beside the two that are personal

std::string Visit(int64_t customer) {
  std::string ndjson = fmt::format(
      R"({{"type":"identify","customer":"customer-{0}","properties":{{"name":"김고객 {0}","email":"customer-{0}@o.test","birthday":"1990-01-01"}}}})"
      "\n"
      R"({{"type":"endpoint_added","customer":"customer-{0}","properties":{{"channel":"sms","address":"010-{1:04}-{2:04}"}}}})"
      "\n",
      customer, customer / 10'000 % 10'000, customer % 10'000);
  for (int64_t i = 0; i < kVisit; ++i)
    ndjson += fmt::format(
        R"({{"type":"{}","customer":"customer-{}","properties":{{"cart_id":"{}","product_id":"{}","name":"포근한 담요",)"
        R"("price":39000,"quantity":1,"url":"https://o.test/p/{}"}}}})"
        "\n",
        i + 1 == kVisit ? "product_added" : "product_viewed", customer, customer, i, i);
  return ndjson;
}

struct Side {
  std::string_view name;
  std::string key;
  std::vector<double> ingest, fold;  // events a second
  int64_t log_bytes = 0, database_bytes = 0;
};

int64_t LogBytes(Engine& engine) {
  const std::string health = Must(engine.Query({.query = "health"}));
  constexpr std::string_view kField = R"("log_bytes":)";
  return std::stoll(health.substr(health.find(kField) + kField.size()));
}

void Measure(Side& side, int64_t customers) {
  const ScratchDirectory scratch;
  const std::string path = scratch.File("seal.db");
  Options options = EngineOptions();
  options.seal_key = side.key;
  const std::unique_ptr<Engine> engine = Must(Engine::Open(path, options));
  Must(engine->Load(Cart72Playbook()));
  const auto events = static_cast<double>(customers * (kVisit + 2));
  Meter ingest, fold;
  std::string ndjson;
  for (int64_t customer = 0; customer < customers; ++customer) {
    ndjson += Visit(customer);
    if ((customer + 1) * (kVisit + 2) % kEventsOfCall != 0 && customer + 1 < customers) continue;
    ingest.Start();
    IngestAll(*engine, ndjson, 0);
    ingest.Stop();
    ndjson.clear();
  }
  fold.Start();
  while (Must(engine->Advance()).more) continue;
  fold.Stop();
  side.ingest.push_back(events / ingest.Read().seconds);
  side.fold.push_back(events / fold.Read().seconds);
  side.log_bytes = LogBytes(*engine);
  side.database_bytes = DatabaseBytes(path);
}

}  // namespace

int RunSeal(const BenchOptions& options) {
  constexpr int kTurns = 3;
  std::array<Side, 2> sides{Side{"as it is", ""}, Side{"sealed", std::string(64, 'a')}};
  for (int turn = 0; turn < kTurns; ++turn)
    for (Side& side : sides) Measure(side, options.events);
  Table table({"the same events", "ingest/s", "fold/s", "log", "database"});
  for (const Side& side : sides)
    table.Row({std::string(side.name), Count(Median(side.ingest)), Count(Median(side.fold)), Bytes(side.log_bytes),
               Bytes(side.database_bytes)});
  table.Print();
  return 0;
}

}  // namespace cartwheel::bench
