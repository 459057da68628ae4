// What a condition costs, printed: run with `test_cel "[.bench]"`. No assertion on time.
#include <chrono>

#include "fmt/format.h"
#include "tests/catch.h"
#include "world.h"

namespace cartwheel::cel {
namespace {

// The kind of object the engine hands in: a struct, its fields found by name.
struct Cart {
  Money value = 645'000'000;
  int64_t quantity = 3;
};
struct Customer {
  int64_t orders = 0;
};

Value FindInCart(const void* object, std::string_view key) {
  const Cart& cart = *static_cast<const Cart*>(object);
  if (key == "value") return Value::Decimal(cart.value);
  if (key == "quantity") return Value::Int(cart.quantity);
  return Value();
}
Value FindInCustomer(const void* object, std::string_view key) {
  return key == "orders" ? Value::Int(static_cast<const Customer*>(object)->orders) : Value();
}
const ContainerOps kCartOps = {nullptr, nullptr, FindInCart, nullptr};
const ContainerOps kCustomerOps = {nullptr, nullptr, FindInCustomer, nullptr};

template <typename Body>
double Nanoseconds(int rounds, Body body) {
  double best = 1e18;
  for (int repeat = 0; repeat < 100; ++repeat)  // short ones: the best is one that nothing interrupted
  {
    auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) body(i);
    std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begin;
    best = std::min(best, spent.count() / rounds);
  }
  return best;
}

}  // namespace

TEST_CASE("what a condition costs", "[.bench]") {
  World world;
  Cart cart;
  Customer customer;
  world.variables[0] = Value::Map(&kCartOps, &cart);
  world.variables[1] = Value::Map(&kCustomerOps, &customer);
  for (std::string_view source : {"cart.value >= 50000 && customer.orders == 0 && cart.quantity > 0",
                                  "cart.value >= 50000.0 && customer.orders == 0 && cart.quantity > 0",
                                  "now - event.at > duration('24h') || event.price > 10000.0",
                                  "now - event.at > duration('24h') && event.price > 10000.0"}) {
    absl::StatusOr<Program> program = Compile(source, world.environment);
    REQUIRE(program.ok());
    world.event.fields.insert(world.event.fields.begin(), {"at", Value::Timestamp(1'500'000)});
    int64_t truths = 0;
    double evaluate = Nanoseconds(20'000, [&](int i) {
      cart.quantity = i & 7;
      truths += program->Evaluate(world.variables).is_true();
    });
    double compile = Nanoseconds(100, [&](int) { truths += Compile(source, world.environment).ok(); });
    fmt::print("{:6.1f} ns  compile {:5.1f} us  {}  ({})\n", evaluate, compile / 1000, source, truths);
  }
}

}  // namespace cartwheel::cel
