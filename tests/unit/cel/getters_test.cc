// Fields that a getter reads: the same answer, and the same error, as by a look-up of the name.
#include "base/time.h"
#include "cel/cel.h"
#include "cel/compare.h"
#include "tests/catch.h"

namespace cartwheel::cel {
namespace {

constexpr int64_t kNowMs = 1'767'225'600'000;

struct Buyer {
  int64_t orders = 0, last_seen_ms = 0;  // 0: not known
};

Value Orders(const void* object) { return Value::Int(static_cast<const Buyer*>(object)->orders); }
Value LastSeen(const void* object) {
  const int64_t at_ms = static_cast<const Buyer*>(object)->last_seen_ms;
  return at_ms == 0 ? Value() : Value::Timestamp(at_ms);
}

constexpr ContainerOps kBuyerOps = {
    [](const void*) -> size_t { return 0; },
    nullptr,
    [](const void* object, std::string_view key) {
      return key == "orders" ? Orders(object) : key == "last_seen" ? LastSeen(object) : Value();
    },
    [](const void*, size_t) { return Entry(Value(), Value()); },
};

Program Compiled(std::string_view source, std::vector<Getter> getters) {
  Environment environment;
  environment.variables = {
      {"buyer", Type::OpenObject({{"orders", TypeKind::kInt}, {"last_seen", TypeKind::kTimestamp}}), false, false,
       &kBuyerOps, std::move(getters)},
      {"now", TypeKind::kTimestamp, /*is_now=*/true}};
  auto program = Compile(source, environment);
  REQUIRE(program.ok());
  return *std::move(program);
}

}  // namespace

TEST_CASE("getters: a field that is read by one answers as a look-up of its name does, also where there is none") {
  for (std::string_view source : {"buyer.orders", "buyer.orders >= 2", "buyer.last_seen", "buyer.last_seen < now",
                                  "now - buyer.last_seen >= duration('24h')", "has(buyer.last_seen)", "buyer.missing"})
    for (const Buyer& buyer : {Buyer{}, Buyer{2, kNowMs - kHourMs}, Buyer{1, kNowMs - 25 * kHourMs}}) {
      CAPTURE(source, buyer.orders);
      const Program by_getter = Compiled(source, {{"orders", Orders}, {"last_seen", LastSeen}});
      const Program by_name = Compiled(source, {});
      const Value variables[] = {Value::Map(&kBuyerOps, &buyer), Value::Timestamp(kNowMs)};
      const Result read = by_getter.Evaluate(variables), found = by_name.Evaluate(variables);
      CHECK(read.error == found.error);
      CHECK(read.what == found.what);
      CHECK(read.about == found.about);
      CHECK(read.value.kind() == found.value.kind());
      CHECK((read.error || Equal(read.value, found.value)));
      CHECK(read.holds_until_ms == found.holds_until_ms);
    }
}

}  // namespace cartwheel::cel
