#include "cli/values.h"

#include <charconv>
#include <cmath>
#include <iostream>

#include "absl/strings/escaping.h"
#include "base/json_text.h"
#include "base/json_tree.h"
#include "base/place.h"
#include "base/time.h"
#include "cel/time_text.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

using simdjson::dom::element;
using JsonType = simdjson::dom::element_type;

constexpr std::string_view kTimestampName = "type.googleapis.com/google.protobuf.Timestamp";
constexpr std::string_view kDurationName = "type.googleapis.com/google.protobuf.Duration";

std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape({text.data(), text.size()}, &bytes)) return std::nullopt;
  return bytes;
}

std::string ToBase64(std::string_view bytes) { return absl::Base64Escape({bytes.data(), bytes.size()}); }

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

// Protobuf's JSON: three, six or nine digits after the point.
std::string DurationText(const Value& duration) {
  std::string text = FormatSeconds(duration.integer(), duration.nanoseconds());
  if (const size_t point = text.find('.'); point != text.npos)
    while ((text.size() - point - 2) % 3 != 0) text.insert(text.size() - 1, 1, '0');
  return text;
}

void WriteObject(std::string_view type, std::string_view text, JsonWriter& json) {
  json.Key("objectValue");
  json.BeginObject();
  json.Text("@type", type);
  json.Text("value", text);
  json.EndObject();
}

// What a full optional holds, however deep; any other value as it is.
Value Inside(Value value) {
  while (value.kind() == Kind::kOptional && value.inside() != nullptr) value = *value.inside();
  return value;
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
      const json::Array elements = json::Elements(json);
      for (element each : elements) list.elements.push_back(Plain(each));
      return Value::List(&kListOps, &lists_.emplace_back(std::move(list)));
    }
    case JsonType::OBJECT: {
      Map map;
      const json::Object members = json::Members(json);
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
    if (key == "bytesValue" && is_text)
      return made(FromBase64(text),
                  [this](std::string& bytes) { return Value::Bytes(texts_.emplace_back(std::move(bytes))); });
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

namespace {

void WriteTyped(const Value& value, JsonWriter& json) {
  json.BeginObject();
  switch (value.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
    case Kind::kOptional:  // an empty one: a full one is written as what is inside of it
      json.Key("nullValue");
      json.Null();
      break;
    case Kind::kBool:
      json.Bool("boolValue", value.boolean());
      break;
    case Kind::kInt:
      json.Text("int64Value", fmt::format("{}", value.integer()));
      break;
    case Kind::kUint:
      json.Text("uint64Value", fmt::format("{}", value.unsigned_integer()));
      break;
    case Kind::kDouble:
    case Kind::kDecimal:
      json.Raw("doubleValue", RealJson(ToDouble(value)));
      break;
    case Kind::kString:
      json.Text("stringValue", value.text());
      break;
    case Kind::kBytes:
      json.Text("bytesValue", ToBase64(value.text()));
      break;
    case Kind::kType:
      json.Text("typeValue", value.text());
      break;
    case Kind::kTimestamp:
      WriteObject(kTimestampName, FormatInstant(value.integer(), value.nanoseconds()), json);
      break;
    case Kind::kDuration:
      WriteObject(kDurationName, DurationText(value), json);
      break;
    case Kind::kList:
      json.Key("listValue");
      json.BeginObject();
      json.Key("values");
      json.BeginList();
      for (size_t i = 0; i < value.size(); ++i) WriteTyped(Inside(value.at(i)), json);
      json.EndList();
      json.EndObject();
      break;
    case Kind::kMap:
      json.Key("mapValue");
      json.BeginObject();
      json.Key("entries");
      json.BeginList();
      for (size_t i = 0; i < value.size(); ++i) {
        const Entry entry = value.entry(i);
        json.BeginObject();
        json.Key("key");
        WriteTyped(entry.first, json);
        json.Key("value");
        WriteTyped(Inside(entry.second), json);
        json.EndObject();
      }
      json.EndList();
      json.EndObject();
      break;
  }
  json.EndObject();
}

}  // namespace

std::string TypedJson(const Value& value) {
  std::string text;
  JsonWriter json(&text);
  WriteTyped(Inside(value), json);
  return text;
}

bool ReadLine(std::string* line) { return static_cast<bool>(std::getline(std::cin, *line)); }

std::string ErrorJson(std::string_view message) {
  Place place;
  size_t size = ReadPlace(message, &place);
  if (message.substr(size, 2) != ": ") size = 0;
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Text("error", size == 0 ? message : message.substr(size + 2));
  if (size > 0) {
    json.Int("line", static_cast<int64_t>(place.line));
    json.Int("column", static_cast<int64_t>(place.column));
  }
  json.EndObject();
  return text;
}

}  // namespace cartwheel::cli
