// The messages of load errors, as the author of a playbook sees them: typical mistakes, each with its exact text.
#include "base/status.h"
#include "tests/catch.h"
#include "world.h"

namespace cartwheel::cel {

struct Mistake {
  std::string_view source, message;
};

TEST_CASE("typical mistakes are told at load, where and what") {
  World world;
  const Mistake kMistakes[] = {
      // names
      {"cart.value > 1 && crat.quantity > 0",
       "1:19: unknown variable \"crat\", expected one of cart, customer, event, now"},
      {"cart.quantiy > 0", "1:6: unknown field \"quantiy\" of cart, did you mean \"quantity\"?"},
      {"cart.xyz > 0", "1:6: unknown field \"xyz\" of cart, expected one of id, items, quantity, updated_at, value"},
      {"cart['valeu'] > 0", "1:6: unknown field \"valeu\" of cart, did you mean \"value\"?"},
      {"has(cart.vale)", "1:10: unknown field \"vale\" of cart, did you mean \"value\"?"},
      {"cart.items[0].prise > 1.0", "1:15: unknown field \"prise\" of cart.items[0], did you mean \"price\"?"},
      {"cart.items.exists(i, i.nme == 'x')", "1:24: unknown field \"nme\" of i, did you mean \"name\"?"},
      {"cart.items.exist(i, i.price > 1.0)", "1:12: unknown function \"exist\", did you mean \"exists\"?"},
      {"cart.id.startswith('a')", "1:9: unknown function \"startswith\", did you mean \"startsWith\"?"},
      {"sum(cart.items) > 0", "1:1: unknown function \"sum\""},
      // other languages' habits
      {"cart.quantity = 3", "1:15: unexpected \"=\", write \"==\""},
      {"cart.quantity > 0 and cart.value > 1", "1:19: unexpected \"and\", write \"&&\""},
      {"cart.quantity > 0 or true", "1:19: unexpected \"or\", write \"||\""},
      {"cart.quantity > 0 & true", "1:19: unexpected \"&\", write \"&&\""},
      {"not cart.value", "1:5: unexpected \"cart\""},
      {"cart.id == “c1”", "1:12: unexpected \"“\", write \" or '"},
      {"cart.value ≥ 50000", "1:12: unexpected \"≥\", write \">=\""},
      {"$cart.value > 1", "1:1: unexpected \"$\", name a variable as it is"},
      {"contains(cart.id, 'a')", "1:1: write x.contains(y) instead of contains(x, y)"},
      {"cart.value.int() > 1", "1:12: write int(x) instead of x.int()"},
      {"exists(cart.items, true)", "1:1: write list.exists(item, condition)"},
      // syntax
      {"cart.value >", "1:13: unexpected end, expected a value"},
      {"", "1:1: unexpected end, expected a value"},
      {"(cart.value > 1", "1:16: unexpected end, expected \")\""},
      {"cart.value > 1)", "1:15: unexpected \")\""},
      {"cart.id == 'c1", "1:12: a text without its closing '"},
      {"cart.id == 'c\\1'", "1:14: \"\\1\" is no escape of a string, write \"\\\\\" for a backslash"},
      {"b'\\u00e9' == b''", "1:3: \"\\u\" is no escape of bytes, write \"\\\\\" for a backslash"},
      {"cart.", "1:6: unexpected end, expected the name of a field"},
      {"for > 1", "1:1: \"for\" is a reserved word"},
      {"9223372036854775808 > 0", "1:1: 9223372036854775808 does not fit in an int"},
      {"1e999 > 0.0", "1:1: 1e999 does not fit in a double"},
      {"has(cart)", "1:1: has() takes one field: has(event.price)"},
      {"cart.items.exists(i)", "1:12: exists() takes a name and a condition: exists(item, item.price > 100)"},
      {"cart.items.all(i.x, true)", "1:16: the first argument of all() must be a plain name, not i.x"},
      {"{'a': 1, 'a': 2}.a == 1", "1:10: the key \"a\" stands twice"},
      // types
      {"cart.value > '50000'", "1:12: \">\" cannot compare double and string"},
      {"cart.id == 5", "1:9: \"==\" cannot compare string and int"},
      {"cart.items > 2", "1:12: \">\" cannot compare list(map(string, dyn)) and int"},
      {"cart.value * 2 > 1.0",
       "1:12: \"*\" does not take double and int, expected one of int * int, uint * uint, double * double; write 2.0"},
      {"cart.updated_at + 5 > now",
       "1:17: \"+\" does not take timestamp and int, expected one of int + int, uint + uint, double + double, "
       "timestamp + "
       "duration, duration + timestamp, duration + duration, string + string, bytes + bytes, list + list"},
      {"!cart.quantity", "1:1: \"!\" does not take int, expected !bool"},
      {"cart.quantity && true", "1:1: \"&&\" takes bool, and cart.quantity is int"},
      {"cart.quantity ? true : false", "1:1: the condition of \"? :\" takes bool, and cart.quantity is int"},
      {"true ? 1 : 'a'", "1:6: \"? :\" chooses between values of one type, not int and string"},
      {"'c1' in cart.id", "1:6: \"in\" takes a list or a map on its right, and cart.id is string"},
      {"5 in ['a', 'b']", "1:3: 5 is int, which is never in list(string)"},
      {"cart.id.name == 'x'", "1:9: cart.id is string, which has no field \"name\""},
      {"cart.items['a'] == null", "1:12: the index of list(map(string, dyn)) must be int, and 'a' is string"},
      {"size(cart.quantity) > 1",
       "1:1: \"size\" does not take int, expected one of size(string), size(bytes), size(list), size(map)"},
      {"cart.quantity.exists(i, true)", "1:15: cart.quantity is int, expected a list or a map"},
      {"cart.items.all(i, i.name)", "1:19: the condition of a macro takes bool, and i.name is string"},
      // time
      {"now - cart.updated_at > duration('7d')",
       "1:34: duration(\"7d\"): days are no unit of durations, write hours: 168h are 7 days"},
      {"now > timestamp('tomorrow')",
       "1:17: timestamp(\"tomorrow\"): expected a timestamp like 2022-08-01T09:30:00Z or 2022-08-01T18:30:00+09:00"},
      {"int(now) > 5", "1:1: the current time may be compared with a timestamp, moved by a duration, and no more"},
      // the rest of CEL
      {"cart.quantity.matches('c.*')", "1:15: \"matches\" does not take this, expected string.matches(string)"},
      {"cart.items.map(i, i.price, i.name, 1) == []",
       "1:12: map() takes a name and a condition: map(item, item.price)"},
      {"cart.items.map(1, 2) == []", "1:16: the first argument of map() must be a plain name, not 1"},
      {"cart.items.transformList(i, i, i) == []", "1:29: the two names of transformList() must differ"},
      {"now.getHours() == 9",
       "1:5: the current time may be compared with a timestamp, moved by a duration, and no more"},
      {"math.greatest(1, 'a') + 'b' == math.biggest(2)", "1:37: unknown function \"math.biggest\""},
      {"cart.id.charAt('x') == 'c'", "1:9: \"charAt\" does not take this, expected string.charAt(int)"},
      {"charAt(cart.id, 1) == 'c'", "1:1: write string.charAt(int)"},
      {"{cart: 1}.size() == 1", "1:2: a map key must be string, int, uint or bool, and cart is map(string, dyn)"},
      {"{'a': 1, 'a': 2}.size() == 1", "1:10: the key \"a\" stands twice"},
      {"cart.items.filter(i, i.name).size() == 1", "1:22: the condition of a macro takes bool, and i.name is string"},
      {"cel.bind(1, 2, 3) == 3",
       "1:5: cel.bind() takes a name, its value and what it is used in: cel.bind(x, cart.value * 2, x > 100)"},
      {"[?cart.id]", "1:3: \"?\" takes an optional, and cart.id is string"},
      {"cart.id.optMap(x, x)", "1:9: cart.id is string, expected an optional"},
      {"cart.?id == 'x'", "1:10: \"==\" cannot compare optional(dyn) and string"},
      {"Cart{id: 'a'}.id == 'a'", "1:5: a message literal, Cart{…}, is not supported"},
  };
  for (const Mistake& mistake : kMistakes) {
    INFO(mistake.source);
    CHECK(world.Run(mistake.source) == "load: " + std::string(mistake.message));
  }
}

TEST_CASE("a condition is bool") {
  World world;
  CHECK(CompileCondition("cart.quantity > 0", world.environment).ok());
  CHECK(CompileCondition("event.flag", world.environment).ok());
  CHECK(StatusText(CompileCondition("cart.quantity", world.environment).status()) ==
        "1:1: a condition must be bool, and this is int");
}

TEST_CASE("lines and columns count code points") {
  World world;
  std::string source = "cart.id == '온도' &&\n  '장바구니' == crat.id";
  CHECK(world.Run(source) == "load: 2:13: unknown variable \"crat\", expected one of cart, customer, event, now");
}

TEST_CASE("qualified variables and shadowing") {
  World world;
  world.environment.variables = {{"shop", Type::Map({})}, {"shop.currency", TypeKind::kString}, {"x", TypeKind::kInt}};
  TestMap shop;
  shop.fields = {{"currency", Value::Int(1)}, {"name", Value::String("온도상점")}};
  world.variables = {shop.value(), Value::String("KRW"), Value::Int(7)};
  CHECK(world.Run("shop.currency") == "'KRW'");  // the longest name wins
  CHECK(world.Run("shop.currency == 'KRW' && shop.name == '온도상점'") == "true");
  CHECK(world.Run("[1, 2].exists(x, x == 7)") == "false");
  CHECK(world.Run("[1, 2].exists(x, .x == 7)") == "true");  // a leading dot reaches past the macro
}

}  // namespace cartwheel::cel
