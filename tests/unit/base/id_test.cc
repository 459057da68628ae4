// Ids of different kinds do not mix, with one another or with numbers; the compiler says so.
#include "base/id.h"

#include <type_traits>

#include "absl/container/flat_hash_set.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

using Shelf = Id<struct ShelfTag>;
using Book = Id<struct BookTag>;
using Page = Ordinal<struct PageTag>;
using Line = Ordinal<struct LineTag>;

template <typename A, typename B>
concept Compares = requires(A a, B b) {
  a == b;
}
|| requires(A a, B b) { a < b; };
template <typename A, typename B>
concept Adds = requires(A a, B b) {
  a + b;
};
template <typename A, typename B>
concept Subtracts = requires(A a, B b) {
  a - b;
};

template <typename From, typename To>
constexpr bool kMixes = std::is_convertible_v<From, To> || std::is_assignable_v<To&, From> || Compares<From, To>;

static_assert(!kMixes<Shelf, Book> && !kMixes<Page, Line> && !kMixes<Page, Shelf> && !kMixes<Shelf, Page>);
static_assert(!std::is_constructible_v<Shelf, Book> && !std::is_constructible_v<Page, Line>);
static_assert(!kMixes<int64_t, Shelf> && !kMixes<Shelf, int64_t> && !kMixes<int, Page> && !kMixes<Page, int>);
static_assert(!std::is_convertible_v<Shelf, bool>);
static_assert(!Adds<Shelf, int> && !Adds<Shelf, Shelf> && !Subtracts<Shelf, Shelf> && !Subtracts<Shelf, int>);
static_assert(Adds<Page, int> && !Adds<Page, Page> && !Adds<Page, Line> && Subtracts<Page, Page> &&
              !Subtracts<Page, Line>);
static_assert(std::is_same_v<decltype(Page() - Page()), int64_t> && std::is_same_v<decltype(Page().Next()), Page>);
static_assert(sizeof(Shelf) == sizeof(int64_t) && std::is_trivially_copyable_v<Page>);

TEST_CASE("id: compares, hashes and is given in order") {
  CHECK(Shelf(3) == Shelf(3));
  CHECK(Shelf(3) < Shelf(4));
  CHECK(Shelf(3).Next() == Shelf(4));
  CHECK(!Shelf());
  CHECK(Shelf(7));
  CHECK(Shelf(7).value() == 7);
  Shelf next(7);
  CHECK(next++ == Shelf(7));
  CHECK(++next == Shelf(9));
  CHECK(next == Shelf(9));
  absl::flat_hash_set<Shelf> shelves = {Shelf(1), Shelf(2), Shelf(1)};
  CHECK(shelves.size() == 2);
  CHECK(shelves.contains(Shelf(2)));
}

TEST_CASE("id: places in a sequence have distances") {
  CHECK(Page(10) - Page(4) == 6);
  CHECK(Page(10) - 4 == Page(6));
  CHECK(Page(4) + 6 == Page(10));
  CHECK(Page(4).Next() == Page(5));
  Page page(4);
  page += 6;
  CHECK(page == Page(10));
  CHECK(Page(4) < Page(5));
}

}  // namespace
}  // namespace cartwheel
