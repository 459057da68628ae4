// Our own format, from good events to each kind of bad one. The messages are part of the interface: they are compared
// whole.
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "tests/catch.h"
#include "tests/unit/formats/read.h"

using namespace cartwheel;

namespace {

TestEvent ReadGood(std::string_view text) {
  CAPTURE(text);
  TestResult result = ReadText(Format::kNative, text);
  for (const Rejection& rejection : result.rejected) UNSCOPED_INFO(rejection.message);
  for (const Warning& warning : result.warnings) UNSCOPED_INFO(Sentence(warning));
  REQUIRE(result.warnings.empty());
  REQUIRE(result.rejected.empty());
  REQUIRE(result.events.size() == 1);
  return result.events[0];
}

Rejection ReadBad(std::string_view text) {
  CAPTURE(text);
  TestResult result = ReadText(Format::kNative, text);
  REQUIRE(result.events.empty());
  REQUIRE(result.rejected.size() == 1);
  CHECK(result.rejected[0].message.find('\n') == std::string::npos);
  return result.rejected[0];
}

void CheckBad(std::string_view text, std::string_view code, std::string_view message) {
  Rejection rejection = ReadBad(text);
  CAPTURE(text);
  CHECK(rejection.code == code);
  CHECK(rejection.message == message);
}

// An event that is taken with one warning.
TestEvent CheckWarned(std::string_view text, std::string_view code, std::string_view sentence) {
  CAPTURE(text);
  TestResult result = ReadText(Format::kNative, text);
  for (const Rejection& rejection : result.rejected) UNSCOPED_INFO(rejection.message);
  REQUIRE(result.events.size() == 1);
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0].code == code);
  CHECK(Sentence(result.warnings[0]) == sentence);
  return result.events[0];
}

// An event of a type with these properties.
std::string With(std::string_view type, std::string_view properties) {
  return fmt::format(R"({{"id":"1","type":"{}","customer":"c","properties":{}}})", type, properties);
}

void CheckProperties(std::string_view type, std::string_view properties, std::string_view json) {
  CHECK(ReadGood(With(type, properties)).json == json);
}

}  // namespace

TEST_CASE("an event with all its members") {
  TestEvent event = ReadGood(
      R"({"id":"e1","type":"product_added","customer":"c1","anonymous_id":"d1","at":"2022-08-01T09:30:00.5+09:00",)"
      R"("properties":{"product_id":"p1","name":"양말 \"두 켤레\"","price":12900,"quantity":2}})");
  CHECK(event.type == EventType::kProductAdded);
  CHECK(event.type_name == "product_added");
  CHECK(event.id == "e1");
  CHECK(event.customer == "c1");
  CHECK(event.anonymous_id == "d1");
  CHECK(event.at_ms == 1659313800500);  // date -d 2022-08-01T00:30:00Z +%s
  CHECK(event.json == R"({"product_id":"p1","name":"양말 \"두 켤레\"","price":12900,"quantity":2})");
}

TEST_CASE("the members of an event may stand in any order") {
  TestEvent event = ReadGood(
      R"({"properties":{"price":"12.50","productId":7},"at":1659313800500,"customer":"c1","type":"product_added"})");
  CHECK(event.type == EventType::kProductAdded);
  CHECK(event.id.empty());
  CHECK(event.at_ms == 1659313800500);
  CHECK(event.json == R"({"price":12.5,"product_id":"7"})");
}

TEST_CASE("a name outside the vocabulary is a custom event") {
  TestEvent event = ReadGood(R"({"type":"quiz_finished","customer":"c","properties":{"price":"high","score":3}})");
  CHECK(event.type == EventType::kCustom);
  CHECK(event.type_name == "quiz_finished");
  CHECK(event.json == R"({"price":"high","score":3})");
}

TEST_CASE("ids may be integers and members null") {
  TestEvent event = ReadGood(R"({"id":18446744073709551615,"type":"x","customer":42,"anonymous_id":null,"at":null})");
  CHECK(event.id == "18446744073709551615");
  CHECK(event.customer == "42");
  CHECK(event.anonymous_id.empty());
  CHECK(event.at_ms == kTestNowMs);
  CHECK(event.json == "{}");
}

TEST_CASE("numbers are exact") {
  TestEvent event = ReadGood(With("x", R"({"a":12.9,"b":-0.0001,"c":12.34567,"d":9007199254740993,"e":1e3,)"
                                       R"("f":18446744073709551615,"g":123456789012345678901234567890})"));
  CHECK(event.Get("a").kind() == Kind::kDecimal);
  CHECK(event.Get("a").decimal() == 129000);
  CHECK(event.Get("b").decimal() == -1);
  CHECK(event.Get("c").kind() == Kind::kDouble);
  CHECK(event.Get("c").real() == 12.34567);
  CHECK(event.Get("d").kind() == Kind::kInt);
  CHECK(event.Get("d").integer() == 9007199254740993);
  CHECK(event.Get("e").decimal() == 10000000);
  CHECK(event.Get("f").kind() == Kind::kUint);
  CHECK(event.Get("g").real() == 123456789012345678901234567890.0);
}

TEST_CASE("nulls are left out of maps and stay in lists") {
  CheckProperties("x", R"({"a":null,"b":{"c":null,"d":[null,1,true,false,"t",{}]}})",
                  R"({"b":{"d":[null,1,true,false,"t",{}]}})");
}

TEST_CASE("prices and quantities may be texts") {
  CheckProperties("product_added", R"({"price":" 12900 ","quantity":"2"})", R"({"price":12900,"quantity":2})");
  CheckProperties("product_added", R"({"price":"12.50","quantity":2.0})", R"({"price":12.5,"quantity":2})");
  CheckProperties("product_added", R"({"price":0,"quantity":0})", R"({"price":0,"quantity":0})");
  CheckProperties("order_completed", R"({"total":"-5.25","products":[{"sku":9,"price":"3"}]})",
                  R"({"total":-5.25,"products":[{"sku":"9","price":3}]})");
  CheckProperties("coupon_applied", R"({"value":"10 %","total":"7"})", R"({"value":"10 %","total":7})");
}

TEST_CASE("known names are mapped, of two the first counts, and an empty id is none") {
  CheckProperties("product_added", R"({"productId":1,"product_id":"2","imageUrl":"u","cartId":"","sku":"s"})",
                  R"({"product_id":"1","image_url":"u","sku":"s"})");
  // Attributes of a customer are the shop's own.
  CheckProperties("identify", R"({"productId":1,"price":"x","cart_id":7})",
                  R"({"productId":1,"price":"x","cart_id":7})");
}

TEST_CASE("one bad record is one error and the rest goes on") {
  std::string good = R"({"id":"good","type":"x","customer":"c"})";
  std::vector<std::string> bad = {"{\"id\":\"utf8\",\"type\":\"\xff\",\"customer\":\"c\"}",
                                  R"({"type":"x" "customer":"c"})", R"({"type":"x","customer":"guest"})",
                                  "{\"id\":\"cut"};
  std::string lines, array = "[";
  for (const std::string& record : bad) {
    lines += good + "\n" + record + "\n";
    if (record != bad.back()) array += good + "," + record + ",";
  }
  TestResult result = ReadText(Format::kNative, lines + good);
  CHECK(result.events.size() == bad.size() + 1);
  REQUIRE(result.rejected.size() == bad.size());
  std::vector<std::string> codes = {"bad_type", "bad_json", "placeholder_id", "bad_json"};
  for (size_t i = 0; i < bad.size(); ++i) {
    CHECK(result.rejected[i].code == codes[i]);
    CHECK(result.rejected[i].record == 2 * i + 1);
  }
  CHECK(result.rejected[0].id == "utf8");

  result = ReadText(Format::kNative, array + good + "," + bad.back());
  CHECK(result.events.size() == bad.size());
  CHECK(result.rejected.size() == bad.size());
}

TEST_CASE("a value that is no JSON is left out of its event") {
  std::string huge = fmt::format(R"({{"id":"huge","type":"x","customer":"c","properties":{{"a":"{}","b":1}}}})",
                                 std::string(1 << 20, 'x'));
  TestResult result =
      ReadText(Format::kNative, huge + "\n" + R"({"id":"n1","type":"x","customer":"c","properties":{"a":NaN,"b":1}})" +
                                    "\n" + With("x", std::string(2000, '[') + std::string(2000, ']')));
  CHECK(result.rejected.empty());
  REQUIRE(result.events.size() == 3);
  for (const Warning& warning : result.warnings) UNSCOPED_INFO(Sentence(warning));
  REQUIRE(result.warnings.size() == 3);
  std::vector<std::string> codes = {"event_bytes_max", "bad_json", "bad_properties"},
                           json = {R"({"b":1})", R"({"b":1})", "{}"};
  for (size_t i = 0; i < 3; ++i) {
    CHECK(result.warnings[i].code == codes[i]);
    CHECK(result.warnings[i].record == i);
    CHECK(result.events[i].json == json[i]);
  }
  CHECK(result.warnings[1].id == "n1");
}

TEST_CASE("records are counted over all chunks") {
  EventReader reader(Format::kNative);
  CHECK(ReadWith(&reader, "{\"type\":\"x\",\"customer\":\"c\"}\n\n{}\n").rejected.at(0).record == 1);
  CHECK(ReadWith(&reader, "{}").rejected.at(0).record == 2);
}

TEST_CASE("what is not JSON") {
  CheckBad("hello", "bad_json", R"(expected a JSON object, found "hello")");
  CheckBad("[{\"type\":\"x\",\"customer\":\"c\"", "bad_json",
           "not JSON: it ends before its closing bracket; expected one whole object");
  CheckBad("[", "bad_json", "nothing stands here: expected an object, or the end of the array");
}

TEST_CASE("syntax errors say where") {
  CheckBad(
      R"({"id":"1","type":"x" "customer":"c"})", "bad_json",
      "not JSON near byte 21: a comma, colon, bracket or value is missing or misplaced; expected one whole object");
  CheckBad(R"({"id":"1","type":"x)", "bad_json", "not JSON: a text is not closed; expected one whole object");
  CheckBad(R"({"id":"1","type":"x")", "bad_json",
           "not JSON: it ends before its closing bracket; expected one whole object");
  CheckBad(R"({"type":"x","customer":"c"} {})", "bad_json",
           "not JSON near byte 28: something follows its closing bracket; expected one whole object");
  CheckBad("{\"type\":\"x\xc3(\",\"customer\":\"c\"}", "bad_type", "type is \"x\xef\xbf\xbd(\": expected text");
}

TEST_CASE("a record with a piece of another one inside is none, also where the piece would be left out") {
  constexpr std::string_view kProblem =
      "not JSON near byte {}: a comma, colon, bracket or value is missing or misplaced; expected one whole object";
  CheckBad(R"({"id":"1","type":"x": 7,"customer":"c"})", "bad_json", fmt::format(kProblem, 20));
  CheckBad(R"({"type":"x","customer":"c","properties":{"a":["b":1]}})", "bad_json", fmt::format(kProblem, 49));
}

TEST_CASE("what is no JSON where brackets and texts are whole") {
  const std::string_view value = "expected a number, text, true, false, null, an object or a list";
  const std::string_view text = "expected text in UTF-8 with whole characters";
  CheckWarned(With("x", R"({"a":"\q"})"), "bad_text", fmt::format(R"(properties.a is "\\q": {})", text));
  CheckWarned(With("x", R"({"a":"\ud83d"})"), "bad_text", fmt::format(R"(properties.a is "\\ud83d": {})", text));
  CHECK(CheckWarned(
            With("x", "{\"a\":\"1\t2\"}"), "control_character",
            "properties.a is \"1\\t2\": expected control characters as escapes such as \\n; it was taken as it stands")
            .json == R"({"a":"1\t2"})");
  CHECK(CheckWarned(With("x", R"({"a":[1,-Infinity,2]})"), "bad_json",
                    fmt::format("properties.a[1] is -Infinity: {}", value))
            .json == R"({"a":[1,null,2]})");
  CheckWarned(With("product_added", R"({"price":NaN})"), "bad_price",
              "properties.price is NaN: expected a number such as 12900 or \"12.50\"");
  CheckWarned(With("x", R"({"a":1e999})"), "bad_json", fmt::format("properties.a is 1e999: {}", value));
  CheckWarned(With("x", R"({"a":012})"), "bad_json", fmt::format("properties.a is 012: {}", value));
  CHECK(CheckWarned(R"({"type":"x","type":"y","customer":"c"})", "duplicate_key",
                    "type is there twice: expected it once; the first counts")
            .type_name == "x");
}

TEST_CASE("unknown members name the nearest one") {
  constexpr std::string_view kMembers = "id, type, customer, anonymous_id, at, sent_at, received_at, properties";
  CheckWarned(R"({"type":"x","customer":"c","custmer":"d"})", "unknown_key",
              fmt::format(R"(custmer is "d": expected no such member, but {}; did you mean "customer"?)", kMembers));
  CheckWarned(R"({"type":"x","customer":"c","zzz":[1]})", "unknown_key",
              fmt::format("zzz is a list: expected no such member, but {}", kMembers));
  CheckBad(R"({"type":"x","custmer":"c"})", "missing_customer",
           fmt::format("neither customer nor anonymous_id is given: expected at least one (custmer is \"c\": expected "
                       "no such member, but {}; "
                       "did you mean \"customer\"?)",
                       kMembers));
}

TEST_CASE("types") {
  CheckBad(R"({"customer":"c"})", "missing_type", R"(type is missing: expected a name such as "product_added")");
  CheckBad(R"({"type":"","customer":"c"})", "missing_type",
           R"(type is missing: expected a name such as "product_added")");
  CheckBad(R"({"type":5,"customer":"c"})", "bad_type", "type is 5: expected text");
  CheckBad(R"({"type":"receipt","customer":"c"})", "reserved_type",
           R"(type "receipt" is made by the engine itself: expected another name)");
  CheckBad(R"({"type":"cart_expired","customer":"c"})", "reserved_type",
           R"(type "cart_expired" is made by the engine itself: expected another name)");
  std::string name(65, 't');
  TestEvent hashed =
      CheckWarned(fmt::format(R"({{"type":"{}","customer":"c"}})", name), "type_bytes_max",
                  fmt::format("type is \"{}…\": expected at most 64 bytes (type_bytes_max); its hash stands for it",
                              name.substr(1)));
  CHECK(hashed.type == EventType::kCustom);
  CHECK(hashed.type_name.size() == 32);
  CHECK(ReadGood(fmt::format(R"({{"type":"{}","customer":"c"}})", name.substr(1))).type_name.size() == 64);
}

TEST_CASE("somebody must be named") {
  CheckBad(R"({"type":"x"})", "missing_customer", "neither customer nor anonymous_id is given: expected at least one");
  CheckBad(R"({"type":"x","customer":null})", "missing_customer",
           "neither customer nor anonymous_id is given: expected at least one");
  CheckBad(R"({"type":"x","customer":1.5})", "bad_id", "customer is 1.5: expected text or an integer");
  CheckBad(R"({"type":"x","customer":["c"]})", "bad_id", "customer is a list: expected text or an integer");
  CheckWarned(R"({"type":"x","customer":["c"],"anonymous_id":"d"})", "bad_id",
              "customer is a list: expected text or an integer");
  CHECK(CheckWarned(R"({"type":"alias","anonymous_id":"d","properties":{"previous_id":"b"}})", "bad_previous_id",
                    R"(properties.previous_id is "b": expected a customer, to whom that id belongs)")
            .json == "{}");
  std::string id(257, 'i');
  CheckBad(fmt::format(R"({{"type":"x","customer":"{}"}})", id), "id_bytes_max",
           fmt::format("customer \"{}…\" has 257 bytes: id_bytes_max is 256", id.substr(0, 64)));
  TestEvent event =
      CheckWarned(fmt::format(R"({{"type":"x","id":"{}","anonymous_id":"d"}})", id), "id_bytes_max",
                  fmt::format("id is \"{}…\": expected at most 256 bytes (id_bytes_max); its hash stands for it",
                              id.substr(0, 64)));
  CHECK(event.id.size() == 32);
  CHECK(ReadText(Format::kNative, fmt::format(R"({{"type":"y","id":"{}","anonymous_id":"d"}})", id)).events[0].id ==
        event.id);
  // A withdrawal may name an address alone.
  TestEvent withdrawal =
      ReadGood(R"({"type":"endpoint_removed","properties":{"channel":"sms","address":"+821012345678"}})");
  CHECK(withdrawal.customer.empty());
  CHECK(withdrawal.anonymous_id.empty());
  CHECK(ReadBad(R"({"type":"endpoint_removed","properties":{"channel":"sms"}})").code == "missing_customer");
  CHECK(ReadBad(R"({"type":"endpoint_added","properties":{"channel":"sms","address":"+821012345678"}})").code ==
        "missing_customer");
}

TEST_CASE("ids are compared without white space around them") {
  TestEvent event = ReadGood(
      "{\"type\":\"product_added\",\"id\":\" e1\\n\",\"customer\":\"\\tc 1 \",\"anonymous_id\":\"\xc2\xa0"
      "d\xe3\x80\x80\",\"properties\":{\"product_id\":\" p\",\"cart_id\":\"k \"}}");
  CHECK(event.id == "e1");
  CHECK(event.customer == "c 1");
  CHECK(event.anonymous_id == "d");
  CHECK(event.json == R"({"product_id":"p","cart_id":"k"})");
}

TEST_CASE("placeholders are nobody") {
  for (std::string_view id : {"", "0", "-1", "null", "undefined", "guest", "anonymous", "none", "nil", "unknown", "nan",
                              "[object Object]", "00000000-0000-0000-0000-000000000000", " GUEST ", "NaN"}) {
    CAPTURE(id);
    CheckBad(fmt::format(R"({{"type":"x","customer":"{}"}})", id), "placeholder_id",
             fmt::format("customer \"{}\" is a placeholder: expected an id of its own, or none",
                         id == " GUEST " ? "GUEST" : id));
    CheckBad(fmt::format(R"({{"type":"x","anonymous_id":"{}"}})", id), "placeholder_id",
             fmt::format("anonymous_id \"{}\" is a placeholder: expected an id of its own, or none",
                         id == " GUEST " ? "GUEST" : id));
    // Beside a real id a placeholder is dropped…
    CHECK(ReadGood(fmt::format(R"({{"type":"x","customer":"{}","anonymous_id":"d"}})", id)).customer.empty());
    CHECK(
        ReadGood(fmt::format(R"({{"type":"identify","customer":"c","anonymous_id":"{}"}})", id)).anonymous_id.empty());
    // …but never merged into.
    CHECK(ReadBad(fmt::format(R"({{"type":"identify","customer":"{}","anonymous_id":"d"}})", id)).code ==
          "placeholder_id");
    TestResult alias = ReadText(Format::kNative, With("alias", fmt::format(R"({{"previous_id":"{}"}})", id)));
    REQUIRE(alias.warnings.size() == 1);
    CHECK(alias.warnings[0].code == (id.empty() ? "missing_previous_id" : "bad_previous_id"));
    CHECK(alias.events.at(0).json == "{}");
  }
  CHECK(ReadBad(R"({"type":"x","customer":0})").code == "placeholder_id");
  CHECK(ReadBad(R"({"type":"x","customer":-1})").code == "placeholder_id");
  CHECK(ReadGood(R"({"type":"x","customer":"10"})").customer == "10");
}

TEST_CASE("an event's id is not a placeholder that would make all others duplicates") {
  CHECK(CheckWarned(R"({"type":"x","id":"undefined","customer":"c"})", "placeholder_id",
                    R"(id is "undefined": expected an id of its own, or none)")
            .id.empty());
  CHECK(CheckWarned(R"({"type":"x","id":[1],"customer":"c"})", "bad_id", "id is a list: expected text or an integer")
            .id.empty());
  CHECK(ReadGood(R"({"type":"x","id":0,"customer":"c"})").id == "0");
  CHECK(ReadGood(R"({"type":"x","id":"","customer":"c"})").id.empty());
}

TEST_CASE("instants that cannot be read") {
  const std::string_view expected =
      "expected ISO 8601 such as \"2022-08-01T09:30:00Z\", or the seconds or milliseconds since 1970";
  for (auto [at, shown] : {std::pair{R"("yesterday")", R"("yesterday")"},
                           {R"("2022-02-30")", R"("2022-02-30")"},
                           {"12345", "12345"},
                           {"true", "true"},
                           {"-5", "-5"},
                           {R"("")", R"("")"},
                           {"[]", "a list"},
                           {"{}", "an object"},
                           {"NaN", "NaN"}}) {
    TestEvent event = CheckWarned(fmt::format(R"({{"type":"x","customer":"c","at":{}}})", at), "bad_at",
                                  fmt::format("at is {}: {}", shown, expected));
    CHECK(event.undated);
    CHECK(event.at_ms == kTestNowMs);
  }
}

TEST_CASE("properties of the wrong shape") {
  const std::string_view amount = "expected a number such as 12900 or \"12.50\"",
                         quantity = "expected a number such as 2 or 0.5";
  auto left = [](std::string_view type, std::string_view properties, std::string_view code, std::string_view sentence,
                 std::string_view json) { CHECK(CheckWarned(With(type, properties), code, sentence).json == json); };
  left("x", "[1]", "bad_properties", "properties is a list: expected an object", "{}");
  left("x", "7", "bad_properties", "properties is 7: expected an object", "{}");
  CheckProperties("x", "[]", "{}");
  CheckProperties("x", "null", "{}");
  left("product_added", R"({"price":"free","name":"n"})", "bad_price",
       fmt::format(R"(properties.price is "free": {})", amount), R"({"name":"n"})");
  left("product_added", R"({"price":"NaN"})", "bad_price", fmt::format(R"(properties.price is "NaN": {})", amount),
       "{}");
  left("product_added", R"({"price":1e300})", "bad_price", fmt::format("properties.price is 1e300: {}", amount), "{}");
  left("product_added", R"({"price":{"amount":1}})", "bad_price",
       fmt::format("properties.price is an object: {}", amount), "{}");
  left("product_added", R"({"quantity":"two"})", "bad_quantity",
       fmt::format(R"(properties.quantity is "two": {})", quantity), "{}");
  CheckProperties("product_added", R"({"price":-0.01,"quantity":1.5})", R"({"price":-0.01,"quantity":1.5})");
  CheckProperties("product_removed", R"({"quantity":"-1"})", R"({"quantity":-1})");
  CheckProperties("product_added", R"({"quantity":0.333333})", R"({"quantity":0.3333})");
  left("cart_updated", R"({"products":[{"price":1},{"price":true}]})", "bad_price",
       fmt::format("properties.products[1].price is true: {}", amount), R"({"products":[{"price":1},{}]})");
  left("order_completed", R"({"revenue":"a lot","order_id":1001.0})", "bad_value",
       fmt::format(R"(properties.revenue is "a lot": {})", amount), R"({"order_id":"1001"})");
  left("product_added", R"({"product_id":[1]})", "bad_id",
       "properties.product_id is a list: expected text or an integer", "{}");
  left("product_added", R"({"cart_id":1.5})", "bad_id", "properties.cart_id is 1.5: expected text or an integer", "{}");
  left("product_added", R"({"name":[1],"price":2})", "bad_text", "properties.name is a list: expected text",
       R"({"price":2})");
  CheckProperties("product_added", R"({"name":501})", R"({"name":"501"})");
  const std::string long_id(257, 'c');
  left("product_added", fmt::format(R"({{"cart_id":"{}"}})", long_id), "id_bytes_max",
       fmt::format("properties.cart_id is \"{}…\": expected at most 256 bytes (id_bytes_max)", long_id.substr(0, 64)),
       "{}");
  CHECK(CheckWarned(
            With("order_completed", fmt::format(R"({{"order_id":"{}"}})", long_id)), "id_bytes_max",
            fmt::format(
                "properties.order_id is \"{}…\": expected at most 256 bytes (id_bytes_max); its hash stands for it",
                long_id.substr(0, 64)))
            .Get("order_id")
            .text()
            .size() == 32);
}

TEST_CASE("products in other shapes than a list of objects") {
  CheckProperties("order_completed", R"({"products":{"product_id":7,"price":"3"}})",
                  R"({"products":[{"product_id":"7","price":3}]})");
  CheckProperties("order_completed", R"({"products":{"0":{"sku":"a"},"2":{"sku":"b"}}})",
                  R"({"products":[{"sku":"a"},{"sku":"b"}]})");
  CheckProperties("cart_updated", R"({"products":{}})", R"({"products":[]})");
  CheckProperties("order_completed", R"({"products":"[{\"sku\":\"a\"}]"})", R"({"products":[{"sku":"a"}]})");
  CHECK(CheckWarned(With("order_completed", R"({"products":{"a":1}})"), "bad_products",
                    "properties.products is an object: expected a list of objects")
            .json == "{}");
  CHECK(CheckWarned(With("order_completed", R"({"products":[{"sku":"a"},null]})"), "bad_products",
                    "properties.products[1] is null: expected an object")
            .json == R"({"products":[{"sku":"a"},{}]})");
  CHECK(CheckWarned(With("order_completed", R"({"products":["p1"]})"), "bad_products",
                    R"(properties.products[0] is "p1": expected an object)")
            .json == R"({"products":[{}]})");
}

TEST_CASE("other systems' names of what the core reads") {
  CheckProperties("order_completed",
                  R"({"transaction_id":"T1","items":[{"item_id":"p","item_name":"n","item_price":"5","quantity":1}]})",
                  R"({"order_id":"T1","products":[{"product_id":"p","name":"n","price":5,"quantity":1}]})");
  CheckProperties("order_completed", R"({"contents":[{"id":7,"qty":2}]})",
                  R"({"products":[{"product_id":"7","quantity":2}]})");
  CheckProperties("order_completed", R"({"products":[{"id":"mongo","product_id":"p"}]})",
                  R"({"products":[{"product_id":"p"}]})");
  CheckProperties("product_added", R"({"transaction_id":"T1","id":"x"})", R"({"transaction_id":"T1","id":"x"})");
  CheckProperties("quiz", R"({"items":[1]})", R"({"items":[1]})");
}

TEST_CASE("nesting is bounded") {
  auto nested = [](int lists) {
    return With("x", fmt::format(R"({{"a":{}1{},"b":2}})", std::string(lists, '['), std::string(lists, ']')));
  };
  CHECK(ReadGood(nested(11)).Get("b").integer() == 2);  // twelve levels with the properties themselves
  CHECK(CheckWarned(nested(12), "event_depth_max",
                    "properties.a is a list: expected at most 12 levels of lists and objects (event_depth_max)")
            .json == R"({"b":2})");
  CHECK(CheckWarned(nested(100'000), "event_depth_max",
                    "properties.a is a list: expected at most 12 levels of lists and objects (event_depth_max)")
            .json == R"({"b":2})");
}

TEST_CASE("the text of an event is bounded: the largest that the core does not read goes first") {
  std::string frame = With("x", R"({"a":""})");
  CHECK(ReadGood(With("x", fmt::format(R"({{"a":"{}"}})", std::string(kEventBytesMax - frame.size(), 'x'))))
            .Get("a")
            .text()
            .size() == kEventBytesMax - frame.size());
  const std::string large(kEventBytesMax / 2, 'l'), larger(kEventBytesMax / 2 + 10, 'r');
  TestEvent event = CheckWarned(
      With("order_completed",
           fmt::format(R"({{"note":"{}","coupon":"{}","products":[{{"name":"{}"}}]}})", "short", larger, large + "ll")),
      "event_bytes_max",
      fmt::format("properties.coupon is \"{}…\": expected an event of at most 262144 bytes (event_bytes_max)",
                  larger.substr(0, 64)));
  CHECK(event.Get("coupon").is_absent());
  CHECK(event.Get("note").text() == "short");
  CHECK(event.Get("products").size() == 1);
}

TEST_CASE("endpoints and aliases without what they need do nothing") {
  CHECK(ReadGood(With("endpoint_added", R"({"channel":"sms","address":"+821012345678"})")).json ==
        R"({"channel":"sms","address":"+821012345678"})");
  CHECK(ReadGood(With("endpoint_removed", R"({"channel":"sms","address":821012345678})")).json ==
        R"({"channel":"sms","address":"821012345678"})");
  CheckWarned(
      With("endpoint_added", R"({"address":"x"})"), "missing_channel",
      R"(properties.channel is missing: expected the name of a channel such as "web_push": endpoint_added does nothing without it)");
  CHECK(CheckWarned(With("endpoint_removed", R"({"channel":"sms","address":[7]})"), "bad_text",
                    "properties.address is a list: expected text")
            .json == R"({"channel":"sms"})");
  CHECK(CheckWarned(With("endpoint_added", R"({"channel":"sms","address":" "})"), "missing_address",
                    "properties.address is missing: expected the customer's address on that channel, as text: "
                    "endpoint_added does nothing without it")
            .json == R"({"channel":"sms"})");
  CheckWarned(With("endpoint_added", fmt::format(R"({{"channel":"sms","address":"{}"}})", std::string(4097, '1'))),
              "address_bytes_max",
              fmt::format("properties.address is \"{}…\": expected at most 4096 bytes", std::string(64, '1')));
  CHECK(ReadGood(With("alias", R"({"previousId":12})")).json == R"({"previous_id":"12"})");
  CheckWarned(
      With("alias", "{}"), "missing_previous_id",
      "properties.previous_id is missing: expected the id that the customer had before: alias does nothing without it");
}

TEST_CASE("nothing may stand beside a text, a number or a word") {
  for (std::string_view text :
       {R"({"type":"x"y,"customer":"c"})", R"({"type"z:"x","customer":"c"})", R"({"type":"x","customer":"c""d"})",
        R"({"type":"x","customer":"c"}})", R"({"type":"x","customer":"c","properties":{"a":"1" "b"}})"}) {
    CAPTURE(text);
    CHECK(ReadBad(text).code == "bad_json");
  }
  for (std::string_view word : {"12abc", "true1", "12 13", "None", "+5", ".5", "0x10", "undefined"}) {
    CAPTURE(word);
    TestResult result = ReadText(Format::kNative, With("x", fmt::format(R"({{"a":{},"b":1}})", word)));
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0].code == "bad_json");
    CHECK(result.events.at(0).json == R"({"b":1})");
  }
}
