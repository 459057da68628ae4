// Segments written in C++ instead of in a text: the same conditions, with types, printed as the CEL that a playbook
// holds.
//
//   using namespace cartwheel::segment;
//   Condition big_first_cart = count("order_completed").Within(absl::Hours(24)) == 0 && sum("product_added", "value")
//   >= 50000; std::string cel = big_first_cart.ToCel();
//   // events('order_completed').within(duration('86400s')).count() == 0 && events('product_added').sum('value') >=
//   50000
//
// What comes out is put into the playbook under "segments", or asked by the query "evaluate". A condition that the
// types allow and the playbook does not (a type of event that has no such property) is found by Engine::Load like any
// other.
//
// Values; nothing here holds a resource, throws, or knows an engine. docs/segments.md teaches the language itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"

namespace cartwheel::segment {

template <typename... Parts>
std::string Cat(const Parts&... parts) {
  std::string text;
  ((text += parts), ...);
  return text;
}

// 'text', with what CEL reserves escaped.
inline std::string Quote(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    if (c == '\n')
      quoted += "\\n";
    else
      quoted += c;
  }
  return quoted += '\'';
}

// duration('…'): whole milliseconds, of which CEL's seconds take three decimals.
inline std::string Span(absl::Duration span) {
  const int64_t ms = absl::ToInt64Milliseconds(span);
  if (ms % 1000 == 0) return Cat("duration('", std::to_string(ms / 1000), "s')");
  return Cat("duration('", std::to_string(ms), "ms')");
}

// True or false of a customer.
class Condition {
 public:
  // Any condition in CEL, for what this header has no word for: Condition("cart.items.exists(item, item.category ==
  // 'beauty')").
  explicit Condition(std::string cel) : cel_(std::move(cel)), kind_(Kind::kAny) {}

  const std::string& ToCel() const { return cel_; }

  friend Condition operator&&(const Condition& a, const Condition& b) { return Join(a, " && ", b, Kind::kAnd); }
  friend Condition operator||(const Condition& a, const Condition& b) { return Join(a, " || ", b, Kind::kOr); }
  friend Condition operator!(const Condition& a) { return Make(Cat("!(", a.cel_, ")"), Kind::kSimple); }

 private:
  template <typename T>
  friend class Operand;
  friend class Past;
  friend Condition in_segment(std::string_view name);
  enum class Kind { kSimple, kAnd, kOr, kAny };

  static Condition Make(std::string cel, Kind kind) {
    Condition made(std::move(cel));
    made.kind_ = kind;
    return made;
  }
  // An operand of another kind stands in parentheses.
  static Condition Join(const Condition& a, std::string_view by, const Condition& b, Kind kind) {
    auto operand = [&](const Condition& c) {
      return c.kind_ == Kind::kSimple || c.kind_ == kind ? c.cel_ : Cat("(", c.cel_, ")");
    };
    return Make(Cat(operand(a), by, operand(b)), kind);
  }

  std::string cel_;
  Kind kind_;
};

// Something of a customer that can be compared with a T: int64_t, double, a text or a span.
template <typename T>
class Operand {
 public:
  explicit Operand(std::string cel) : cel_(std::move(cel)) {}
  const std::string& ToCel() const { return cel_; }

  friend Condition operator==(const Operand& a, const T& b) { return a.Compare("==", b); }
  friend Condition operator!=(const Operand& a, const T& b) { return a.Compare("!=", b); }
  friend Condition operator<(const Operand& a, const T& b) { return a.Compare("<", b); }
  friend Condition operator<=(const Operand& a, const T& b) { return a.Compare("<=", b); }
  friend Condition operator>(const Operand& a, const T& b) { return a.Compare(">", b); }
  friend Condition operator>=(const Operand& a, const T& b) { return a.Compare(">=", b); }

 private:
  static std::string Literal(int64_t number) { return std::to_string(number); }
  static std::string Literal(absl::Duration span) { return Span(span); }
  static std::string Literal(const std::string& text) { return Quote(text); }
  Condition Compare(std::string_view by, const T& with) const {
    return Condition::Make(Cat(cel_, " ", by, " ", Literal(with)), Condition::Kind::kSimple);
  }

  std::string cel_;
};
using Number = Operand<int64_t>;
using Text = Operand<std::string>;
using Age = Operand<absl::Duration>;

// Past events of a type, and what is made of them. Without a window: as far back as the playbook keeps ("history", 30
// days by default).
class Past {
 public:
  Past(std::string_view type, std::string aggregate)
      : events_(Cat("events(", Quote(type), ")")), aggregate_(std::move(aggregate)) {}

  // Only what happened within so much time up to now.
  Past Within(absl::Duration span) const {
    Past narrower = *this;
    narrower.events_ += Cat(".within(", Span(span), ")");
    return narrower;
  }
  std::string ToCel() const { return Cat(events_, ".", aggregate_); }
  operator Number() const { return Number(ToCel()); }  // NOLINT: it is compared as one

  friend Condition operator==(const Past& a, int64_t b) { return Number(a) == b; }
  friend Condition operator!=(const Past& a, int64_t b) { return Number(a) != b; }
  friend Condition operator<(const Past& a, int64_t b) { return Number(a) < b; }
  friend Condition operator<=(const Past& a, int64_t b) { return Number(a) <= b; }
  friend Condition operator>(const Past& a, int64_t b) { return Number(a) > b; }
  friend Condition operator>=(const Past& a, int64_t b) { return Number(a) >= b; }

 private:
  std::string events_, aggregate_;
};

inline Past count(std::string_view type) { return Past(type, "count()"); }
inline Past days(std::string_view type) { return Past(type, "days()"); }  // on how many days of the shop's zone
inline Past sum(std::string_view type, std::string_view property) {
  return Past(type, Cat("sum(", Quote(property), ")"));
}
inline Past distinct(std::string_view type, std::string_view property) {
  return Past(type, Cat("distinct(", Quote(property), ").count()"));
}

// "customer.orders", "cart.value": a name of the customer's world.
inline Number number(std::string_view name) { return Number(std::string(name)); }
inline Text text(std::string_view name) { return Text(std::string(name)); }
// How long ago "customer.last_seen" or another instant was.
inline Age age(std::string_view instant) { return Age(Cat("age(", instant, ")")); }
// One in ten thousand parts of the customers, the same ones every time.
inline Number bucket(std::string_view salt) { return Number(Cat("bucket(", Quote(salt), ")")); }
inline Condition in_segment(std::string_view name) {
  return Condition::Make(Cat("segment(", Quote(name), ")"), Condition::Kind::kSimple);
}

}  // namespace cartwheel::segment
