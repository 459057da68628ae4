// Reads JSON that programs write: a member that is not there, or of another kind, is 0, "" or empty. A text is never
// null, so that it may be copied and parsed as it is.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace cartwheel::json {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;
using Array = simdjson::dom::array;

// Objects and arrays of nothing (simdjson's default ones cannot be walked).
inline Array Nothing() {
  static simdjson::dom::parser parser;
  static const Array nothing = parser.parse(simdjson::padded_string(std::string_view("[{}, []]"))).get_array().value();
  return nothing;
}
inline Object EmptyObject() { return Nothing().at(0).get_object().value(); }
inline Array EmptyArray() { return Nothing().at(1).get_array().value(); }

template <typename T>
T Or(simdjson::simdjson_result<T> result, T otherwise) {
  T value;
  return std::move(result).get(value) == simdjson::SUCCESS ? value : otherwise;
}

inline int64_t Whole(Element element) { return Or<int64_t>(element.get_int64(), 0); }
inline std::string_view Text(Element element) { return Or<std::string_view>(element.get_string(), ""); }
inline Object Members(Element element) { return Or<Object>(element.get_object(), EmptyObject()); }
inline Array Elements(Element element) { return Or<Array>(element.get_array(), EmptyArray()); }

inline int64_t Whole(Element parent, std::string_view key) { return Or<int64_t>(parent[key].get_int64(), 0); }
inline std::string_view Text(Element parent, std::string_view key) {
  return Or<std::string_view>(parent[key].get_string(), "");
}
inline Object Members(Element parent, std::string_view key) {
  return Or<Object>(parent[key].get_object(), EmptyObject());
}
inline Array Elements(Element parent, std::string_view key) { return Or<Array>(parent[key].get_array(), EmptyArray()); }

}  // namespace cartwheel::json
