// What code tells of time: a condition that is said not to rise never becomes true by time alone, and one that is said
// not to fall never ceases to be. Tried at every ten minutes of a fortnight, beside until when a truth holds.
#include <random>

#include "base/history.h"
#include "base/packed.h"
#include "base/time.h"
#include "cel/cel.h"
#include "fmt/format.h"
#include "tests/catch.h"
#include "world.h"

namespace cartwheel::cel {
namespace {

constexpr int64_t kStart = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
constexpr int64_t kStepMs = 10 * kMinuteMs;
using Random = std::mt19937_64;

Environment WithCustomer() {
  Environment environment;
  environment.variables = {
      {"customer", Type::OpenObject({{"last_seen", TypeKind::kTimestamp}, {"orders", TypeKind::kInt}})},
      {"now", TypeKind::kTimestamp, /*is_now=*/true},
      {"", Type(), false, /*is_history=*/true}};
  environment.history_ms = 30 * kDayMs;
  return environment;
}

PastEvent Past(std::string_view type, int64_t at_ms, int64_t value) {
  PastEvent past{.type = TypeFingerprint(type), .at_ms = at_ms};
  PackedWriter writer(&past.properties);
  writer.BeginMap();
  writer.Key("value");
  writer.Scalar(value % 7 == 0 ? Value::Double(static_cast<double>(value)) : Value::Decimal(value * kMoneyScale));
  writer.End();
  CacheValue(past);
  return past;
}

std::string_view OneOf(Random& random, std::initializer_list<std::string_view> texts) {
  return *(texts.begin() + static_cast<int64_t>(random() % texts.size()));
}

std::string Window(Random& random) {
  const uint64_t hours = random() % 300 + 1;
  switch (random() % 4) {
    case 0:
      return fmt::format(".since(now - duration('{}h'))", hours);
    case 1:
      return fmt::format(".between(now - duration('{}h'), now - duration('{}m'))", hours, random() % 6000);
    default:
      return fmt::format(".within(duration('{}h'))", hours);
  }
}

std::string Part(Random& random, int depth) {
  const std::string_view compares = OneOf(random, {">=", ">", "<", "<=", ">=", "=="});
  const std::string events = fmt::format("events('{}'{})", OneOf(random, {"add", "buy"}),
                                         OneOf(random, {"", "", ", event.properties.value > 10"}));
  switch (random() % (depth > 0 ? 10 : 7)) {
    case 0:
      return fmt::format("{}{}.count() {} {}", events, Window(random), compares, random() % 5);
    case 1:
      return fmt::format("{}{}.sum('value') {} {}", events, Window(random), compares, random() % 200);
    case 2:
      return fmt::format("{}{}.exists()", events, Window(random));
    case 3:
      return fmt::format("customer.orders {} {}", compares, random() % 3);
    case 4:
      return fmt::format("age(customer.last_seen) {} duration('{}h')", OneOf(random, {">=", ">", "<", "<="}),
                         random() % 300);
    case 5:
      return fmt::format("customer.last_seen + duration('{}h') {} now", random() % 300,
                         OneOf(random, {"<", "<=", ">"}));
    case 6:
      return fmt::format("{}{}.last().at < now - duration('{}h')", events, Window(random), random() % 100);
    case 7:
      return fmt::format("!({})", Part(random, depth - 1));
    default:
      return fmt::format("({} {} {})", Part(random, depth - 1), OneOf(random, {"&&", "||"}), Part(random, depth - 1));
  }
}

struct Seen {
  int64_t risen = 0, fallen = 0, bound = 0, quiet = 0;  // how often each was there to be seen
};

void TryCondition(Random& random, Seen* seen) {
  const std::string source = Part(random, 3);
  INFO(source);
  const Environment environment = WithCustomer();
  absl::StatusOr<Program> program = CompileCondition(source, environment);
  if (!program.ok()) return;  // the drift of an operand of ?
  const bool losses = random() % 2 == 0;
  History history;
  for (int64_t at_ms = kStart - 14 * kDayMs; at_ms < kStart; at_ms += static_cast<int64_t>(random() % kDayMs))
    history.push_back(Past(OneOf(random, {"add", "buy"}), at_ms / kStepMs * kStepMs,
                           static_cast<int64_t>(random() % 60) - (losses ? 20 : 0)));
  TestMap customer;
  customer.fields = {{"last_seen", Value::Timestamp(kStart - static_cast<int64_t>(random() % (5 * kDayMs)))},
                     {"orders", Value::Int(static_cast<int64_t>(random() % 3))}};
  const auto holds = [&](int64_t now_ms, int64_t* until_ms) {
    const Value variables[] = {customer.value(), Value::Timestamp(now_ms), HistoryValue(&history)};
    const bool truth = program->Holds(variables, false, until_ms);
    CHECK(truth == program->Evaluate(variables).is_true());
    return truth;
  };
  const Trend& trend = program->reads().trend;
  const bool may_rise = trend.rises || (losses && trend.rises_by_loss);
  const bool may_fall = trend.falls || (losses && trend.falls_by_loss);
  int64_t until_ms = kHoldsForever, wrong = 0;
  bool truth = holds(kStart, &until_ms);
  seen->quiet += !may_rise || !may_fall;
  for (int64_t now_ms = kStart; now_ms < kStart + 14 * kDayMs; now_ms += kStepMs) {
    const bool then = holds(now_ms, nullptr);
    wrong += now_ms < until_ms && then != truth;
    while (until_ms <= now_ms) {
      int64_t next_ms = kHoldsForever;
      const bool turned = holds(until_ms, &next_ms);
      wrong += turned == truth;
      wrong += turned ? !may_rise : !may_fall;
      (turned ? seen->risen : seen->fallen) += 1;
      truth = turned;
      until_ms = next_ms;
    }
    wrong += then != truth;
  }
  CHECK(wrong == 0);
  // A later visit makes no truth of a condition that only asks how long ago it was.
  const std::vector<std::string>& ages = program->reads().ages;
  if (std::find(ages.begin(), ages.end(), "customer.last_seen") == ages.end()) return;
  for (int i = 0; i < 200; ++i) {
    const bool before = holds(kStart, nullptr);
    Value& last_seen = customer.fields[0].second;
    last_seen = Value::Timestamp(last_seen.integer() + static_cast<int64_t>(random() % (6 * kHourMs)));
    const bool after = holds(kStart, nullptr);
    CHECK((before || !after));
    seen->bound += before != after;
  }
}

}  // namespace

TEST_CASE("trend: what time alone does to a condition is known from its code") {
  Seen seen;
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    Random random(seed);
    TryCondition(random, &seen);
  }
  CHECK(seen.risen > 100);
  CHECK(seen.fallen > 100);
  CHECK(seen.bound > 10);
  CHECK(seen.quiet > 50);
}

TEST_CASE("trend: of conditions that shops write") {
  const struct {
    std::string_view source;
    bool rises, falls, rises_by_loss, ages;
  } kCases[] = {
      {"customer.orders >= 2", false, false, false, false},
      {"age(customer.last_seen) >= duration('720h')", true, false, false, true},
      {"age(customer.last_seen) < duration('720h')", false, true, false, false},
      {"customer.last_seen <= now - duration('720h') && customer.orders > 0", true, false, false, true},
      {"age(customer.last_seen) >= duration('1h') && customer.last_seen > timestamp('2026-01-01T00:00:00Z')", true,
       false, false, false},
      {"events('add').within(duration('24h')).count() >= 2", false, true, false, false},
      {"events('add').within(duration('24h')).sum('value') >= 50000 && customer.orders == 0", false, true, true, false},
      {"events('add').within(duration('24h')).sum('price') >= 50000", true, true, false, false},
      {"events('buy').within(duration('24h')).count() == 0", true, true, false, false},
      {"events('buy').within(duration('24h')).count() < 1", true, false, false, false},
      {"events('buy').between(now - duration('48h'), now - duration('24h')).exists()", true, true, false, false},
  };
  for (const auto& [source, rises, falls, rises_by_loss, ages] : kCases) {
    INFO(source);
    absl::StatusOr<Program> program = CompileCondition(source, WithCustomer());
    REQUIRE(program.ok());
    const Reads& reads = program->reads();
    CHECK(reads.trend.rises == rises);
    CHECK(reads.trend.falls == falls);
    CHECK(reads.trend.rises_by_loss == rises_by_loss);
    CHECK((reads.ages == std::vector<std::string>{"customer.last_seen"}) == ages);
  }
}

}  // namespace cartwheel::cel
