#include "tests/unit/liquid/json_values.h"

#include "base/status.h"

namespace cartwheel::liquid {

const ContainerOps JsonValues::kMapOps = {
    [](const void* object) { return static_cast<const Map*>(object)->entries.size(); },
    nullptr,
    [](const void* object, std::string_view key) {
      for (const Entry& entry : static_cast<const Map*>(object)->entries)
        if (entry.first.text() == key) return entry.second;
      return Value();
    },
    [](const void* object, size_t index) { return static_cast<const Map*>(object)->entries[index]; },
};

const ContainerOps JsonValues::kListOps = {
    [](const void* object) { return static_cast<const List*>(object)->items.size(); },
    [](const void* object, size_t index) { return static_cast<const List*>(object)->items[index]; },
    nullptr,
    nullptr,
};

Value JsonValues::Read(std::string_view json) { return Convert(parser_.parse(json.data(), json.size()).value()); }

Value JsonValues::Convert(simdjson::dom::element element) {
  using Type = simdjson::dom::element_type;
  switch (element.type()) {
    case Type::NULL_VALUE:
      return Value::Null();
    case Type::BOOL:
      return Value::Bool(element.get_bool().value());
    case Type::INT64:
      return Value::Int(element.get_int64().value());
    case Type::UINT64:
      return Value::Uint(element.get_uint64().value());
    case Type::DOUBLE:
      return Value::Double(element.get_double().value());
    case Type::STRING:
      return Value::String(texts_.emplace_back(std::string_view(element.get_string().value())));
    case Type::ARRAY: {
      List list;
      simdjson::dom::array items = element.get_array().value();
      for (simdjson::dom::element item : items) list.items.push_back(Convert(item));
      return Value::List(&kListOps, &lists_.emplace_back(std::move(list)));
    }
    case Type::OBJECT: {
      Map map;
      for (auto& [key, value] : Fields(element))
        map.entries.push_back({Value::String(texts_.emplace_back(key)), value});
      return Value::Map(&kMapOps, &maps_.emplace_back(std::move(map)));
    }
  }
  return Value();
}

std::vector<std::pair<std::string, Value>> JsonValues::Fields(simdjson::dom::element object) {
  std::vector<std::pair<std::string, Value>> fields;
  simdjson::dom::object members = object.get_object().value();
  for (auto field : members) fields.emplace_back(std::string(field.key), Convert(field.value));
  return fields;
}

namespace {

std::string ParseAndRender(std::string_view source, const Environment& environment, const std::vector<Value>& roots,
                           const RenderOptions& options) {
  auto parsed = Parse(source, environment);
  if (!parsed.ok()) return "error: " + StatusText(parsed.status());
  std::string out;
  absl::Status status = parsed->Render(roots, options, &out);
  return status.ok() ? out : "error: " + StatusText(status);
}

}  // namespace

std::string Rendered(std::string_view source, std::string_view json, const RenderOptions& options) {
  JsonValues values;
  simdjson::dom::parser parser;
  simdjson::dom::element document = parser.parse(json.data(), json.size()).value();
  Environment environment{.open = true};
  std::vector<Value> roots;
  for (auto& [name, value] : values.Fields(document)) {
    environment.roots.push_back({name});
    roots.push_back(value);
  }
  return ParseAndRender(source, environment, roots, options);
}

std::string RenderedWith(const Value& x, std::string_view source, const RenderOptions& options) {
  return ParseAndRender(source, Environment{.roots = {{"x"}}, .open = true}, {x}, options);
}

}  // namespace cartwheel::liquid
