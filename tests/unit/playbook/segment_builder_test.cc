// The builder of segments, and the page that teaches them: what they print and say is what a playbook takes.
#include <fstream>
#include <string>

#include "base/json_text.h"
#include "base/status.h"
#include "cartwheel/segment.h"
#include "fmt/format.h"
#include "playbook/compile.h"
#include "tests/catch.h"

namespace {

using namespace cartwheel::segment;
using cartwheel::StatusText;

void CheckLoads(const Condition& condition) {
  std::string json;
  cartwheel::AppendJsonString(condition.ToCel(), &json);
  auto playbook = cartwheel::CompilePlaybook(fmt::format(
      R"({{"playbook": 1, "revision": 1, "policy": {{"consent": "assumed_by_shop", "rules": []}}, "shop": {{"name": "s"}}, "segments": {{"regulars": "customer.orders > 1", "s": {}}}}})",
      json));
  INFO(condition.ToCel() << "\n" << StatusText(playbook.status()));
  CHECK(playbook.ok());
}

}  // namespace

TEST_CASE("The examples of docs/segments.md load") {
  std::ifstream file(CARTWHEEL_SOURCE_DIR "/docs/segments.md");
  int examples = 0;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "```cel")
      inside = true;
    else if (line == "```")
      inside = false;
    else if (inside)
      CheckLoads(Condition(line)), ++examples;
  }
  CHECK(examples == 10);
}

TEST_CASE("Segments built in C++ print as CEL") {
  const std::pair<Condition, std::string_view> kCases[] = {
      {count("order_completed").Within(absl::Hours(24)) == 0 && sum("product_added", "value") >= 50000,
       "events('order_completed').within(duration('86400s')).count() == 0 && events('product_added').sum('value') >= "
       "50000"},
      {number("customer.orders") == 0 && (age("customer.last_seen") > absl::Hours(720) || in_segment("regulars")),
       "customer.orders == 0 && (age(customer.last_seen) > duration('2592000s') || segment('regulars'))"},
      {!(text("customer.grade") == "gold") && Condition("cart.value > 1 || cart.quantity > 1"),
       "!(customer.grade == 'gold') && (cart.value > 1 || cart.quantity > 1)"},
      {distinct("product_viewed", "product_id").Within(absl::Milliseconds(1500)) >= 4 || days("page_viewed") > 3,
       "events('product_viewed').within(duration('1500ms')).distinct('product_id').count() >= 4 || "
       "events('page_viewed').days() > 3"},
      {bucket("may's test") < 5000, "bucket('may\\'s test') < 5000"},
  };
  for (const auto& [condition, want] : kCases) {
    CHECK(condition.ToCel() == want);
    CheckLoads(condition);
  }
}
