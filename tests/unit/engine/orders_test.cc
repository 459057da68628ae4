// Orders and carts: a purchase stops the reminders, whenever it happened and whenever it is known.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
using Lines = std::vector<std::string>;

std::string Piece(std::string_view text, std::string_view begin, std::string_view end) {
  size_t at = text.find(begin);
  if (at == std::string_view::npos) return "nothing";
  at += begin.size();
  return std::string(text.substr(at, text.find(end, at) - at));
}
std::string Revenue(Shop& shop) { return Piece(shop.Query("customer", "ann"), R"("revenue":)", ","); }
std::string Orders(Shop& shop) { return Piece(shop.Query("customer", "ann"), R"("orders":)", ","); }

}  // namespace

// Over every combination of when the purchase happened (before, at, after each due time), when it is known, and whether
// messages were taken before: no reminder whose planned time is at or after the purchase, none made after the purchase
// is known.
TEST_CASE("orders: a purchase before, at and after each due time, in and out of order of arrival") {
  const std::vector<int64_t> due = {24, 48, 72};
  for (int64_t bought = 12; bought <= 84; bought += 12) {
    for (int64_t shift_ms : {int64_t{-1}, int64_t{0}, int64_t{1}}) {
      for (int64_t known_after : {0, 1, 12, 24, 36, 60}) {
        int64_t bought_ms = kDay0 + bought * kHourMs + shift_ms;
        int64_t known_ms = bought_ms + known_after * kHourMs;
        CAPTURE(bought, shift_ms, known_after);
        Shop shop;
        shop.Event("product_added", "ann", kDay0, kTea);
        if (known_ms > kDay0) shop.RunTo(known_ms - 1);
        shop.clock().Set(known_ms);
        shop.Event("order_completed", "ann", bought_ms);  // in the log before anything due at known_ms fires
        shop.RunTo(kDay0 + 150 * kHourMs);
        size_t expected = 0;
        for (int64_t hour : due) expected += kDay0 + hour * kHourMs < known_ms;
        auto rows = shop.store()->ListMessages({{}, MessageId(0), 100});
        REQUIRE(rows.ok());
        CHECK(rows->size() == expected);
        bool over = known_ms > kDay0 + 72 * kHourMs;  // the walk had ended; its last message may still wait
        for (const MessageRow& row : *rows) {
          CHECK(row.made_at_ms < known_ms);
          CAPTURE(over);
          // None of them may leave any more, but for one that expired meanwhile.
          CHECK((row.state == MessageState::kRevoked || row.expires_at_ms <= known_ms));
        }
        for (const Message& message : shop.Claim("web_push")) CHECK(message.customer.empty());
      }
    }
  }
}

TEST_CASE("orders: the purchase arrives before the add") {
  Shop shop;
  shop.clock().Set(kDay0 + 2 * kHourMs);
  shop.Event("order_completed", "ann", kDay0 + kHourMs);
  SECTION("in one fold") {}
  SECTION("in another") { shop.AdvanceTo(kDay0 + 2 * kHourMs); }
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.Event("product_added", "ann", kDay0 + kHourMs, kTea);  // at the same instant: bought
  CHECK(shop.AdvanceTo(kDay0 + 2 * kHourMs).enrolments == 0);
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox().empty());
}

TEST_CASE("orders: a late add of before the closing joins the closed cart, one of after it opens it anew") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"tea","cart_id":"7"})");
  shop.AdvanceTo(kDay0);
  shop.clock().Set(kDay0 + 3 * kHourMs);
  shop.Event("order_completed", "ann", kDay0 + 2 * kHourMs, R"({"cart_id":"7","total":10})");
  CHECK(shop.AdvanceTo(kDay0 + 3 * kHourMs).exits == 1);
  shop.Event("product_added", "ann", kDay0 + kHourMs, R"({"product_id":"late","cart_id":"7"})");
  CHECK(shop.AdvanceTo(kDay0 + 3 * kHourMs).enrolments == 0);
  CHECK(Has(shop.Query("customer", "ann"), R"("stage":"ordered","value":0,"quantity":0)"));
  shop.Event("product_added", "ann", kDay0 + 3 * kHourMs, R"({"product_id":"new","cart_id":"7"})");
  CHECK(shop.AdvanceTo(kDay0 + 3 * kHourMs).enrolments == 1);
}

TEST_CASE("orders: an order closes the cart that it names") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"a","cart_id":"1"})");
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"b","cart_id":"2"})");
  shop.AdvanceTo(kDay0);
  int64_t at_ms = kDay0 + kHourMs;
  shop.clock().Set(at_ms);
  int left = 0;
  SECTION("a known one: the other stays") {
    shop.Event("order_completed", "ann", at_ms, R"({"cart_id":"2"})");
    left = 1;
  }
  SECTION("an unknown one: all") { shop.Event("order_completed", "ann", at_ms, R"({"cart_id":"3"})"); }
  SECTION("none: all") { shop.Event("order_completed", "ann", at_ms); }
  SECTION("none, but only those active up to its at") {
    shop.Event("product_added", "ann", at_ms, R"({"product_id":"c","cart_id":"2"})");
    shop.AdvanceTo(at_ms);
    shop.Event("order_completed", "ann", at_ms - 1);
    shop.AdvanceTo(at_ms);
    CHECK(Has(shop.Query("customer", "ann"),
              R"("product_id":"c")"));  // what was put into it later stays in cart 2, and no message is made for it
  }
  shop.RunTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Outbox().size() == static_cast<size_t>(left));
}

TEST_CASE(
    "orders: a purchase heard within late_stop_max of its time ends walks that entered after it, an older one does "
    "not") {
  Shop shop;
  const int64_t late_exit_ms = shop.options().late_stop_max_ms;
  const int64_t bought_ms = kDay0 + 2 * kHourMs;
  shop.clock().Set(kDay0 + 4 * kHourMs);
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.AdvanceTo(kDay0 + 4 * kHourMs);
  int64_t heard_ms = bought_ms + late_exit_ms;
  Lines expected;
  SECTION("at the last moment") {}
  SECTION("a millisecond later") {
    ++heard_ms;
    expected = {"ann/first@97:waiting"};
  }
  const int64_t added_ms = kDay0 + 73 * kHourMs;  // a device says so whose clock is ahead of the shop's
  shop.clock().Set(added_ms);
  shop.Event("order_completed", "ann", kDay0 + kHourMs, R"({"order_id":"1"})");
  shop.Event("product_added", "ann", added_ms, R"({"product_id":"new","price":1})");
  shop.AdvanceTo(added_ms);
  shop.clock().Set(heard_ms);
  shop.Event("order_completed", "ann", bought_ms, R"({"order_id":"2"})");
  shop.Event("cart_viewed", "ann", heard_ms);  // what is in the cart was there when the purchase was heard of
  shop.RunTo(added_ms + 26 * kHourMs);
  Lines made;
  for (const std::string& line : shop.Outbox())
    if (line.find("waiting") != std::string::npos) made.push_back(line);
  if (expected.empty())
    CHECK(made.empty());
  else
    CHECK(made.size() == 1);
}

TEST_CASE("orders: a browse reminder is ended by an order that names a cart, in either order of arrival") {
  std::string playbook = RemindersOnly();
  auto replace = [&](std::string_view from, std::string_view to) {
    size_t at = playbook.find(from);
    REQUIRE(at != std::string::npos);
    playbook.replace(at, from.size(), to);
  };
  replace(R"({"on": "product_added", "when": "cart.quantity > 0", "key": "cart.id"})", R"({"on": "page_viewed"})");
  replace(
      R"("first": {"purpose": "cart", "push": {"title": "{{ shop.name }}", "body": "{{ cart.items[0].name | default: '상품' }} {{ cart.value | default: 0 }}"})",
      R"("first": {"purpose": "browse", "push": {"title": "1", "body": "1"})");
  Shop shop(NewMemoryStore(), playbook);
  shop.clock().Set(kDay0 + 3 * kHourMs);
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"a","cart_id":"1"})");
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"b","cart_id":"2"})");
  SECTION("in order") {
    shop.Event("page_viewed", "ann", kDay0 + kHourMs);
    shop.Event("order_completed", "ann", kDay0 + 2 * kHourMs, R"({"cart_id":"1"})");
  }
  SECTION("out of order") {
    shop.Event("order_completed", "ann", kDay0 + 2 * kHourMs, R"({"cart_id":"1"})");
    shop.Event("page_viewed", "ann", kDay0 + kHourMs);
  }
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox().empty());
}

TEST_CASE("orders: the same order reported twice counts once") {
  Shop shop;
  for (int i = 0; i < 3; ++i) shop.Event("order_completed", "ann", kDay0 + i, R"({"order_id":"o1","total":12.5})");
  shop.Event("order_completed", "ann", kDay0 + 9, R"({"order_id":42,"total":1})");
  shop.Event("order_completed", "ann", kDay0 + 9, R"({"order_id":"42","total":1})");
  shop.AdvanceTo(kDay0);
  CHECK(Orders(shop) == "2");
  CHECK(Revenue(shop) == "13.5");
  CHECK(Has(shop.Query("report"), R"("orders":{"count":2,"value":13.5})"));
}

TEST_CASE("orders: money is exact") {
  Shop shop;
  shop.Event("order_completed", "ann", kDay0, R"({"order_id":"1","total":0.1})");
  shop.Event("order_completed", "ann", kDay0, R"({"order_id":"2","total":0.2})");
  shop.AdvanceTo(kDay0);
  CHECK(Revenue(shop) == "0.3");
  SECTION("cancelled") {
    shop.Event("order_cancelled", "ann", kDay0, R"({"order_id":"1"})");
    shop.Event("order_cancelled", "ann", kDay0, R"({"order_id":"1"})");
    shop.AdvanceTo(kDay0);
    CHECK(Revenue(shop) == "0.2");
    CHECK(Orders(shop) == "1");
  }
  SECTION("refunded in parts, never more than the order") {
    shop.Event("order_refunded", "ann", kDay0, R"({"order_id":"2","total":0.15})");
    shop.AdvanceTo(kDay0);
    CHECK(Revenue(shop) == "0.15");
    shop.Event("order_refunded", "ann", kDay0, R"({"order_id":"2","total":99})");
    shop.AdvanceTo(kDay0);
    CHECK(Revenue(shop) == "0.1");
  }
  SECTION("a refund has one sign") {
    shop.Event("order_refunded", "ann", kDay0, R"({"order_id":"2","total":-0.15})");
    shop.AdvanceTo(kDay0);
    CHECK(Revenue(shop) == "0.15");
  }
  SECTION("a refund without an amount, and one of an unknown order") {
    shop.Event("order_refunded", "ann", kDay0, R"({"order_id":"2"})");
    shop.Event("order_refunded", "ann", kDay0, R"({"order_id":"7","total":1})");
    shop.AdvanceTo(kDay0);
    CHECK(Revenue(shop) == "0.1");
  }
  SECTION("a thousand times a tenth") {
    for (int i = 0; i < 1000; ++i) shop.Event("order_completed", "ann", kDay0, R"({"total":0.1})");
    shop.AdvanceTo(kDay0);
    CHECK(Revenue(shop) == "100.3");
  }
}

TEST_CASE("orders: removals out of order") {
  Shop shop;
  shop.clock().Set(kDay0 + kHourMs);
  shop.Event("product_removed", "ann", kDay0 + 10, kTea);
  SECTION("the add it removed comes later") {
    shop.Event("product_added", "ann", kDay0, kTea);
    CHECK(shop.AdvanceTo(kDay0 + kHourMs).enrolments == 0);
    CHECK(Has(shop.Query("customer", "ann"), R"("items":[])"));
  }
  SECTION("an add of after it stays") {
    shop.Event("product_added", "ann", kDay0 + 11, kTea);
    CHECK(shop.AdvanceTo(kDay0 + kHourMs).enrolments == 1);
  }
  SECTION("the memory of it survives other carts") {
    for (int i = 0; i < 5; ++i)
      shop.Event("product_added", "ann", kDay0, fmt::format(R"({{"product_id":"x","cart_id":"{}"}})", i));
    shop.Event("product_added", "ann", kDay0, kTea);
    CHECK(shop.AdvanceTo(kDay0 + kHourMs).enrolments == 5);
  }
}

TEST_CASE("orders: emptying ends the walk of that cart only") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"a","cart_id":"1"})");
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"b","cart_id":"2"})");
  shop.AdvanceTo(kDay0);
  SECTION("by a removal") { shop.Event("product_removed", "ann", kDay0 + 1, R"({"product_id":"a","cart_id":"1"})"); }
  SECTION("by cart_emptied") { shop.Event("cart_emptied", "ann", kDay0 + 1, R"({"cart_id":"1"})"); }
  SECTION("by a snapshot") { shop.Event("cart_updated", "ann", kDay0 + 1, R"({"products":[],"cart_id":"1"})"); }
  CHECK(shop.AdvanceTo(kDay0 + 1).exits == 1);
  CHECK(Has(shop.Query("report"), R"("opened":2,"ordered":0,"emptied":1,"abandoned":1)"));
}

TEST_CASE("orders: an idle cart expires after 60 days, not a millisecond before") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.RunTo(kDay0 + 60 * kDayMs - 1);
  CHECK(Has(shop.Query("customer", "ann"), R"("stage":"shopping")"));
  AdvanceResult last = shop.AdvanceTo(kDay0 + 60 * kDayMs);
  CHECK(Has(shop.Query("customer", "ann"), R"("stage":"expired")"));
  CHECK(last.next_due_ms == 0);
  shop.Event("product_added", "ann", kDay0 + 60 * kDayMs + 1, kTea);
  CHECK(shop.AdvanceTo(kDay0 + 60 * kDayMs + 1).enrolments == 1);
}

TEST_CASE("orders: what takes an order back may come before the order itself") {
  Shop shop;
  constexpr std::string_view kOrder = R"({"order_id":"1","total":10})";
  SECTION("cancelled") {
    shop.Event("order_cancelled", "ann", kDay0, R"({"order_id":"1"})");
    shop.Event("order_completed", "ann", kDay0, kOrder);
    shop.Event("order_completed", "ann", kDay0, kOrder);  // the server's report after the browser's
    shop.AdvanceTo(kDay0);
    CHECK(Orders(shop) == "0");
    CHECK(Revenue(shop) == "0");
  }
  SECTION("reported again after it was cancelled") {
    shop.Event("order_completed", "ann", kDay0, kOrder);
    shop.Event("order_cancelled", "ann", kDay0, R"({"order_id":"1"})");
    shop.Event("order_completed", "ann", kDay0, kOrder);
    shop.AdvanceTo(kDay0);
    CHECK(Orders(shop) == "0");
    CHECK(Revenue(shop) == "0");
  }
  SECTION("refunded in part, twice") {
    shop.Event("order_refunded", "ann", kDay0, R"({"order_id":"1","total":3})");
    shop.Event("order_refunded", "ann", kDay0, R"({"order_id":"1","total":2})");
    shop.Event("order_completed", "ann", kDay0, kOrder);
    shop.AdvanceTo(kDay0);
    CHECK(Orders(shop) == "1");
    CHECK(Revenue(shop) == "5");
  }
  SECTION("refunded whole, in another fold") {
    shop.Event("order_refunded", "ann", kDay0, R"({"order_id":"1"})");
    shop.AdvanceTo(kDay0);
    shop.Event("order_completed", "ann", kDay0, kOrder);
    shop.AdvanceTo(kDay0);
    CHECK(Orders(shop) == "1");
    CHECK(Revenue(shop) == "0");
  }
  SECTION("known to the device, reported by the customer") {
    shop.DeviceEvent("order_cancelled", "dev", kDay0, R"({"order_id":"1"})");
    shop.Event("order_completed", "ann", kDay0, kOrder);
    shop.Event("order_completed", "ann", kDay0, R"({"order_id":"2","total":7})");
    shop.DeviceEvent("order_refunded", "dev", kDay0, R"({"order_id":"2","total":4})");
    shop.Identify("ann", "dev", kDay0);
    shop.AdvanceTo(kDay0);
    CHECK(Orders(shop) == "1");
    CHECK(Revenue(shop) == "3");
  }
}

}  // namespace cartwheel
