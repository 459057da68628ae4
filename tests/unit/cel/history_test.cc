// Questions about the past: what they say, and until when it holds. The second is tried against brute force: a value
// must stay what it is at every second before the instant that it names, and be another at that instant.
#include "base/history.h"

#include <chrono>
#include <random>

#include "base/packed.h"
#include "base/time.h"
#include "cel/cel.h"
#include "fmt/format.h"
#include "tests/catch.h"
#include "world.h"

namespace cartwheel::cel {
namespace {

constexpr int64_t kStart = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
constexpr int64_t kKeptMs = 30 * kDayMs;

Environment WithHistory() {
  Environment environment;
  environment.variables = {{"now", TypeKind::kTimestamp, /*is_now=*/true}, {"", Type(), false, /*is_history=*/true}};
  environment.history_ms = kKeptMs;
  environment.timezone = "Asia/Seoul";
  return environment;
}

PastEvent Past(std::string_view type, int64_t at_ms, int64_t value, std::string_view product) {
  PastEvent past{.type = TypeFingerprint(type), .at_ms = at_ms};
  PackedWriter writer(&past.properties);
  writer.BeginMap();
  if (value >= 0) writer.Key("value"), writer.Scalar(Value::Decimal(value * kMoneyScale));
  writer.Key("product_id"), writer.Scalar(Value::String(product));
  writer.End();
  CacheValue(past);
  return past;
}

Result Ask(const Program& program, const History& history, int64_t now_ms) {
  const Value variables[] = {Value::Timestamp(now_ms), HistoryValue(&history)};
  return program.Evaluate(variables);
}

std::string Says(std::string_view source, const History& history, int64_t now_ms) {
  absl::StatusOr<Program> program = Compile(source, WithHistory());
  if (!program.ok()) return "load: " + std::string(program.status().message());
  const Result result = Ask(*program, history, now_ms);
  return result.error ? "error: " + result.Message() : Show(result.value);
}

// Of a condition: no, yes, no answer.
int Answer(const Result& result) { return result.error ? 2 : result.value.boolean(); }

// Every second of a month, random conditions over random histories. How often an answer turned.
int64_t TryEverySecond(int rounds, uint64_t seed) {
  std::mt19937_64 random(seed);
  auto pick = [&](auto... options) {
    const auto all = {options...};
    return *(all.begin() + static_cast<long>(random() % all.size()));
  };
  auto window = [&]() -> std::string {
    const int hours = static_cast<int>(random() % 300) + 1;
    switch (random() % 4) {
      case 0:
        return "";
      case 1:
        return fmt::format(".within(duration('{}h{}s'))", hours, random() % 3600);
      case 2:
        return fmt::format(".since(now - duration('{}h'))", hours);
      default:
        return fmt::format(".between(now - duration('{}h'), now - duration('{}m'))", hours, random() % 6000);
    }
  };
  auto question = [&]() -> std::string {
    const std::string events =
        fmt::format("events('{}'{})", pick("add", "buy"),
                    pick("", ", event.properties.value > 40", ", event.at > now - duration('50h')"));
    switch (random() % 5) {
      case 0:
        return fmt::format("{}{}.count() >= {}", events, window(), random() % 4);
      case 1:
        return fmt::format("{}{}.sum('value') > {}", events, window(), random() % 200);
      case 2:
        return fmt::format("{}{}.distinct('product_id').count() == {}", events, window(), random() % 3);
      case 3:
        return fmt::format("now - {}{}.last().at > duration('{}h')", events, window(), random() % 200);
      default:
        return fmt::format("{}{}.days() >= {}", events, window(), random() % 3);
    }
  };
  int64_t turns = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string source = fmt::format("({}) {} ({})", question(), pick("&&", "||", "!="), question());
    History history;
    for (int64_t at_ms = kStart - 20 * kDayMs; at_ms < kStart; at_ms += static_cast<int64_t>(random() % kDayMs))
      history.push_back(Past(pick("add", "buy"), at_ms, static_cast<int64_t>(random() % 60), pick("a", "b", "c")));
    INFO(source);
    absl::StatusOr<Program> program = Compile(source, WithHistory());
    REQUIRE(program.ok());
    Result result = Ask(*program, history, kStart);
    int value = Answer(result);
    int64_t wrong = 0;
    for (int64_t now_ms = kStart; now_ms < kStart + 30 * kDayMs; now_ms += kSecondMs) {
      while (result.holds_until_ms <= now_ms) {
        const int64_t turn = result.holds_until_ms;
        ++turns;
        wrong += Answer(Ask(*program, history, turn - 1)) != value;  // not too late
        result = Ask(*program, history, turn);
        wrong += Answer(result) == value;  // and not for nothing
        value = Answer(result);
      }
      wrong += Answer(Ask(*program, history, now_ms)) != value;
    }
    CHECK(wrong == 0);
  }
  return turns;
}

}  // namespace

TEST_CASE("history: what is asked of the past") {
  // 09:00 in Seoul is midnight UTC: the first two are on one local day.
  const History history = {Past("add", kStart, 100, "a"), Past("add", kStart + 10 * kHourMs, 250, "b"),
                           Past("buy", kStart + 12 * kHourMs, 350, "a"), Past("add", kStart + 20 * kHourMs, -1, "a")};
  const int64_t now = kStart + 24 * kHourMs;
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"events('add').count()", "3"},
      {"events('nothing').count()", "0"},
      {"events('add').exists() && !events('nothing').exists()", "true"},
      {"events('add').sum('value') == 350", "true"},
      {"events('add').avg('value') == 175.0", "true"},
      {"events('add').min('value') == 100 && events('add').max('value') == 250", "true"},
      {"events('nothing').sum('value') == 0", "true"},
      {"events('nothing').avg('value') > 0", "error: there was no such event"},
      {"events('add').distinct('product_id').count()", "2"},
      {"events('add').days()", "2"},
      {"events('add', event.properties.value > 100).count()", "1"},  // one has no value: it does not count
      {"events('add', event.properties.product_id == 'a').last().at == now - duration('4h')", "true"},
      {"events('add').first().properties.product_id", "'a'"},
      {"events('add').within(duration('24h')).count()", "2"},  // what is just 24 h old has left
      {"events('add').within(duration('24h1s')).count()", "3"},
      {"events('add').since(now - duration('24h')).count()", "3"},
      {"events('add').between(now - duration('24h'), now - duration('4h')).count()", "2"},
      {"events('add').within(duration('1h')).count() == 0 ? 'quiet' : 'busy'", "'quiet'"},
  };
  for (const auto& [source, want] : kCases) {
    INFO(source);
    CHECK(Says(source, history, now) == want);
  }
}

TEST_CASE("history: mistakes are told at load") {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"events(1).count()", "load: 1:1: events() takes a type in quotes"},
      {"events('add').within(5).count()", "load: 1:22: within() takes a duration, and this is int"},
      {"events('add').since(duration('1h')).count()", "load: 1:21: since() takes a timestamp, and this is duration"},
      {"events('add').between(now).count()", "load: 1:15: between() is written so: between("},
      {"events('add').count() == '3'", "load: 1:23: \"==\" cannot compare int and string"},
      {"events('add').total()", "load: 1:15: events(…) ends in what is made of them"},
      {"events('add').last(1).count()", "load: 1:15: \"last\" is nothing that events have here"},
      {"events('add').distinct('a').sum('b')", "load: 1:15: distinct() takes the name of a property and is counted"},
      {"events('add', event.price > 1).count()",
       "load: 1:21: unknown field \"price\" of event, expected one of at, properties"},
      {"events('add', 5).count()", "load: 1:15: the condition of events() must be bool, and this is int"},
  };
  for (const auto& [source, want] : kCases) {
    INFO(source);
    CHECK(Says(source, {}, kStart).substr(0, want.size()) == want);
  }
  World world;
  CHECK(world.Run("events('add').count() == 0").substr(0, 5) == "load:");  // the environment has no history
}

TEST_CASE("history: what a condition asks for is known at load") {
  absl::StatusOr<Program> program = Compile(
      "events('add', event.properties.price > 5 && "
      "has(event.properties.category)).within(duration('48h')).sum('value') > 1 && events('buy').last().at < now",
      WithHistory());
  REQUIRE(program.ok());
  const std::vector<HistoryNeed>& needs = program->reads().history;
  REQUIRE(needs.size() == 2);
  CHECK(needs[0].type == "add");
  CHECK(needs[0].properties == std::vector<std::string>{"value", "price", "category"});
  CHECK(!needs[0].everything);
  CHECK(needs[0].reach_ms == 48 * kHourMs);
  CHECK(needs[1].everything);
}

TEST_CASE("history: until when a value holds, against every second of a month") {
  CHECK(TryEverySecond(3, 20'260'101) > 0);
}

// Every aggregate, compared in every way. An answer can change only where an event enters or leaves a window: the first
// such instant at which asking gives another answer is the one that must have been told.
TEST_CASE("history: each question knows the event that turns it") {
  History history;
  for (int i = 0; i < 24; ++i)
    history.push_back(
        Past(i % 3 == 2 ? "buy" : "add", kStart + i * 5 * kHourMs + i % 4, 10 * (i % 5), i % 2 == 0 ? "a" : "b"));
  history.push_back(Past("add", history.back().at_ms, 7, "c"));  // two at once
  std::vector<int64_t> instants;
  for (const PastEvent& past : history)
    for (const int64_t span_ms : {24 * kHourMs, 48 * kHourMs})
      for (int64_t d = -1; d <= 1; ++d) instants.push_back(past.at_ms + span_ms + d);
  std::sort(instants.begin(), instants.end());
  int64_t turns = 0;
  for (std::string_view source :
       {"events('add').within(duration('48h')).sum('value') >= 60",
        "events('add').within(duration('48h')).sum('value') < 45.5",
        "events('add').within(duration('48h')).sum('value') == 70",
        "events('add').within(duration('48h')).count() >= 4", "events('add').within(duration('24h')).count() == 3",
        "events('add').within(duration('24h')).count() != 2", "events('buy').within(duration('24h')).exists()",
        "events('add').within(duration('48h')).days() >= 2",
        "events('add').within(duration('24h')).distinct('product_id').count() > 1",
        "events('add').within(duration('48h')).max('value') > 30",
        "events('add').within(duration('48h')).min('value') == 0",
        "events('add').within(duration('48h')).avg('value') > 15.0",
        "events('add', event.properties.value > 20).within(duration('24h')).exists()",
        "events('add', event.properties.product_id == 'a').within(duration('48h')).last().properties.value > 10",
        "events('add').between(now - duration('48h'), now - duration('24h')).sum('value') > 40",
        "events('buy').between(now - duration('48h'), now - duration('24h')).exists()"}) {
    INFO(source);
    absl::StatusOr<Program> program = Compile(source, WithHistory());
    REQUIRE(program.ok());
    int64_t wrong = 0;
    for (size_t i = 0; i < instants.size(); ++i) {
      const Result result = Ask(*program, history, instants[i]);
      int64_t turn = kHoldsForever;
      for (size_t k = i + 1; k < instants.size() && turn == kHoldsForever; ++k)
        if (Answer(Ask(*program, history, instants[k])) != Answer(result)) turn = instants[k];
      wrong += result.holds_until_ms != turn;
      turns += turn != kHoldsForever;
    }
    CHECK(wrong == 0);
  }
  CHECK(turns > 500);
}

// test_cel "[.soak]": some three minutes.
TEST_CASE("history: the same, for longer", "[.soak]") { CHECK(TryEverySecond(40, 20'260'102) > 40); }

TEST_CASE("history: what a question costs", "[.bench]") {
  History history;
  for (int i = 0; i < 50; ++i)
    history.push_back(Past(i % 5 == 4 ? "order_completed" : "product_added", kStart + i * kHourMs, 1'000 + i, "a"));
  const int64_t now_ms = kStart + 50 * kHourMs;
  for (std::string_view source : {"events('product_added').within(duration('24h')).sum('value') >= 50000 && "
                                  "events('order_completed').within(duration('48h')).count() == 0",
                                  "events('product_added').within(duration('24h')).sum('value') >= 5000 && "
                                  "events('order_completed').within(duration('48h')).count() > 0",
                                  "events('product_added').distinct('product_id').count() > 1 && "
                                  "events('order_completed').within(duration('48h')).count() > 0",
                                  "events('product_added').last().at > now - duration('24h')"}) {
    absl::StatusOr<Program> program = Compile(source, WithHistory());
    REQUIRE(program.ok());
    // The answer with a moment until which it holds at least, as a fold asks; and with the exact one, for which it is
    // asked again at that moment.
    constexpr int kTimes = 200'000;
    int64_t truths = 0;
    double spent_ns[2];
    for (const bool exact : {false, true}) {
      const auto begin = std::chrono::steady_clock::now();
      for (int i = 0; i < kTimes; ++i) {
        const Value variables[] = {Value::Timestamp(now_ms + (i & 7)), HistoryValue(&history)};
        truths += program->Evaluate(variables, exact ? kHoldsForever : 0).is_true();
      }
      spent_ns[exact] =
          std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() / kTimes;
    }
    fmt::print("{:6.1f} ns, exact {:6.1f} ns  {}  ({})\n", spent_ns[0], spent_ns[1], source, truths);
  }
}

}  // namespace cartwheel::cel
