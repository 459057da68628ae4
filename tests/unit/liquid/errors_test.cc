// What people get wrong, and what they are told: each message in full.
#include <string>

#include "base/status.h"
#include "liquid/liquid.h"
#include "tests/catch.h"
#include "tests/unit/liquid/json_values.h"

namespace cartwheel::liquid {
namespace {

const Environment& World() {
  static const Environment world{
      .roots = {{"customer", {{"name"}, {"attributes"}}},
                {"cart", {{"url"}, {"items", {{"name"}, {"price"}}, true}}},
                {"event"}},
      .partials = {{"footer", "bye"}, {"broken", "{{ cart.nmae }}"}, {"round", "{% include 'round' %}"}}};
  return world;
}

std::string ErrorOf(std::string_view source) {
  auto parsed = Parse(source, World());
  return parsed.ok() ? "none" : StatusText(parsed.status());
}

TEST_CASE("typical mistakes are told in one line with their place") {
  struct Mistake {
    const char* source;
    const char* message;
  };
  const Mistake kMistakes[] = {
      {"{{ customer.name | jossa: '이/가' }}", "1:20: unknown filter \"jossa\", did you mean \"josa\"?"},
      {"{{ cart.itmes }}", "1:9: unknown field \"itmes\" of cart, did you mean \"items\"?"},
      {"{{ cart['itmes'] }}", "1:10: unknown field \"itmes\" of cart, did you mean \"items\"?"},
      {"{{ custmer.name }}", "1:4: unknown variable \"custmer\", did you mean \"customer\"?"},
      {"{% if customer %}x", "1:1: \"if\" is never closed: expected {% endif %}"},
      {"안녕 {% fro x in cart.items %}", "1:4: unknown tag \"fro\", did you mean \"for\"?"},
      {"{{ customer.name", "1:1: {{ is never closed: expected }}"},
      {"{% if customer.name = 'a' %}{% endif %}", "1:21: unexpected =: compare with == or !="},
      {"{{ customer.name | default “고객” }}", "1:28: unexpected “: quote texts with ' or \""},
      {"{{ customer.name | default '고객' }}", "1:28: expected : before the arguments of default, found '고객'"},
      {"{{ 'a' | append }}", "1:10: filter \"append\" takes 1 argument, not 0"},
      {"{{ 'a' | upcase: 1 }}", "1:10: filter \"upcase\" takes no argument, not 1"},
      {"{% tablerow x in cart.items %}", "1:1: \"tablerow\" is never closed: expected {% endtablerow %}"},
      {"{% tablerow x in cart.items rows: 2 %}{% endtablerow %}",
       "1:29: expected cols:, limit: or offset:, found rows"},
      {"{% include 'foter' %}", "1:1: unknown partial \"foter\", did you mean \"footer\"?"},
      {"{% render footer %}", "1:1: render takes the name of a partial in quotes: {% render 'footer' %}"},
      {"a\n{% render 'broken' %}", "2:1: in \"broken\" at 1:9: unknown field \"nmae\" of cart"},
      {"{% abort_message 'x' %}", "1:18: expected (: {% abort_message('reason') %}, found 'x'"},
      {"{% cycle %}", "1:9: expected a value"},
      {"{% doc x %}{% enddoc %}", "1:1: {% doc %} takes nothing"},
      {"{% doc %}", "1:1: \"doc\" is never closed: expected {% enddoc %}"},
      {"{% liquid\n  assign a = 1\n  ecko a\n%}", "3:3: unknown tag \"ecko\", did you mean \"echo\"?"},
      {"{% liquid if true %}", "1:11: \"if\" is never closed: expected {% endif %}"},
      {"{{ [cart }}", "1:9: expected ]"},
      {"{% if customer.name && true %}{% endif %}", "1:21: unexpected &&: write and"},
      {"{% if customer %}{% endfor %}", "1:18: expected {% endif %} for the \"if\" at 1:1, found \"endfor\""},
      {"{% endif %}", "1:1: \"endif\" belongs to no open block"},
      {"{{ cart.items.name }}", "1:15: cart.items is a list: write cart.items[0].name, or loop over it"},
      {"{% for item in cart.items %}{{ item.nmae }}{% endfor %}",
       "1:37: unknown field \"nmae\" of item, did you mean \"name\"?"},
      {"{{ cart.items.first.nmae }}", "1:21: unknown field \"nmae\" of cart.items.first, did you mean \"name\"?"},
      {"{% break %}", "1:1: \"break\" stands outside of a for loop"},
      {"{% assign x %}", "1:1: expected {% assign name = value %}"},
      {"{% if not customer %}{% endif %}", "1:7: there is no \"not\": use unless, or compare with !="},
      {"{% if customer startswith 'a' %}{% endif %}",
       "1:16: unknown operator \"startswith\", expected ==, !=, <, >, <=, >=, contains, and, or"},
      {"{% if customer | size %}{% endif %}", "1:16: a condition takes no filters: assign the result first"},
      {"{{ customer == 1 }}", "1:13: == compares only in if, elsif and unless"},
      {"첫 줄\n  {{ '가' | truncat: 3 }}", "2:12: unknown filter \"truncat\", did you mean \"truncate\"?"},
      {"{{ customer name }}", "1:13: expected | or the end, found name"},
      {"{{ }}", "1:3: expected a value"},
      {"{{ 'it's' }}", "1:9: the text is never closed: expected '"},
      {"{% if (customer.name == 'a') %}{% endif %}",
       "1:22: expected .. of a range (conditions have no parentheses), found =="},
      {"{{ 'x' | default: 'y', alow_false: true }}",
       "1:24: filter \"default\" has no argument \"alow_false\", did you mean \"allow_false\"?"},
      {"{{ 5 | money: 'WON' }}", "1:15: unknown currency \"WON\", expected a code like KRW or USD"},
      {"{% for item of cart.items %}{% endfor %}", "1:13: expected in after \"for item\", found of"},
      {"{{ 고객.name }}", "1:4: unexpected \"고\": names are made of Latin letters, digits, _ and -"},
      {"{{ 99999999999999999999 }}", "1:4: 99999999999999999999 is more than a number can hold"},
      {"{% raw %}{{ x", "1:1: \"raw\" is never closed: expected {% endraw %}"},
      {"a\xff", "1:2: this byte is not UTF-8"},
  };
  for (const Mistake& mistake : kMistakes) {
    CAPTURE(mistake.source);
    CHECK(ErrorOf(mistake.source) == mistake.message);
  }
  CHECK(ErrorOf("{% include 'round' %}")
            .ends_with("more than kPartialDepthMax (16) partials deep: does \"round\" ask for itself?"));
  CHECK(ErrorOf("{{ 'a' | josa: '이/은' }}")
            .find("1:16: unknown particle \"이/은\", expected one of 은/는, 이/가, 을/를") == 0);
}

TEST_CASE("what the world does not say is open, what a template assigns is known") {
  CHECK(ErrorOf("{{ customer.attributes.tier }}{{ event.anything['x'][0].y }}") == "none");
  CHECK(ErrorOf("{{ customer.name.first }}{{ cart.items.size }}{{ cart.items[0].price }}{{ cart.items.last.name }}") ==
        "none");
  CHECK(ErrorOf("{% assign x = 1 %}{{ x.y }}{% capture z %}{% endcapture %}{{ z }}") == "none");
  CHECK(ErrorOf("{% for i in (1..2) %}{{ forloop.index }}{{ i }}{% endfor %}") == "none");
  CHECK(ErrorOf("{% for i in (1..2) %}{% endfor %}{{ i }}") == "1:37: unknown variable \"i\"");
}

TEST_CASE("a missing value is an error, or nothing, or its default") {
  auto parsed = Parse("{{ customer.name }}", World());
  std::string out = "before";
  absl::Status status = parsed->Render({}, {}, &out);
  CHECK(status.code() == absl::StatusCode::kNotFound);
  CHECK(StatusText(status) ==
        "customer.name is missing (1:4); give it a default: {{ customer.name | default: \"…\" }}");
  CHECK(out == "before");
  const char* kMissingFirst = "error: a | first is missing (1:4); give it a default: {{ a | first | default: \"…\" }}";
  CHECK(Rendered("{{ a | first | upcase }}", R"({"a": []})") == kMissingFirst);
  CHECK(Rendered("{{ a | first }}", R"({"a": []})") == kMissingFirst);
  CHECK(Rendered("{{ a }}", R"({"a": null})") ==
        "error: a is missing (1:4); give it a default: {{ a | default: \"…\" }}");
  CHECK(Rendered("{{ 'x' | append: a }}") == "error: a is missing (1:18); give it a default: {{ a | default: \"…\" }}");
  CHECK(Rendered("[{{ a.b }}{{ a | upcase }}{{ 'x' | append: a }}]", "{}", {.missing = Missing::kEmpty}) == "[x]");
  CHECK(Rendered("{{ a.b | default: '고객' }}{{ nil }}{% if a.b %}!{% endif %}{% for i in a %}{{ i }}{% endfor %}") ==
        "고객");
  CHECK(Rendered("{% assign b = a %}{{ b | default: 1 }}{{ b }}") ==
        "error: b is missing (1:42); give it a default: {{ b | default: \"…\" }}");
}

TEST_CASE("what a filter or a comparison cannot take is an error with its place") {
  CHECK(Rendered("{{ 1 | divided_by: 0 }}") == "error: 1:8: divided_by: division by zero");
  CHECK(Rendered("{% if 'a' < 1 %}{% endif %}") == "error: 1:7: string cannot be compared with int");
  CHECK(Rendered("{{ a | sort }}", R"({"a": [1, "b"]})") ==
        "error: 1:8: sort: a string cannot be sorted among values like a int");
  CHECK(Rendered("{{ 'a' | truncate: 'b' }}") == "error: 1:10: truncate: \"b\" is no whole number of characters");
  CHECK(Rendered("{{ a | money }}", R"({"a": []})") == "error: 1:8: money: money takes a number, not a list");
}

}  // namespace
}  // namespace cartwheel::liquid
