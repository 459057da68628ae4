// The lateness: an add further before the newest event of its customer counts nothing, whatever of the others was
// folded already.
#include "tests/unit/engine/shop.h"

namespace cartwheel {

TEST_CASE("lateness: what comes too late is decided by the events, and not by what was folded") {
  struct Case {
    int64_t newest_at_ms;
    bool counts;
  };
  // The late add is of one hour after the first. The default lateness is 24 hours; events are folded some time after
  // it.
  const std::vector<Case> cases = {
      {25 * kHourMs - 1, true}, {25 * kHourMs, true},  {25 * kHourMs + 1, false},
      {26 * kHourMs, false},    {50 * kHourMs, false},
  };
  for (const Case& each : cases) {
    CAPTURE(each.newest_at_ms);
    Shop shop;
    shop.Event("product_added", "ann", kDay0, R"({"product_id":"tea"})");
    shop.Event("product_added", "ann", kDay0 + each.newest_at_ms, R"({"product_id":"cup"})");
    shop.AdvanceTo(kDay0 + each.newest_at_ms);
    shop.Event("product_added", "ann", kDay0 + kHourMs, R"({"product_id":"pot"})");
    shop.AdvanceTo(kDay0 + each.newest_at_ms);
    const std::string ann = shop.Query("customer", "ann");
    CHECK(Has(ann, R"("product_id":"tea")"));
    CHECK(Has(ann, R"("product_id":"cup")"));
    CHECK(Has(ann, R"("product_id":"pot")") == each.counts);
  }
}

}  // namespace cartwheel
