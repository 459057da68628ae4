// The JSON reader: the values of RFC 8259, offsets, and strictness.
#include "playbook/json.h"

#include <string>

#include "base/place.h"
#include "base/status.h"
#include "tests/catch.h"

namespace cartwheel::playbook {
namespace {

std::string ErrorOf(std::string_view text) {
  auto read = ReadJson(text);
  return read.ok() ? "" : StatusText(read.status());
}

}  // namespace

TEST_CASE("Values are read with the places where they stand") {
  std::string_view text = "\xef\xbb\xbf{\n  \"가\": [1, -2.5e3, true, null], \"b\": {}\n}";
  auto root = ReadJson(text);
  REQUIRE(root.ok());
  REQUIRE(root->members.size() == 2);
  CHECK(LineAndColumn(text, root->offset) == "1:1");
  const JsonNode& list = root->members[0].value;
  CHECK(root->members[0].key == "가");
  CHECK(LineAndColumn(text, root->members[0].key_offset) == "2:3");
  CHECK(LineAndColumn(text, list.offset) == "2:8");  // columns are characters, not bytes
  REQUIRE(list.members.size() == 4);
  CHECK(list.members[1].value.text == "-2.5e3");
  CHECK(list.members[2].value.boolean);
  CHECK(list.members[3].value.kind == JsonNode::Kind::kNull);
  CHECK(root->Find("b")->is_object());
  CHECK(root->Find("c") == nullptr);
}

TEST_CASE("Texts are decoded") {
  auto root = ReadJson(R"("a\"\\\/\b\f\n\r\t\u0041\uac00\ud83d\ude00é")");
  REQUIRE(root.ok());
  CHECK(root->text == "a\"\\/\b\f\n\r\tA가😀é");
}

TEST_CASE("What is not JSON is refused with its place") {
  CHECK(ErrorOf("") == "(1:1): the text is empty, expected a JSON object");
  CHECK(ErrorOf("{} {}") == "(1:4): expected nothing after the last bracket, found \"{\"");
  CHECK(ErrorOf("[1 2]") == "(1:4): expected \",\" or \"]\", found \"2\"");
  CHECK(ErrorOf("{a: 1}") == "(1:2): expected a key in double quotes, found \"a\"");
  CHECK(ErrorOf("{\"a\" 1}") == "(1:6): expected \":\" after the key \"a\", found \"1\"");
  CHECK(ErrorOf("[1,]") == "(1:3): \",\" before \"]\": no comma follows the last one");
  CHECK(ErrorOf("[01]").find("(1:2): 01 is no JSON number") == 0);
  CHECK(ErrorOf("[1.]").find("(1:2): 1. is no JSON number") == 0);
  CHECK(ErrorOf("[-]").find("(1:2): - is no JSON number") == 0);
  CHECK(ErrorOf("[NaN]").find("(1:2): NaN is no JSON value") == 0);
  CHECK(ErrorOf("\"\\x\"").find("(1:2): unknown escape \"\\x\"") == 0);
  CHECK(ErrorOf("\"\\ud800\"").find("(1:2): \\u without a character") == 0);
  CHECK(ErrorOf("\"\\ud800\\u0041\"").find("(1:2): \\u without a character") == 0);
  CHECK(ErrorOf("\"abc") == "(1:1): this text is never closed, expected \"");
  CHECK(ErrorOf("\"a\\") == "(1:3): unknown escape \"\\\", expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
  CHECK(ErrorOf("\"\x01\"") == "(1:2): a control character (byte 0x01) in a text, expected \\u0001");
  // Overlong, a surrogate, beyond Unicode, cut short, a lone continuation.
  for (std::string_view bad : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
    std::string text = "[\"";
    text += bad;
    text += "\"]";
    CHECK(ErrorOf(text).find("(1:3): byte 0x") == 0);
  }
  CHECK(ErrorOf(std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']')).empty());
  CHECK(ErrorOf(std::string(100'000, '[')) == "(1:33): nested too deeply: json_depth_max is 32");
}

TEST_CASE("Every cut of a text ends in an error, never beyond it") {
  std::string text = R"({"a": ["\ud83d\ude00 가", -1.5e-3, {"b": null}], "c": true})";
  REQUIRE(ErrorOf(text).empty());
  for (size_t size = 0; size < text.size(); ++size) {
    std::string cut(text.data(), size);  // its own allocation, so that ASan sees a read beyond it
    CHECK_FALSE(ErrorOf(cut).empty());
  }
}

}  // namespace cartwheel::playbook
