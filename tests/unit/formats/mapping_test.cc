// The language of mappings: what a document says, and what is wrong with one.
#include "base/status.h"
#include "formats/mapper.h"
#include "tests/catch.h"
#include "tests/unit/formats/read.h"

using namespace cartwheel;
using namespace cartwheel::formats;

namespace {

// The events of a record by a document, one JSON object each; problems as "code: message".
std::vector<std::string> Made(std::string_view document, std::string_view record) {
  auto mapping = ReadMapping(document);
  INFO(mapping.status().ToString());
  REQUIRE(mapping.ok());
  Mapper mapper(**mapping);
  std::vector<MappedEvent> events;
  std::vector<Problem> problems;
  mapper.Map(record, &events, &problems);
  std::vector<std::string> made;
  for (const MappedEvent& event : events) made.push_back(event.json);
  for (const Problem& problem : problems) made.push_back(problem.code + ": " + problem.message);
  return made;
}

// {"mapping": 1, "rules": [{"type": "t", "properties": {"p": SOURCE}}]} of a record: the property; "-": absent.
std::string Property(const std::string& source, std::string_view record) {
  const auto made = Made(R"({"mapping": 1, "rules": [{"type": "t", "properties": {"p": )" + source + "}}]}", record);
  REQUIRE(made.size() == 1);
  constexpr std::string_view kBefore = R"({"type":"t","properties":{)";
  REQUIRE(made[0].starts_with(kBefore));
  const std::string rest = made[0].substr(kBefore.size());
  return rest == "}}" ? "-" : rest.substr(4, rest.size() - 6);
}

}  // namespace

TEST_CASE("mapping: paths") {
  constexpr char kRecord[] =
      R"({"a": {"b": 12.50, "d.e": 1, "list": [{"k": "x", "v": 1}, {"k": "y", "v": "2"}], "keyed": {"1": {"v": 3}, "2": {"v": 4}},
    "one": {"v": 5}, "text": "p, q", "json": "{\"in\": [7]}", "null": null, "empty": "", "odd": NaN, "half": "\ud800"}})";
  struct Row {
    const char *path, *value;
  };
  for (const Row& row :
       {Row{"a.b", "12.50"}, Row{"a['d.e']", "1"}, Row{"a.list[1].v", "\"2\""}, Row{"a.list[].k", "\"x\""},
        Row{"a.list[k=y].v", "\"2\""}, Row{"a.list[k=z].v", "-"}, Row{"a.list[2].v", "-"}, Row{"a.keyed[].v", "3"},
        Row{"a.one[].v", "5"}, Row{"a.text[]", "\"p\""}, Row{"a.json.in[0]", "7"}, Row{"a.null", "-"},
        Row{"a.empty", "-"}, Row{"a.odd", "NaN"}, Row{"a.half", "\"\\ud800\""}, Row{"b", "-"}, Row{"a.b.c", "-"},
        Row{"^.a", "-"}}) {
    CAPTURE(row.path);
    CHECK(Property(std::string("\"") + row.path + "\"", kRecord) == row.value);
  }
  for (const char* path : {"", "a.", ".a", "a..b", "a[", "a[x]", "a[=1]", "a['b", "a[0]b", "a[1234567]"}) {
    CAPTURE(path);
    MappingPath parsed;
    CHECK(absl::IsInvalidArgument(ParsePath(path, &parsed)));
  }
}

TEST_CASE("mapping: sources and conversions") {
  constexpr char kRecord[] =
      R"({"s": 1659346200, "ms": "1659346200123", "us": 1659346200123456, "iso": "2022-08-01T09:30:00", "zone": "2022-08-01T09:30:00+09:00",
    "cents": 12345, "micros": "4990000", "gid": "gid://shopify/Cart/c1?key=2", "minus": "-10.00", "number": -3, "sums": [{"a": "1.10"}, {"a": 2}], "word": "T", "Name": "AddToCart now",
    "plain": "x/y"})";
  struct Row {
    const char *source, *value;
  };
  for (const Row& row : {
           Row{R"(["none", "word"])", R"("T")"},
           Row{R"({"path": "none", "value": 7})", "7"},
           Row{R"({"value": {"a": [1]}})", R"({"a": [1]})"},
           Row{R"({"path": "s", "as": "epoch"})", "1659346200000"},
           Row{R"({"path": "ms", "as": "epoch"})", "1659346200123"},
           Row{R"({"path": "us", "as": "epoch"})", "1659346200123"},
           Row{R"({"path": "iso", "as": ["epoch", "utc"]})", R"("2022-08-01T09:30:00Z")"},
           Row{R"({"path": "zone", "as": "utc"})", R"("2022-08-01T09:30:00+09:00")"},
           Row{R"({"path": "cents", "as": "hundredths"})", "123.45"},
           Row{R"({"path": "micros", "as": "millionths"})", "4.99"},
           Row{R"({"path": "gid", "as": "last_segment"})", R"("c1")"},
           Row{R"({"path": "cents", "as": "last_segment"})", R"("12345")"},
           Row{R"({"path": "minus", "as": "absolute"})", R"("10.00")"},
           Row{R"({"path": "number", "as": "absolute"})", "3"},
           Row{R"({"path": "word", "as": "hundredths"})", R"("T")"},
           Row{R"({"path": "sums[].a", "as": "sum"})", "3.1"},
           Row{R"({"path": "word", "names": {"T": true}})", "true"},
           Row{R"({"path": "plain", "names": {"T": true}})", R"("x/y")"},
           Row{R"({"path": "plain", "names": {"T": true}, "only": true})", "-"},
           Row{R"({"path": "word", "names": {"T": null}})", "-"},
           Row{R"({"path": "Name", "as": "name"})", R"("add_to_cart_now")"},
           Row{R"({"path": "word", "when": {"plain": "x/y"}})", R"("T")"},
           Row{R"({"path": "word", "when": {"plain": ["a", "b"]}})", "-"},
           Row{R"({"path": "word", "when": {"none | plain": true, "none": false}})", R"("T")"},
       }) {
    CAPTURE(row.source);
    CHECK(Property(row.source, kRecord) == row.value);
  }
}

TEST_CASE("mapping: one record, several events") {
  constexpr char kDocument[] =
      R"({"mapping": 1, "each": ["body", "."], "topic": [{"path": "^.kind"}, {"value": "shape", "when": {"lines": true}}],
    "fields": {"id": "^.id", "customer": "who"}, "line": {"product_id": "p"},
    "rules": [
      {"topic": "ADD/IT", "also": true, "type": "product_added", "per": "lines"},
      {"topic": "add_it", "type": "cart_viewed", "fields": {"id": {"value": null}}, "products": "lines", "copy": "more"},
      {"topic": "shape", "type": "shaped"},
      {"topic": "none", "skip": true}]})";
  CHECK(
      Made(
          kDocument,
          R"({"kind": "add.it", "id": 5, "body": {"who": "k", "lines": [{"p": 1}, {"p": 2}], "more": {"a": null, "a": 2, "products": 3}}})") ==
      std::vector<std::string>{
          R"({"id":5,"type":"product_added","customer":"k","properties":{"product_id":1}})",
          R"({"id":"5#1","type":"product_added","customer":"k","properties":{"product_id":2}})",
          R"({"type":"cart_viewed","customer":"k","properties":{"products":[{"product_id":1},{"product_id":2}],"a":null}})"});
  CHECK(Made(kDocument, R"({"id": "x", "who": "k", "lines": [1]})") ==
        std::vector<std::string>{R"({"id":"x","type":"shaped","customer":"k","properties":{}})"});
  CHECK(Made(kDocument, R"({"kind": "none"})").empty());
  CHECK(
      Made(kDocument, R"({"kind": "other"})") ==
      std::vector<std::string>{
          R"(no_rule: no rule of the format takes this record: its topic is "other"; expected ADD/IT, add_it, shape, none)"});
  CHECK(Made(kDocument, R"({"kind": "none"} x)")
            .at(0)
            .starts_with("bad_json: not JSON near byte 17: something follows the value"));
}

TEST_CASE("mapping: a list that is not there, and one that is empty") {
  constexpr char kDocument[] =
      R"({"mapping": 1, "line": {"product_id": "p"}, "rules": [{"type": "cart_updated", "products": "lines"}]})";
  CHECK(Made(kDocument, R"({"x": 1})") == std::vector<std::string>{R"({"type":"cart_updated","properties":{}})"});
  CHECK(Made(kDocument, R"({"lines": []})") ==
        std::vector<std::string>{R"({"type":"cart_updated","properties":{"products":[]}})"});
  CHECK(Made(R"({"mapping": 1, "each": "events[]", "rules": [{"type": "t"}]})", R"({"events": []})").empty());
}

TEST_CASE("mapping: what is wrong with a document, with its place") {
  struct Row {
    const char *document, *error;
  };
  for (
      const Row& row : {
          Row{"{", "(1:2): not JSON: expected a name in quotes"},
          Row{"{\"mapping\": 1,\n \"rules\": [{\"type\": \"t\"}],}", "(2:27): not JSON: expected a name in quotes"},
          Row{"[]", "(1:1) /: it is a list, expected an object"},
          Row{R"({"rules": [{"type": "t"}]})", R"((1:1) /: "mapping": 1 is missing: the version of this language)"},
          Row{R"({"mapping": 2, "rules": [{"type": "t"}]})",
              "(1:13) /mapping: expected 1, the version of this language"},
          Row{R"({"mapping": 1})", R"((1:1) /: "rules" is missing: what becomes of which record)"},
          Row{R"({"mapping": 1, "rules": []})", "(1:25) /rules: expected a list of rules, at least one"},
          Row{R"({"mapping": 1, "rules": [{}]})",
              R"((1:26) /rules/0: "type" is missing: the event it becomes, such as "order_completed" (or "skip": true for a record that is none))"},
          Row{R"({"mapping": 1, "rules": [{"typ": "t"}, {"type": "t"}]})",
              R"((1:34) /rules/0/typ: there is no "typ": did you mean "type"?)"},
          Row{R"({"mapping": 1, "fields": {"custmer": "a"}, "rules": [{"type": "t"}]})",
              R"((1:38) /fields/custmer: there is no "custmer": did you mean "customer"?)"},
          Row{R"({"mapping": 1, "rules": [{"type": "t", "properties": {"p": {"path": "a", "as": "hundreths"}}}]})",
              R"((1:80) /rules/0/properties/p/as: there is no "hundreths": did you mean "hundredths"?)"},
          Row{R"({"mapping": 1, "rules": [{"type": "t", "properties": {"p": 7}}]})",
              "(1:60) /rules/0/properties/p: it is a number, expected a path, a list of paths, or an object"},
          Row{R"({"mapping": 1, "rules": [{"type": "t", "properties": {"p": {"as": "sum"}}}]})",
              R"((1:60) /rules/0/properties/p: expected "path" (where it stands) or "value" (what it always is))"},
          Row{R"({"mapping": 1, "rules": [{"type": "t", "when": {"a..b": "x"}}]})",
              R"((1:57) /rules/0/when/a..b: "a..b" is no path: a name is missing; expected one such as)"},
          Row{R"({"mapping": 1, "rules": [{"type": "t", "when": {"a": null}}]})",
              "(1:54) /rules/0/when/a: expected a text, a number, a list of them, true (something stands there) or "
              "false (nothing does)"},
          Row{R"({"mapping": 1, "rules": [{"type": "t", "also": "yes"}]})",
              "(1:48) /rules/0/also: it is a text, expected true or false"},
          Row{R"({"mapping": 1, "rules": [{"type": "t", "products": {"line": {}}}]})",
              R"((1:52) /rules/0/products: "from" is missing: the path of the list)"},
      }) {
    CAPTURE(row.document);
    const absl::Status status = EventReader::FromMapping(row.document).status();
    CHECK(absl::IsInvalidArgument(status));
    INFO(StatusText(status));
    CHECK(StatusText(status).find(row.error) != std::string::npos);
  }
  // All of them at once.
  CHECK(StatusText(ReadMapping(R"({"mapping": 3, "rulez": 1})").status()).find('\n') != std::string::npos);
}

TEST_CASE("mapping: what it makes is judged as an event of ours, under the place of the foreign record") {
  auto reader = EventReader::FromMapping(
      R"({"mapping": 1, "fields": {"customer": "who", "at": {"path": "t", "as": "epoch"}}, "line": {"product_id": "p"},
    "rules": [{"when": {"kind": "add"}, "type": "product_added", "per": "lines[]"}]})");
  REQUIRE(reader.ok());
  const TestResult result =
      ReadWith(&*reader, R"({"kind": "add", "who": "k", "t": 1659346200, "lines": [{"p": 1}, {"p": 2}]}
{"kind": "add", "lines": [{"p": 1}, {"p": 2}]}
{"kind": "other"}
)");
  REQUIRE(result.events.size() == 2);
  CHECK(result.events[0].type == EventType::kProductAdded);
  CHECK(result.events[0].customer == "k");
  CHECK(result.events[0].at_ms == 1659346200000);
  CHECK(result.events[1].json == R"({"product_id":"2"})");
  REQUIRE(result.rejected.size() == 3);
  CHECK(result.rejected[0].record == 1);
  CHECK(result.rejected[0].code == "missing_customer");
  CHECK(result.rejected[1].record == 1);
  CHECK(result.rejected[2].record == 2);
  CHECK(result.rejected[2].code == "no_rule");
}

TEST_CASE("mapping: a value over several lines is copied into one event") {
  auto reader = EventReader::FromMapping(
      R"({"mapping": 1, "fields": {"customer": "who"}, "rules": [{"type": "t", "copy": "more"}]})");
  REQUIRE(reader.ok());
  const TestResult result =
      ReadWith(&*reader, "{\"who\": \"k\",\n \"more\": {\"list\": [\n{\"a\": 1},\r\n{\"a\": 2}\n]}}\n");
  CHECK(result.rejected.empty());
  REQUIRE(result.events.size() == 1);
  CHECK(result.events[0].json == R"({"list":[{"a":1},{"a":2}]})");
}

TEST_CASE("mapping: a record that becomes too much ends, and says so") {
  // A thousand lines, each of which copies the same 200 KB.
  std::string record = R"({"more": {"big": ")" + std::string(200'000, 'x') + R"("}, "rows": [0)";
  for (int i = 0; i < 1'000; ++i) record += ",0";
  record += "]}";
  const auto made = Made(R"({"mapping": 1, "rules": [{"type": "t", "per": "rows[]", "copy": "more"}]})", record);
  CHECK(made.size() < 400);  // 64 MiB in pieces of 200 KB are 336
  CHECK(made.back().starts_with("made_bytes_max: the record becomes more than 67108864 bytes"));
  CHECK(Made(R"({"mapping": 1, "rules": [{"type": "t"}]})", std::string((size_t{16} << 20) + 1, ' '))
            .at(0)
            .starts_with("foreign_record_bytes_max"));
}

TEST_CASE("mapping: explains where fields came from and what nobody read") {
  auto mapping = ReadMapping(
      R"({"mapping": 1, "fields": {"customer": ["a", "who"]}, "rules": [{"type": "t", "properties": {"p": {"value": 1}}, "copy": "more"}]})");
  REQUIRE(mapping.ok());
  Mapper mapper(**mapping, /*explain=*/true);
  std::vector<MappedEvent> events;
  std::vector<Problem> problems;
  REQUIRE(mapper.Map(R"({"who": "k", "more": {"x": {"y": 1}}, "left": [{"z": 1}, {"z": 2}], "out": 3})", &events,
                     &problems));
  REQUIRE(events.size() == 1);
  std::vector<std::string> from;
  for (const MappedField& field : events[0].fields) from.push_back(field.field + " <- " + field.path);
  CHECK(from == std::vector<std::string>{"type <- ", "customer <- who", "properties.p <- ", "properties.x <- more.x"});
  CHECK(mapper.Unread() == std::vector<std::string>{"left[].z", "out"});
}
