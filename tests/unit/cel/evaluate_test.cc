// What expressions are worth: operators by the letter of the specification, errors and who absorbs them.
#include "tests/catch.h"
#include "world.h"

namespace cartwheel::cel {

struct Case {
  std::string_view source, want;
};

TEST_CASE("operators and functions") {
  World world;
  const Case kCases[] = {
      {"1 + 2 * 3", "7"},
      {"(1 + 2) * 3", "9"},
      {"7 / 2", "3"},
      {"-7 / 2", "-3"},
      {"-7 % 3", "-1"},
      {"7u % 4u", "3u"},
      {"7.0 / 2.0", "3.5"},
      {"0x1F", "31"},
      {"0xFFu", "255u"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775807 + 1", "error: integer overflow: +"},
      {"-9223372036854775808 % -1", "0"},
      {"-9223372036854775808 / -1", "error: integer overflow: /"},
      {"0u - 1u", "error: integer overflow: -"},
      {"1 / 0", "error: division by zero: /"},
      {"1.0 / 0.0 > 1e308", "true"},
      {"1 == 1.0", "true"},
      {"1u < 2", "true"},
      {"-1 < 0u", "true"},
      {"9007199254740993 == 9007199254740992.0", "true"},  // by way of double, as CEL says
      {"'a' < 'b'", "true"},
      {"'가' < '나'", "true"},
      {"b'\\xff' > b'\\x00'", "true"},
      {"true > false", "true"},
      {"null == null", "true"},
      {"event.nothing == null", "true"},
      {"event.price == null", "false"},
      {"size('온도상점')", "4"},
      {"'온도'.size()", "2"},
      {"b'온도'.size()", "6"},
      {"size([1, 2, 3])", "3"},
      {"cart.items.size()", "2"},
      {"'abcdef'.contains('cd')", "true"},
      {"'abcdef'.startsWith('abd')", "false"},
      {"'abcdef'.endsWith('')", "true"},
      {"2 in [1, 2, 3]", "true"},
      {"2.0 in [1, 2, 3]", "true"},
      {"'x' in []", "false"},
      {"'price' in event", "true"},
      {"'size' in event", "false"},
      {"customer.locale in ['ko-KR', 'en-US']", "true"},
      {"{'KRW': 1, 'USD': 1300}['USD']", "1300"},
      {"{'KRW': 1}.USD", "error: no such key: USD"},
      {"[10, 20][1]", "20"},
      {"[10, 20][2]", "error: list index out of range: []"},
      {"[10, 20][dyn(1.0)]", "20"},
      {"cart.items[1].name", "'lamp'"},
      {"cart['value']", "64500.0"},
      {"event['price']", "19500.0"},
      {"event['size']", "error: no such key: size"},
      {"cart.value > 50000", "true"},
      {"cart.value > 64500", "false"},
      {"cart.value >= 64501", "false"},
      {"cart.value < -9223372036854775808", "false"},
      {"cart.value < 9223372036854775807", "true"},
      {"event.type == 'product_added'", "true"},
      {"event.count == 2u", "true"},
      {"cart.value / 2.0", "32250.0"},
      {"cart.value == 64500", "true"},
      {"event.price * 2", "error: no such overload: *"},
      {"event.type + event.type", "'product_addedproduct_added'"},
      {"customer.vip", "true"},
      {"customer.vip ? 'a' : 'b'", "'a'"},
      {"has(event.price)", "true"},
      {"has(event.size)", "false"},
      {"has(event.nothing)", "true"},
      {"!has(customer.nickname)", "true"},
      {"int(2.9)", "2"},
      {"int('-42')", "-42"},
      {"int(1e99)", "error: too large for an int: int"},
      {"int('4.2')", "error: a text that is not an int: int"},
      {"uint(3)", "3u"},
      {"uint(-1)", "error: a negative number has no uint: uint"},
      {"double('1.5')", "1.5"},
      {"double(cart.quantity) * 0.5", "1.5"},
      {"string(true)", "'true'"},
      {"string(b'abc')", "'abc'"},
      {"string(b'\\xff')", "error: bytes that are not UTF-8: string"},
      {"bytes('가').size()", "3"},
      {"bool('TRUE')", "true"},
      {"timestamp('1970-01-01T09:00:00+09:00')", "timestamp 0"},
      {"timestamp('2009-02-13T23:31:30.125Z')", "timestamp 1234567890125"},
      {"timestamp('1945-05-07T02:41:00Z') < timestamp(0)", "true"},
      {"int(timestamp('2009-02-13T23:31:30Z'))", "1234567890"},
      {"duration('1h30m') + duration('-1.5s')", "duration 5398500"},
      {"timestamp(10) - timestamp(4)", "duration 6000"},
      {"timestamp('9999-12-31T23:59:59Z') + duration('1s')", "error: outside of the years 1 to 9999: +"},
      {"duration('24h') > duration('1439m')", "true"},
      {"r'a\\b' == 'a\\\\b'", "true"},
      {"'''a\n'b''' == 'a\\n\\'b'", "true"},
      {"'\\u00e9\\x41\\101\\U0001F431'", "'éAA🐱'"},
      {"1 + 1 // two", "2"},
      {"cart.items.map(i, i.name).join(', ')", "'cup, lamp'"},
      {"cart.items.filter(i, i.quantity > 1).map(i, i.price)[0]", "19500.0"},
      {"cart.items.map(i, i.quantity > 1, i.name) == ['cup']", "true"},
      {"cart.items.exists(i, v, i == 1 && v.name == 'lamp')", "true"},
      {"cart.items.transformMap(i, v, v.quantity)[1]", "1"},
      {"cel.bind(total, cart.quantity * 2, total + total)", "12"},
      {"{1: 'a', true: 'b', cart.id: 'c'}['c1']", "'c'"},
      {"{1: 'a'}[1.0] + {2u: 'b'}[2]", "'ab'"},
      {"{cart.id: 1, 'c1': 2}", "error: a map key that stands twice"},
      {"type(cart.quantity) == int && type(int) == type && type(timestamp(0)) == google.protobuf.Timestamp", "true"},
      {"'%s has %d of %.1f%%'.format([cart.id, cart.quantity, 12.345])", "'c1 has 3 of 12.3%'"},
      {"'가b다'.reverse()", "'다b가'"},
      {"'%s'.format([])", "error: fewer values than clauses: format"},
      {"cart.id.matches('^c[0-9]+$') && !cart.id.matches('^x')", "true"},
      {"cart.id.matches('(')", "error: a pattern that is no regular expression of RE2, or too large a one: matches"},
      {"timestamp('2026-06-01T20:30:00Z').getHours('Asia/Seoul')", "5"},
      {"timestamp('2026-06-01T20:30:00Z').getHours('Asia/Soul')", "error: unknown time zone: getHours"},
      {"math.greatest(1, 2.5, 2u) == 2.5 && math.least([3, 1]) == 1", "true"},
      {"'온도상점'.charAt(1) + '온도상점'.substring(2) + string(3) + string(1.5)", "'도상점31.5'"},
  };
  for (const Case& one : kCases) {
    INFO(one.source);
    CHECK(world.Run(one.source) == one.want);
  }
}

TEST_CASE("what an evaluation makes is bounded, whichever way it grows") {
  World world;
  const std::string large(256 << 10, 'x');
  world.environment.variables.push_back({"large", TypeKind::kString});
  world.variables.push_back(Value::String(large));
  world.environment.variables.push_back({"many", TypeKind::kList});
  TestList many;
  for (int i = 0; i < 1000; ++i) many.elements.push_back(Value::Int(i));
  world.variables.push_back(many.value());
  for (std::string_view source :
       {"large.replace('x', large) == ''", "many.map(i, large).join() == ''", "'%s'.format([many.map(i, large)]) == ''",
        "many.all(i, large + large != '')", "many.map(i, large + 'y').size() == 1000"}) {
    INFO(source);
    CHECK(world.Run(source).substr(0, 6) == "error:");
  }
  CHECK(world.Run("many.map(i, large).size()") == "1000");  // views of one text
}

TEST_CASE("optional values") {
  World world;
  const Case kCases[] = {
      {"event.?gone.orValue(0)", "0"},  // not there
      {"event.?type.orValue('none')", "'product_added'"},
      {"event[?'type'].hasValue()", "true"},
      {"event.?gone.orValue(1 / 0)", "error"},  // only computed when it is needed
      {"event.?type.orValue(string(1 / 0))", "'product_added'"},
      {"event.?gone.or(event.?type).value()", "'product_added'"},
      {"event.?gone.value()", "error"},
      {"event.?gone.optMap(p, p * 2).hasValue()", "false"},
      {"event.?type.optMap(t, t + '!').value()", "'product_added!'"},
      {"[?event.?type, ?event.?gone].size()", "1"},
      {"{?'type': event.?type, ?'price': event.?gone}.size()", "1"},
      {"cart.items[?5].hasValue() || cart.items[?1].name.value() == 'lamp'", "true"},
      {"[1, 2, 3].first().value() + [1, 2, 3].last().value()", "4"},
      {"[optional.of(1), optional.none()].unwrapOpt() == [1]", "true"},
      {"type(event.?type) == optional_type", "true"},
  };
  for (const Case& test : kCases) {
    INFO(test.source);
    const std::string got = world.Run(test.source);
    CHECK((test.want == "error" ? got.substr(0, 5) : got) == test.want);
  }
}

TEST_CASE("&& and || absorb errors on either side") {
  World world;
  world.environment.variables.push_back({"t", TypeKind::kBool});
  world.environment.variables.push_back({"f", TypeKind::kBool});
  world.environment.variables.push_back({"n", Type()});
  world.variables.insert(world.variables.end(), {Value::Bool(true), Value::Bool(false), Value::Int(32)});
  // event.x is an error, n is no bool: the table of the specification, "Logical Operators".
  const std::string kDivision = "1 / (size(event.type) - 13) > 0", kNoKey = "error: no such key: x";
  const Case kCases[] = {
      {"t && t", "true"},
      {"t && f", "false"},
      {"f && t", "false"},
      {"f && f", "false"},
      {"t && event.x", "error"},
      {"event.x && t", "error"},
      {"f && event.x", "false"},
      {"event.x && f", "false"},
      {"event.x && event.x", "error"},
      {"t || t", "true"},
      {"t || f", "true"},
      {"f || t", "true"},
      {"f || f", "false"},
      {"t || event.x", "true"},
      {"event.x || t", "true"},
      {"f || event.x", "error"},
      {"event.x || f", "error"},
      {"event.x || event.x", "error"},
      {"t && n", "overload"},
      {"n && t", "overload"},
      {"f && n", "false"},
      {"n && f", "false"},
      {"t || n", "true"},
      {"n || t", "true"},
      {"f || n", "overload"},
      {"n || f", "overload"},
      {"event.x && t && f", "false"},
      {"event.x || f || t", "true"},
      {"(event.x || t) && t", "true"},
      {"!event.x", "error"},
      {"event.x ? t : f", "error"},
      {"t ? t : event.x", "true"},
  };
  for (const Case& one : kCases) {
    INFO(one.source);
    std::string want(one.want);
    if (want == "error") want = kNoKey;
    if (want == "overload")
      want = "error: no such overload: " + std::string(one.source.find("&&") != std::string_view::npos ? "&&" : "||");
    CHECK(world.Run(one.source) == want);
  }
  CHECK(world.Run(kDivision) == "error: division by zero: /");
  // The first error is reported, also when a later one was made and dropped.
  CHECK(world.Run("event.x || (event.y && f)") == "error: no such key: x");
  CHECK(world.Run("event.x && (event.y || t)") == "error: no such key: x");
}

TEST_CASE("macros") {
  World world;
  const Case kCases[] = {
      {"cart.items.exists(i, i.price > 20000.0)", "true"},
      {"cart.items.exists(i, i.price > 30000.0)", "false"},
      {"cart.items.all(i, i.quantity >= 1)", "true"},
      {"cart.items.all(i, i.quantity > 1)", "false"},
      {"cart.items.exists_one(i, i.quantity == 2)", "true"},
      {"cart.items.exists_one(i, i.quantity >= 1)", "false"},
      {"event.exists(k, k == 'price')", "true"},
      {"event.all(k, size(k) > 3)", "true"},
      {"[].exists(x, true)", "false"},
      {"[].all(x, false)", "true"},
      {"[0, 1, 2].exists(x, 2 / x == 2)", "true"},  // the error of 2 / 0 is absorbed
      {"[0, 1, 2].exists(x, 2 / x == 7)", "error: division by zero: /"},
      {"[0, 1, 2].all(x, 2 / x == 7)", "false"},
      {"[1, 2, 0].exists_one(x, 2 / x == 2)", "error: division by zero: /"},
      {"[1, 2].exists(x, [2, 3].exists(y, x == y))", "true"},
      {"[1, 2].all(x, [3, 4].all(x, x > 2))", "true"},  // the inner x hides the outer one
      {"[1].exists(cart, cart == 1)", "true"},          // and a variable
      {"event.price.exists(x, true)", "error: neither a list nor a map"},
  };
  for (const Case& one : kCases) {
    INFO(one.source);
    CHECK(world.Run(one.source) == one.want);
  }
}

TEST_CASE("a variable without a value is an error that can be absorbed") {
  World world;
  world.variables[0] = Value();
  CHECK(world.Run("cart.quantity > 0") == "error: no value for the variable: cart");
  CHECK(world.Run("cart.quantity > 0 || customer.orders == 0") == "true");
  CHECK(world.Run("has(cart.id)") == "error: no value for the variable: cart");
  world.variables.resize(2);
  CHECK(world.Run("event.price > 0") == "error: fewer values than the expression has variables");
  CHECK(world.Run("customer.orders == 0") == "true");
}

TEST_CASE("a program outlives its source and its environment, and may be copied") {
  World world;
  std::optional<Program> copy;
  {
    std::string source = "event.type == 'product_added' && customer.locale.startsWith('ko')";
    Environment environment = world.environment;
    absl::StatusOr<Program> program = Compile(source, environment);
    REQUIRE(program.ok());
    copy = *program;
    source.assign(source.size(), '#');
  }
  CHECK(copy->type().kind == TypeKind::kBool);
  CHECK(copy->Evaluate(world.variables).is_true());
}

}  // namespace cartwheel::cel
