// The log of operations on carts: what is added is read, in order; bytes that are something else are refused.
#include "core/model/operation_log.h"

#include <random>

#include "tests/catch.h"

namespace cartwheel {
namespace {

constexpr auto kTakeAll = [](const CartOperation&) { return true; };

bool Same(const CartOperation& a, const CartOperation& b) {
  auto same_parts = [&] {
    return std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(),
                      [](const CartOperation::Part& x, const CartOperation::Part& y) {
                        return x.line == y.line && x.quantity == y.quantity;
                      });
  };
  return a.at_ms == b.at_ms && a.act == b.act && a.cart == b.cart && a.line == b.line && a.quantity == b.quantity &&
         a.order == b.order && a.products == b.products && same_parts();
}

// With the fields that its act has.
CartOperation RandomOperation(std::mt19937_64& random, int64_t at_ms) {
  constexpr Quantity kQuantities[] = {kOnePiece, CartOperation::kAll, 0, -1, 2 * kOnePiece, kQuantityMax, 15'000};
  CartOperation operation{
      .at_ms = at_ms, .act = static_cast<CartAct>(random() % 8), .cart = static_cast<int32_t>(random() % 17) - 1};
  switch (operation.act) {
    case CartAct::kAdd:
    case CartAct::kRemove:
      operation.line = static_cast<uint32_t>(random() % 1000);
      operation.quantity = kQuantities[random() % std::size(kQuantities)];
      break;
    case CartAct::kSnapshot:
      for (uint64_t i = random() % 4; i > 0; --i)
        operation.parts.push_back({static_cast<uint32_t>(i), kQuantities[random() % std::size(kQuantities)]});
      break;
    case CartAct::kOrder:
      operation.order = random();
      operation.products = std::string(random() % 3, 'p');
      break;
    case CartAct::kEmpty:
    case CartAct::kExpire:
    case CartAct::kCheckout:
    case CartAct::kActivity:
      break;
  }
  return operation;
}

}  // namespace

TEST_CASE("operation log: what is added is read, also after the bytes went through a row") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 300; ++round) {
    std::vector<CartOperation> operations;
    int64_t at_ms = static_cast<int64_t>(random() % 3) * 1'000'000'000'000 - 5;
    size_t activities = 0;
    OperationLog log;
    for (uint64_t i = random() % 40; i > 0; --i) {
      operations.push_back(RandomOperation(random, at_ms));
      activities += operations.back().act == CartAct::kActivity ? 1 : 0;
      log.Append(operations.back());
      at_ms += static_cast<int64_t>(random() % 100'000);  // two may be of one instant
    }
    OperationLog restored, written;
    REQUIRE(restored.Restore(log.bytes(), kTakeAll));
    written.Write(operations);
    for (const OperationLog* one : {&log, &restored, &written}) {
      const std::vector<CartOperation> read = one->Read();
      REQUIRE(std::equal(read.begin(), read.end(), operations.begin(), operations.end(), Same));
      REQUIRE((one->size() == operations.size() && one->empty() == operations.empty()));
      REQUIRE(one->activities() == activities);
      REQUIRE(one->bytes() == log.bytes());
      if (operations.empty()) continue;
      REQUIRE((one->first_at_ms() == operations.front().at_ms && one->last_at_ms() == operations.back().at_ms));
    }
  }
}

TEST_CASE("operation log: bytes that are cut or out of order are refused, and leave it empty") {
  OperationLog log;
  log.Append({.at_ms = 7, .act = CartAct::kOrder, .order = 9, .products = "abc"});
  log.Append({.at_ms = 1000, .act = CartAct::kAdd, .cart = 0, .line = 3, .quantity = kOnePiece});
  const std::string bytes(log.bytes());
  const size_t first = bytes.size() - 5;  // head, two bytes of distance, line, pieces
  for (size_t size = 1; size < bytes.size(); ++size) {
    INFO(size);
    OperationLog cut;
    cut.Append({.at_ms = 1});
    CHECK(cut.Restore(std::string_view(bytes).substr(0, size), kTakeAll) == (size == first));
    CHECK(cut.size() == (size == first ? 1 : 0));
  }
  OperationLog later, earlier;
  later.Append({.at_ms = 10, .act = CartAct::kEmpty, .cart = 0});
  std::string swapped(later.bytes());
  swapped += std::string{'\x0f', '\x03'};  // an activity 2 ms before the one before it
  CHECK_FALSE(earlier.Restore(swapped, kTakeAll));
  CHECK(earlier.empty());
}

}  // namespace cartwheel
