// Filters, by Shopify's reference; money by how people write amounts.
#include "liquid/filters.h"

#include <string>

#include "tests/catch.h"
#include "tests/unit/liquid/json_values.h"

namespace cartwheel::liquid {
namespace {

struct Case {
  const char* source;
  const char* text;
};

const char* kData = R"({"l": ["b", "a", "C", "b"], "n": [3, 1, 2.5], "holes": ["a", null, "b"], "nest": [[1, 2], [3]],
  "items": [{"name": "코트", "price": 3, "sale": true}, {"name": "가방", "price": 1}, {"name": "신발", "price": 2, "sale": true}]})";

template <size_t kCount>
void Check(const Case (&cases)[kCount]) {
  for (const Case& c : cases) {
    CAPTURE(c.source);
    CHECK(Rendered(c.source, kData, {.missing = Missing::kEmpty}) == c.text);
  }
}

TEST_CASE("liquid: truncate_graphemes never cuts what a reader takes for one character") {
  Check({
      {"{{ '안녕하세요' | truncate_graphemes: 3 }} {{ '안녕' | truncate_graphemes: 2 }} {{ 'Hello' | "
       "truncate_graphemes: 4, '..' }}",
       "안녕… 안녕 He.."},
      // A family, a flag, a syllable of jamo and a letter with its accent apart: one each.
      {"{{ '👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧' | truncate_graphemes: 2 }}",
       "👨‍👩‍👧…"},
      {"{{ '🇰🇷🇯🇵🇺🇸' | truncate_graphemes: 2, '' }}", "🇰🇷🇯🇵"},
      {"{{ '\u1112\u1161\u11ab\u1100\u1173\u11af!' | truncate_graphemes: 2, '' }}",
       "\u1112\u1161\u11ab\u1100\u1173\u11af"},
      {"{{ 'e\u0301e\u0301e\u0301' | truncate_graphemes: 1, '' }}{{ 'abc' | truncate_graphemes: 0, '' }}{{ 'abc' | "
       "truncate_graphemes: 0 }}",
       "e\u0301…"},
  });
}

TEST_CASE("liquid: filters on texts") {
  Check({
      {"{{ 'aBc 가' | upcase }}{{ 'aBc 가' | downcase }}{{ 'hELLO wORLD' | capitalize }}{{ '가a' | capitalize }}",
       "ABC 가abc 가Hello world가a"},
      {"{{ 'b' | append: 'c' | prepend: 'a' }}{{ ' x ' | strip }}[{{ ' x ' | lstrip }}][{{ ' x ' | rstrip }}]",
       "abcx[x ][ x]"},
      {"{{ 'a-b-a' | replace: 'a', 'x' }} {{ 'a-b-a' | replace_first: 'a', 'x' }} {{ 'a-b-a' | replace_last: 'a', 'x' "
       "}}",
       "x-b-x x-b-a a-b-x"},
      {"{{ 'a-b-a' | remove: 'a' }} {{ 'a-b-a' | remove_first: 'a' }} {{ 'a-b-a' | remove_last: 'a' }}",
       "-b- -b-a a-b-"},
      {"{{ '안녕하세요 여러분' | truncate: 5 }} {{ '안녕하세요' | truncate: 5 }} {{ '안녕하세요' | truncate: 4, '…' }}",
       "안녕... 안녕하세요 안녕하…"},
      {"{{ '안녕' | truncate: 1 }} {{ '안녕' | truncate: 0, '' }}| {{ '안녕' | truncate: -3, '' }}|", "... | |"},
      {"{{ 'one two ' | truncatewords: 2 }}|{{ 'one two ' | truncatewords: 3 }}|{{ 'one two' | truncatewords: 2 }}|{{ "
       "'' | truncatewords: 1 }}|",
       "one two...|one two |one two||"},
      {"{{ '하나 둘  셋' | truncatewords: 2 }} {{ '안녕하세요' | slice: 1, 2 }} {{ '안녕' | slice: -1 }} {{ '안녕' | "
       "slice: 5 }}|",
       "하나 둘... 녕하 녕 |"},
      {"{{ 'a,b,,c,,' | split: ',' | join: '+' }} {{ ' a  b ' | split: ' ' | join: '+' }} {{ '가나' | split: '' | "
       "join: '+' }}",
       "a+b++c a+b 가+나"},
      {"{{ 'a\nb\r\nc' | newline_to_br }} {{ 'a\nb\r\nc' | strip_newlines }}", "a<br />\nb<br />\nc abc"},
      {"{{ '<a href=\"x\">&</a>' | escape }} {{ '&lt;<&' | escape_once }}",
       "&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt; &lt;&lt;&amp;"},
      {"{{ '가 b&c/~' | url_encode }} {{ '%EA%B0%80+b%26' | url_decode }}", "%EA%B0%80+b%26c%2F~ 가 b&"},
      {"{{ 'a<b>c</b><script>x</script><!-- y -->d < e' | strip_html }}", "acd < e"},
      {"{{ nil | upcase }}{{ nil | truncate }}{{ 12 | upcase }}{{ '안녕' | size }}{{ 12 | size }}", "1220"},
  });
}

TEST_CASE("liquid: filters on numbers") {
  Check({
      {"{{ 1 | plus: 2 }} {{ 1 | plus: 2.0 }} {{ 10.1 | minus: 2.2 }} {{ '3' | times: '4' }} {{ 5 | times: 2.1 }}",
       "3 3.0 7.9 12 10.5"},
      {"{{ 9 | divided_by: 2 }} {{ -9 | divided_by: 2 }} {{ 9 | divided_by: 2.0 }} {{ 20 | divided_by: 7.0 }}",
       "4 -5 4.5 2.857142857142857"},
      {"{{ 7 | modulo: 3 }} {{ -7 | modulo: 3 }} {{ 10.1 | modulo: 7.0 }}", "1 2 3.1"},
      {"{{ 1.5 | round }} {{ -1.5 | round }} {{ 2.345 | round: 2 }} {{ 1234 | round: -2 }} {{ 2 | round: 2 }} {{ 2.0 | "
       "round: 1 }}",
       "2 -2 2.35 1200 2 2.0"},
      {"{{ 1.2 | floor }} {{ -1.2 | floor }} {{ 1.2 | ceil }} {{ -1.2 | ceil }} {{ -3 | abs }} {{ -3.5 | abs }}",
       "1 -2 2 -1 3 3.5"},
      {"{{ 3 | at_least: 5 }} {{ 3 | at_most: 2.5 }} {{ 'x' | plus: 1 }} {{ '12abc' | plus: 1 }} {{ nil | plus: 1 }}",
       "5 2.5 1 13 1"},
      {"{{ 9223372036854775807 | plus: 1 }} {{ 4611686018427387904 | times: 4 }}",
       "9.223372036854776e+18 1.8446744073709552e+19"},
  });
}

TEST_CASE("liquid: filters on lists") {
  Check({
      {"{{ l | sort | join }} {{ l | sort_natural | join }} {{ l | uniq | join }} {{ l | reverse | join: '' }} {{ n | "
       "sort | join }}",
       "C a b b a b b C b a C bCab 1 2.5 3"},
      {"{{ items | map: 'name' | join: ', ' }} {{ items | where: 'sale' | map: 'name' | join }} {{ items | where: "
       "'price', 1 | map: 'name' | join }}",
       "코트, 가방, 신발 코트 신발 가방"},
      {"{{ items | sort: 'price' | map: 'name' | join }} {{ items | sum: 'price' }} {{ n | sum }} {{ nest | sum }}",
       "가방 신발 코트 6 6.5 6"},
      {"{{ items | reject: 'sale' | map: 'name' | join }} {{ items | has: 'price', 2 }} {{ items | find_index: "
       "'price', 2 }}",
       "가방 true 2"},
      {"{{ holes | compact | size }} {{ l | first }}{{ l | last }} {{ l | concat: n | size }} {{ nil | join }}{{ 'x' | "
       "join: '-' }}",
       "2 bb 7 x"},
      {"{{ nest | join: '-' }} {{ (1..3) | reverse | join: '-' }}", "1-2-3 3-2-1"},
  });
}

TEST_CASE("liquid: default") {
  Check({
      {"{{ nobody | default: 'x' }}{{ '' | default: 'x' }}{{ false | default: 'x' }}{{ 0 | default: 'x' }}{{ ' ' | "
       "default: 'x' }}",
       "xxx0 "},
      {"{{ false | default: 'x', allow_false: true }}{{ nobody | default: 'x', allow_false: true }}{{ nobody | default "
       "}}",
       "falsex"},
  });
}

TEST_CASE("liquid: money") {
  auto amount = [](const Value& x, std::string_view source, std::string_view locale = "ko-KR") {
    return RenderedWith(x, source, {.locale = locale});
  };
  CHECK(amount(Value::Decimal(129000000), "{{ x | money }}") == "12,900원");
  CHECK(amount(Value::Int(1234567), "{{ x | money }}") == "1,234,567원");
  CHECK(amount(Value::Int(0), "{{ x | money }}") == "0원");
  CHECK(amount(Value::Int(999), "{{ x | money }}") == "999원");
  CHECK(amount(Value::Int(-5000), "{{ x | money }}") == "-5,000원");
  CHECK(amount(Value::Double(999.5), "{{ x | money }}") == "1,000원");
  CHECK(amount(Value::String("1290"), "{{ x | money }}") == "1,290원");
  CHECK(amount(Value::Int(12900), "{{ x | money }}", "en-US") == "₩12,900");
  CHECK(amount(Value::Decimal(129000), "{{ x | money: 'USD' }}") == "$12.90");
  CHECK(amount(Value::Decimal(129000), "{{ x | money: 'EUR' }}") == "€12.90");
  CHECK(amount(Value::Int(1290), "{{ x | money: 'JPY' }}") == "¥1,290");
  CHECK(amount(Value::Double(0.005), "{{ x | money: 'USD' }}") == "$0.01");
  CHECK(amount(Value::Int(-1), "{{ x | money: 'GBP' }}") == "-£1.00");
  CHECK(amount(Value::Int(1234), "{% assign c = 'XTS' %}{{ x | money: c }}") == "1,234.00 XTS");
  CHECK(RenderedWith(Value::Int(1234), "{{ x | money }}", {.currency = "USD"}) == "$1,234.00");
}

TEST_CASE("liquid: every filter of the table is found by its name, once") {
  for (auto filters : {TextFilters(), WebFilters(), NumberFilters(), ListFilters(), ShopFilters()}) {
    for (const Filter& filter : filters) {
      CHECK(FindFilter(filter.name) == &filter);
      CHECK(filter.arguments_min <= filter.arguments_max);
      CHECK(filter.arguments_max + (filter.keyword.empty() ? 0 : 1) <= kFilterArgumentsMax);
    }
  }
}

}  // namespace
TEST_CASE("liquid: what a message says to people") {
  const int64_t now_ms = 1'780'272'000'000;  // 2026-06-01T00:00:00Z
  auto in = [&](std::string_view locale, std::string_view source) {
    return Rendered(source, "{}",
                    {.missing = Missing::kEmpty, .locale = locale, .timezone = "Asia/Seoul", .now_ms = now_ms});
  };
  const std::tuple<std::string_view, std::string_view, std::string_view> kCases[] = {
      {"{{ '2026-06-01T03:30:00Z' | time_left }}", "3시간 남음", "3 hours left"},
      {"{{ '2026-06-03T03:30:00Z' | time_left }}", "2일 남음", "2 days left"},
      {"{{ '2026-06-01T00:00:20Z' | time_left }}", "1분 남음", "1 minute left"},
      {"{{ '2026-06-01T00:00:00Z' | time_left }}", "마감", "ended"},
      {"{{ '2026-05-31T23:00:00Z' | ago }}", "1시간 전", "1 hour ago"},
      {"{{ '2026-05-31T23:59:50Z' | ago }}", "방금", "just now"},
      {"{{ 7000 | percent_off: 10000 }} {{ 6999 | percent_off: 10000 }} {{ 11000 | percent_off: 10000 }} {{ 12.5 | "
       "percent_off: 25.0 }}",
       "30 30 0 50", "30 30 0 50"},
      {"{{ '홍길동' | mask }} {{ '이온' | mask }} {{ 'Kevin' | mask }} {{ '남궁민수' | mask }}",
       "홍*동 이* K***n 남**수", "홍*동 이* K***n 남**수"},
      {"{{ '01012345678' | mask }} {{ '010-1234-5678' | mask }} {{ 'kim@shop.example' | mask }}",
       "010-****-5678 010-****-5678 k**@shop.example", "010-****-5678 010-****-5678 k**@shop.example"},
      {"{{ '01012345678' | phone }} {{ '+82 10 1234 5678' | phone }} {{ '0212345678' | phone }} {{ '0311234567' | "
       "phone }} {{ '+1 415 555 0100' | phone }}",
       "010-1234-5678 010-1234-5678 02-1234-5678 031-123-4567 +1 415 555 0100",
       "010-1234-5678 010-1234-5678 02-1234-5678 031-123-4567 +1 415 555 0100"},
      {"{{ '가나다abc' | truncate_bytes: 5, 'euc-kr' }}|{{ '가나다abc' | truncate_bytes: 7, 'euc-kr' }}|{{ '가나다' | "
       "truncate_bytes: 7 }}",
       "가나|가나다a|가나", "가나|가나다a|가나"},
  };
  for (const auto& [source, korean, english] : kCases) {
    INFO(source);
    CHECK(in("ko-KR", source) == korean);
    CHECK(in("en-US", source) == english);
  }
  CHECK(in("ko-KR", "{{ '하트😀' | truncate_bytes: 90, 'euc-kr' }}").find("\"😀\" cannot be written in euc-kr") !=
        std::string::npos);
  CHECK(in("ko-KR", "{{ 'a' | truncate_bytes: 90, 'latin' }}").find("unknown encoding \"latin\"") != std::string::npos);
  CHECK(in("ko-KR", "{{ 5 | percent_off: 0 }}").find("the old price, a number above 0") != std::string::npos);
}

}  // namespace cartwheel::liquid
