#include "core/model/operation_log.h"

namespace cartwheel {
namespace {

// operation := head, instant, content
// head := act + 8 * (cart + 1)       instant := signed distance from the one before, the first from 0
// content := line, pieces | n, (line, signed quantity) * n | order in 8 bytes, products | nothing: by the act
constexpr uint64_t kActs = 8;
static_assert(static_cast<uint64_t>(CartAct::kActivity) < kActs);

// pieces := 0: one; 1: all; else 2 + the zigzag of the quantity
constexpr uint64_t kOne = 0, kEverything = 1, kOthers = 2;

uint64_t PiecesCode(Quantity quantity) {
  if (quantity == kOnePiece) return kOne;
  return quantity == CartOperation::kAll ? kEverything : ZigZag(quantity) + kOthers;
}

Quantity PiecesOf(uint64_t code) {
  if (code == kOne) return kOnePiece;
  return code == kEverything ? CartOperation::kAll : UnZigZag(code - kOthers);
}

void Put(const CartOperation& operation, int64_t last_at_ms, std::string* bytes) {
  ByteWriter out(bytes);
  out.Varint(static_cast<uint64_t>(operation.act) + kActs * static_cast<uint64_t>(operation.cart + 1));
  out.Signed(static_cast<int64_t>(static_cast<uint64_t>(operation.at_ms) - static_cast<uint64_t>(last_at_ms)));
  switch (operation.act) {
    case CartAct::kAdd:
    case CartAct::kRemove:
      out.Varint(operation.line);
      out.Varint(PiecesCode(operation.quantity));
      break;
    case CartAct::kSnapshot:
      out.Varint(operation.parts.size());
      for (const CartOperation::Part& part : operation.parts) {
        out.Varint(part.line);
        out.Signed(part.quantity);
      }
      break;
    case CartAct::kOrder:
      out.Fixed64(operation.order);
      out.Text(operation.products);
      break;
    case CartAct::kEmpty:
    case CartAct::kExpire:
    case CartAct::kCheckout:
    case CartAct::kActivity:
      break;
  }
}

}  // namespace

bool OperationCursor::Next() {
  if (in_.at_end()) return false;
  const uint64_t head = in_.Varint();
  operation_.act = static_cast<CartAct>(head % kActs);
  operation_.cart = static_cast<int32_t>(head / kActs) - 1;
  operation_.at_ms =
      static_cast<int64_t>(static_cast<uint64_t>(operation_.at_ms) + static_cast<uint64_t>(in_.Signed()));
  operation_.line = 0;
  operation_.quantity = 0;
  operation_.order = 0;
  operation_.parts.clear();
  operation_.products.clear();
  switch (operation_.act) {
    case CartAct::kAdd:
    case CartAct::kRemove:
      operation_.line = static_cast<uint32_t>(in_.Varint());
      operation_.quantity = PiecesOf(in_.Varint());
      break;
    case CartAct::kSnapshot:
      operation_.parts.resize(in_.Count());
      for (CartOperation::Part& part : operation_.parts) {
        part.line = static_cast<uint32_t>(in_.Varint());
        part.quantity = in_.Signed();
      }
      break;
    case CartAct::kOrder:
      operation_.order = in_.Fixed64();
      operation_.products = in_.Text();
      break;
    case CartAct::kEmpty:
    case CartAct::kExpire:
    case CartAct::kCheckout:
    case CartAct::kActivity:
      break;
  }
  return in_.ok();
}

void OperationLog::Append(const CartOperation& operation) {
  Put(operation, last_at_ms_, &bytes_);
  if (size_ == 0) first_at_ms_ = operation.at_ms;
  last_at_ms_ = operation.at_ms;
  ++size_;
  if (operation.act == CartAct::kActivity) ++activities_;
}

std::vector<CartOperation> OperationLog::Read() const {
  std::vector<CartOperation> operations;
  operations.reserve(size_);
  for (OperationCursor cursor(*this); cursor.Next();) operations.push_back(cursor.operation());
  return operations;
}

void OperationLog::Write(const std::vector<CartOperation>& operations) {
  *this = {};
  for (const CartOperation& operation : operations) Append(operation);
}

bool OperationLog::Restore(std::string_view bytes, absl::FunctionRef<bool(const CartOperation&)> take) {
  *this = {};
  OperationCursor cursor(bytes);
  bool is_good = true;
  while (is_good && cursor.Next()) {
    const CartOperation& operation = cursor.operation();
    is_good = (size_ == 0 || operation.at_ms >= last_at_ms_) && take(operation);
    if (size_ == 0) first_at_ms_ = operation.at_ms;
    last_at_ms_ = operation.at_ms;
    ++size_;
    if (operation.act == CartAct::kActivity) ++activities_;
  }
  if (!is_good || !cursor.ok()) {
    *this = {};
    return false;
  }
  bytes_ = bytes;
  return true;
}

}  // namespace cartwheel
