// What segments cost: cart72 with fifty of them beside cart72 without, and a question over all customers.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>

#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"

namespace cartwheel::bench {
namespace {

constexpr int kSegments = 50;

// Five kinds of segments that shops have, each with ten bounds.
std::string WithSegments(std::string playbook) {
  std::string segments = "\"segments\": {";
  for (int i = 0; i < kSegments; ++i) {
    const int step = i / 5 + 1;
    std::string condition;
    switch (i % 5) {
      case 0:
        condition =
            fmt::format("events('product_added').within(duration('{}h')).sum('value') >= {} && customer.orders == 0",
                        24 * step, 20'000 * step);
        break;
      case 1:
        condition = fmt::format("events('order_completed').within(duration('{}h')).count() >= {}", 48 * step, step);
        break;
      case 2:
        condition = fmt::format("cart.quantity > {} && cart.value >= {}", step, 10'000 * step);
        break;
      case 3:
        condition = fmt::format("age(customer.last_seen) >= duration('{}h')", 168 * step);
        break;
      default:
        condition = fmt::format("customer.orders >= {} && customer.revenue >= {}", step, 50'000 * step);
    }
    segments += fmt::format("{}\"s{}\": \"{}\"", i == 0 ? "" : ", ", i, condition);
  }
  return playbook.insert(playbook.find('{') + 1, segments + "},");
}

std::unique_ptr<Job> MakeSegmentsJob(const std::string& path) {
  return MakeEngineJobWith(path, WithSegments(Cart72Playbook()));
}

}  // namespace

int RunSegments(const BenchOptions& options) {
  const NamedJob without = {"without segments", MakeEngineJob};
  CompareJobs(options, {{"with fifty", MakeSegmentsJob}, without}, without.name);
  auto by_worker = [behind_max = BehindMax(options)](std::string playbook) {
    return [playbook = std::move(playbook), behind_max](const std::string& path) {
      return MakeWorkerJob(path, playbook, behind_max);
    };
  };
  const NamedJob worker_without = {"a worker, without", by_worker(Cart72Playbook())};
  CompareJobs(options, {{"a worker, with fifty", by_worker(WithSegments(Cart72Playbook()))}, worker_without},
              worker_without.name);
  return 0;
}

int RunEvaluate(const BenchOptions& options) {
  constexpr int64_t kBatch = 1'000, kNow = 1'767'225'600'000;
  constexpr std::string_view kQuestion = "customer.orders == 0 && cart.value >= 50000 && cart.quantity > 0";
  const ScratchDirectory scratch;
  std::unique_ptr<Engine> engine = OpenEngine(scratch.path() + "/evaluate.db", Cart72Playbook());
  for (int64_t first = 0; first < options.events; first += kBatch) {
    std::string batch;
    for (int64_t i = first; i < std::min(first + kBatch, options.events); ++i)
      batch += fmt::format(
          "{{\"id\":\"e{0}\",\"type\":\"product_added\",\"customer\":\"c{0}\",\"at\":{1},\"properties\":{{\"product_"
          "id\":\"p{2}\",\"price\":{3}}}}}\n",
          i, kNow, i % 100, i % 100'000);
    IngestAll(*engine, batch, kNow);
    AdvanceTo(*engine, kNow);
  }
  double best_s = 0;
  std::string answer;
  for (int i = 0; i < std::max(options.repeat, 1); ++i) {
    const auto begin = std::chrono::steady_clock::now();
    answer = Must(engine->Query({.query = "evaluate", .limit = 3, .expression = std::string(kQuestion)}));
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    if (i == 0 || spent.count() < best_s) best_s = spent.count();
  }
  simdjson::dom::parser parser;
  const simdjson::dom::element said = parser.parse(answer);
  int64_t expected = 0;
  for (int64_t i = 0; i < options.events; ++i) expected += i % 100'000 >= 50'000;
  Require(int64_t{said["count"]} == expected, fmt::format("{}: expected {}", answer, expected));
  fmt::print("  {:.2f} s, {:.2f} us a customer, {} of {}\n", best_s, best_s * 1e6 / static_cast<double>(options.events),
             int64_t{said["count"]}, int64_t{said["customers"]});
  return 0;
}

}  // namespace cartwheel::bench
