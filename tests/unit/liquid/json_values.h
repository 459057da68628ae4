// Values out of JSON for the tests of Liquid: everything they stand on lives as long as the reader. Integers become
// kInt, numbers with a point kDouble.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"
#include "liquid/liquid.h"
#include "simdjson.h"

namespace cartwheel::liquid {

class JsonValues {
 public:
  Value Read(std::string_view json);
  Value Convert(simdjson::dom::element element);
  // The fields of an object, in order.
  std::vector<std::pair<std::string, Value>> Fields(simdjson::dom::element object);

 private:
  struct Map {
    std::vector<Entry> entries;
  };
  struct List {
    std::vector<Value> items;
  };
  static const ContainerOps kMapOps;
  static const ContainerOps kListOps;

  simdjson::dom::parser parser_;
  std::deque<std::string> texts_;
  std::deque<Map> maps_;
  std::deque<List> lists_;
};

// Parses and renders over the fields of a JSON object, in an open environment: the text, or "error: …".
std::string Rendered(std::string_view source, std::string_view json = "{}", const RenderOptions& options = {});
// The same over one root, `x`.
std::string RenderedWith(const Value& x, std::string_view source, const RenderOptions& options = {});

}  // namespace cartwheel::liquid
