// Two parts of the job by themselves: due alarms to outbox rows, and outbox rows out of the door (claim and settle).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cartwheel/limits.h"
#include "cartwheel/worker.h"
#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"

namespace cartwheel::bench {
namespace {

constexpr int64_t kBeginMs = 1'780'272'000'000;
constexpr int64_t kSetupEvents = 1'000;  // of one Ingest
constexpr int64_t kFirstCustomer = 1'000'001;

// One event for each of `customers`, evenly over the hour from `begin_ms`.
void IngestOneEach(Engine& engine, std::string_view type, const std::vector<int64_t>& customers, int64_t begin_ms) {
  const auto count = static_cast<int64_t>(customers.size());
  std::string ndjson;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at_ms = begin_ms + i * kHourMs / count;
    fmt::format_to(
        std::back_inserter(ndjson),
        R"({{"id":"{}-{}","type":"{}","customer":"{}","at":{},"properties":{{"cart_id":"{}","product_id":"17",)"
        R"("name":"포근한 담요","price":39000,"quantity":1,"url":"https://o.test/p/17","image_url":"https://o.test/i/17"}}}})",
        type, i, type, customers[static_cast<size_t>(i)], at_ms, customers[static_cast<size_t>(i)]);
    ndjson += '\n';
    if ((i + 1) % kSetupEvents == 0 || i + 1 == count) {
      IngestAll(engine, ndjson, at_ms);
      AdvanceTo(engine, at_ms);
      ndjson.clear();
    }
  }
}

// An engine that knows `count` customers in order, each with a reminder due within the hour before the returned moment,
// in random order of customers.
int64_t PlanReminders(Engine& engine, int64_t count) {
  std::vector<int64_t> customers;
  for (int64_t i = 0; i < count; ++i) customers.push_back(kFirstCustomer + i);
  IngestOneEach(engine, "product_viewed", customers, kBeginMs);
  std::shuffle(customers.begin(), customers.end(), std::mt19937_64(72));
  IngestOneEach(engine, "product_added", customers, kBeginMs + kHourMs);
  return kBeginMs + 2 * kHourMs + kReminderEveryMs;
}

double PerSecond(int64_t count, double seconds) { return static_cast<double>(count) / seconds; }

constexpr int64_t kClaimsOfTurn = 10;

struct ClaimRun {
  Figures claim, settle, receipts;
};

// Claims and settles `count` messages, as a worker does: some claims, then an advance, which folds the receipts of what
// was settled. `joint`: each claim settles what the one before handed out.
ClaimRun ClaimAll(Engine& engine, int64_t count, size_t max, bool joint, int64_t now_ms) {
  Meter claiming, settling, folding;
  ClaimOptions options{.channel = "web_push", .max = max, .now_ms = now_ms};
  std::vector<Outcome> outcomes;
  int64_t claims = 0;
  auto settle = [&] {
    settling.Start();
    const SettleResult result = Must(engine.Settle(outcomes, now_ms));
    settling.Stop();
    return result.settled;
  };
  for (int64_t taken = 0, settled = 0; settled < count;) {
    if (++claims % kClaimsOfTurn == 0) {
      folding.Start();
      AdvanceTo(engine, now_ms);
      folding.Stop();
    }
    if (joint) options.outcomes = outcomes;
    claiming.Start();
    const ClaimResult claimed = Must(engine.Claim(options));
    claiming.Stop();
    settled += claimed.settled.settled;
    taken += static_cast<int64_t>(claimed.messages.size());
    Require(!claimed.messages.empty() || settled == count,
            fmt::format("{} messages claimed, expected {}", taken, count));
    outcomes.clear();
    for (const Message& message : claimed.messages)
      outcomes.push_back({.message_id = message.id, .token = message.token});
    if (!joint) settled += settle();
    Require(settled == taken || joint, fmt::format("{} messages settled, expected {}", settled, taken));
  }
  folding.Start();
  AdvanceTo(engine, now_ms);
  folding.Stop();
  return {claiming.Read(), settling.Read(), folding.Read()};
}

std::string ReplaceAll(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

int RunAlarms(const BenchOptions& options) {
  std::vector<double> rates, cpu, p50, p99, written;
  for (int repeat = 0; repeat < options.repeat; ++repeat) {
    const ScratchDirectory scratch;
    SharedClock clock;
    const std::unique_ptr<Engine> engine = OpenEngine(scratch.File("alarms.db"), Cart72Playbook(), &clock);
    const int64_t now_ms = PlanReminders(*engine, options.events);
    clock.now_ms =
        now_ms - kReminderEveryMs;  // a worker finds nothing due and sleeps; its threads help the caller that advances
    Worker worker(engine.get(), Dispatcher(engine.get()));
    worker.Start();
    while (!worker.counts().holds_lease) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    Meter meter;
    int64_t messages = 0;
    for (bool more = true; more;) {
      meter.Start();
      const AdvanceResult done = Must(engine->Advance(now_ms));
      meter.Stop();
      messages += done.messages;
      more = done.more;
    }
    worker.Stop();
    Require(messages == options.events, fmt::format("{} messages made, expected {}", messages, options.events));
    const Figures figures = meter.Read();
    rates.push_back(PerSecond(messages, figures.seconds));
    cpu.push_back(figures.cpu_seconds * 1e6 / static_cast<double>(messages));
    p50.push_back(Quantile(figures.laps_ms, 0.5));
    p99.push_back(Quantile(figures.laps_ms, 0.99));
    written.push_back(static_cast<double>(figures.written_bytes));
  }
  Table table(
      {"due alarms to outbox rows", "messages/s", "CPU µs/message", "Advance p50 ms", "Advance p99 ms", "written"});
  table.Row({"random order of customers", Count(Median(rates)), Fixed(Median(cpu), 2), Fixed(Median(p50), 1),
             Fixed(Median(p99), 1), Bytes(static_cast<int64_t>(Median(written)))});
  table.Print();
  return 0;
}

int RunClaim(const BenchOptions& options) {
  const struct {
    const char* name;
    const char* message_class;
    size_t batch;
    bool joint;
  } kinds[] = {{"advertisements by 100", "ad", kAdvertisementsMax, false},
               {"the same, settled with the next claim", "ad", kAdvertisementsMax, true},
               {"transactional by 1,000", "transactional", kClaimMax, false},
               {"the same, settled with the next claim", "transactional", kClaimMax, true}};
  Table table({"claim and settle", "messages/s", "CPU µs/message", "claim p50 ms", "claim p99 ms", "settle p50 ms",
               "settle p99 ms", "bytes/message", "receipts/s"});
  for (const auto& kind : kinds) {
    const std::string playbook =
        ReplaceAll(Cart72Playbook(), R"("class": "ad")", fmt::format(R"("class": "{}")", kind.message_class));
    std::vector<double> rates, cpu, claim_p50, claim_p99, settle_p50, settle_p99, written, receipts;
    for (int repeat = 0; repeat < options.repeat; ++repeat) {
      const ScratchDirectory scratch;
      const std::unique_ptr<Engine> engine = OpenEngine(scratch.File("claim.db"), playbook);
      const int64_t now_ms = PlanReminders(*engine, options.events);
      AdvanceTo(*engine, now_ms);
      const ClaimRun run = ClaimAll(*engine, options.events, kind.batch, kind.joint, now_ms);
      rates.push_back(PerSecond(options.events, run.claim.seconds + run.settle.seconds));
      cpu.push_back((run.claim.cpu_seconds + run.settle.cpu_seconds) * 1e6 / static_cast<double>(options.events));
      claim_p50.push_back(Quantile(run.claim.laps_ms, 0.5));
      claim_p99.push_back(Quantile(run.claim.laps_ms, 0.99));
      settle_p50.push_back(Quantile(run.settle.laps_ms, 0.5));
      settle_p99.push_back(Quantile(run.settle.laps_ms, 0.99));
      written.push_back(static_cast<double>(run.claim.written_bytes + run.settle.written_bytes) /
                        static_cast<double>(options.events));
      receipts.push_back(PerSecond(options.events, run.receipts.seconds));
    }
    table.Row({kind.name, Count(Median(rates)), Fixed(Median(cpu), 2), Fixed(Median(claim_p50), 2),
               Fixed(Median(claim_p99), 2), Fixed(Median(settle_p50), 2), Fixed(Median(settle_p99), 2),
               Count(Median(receipts))});
  }
  table.Print();
  return 0;
}

}  // namespace cartwheel::bench
