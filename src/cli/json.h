// Reading the engine's own answers: a member that is not there, or of another kind, is 0, "" or empty.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace cartwheel::cli {

using JsonElement = simdjson::dom::element;
using JsonObject = simdjson::dom::object;
using JsonArray = simdjson::dom::array;

// Objects and arrays of nothing (simdjson's default ones cannot be walked).
inline JsonArray Nothing() {
  static simdjson::dom::parser parser;
  static const JsonArray nothing =
      parser.parse(simdjson::padded_string(std::string_view("[{}, []]"))).get_array().value();
  return nothing;
}
inline JsonObject EmptyObject() { return Nothing().at(0).get_object().value(); }
inline JsonArray EmptyArray() { return Nothing().at(1).get_array().value(); }

template <typename T>
T Or(simdjson::simdjson_result<T> result, T otherwise) {
  T value;
  return std::move(result).get(value) == simdjson::SUCCESS ? value : otherwise;
}

inline int64_t Whole(JsonElement element) { return Or<int64_t>(element.get_int64(), 0); }
inline std::string_view Text(JsonElement element) { return Or<std::string_view>(element.get_string(), {}); }
inline JsonObject Members(JsonElement element) { return Or<JsonObject>(element.get_object(), EmptyObject()); }
inline JsonArray Elements(JsonElement element) { return Or<JsonArray>(element.get_array(), EmptyArray()); }

inline int64_t Whole(JsonElement parent, std::string_view key) { return Or<int64_t>(parent[key].get_int64(), 0); }
inline std::string_view Text(JsonElement parent, std::string_view key) {
  return Or<std::string_view>(parent[key].get_string(), {});
}
inline JsonObject Members(JsonElement parent, std::string_view key) {
  return Or<JsonObject>(parent[key].get_object(), EmptyObject());
}
inline JsonArray Elements(JsonElement parent, std::string_view key) {
  return Or<JsonArray>(parent[key].get_array(), EmptyArray());
}

}  // namespace cartwheel::cli
