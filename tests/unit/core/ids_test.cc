// The kinds of ids do not mix: what each static_assert forbids would be a row read as a message, or a place in the log
// as a revision. The templates themselves: tests/unit/base/id_test.cc.
#include "core/model/ids.h"

#include <tuple>
#include <type_traits>

#include "core/model/effects.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

using Kinds = std::tuple<CustomerRow, MessageId, DecisionId, DecisionLink, ConsentId, ErasureId, AccessId, Position,
                         Revision, Epoch, ClaimToken, int64_t>;

template <typename A, typename B>
concept Compares = requires(A a, B b) {
  a == b;
}
|| requires(A a, B b) { a < b; };

// Whether the two are one kind, or nothing makes the one of the other.
template <typename A, typename B>
constexpr bool kApart = std::is_same_v<A, B> ||
                        (!std::is_convertible_v<A, B> && !std::is_assignable_v<B&, A> && !Compares<A, B> &&
                         (std::is_same_v<A, int64_t> || !std::is_constructible_v<B, A>));

template <typename A, typename... Bs>
constexpr bool IsApartFrom(const std::tuple<Bs...>*) {
  return (kApart<A, Bs> && ...);
}
template <typename... As>
constexpr bool AreApart(const std::tuple<As...>* kinds) {
  return (IsApartFrom<As>(kinds) && ...);
}
static_assert(AreApart(static_cast<const Kinds*>(nullptr)));

template <typename... As>
constexpr bool CostNothing(const std::tuple<As...>*) {
  return ((std::is_trivially_copyable_v<As> && sizeof(As) == sizeof(int64_t)) && ...);
}
static_assert(CostNothing(static_cast<const Kinds*>(nullptr)));

TEST_CASE("ids: a handle names the place of a message, and is no id") {
  for (size_t place : {size_t{0}, size_t{1}, size_t{1'999}}) {
    CHECK(IsHandle(HandleOf(place)));
    CHECK(PlaceOf(HandleOf(place)) == place);
  }
  CHECK_FALSE(IsHandle(MessageId()));
  CHECK_FALSE(IsHandle(MessageId(1)));
}

}  // namespace
}  // namespace cartwheel
