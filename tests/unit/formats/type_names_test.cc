// Names of event types: spellings, other systems' names, slips, and names that shops give and that must stay their own.
#include "formats/type_names.h"

#include "core/model/event_names.h"
#include "tests/catch.h"
#include "tests/unit/formats/read.h"

using namespace cartwheel;
using formats::ReadTypeName;
using formats::TypeReading;

TEST_CASE("every type in every spelling") {
  for (int i = 1; i <= static_cast<int>(kLastEventType); ++i) {
    const auto type = static_cast<EventType>(i);
    const std::string name(EventTypeName(type));
    CHECK(ReadTypeName(name).type == type);
    if (IsDerived(type)) continue;
    std::string camel, words, upper, hyphens, dots;
    bool begins = true;
    for (char c : name) {
      const char capital = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      if (c != '_')
        camel += begins ? capital : c, words += begins ? capital : c;
      else
        words += ' ';
      upper += capital;
      hyphens += c == '_' ? '-' : c;
      dots += c == '_' ? '.' : c;
      begins = c == '_';
    }
    for (const std::string& spelling : {camel, words, upper, hyphens, dots, " " + name + "\n"}) {
      CAPTURE(spelling);
      CHECK(ReadTypeName(spelling).type == type);
      CHECK(ReadTypeName(spelling).name == name);
    }
  }
}

TEST_CASE("other systems' names") {
  using enum EventType;
  for (auto [name, type] : {std::pair{"Completed Order", kOrderCompleted},
                            {"Viewed Product", kProductViewed},
                            {"Added Product", kProductAdded},
                            {"Removed Product", kProductRemoved},
                            {"Viewed Checkout Step", kCheckoutStepViewed},
                            {"Order Canceled", kOrderCancelled},
                            {"Placed Order", kOrderCompleted},
                            {"order_placed", kOrderCompleted},
                            {"order_paid", kOrderCompleted},
                            {"add_to_cart", kProductAdded},
                            {"remove_from_cart", kProductRemoved},
                            {"view_item", kProductViewed},
                            {"view_cart", kCartViewed},
                            {"begin_checkout", kCheckoutStarted},
                            {"purchase", kOrderCompleted},
                            {"refund", kOrderRefunded},
                            {"add_to_wishlist", kProductAddedToWishlist},
                            {"add_payment_info", kPaymentInfoEntered},
                            {"AddToCart", kProductAdded},
                            {"InitiateCheckout", kCheckoutStarted},
                            {"Purchase", kOrderCompleted},
                            {"ViewContent", kProductViewed},
                            {"PageView", kPageViewed},
                            {"checkout_completed", kOrderCompleted},
                            {"product_added_to_cart", kProductAdded},
                            {"ecommerce.order_placed", kOrderCompleted},
                            {"ecommerce.cart_updated", kCartUpdated},
                            {"장바구니 담기", kProductAdded},
                            {"구매완료", kOrderCompleted},
                            {"주문취소", kOrderCancelled}}) {
    CAPTURE(name);
    CHECK(ReadTypeName(name).type == type);
  }
}

TEST_CASE("a slip is a custom event that stops what its neighbour would stop") {
  using enum EventType;
  struct Row {
    const char* name;
    EventType near, exits_as;
  };
  for (const Row& row : {Row{"order_complete", kOrderCompleted, kOrderCompleted},
                         {"order_completd", kOrderCompleted, kOrderCompleted},
                         {"ordercompelted", kOrderCompleted, kOrderCompleted},
                         {"orders_completed", kOrderCompleted, kOrderCompleted},
                         {"order_completed_v2", kOrderCompleted, kOrderCompleted},
                         {"purchased", kOrderCompleted, kOrderCompleted},
                         {"cart_emptyed", kCartEmptied, kCartEmptied},
                         {"product_remove", kProductRemoved, kProductRemoved},
                         {"endpoint_remove", kEndpointRemoved, kEndpointRemoved},
                         {"order_cancel", kOrderCancelled, kOrderCancelled},
                         {"consent_withdrawl", kConsentWithdrawn, kConsentWithdrawn},
                         {"unsubscribbed", kUnsubscribed, kUnsubscribed},
                         {"consent_grant", kConsentGranted, kCustom},
                         {"product_add", kProductAdded, kCustom},
                         {"checkout_start", kCheckoutStarted, kCustom},
                         {"cart_view", kCartViewed, kCustom}}) {
    CAPTURE(row.name);
    const TypeReading reading = ReadTypeName(row.name);
    CHECK(reading.type == kCustom);
    CHECK(reading.name == row.name);
    CHECK(reading.near == row.near);
    CHECK(reading.exits_as == row.exits_as);
  }
  CHECK(ReadTypeName("erased").near == kCustom);  // no customer is forgotten for a slip
  CHECK(ReadTypeName("eraze").near == kCustom);
}

TEST_CASE("names of the shop's own stay its own") {
  for (const char* name : {"order_created",
                           "order_shipped",
                           "order_delivered",
                           "order_confirmed",
                           "order_prepared",
                           "order_packed",
                           "order_received",
                           "order_returned",
                           "order_failed",
                           "order_viewed",
                           "product_restocked",
                           "product_back_in_stock",
                           "product_rated",
                           "product_compared",
                           "cart_abandoned",
                           "cart_saved",
                           "cart_restored",
                           "checkout_abandoned",
                           "payment_failed",
                           "quiz_finished",
                           "newsletter_signup",
                           "subscription_started",
                           "page_scrolled",
                           "user_registered",
                           "login",
                           "logout",
                           "search",
                           "share",
                           "x",
                           "coupon_expired",
                           "wishlist_viewed",
                           "review_requested",
                           "회원가입",
                           "배송완료",
                           "point_earned",
                           "birthday"}) {
    CAPTURE(name);
    const TypeReading reading = ReadTypeName(name);
    CHECK(reading.type == EventType::kCustom);
    CHECK(reading.near == EventType::kCustom);
    CHECK(reading.name == name);
  }
}

TEST_CASE("a native event's name is read so, and says so") {
  TestResult result = ReadText(
      Format::kNative, R"([{"type":"OrderCompleted","customer":"c"},{"type":"order_complete","customer":"c"}])");
  REQUIRE(result.events.size() == 2);
  CHECK(result.events[0].type == EventType::kOrderCompleted);
  CHECK(result.events[0].type_name == "order_completed");
  CHECK(result.events[1].type == EventType::kCustom);
  CHECK(result.events[1].exits_as == EventType::kOrderCompleted);
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings[0].code == "near_type");
  CHECK(result.warnings[0].record == 1);
}
