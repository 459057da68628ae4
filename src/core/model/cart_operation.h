// One operation on the carts of a customer, and what it did (cart_operations.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/cart.h"

namespace cartwheel {

// Numbers are part of the file format.
enum class CartAct : uint8_t {
  kAdd = 0,
  kRemove = 1,    // `quantity` pieces, or all of them
  kSnapshot = 2,  // the cart holds `parts` and nothing else
  kEmpty = 3,
  kExpire = 4,
  kOrder = 5,  // of `products`; of the whole cart, or of all carts, where it names none or one that no line agrees with
  kCheckout = 6,
  kActivity = 7,  // the customer did something that is about the cart
};

struct CartOperation {
  static constexpr Quantity kAll = INT64_MIN;
  static constexpr int32_t kNoCart = -1;  // none was named: an activity is about the cart at hand, an order about all

  struct Part {
    uint32_t line = 0;
    Quantity quantity = 0;
  };

  int64_t at_ms = 0;
  CartAct act = CartAct::kActivity;
  int32_t cart = kNoCart;   // its place
  uint32_t line = 0;        // kAdd, kRemove: its place in the cart
  Quantity quantity = 0;    // kAdd, kRemove
  uint64_t order = 0;       // kOrder: fingerprint of its id; 0: it has none
  std::vector<Part> parts;  // kSnapshot
  std::string products;     // kOrder: a packed list
};

// What one operation did at its instant.
struct CartOutcome {
  int32_t cart = CartOperation::kNoCart;  // the cart that it was about
  bool late = false;                      // it is dated up to the cart's floor, or before all operations that are kept
  bool grew = false;                      // a line is new, or its quantity grew
  bool closed_all = false;                // an order of everything: also of carts that are not known yet
};

}  // namespace cartwheel
