// Numbers that name things, each kind a type of its own: a MessageId is not taken where a CustomerRow is expected, and
// neither is a plain number. A kind is a tag and a line:
//   using MessageId = Id<struct MessageIdTag>;
//
// An id compares and hashes, and is given in order: Next() is the one after it, ++ goes there. It has no other
// arithmetic, but for the kinds that count (Ordinal), which know distances. The default, 0, names nothing.
#pragma once

#include <compare>
#include <cstdint>
#include <utility>

namespace cartwheel {

template <typename Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(int64_t value) : value_(value) {}

  constexpr int64_t value() const { return value_; }
  constexpr explicit operator bool() const { return value_ != 0; }
  constexpr Id Next() const { return Id(value_ + 1); }
  constexpr Id& operator++() { return *this = Next(); }
  constexpr Id operator++(int) { return std::exchange(*this, Next()); }
  friend constexpr auto operator<=>(Id, Id) = default;
  template <typename H>
  friend H AbslHashValue(H hash, Id id) {
    return H::combine(std::move(hash), id.value_);
  }

 private:
  int64_t value_ = 0;
};

// A place in a sequence that is numbered without gaps: places have distances.
template <typename Tag>
class Ordinal : public Id<Tag> {
 public:
  constexpr Ordinal() = default;
  constexpr explicit Ordinal(int64_t value) : Id<Tag>(value) {}
  constexpr Ordinal Next() const { return *this + 1; }
  constexpr Ordinal& operator+=(int64_t distance) { return *this = *this + distance; }

  friend constexpr Ordinal operator+(Ordinal place, int64_t distance) { return Ordinal(place.value() + distance); }
  friend constexpr Ordinal operator-(Ordinal place, int64_t distance) { return Ordinal(place.value() - distance); }
  friend constexpr int64_t operator-(Ordinal a, Ordinal b) { return a.value() - b.value(); }
};

}  // namespace cartwheel
