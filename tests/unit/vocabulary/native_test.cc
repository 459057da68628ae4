// Our own format, from good events to each kind of bad one. The messages are part of the interface: they are compared
// whole.
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "tests/catch.h"
#include "tests/unit/vocabulary/read.h"

using namespace cartwheel;

namespace {

TestEvent ReadGood(std::string_view text) {
  CAPTURE(text);
  TestResult result = ReadText(Format::kNative, text);
  for (const Rejection& rejection : result.rejected) UNSCOPED_INFO(rejection.message);
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
  std::string huge =
      fmt::format(R"({{"id":"huge","type":"x","customer":"c","properties":{{"a":"{}"}}}})", std::string(1 << 20, 'x'));
  std::string good = R"({"id":"good","type":"x","customer":"c"})";
  std::vector<std::string> bad = {huge, R"({"id":"nan","type":"x","customer":"c","properties":{"a":NaN}})",
                                  "{\"id\":\"utf8\",\"type\":\"\xff\",\"customer\":\"c\"}",
                                  With("x", std::string(2000, '[') + std::string(2000, ']')), "{\"id\":\"cut"};
  std::string lines, array = "[";
  for (const std::string& record : bad) {
    lines += good + "\n" + record + "\n";
    if (record != bad.back()) array += good + "," + record + ",";
  }
  TestResult result = ReadText(Format::kNative, lines + good);
  CHECK(result.events.size() == bad.size() + 1);
  REQUIRE(result.rejected.size() == bad.size());
  std::vector<std::string> codes = {"event_bytes_max", "bad_json", "invalid_utf8", "bad_properties", "bad_json"};
  for (size_t i = 0; i < bad.size(); ++i) {
    CHECK(result.rejected[i].code == codes[i]);
    CHECK(result.rejected[i].record == 2 * i + 1);
  }
  CHECK(result.rejected[1].id == "nan");

  result = ReadText(Format::kNative, array + good + "," + bad.back());
  CHECK(result.events.size() == bad.size());
  CHECK(result.rejected.size() == bad.size());
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
  CheckBad(With("x", R"({"a":"\q"})"), "bad_json",
           "not JSON near byte 58: an escape in a text is not one of JSON's; expected one whole object");
  CheckBad(With("x", "{\"a\":\"\t\"}"), "bad_json",
           "not JSON: a control character stands in a text without an escape such as \\n; expected one whole object");
  CheckBad(With("x", R"({"a":[1,-Infinity]})"), "bad_json",
           R"("-Infinity" is not a JSON number that a double can hold)");
  CheckBad(
      With("x", R"({"a":[1,NaN]})"), "bad_json",
      "properties.a[1] is NaN, which is not JSON: expected a number, text, true, false, null, an object or an array");
  CheckBad(
      With("product_added", R"({"price":NaN})"), "bad_json",
      "properties.price is NaN, which is not JSON: expected a number, text, true, false, null, an object or an array");
  CheckBad(With("x", R"({"a":1e999})"), "bad_json", R"("1e999" is not a JSON number that a double can hold)");
  CheckBad(With("x", R"({"a":012})"), "bad_json", R"("012" is not a JSON number that a double can hold)");
  CheckBad(R"({"type":"x","type":"y","customer":"c"})", "bad_json", R"("type" stands twice: expected it once)");
  CheckBad("{\"type\":\"x\xc3(\",\"customer\":\"c\"}", "invalid_utf8",
           "byte 10 (0xc3) is not UTF-8: expected JSON in UTF-8");
}

TEST_CASE("unknown members name the nearest one") {
  CheckBad(
      R"({"type":"x","custmer":"c"})", "unknown_key",
      R"(an event has no "custmer": expected id, type, customer, anonymous_id, at, properties; did you mean "customer"?)");
  CheckBad(R"({"type":"x","zzz":"c"})", "unknown_key",
           R"(an event has no "zzz": expected id, type, customer, anonymous_id, at, properties)");
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
  CheckBad(fmt::format(R"({{"type":"{}","customer":"c"}})", name), "type_bytes_max",
           fmt::format("type \"{}…\" has 65 bytes: type_bytes_max is 64", name.substr(1)));
  CHECK(ReadGood(fmt::format(R"({{"type":"{}","customer":"c"}})", name.substr(1))).type_name.size() == 64);
}

TEST_CASE("somebody must be named") {
  CheckBad(R"({"type":"x"})", "missing_customer", "neither customer nor anonymous_id is given: expected at least one");
  CheckBad(R"({"type":"x","customer":null})", "missing_customer",
           "neither customer nor anonymous_id is given: expected at least one");
  CheckBad(R"({"type":"x","customer":1.5})", "bad_id", "customer is 1.5: expected text or an integer");
  CheckBad(R"({"type":"x","customer":["c"]})", "bad_id", "customer is a list: expected text or an integer");
  CheckBad(R"({"type":"alias","anonymous_id":"d","properties":{"previous_id":"b"}})", "missing_customer",
           "customer is missing: alias needs the id to which previous_id belongs");
  std::string id(257, 'i');
  CheckBad(fmt::format(R"({{"type":"x","customer":"{}"}})", id), "id_bytes_max",
           fmt::format("customer \"{}…\" has 257 bytes: id_bytes_max is 256", id.substr(0, 64)));
  CheckBad(fmt::format(R"({{"type":"x","id":"{}","anonymous_id":"d"}})", id), "id_bytes_max",
           fmt::format("id \"{}…\" has 257 bytes: id_bytes_max is 256", id.substr(0, 64)));
}

TEST_CASE("placeholders are nobody") {
  for (std::string_view id : {"", "0", "-1", "null", "undefined", "guest", "anonymous", "none", "nil", "unknown", "nan",
                              "[object Object]", "00000000-0000-0000-0000-000000000000", " GUEST ", "NaN"}) {
    CAPTURE(id);
    CheckBad(fmt::format(R"({{"type":"x","customer":"{}"}})", id), "placeholder_id",
             fmt::format("customer \"{}\" is a placeholder: expected an id of its own, or none", id));
    CheckBad(fmt::format(R"({{"type":"x","anonymous_id":"{}"}})", id), "placeholder_id",
             fmt::format("anonymous_id \"{}\" is a placeholder: expected an id of its own, or none", id));
    // Beside a real id a placeholder is dropped…
    CHECK(ReadGood(fmt::format(R"({{"type":"x","customer":"{}","anonymous_id":"d"}})", id)).customer.empty());
    CHECK(
        ReadGood(fmt::format(R"({{"type":"identify","customer":"c","anonymous_id":"{}"}})", id)).anonymous_id.empty());
    // …but never merged into.
    CHECK(ReadBad(fmt::format(R"({{"type":"identify","customer":"{}","anonymous_id":"d"}})", id)).code ==
          "placeholder_id");
    CHECK(ReadBad(With("alias", fmt::format(R"({{"previous_id":"{}"}})", id))).code ==
          (id.empty() ? "missing_previous_id" : "placeholder_id"));
  }
  CHECK(ReadBad(R"({"type":"x","customer":0})").code == "placeholder_id");
  CHECK(ReadBad(R"({"type":"x","customer":-1})").code == "placeholder_id");
  CHECK(ReadGood(R"({"type":"x","customer":"10"})").customer == "10");
}

TEST_CASE("an event's id is not a placeholder that would make all others duplicates") {
  CheckBad(R"({"type":"x","id":"undefined","customer":"c"})", "placeholder_id",
           R"(id "undefined" is a placeholder: expected an id of its own, or none)");
  CHECK(ReadGood(R"({"type":"x","id":0,"customer":"c"})").id == "0");
  CHECK(ReadGood(R"({"type":"x","id":"","customer":"c"})").id.empty());
}

TEST_CASE("instants") {
  CheckBad(R"({"type":"x","customer":"c","at":"yesterday"})", "bad_at",
           R"(at "yesterday" is not a time: expected ISO 8601 such as "2022-08-01T09:30:00Z", or epoch milliseconds)");
  CheckBad(R"({"type":"x","customer":"c","at":"2022-02-30"})", "bad_at",
           R"(at "2022-02-30" is not a time: expected ISO 8601 such as "2022-08-01T09:30:00Z", or epoch milliseconds)");
  CheckBad(R"({"type":"x","customer":"c","at":1659313800})", "bad_at",
           "at 1659313800 looks like seconds: expected epoch milliseconds such as 1659346200000, or ISO 8601 text");
  CheckBad(R"({"type":"x","customer":"c","at":1659313800000.5})", "bad_at",
           "at is 1659313800000.5: expected whole epoch milliseconds, or ISO 8601 text");
  CheckBad(R"({"type":"x","customer":"c","at":true})", "bad_at",
           "at is true: expected ISO 8601 text, or epoch milliseconds");
  // An hour ahead is a clock that is wrong, a millisecond more is an error.
  CHECK(ReadGood(R"({"type":"x","customer":"c","at":1700003600000})").at_ms == 1700003600000);
  CheckBad(R"({"type":"x","customer":"c","at":1700003600001})", "future",
           "at 2023-11-14T23:13:20.001Z lies over 1h ahead of now, 2023-11-14T22:13:20Z: expected the time when it "
           "happened");
}

TEST_CASE("properties of the wrong shape") {
  CheckBad(With("x", "[1]"), "bad_properties", "properties is a list: expected an object");
  CheckBad(With("product_added", R"({"price":"12,900"})"), "bad_price",
           R"(properties.price is "12,900": expected a number of at least 0 such as 12900 or "12.50")");
  CheckBad(With("product_added", R"({"price":"NaN"})"), "bad_price",
           R"(properties.price is "NaN": expected a number of at least 0 such as 12900 or "12.50")");
  CheckBad(With("product_added", R"({"price":-0.01})"), "bad_price",
           R"(properties.price is -0.01: expected a number of at least 0 such as 12900 or "12.50")");
  CheckBad(With("product_added", R"({"price":1e300})"), "bad_price",
           R"(properties.price is 1e300: expected a number of at least 0 such as 12900 or "12.50")");
  CheckBad(With("product_added", R"({"price":{"amount":1}})"), "bad_price",
           R"(properties.price is an object: expected a number of at least 0 such as 12900 or "12.50")");
  CheckBad(With("product_added", R"({"quantity":1.5})"), "bad_quantity",
           "properties.quantity is 1.5: expected a whole number of at least 0");
  CheckBad(With("product_removed", R"({"quantity":"-1"})"), "bad_quantity",
           R"(properties.quantity is "-1": expected a whole number of at least 0)");
  CheckBad(With("cart_updated", R"({"products":[{"price":1},{"price":true}]})"), "bad_price",
           R"(properties.products[1].price is true: expected a number of at least 0 such as 12900 or "12.50")");
  CheckBad(With("order_completed", R"({"revenue":"a lot"})"), "bad_value",
           R"(properties.revenue is "a lot": expected a number such as 12900 or "12.50")");
  CheckBad(With("order_completed", R"({"products":{"a":1}})"), "bad_products",
           "properties.products is an object: expected a list of objects");
  CheckBad(With("order_completed", R"({"products":["p1"]})"), "bad_products",
           R"(properties.products[0] is "p1": expected an object)");
  CheckBad(With("product_added", R"({"product_id":[1]})"), "bad_id",
           "properties.product_id is a list: expected text or an integer");
  CheckBad(With("product_added", R"({"cart_id":1.5})"), "bad_id",
           "properties.cart_id is 1.5: expected text or an integer");
  CheckBad(With("product_added", fmt::format(R"({{"cart_id":"{}"}})", std::string(257, 'c'))), "id_bytes_max",
           fmt::format("properties.cart_id \"{}…\" has 257 bytes: id_bytes_max is 256", std::string(64, 'c')));
}

TEST_CASE("nesting is bounded") {
  auto nested = [](int lists) {
    return With("x", fmt::format(R"({{"a":{}1{}}})", std::string(lists, '['), std::string(lists, ']')));
  };
  CHECK(ReadText(Format::kNative, nested(11)).events.size() == 1);  // twelve levels with the properties themselves
  CheckBad(nested(12), "event_depth_max",
           "properties.a[0][0][0][0][0][0][0][0][0][0][0] lies deeper than event_depth_max, which is 12 levels");
}

TEST_CASE("the text of an event is bounded") {
  std::string frame = With("x", R"({"a":""})");
  auto sized = [&](size_t bytes) {
    return With("x", fmt::format(R"({{"a":"{}"}})", std::string(bytes - frame.size(), 'x')));
  };
  CHECK(ReadText(Format::kNative, sized(kEventBytesMax)).events.size() == 1);
  CheckBad(sized(kEventBytesMax + 1), "event_bytes_max", "the event has 262145 bytes: event_bytes_max is 262144");
}

TEST_CASE("endpoints and aliases need their properties") {
  CHECK(ReadGood(With("endpoint_added", R"({"channel":"sms","address":"+821012345678"})")).json ==
        R"({"channel":"sms","address":"+821012345678"})");
  CheckBad(With("endpoint_added", R"({"address":"x"})"), "missing_channel",
           R"(properties.channel is missing: endpoint_added needs the name of a channel such as "web_push")");
  CheckBad(With("endpoint_removed", R"({"channel":"sms","address":7})"), "missing_address",
           "properties.address is not text: endpoint_removed needs the customer's address on that channel, as text");
  CheckBad(With("endpoint_added", R"({"channel":"sms","address":" "})"), "missing_address",
           "properties.address is empty: endpoint_added needs the customer's address on that channel, as text");
  CheckBad(With("endpoint_added", fmt::format(R"({{"channel":"sms","address":"{}"}})", std::string(4097, '1'))),
           "address_bytes_max", "properties.address has 4097 bytes: address_bytes_max is 4096");
  CHECK(ReadGood(With("alias", R"({"previousId":12})")).json == R"({"previous_id":"12"})");
  CheckBad(With("alias", "{}"), "missing_previous_id",
           "properties.previous_id is missing: alias needs the id that the customer had before");
}

TEST_CASE("nothing may stand beside a text, a number or a word") {
  for (std::string_view text : {R"({"type":"x"y,"customer":"c"})", R"({"type"z:"x","customer":"c"})",
                                R"({"type":"x","customer":"c""d"})", R"({"type":"x","customer":"c"}})",
                                R"({"type":"x","customer":"c","properties":{"a":"1" "b"}})",
                                R"({"type":"x","customer":"c","properties":{"a":12abc}})",
                                R"({"type":"x","customer":"c","properties":{"a":true1}})"}) {
    CAPTURE(text);
    CHECK(ReadBad(text).code == "bad_json");
  }
}
