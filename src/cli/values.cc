#include "cli/values.h"

#include <charconv>
#include <cmath>
#include <iostream>

#include "base/packed.h"
#include "base/time.h"
#include "cel/time_text.h"
#include "cli/json.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

using simdjson::dom::element;
using JsonType = simdjson::dom::element_type;

constexpr std::string_view kTimestampName = "type.googleapis.com/google.protobuf.Timestamp";
constexpr std::string_view kDurationName = "type.googleapis.com/google.protobuf.Duration";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string FromBase64(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    const size_t digit = kBase64.find(c);
    if (digit == kBase64.npos) break;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    if ((count += 6) >= 8) bytes.push_back(static_cast<char>(bits >> (count -= 8)));
  }
  return bytes;
}

std::string ToBase64(std::string_view bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    const size_t size = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < size ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) text += k <= size ? kBase64[bits >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

template <typename Number>
std::optional<Number> Whole(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> Real(element json) {
  std::string_view text;
  if (json.get(text)) {
    double number = 0;
    return json.get(number) ? std::nullopt : std::optional(number);
  }
  if (text == "NaN") return std::nan("");
  if (text == "Infinity") return HUGE_VAL;
  if (text == "-Infinity") return -HUGE_VAL;
  return std::nullopt;
}

std::string RealJson(double number) {
  if (std::isnan(number)) return "\"NaN\"";
  if (std::isinf(number)) return number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  return fmt::format("{}", number);
}

std::string Quoted(std::string_view text) {
  std::string json;
  AppendJsonString(text, &json);
  return json;
}

// Protobuf's JSON: three, six or nine digits after the point.
std::string DurationText(const Value& duration) {
  std::string text = FormatSeconds(duration.integer(), duration.nanoseconds());
  if (const size_t point = text.find('.'); point != text.npos)
    while ((text.size() - point - 2) % 3 != 0) text.insert(text.size() - 1, 1, '0');
  return text;
}

}  // namespace

const ContainerOps JsonValues::kMapOps = {
    [](const void* object) { return static_cast<const Map*>(object)->entries.size(); },
    nullptr,
    [](const void* object, std::string_view key) {
      for (const Entry& entry : static_cast<const Map*>(object)->entries)
        if (entry.first.is_string() && entry.first.text() == key) return entry.second;
      return Value();
    },
    [](const void* object, size_t index) { return static_cast<const Map*>(object)->entries[index]; },
};

const ContainerOps JsonValues::kListOps = {
    [](const void* object) { return static_cast<const List*>(object)->elements.size(); },
    [](const void* object, size_t index) { return static_cast<const List*>(object)->elements[index]; },
    nullptr,
    nullptr,
};

Value JsonValues::Plain(element json) {
  switch (json.type()) {
    case JsonType::NULL_VALUE:
      return Value::Null();
    case JsonType::BOOL:
      return Value::Bool(json.get_bool().value_unsafe());
    case JsonType::INT64:
      return Value::Int(json.get_int64().value_unsafe());
    case JsonType::UINT64:
      return Value::Uint(json.get_uint64().value_unsafe());
    case JsonType::DOUBLE:
      return Value::Double(json.get_double().value_unsafe());
    case JsonType::STRING:
      return Text(json.get_string().value_unsafe());
    case JsonType::ARRAY: {
      List list;
      const JsonArray elements = Elements(json);
      for (element each : elements) list.elements.push_back(Plain(each));
      return Value::List(&kListOps, &lists_.emplace_back(std::move(list)));
    }
    case JsonType::OBJECT: {
      Map map;
      const JsonObject members = Members(json);
      for (auto [key, each] : members) map.entries.emplace_back(Text(key), Plain(each));
      return Value::Map(&kMapOps, &maps_.emplace_back(std::move(map)));
    }
  }
  return Value();
}

std::optional<Value> JsonValues::Typed(element json) {
  simdjson::dom::object object;
  if (json.get(object)) return std::nullopt;
  auto made = [](auto number, auto make) -> std::optional<Value> {
    return number ? std::optional(make(*number)) : std::nullopt;
  };
  for (auto [key, value] : object) {
    std::string_view text, problem;
    const bool is_text = !value.get(text);
    if (bool flag; key == "boolValue" && !value.get(flag)) return Value::Bool(flag);
    if (key == "nullValue") return Value::Null();
    if (key == "int64Value" && is_text) return made(Whole<int64_t>(text), Value::Int);
    if (key == "uint64Value" && is_text) return made(Whole<uint64_t>(text), Value::Uint);
    if (key == "doubleValue") return made(Real(value), Value::Double);
    if (key == "stringValue" && is_text) return Text(text);
    if (key == "bytesValue" && is_text) return Value::Bytes(texts_.emplace_back(FromBase64(text)));
    if (key == "typeValue" && is_text) return Value::Type(texts_.emplace_back(text));
    if (key == "listValue") return TypedList(value);
    if (key == "mapValue") return TypedMap(value);
    std::string_view name;
    if (key != "objectValue" || value["@type"].get(name) || value["value"].get(text)) return std::nullopt;
    if (name == kTimestampName) return cel::ReadTimestamp(text, &problem);
    if (name == kDurationName) return cel::ReadDuration(text, &problem);
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Value> JsonValues::TypedList(element json) {
  List list;
  simdjson::dom::array values;
  if (!json["values"].get(values)) {
    for (element each : values) {
      std::optional<Value> value = Typed(each);
      if (!value) return std::nullopt;
      list.elements.push_back(*value);
    }
  }
  return Value::List(&kListOps, &lists_.emplace_back(std::move(list)));
}

std::optional<Value> JsonValues::TypedMap(element json) {
  Map map;
  simdjson::dom::array entries;
  if (!json["entries"].get(entries)) {
    for (element each : entries) {
      element key_json, value_json;
      if (each["key"].get(key_json) || each["value"].get(value_json)) return std::nullopt;
      std::optional<Value> key = Typed(key_json), value = Typed(value_json);
      if (!key || !value) return std::nullopt;
      map.entries.emplace_back(*key, *value);
    }
  }
  return Value::Map(&kMapOps, &maps_.emplace_back(std::move(map)));
}

std::string TypedJson(const Value& value) {
  switch (value.kind()) {
    case Kind::kOptional:
      return TypedJson(value.inside() == nullptr ? Value::Null() : *value.inside());
    case Kind::kAbsent:
    case Kind::kNull:
      return R"({"nullValue":null})";
    case Kind::kBool:
      return fmt::format(R"({{"boolValue":{}}})", value.boolean());
    case Kind::kInt:
      return fmt::format(R"({{"int64Value":"{}"}})", value.integer());
    case Kind::kUint:
      return fmt::format(R"({{"uint64Value":"{}"}})", value.unsigned_integer());
    case Kind::kDouble:
    case Kind::kDecimal:
      return fmt::format(R"({{"doubleValue":{}}})", RealJson(ToDouble(value)));
    case Kind::kString:
      return fmt::format(R"({{"stringValue":{}}})", Quoted(value.text()));
    case Kind::kBytes:
      return fmt::format(R"({{"bytesValue":"{}"}})", ToBase64(value.text()));
    case Kind::kType:
      return fmt::format(R"({{"typeValue":"{}"}})", value.text());
    case Kind::kTimestamp:
      return fmt::format(R"({{"objectValue":{{"@type":"{}","value":"{}"}}}})", kTimestampName,
                         FormatInstant(value.integer(), value.nanoseconds()));
    case Kind::kDuration:
      return fmt::format(R"({{"objectValue":{{"@type":"{}","value":"{}"}}}})", kDurationName, DurationText(value));
    case Kind::kList: {
      std::string values;
      for (size_t i = 0; i < value.size(); ++i) values += (i == 0 ? "" : ",") + TypedJson(value.at(i));
      return fmt::format(R"({{"listValue":{{"values":[{}]}}}})", values);
    }
    case Kind::kMap: {
      std::string entries;
      for (size_t i = 0; i < value.size(); ++i) {
        const Entry entry = value.entry(i);
        entries += fmt::format(R"({}{{"key":{},"value":{}}})", i == 0 ? "" : ",", TypedJson(entry.first),
                               TypedJson(entry.second));
      }
      return fmt::format(R"({{"mapValue":{{"entries":[{}]}}}})", entries);
    }
  }
  return "";
}

bool ReadLine(std::string* line) { return static_cast<bool>(std::getline(std::cin, *line)); }

std::string ErrorJson(std::string_view message) {
  int64_t line = 0, column = 0;
  const char* end = message.data() + message.size();
  auto [after_line, no_line] = std::from_chars(message.data(), end, line);
  if (no_line == std::errc() && after_line != end && *after_line == ':') {
    auto [after_column, no_column] = std::from_chars(after_line + 1, end, column);
    if (no_column == std::errc() &&
        std::string_view(after_column, std::min<size_t>(2, static_cast<size_t>(end - after_column))) == ": ")
      return fmt::format(R"({{"error":{},"line":{},"column":{}}})",
                         Quoted({after_column + 2, static_cast<size_t>(end - after_column - 2)}), line, column);
  }
  return fmt::format(R"({{"error":{}}})", Quoted(message));
}

}  // namespace cartwheel::cli
