// Tags, values and whitespace, by Shopify's reference.
#include <string>

#include "base/status.h"
#include "liquid/liquid.h"
#include "tests/catch.h"
#include "tests/unit/liquid/json_values.h"

namespace cartwheel::liquid {
namespace {

struct Case {
  const char* source;
  const char* text;
};

std::vector<Value> RootsOf(JsonValues& values, const Environment& world, std::string_view json) {
  const Value all = values.Read(json);
  std::vector<Value> roots;
  for (const Variable& root : world.roots) roots.push_back(all.Find(root.name));
  return roots;
}

const char* kData =
    R"({"name": "민지", "n": 3, "f": 2.5, "yes": true, "no": false, "none": null, "empty_text": "", "space": " ",
  "list": [10, 20, 30, 40, 50, 60], "words": ["b", "a", "c"], "nothing": [], "key": "name", "map": {"name": "x", "size": 7, "b c": 1},
  "items": [{"name": "코트", "price": 129000, "sale": true}, {"name": "가방", "price": 59000, "sale": false}]})";

template <size_t kCount>
void Check(const Case (&cases)[kCount]) {
  for (const Case& c : cases) {
    CAPTURE(c.source);
    CHECK(Rendered(c.source, kData, {.missing = Missing::kEmpty}) == c.text);
  }
}

TEST_CASE("liquid: outputs and paths") {
  Check({
      {"", ""},
      {"{ } }} %} text", "{ } }} %} text"},
      {"{{name}}|{{ name }}|{{-name-}}", "민지|민지|민지"},
      {"{{ items[0].name }} {{ items[-1]['name'] }} {{ items.first.price }} {{ items.last.name }}",
       "코트 가방 129000 가방"},
      {"{{ items.size }} {{ name.size }} {{ map.size }} {{ list.first }}", "2 2 7 10"},
      {"{{ map['b c'] }} {{ map[key] }} {{ list[n] }} {{ list[99] }}{{ list[-7] }}{{ list['a'] }}", "1 x 40 "},
      {"{{ n }} {{ f }} {{ yes }} {{ no }} {{ none }}{{ nil }}{{ blank }}{{ empty }}", "3 2.5 true false "},
      {"{{ 'a\"b' }} {{ \"it's\" }} {{ -1 }} {{ 1.0 }} {{ 1.50 }}", "a\"b it's -1 1.0 1.5"},
      {"{{ (1..4) }} {{ (n..5) | join: ',' }} {{ words }} {{ map }}",
       "1..4 3,4,5 bac {\"name\"=>\"x\", \"size\"=>7, \"b c\"=>1}"},
      {"{{ name.foo.bar }}{{ nobody.name }}{{ n.size }}", ""},
  });
}

TEST_CASE("liquid: truth, comparison, conditions") {
  Check({
      {"{% if yes %}1{% endif %}{% if no %}2{% endif %}{% if none %}3{% endif %}{% if 0 %}4{% endif %}{% if '' %}5{% "
       "endif %}",
       "145"},
      {"{% if n == 3.0 %}1{% endif %}{% if n != 3 %}2{% endif %}{% if n < 4 %}3{% endif %}{% if n >= 4 %}4{% endif %}",
       "13"},
      {"{% if '3' == n %}1{% endif %}{% if none < 1 %}2{% endif %}{% if none == nobody %}3{% endif %}{% if 1 == true "
       "%}4{% endif %}",
       "3"},
      {"{% if 'a' < 'b' %}1{% endif %}{% if name contains '민' %}2{% endif %}{% if words contains 'a' %}3{% endif %}",
       "123"},
      {"{% if words contains 'z' %}1{% endif %}{% if map contains 'name' %}2{% endif %}{% if none contains 'x' %}3{% "
       "endif %}",
       "2"},
      {"{% if empty_text == empty %}1{% endif %}{% if space == empty %}2{% endif %}{% if space == blank %}3{% endif %}",
       "13"},
      {"{% if nothing == empty %}1{% endif %}{% if nothing == blank %}2{% endif %}{% if none == blank %}3{% endif %}{% "
       "if none == empty %}4{% endif %}",
       "123"},
      // Right to left: false and (false or true), true or (false and false).
      {"{% if no and no or yes %}1{% else %}2{% endif %}{% if yes or no and no %}1{% else %}2{% endif %}", "21"},
      {"{% if no %}1{% elsif yes %}2{% else %}3{% endif %}{% if no %}1{% else %}3{% endif %}", "23"},
      {"{% unless no %}1{% endunless %}{% unless yes %}1{% elsif yes %}2{% else %}3{% endunless %}", "12"},
      {"{% case n %}{% when 1, 2 %}a{% when 3 or 4 %}b{% else %}c{% endcase %}{% case n %}{% when 'x' %}a{% else %}c{% "
       "endcase %}",
       "bc"},
  });
}

TEST_CASE("liquid: loops") {
  Check({
      {"{% for i in list %}{{ i }} {% endfor %}", "10 20 30 40 50 60 "},
      {"{% for i in list limit: 2 offset: 1 %}{{ i }} {% endfor %}{% for i in list reversed limit:2 %}{{ i }} {% "
       "endfor %}",
       "20 30 20 10 "},
      {"{% for i in list limit: 2 %}{{ i }} {% endfor %}{% for i in list offset: continue %}{{ i }},{% endfor %}",
       "10 20 30,40,50,60,"},
      {"{% for i in (1..n) %}{{ forloop.index }}{{ forloop.index0 }}{{ forloop.rindex }}{{ forloop.rindex0 }}{{ "
       "forloop.length }} {% endfor %}",
       "10323 21213 32103 "},
      {"{% for i in (1..3) %}{% if forloop.first %}<{% endif %}{{ i }}{% if forloop.last %}>{% endif %}{% endfor %}",
       "<123>"},
      {"{% for i in nothing %}x{% else %}none{% endfor %}{% for i in nobody %}x{% else %}none{% endfor %}", "nonenone"},
      {"{% for i in (1..9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% "
       "endfor %}",
       "134"},
      {"{% for i in (1..2) %}{% for j in (1..2) %}{{ forloop.parentloop.index }}{{ j }} {% endfor %}{% endfor %}",
       "11 12 21 22 "},
      {"{% for p in map %}{{ p[0] }}={{ p[1] }};{% endfor %}{% for c in name %}[{{ c }}]{% endfor %}",
       "name=x;size=7;b c=1;[민지]"},
      {"{% for n in (1..2) %}{% assign n = 9 %}{{ n }}{% endfor %}{{ n }}", "129"},
      {"{% for i in (1..3) offset: -5 limit: 1 %}{{ i }}{% endfor %}{% for i in list limit: -1 %}{{ i }}{% endfor %}",
       ""},
  });
}

TEST_CASE("liquid: assign, capture, comment, raw") {
  Check({
      {"{{ x }}{% assign x = 1 %}{{ x }}{% assign x = x | plus: 1 %}{{ x }}{% assign name = nil %}{{ name }}.", "12."},
      {"{% capture x %}{{ name }}님{% endcapture %}{{ x }}{{ x }}{% capture 'y' %}{{ x.size }}{% endcapture %}{{ y }}",
       "민지님민지님3"},
      {"a{% comment %}{{ x {% if %} {% endcomment %}b{%- # note -%} c{% # two\n # lines %}", "abc"},
      {"{% raw %}{{ x }}{% if %}{% endraw %}!", "{{ x }}{% if %}!"},
      {"{% echo name | append: '님' %}", "민지님"},
  });
}

TEST_CASE("liquid: whitespace control and silent blocks") {
  Check({
      {"a \n{{- 1 -}}\n b", "a1b"},
      {"a {%- if yes -%} b {%- endif -%} c", "abc"},
      {"[{% if yes %}  {% endif %}]", "[]"},
      {"[{% if yes %} {% assign x = 1 %}\n{% endif %}]", "[]"},
      {"[{% if yes %} {{ '' }} {% endif %}]", "[  ]"},
      {"[{% for i in list %} {% endfor %}]", "[]"},
      {" {{- 1 }} {{ 2 -}} {% raw -%} x {% endraw -%} y", "1 2 x y"},
  });
}

TEST_CASE("liquid: decimals, times and other kinds of the host") {
  CHECK(RenderedWith(Value::Decimal(129000000), "{{ x }}") == "12900");
  CHECK(RenderedWith(Value::Decimal(129000), "{{ x }}") == "12.9");
  CHECK(RenderedWith(Value::Decimal(-500), "{{ x }}") == "-0.05");
  CHECK(RenderedWith(Value::Decimal(129000000),
                     "{{ x | times: 2 }} {{ x | times: 0.9 }} {{ x | divided_by: 1000 }} {{ x | plus: 0.5 }}") ==
        "25800 11610 12 12900.5");
  CHECK(RenderedWith(Value::Decimal(129000),
                     "{{ x | times: 2 }} {{ x | divided_by: 3 }} {{ x | round }} {{ x | minus: 0.1 }}") ==
        "25.8 4.3 13 12.8");
  CHECK(RenderedWith(Value::Decimal(129000000),
                     "{% if x == 12900 and x > 12899.9 %}{{ 'abc' | append: x }}{% endif %}") == "abc12900");
  CHECK(RenderedWith(Value::Decimal(20000), "{% assign l = 'a,b,c' | split: ',' %}{{ l[x] }}") == "c");
  CHECK(RenderedWith(Value::Timestamp(1659346200123), "{{ x }}") == "2022-08-01T09:30:00.123Z");
  CHECK(RenderedWith(Value::Duration(90'000), "{{ x }}") == "1m30s");
  CHECK(RenderedWith(Value::Uint(18446744073709551615u), "{{ x }}") == "18446744073709551615");
  CHECK(RenderedWith(Value::Double(1e20), "{{ x }}") == "1.0e+20");
  CHECK(RenderedWith(Value::Double(0.1), "{{ x }} {{ x | plus: 0.2 }}") == "0.1 0.3");
}

TEST_CASE("liquid: a template may be moved and rendered by others meanwhile") {
  auto parsed = Parse("{{ a }}-{{ 'literal' }}", Environment{.roots = {{"a"}}});
  REQUIRE(parsed.ok());
  Template moved = *std::move(parsed);
  std::string out;
  REQUIRE(moved.Render({Value::Int(1)}, {}, &out).ok());
  REQUIRE(moved.Render({Value::Int(2)}, {}, &out).ok());
  CHECK(out == "1-literal2-literal");
}

TEST_CASE("liquid: counters, cycles and what changed") {
  Check({
      {"{% increment a %}{% increment a %}{{ a }}{% decrement a %}{{ a }}", "01211"},
      {"{% assign a = 5 %}{% increment a %}{{ a }}", "05"},
      {"{% for x in list %}{% cycle 'odd', 'even' %} {% endfor %}", "odd even odd even odd even "},
      {"{% cycle name: 1, 2 %}{% cycle 'x': 1, 2 %}{% cycle name: 1, 2 %}{% cycle 1, 2 %}", "1121"},
      {"{% assign l = 'a,a,b,b,a' | split: ',' %}{% for x in l %}{% ifchanged %}{{ x }}{% endifchanged %}{% endfor %}",
       "aba"},
  });
}

TEST_CASE("liquid: partials") {
  Environment environment{.roots = {{"name"}}, .open = true};
  environment.partials = {{"card", "[{{ card.title }}{{ suffix }}]"},
                          {"sets", "{% assign x = 'inside' %}"},
                          {"loop", "{{ forloop.index }}{% break %}"},
                          {"wrong", "{{ name | date: '%Y', }}"},
                          {"part/foot", "{{ foot }}"},
                          {"says", "{{ name.first.second | upcase }}"}};
  auto rendered = [&](std::string_view source) {
    auto parsed = Parse(source, environment);
    if (!parsed.ok()) return "load: " + StatusText(parsed.status());
    std::string out;
    const Value roots[] = {Value::String("kim")};
    absl::Status status = parsed->Render(roots, {.missing = Missing::kEmpty}, &out);
    return status.ok() ? out : StatusText(status);
  };
  CHECK(rendered("{% include 'sets' %}{{ x }}") == "inside");                    // it shares the names
  CHECK(rendered("{% assign x = 'out' %}{% render 'sets' %}{{ x }}") == "out");  // it has its own
  CHECK(rendered("{% for i in (1..3) %}{% include 'loop' %}{% endfor %}") == "1");
  CHECK(rendered("{% render 'card', suffix: '!' %}") == "[!]");
  CHECK(rendered("{% render 'part/foot' with name %}{% render 'card' with name as card %}") == "kim[]");
  CHECK(rendered("{% assign p = 'part/foot' %}{% include p with name %}") == "kim");
  CHECK(rendered("{% assign p = 'loop' %}{% include p %}") == "1:35: p names no partial that may stand here");
  CHECK(rendered("{% for i in (1..2) %}{% render 'card' for (1..2) %}{% endfor %}") == "[][][][]");
  CHECK(rendered("{% include 'says' %}") == "");
}

TEST_CASE("liquid: a text may say that it must not be sent") {
  auto parsed = Parse("a{% if name == 'kim' %}{% abort_message('not to kim') %}{% endif %}b", {.roots = {{"name"}}});
  REQUIRE(parsed.ok());
  for (const auto& [name, want] : {std::pair("kim", "not to kim"), std::pair("lee", "ab")}) {
    std::string out;
    const Value roots[] = {Value::String(name)};
    absl::Status status = parsed->Render(roots, {}, &out);
    CHECK((status.ok() ? out : StatusText(status)) == want);
    CHECK(absl::IsAborted(status) == (name == std::string("kim")));
  }
}

TEST_CASE("liquid: lines as tags, and what is only for people") {
  Check({
      {"{% liquid\n  assign a = name\n  # a comment\n  if a\n    echo a | append: '님'\n  endif\n%}", "민지님"},
      {"{%- liquid for x in words\n echo x\n unless forloop.last\n echo '-'\n endunless\n endfor -%}", "b-a-c"},
      {"{% liquid\ncomment\n echo 1\nendcomment\necho 2 %}", "2"},
      {"a{% doc %} {% if {{ x {% enddoc %}b", "ab"},
  });
}

TEST_CASE("liquid: dates in the zone of the options") {
  const RenderOptions seoul{
      .missing = Missing::kEmpty, .timezone = "Asia/Seoul", .now_ms = 1'780'272'000'000};  // 2026-06-01T00:00:00Z
  auto rendered = [&](std::string_view source) { return Rendered(source, kData, seoul); };
  CHECK(rendered("{{ 'now' | date: '%Y-%m-%d %H:%M' }}") == "2026-06-01 09:00");
  CHECK(rendered("{{ '2026-06-01T15:30:00Z' | date: '%-m월 %-d일 %H시' }}") == "6월 2일 00시");
  CHECK(rendered("{{ 1780272000 | date: '%s %j' }}") == "1780272000 152");
  CHECK(rendered("{{ 'no day' | date: '%Y' }}{{ missing | date: '%Y' }}") == "no day");
  CHECK(rendered("{{ 'now' | date: '%1000000d' }}").substr(0, 6) == "error:");
  CHECK(RenderedWith(Value::Timestamp(0), "{{ x | date: '%F' }}") == "1970-01-01");
  CHECK(RenderedWith(Value::Null(), "{{ 'now' | date: '%F' }}").substr(0, 6) == "error:");  // the time is not known
}

TEST_CASE("liquid: base64") {
  Check({
      {"{{ '머그컵' | base64_encode }} {{ '66i46re47Lu1' | base64_decode }}", "66i46re47Lu1 머그컵"},
      {"{{ '_#/.' | base64_url_safe_encode }} {{ 'XyMvLg==' | base64_url_safe_decode }}", "XyMvLg== _#/."},
      {"{{ 5 | base64_decode }}", "error: 1:8: base64_decode: expected a text in base64"},
  });
}

TEST_CASE("liquid: texts of Braze move over") {
  const char* data =
      R"({"first_name": "민지", "custom_attribute": {"Favorite Color": "red"}, "customer": {"first_name": "지우", "size": 95}})";
  CHECK(Rendered("{{${first_name} | default: 'friend'}}님, {{ custom_attribute.${Favorite Color} | upcase }}{% if "
                 "${first_name} == '민지' %}!{% endif %}",
                 data) == "민지님, RED!");
  CHECK(Rendered("{{ '${first_name}' }}", data) == "${first_name}");  // in a text they are characters
  // Where there is a person, its fields are meant.
  const Environment playbook{.roots = {{"customer"}}, .person = "customer"};
  JsonValues values;
  const std::vector<Value> roots = RootsOf(values, playbook, R"({"customer": {"first_name": "지우", "size": 95}})");
  auto print = [&](std::string_view source) {
    absl::StatusOr<Template> text = Parse(source, playbook);
    REQUIRE(text.ok());
    std::string out;
    CHECK(text->Render(roots, {}, &out).ok());
    return out;
  };
  CHECK(print("{{${first_name}}} {{custom_attribute.${size}}} {{ customer.size }}") == "지우 95 95");
  CHECK(!Parse("{{ first_name }}", playbook).ok());
}

TEST_CASE("liquid: what is printed into HTML is escaped, once") {
  Environment page{.open = true, .partials = {{"row", "<td>{{ name }}</td>"}}, .html = true};
  JsonValues values;
  const char* json = R"({"name": "<A & B>", "list": ["<1>", "<2>"]})";
  page.roots = {{"name"}, {"list"}};
  const std::vector<Value> roots = RootsOf(values, page, json);
  auto print = [&](std::string_view source) {
    absl::StatusOr<Template> text = Parse(source, page);
    REQUIRE(text.ok());
    std::string out;
    CHECK(text->Render(roots, {.missing = Missing::kEmpty}, &out).ok());
    return out;
  };
  CHECK(print("<p>{{ name }}</p>") == "<p>&lt;A &amp; B&gt;</p>");
  CHECK(print("{{ name | raw }} {{ name | escape }} {{ name | upcase | escape_once }}") ==
        "<A & B> &lt;A &amp; B&gt; &lt;A &amp; B&gt;");
  CHECK(print("{% for i in list %}{{ i }}{% endfor %}{% cycle name, 'x' %}{% echo name %}") ==
        "&lt;1&gt;&lt;2&gt;&lt;A &amp; B&gt;&lt;A &amp; B&gt;");
  CHECK(print("{% include 'row' %}{% render 'row', name: '<' %}") == "<td>&lt;A &amp; B&gt;</td><td>&lt;</td>");
  // A capture is HTML that the template made; what is made of it, or may be something else, is not.
  CHECK(print("{% capture c %}<b>{{ name }}</b>{% endcapture %}{{ c }}") == "<b>&lt;A &amp; B&gt;</b>");
  CHECK(print("{% capture c %}<b>{% endcapture %}{{ c | append: name }}") == "&lt;b&gt;&lt;A &amp; B&gt;");
  CHECK(print("{% capture c %}<b>{% endcapture %}{% assign c = name %}{{ c }}") == "&lt;A &amp; B&gt;");
}

TEST_CASE("liquid: a render tells what it used") {
  Environment world{.roots = {{"name"}, {"cart"}}};
  JsonValues values;
  const std::vector<Value> roots = RootsOf(
      values, world, R"({"name": "민지", "cart": {"items": [{"name": "코트"}, {"name": "가방"}], "value": 3}})");
  absl::StatusOr<Template> text = Parse(
      "{{ name }}{{ name | upcase }}{% for i in cart.items %}{{ i.name }}{% endfor %}{% assign x = cart.value | plus: "
      "1 %}{{ x }}{{ cart.items[0].name }}",
      world);
  REQUIRE(text.ok());
  std::vector<std::pair<std::string_view, Value>> used;
  std::string out;
  REQUIRE(text->Render(roots, {.used = &used}, &out).ok());
  std::string told;
  for (const auto& [name, value] : used)
    told += std::string(name) + "=" +
            (value.is_string() ? std::string(value.text()) : std::to_string(value.integer())) + " ";
  CHECK(told == "name=민지 cart.value=3 cart.items[0].name=코트 ");
  // What the template makes under a root's name is its own, and gone with the render.
  used.clear();
  text = Parse(
      "{% assign name = 'a long text of its own, made while it renders' | upcase %}{{ name }}{{ name | downcase }}",
      world);
  REQUIRE(text.ok());
  REQUIRE(text->Render(roots, {.used = &used}, &out).ok());
  CHECK(used.empty());
}

}  // namespace
}  // namespace cartwheel::liquid
