// Counters: sums of a batch, sums over days, and the names that metrics show.
#include "core/model/counter.h"

#include "tests/catch.h"

namespace cartwheel {

TEST_CASE("counter: a batch sums each counter, and its rows are in order") {
  CounterSums sums;
  const CounterView first{.metric = Metric::kMessages, .journey = "cart", .step = "first"};
  const CounterView second{.metric = Metric::kMessages, .journey = "cart", .step = "second"};
  sums.Add(second);
  sums.Add(first);
  sums.Add({.metric = Metric::kOrders}, 1, 1'000);
  sums.Add(second, 4);
  sums.Add({.metric = Metric::kOrders}, 1, 500);
  CounterSums more;
  more.Add(first, -1);
  more.Add({.metric = Metric::kErased});
  sums.Add(more);
  CHECK(sums.Count(second) == 5);
  CHECK(sums.Count({.metric = Metric::kMerged}) == 0);
  const std::vector<CounterRow> rows = sums.Rows(20'000);
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].counter == Counter({.metric = Metric::kErased}, 20'000));
  CHECK(rows[1].counter == Counter({.metric = Metric::kOrders}, 20'000));
  CHECK(rows[1].count == 2);
  CHECK(rows[1].value == 1'500);
  CHECK(rows[2].counter == Counter(first, 20'000));
  CHECK(rows[2].count == 0);
  CHECK(rows[3].counter == Counter(second, 20'000));
}

TEST_CASE("counter: each dimension makes another counter") {
  CounterSums sums;
  const CounterView one{Metric::kReceipts, "j", "s", "v", Reason::kGone, ""};
  CounterView others[] = {one, one, one, one, one, one};
  others[0].metric = Metric::kDropped;
  others[1].journey = "k";
  others[2].step = "t";
  others[3].variant = "";
  others[4].reason = Reason::kEvent;
  others[5].detail = "d";
  sums.Add(one);
  for (const CounterView& other : others) sums.Add(other);
  CHECK(sums.Rows(1).size() == 7);
  CHECK(sums.Count(one) == 1);
}

TEST_CASE("counter: days are summed up") {
  const CounterView view{.metric = Metric::kEntered, .journey = "cart"};
  const std::vector<CounterRow> sums = SumOverDays({{Counter({.metric = Metric::kOrders}, 1), 1, 10},
                                                    {Counter({.metric = Metric::kOrders}, 3), 2, 20},
                                                    {Counter(view, 2), 7, 0}});
  REQUIRE(sums.size() == 2);
  CHECK(sums[0].counter == Counter({.metric = Metric::kOrders}));
  CHECK(sums[0].count == 3);
  CHECK(sums[0].value == 30);
  CHECK(sums[1].counter == Counter(view));
  CHECK(CountOf(sums, Metric::kEntered) == 7);
}

TEST_CASE("counter: names of metrics with their dimensions") {
  CHECK(CounterPath({.metric = Metric::kCustomers}) == "customers");
  CHECK(CounterPath({.metric = Metric::kCartsOpened}) == "carts/opened");
  CHECK(CounterPath({.metric = Metric::kMessages, .journey = "cart", .step = "first"}) == "messages/cart/first");
  CHECK(CounterPath({.metric = Metric::kVariants, .journey = "cart", .step = "first", .variant = "b"}) ==
        "variants/cart/first/b");
  CHECK(CounterPath({.metric = Metric::kExited, .journey = "cart", .reason = Reason::kMerged}) == "exited/cart/merged");
  CHECK(CounterPath(
            {.metric = Metric::kExited, .journey = "cart", .reason = Reason::kEvent, .detail = "order_completed"}) ==
        "exited/cart/order_completed");
  CHECK(CounterPath(MembersCounter(0xab, "vip").view()) == "members/00000000000000ab/vip");
}

}  // namespace cartwheel
