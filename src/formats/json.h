// JSON values to packed values, with exact numbers. JsonText holds simdjson's parser and turns its errors into our
// words; it is reused for all records of a call. What simdjson reads on demand is checked as it is read, so a record is
// known to be good only when every part of it was packed.
#pragma once

#include <simdjson.h>

#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/packed.h"
#include "formats/problem.h"

namespace cartwheel::formats {

namespace ondemand = simdjson::ondemand;

class JsonText {
 public:
  // `input` holds all records that will be opened: simdjson reads a little beyond a record's end, which is safe
  // anywhere but at the end of the input.
  explicit JsonText(std::string_view input) : input_end_(input.data() + input.size()) {}

  // Starts reading a record, which must be an object. Views of an earlier record's texts end here.
  bool OpenObject(std::string_view record, ondemand::object* object, Problem* problem);
  // After the last member: nothing may follow the object.
  bool Close(Problem* problem);
  // An error of simdjson as a problem, with its place where it is known. Always false.
  bool Fail(simdjson::error_code error, Problem* problem);

 private:
  const char* input_end_;
  ondemand::parser parser_;
  ondemand::document document_;
  std::string_view record_;
  std::string padded_;
};

// One member of an object. False when it cannot be read. (Inline, as are the functions around it: they run for every
// member of every event.)
inline bool ReadMember(simdjson::simdjson_result<ondemand::field> member, std::string_view* key, ondemand::value* value,
                       JsonText* text, Problem* problem) {
  ondemand::field field;
  if (auto error = std::move(member).get(field)) return text->Fail(error, problem);
  *value = field.value();
  const char* start = field.key().raw();
  const char* end = start;
  while (*end != '"' && *end != '\\') ++end;  // a key has an end: simdjson has seen it
  if (*end == '"') {
    *key = {start, static_cast<size_t>(end - start)};
    return true;
  }
  if (auto error = field.unescaped_key().get(*key)) return text->Fail(error, problem);
  return true;
}

// A text: in place where it holds no escape, else in a buffer that lives until the next record.
inline simdjson::error_code ReadString(ondemand::value& value, std::string_view* string) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && token.back() <= ' ' && token.back() >= 0) token.remove_suffix(1);
  if (token.size() < 2 || token.front() != '"' || token.back() != '"' ||
      std::memchr(token.data(), '\\', token.size()) != nullptr) {
    return value.get_string().get(*string);
  }
  *string = token.substr(1, token.size() - 2);
  return simdjson::SUCCESS;
}

enum class JsonKind { kNull, kBool, kNumber, kString, kList, kMap, kInvalid };
JsonKind KindOf(ondemand::value& value);
std::string_view Token(ondemand::value& value);     // the text of a scalar as it stands in the record
std::string DescribeValue(ondemand::value& value);  // `text "abc"`, `12`, `a list`: for messages

// A number, exactly: kInt, kUint beyond it, kDecimal when it has at most kMoneyDigits decimals, kDouble otherwise.
bool ReadNumber(ondemand::value& value, Value* number, Problem* problem);
// The same from the text of a JSON number; empty when no double can hold it.
std::optional<Value> NumberFromToken(std::string_view token);
// The same from a text such as "12900" or "12.50"; empty when it is not a finite number.
std::optional<Value> NumberFromText(std::string_view text);

// Writes a value; members that are null are left out. `depth` is the number of containers around it, the properties
// included.
bool PackValue(ondemand::value value, int depth, const Path& path, PackedWriter* writer, JsonText* text,
               Problem* problem);

// The first byte that is not UTF-8; npos when all is well.
size_t FindInvalidUtf8(std::string_view text);

}  // namespace cartwheel::formats
