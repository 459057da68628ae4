#include "cli/json.h"

namespace cartwheel::cli {
namespace {

constexpr std::string_view kNothing = R"([{}, []])";

JsonArray Nothing() {
  static simdjson::dom::parser parser;
  static const JsonArray nothing = parser.parse(simdjson::padded_string(kNothing)).get_array().value();
  return nothing;
}

}  // namespace

JsonObject EmptyObject() { return Nothing().at(0).get_object().value(); }
JsonArray EmptyArray() { return Nothing().at(1).get_array().value(); }

}  // namespace cartwheel::cli
