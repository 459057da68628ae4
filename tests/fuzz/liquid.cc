// Message texts: any text parses or is refused; what parses renders within its limits, or leaves the output as it was.
#include "liquid/liquid.h"

#include "base/packed.h"
#include "base/status.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

constexpr size_t kOutputMax = 10'000;

std::string Cart() {
  std::string bytes;
  PackedWriter map(&bytes);
  map.BeginMap();
  map.Key("name"), map.Scalar(Value::String("셔츠 <b>"));
  map.Key("value"), map.Scalar(Value::Decimal(12'900'500'000));
  map.Key("at"), map.Scalar(Value::Timestamp(1'767'225'600'000));
  map.Key("items"), map.BeginList();
  for (int i = 0; i < 3; ++i)
    map.BeginMap(), map.Key("name"), map.Scalar(Value::String("모자")), map.Key("n"), map.Scalar(Value::Int(i)),
        map.End();
  map.End(), map.End();
  return bytes;
}

}  // namespace

void Fuzz(std::string_view input) {
  static const liquid::Environment names{.roots = {{"cart"}}, .open = true};
  const auto text = liquid::Parse(input, names);
  if (!text.ok()) return Check(absl::IsInvalidArgument(text.status()), "a mistake in the text is InvalidArgument");
  static const std::string cart = Cart();
  const Value roots[] = {ReadPacked(cart)};
  for (liquid::Missing missing : {liquid::Missing::kEmpty, liquid::Missing::kError}) {
    const liquid::RenderOptions options{.missing = missing, .output_bytes_max = kOutputMax, .steps_max = 20'000};
    std::string once = "before", twice = "before";
    const absl::Status status = text->Render(roots, options, &once);
    Check(text->Render(roots, options, &twice) == status && once == twice, "the same world gives the same text");
    Check(once.starts_with("before") && once.size() <= kOutputMax + 6, "the output is within its limit");
    if (!status.ok()) Check(once == "before", "an error leaves the output as it was");
  }
}

std::vector<std::string> Seeds() {
  return {
      "{{ cart.name | default: '고객' }}님, ‘{{ cart.items[0].name }}’{{ cart.items[0].name | josa: '이/가' }} {{ "
      "cart.value | money }}",
      "{% for i in cart.items limit: 2 offset: 1 reversed %}{{ forloop.index }}: {{ i.n | plus: 1.5 }}{% else %}none{% "
      "endfor %}",
      "{% assign a = cart.items | map: 'name' | join: ', ' %}{% if a contains '모자' and cart.value > 10 %}{{ a | "
      "upcase }}{% elsif a %}{{- a -}}{% endif %}",
      "{% case cart.name %}{% when 'x', 'y' %}1{% else %}{{ cart.at | date: '%Y-%m-%d %H:%M' }}{% endcase %}{% comment "
      "%} {{ {% endcomment %}",
      "{% capture c %}{% for i in (1..5) %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}{% endcapture %}{{ "
      "c | split: '' | last }}{% raw %}{{ x }}{% endraw %}",
      "{% unless cart.gone %}{{ cart.name | escape | truncate: 3, '…' | replace: 'a', 'b' | url_encode }}{% endunless "
      "%}{{ 7 | divided_by: 2 | times: -1 }}",
      "{{ '1.234,50 €' | money: 'EUR' }}{{ cart.value | percent_off: '₩12,900' }}{{ '2026-11-30' | date: '%3N %-d "
      "%^10A %::z %v' }}{{ '15881234' | phone | mask }}",
      "{{ '\u1100\u1161\u11a8👍🏽🇰🇷' | truncate: 2, '' | truncate_bytes: 5 | writable: 'euc-kr' }}{{ '(12 "
      "900)' "
      "| "
      "money }}{{ '12,9' | plus: 1 }}"};
}

}  // namespace cartwheel::fuzz
