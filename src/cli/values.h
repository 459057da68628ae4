// Values out of JSON and back, for the commands that try a language: plain JSON, and the JSON form of cel.expr.Value,
// which says of each value what type it has ({"int64Value": "1"}, {"listValue": {"values": [...]}}, ...; its own names,
// https://github.com/google/cel-spec).
#pragma once

#include <simdjson.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"

namespace cartwheel::cli {

// What it read stands on memory of its own and lives as long as it.
class JsonValues {
 public:
  // Integers become kInt (kUint beyond), numbers with a point kDouble.
  Value Plain(simdjson::dom::element json);
  // Nothing for what is no value, or one that Value does not hold.
  std::optional<Value> Typed(simdjson::dom::element json);

 private:
  struct Map {
    std::vector<Entry> entries;
  };
  struct List {
    std::vector<Value> elements;
  };
  static const ContainerOps kMapOps, kListOps;

  Value Text(std::string_view text) { return Value::String(texts_.emplace_back(text)); }
  std::optional<Value> TypedList(simdjson::dom::element json);
  std::optional<Value> TypedMap(simdjson::dom::element json);

  std::deque<std::string> texts_;
  std::deque<Map> maps_;
  std::deque<List> lists_;
};

std::string TypedJson(const Value& value);

// A line of standard input, read one after the other; false at the end.
bool ReadLine(std::string* line);

// "1:14: unknown …" of a language's error: {"error": "unknown …", "line": 1, "column": 14}; without a place {"error":
// …}.
std::string ErrorJson(std::string_view message);

}  // namespace cartwheel::cli
