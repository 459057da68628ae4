// JSON as text: values, and objects and lists that are written member by member.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/value.h"

namespace cartwheel {

// Appends the JSON text of a value; decimals and integers exact, timestamps as ISO 8601, durations as "90s".
void AppendJson(const Value& value, std::string* out);
void AppendJsonString(std::string_view text, std::string* out);
// The place of the first byte from `from` on that a JSON string must escape; the text's size: there is none.
size_t FindJsonEscape(std::string_view text, size_t from);

// Appends one JSON value to a string and sets the commas. It keeps no state besides the text: a value that is not the
// first of its container follows a byte that is no opening bracket and no colon.
//   JsonWriter w(&out); w.BeginObject(); w.Text("id", "a\"b"); w.Key("tags"); w.BeginList(); w.Int(7); w.EndList();
//   w.EndObject();
class JsonWriter {
 public:
  explicit JsonWriter(std::string* out) : out_(*out), begin_(out->size()) {}

  void BeginObject() { Open('{'); }
  void EndObject() { out_ += '}'; }
  void BeginList() { Open('['); }
  void EndList() { out_ += ']'; }

  // Writes a key without anything to escape; its value is written next.
  void Key(std::string_view plain) {
    BeginMember();
    out_ += '"';
    out_ += plain;
    out_ += "\":";
  }
  // Writes any other key.
  void TextKey(std::string_view key) {
    BeginMember();
    AppendJsonString(key, &out_);
    out_ += ':';
  }

  void Text(std::string_view text) {
    Separate();
    AppendJsonString(text, &out_);
  }
  void Int(int64_t number) {
    Separate();
    AppendInt(number);
  }
  void Bool(bool value) { Raw(value ? "true" : "false"); }
  void Null() { Raw("null"); }
  // Writes one JSON value as it is.
  void Raw(std::string_view json) {
    Separate();
    out_ += json;
  }
  void Any(const Value& value) {
    Separate();
    AppendJson(value, &out_);
  }

  // Write members of an object: after its key no value needs a comma.
  void Text(std::string_view plain_key, std::string_view text) {
    Key(plain_key);
    AppendJsonString(text, &out_);
  }
  void Int(std::string_view plain_key, int64_t number) {
    Key(plain_key);
    AppendInt(number);
  }
  // Writes an instant as ISO 8601.
  void Time(std::string_view plain_key, int64_t at_ms);
  void Bool(std::string_view plain_key, bool value) { Raw(plain_key, value ? "true" : "false"); }
  void Raw(std::string_view plain_key, std::string_view json) {
    Key(plain_key);
    out_ += json;
  }
  void Any(std::string_view plain_key, const Value& value) {
    Key(plain_key);
    AppendJson(value, &out_);
  }

 private:
  void Open(char bracket) {
    Separate();
    out_ += bracket;
  }
  void BeginMember() {
    if (out_.back() != '{') out_ += ',';
  }
  void Separate() {
    if (out_.size() == begin_) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':') out_ += ',';
  }

  void AppendInt(int64_t number);

  std::string& out_;
  const size_t begin_;
};

}  // namespace cartwheel
