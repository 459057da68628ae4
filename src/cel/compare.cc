#include "cel/compare.h"

namespace cartwheel::cel {
namespace {

template <typename T>
Order Three(const T& a, const T& b) {
  return a < b ? Order::kLess : b < a ? Order::kGreater : Order::kEqual;
}

Order CompareDoubles(double a, double b) {
  if (a < b) return Order::kLess;
  if (a > b) return Order::kGreater;
  return a == b ? Order::kEqual : Order::kUnordered;
}

// Below it no two amounts of money share a double with a whole number, so an int compares with money in integers.
constexpr int64_t kWholeMoneyMax = int64_t{1} << 38;

// Exact for int against uint; a double makes doubles of both, as CEL says.
Order CompareNumbers(const Value& a, const Value& b) {
  if (a.kind() == Kind::kInt && b.kind() == Kind::kUint)
    return a.integer() < 0 ? Order::kLess : Three(static_cast<uint64_t>(a.integer()), b.unsigned_integer());
  if (a.kind() == Kind::kUint && b.kind() == Kind::kInt)
    return b.integer() < 0 ? Order::kGreater : Three(a.unsigned_integer(), static_cast<uint64_t>(b.integer()));
  if (a.kind() == Kind::kDecimal && b.kind() == Kind::kInt && b.integer() < kWholeMoneyMax &&
      b.integer() > -kWholeMoneyMax)
    return Three(a.decimal(), b.integer() * kMoneyScale);
  return CompareDoubles(ToDouble(a), ToDouble(b));
}

bool EqualLists(const Value& a, const Value& b) {
  size_t size = a.size();
  if (size != b.size()) return false;
  for (size_t i = 0; i < size; ++i)
    if (!Equal(a.at(i), b.at(i))) return false;
  return true;
}

bool EqualMaps(const Value& a, const Value& b) {
  size_t size = a.size();
  if (size != b.size()) return false;
  for (size_t i = 0; i < size; ++i) {
    Entry entry = a.entry(i);
    Value other = FindKey(b, entry.first);
    if (other.is_absent() || !Equal(entry.second, other)) return false;
  }
  return true;
}

}  // namespace

bool IsNumber(const Value& value) { return value.kind() >= Kind::kInt && value.kind() <= Kind::kDecimal; }

Value FindKey(const Value& map, const Value& key) {
  if (key.is_string()) return map.Find(key.text());
  for (size_t i = 0; i < map.size(); ++i)
    if (Entry entry = map.entry(i); !entry.first.is_string() && Equal(entry.first, key)) return entry.second;
  return Value();
}

Order CompareOther(const Value& a, const Value& b) {
  if (a.kind() == b.kind()) {
    switch (a.kind()) {
      case Kind::kBool:
      case Kind::kUint:
        return Three(a.unsigned_integer(), b.unsigned_integer());
      case Kind::kInt:
      case Kind::kDecimal:
        return Three(a.integer(), b.integer());
      case Kind::kTimestamp:
      case Kind::kDuration:
        return a.integer() != b.integer() ? Three(a.integer(), b.integer()) : Three(a.nanoseconds(), b.nanoseconds());
      case Kind::kDouble:
        return CompareDoubles(a.real(), b.real());
      case Kind::kString:  // by code point, which is by byte in UTF-8
      case Kind::kBytes:
      case Kind::kType:
        return Three(a.text(), b.text());
      case Kind::kAbsent:
      case Kind::kNull:
      case Kind::kList:
      case Kind::kMap:
      case Kind::kOptional:
        return Order::kNone;
    }
  }
  return IsNumber(a) && IsNumber(b) ? CompareNumbers(a, b) : Order::kNone;
}

bool EqualOther(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return IsNumber(a) && IsNumber(b) && CompareNumbers(a, b) == Order::kEqual;
  switch (a.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
      return true;
    case Kind::kList:
      return EqualLists(a, b);
    case Kind::kMap:
      return EqualMaps(a, b);
    case Kind::kOptional:
      return a.inside() == nullptr || b.inside() == nullptr ? a.inside() == b.inside()
                                                            : Equal(*a.inside(), *b.inside());
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDouble:
    case Kind::kDecimal:
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kType:
    case Kind::kTimestamp:
    case Kind::kDuration:
      break;
  }
  return Compare(a, b) == Order::kEqual;
}

}  // namespace cartwheel::cel
