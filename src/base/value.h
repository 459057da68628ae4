// The one value type that event properties, conditions (CEL) and texts (Liquid) share.
//
// A Value is a 24-byte view: it owns nothing. Strings and bytes point into memory that the caller keeps alive; lists
// and maps are a pair of a table of functions and an object, so that the structs of the core (a cart, its items, a
// customer) are read in place, without a copy and without an allocation. "Absent" is what a look-up of something that
// is not there yields; it is not null.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/money.h"

namespace cartwheel {

enum class Kind : uint8_t {
  kAbsent,
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kDecimal,  // Money: an exact decimal scaled by kMoneyScale; a double to CEL, an exact number to Liquid
  kString,   // UTF-8
  kBytes,
  kDuration,   // milliseconds
  kTimestamp,  // milliseconds since 1970-01-01T00:00:00Z
  kList,
  kMap,
  kType,      // the name of a type, as a value of conditions
  kOptional,  // a value that may be there, as a value of conditions
};

// "string", "list", …: for error messages.
std::string_view KindName(Kind kind);

class Value;
using Entry = std::pair<Value, Value>;

// The functions of a list or a map over some object. Lists leave `find` and `entry` null, maps leave `at` null.
struct ContainerOps {
  size_t (*size)(const void* object);
  Value (*at)(const void* object, size_t index);
  Value (*find)(const void* object, std::string_view key);
  Entry (*entry)(const void* object, size_t index);  // in the object's order; keys are strings
};

class Value {
 public:
  constexpr Value() = default;

  static Value Null() { return Value(Kind::kNull); }
  static Value Bool(bool b) { return Scalar(Kind::kBool, b ? 1 : 0); }
  static Value Int(int64_t i) { return Scalar(Kind::kInt, static_cast<uint64_t>(i)); }
  static Value Uint(uint64_t u) { return Scalar(Kind::kUint, u); }
  static Value Decimal(Money scaled) { return Scalar(Kind::kDecimal, static_cast<uint64_t>(scaled)); }
  static Value Duration(int64_t ms, uint32_t nanoseconds = 0) { return Time(Kind::kDuration, ms, nanoseconds); }
  static Value Timestamp(int64_t ms, uint32_t nanoseconds = 0) { return Time(Kind::kTimestamp, ms, nanoseconds); }
  static Value Double(double d);
  static Value String(std::string_view text) { return Text(Kind::kString, text); }
  static Value Bytes(std::string_view bytes) { return Text(Kind::kBytes, bytes); }
  static Value Type(std::string_view name) { return Text(Kind::kType, name); }
  // `inside` null: none.
  static Value Optional(const Value* inside) {
    Value v(Kind::kOptional);
    v.pointer_ = inside;
    return v;
  }
  static Value List(const ContainerOps* ops, const void* object) { return Container(Kind::kList, ops, object); }
  static Value Map(const ContainerOps* ops, const void* object) { return Container(Kind::kMap, ops, object); }

  Kind kind() const { return kind_; }
  bool is_absent() const { return kind_ == Kind::kAbsent; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_list() const { return kind_ == Kind::kList; }
  bool is_map() const { return kind_ == Kind::kMap; }

  // Each is valid only for the kind of its name.
  bool boolean() const { return bits_ != 0; }
  int64_t integer() const {
    return static_cast<int64_t>(bits_);
  }  // also kDuration, kTimestamp (milliseconds, rounded down)
  uint32_t nanoseconds() const {
    return nanoseconds_;
  }  // of those two, beyond the milliseconds: 0 to 999,999. Nothing is stored so finely.
  uint64_t unsigned_integer() const { return bits_; }
  Money decimal() const { return static_cast<Money>(bits_); }
  double real() const;
  std::string_view text() const { return {static_cast<const char*>(pointer_), bits_}; }  // kString, kBytes, kType

  const Value* inside() const { return static_cast<const Value*>(pointer_); }  // kOptional; null: none

  // Lists and maps.
  size_t size() const { return ops()->size(object()); }
  Value at(size_t index) const { return ops()->at(object(), index); }  // index < size()
  Value Find(std::string_view key) const { return ops()->find(object(), key); }
  Entry entry(size_t index) const;
  const void* object() const { return pointer_; }
  const ContainerOps* ops() const { return reinterpret_cast<const ContainerOps*>(bits_); }

 private:
  explicit constexpr Value(Kind kind) : kind_(kind) {}
  static Value Scalar(Kind kind, uint64_t bits) {
    Value v(kind);
    v.bits_ = bits;
    return v;
  }
  static Value Time(Kind kind, int64_t ms, uint32_t nanoseconds) {
    Value v = Scalar(kind, static_cast<uint64_t>(ms));
    v.nanoseconds_ = nanoseconds;
    return v;
  }
  static Value Text(Kind kind, std::string_view text) {
    Value v(kind);
    v.pointer_ = text.data();
    v.bits_ = text.size();
    return v;
  }
  static Value Container(Kind kind, const ContainerOps* ops, const void* object) {
    Value v(kind);
    v.pointer_ = object;
    v.bits_ = reinterpret_cast<uint64_t>(ops);
    return v;
  }

  const void* pointer_ = nullptr;
  uint64_t bits_ = 0;
  uint32_t nanoseconds_ = 0;
  Kind kind_ = Kind::kAbsent;
};
static_assert(sizeof(Value) == 24);

inline Entry Value::entry(size_t index) const { return ops()->entry(object(), index); }

// The number in a kInt, kUint, kDouble or kDecimal; 0 for any other kind.
double ToDouble(const Value& value);

}  // namespace cartwheel
