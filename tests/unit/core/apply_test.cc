// The step function by example: a customer, one input, what follows. The playbook is made by hand: wait an hour, send
// by sms or else by e-mail, wait two hours, send again.
#include "core/journey/apply.h"

#include "base/packed.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "core/journey/merge.h"
#include "core/message/world.h"
#include "core/model/customer_row.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

constexpr int64_t kStart = 1'000'000'000'000;

struct CartNotEmpty final : Condition {
  absl::StatusOr<Evaluated> Evaluate(const World& world) const override {
    const Value& cart = world.roots[static_cast<size_t>(Root::kCart)];
    if (!cart.is_map()) return absl::NotFoundError("no cart");
    return Evaluated{Value::Bool(cart.Find("quantity").integer() > 0)};
  }
  bool Holds(const World& world, int64_t*, bool) const override {
    absl::StatusOr<Evaluated> value = Evaluate(world);
    return value.ok() && value->boolean();
  }
};

std::shared_ptr<const Playbook> MakePlaybook() {
  auto playbook = std::make_shared<Playbook>();
  playbook->revision = Revision(3);
  playbook->policy.consent_assumed = true;
  auto text = std::make_unique<MessageTemplate>();
  text->name = "hello";
  text->purpose = "cart";
  for (const char* medium : {"sms", "email"}) {
    text->contents.push_back({medium, {}});
    text->contents.back().pieces.push_back({R"({"text":"hello"})", nullptr});
  }
  Journey journey;
  journey.name = "j";
  journey.fingerprint = 77;
  journey.enter_on = {EventType::kProductAdded, "product_added"};
  journey.enter_when = std::make_unique<CartNotEmpty>();
  journey.exits.push_back({{EventType::kOrderCompleted, "order_completed"}, nullptr});
  for (int64_t wait : {kHourMs, 2 * kHourMs}) {
    const auto place = static_cast<uint32_t>(journey.steps.size());
    journey.steps.push_back({.name = "pause", .next = place + 1, .does = WaitStep{.span_ms = wait}});
    SendStep send{.message_template = text.get(), .via = {"sms", "email"}};
    send.latest_ms = kHourMs;
    send.min_gap_ms = kHourMs / 2;
    journey.steps.push_back({.name = "hello", .next = place + 2, .does = std::move(send)});
  }
  playbook->entries[EventType::kProductAdded] = {0};
  playbook->templates.push_back(std::move(text));
  playbook->journeys.push_back(std::move(journey));
  return playbook;
}

// One customer and the context of its steps.
struct Bench {
  Playbooks playbooks;
  FoldOptions options{.dedupe_window_ms = kDayMs, .cart_idle_ms = 60 * kDayMs, .address_by_id = true};
  Customer customer;
  Effects effects;  // of the last step

  Bench() {
    playbooks.current = MakePlaybook();
    playbooks.by_revision[Revision(3)] = playbooks.current;
    customer.id = "ann";
    customer.names = {"cann"};
  }
  void Event(EventType type, int64_t at_ms, std::string_view id = "", std::string_view product = "tea",
             int64_t ingested_at_ms = kStart) {
    std::string properties;
    PackedWriter writer(&properties);
    writer.BeginMap();
    writer.Key("product_id"), writer.Scalar(Value::String(product));
    writer.End();
    cartwheel::Event event{.type = type,
                           .type_name = EventTypeName(type),
                           .id = id,
                           .customer = "ann",
                           .at_ms = at_ms,
                           .properties = properties};
    effects = Effects();
    FoldContext context{playbooks, options, kStart, ingested_at_ms};
    REQUIRE(ApplyEvent(customer, event, context, effects).ok());
  }
  void Alarm(int64_t now_ms) {
    effects = Effects();
    FoldContext context{playbooks, options, now_ms, now_ms};
    REQUIRE(ApplyAlarm(customer, context, effects).ok());
    int64_t next = customer.NextAlarm(options.cart_idle_ms);
    CHECK((next == 0 || next > now_ms));  // or it would fire without end
  }
};

}  // namespace

TEST_CASE("step: an add enters, alarms send, the walk ends") {
  Bench bench;
  bench.Event(EventType::kProductAdded, kStart);
  REQUIRE(bench.customer.enrolments.size() == 1);
  CHECK(bench.effects.messages.empty());  // an event only plans
  CHECK(bench.customer.NextAlarm(bench.options.cart_idle_ms) == kStart + kHourMs);
  bench.Alarm(kStart + kHourMs - 1);
  CHECK(bench.effects.messages.empty());
  bench.Alarm(kStart + kHourMs);
  REQUIRE(bench.effects.messages.size() == 1);
  CHECK(bench.effects.messages[0].channel == "sms");
  CHECK(bench.effects.messages[0].expires_at_ms == kStart + 2 * kHourMs);
  bench.Alarm(kStart + 3 * kHourMs);
  REQUIRE(bench.effects.messages.size() == 1);
  CHECK(bench.effects.messages[0].id == HandleOf(0));  // its number is given when effects are joined
  REQUIRE(bench.customer.enrolments.size() == 1);
  CHECK(bench.customer.enrolments[0].messages.back().id == HandleOf(0));
  CHECK(bench.customer.enrolments[0].finished);  // its message may still be revoked
  bench.Alarm(kStart + 4 * kHourMs);
  CHECK(bench.customer.enrolments.empty());
}

TEST_CASE("step: pure: the same customer and input give the same bytes and effects") {
  auto run = [] {
    Bench bench;
    bench.Event(EventType::kProductAdded, kStart, "e");
    bench.Alarm(kStart + kHourMs);
    return EncodeCustomer(bench.customer) + bench.effects.messages[0].body;
  };
  CHECK(run() == run());
}

TEST_CASE("step: an order revokes and marks; what entered before it does not enter again") {
  Bench bench;
  bench.Event(EventType::kProductAdded, kStart);
  bench.Alarm(kStart + kHourMs);
  bench.Event(EventType::kOrderCompleted, kStart + kHourMs);
  CHECK(bench.customer.enrolments.empty());
  REQUIRE(bench.effects.revocations.size() == 1);
  CHECK(bench.effects.revocations[0].message == HandleOf(0));
  CHECK(bench.effects.exits == 1);
  bench.Event(EventType::kProductAdded, kStart + kHourMs);
  CHECK(bench.customer.enrolments.empty());
  bench.Event(EventType::kProductAdded, kStart + kHourMs + 1);
  CHECK(bench.customer.enrolments.size() == 1);
}

TEST_CASE("step: a duplicate changes nothing") {
  Bench bench;
  bench.Event(EventType::kProductAdded, kStart, "e");
  std::string before = EncodeCustomer(bench.customer);
  bench.Event(EventType::kProductAdded, kStart + 5, "e", "milk", kStart + kDayMs);
  CHECK(bench.effects.duplicate);
  CHECK(EncodeCustomer(bench.customer) == before);
  bench.Event(EventType::kProductAdded, kStart + 5, "e", "milk", kStart + kDayMs + 1);
  CHECK_FALSE(bench.effects.duplicate);
}

TEST_CASE("step: no channel that reaches the customer is a reason, not an error") {
  Bench bench;
  bench.options.address_by_id = false;
  bench.Event(EventType::kProductAdded, kStart);
  bench.Alarm(kStart + kHourMs);
  CHECK(bench.effects.messages.empty());
  REQUIRE(bench.effects.decisions.size() == 1);
  CHECK(bench.effects.decisions[0].kind == DecisionKind::kSkipped);
  CHECK(bench.effects.decisions[0].reason == Reason::kUnreachable);
}

TEST_CASE("step: a walk of a journey that does not exist, or a message of no step that sends, is an invariant broken") {
  struct Damage {
    std::string_view name;
    void (*on)(Enrolment& enrolment);
  };
  const Damage damages[] = {
      {"another revision", [](Enrolment& e) { e.revision = Revision(9); }},
      {"no such journey", [](Enrolment& e) { e.journey = 9; }},
      {"a step past the last", [](Enrolment& e) { e.messages[0].step = 4; }},
      {"a step far past the last", [](Enrolment& e) { e.messages[0].step = UINT32_MAX; }},
      {"a step that waits", [](Enrolment& e) { e.messages[0].step = 2; }},
      {"a channel past the last", [](Enrolment& e) { e.messages[0].via = 2; }},
  };
  struct Input {
    std::string_view name;
    absl::Status (*apply)(Customer& customer, const FoldContext& context, Effects& effects);
  };
  static constexpr auto kEvent = [](EventType type, std::vector<std::pair<std::string_view, Value>> fields,
                                    Customer& customer, const FoldContext& context, Effects& effects) {
    std::string properties;
    PackedWriter writer(&properties);
    writer.BeginMap();
    for (const auto& [name, value] : fields) writer.Key(name), writer.Any(value);
    writer.End();
    const Event event{.type = type,
                      .type_name = EventTypeName(type),
                      .customer = "ann",
                      .at_ms = context.now_ms,
                      .properties = properties};
    return ApplyEvent(customer, event, context, effects);
  };
  static constexpr auto kText = [](std::string_view text) { return Value::String(text); };
  const Input inputs[] = {
      {"an alarm",
       [](Customer& c, const FoldContext& context, Effects& effects) { return ApplyAlarm(c, context, effects); }},
      {"an order", [](Customer& c, const FoldContext& context,
                      Effects& effects) { return kEvent(EventType::kOrderCompleted, {}, c, context, effects); }},
      {"an emptied cart", [](Customer& c, const FoldContext& context,
                             Effects& effects) { return kEvent(EventType::kCartEmptied, {}, c, context, effects); }},
      {"a removed address",
       [](Customer& c, const FoldContext& context, Effects& effects) {
         return kEvent(EventType::kEndpointRemoved, {{"channel", kText("sms")}, {"address", kText("010")}}, c, context,
                       effects);
       }},
      {"an address taken",
       [](Customer& c, const FoldContext& context, Effects& effects) {
         return ApplyEndpointTaken(c, "sms", "010", context.now_ms, context, effects);
       }},
      {"an erasure", [](Customer& c, const FoldContext& context,
                        Effects& effects) { return kEvent(EventType::kErase, {}, c, context, effects); }},
      {"a receipt of the message",
       [](Customer& c, const FoldContext& context, Effects& effects) {
         return kEvent(EventType::kReceipt, {{"message_id", Value::Int(1)}, {"outcome", kText("failed_final")}}, c,
                       context, effects);
       }},
      {"a receipt that refuses the channel",
       [](Customer& c, const FoldContext& context, Effects& effects) {
         return kEvent(EventType::kReceipt,
                       {{"message_id", Value::Int(2)}, {"outcome", kText("suppressed")}, {"channel", kText("sms")}}, c,
                       context, effects);
       }},
      {"a merge",
       [](Customer& c, const FoldContext& context, Effects& effects) {
         Customer device;
         device.id = "dev";
         device.names = {"adev"};
         device.endpoints = {{"sms", "010", 0, context.now_ms, 0, EndpointFingerprint(HashKey(), "sms", "010")}};
         std::vector<MessageId> moved;
         return Merge(c, device, context, effects, moved);
       }},
      {"a merge into another",
       [](Customer& c, const FoldContext& context, Effects& effects) {
         Customer other;
         other.id = "eve";
         other.names = {"ceve"};
         std::vector<MessageId> moved;
         return Merge(other, c, context, effects, moved);
       }},
  };
  for (const Damage& damage : damages)
    for (const Input& input : inputs) {
      CAPTURE(damage.name, input.name);
      Bench bench;
      bench.customer.endpoints = {{"sms", "010", kStart - 1, 0, 0, EndpointFingerprint(HashKey(), "sms", "010")}};
      bench.Event(EventType::kProductAdded, kStart);
      bench.Alarm(kStart + kHourMs);
      REQUIRE(bench.customer.enrolments[0].messages.size() == 1);
      bench.customer.enrolments[0].messages[0].id = MessageId(1);  // as the fold gives it
      damage.on(bench.customer.enrolments[0]);
      Effects effects;
      FoldContext context{bench.playbooks, bench.options, kStart + 3 * kHourMs, kStart};
      CHECK(absl::IsInternal(input.apply(bench.customer, context, effects)));
    }
}

TEST_CASE("step: a walk whose position is past its journey is at its end; one at a wait walks on") {
  const auto [position, goes_on] = GENERATE(table<uint32_t, bool>({{4, false}, {UINT32_MAX, false}, {2, true}}));
  CAPTURE(position);
  Bench bench;
  bench.Event(EventType::kProductAdded, kStart);
  bench.customer.enrolments[0].position = position;
  bench.Alarm(kStart + kHourMs);
  CHECK(bench.customer.enrolments.size() == (goes_on ? 1 : 0));
}

TEST_CASE("step: what is told of a sent message is remembered, also where its step does not exist") {
  const auto [step, via] = GENERATE(table<uint32_t, uint32_t>({{4, 0}, {UINT32_MAX, 0}, {0, 0}, {1, 2}}));
  CAPTURE(step, via);
  Bench bench;
  bench.Event(EventType::kProductAdded, kStart);
  bench.customer.sent = {{.id = MessageId(7),
                          .walk = bench.customer.enrolments[0].id.low,
                          .revision = Revision(3),
                          .step = step,
                          .via = via,
                          .at_ms = 1}};
  std::string properties;
  PackedWriter writer(&properties);
  writer.BeginMap(), writer.Key("message_id"), writer.Scalar(Value::Int(7)), writer.End();
  const Event opened{.type = EventType::kMessageOpened,
                     .type_name = EventTypeName(EventType::kMessageOpened),
                     .customer = "ann",
                     .at_ms = kStart,
                     .properties = properties};
  FoldContext context{bench.playbooks, bench.options, kStart, kStart};
  Effects effects;
  CHECK(ApplyEvent(bench.customer, opened, context, effects).ok());
  CHECK(bench.customer.sent[0].opened_at_ms == kStart);
  bench.Alarm(kStart + kHourMs);  // its texts may look at what was sent
  CHECK(bench.effects.messages.size() == 1);
}

TEST_CASE("step: enrolments have a bound, and one over it has a reason") {
  Bench bench;
  for (size_t i = 0; i < kEnrolmentsMax; ++i) {
    bench.customer.enrolments.emplace_back().revision = Revision(3);
    bench.customer.enrolments.back().key = std::string(1, static_cast<char>('A' + i));
  }
  bench.Event(EventType::kProductAdded, kStart);
  CHECK(bench.customer.enrolments.size() == kEnrolmentsMax);
  REQUIRE(bench.effects.decisions.size() == 1);
  CHECK(bench.effects.decisions[0].reason == Reason::kEnrolmentsMax);
}

TEST_CASE("step: while segments are not judged nobody stands in any, and no alarm is for them") {
  Bench bench;
  auto playbook = std::make_shared<Playbook>();
  playbook->revision = Revision(3);
  playbook->segments_version = 5;
  playbook->segments.emplace_back().name = "s";
  bench.playbooks.current = playbook;
  bench.customer.segments = {{0, kStart}};
  bench.customer.segments_version = 5;
  bench.customer.segments_due_at_ms = kStart;
  Effects effects;
  FoldContext context{bench.playbooks, bench.options, kStart + kHourMs, kStart};
  context.segments = FoldContext::Segments::kOff;
  REQUIRE(ApplyAlarm(bench.customer, context, effects).ok());
  CHECK(bench.customer.segments.empty());
  CHECK(bench.customer.NextAlarm(bench.options.cart_idle_ms) == 0);
  CHECK(effects.counters.Count(MembersCounter(5, "s").view()) == -1);
}

}  // namespace cartwheel
