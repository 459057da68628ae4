// The world that the tests of this folder speak about, in miniature, as Values over plain vectors.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/value.h"
#include "cel/cel.h"

namespace cartwheel::cel {

// A map and a list that own their parts and stay where they are.
struct TestMap {
  std::vector<std::pair<std::string, Value>> fields;
  Value value() const;
};
struct TestList {
  std::vector<Value> elements;
  Value value() const;
};

inline Value TestMap::value() const {
  static const ContainerOps kOps = {
      .size = [](const void* o) { return static_cast<const TestMap*>(o)->fields.size(); },
      .at = nullptr,
      .find =
          [](const void* o, std::string_view key) {
            for (const auto& [name, value] : static_cast<const TestMap*>(o)->fields)
              if (name == key) return value;
            return Value();
          },
      .entry =
          [](const void* o, size_t i) {
            const auto& field = static_cast<const TestMap*>(o)->fields[i];
            return Entry(Value::String(field.first), field.second);
          },
  };
  return Value::Map(&kOps, this);
}

inline Value TestList::value() const {
  static const ContainerOps kOps = {
      .size = [](const void* o) { return static_cast<const TestList*>(o)->elements.size(); },
      .at = [](const void* o, size_t i) { return static_cast<const TestList*>(o)->elements[i]; },
      .find = nullptr,
      .entry = nullptr,
  };
  return Value::List(&kOps, this);
}

// cart: 64,500.0 of money, 3 pieces in 2 items; customer: no order yet; event: of another system, dyn; now.
struct World {
  World() {
    cup.fields = {{"name", Value::String("cup")}, {"price", Value::Decimal(195'000'000)}, {"quantity", Value::Int(2)}};
    lamp.fields = {
        {"name", Value::String("lamp")}, {"price", Value::Decimal(255'000'000)}, {"quantity", Value::Int(1)}};
    items.elements = {cup.value(), lamp.value()};
    cart.fields = {{"id", Value::String("c1")},
                   {"value", Value::Decimal(645'000'000)},
                   {"quantity", Value::Int(3)},
                   {"items", items.value()},
                   {"updated_at", Value::Timestamp(1'000'000)}};
    customer.fields = {{"orders", Value::Int(0)}, {"locale", Value::String("ko-KR")}, {"vip", Value::Bool(true)}};
    event.fields = {{"type", Value::String("product_added")},
                    {"price", Value::Double(19500)},
                    {"count", Value::Int(2)},
                    {"nothing", Value::Null()}};
    variables = {cart.value(), customer.value(), event.value(), Value::Timestamp(1'600'000)};
    Type item = Type::Object({{"name", TypeKind::kString}, {"price", TypeKind::kDouble}, {"quantity", TypeKind::kInt}});
    environment.variables = {
        {"cart", Type::Object({{"id", TypeKind::kString},
                               {"value", TypeKind::kDouble},
                               {"quantity", TypeKind::kInt},
                               {"items", Type::List(item)},
                               {"updated_at", TypeKind::kTimestamp}})},
        {"customer", Type::OpenObject({{"orders", TypeKind::kInt}, {"locale", TypeKind::kString}})},
        {"event", Type::Map({})},
        {"now", TypeKind::kTimestamp, true}};
  }
  World(const World&) = delete;

  // The outcome as a text: "true", "3", "2.5", "'text'", "error: no such key: x", or "load: 1:1: …".
  std::string Run(std::string_view source) const;

  TestMap cart, customer, event, cup, lamp;
  TestList items;
  std::vector<Value> variables;
  Environment environment;
};

std::string Show(const Value& value);

}  // namespace cartwheel::cel
