#include "formats/json_cursor.h"

#include "formats/json_number.h"
#include "tests/catch.h"

using namespace cartwheel;
using namespace cartwheel::formats;

namespace {

bool IsWhole(JsonCursor& json, std::string_view text) { return json.Open(text) && json.Skip() && json.at_end(); }

}  // namespace

TEST_CASE("the cursor takes whole objects of JSON and nothing else") {
  JsonCursor json;
  for (std::string_view good :
       {R"({})", R"({ })", R"({"a":1})", "{\t\"a\" :\r\n 1 }", R"({"a":{}})", R"({"a":[]})", R"({"a":[ ]})",
        R"({"a":[1,"b",null,true,false,{"c":[{}]}],"d":-0.5e+3})", R"({"":""})", R"({"a":"}"})", R"({"a":"\"}"})",
        R"({"a":"\\"})", R"({"a\"b":1,"c":"\u00e9\ud83d\ude00\/"})", R"({"a":"양말","b":"\t"})",
        R"({"a":0,"b":-0,"c":10})", R"({"a" : "b" , "c" : [ "d" , 1 , null ] })"}) {
    CAPTURE(good);
    CHECK(IsWhole(json, good));
  }
  for (std::string_view bad : {"",
                               "{",
                               "}",
                               "[]",
                               "\"a\"",
                               R"({"a")",
                               R"({"a":})",
                               R"({"a":1,})",
                               R"({,"a":1})",
                               R"({"a":1,,"b":2})",
                               R"({"a" 1})",
                               R"({"a":1 "b":2})",
                               R"({"a"::1})",
                               R"({a:1})",
                               R"({1:1})",
                               R"({"a":1}})",
                               R"({{"a":1}})",
                               R"({"a":1}{})",
                               R"({"a":1},)",
                               R"({"a":"b":1})",
                               R"({"a":["b":1]})",
                               R"({"a":{"b"}})",
                               R"({"a":[1})",
                               R"({"a":[1}})",
                               R"({"a":{"b":1]})",
                               R"({"a":[1,]})",
                               R"({"a":[,1]})",
                               R"({"a":[1 2]})",
                               R"({"a":"b"c})",
                               R"({"a":"b""c"})",
                               R"({"a":b})",
                               R"({"a":nul})",
                               R"({"a":nulll})",
                               R"({"a":null null})",
                               R"({"a":True})",
                               R"({"a":truefalse})",
                               R"({"a":01})",
                               R"({"a":-})",
                               R"({"a":1.})",
                               R"({"a":.5})",
                               R"({"a":1e})",
                               R"({"a":+1})",
                               R"({"a":1x})",
                               R"({"a":1e999})",
                               R"({"a":NaN})",
                               R"({"a":"\x"})",
                               R"({"a":"\u12"})",
                               R"({"a":"\ud800"})",
                               R"({"a":"\udc00"})",
                               R"({"a":"b})",
                               R"({"a":1"})",
                               R"({"a":"b\"})",
                               R"({\"a":1})",
                               R"({"a\":1})",
                               "{\"a\":\"\x01\"}",
                               "{\"a\":\"b\nc\"}",
                               "{\"a\":\"\xff\"}",
                               "{\"a\":\"\xed\xa0\x80\"}",
                               "{\"a\":\x01}",
                               "{\"a\":1}\x01",
                               "{\"a\":'b'}",
                               "{\"a\":1/*}*/}"}) {
    CAPTURE(bad);
    CHECK_FALSE(IsWhole(json, bad));
  }
}

TEST_CASE("the cursor reads a record that ends where the memory ends, and after it another") {
  JsonCursor json;
  for (size_t size = 10; size < 300; ++size) {
    std::string text(size, 'x');
    text.replace(0, 6, R"({"a":")").replace(size - 2, 2, R"("})");
    const std::vector<char> memory(text.begin(), text.end());  // nothing that may be read follows
    CHECK(IsWhole(json, {memory.data(), memory.size()}));
    CHECK_FALSE(IsWhole(json, std::string_view(memory.data(), memory.size() - 1)));
  }
}

TEST_CASE("texts of a record stay until the next one") {
  JsonCursor json;
  const std::string record =
      R"({"k\u0065y":"one\n","two":"\ud83d\ude00","three":"plain","four":"\uc591\ub9d0 \"\\\/\b\f\r\t"})";
  REQUIRE(json.Open(record));
  std::vector<std::pair<std::string_view, std::string_view>> members;
  REQUIRE(json.Members([&](std::string_view key) {
    members.emplace_back(key, std::string_view());
    return json.Text(&members.back().second);
  }));
  REQUIRE(members.size() == 4);
  CHECK(members[0] == std::pair<std::string_view, std::string_view>("key", "one\n"));
  CHECK(members[1].second == "\xf0\x9f\x98\x80");
  CHECK(members[2].second == "plain");
  CHECK(members[3].second == "양말 \"\\/\b\f\r\t");
}

TEST_CASE("the cursor comes back to a place") {
  JsonCursor json;
  REQUIRE(json.Open(R"({"a":{"b":[1,2]},"c":3})"));
  JsonCursor::Place place = nullptr;
  REQUIRE(json.Members([&](std::string_view key) {
    if (key == "a") place = json.place();
    return json.Skip();
  }));
  CHECK(json.at_end());
  json.Return(place);
  int64_t sum = 0;
  REQUIRE(json.Members([&](std::string_view key) {
    return key == "b" && json.Elements([&] {
      Value number;
      if (!json.Number(&number)) return false;
      sum += number.integer();
      return true;
    });
  }));
  CHECK(sum == 3);
}

TEST_CASE("the cursor skips 64 containers inside of one another, and no more") {
  JsonCursor json;
  for (const int depth : {64, 65}) {  // with the record itself
    CAPTURE(depth);
    const std::string lists = std::string(static_cast<size_t>(depth - 1), '[');
    const std::string record = R"({"a":)" + lists + std::string(lists.size(), ']') + "}";
    CHECK(IsWhole(json, record) == (depth == 64));
  }
}

TEST_CASE("numbers of JSON keep what they are") {
  struct Case {
    std::string_view text;
    Kind kind;
    double number;
  };
  for (const Case& c :
       {Case{"0", Kind::kInt, 0}, Case{"-0", Kind::kInt, 0}, Case{"12900", Kind::kInt, 12900},
        Case{"999999999999999999", Kind::kInt, 999999999999999999.0},
        Case{"9223372036854775807", Kind::kInt, 9223372036854775807.0},
        Case{"-9223372036854775808", Kind::kInt, -9223372036854775808.0},
        Case{"9223372036854775808", Kind::kUint, 9223372036854775808.0},
        Case{"18446744073709551615", Kind::kUint, 18446744073709551615.0},
        Case{"18446744073709551616", Kind::kDouble, 18446744073709551616.0}, Case{"12.5", Kind::kDecimal, 12.5},
        Case{"1e3", Kind::kDecimal, 1000}, Case{"0.00001", Kind::kDouble, 0.00001}, Case{"1e-5", Kind::kDouble, 1e-5},
        Case{"1.7976931348623157e308", Kind::kDouble, 1.7976931348623157e308}}) {
    CAPTURE(c.text);
    Value number;
    REQUIRE(ReadJsonNumber(c.text, &number));
    CHECK(number.kind() == c.kind);
    CHECK(ToDouble(number) == c.number);
  }
  for (std::string_view bad :
       {"", "-", "01", "-01", "1.", ".1", "1e", "1e+", "0x1", "1 ", " 1", "1e309", "inf", "--1"}) {
    CAPTURE(bad);
    Value number;
    CHECK_FALSE(ReadJsonNumber(bad, &number));
  }
}
