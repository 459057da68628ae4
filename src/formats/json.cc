#include "formats/json.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "base/money.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "formats/records.h"

namespace cartwheel::formats {
namespace {

constexpr size_t kParserBytesMin = 4096;

// What is said of a record that is not JSON.
std::string_view Explain(simdjson::error_code error) {
  switch (error) {
    case simdjson::UNCLOSED_STRING:
      return "a text is not closed";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "it ends before its closing bracket";
    case simdjson::UNESCAPED_CHARS:
      return "a control character stands in a text without an escape such as \\n";
    case simdjson::STRING_ERROR:
      return "an escape in a text is not one of JSON's";
    case simdjson::NUMBER_ERROR:
    case simdjson::INCORRECT_TYPE:
      return "a value is neither a number, text, true, false, null, an object nor an array";
    case simdjson::TRAILING_CONTENT:
      return "something follows its closing bracket";
    case simdjson::TAPE_ERROR:
      return "a comma, colon, bracket or value is missing or misplaced";
    default:
      return simdjson::error_message(error);
  }
}

bool PackMap(ondemand::object object, int depth, const Path& path, PackedWriter* writer, JsonText* text,
             Problem* problem) {
  writer->BeginMap();
  for (auto member : object) {
    std::string_view key;
    ondemand::value value;
    if (!ReadMember(member, &key, &value, text, problem)) return false;
    if (KindOf(value) == JsonKind::kNull) continue;
    writer->Key(key);
    if (!PackValue(value, depth, Path{&path, key}, writer, text, problem)) return false;
  }
  writer->End();
  return true;
}

bool PackList(ondemand::array array, int depth, const Path& path, PackedWriter* writer, JsonText* text,
              Problem* problem) {
  writer->BeginList();
  size_t index = 0;
  for (auto element : array) {
    ondemand::value value;
    if (auto error = element.get(value)) return text->Fail(error, problem);
    if (!PackValue(value, depth, Path{&path, {}, index++}, writer, text, problem)) return false;
  }
  writer->End();
  return true;
}

}  // namespace

bool JsonText::OpenObject(std::string_view record, ondemand::object* object, Problem* problem) {
  record_ = record;
  if (record.empty())
    return problem->Set("bad_json", "nothing stands here: expected an object, or the end of the array");
  if (record.front() != '{') {
    return problem->Set("bad_json", fmt::format("expected a JSON object, found {}", Quote(record)));
  }
  const char* json = record.data();
  if (static_cast<size_t>(input_end_ - (record.data() + record.size())) < simdjson::SIMDJSON_PADDING) {
    padded_.assign(record);
    padded_.append(simdjson::SIMDJSON_PADDING, ' ');
    json = padded_.data();
    record_ = std::string_view(padded_).substr(0, record.size());
  }
  if (parser_.capacity() < record.size()) {
    size_t capacity = std::bit_ceil(std::max(record.size(), kParserBytesMin));
    if (auto error = parser_.allocate(capacity)) return Fail(error, problem);
  }
  auto error = parser_.iterate(json, record.size(), record.size() + simdjson::SIMDJSON_PADDING).get(document_);
  if (!error) error = document_.get_object().get(*object);
  return error ? Fail(error, problem) : true;
}

bool JsonText::Close(Problem* problem) {
  return document_.current_location().error() == simdjson::OUT_OF_BOUNDS ? true
                                                                         : Fail(simdjson::TRAILING_CONTENT, problem);
}

bool JsonText::Fail(simdjson::error_code error, Problem* problem) {
  if (error == simdjson::UTF8_ERROR) {
    size_t at = std::min(FindInvalidUtf8(record_), record_.size() - 1);
    return problem->Set("invalid_utf8", fmt::format("byte {} (0x{:02x}) is not UTF-8: expected JSON in UTF-8", at,
                                                    static_cast<unsigned char>(record_[at])));
  }
  std::string where;
  const char* at = nullptr;
  bool found_by_index = error == simdjson::UNCLOSED_STRING || error == simdjson::UNESCAPED_CHARS ||
                        error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT;  // seen before anything was read
  if (!found_by_index && !document_.current_location().get(at) && at >= record_.data() &&
      at < record_.data() + record_.size()) {
    where = fmt::format(" near byte {}", at - record_.data());
  }
  return problem->Set("bad_json", fmt::format("not JSON{}: {}; expected one whole object", where, Explain(error)));
}

std::string_view Token(ondemand::value& value) { return TrimSpace(value.raw_json_token()); }

JsonKind KindOf(ondemand::value& value) {
  switch (value.raw_json_token()[0]) {
    case '{':
      return JsonKind::kMap;
    case '[':
      return JsonKind::kList;
    case '"':
      return JsonKind::kString;
    case 't':
      return Token(value) == "true" ? JsonKind::kBool : JsonKind::kInvalid;
    case 'f':
      return Token(value) == "false" ? JsonKind::kBool : JsonKind::kInvalid;
    case 'n':
      return Token(value) == "null" ? JsonKind::kNull : JsonKind::kInvalid;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return JsonKind::kNumber;
    default:
      return JsonKind::kInvalid;
  }
}

std::string DescribeValue(ondemand::value& value) {
  switch (KindOf(value)) {
    case JsonKind::kMap:
      return "an object";
    case JsonKind::kList:
      return "a list";
    case JsonKind::kString: {
      std::string_view string;
      if (ReadString(value, &string)) return "a text";
      return Quote(string);
    }
    case JsonKind::kNull:
    case JsonKind::kBool:
    case JsonKind::kNumber:
    case JsonKind::kInvalid:
      break;
  }
  const std::string_view token = Token(value);
  return token.size() <= kQuotedBytesMax ? std::string(token) : Quote(token);
}

bool ReadNumber(ondemand::value& value, Value* number, Problem* problem) {
  std::string_view token = Token(value);
  if (token.find_first_of(".eE") == std::string_view::npos) {
    int64_t integer;
    if (!value.get_int64().get(integer)) {
      *number = Value::Int(integer);
      return true;
    }
    uint64_t positive;
    if (!value.get_uint64().get(positive)) {
      *number = Value::Uint(positive);
      return true;
    }
  }
  double real;
  if (value.get_double().get(real)) {
    return problem->Set("bad_json", fmt::format("{} is not a JSON number that a double can hold", Quote(token)));
  }
  bool exact = false;
  std::optional<Money> money = ParseMoney(token, &exact);
  *number = money && exact ? Value::Decimal(*money) : Value::Double(real);
  return true;
}

std::optional<Value> NumberFromToken(std::string_view token) {
  const char* end = token.data() + token.size();
  auto reads = [&](auto* number) {
    auto [stop, error] = std::from_chars(token.data(), end, *number);
    return error == std::errc() && stop == end;
  };
  int64_t integer;
  uint64_t positive;
  double real;
  if (reads(&integer)) return Value::Int(integer);
  if (reads(&positive)) return Value::Uint(positive);
  if (!reads(&real)) return std::nullopt;
  bool exact = false;
  std::optional<Money> money = ParseMoney(token, &exact);
  return money && exact ? Value::Decimal(*money) : Value::Double(real);
}

std::optional<Value> NumberFromText(std::string_view text) {
  text = TrimSpace(text);
  const char* end = text.data() + text.size();
  if (text.find_first_not_of("0123456789.-eE+") != std::string_view::npos) return std::nullopt;  // "inf", "nan", "0x"
  int64_t integer;
  if (auto [stop, error] = std::from_chars(text.data(), end, integer); error == std::errc() && stop == end)
    return Value::Int(integer);
  bool exact = false;
  if (std::optional<Money> money = ParseMoney(text, &exact); money && exact) return Value::Decimal(*money);
  double real;
  if (auto [stop, error] = std::from_chars(text.data(), end, real); error == std::errc() && stop == end)
    return Value::Double(real);
  return std::nullopt;
}

bool PackValue(ondemand::value value, int depth, const Path& path, PackedWriter* writer, JsonText* text,
               Problem* problem) {
  switch (KindOf(value)) {
    case JsonKind::kMap:
    case JsonKind::kList: {
      if (depth >= kEventDepthMax) {
        return problem->Set("event_depth_max", fmt::format("{} lies deeper than event_depth_max, which is {} levels",
                                                           Describe(path), kEventDepthMax));
      }
      ondemand::object object;
      if (!value.get_object().get(object)) return PackMap(object, depth + 1, path, writer, text, problem);
      ondemand::array array;
      if (auto error = value.get_array().get(array)) return text->Fail(error, problem);
      return PackList(array, depth + 1, path, writer, text, problem);
    }
    case JsonKind::kString: {
      std::string_view string;
      if (auto error = ReadString(value, &string)) return text->Fail(error, problem);
      writer->Scalar(Value::String(string));
      return true;
    }
    case JsonKind::kNumber: {
      Value number;
      if (!ReadNumber(value, &number, problem)) return false;
      writer->Scalar(number);
      return true;
    }
    case JsonKind::kBool:
      writer->Scalar(Value::Bool(Token(value) == "true"));
      return true;
    case JsonKind::kNull:
      writer->Scalar(Value::Null());
      return true;
    case JsonKind::kInvalid:
      break;
  }
  return problem->Set("bad_json", fmt::format("{} is {}, which is not JSON: expected a number, text, true, false, "
                                              "null, an object or an array",
                                              Describe(path), DescribeValue(value)));
}

size_t FindInvalidUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    unsigned char lead = static_cast<unsigned char>(text[i]);
    size_t length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (i + length > text.size() || !simdjson::validate_utf8(text.data() + i, length)) return i;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace cartwheel::formats
