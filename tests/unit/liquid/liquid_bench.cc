// Hidden: test_liquid '[.bench]' prints what parsing and rendering cost.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "liquid/liquid.h"
#include "tests/catch.h"
#include "tests/unit/liquid/json_values.h"

namespace cartwheel::liquid {
namespace {

constexpr std::string_view kReminder =
    "(광고) {{ shop.name }}\n{{ customer.name | default: '고객' }}님, ‘{{ cart.items[0].name | truncate: 12, '…' }}’"
    "{% if cart.items.size > 1 %} 외 {{ cart.items.size | minus: 1 }}개{% endif %}를 장바구니에 담아 두셨어요. "
    "지금 주문하시면 {{ cart.value | times: 0.9 | round }}원에 받아 보실 수 있어요. 재고가 많지 않아 곧 품절될 수 "
    "있으니 잊지 마세요. "
    "{{ cart.url }}\n무료수신거부 080-123-4567";

constexpr std::string_view kWorld =
    R"json({"shop": {"name": "온도상점"}, "customer": {"name": "김민지"}, "cart": {"value": 188000, "url": "https://ondo.example/cart/3f9a",
        "items": [{"name": "울 블렌드 오버핏 롱코트 (차콜)"}, {"name": "가죽 토트백"}, {"name": "니트"}]}})json";

// The best of many short rounds, so that a busy machine shows less.
template <typename Function>
double NanosecondsOf(int rounds, int times, Function function) {
  double best = 1e18;
  for (int round = 0; round < rounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) function();
    std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / times);
  }
  return best;
}

TEST_CASE("liquid: cost of a reminder", "[.bench]") {
  JsonValues values;
  simdjson::dom::parser parser;
  simdjson::dom::element document = parser.parse(kWorld.data(), kWorld.size()).value();
  Environment environment;
  std::vector<Value> roots;
  for (auto& [name, value] : values.Fields(document)) {
    environment.roots.push_back({name});
    roots.push_back(value);
  }
  auto reminder = Parse(kReminder, environment);
  REQUIRE(reminder.ok());
  std::string out;
  REQUIRE(reminder->Render(roots, {}, &out).ok());
  size_t bytes = out.size();
  double render = NanosecondsOf(2000, 100, [&] {
    out.clear();
    (void)reminder->Render(roots, {}, &out);
  });
  double parse = NanosecondsOf(1000, 10, [&] { (void)Parse(kReminder, environment); });
  auto bomb = Parse(
      "{% for a in (1..999999999) %}{% for b in (1..999999999) %}{{ a | times: 2.5 }}{% endfor %}{% endfor %}", {});
  double bomb_ns = NanosecondsOf(10, 1, [&] { (void)bomb->Render({}, {}, &out); });
  printf(
      "reminder: %zu bytes of template to %zu bytes of text: render %.0f ns, parse %.0f ns; a bomb ends in %.2f ms\n",
      kReminder.size(), bytes, render, parse, bomb_ns / 1e6);
}

}  // namespace
}  // namespace cartwheel::liquid
