// Which segments are judged: after each input the memberships are those of judging every segment anew, on random logs
// with random segments, and so they are at every instant between inputs. A dependency that is missed is seen here.
#include <random>

#include "base/packed.h"
#include "base/status.h"
#include "base/time.h"
#include "core/journey/apply.h"
#include "core/message/world.h"
#include "playbook/compile.h"
#include "tests/catch.h"
#include "tests/unit/core/shopper.h"

namespace cartwheel {
namespace {

constexpr int64_t kDay0 = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
using Random = std::mt19937_64;

int64_t Below(Random& random, int64_t bound) { return static_cast<int64_t>(random() % static_cast<uint64_t>(bound)); }

std::string_view OneOf(Random& random, std::initializer_list<std::string_view> texts) {
  return *(texts.begin() + Below(random, static_cast<int64_t>(texts.size())));
}

std::string Window(Random& random) {
  const int64_t hours = 1 + Below(random, 100);
  switch (random() % 4) {
    case 0:
      return fmt::format(".between(now - duration('{}h'), now - duration('{}m'))", hours, Below(random, 3000));
    case 1:
      return fmt::format(".since(now - duration('{}h'))", hours);
    default:
      return fmt::format(".within(duration('{}h'))", hours);
  }
}

std::string Part(Random& random) {
  const std::string_view compares = OneOf(random, {">=", ">", "<", "<=", "=="});
  const std::string_view type = OneOf(random, {"product_added", "page_viewed", "order_completed", "gift"});
  switch (random() % 16) {
    case 0:
      return fmt::format("events('{}'){}.count() {} {}", type, Window(random), compares, Below(random, 4));
    case 1:
      return fmt::format("events('{}'){}.sum('value') {} {}", type, Window(random), compares, Below(random, 200));
    case 2:
      return fmt::format("events('{}'){}.exists()", type, Window(random));
    case 3:
      return fmt::format("customer.orders {} {}", compares, Below(random, 3));
    case 4:
      return fmt::format("customer.revenue {} {}", compares, Below(random, 200));
    case 5:
    case 6:
      return fmt::format("age(customer.last_seen) {} duration('{}h')", OneOf(random, {">=", ">", "<"}),
                         Below(random, 100));
    case 7:
      return fmt::format("now - customer.first_seen > duration('{}h')", Below(random, 300));
    case 8:
      return fmt::format("customer.last_seen + duration('{}h') {} now", Below(random, 100),
                         OneOf(random, {"<", "<=", ">"}));
    case 9:
      return fmt::format("cart.quantity {} {}", compares, Below(random, 4));
    case 10:
      return fmt::format("cart.value {} {}", compares, Below(random, 200));
    case 11:
      return fmt::format("carts.exists(c, c.quantity {} {})", compares, Below(random, 4));
    case 12:
      return fmt::format("age(cart.updated_at) > duration('{}h')", Below(random, 100));
    case 13:
      return fmt::format("cart.stage == '{}'", OneOf(random, {"browsing", "checkout"}));
    case 14:
      return fmt::format("customer.grade == '{}'", OneOf(random, {"gold", "red"}));
    default:
      return "'sms' in customer.endpoints";
  }
}

std::string Condition(Random& random, int depth) {
  switch (depth > 0 ? random() % 6 : 0) {
    case 1:
    case 2:
      return fmt::format("{} && {}", Condition(random, depth - 1), Condition(random, depth - 1));
    case 3:
      return fmt::format("({} || {})", Condition(random, depth - 1), Condition(random, depth - 1));
    case 4:
      return fmt::format("!({})", Condition(random, depth - 1));
    default:
      return Part(random);
  }
}

std::string PlaybookOf(std::string_view segments) {
  return fmt::format(R"json({{"playbook": 1, "revision": 1, "policy": {{"consent": "assumed_by_shop", "rules": []}},
    "shop": {{"name": "온도상점", "timezone": "Asia/Seoul"}}, "segments": {{{}}}, "templates": {{}}, "journeys": {{}}}})json",
                     segments);
}

std::string PlaybookWith(Random& random) {
  std::string segments;
  for (int i = 0; i < 16; ++i) {
    segments += fmt::format("{}\"s{}\": \"{}\"", i == 0 ? "" : ", ", i, Condition(random, 2));
    if (i % 5 == 4) segments += fmt::format(", \"t{}\": \"segment('s{}') && {}\"", i, i, Part(random));
  }
  return PlaybookOf(segments);
}

struct Action {
  std::string_view type;
  std::string properties;
};

Action RandomAction(Random& random) {
  const Value product = Value::String(OneOf(random, {"tea", "cup"})), cart = Value::String(OneOf(random, {"a", "b"}));
  const Value price = Value::Int(Below(random, 100)), worth = Value::Int(Below(random, 100) - 30);
  switch (random() % 12) {
    case 0:
    case 1:
    case 2:
      return {"product_added", Packed({{"product_id", product}, {"cart_id", cart}, {"price", price}})};
    case 3:
      return {"product_added", Packed({{"product_id", product}, {"price", price}, {"value", worth}})};
    case 4:
      return {"product_removed", Packed({{"product_id", product}, {"cart_id", cart}})};
    case 5:
      return {"order_completed", Packed({{"total", price}})};
    case 6:
      return {"identify", Packed({{"grade", Value::String(OneOf(random, {"gold", "red"}))}})};
    case 7:
      return {OneOf(random, {"endpoint_added", "endpoint_removed"}),
              Packed({{"channel", Value::String("sms")}, {"address", Value::String("+821012345678")}})};
    case 8:
      return {"gift", Packed({{"value", worth}})};
    case 9:
      return {"checkout_started", Packed({{"cart_id", cart}})};
    default:
      return {"page_viewed", Packed({})};
  }
}

// One customer under one playbook, and what judging everything says of it.
struct Judged {
  explicit Judged(const std::string& json) {
    auto compiled = CompilePlaybook(json);
    INFO(json << StatusText(compiled.status()));
    REQUIRE(compiled.ok());
    playbooks.current = *compiled;
    playbooks.by_revision[Revision(1)] = *compiled;
    customer.id = "ann";
    customer.names = {"cann"};
  }

  FoldContext At(int64_t now_ms) {
    FoldContext context{playbooks, options, now_ms, now_ms};
    context.position = Position(++position);
    return context;
  }
  void Apply(const Action& action, int64_t at_ms, int64_t now_ms) {
    const Event event{.type = FindEventType(action.type),
                      .type_name = action.type,
                      .customer = "ann",
                      .at_ms = at_ms,
                      .properties = action.properties};
    effects = Effects();
    REQUIRE(ApplyEvent(customer, event, At(now_ms), effects).ok());
  }
  // Each alarm at its own moment.
  void RunTo(int64_t now_ms) {
    for (int64_t due_ms = customer.NextAlarm(options.cart_idle_ms); due_ms != 0 && due_ms <= now_ms;
         due_ms = customer.NextAlarm(options.cart_idle_ms)) {
      effects = Effects();
      ++alarms;
      REQUIRE(ApplyAlarm(customer, At(due_ms), effects).ok());
    }
  }
  void Compare(int64_t now_ms) {
    const World world(customer, customer.NewestOpenCart(), nullptr, playbooks.current->shop, now_ms);
    for (uint32_t place = 0; place < playbooks.current->segments.size(); ++place) {
      const Segment& segment = playbooks.current->segments[place];
      const bool is_member = std::any_of(customer.segments.begin(), customer.segments.end(),
                                         [&](const Membership& m) { return m.segment == place; });
      if (is_member == segment.condition->Holds(world)) continue;
      ++wrong;
      UNSCOPED_INFO(fmt::format("{} at {}: is {}", segment.source, now_ms - kDay0, is_member));
    }
    CHECK(wrong == 0);
    members += static_cast<int64_t>(customer.segments.size());
  }

  Playbooks playbooks;
  FoldOptions options{.dedupe_window_ms = kDayMs, .cart_idle_ms = 5 * kDayMs, .event_lateness_ms = kDayMs};
  Customer customer;
  Effects effects;
  int64_t position = 0, alarms = 0, wrong = 0, members = 0;
};

}  // namespace

TEST_CASE("segments: what is judged after an input is all that it changed, and time is looked at in time") {
  int64_t alarms = 0, members = 0;
  for (uint64_t seed = 1; seed <= 120; ++seed) {
    Random random(seed);
    Judged judged(PlaybookWith(random));
    int64_t now_ms = kDay0;
    for (int input = 0; input < 60 && judged.wrong == 0; ++input) {
      const int64_t next_ms = now_ms + Below(random, random() % 8 == 0 ? 3 * kDayMs : 6 * kHourMs);
      for (int i = 0; i < 3; ++i) {
        now_ms += Below(random, next_ms - now_ms + 1);
        judged.RunTo(now_ms);
        if (input > 0) judged.Compare(now_ms);
      }
      const int64_t late_ms = random() % 4 == 0 ? Below(random, 2 * kDayMs) : 0;
      INFO("seed " << seed << ", input " << input);
      judged.Apply(RandomAction(random), now_ms - late_ms, now_ms);
      judged.Compare(now_ms);
    }
    alarms += judged.alarms;
    members += judged.members;
  }
  CHECK(alarms > 1000);
  CHECK(members > 1000);
}

TEST_CASE("segments: a worker that was behind ends with the memberships of one that was not") {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    Judged judged(PlaybookWith(random));
    int64_t now_ms = kDay0;
    for (int input = 0; input < 60 && judged.wrong == 0; ++input) {
      now_ms += Below(random, 12 * kHourMs);
      judged.Apply(RandomAction(random), now_ms - (random() % 4 == 0 ? Below(random, kDayMs) : 0), now_ms);
      if (random() % 3 != 0) continue;  // no alarm has come yet
      INFO("seed " << seed << ", input " << input);
      judged.effects = Effects();
      while (judged.customer.NextAlarm(judged.options.cart_idle_ms) != 0 &&
             judged.customer.NextAlarm(judged.options.cart_idle_ms) <= now_ms)
        REQUIRE(ApplyAlarm(judged.customer, judged.At(now_ms), judged.effects).ok());
      judged.Compare(now_ms);
    }
  }
}

TEST_CASE("segments: a late visit is judged at once where the time has come and the alarm has not") {
  Judged judged(PlaybookOf(R"json("away": "age(customer.last_seen) >= duration('10h')")json"));
  const Action view{"page_viewed", Packed({})};
  judged.Apply(view, kDay0, kDay0);
  CHECK(judged.customer.segments.empty());
  judged.Apply(view, kDay0 + kHourMs, kDay0 + 12 * kHourMs);
  REQUIRE(judged.customer.segments.size() == 1);
  CHECK(judged.customer.segments[0].since_ms == kDay0 + 12 * kHourMs);
}

TEST_CASE("segments: a visit is judged where the clock was set back to when the segment held") {
  Judged judged(PlaybookOf(
      R"json("s": "events('page_viewed').within(duration('2h')).count() >= 1 && age(customer.last_seen) >= duration('1h')")json"));
  judged.Apply({"page_viewed", Packed({})}, kDay0, kDay0);
  judged.RunTo(kDay0 + kHourMs);
  CHECK(judged.customer.segments.size() == 1);
  judged.RunTo(kDay0 + 5 * kHourMs);
  CHECK(judged.customer.segments.empty());
  judged.Apply({"product_viewed", Packed({})}, kDay0 + 10 * kMinuteMs, kDay0 + 90 * kMinuteMs);
  CHECK(judged.customer.segments.size() == 1);
}

}  // namespace cartwheel
