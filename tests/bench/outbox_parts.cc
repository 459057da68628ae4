#include "tests/bench/outbox_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <random>

#include "tests/bench/engine_job.h"

namespace cartwheel::bench {
namespace {

constexpr int64_t kBeginMs = 1'780'272'000'000;
constexpr int64_t kSetupEvents = 1'000;  // of one Ingest

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

}  // namespace

int64_t PlanReminders(Engine& engine, int64_t count, int64_t first_customer) {
  std::vector<int64_t> customers;
  for (int64_t i = 0; i < count; ++i) customers.push_back(first_customer + i);
  IngestOneEach(engine, "product_viewed", customers, kBeginMs);
  std::shuffle(customers.begin(), customers.end(), std::mt19937_64(72));
  IngestOneEach(engine, "product_added", customers, kBeginMs + kHourMs);
  return kBeginMs + 2 * kHourMs + kReminderEveryMs;
}

ClaimRun ClaimAll(Engine& engine, std::string_view channel, int64_t count, size_t max, bool joint, int64_t now_ms) {
  Meter claiming, settling, folding;
  ClaimOptions options{.channel = std::string(channel), .max = max, .now_ms = now_ms};
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

}  // namespace cartwheel::bench
