// What events do to the carts of a customer, as operations that are kept for a while and applied in the order in which
// they happened. So carts are a function of the events, whatever the order of arrival: one that comes late is put in
// its place, and what follows it is done again.
//
// Operations older than the lateness are folded into the base states (cart.h). What happened before the last of those
// may only take away.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/cart.h"

namespace cartwheel {

struct Customer;

// Numbers are part of the file format.
enum class CartAct : uint8_t {
  kAdd = 0,
  kRemove = 1,    // `quantity` pieces, or all of them
  kSnapshot = 2,  // the cart holds `parts` and nothing else
  kEmpty = 3,
  kExpire = 4,
  kOrder = 5,  // of `products`; of the whole cart, or of all carts, where it names none or one that no line agrees with
  kCheckout = 6,
  kTouch = 7,  // the customer did something that is about the cart
};

struct CartOperation {
  static constexpr Quantity kAll = INT64_MIN;
  static constexpr int32_t kNoCart = -1;  // none was named: a touch is about the cart at hand, an order about all

  struct Part {
    uint32_t line = 0;
    Quantity quantity = 0;
  };

  int64_t at_ms = 0;
  CartAct act = CartAct::kTouch;
  int32_t cart = kNoCart;  // its place
  uint32_t line = 0;       // kAdd, kRemove: its place in the cart
  Quantity quantity = 0;
  uint64_t order = 0;  // kOrder: fingerprint of its id; 0: it has none
  std::vector<Part> parts;
  std::string products;  // kOrder: a packed list
};

// What one operation did at its instant.
struct CartOutcome {
  int32_t cart = CartOperation::kNoCart;  // the cart that it was about
  bool late = false;                      // it is dated up to the cart's floor, or before all operations that are kept
  bool grew = false;                      // a line is new, or its quantity grew
  bool closed_all = false;                // an order of everything: also of carts that are not known yet
};

// The place of the line that `properties` name, told to the cart; where the cart has none it gets one. kLinesMax lines:
// the line is refused and the answer is empty.
std::optional<uint32_t> TellLine(Cart& cart, std::string properties, int64_t at_ms);

// Does an operation, now or in its place among those that are kept.
CartOutcome Operate(Customer& customer, CartOperation operation);
// Computes all states from the base states and the kept operations.
void Replay(Customer& customer);
// Folds operations up to `until_ms` into the base states, and forgets lines that nothing refers to any more.
void FoldOperations(Customer& customer, int64_t until_ms);
// Folds what an operation at this instant would be too late for, where it is further than the lateness before the
// newest. The places of lines change: call it before TellLine.
void FoldForLate(Customer& customer, int64_t at_ms, int64_t lateness_ms);
// Whether an order is among the kept operations.
bool IsKept(const Customer& customer, uint64_t order);
// Removes a cart; operations that named it go with it.
void DropCart(Customer& customer, size_t place);

}  // namespace cartwheel
