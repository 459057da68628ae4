#include "formats/records.h"

#include <string>
#include <vector>

#include "tests/catch.h"

using cartwheel::formats::FindArrayMember;
using cartwheel::formats::RecordSplitter;
using Records = std::vector<std::string>;

namespace {

Records Split(std::string_view text) {
  Records records;
  RecordSplitter splitter(text);
  for (std::string_view record; splitter.Next(&record);) records.emplace_back(record);
  return records;
}

}  // namespace

TEST_CASE("lines are records, blank ones and line ends are not") {
  CHECK(Split("").empty());
  CHECK(Split(" \r\n\n").empty());
  CHECK(Split("{\"a\":1}") == Records{"{\"a\":1}"});
  CHECK(Split("\xef\xbb\xbf{\"a\":1}\r\n\r\n {\"b\":2} \n") == Records{"{\"a\":1}", "{\"b\":2}"});
  CHECK(Split("x\ny") == Records{"x", "y"});
}

TEST_CASE("a line that was cut is one record and the next line another") {
  CHECK(Split("{\"a\":\"x\n{\"b\":2}\n") == Records{"{\"a\":\"x", "{\"b\":2}"});
  CHECK(Split("{\"a\":{\"x\":1\n{\"b\":2}\n") == Records{"{\"a\":{\"x\":1", "{\"b\":2}"});
  CHECK(Split("{\"a\":1}\n{\"b\":") == Records{"{\"a\":1}", "{\"b\":"});
}

TEST_CASE("an object may stand on several lines") {
  CHECK(Split("{\n  \"a\": {\n  }\n}\n") == Records{"{\n  \"a\": {\n  }\n}"});
  CHECK(Split("{\n\"a\": 1\n}\n{\n\"b\": 2\n}") == Records{"{\n\"a\": 1\n}", "{\n\"b\": 2\n}"});
  CHECK(Split("{\"a\": [\n{\"b\": 2},\n{\"c\": 3}]}\n") == Records{"{\"a\": [\n{\"b\": 2},\n{\"c\": 3}]}"});
  CHECK(Split("{\n\"a\": 1\n") == Records{"{\n\"a\": 1"});
}

TEST_CASE("the elements of an array are records") {
  CHECK(Split("[]").empty());
  CHECK(Split("[{\"a\":[1,2]} , {\"b\":\"],\\\"{\"},3]") == Records{"{\"a\":[1,2]}", "{\"b\":\"],\\\"{\"}", "3"});
  CHECK(Split("[1]\n[2]\n{\"c\":3}\n") == Records{"1", "2", "{\"c\":3}"});
}

TEST_CASE("what is missing in an array is an empty record") {
  CHECK(Split("[1,,2]") == Records{"1", "", "2"});
  CHECK(Split("[1,]") == Records{"1", ""});
  CHECK(Split("[{\"a\":1}") == Records{"{\"a\":1}", ""});
  CHECK(Split("[") == Records{""});
  // The record that was cut is error enough.
  CHECK(Split("[{\"a\":1},{\"b\":\"x") == Records{"{\"a\":1}", "{\"b\":\"x"});
}

TEST_CASE("the array of a member is found at the first level only") {
  std::string_view array;
  REQUIRE(FindArrayMember("{\"x\":{\"batch\":[9]},\"batch\" : [1,[2]],\"y\":3}", "batch", &array));
  CHECK(array == "[1,[2]]");
  CHECK_FALSE(FindArrayMember("{\"x\":{\"batch\":[9]}}", "batch", &array));
  CHECK_FALSE(FindArrayMember("{\"x\":\"batch\"}", "batch", &array));
  CHECK_FALSE(FindArrayMember("{\"batch\":3}", "batch", &array));
}
