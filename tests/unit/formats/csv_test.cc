#include "formats/csv.h"

#include "tests/catch.h"

using cartwheel::formats::CsvReader;
using Fields = std::vector<std::string_view>;

TEST_CASE("CSV fields, quoted and not") {
  CsvReader csv("a,b,c\r\n\n,\"x,\"\"y\"\"\",\n\"1\n2\",3,\"\"\nlast,\"q\"");
  REQUIRE(csv.Next());
  CHECK(csv.row() == "a,b,c");
  CHECK(csv.fields() == Fields{"a", "b", "c"});
  REQUIRE(csv.Next());
  CHECK(csv.fields() == Fields{"", "x,\"y\"", ""});
  REQUIRE(csv.Next());
  CHECK(csv.fields() == Fields{"1\n2", "3", ""});
  REQUIRE(csv.Next());
  CHECK(csv.good());
  CHECK(csv.fields() == Fields{"last", "q"});
  CHECK_FALSE(csv.Next());
}

TEST_CASE("a row whose quotes do not match ends at its line") {
  CsvReader csv("1,\"open\n2,\"x\"y\n3,4\n");
  REQUIRE(csv.Next());
  CHECK_FALSE(csv.good());
  CHECK(csv.row() == "1,\"open");
  REQUIRE(csv.Next());
  CHECK_FALSE(csv.good());
  REQUIRE(csv.Next());
  CHECK(csv.good());
  CHECK(csv.fields() == Fields{"3", "4"});
  CHECK_FALSE(csv.Next());
}
