// The operations on a customer's carts that are kept. They are held as they stand in the customer's row: nearly all
// uses add one to the end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "base/codec.h"
#include "core/model/cart_operation.h"

namespace cartwheel {

// Operations in the order of their instants.
class OperationLog {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  size_t activities() const { return activities_; }  // of act kActivity
  int64_t first_at_ms() const { return first_at_ms_; }
  int64_t last_at_ms() const { return last_at_ms_; }

  // Adds one that is not earlier than the last.
  void Append(const CartOperation& operation);
  std::vector<CartOperation> Read() const;
  // Replaces all; `operations` are in order.
  void Write(const std::vector<CartOperation>& operations);

  std::string_view bytes() const { return bytes_; }
  // Replaces all by what `bytes()` of another gave, and shows each operation to `take`, in order. False: the bytes are
  // something else, or `take` answered so; the log is empty then.
  [[nodiscard]] bool Restore(std::string_view bytes, absl::FunctionRef<bool(const CartOperation&)> take);

 private:
  std::string bytes_;
  uint32_t size_ = 0, activities_ = 0;
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
