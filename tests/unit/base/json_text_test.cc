// The JSON writer: commas, nesting, escapes.
#include "base/json_text.h"

#include <cstdint>
#include <string>

#include "tests/catch.h"

namespace cartwheel {

TEST_CASE("commas stand between members and elements, and nowhere else") {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Key("none");
  json.BeginList();
  json.EndList();
  json.Key("empty");
  json.BeginObject();
  json.EndObject();
  json.Key("many");
  json.BeginList();
  json.Int(1);
  json.Text("two");
  json.BeginList();
  json.Bool(true);
  json.Null();
  json.EndList();
  json.BeginObject();
  json.Raw("raw", R"({"a":[1]})");
  json.Int("int", INT64_MIN);
  json.EndObject();
  json.Any(Value::Decimal(129000));
  json.EndList();
  json.EndObject();
  CHECK(text ==
        R"({"none":[],"empty":{},"many":[1,"two",[true,null],{"raw":{"a":[1]},"int":-9223372036854775808},12.9]})");
}

TEST_CASE("a text that ends like an opening bracket is a value all the same") {
  std::string text;
  JsonWriter json(&text);
  json.BeginList();
  for (const char* end : {"{", "[", ":", "\"", "\\", ""}) json.Text(end);
  json.EndList();
  CHECK(text == R"(["{","[",":","\"","\\",""])");
}

TEST_CASE("a key of any text is escaped") {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.TextKey("a\"b\n");
  json.Int(1);
  json.TextKey("\x01");
  json.Text("한\t");
  json.EndObject();
  CHECK(text == "{\"a\\\"b\\n\":1,\"\\u0001\":\"한\\t\"}");
}

TEST_CASE("a writer begins where the text ends: lines of JSON") {
  std::string text = "{\"a\":1}\n";
  JsonWriter json(&text);
  json.BeginObject();
  json.Int("a", 2);
  json.EndObject();
  CHECK(text == "{\"a\":1}\n{\"a\":2}");
}

TEST_CASE("what a JSON string must escape is found wherever it stands") {
  for (int byte = 0; byte < 256; ++byte)
    for (size_t size = 1; size <= 20; ++size)
      for (size_t at = 0; at < size; ++at) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(byte);
        const bool escaped = byte < 0x20 || byte == '"' || byte == '\\';
        if (FindJsonEscape(text, 0) != (escaped ? at : size)) FAIL(byte << " at " << at << " of " << size);
        if (FindJsonEscape(text, at) != (escaped ? at : size)) FAIL(byte << " from " << at << " of " << size);
        if (FindJsonEscape(text, at + 1) != size) FAIL(byte << " after " << at << " of " << size);
      }
}

}  // namespace cartwheel
