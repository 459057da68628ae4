// Until when a result holds, against counting: the result is computed at every millisecond of a small world, and the
// first that differs must be the one foretold.
#include <random>

#include "cel/drift.h"
#include "cel/time_text.h"
#include "fmt/format.h"
#include "tests/catch.h"
#include "world.h"

namespace cartwheel::cel {
namespace {

struct Clocked {
  std::string outcome;
  int64_t holds_until_ms;
};

Clocked At(const Program& program, World* world, int64_t now_ms) {
  world->variables[3] = Value::Timestamp(now_ms);
  Result result = program.Evaluate(world->variables);
  return {result.error ? "error: " + result.Message() : Show(result.value), result.holds_until_ms};
}

// A random condition over now, a few instants and a few spans, all within 0..200 ms.
class Author {
 public:
  explicit Author(uint32_t seed) : random_(seed) {}
  std::string Condition(int depth) {
    switch (depth == 0 ? 0 : Pick(6)) {
      case 0:
        return Comparison();
      case 1:
        return fmt::format("({} && {})", Condition(depth - 1), Condition(depth - 1));
      case 2:
        return fmt::format("({} || {})", Condition(depth - 1), Condition(depth - 1));
      case 3:
        return fmt::format("!({})", Condition(depth - 1));
      case 4:
        return fmt::format("({} ? {} : {})", Condition(depth - 1), Condition(depth - 1), Condition(depth - 1));
      default:
        return fmt::format("event.times.exists(t, now - t {} {} || {})", Sign(), Span(), Condition(depth - 1));
    }
  }

 private:
  int Pick(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }
  std::string Sign() {
    static constexpr const char* kSigns[] = {"<", "<=", ">", ">=", "==", "!="};
    return kSigns[Pick(6)];
  }
  std::string Span() { return fmt::format("duration('{}ms')", Pick(120) - 20); }
  std::string Instant() { return Pick(2) ? "event.t1" : Pick(8) ? "event.t2" : "event.missing"; }
  std::string Comparison() {
    switch (Pick(5)) {
      case 0:
        return fmt::format("now {} {}", Sign(), Instant());
      case 1:
        return fmt::format("now - {} {} {}", Instant(), Sign(), Span());
      case 2:
        return fmt::format("{} + {} {} now", Instant(), Span(), Sign());
      case 3:
        return fmt::format("(now - {}) + (now - {}) {} {}", Instant(), Instant(), Sign(), Span());
      default:
        return fmt::format("{} - now {} {}", Instant(), Sign(), Span());
    }
  }
  std::mt19937 random_;
};

}  // namespace

TEST_CASE("a result holds exactly until it changes") {
  World world;
  TestList times;
  times.elements = {Value::Timestamp(20), Value::Timestamp(55), Value::Timestamp(90)};
  world.event.fields = {{"t1", Value::Timestamp(40)}, {"t2", Value::Timestamp(97)}, {"times", times.value()}};
  constexpr int64_t kSpan = 400;  // later nothing changes any more: every bound lies below
  Author author(20221122);
  int changes = 0;
  for (int round = 0; round < 400; ++round) {
    std::string source = author.Condition(3);
    CAPTURE(source);
    absl::StatusOr<Program> program = Compile(source, world.environment);
    REQUIRE(program.ok());
    int64_t next = kHoldsForever;  // the first instant after `now` with another outcome
    std::string later = At(*program, &world, kSpan).outcome;
    for (int64_t now = kSpan - 1; now >= 0; --now) {
      Clocked here = At(*program, &world, now);
      if (here.outcome != later) next = now + 1, ++changes;
      later = here.outcome;
      if (here.holds_until_ms != next) {
        CAPTURE(now);
        REQUIRE(here.holds_until_ms == next);
      }
    }
  }
  CHECK(changes > 200);
}

TEST_CASE("turning points by hand") {
  World world;
  auto holds = [&](std::string_view source, int64_t now_ms) {
    absl::StatusOr<Program> program = Compile(source, world.environment);
    REQUIRE(program.ok());
    return At(*program, &world, now_ms).holds_until_ms;
  };
  CHECK(holds("cart.quantity > 0", 5) == kHoldsForever);
  CHECK(holds("now - cart.updated_at >= duration('10m')", 1'000'000) == 1'600'000);
  CHECK(holds("now - cart.updated_at > duration('10m')", 1'000'000) == 1'600'001);
  CHECK(holds("now - cart.updated_at >= duration('10m')", 1'600'000) == kHoldsForever);
  CHECK(holds("now == timestamp(2)", 0) == 2000);
  CHECK(holds("now == timestamp(2)", 2000) == 2001);
  CHECK(holds("now < timestamp(2) || cart.quantity > 0", 0) == kHoldsForever);
  CHECK(SignTurnsAfter(-7, 0, 2) == 4);
  CHECK(SignTurnsAfter(7, 0, -7) == 1);
  CHECK(SignTurnsAfter(7, 0, 1) == kNever);
  CHECK(SignTurnsAfter(INT64_MIN, INT64_MAX, 1) == kNever);  // further away than an int64 can say
}

TEST_CASE("texts of durations and timestamps") {
  std::string_view problem;
  CHECK(ReadDuration("1h2m3.004s", &problem)->integer() == 3'723'004);
  CHECK(ReadDuration("-.5s", &problem)->integer() == -500);
  CHECK(ReadDuration("0", &problem)->integer() == 0);
  CHECK(ReadDuration("1000000us", &problem)->integer() == 1000);
  CHECK(ReadDuration("2562047h", &problem)->integer() == int64_t{2'562'047} * 3'600'000);
  for (std::string_view bad :
       {"", "1", "h", "1 h", "s1", "1d", "--1s", "2562048h", "99999999999999999999999999s", "0.5ns", "."})
    CHECK_FALSE(ReadDuration(bad, &problem).has_value());
  CHECK(ReadTimestamp("2000-02-29T00:00:00Z", &problem)->integer() == 951'782'400'000);
  CHECK(ReadTimestamp("0001-01-01T00:00:00Z", &problem)->integer() == kTimestampMinMs);
  CHECK(ReadTimestamp("9999-12-31T23:59:59.999Z", &problem)->integer() == kTimestampMaxMs);
  for (std::string_view bad : {"", "2001-02-29T00:00:00Z", "2000-02-28", "2000-02-28T00:00:00", "2000-02-28 00:00:00Z",
                               "2000-02-28T24:00:00Z", "2000-02-28T00:00:60Z", "0001-01-01T00:00:00+00:01",
                               "2000-02-28T00:00:00.0000000001Z", "2000-02-28T00:00:00Zx", "2000-13-01T00:00:00Z"})
    CHECK_FALSE(ReadTimestamp(bad, &problem).has_value());
}

TEST_CASE("instants and spans are exact to the nanosecond") {
  auto text = [](const char* source) {
    const auto program = Compile(source, {});
    REQUIRE(program.ok());
    const Result result = program->Evaluate({});
    return result.error ? result.Message() : std::string(result.value.text());
  };
  CHECK(text("string(timestamp('2009-02-13T23:31:30.999999999Z'))") == "2009-02-13T23:31:30.999999999Z");
  CHECK(text("string(timestamp('2009-02-13T23:31:30.999999999Z') + duration('1ns'))") == "2009-02-13T23:31:31Z");
  CHECK(text("string(timestamp('2009-02-13T23:31:30Z') - duration('1ns'))") == "2009-02-13T23:31:29.999999999Z");
  CHECK(text("string(timestamp('2009-02-13T23:31:30Z') - timestamp('2009-02-13T23:31:30.000000001Z'))") ==
        "-0.000000001s");
  CHECK(text("string(duration('1.5us') + duration('-1us'))") == "0.0000005s");
  CHECK(
      text("string(duration('-1.0000005s').getSeconds()) + ' ' + string(duration('-1.0005005s').getMilliseconds())") ==
      "-1 0");
  CHECK(
      text("string(duration('-0.9995005s').getSeconds()) + ' ' + string(duration('-0.9995005s').getMilliseconds())") ==
      "0 -999");
  CHECK(text("duration('1ns') < duration('2ns') && duration('2ns') > duration('1ns') && duration('1000ns') == "
             "duration('1us') ? 'yes' : 'no'") == "yes");
  CHECK(text("timestamp('2009-02-13T23:31:30.0000005Z') > timestamp('2009-02-13T23:31:30Z') ? 'yes' : 'no'") == "yes");
}

}  // namespace cartwheel::cel
