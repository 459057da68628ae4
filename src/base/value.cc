#include "base/value.h"

#include <bit>

namespace cartwheel {

std::string_view KindName(Kind kind) {
  static constexpr std::string_view kNames[] = {"absent",    "null",    "bool",   "int",   "uint",
                                                "double",    "decimal", "string", "bytes", "duration",
                                                "timestamp", "list",    "map",    "type",  "optional"};
  return kNames[static_cast<size_t>(kind)];
}

Value Value::Double(double d) { return Scalar(Kind::kDouble, std::bit_cast<uint64_t>(d)); }

double Value::real() const { return std::bit_cast<double>(bits_); }

double ToDouble(const Value& value) {
  switch (value.kind()) {
    case Kind::kInt:
      return static_cast<double>(value.integer());
    case Kind::kUint:
      return static_cast<double>(value.unsigned_integer());
    case Kind::kDouble:
      return value.real();
    case Kind::kDecimal:
      return MoneyToDouble(value.decimal());
    case Kind::kAbsent:
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kDuration:
    case Kind::kTimestamp:
    case Kind::kList:
    case Kind::kMap:
    case Kind::kType:
    case Kind::kOptional:
      break;
  }
  return 0;
}

}  // namespace cartwheel
