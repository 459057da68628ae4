// Which name was meant, and what is said when none was.
#include "base/suggest.h"

#include <string>
#include <vector>

#include "tests/catch.h"

namespace cartwheel {

TEST_CASE("one letter missing, added, changed or swapped, and case, are near") {
  const std::vector<std::string_view> names{"customer", "cart", "at"};
  for (const char* wrong : {"custmer", "customers", "cusromer", "csutomer", "Customer", "CUSTOMER"})
    CHECK(Nearest(wrong, names) == "customer");
  CHECK(Nearest("crat", names) == "cart");  // a swap is one change, not two
  CHECK(Nearest("on", names).empty());
  CHECK(Nearest("quantity", names).empty());
  CHECK(Nearest(std::string(65, 'a'), names).empty());
}

TEST_CASE("how much may be wrong is said by the caller") {
  const std::vector<std::string_view> names{"--events"};
  CHECK(Nearest("--evrnst", names) == "--events");  // two of eight
  CHECK(Nearest("--evaxxx", names).empty());        // four of eight
  CHECK(Nearest("--evaxxx", names, Nearness::kPossible) == "--events");
  const std::vector<std::string_view> letters{"a"};
  CHECK(Nearest("b", letters, Nearness::kPossible).empty());  // another letter is another name
}

TEST_CASE("the first of the names that are equally near") {
  const std::vector<std::string_view> names{"wait", "bait"};
  CHECK(Nearest("ait", names) == "wait");
}

TEST_CASE("hints") {
  const std::vector<std::string_view> names{"when", "at", "on"}, one{"at"};
  CHECK(DidYouMean("wehn", names) == ", did you mean \"when\"?");
  CHECK(DidYouMean("latest", names).empty());
  CHECK(Hint("wehn", names) == ", did you mean \"when\"?");
  CHECK(Hint("latest", names) == ", expected one of at, on, when");
  CHECK(Hint("latest", one) == ", expected at");
  CHECK(Hint("latest", {}).empty());
  const std::vector<std::string_view> many{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"};
  CHECK(ListNames(many) == "a, b, c, d, e, f, g, h, i, j, k, l, …");
}

TEST_CASE("a slip of the hand") {
  for (const char* word : {"titel", "ttle", "titlee", "tytle", "Title", "ti_tle", "TIT-LE"})
    CHECK(IsSlip(word, "title"));
  for (const char* word : {"title", "title2", "tit13", "subtitle", "header"}) CHECK_FALSE(IsSlip(word, "title"));
}

}  // namespace cartwheel
