// Hostile and broken templates end in an error that names the limit.
#include <string>

#include "base/status.h"
#include "liquid/liquid.h"
#include "tests/catch.h"
#include "tests/unit/liquid/json_values.h"

namespace cartwheel::liquid {
namespace {

std::string Repeat(std::string_view text, int times) {
  std::string out;
  for (; times > 0; --times) out += text;
  return out;
}

TEST_CASE("a template bomb ends in a limit error") {
  const std::string kSteps = "the template takes more than steps_max (100000) steps";
  CHECK(Rendered("{% for a in (1..999999999) %}{% for b in (1..999999999) %}{% endfor %}{% endfor %}") ==
        "error: " + kSteps);
  const std::string kScratch = "the template keeps more than kScratchBytesMax (4194304) bytes";
  CHECK(Rendered("{{ (1..9000000000000000000) | join }}") == "error: 1:31: join: " + kScratch);
  CHECK(Rendered("{{ (1..9000000000000000000) | sort | first }}") == "error: 1:31: sort: " + kScratch);
  CHECK(Rendered("{{ (1..9000000000000000000) | join }}", "{}", {.steps_max = 100}) ==
        "error: 1:31: join: the template takes more than steps_max (100) steps");
  CHECK(Rendered("{% assign a = (1..50000) %}{% for i in a %}{% if a contains i and a == a %}{% assign b = a | uniq "
                 "%}{% endif %}{% endfor %}")
            .find("steps_max") != std::string::npos);
  const std::string kDoubling =
      "{% assign s = 'xxxxxxxxxxxxxxxx' %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}";
  CHECK(Rendered(kDoubling, "{}", {.steps_max = 100'000'000}).find("kScratchBytesMax (4194304)") != std::string::npos);
  CHECK(Rendered(kDoubling).find("error: 1:") == 0);
  // Each byte of a long text replaced by the text itself.
  CHECK(Rendered("{% assign s = 'xxxxxxxxxxxxxxxx' %}{% for i in (1..14) %}{% assign s = s | append: s %}{% endfor %}"
                 "{{ s | replace: '', s | size }}",
                 "{}", {.steps_max = 100'000'000})
            .find("kScratchBytesMax") != std::string::npos);
  CHECK(Rendered("{% for i in (1..1000) %}{{ '0123456789' }}{% endfor %}", "{}", {.output_bytes_max = 5000}) ==
        "error: the text is longer than output_bytes_max (5000 bytes)");
  CHECK(Rendered("{% capture x %}{% for i in (1..1000) %}0123456789{% endfor %}{% endcapture %}", "{}",
                 {.output_bytes_max = 5000}) == "error: the text is longer than output_bytes_max (5000 bytes)");
}

TEST_CASE("what fits a limit exactly is rendered") {
  CHECK(Rendered("12345", "{}", {.output_bytes_max = 5}) == "12345");
  CHECK(Rendered("123456", "{}", {.output_bytes_max = 5}).find("error") == 0);
  CHECK(Rendered(Repeat("{% if true %}", 63) + "x" + Repeat("{% endif %}", 63)) == "x");
  CHECK(Rendered("{{ (1..9000000000000000000) | size }}") == "9000000000000000000");
}

TEST_CASE("limits of the source") {
  CHECK(Rendered(Repeat("{% if true %}", 64)) == "error: 1:820: more than kNestingMax (64) blocks deep");
  CHECK(Rendered(std::string(kSourceBytesMax + 1, 'x')) ==
        "error: 1:1: the template has 65537 bytes, more than kSourceBytesMax (65536)");
  CHECK(Rendered("{{ a" + Repeat("[a", 40) + Repeat("]", 40) + " }}").find("kExpressionNestingMax (16)") !=
        std::string::npos);
  CHECK(Rendered("{{ a" + Repeat(".b", 33) + " }}") == "error: 1:4: more than kPathStepsMax (32) fields in a row");
  CHECK(Rendered(Repeat("(", 60000) + "{{ '" + Repeat("()", 2000) + "' | josa: '이/가' }}").size() == 60000 + 8);
  CHECK(Rendered("{{" + Repeat("{", 1000)).find("error: 1:1: {{ is never closed") == 0);
}

TEST_CASE("an error leaves the output as it was") {
  auto parsed = Parse("text {{ 1 | divided_by: 0 }}", Environment{});
  REQUIRE(parsed.ok());
  std::string out = "kept";
  CHECK(!parsed->Render({}, {}, &out).ok());
  CHECK(out == "kept");
}

}  // namespace
}  // namespace cartwheel::liquid
