// Two parts of the job by themselves: due alarms to outbox rows, and outbox rows out of the door (claim and settle).
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "cartwheel/limits.h"
#include "cartwheel/worker.h"
#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"
#include "tests/bench/outbox_parts.h"

namespace cartwheel::bench {

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
      const ClaimRun run = ClaimAll(*engine, "web_push", options.events, kind.batch, kind.joint, now_ms);
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
               Count(Median(written)), Count(Median(receipts))});
  }
  table.Print();
  return 0;
}

}  // namespace cartwheel::bench
