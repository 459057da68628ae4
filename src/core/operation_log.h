// One thing that was done to a customer's carts, and the list of those that are kept. The list is held as it stands in
// the customer's row: nearly all of its uses add to its end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec.h"
#include "core/cart.h"

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
  int32_t cart = kNoCart;   // its place
  uint32_t line = 0;        // kAdd, kRemove: its place in the cart
  Quantity quantity = 0;    // kAdd, kRemove
  uint64_t order = 0;       // kOrder: fingerprint of its id; 0: it has none
  std::vector<Part> parts;  // kSnapshot
  std::string products;     // kOrder: a packed list
};

// Operations in the order of their instants.
class OperationLog {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  size_t touches() const { return touches_; }  // of act kTouch
  int64_t first_at_ms() const { return first_at_ms_; }
  int64_t last_at_ms() const { return last_at_ms_; }

  // Adds one that is not earlier than the last.
  void Append(const CartOperation& operation);
  std::vector<CartOperation> Read() const;
  // Replaces all; `operations` are in order.
  void Write(const std::vector<CartOperation>& operations);

  std::string_view bytes() const { return bytes_; }
  // Replaces all by what `bytes()` of another gave. False: they are something else, and the log is empty.
  bool Restore(std::string_view bytes);

 private:
  std::string bytes_;
  uint32_t size_ = 0, touches_ = 0;
  int64_t first_at_ms_ = 0, last_at_ms_ = 0;
};

// Walks a log, which must not change meanwhile.
//   for (OperationCursor cursor(log); cursor.Next();) Use(cursor.operation());
class OperationCursor {
 public:
  explicit OperationCursor(const OperationLog& log) : OperationCursor(log.bytes()) {}
  explicit OperationCursor(std::string_view bytes) : in_(bytes) {}
  bool Next();
  const CartOperation& operation() const { return operation_; }
  bool ok() const { return in_.ok(); }  // false: the bytes were no log; Next has answered false

 private:
  ByteReader in_;
  CartOperation operation_;
};

}  // namespace cartwheel
