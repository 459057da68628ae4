#include "base/packed.h"

#include "base/json_text.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

// {"price":12.9,"own key":[1,null,{"name":"x"}],"url":"","flag":true}
std::string Sample() {
  std::string bytes;
  PackedWriter writer(&bytes);
  writer.BeginMap();
  writer.Key("price"), writer.Scalar(Value::Decimal(129000));
  writer.Key("own key"), writer.BeginList();
  writer.Scalar(Value::Int(1)), writer.Scalar(Value::Null());
  writer.BeginMap(), writer.Key("name"), writer.Scalar(Value::String("x")), writer.End();
  writer.End();
  writer.Key("url"), writer.Scalar(Value::String(""));
  writer.Key("flag"), writer.Scalar(Value::Bool(true));
  writer.End();
  return bytes;
}

std::string Json(const Value& value) {
  std::string json;
  AppendJson(value, &json);
  return json;
}

}  // namespace

TEST_CASE("a packed tree is read in place") {
  std::string bytes = Sample();
  Value map = ReadPacked(bytes);
  REQUIRE(map.is_map());
  CHECK(map.size() == 4);
  CHECK(map.Find("price").decimal() == 129000);
  CHECK(map.Find("missing").is_absent());
  Value list = map.Find("own key");
  REQUIRE(list.is_list());
  CHECK(list.size() == 3);
  CHECK(list.at(1).kind() == Kind::kNull);
  CHECK(list.at(2).Find("name").text() == "x");
  CHECK(map.entry(3).first.text() == "flag");
  CHECK(map.entry(3).second.boolean());
  CHECK(FindPacked(bytes, "url").is_string());
  CHECK(FindPacked("", "url").is_absent());
  CHECK(Json(map) == R"({"price":12.9,"own key":[1,null,{"name":"x"}],"url":"","flag":true})");
}

TEST_CASE("every kind of scalar comes back") {
  for (const Value& value :
       {Value::Null(), Value::Bool(false), Value::Bool(true), Value::Int(INT64_MIN), Value::Uint(UINT64_MAX),
        Value::Double(0.1), Value::Decimal(-1), Value::String("텍스트"), Value::Bytes(std::string_view("\0\xff", 2)),
        Value::Duration(-5), Value::Timestamp(1659346200000)}) {
    std::string bytes;
    PackedWriter(&bytes).Scalar(value);
    CAPTURE(KindName(value.kind()));
    REQUIRE(ValidPacked(bytes));
    Value read = ReadPacked(bytes);
    REQUIRE(read.kind() == value.kind());
    if (value.kind() == Kind::kString || value.kind() == Kind::kBytes) {
      CHECK(read.text() == value.text());
    } else {
      CHECK(read.unsigned_integer() == value.unsigned_integer());
    }
  }
}

TEST_CASE("words of the dictionary take one byte") {
  std::string known, unknown;
  PackedWriter(&known).Key("product_id");
  PackedWriter(&unknown).Key("product_ix");
  CHECK(known.size() == 1);
  CHECK(unknown.size() == 11);
  // Numbers of the file format: a word that moved would turn stored names into others.
  CHECK(known == "\x01");
  std::string last;
  PackedWriter(&last).Key("outcome");
  CHECK(last == "\x73");
}

TEST_CASE("a key is found by its number as by its text, also where the compiler looked it up") {
  static_assert(PackedKey("currency").word == 10 && PackedKey("own key").word == kNoWord);
  std::string bytes;
  PackedWriter writer(&bytes);
  writer.BeginMap();
  int64_t number = 0;
  for (const std::string_view word : kPackedWords) {
    writer.Key(word), writer.Scalar(Value::Int(number++));
    writer.Key(std::string(word) + "_"), writer.Scalar(Value::Int(-number));
  }
  writer.End();
  number = 0;
  for (const std::string_view word : kPackedWords) {
    CAPTURE(word);
    CHECK(PackedKey(word).word == number);
    CHECK(FindPacked(bytes, word).integer() == number++);
    CHECK(FindPacked(bytes, std::string(word) + "_").integer() == -number);
  }
  CHECK(FindPacked(bytes, "currency").integer() == 10);
  CHECK(FindPacked(bytes, "currency_").integer() == -11);
  for (const std::string_view missing : {"", "_", "own key"}) CHECK(FindPacked(bytes, missing).is_absent());
  size_t words = 0;
  for (PackedCursor cursor(ReadPacked(bytes)); cursor.Next();) {
    CHECK(cursor.word() == FindPackedWord(cursor.key()));
    words += cursor.word() != kNoWord;
  }
  CHECK(words == std::size(kPackedWords));
}

TEST_CASE("of a map that is cut off nothing is found") {
  const std::string bytes = Sample();
  for (size_t size = 0; size < bytes.size(); ++size)
    CHECK(FindPacked(std::string_view(bytes).substr(0, size), "price").is_absent());
  std::string list;
  PackedWriter writer(&list);
  writer.BeginList(), writer.Scalar(Value::Int(1)), writer.End();
  CHECK(FindPacked(list, "price").is_absent());
}

TEST_CASE("one key of a map is set, replaced or removed") {
  std::string bytes = Sample();
  CHECK(Json(ReadPacked(SetPacked(bytes, "price", Value::Int(3)))) ==
        R"({"price":3,"own key":[1,null,{"name":"x"}],"url":"","flag":true})");
  CHECK(Json(ReadPacked(SetPacked(bytes, "own key", Value()))) == R"({"price":12.9,"url":"","flag":true})");
  CHECK(Json(ReadPacked(SetPacked(bytes, "new", ReadPacked(bytes).Find("own key")))) ==
        R"({"price":12.9,"own key":[1,null,{"name":"x"}],"url":"","flag":true,"new":[1,null,{"name":"x"}]})");
  CHECK(Json(ReadPacked(SetPacked("", "a", Value::Null()))) == R"({"a":null})");
  CHECK(Json(ReadPacked(SetPacked("", "a", Value()))) == "{}");
}

TEST_CASE("broken bytes are found out, not followed") {
  std::string bytes = Sample();
  CHECK(ValidPacked(bytes));
  CHECK_FALSE(ValidPacked(""));
  CHECK_FALSE(ValidPacked(bytes + "x"));
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    CAPTURE(cut);
    CHECK_FALSE(ValidPacked(std::string_view(bytes).substr(0, cut)));
    (void)Json(ReadPacked(std::string_view(bytes).substr(0, cut)));
  }
  // Whatever byte changes, reading stays inside (the sanitizers watch).
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (int flip : {0x01, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      if (ValidPacked(changed)) (void)Json(ReadPacked(changed));
    }
  }
  std::string deep;
  for (int i = 0; i < 100; ++i)
    deep.insert(0, std::string("\x0b", 1) +
                       std::string{static_cast<char>(deep.size()), static_cast<char>(deep.size() >> 8), 0, 0});
  CHECK_FALSE(ValidPacked(deep));
}

TEST_CASE("JSON texts are escaped") {
  std::string json;
  AppendJsonString("a\"b\\c\n\r\t\x01ü", &json);
  CHECK(json == "\"a\\\"b\\\\c\\n\\r\\t\\u0001ü\"");
  CHECK(Json(Value::Double(1.0 / 0.0)) == "null");
  CHECK(Json(Value::Timestamp(1659346200123)) == "\"2022-08-01T09:30:00.123Z\"");
  CHECK(Json(Value::Duration(90'000)) == "\"1m30s\"");
  CHECK(Json(Value::Uint(UINT64_MAX)) == "18446744073709551615");
}
