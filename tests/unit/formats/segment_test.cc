#include "tests/catch.h"
#include "tests/unit/formats/read.h"

using namespace cartwheel;

namespace {

void CheckBad(std::string_view text, std::string_view code, std::string_view message) {
  CAPTURE(text);
  TestResult result = ReadText(Format::kSegment, text);
  CHECK(result.events.empty());
  REQUIRE(result.rejected.size() == 1);
  CHECK(result.rejected[0].code == code);
  CHECK(result.rejected[0].message == message);
}

}  // namespace

TEST_CASE("Segment's calls become events") {
  // As Segment's libraries send them: members in alphabetical order, the type behind the properties.
  TestResult result = ReadText(Format::kSegment, R"(
{"anonymousId":"d1","context":{"traits":{"a":[1]},"batch":1},"event":"Product Added","integrations":{},"messageId":"m1","originalTimestamp":"2022-08-01T09:30:01Z","properties":{"productId":"p1","cart_id":"c9","price":18.99,"camelCase":true},"sentAt":"2022-08-01T09:30:02Z","timestamp":"2022-08-01T09:30:00Z","type":"track","userId":null}
{"type":"identify","messageId":"m2","userId":"u1","anonymousId":"d1","traits":{"email":"a@b.example","firstName":"Ana"},"sentAt":"2022-08-01T09:30:02Z"}
{"type":"alias","messageId":"m3","previousId":"old","userId":"u1"}
{"type":"page","messageId":"m4","userId":"u1","name":"Home","properties":{"url":"https://s.example/"}}
{"properties":{},"type":"screen","messageId":"m5","userId":"u1","name":"Start"}
{"type":"track","event":"Bonus-Points Shown","messageId":"m6","userId":"u1"}
)");
  for (const Rejection& rejection : result.rejected) UNSCOPED_INFO(rejection.message);
  REQUIRE(result.rejected.empty());
  REQUIRE(result.events.size() == 6);
  const auto& e = result.events;
  CHECK(e[0].type == EventType::kProductAdded);
  CHECK(e[0].id == "m1");
  CHECK(e[0].customer.empty());
  CHECK(e[0].anonymous_id == "d1");
  CHECK(e[0].at_ms == 1659346200000);
  CHECK(e[0].json == R"({"product_id":"p1","cart_id":"c9","price":18.99,"camelCase":true})");
  CHECK(e[1].type == EventType::kIdentify);
  CHECK(e[1].customer == "u1");
  CHECK(e[1].at_ms == 1659346202000);
  CHECK(e[1].json == R"({"email":"a@b.example","firstName":"Ana"})");
  CHECK(e[2].type == EventType::kAlias);
  CHECK(e[2].customer == "u1");
  CHECK(e[2].at_ms == kTestNowMs);
  CHECK(e[2].json == R"({"previous_id":"old"})");
  CHECK(e[3].type == EventType::kPageViewed);
  CHECK(e[3].json == R"({"name":"Home","url":"https://s.example/"})");
  CHECK(e[4].type == EventType::kPageViewed);
  CHECK(e[4].json == R"({"name":"Start"})");
  CHECK(e[5].type == EventType::kCustom);
  CHECK(e[5].type_name == "bonus_points_shown");
}

TEST_CASE("Segment's event names fall into our vocabulary by one rule") {
  for (auto [name, type] : {std::pair{"Order Completed", EventType::kOrderCompleted},
                            {"Product Removed from Wishlist", EventType::kProductRemovedFromWishlist},
                            {"Wishlist Product Added to Cart", EventType::kWishlistProductAddedToCart},
                            {"Payment Info Entered", EventType::kPaymentInfoEntered},
                            {"Products Searched", EventType::kProductsSearched}}) {
    CAPTURE(name);
    TestResult result =
        ReadText(Format::kSegment, std::string(R"({"type":"track","userId":"u","event":")") + name + "\"}");
    REQUIRE(result.events.size() == 1);
    CHECK(result.events[0].type == type);
  }
}

TEST_CASE("a batch of Segment's calls, with a bad one inside") {
  std::string batch = R"({"batch":[{"type":"track","event":"Product Viewed","userId":"u"},{"type":"track","event":NaN},
    {"type":"page","userId":"u"}],"sentAt":"2022-08-01T09:30:02Z","context":{}})";
  for (const std::string& text : {batch, "[" + batch + "]", "\n" + batch + "\n"}) {
    TestResult result = ReadText(Format::kSegment, text);
    CHECK(result.events.size() == 2);
    REQUIRE(result.rejected.size() == 1);
    CHECK(result.rejected[0].record == 1);
    CHECK(result.rejected[0].message == "event is NaN: expected text");
  }
}

TEST_CASE("what is wrong with a Segment call") {
  CheckBad(R"({"type":"group","userId":"u","groupId":"g"})", "ignored_call",
           "group calls are not used: expected track, identify, alias, page, screen");
  CheckBad(R"({"type":"tracks","userId":"u"})", "unknown_type",
           R"(type is "tracks": expected track, identify, alias, page, screen)");
  CheckBad(R"({"event":"Product Added","userId":"u"})", "missing_type",
           R"(type is missing: expected a name such as "product_added")");
  CheckBad(R"({"type":"track","userId":"u"})", "missing_type",
           R"(event is missing: track needs a name such as "Product Added")");
  CheckBad(R"({"type":"track","userId":"u","event":"Erase"})", "reserved_type",
           R"(event "Erase" cannot be a track call: expected a call of its own)");
  CheckBad(R"({"type":"track","userId":"u","event":"Receipt"})", "reserved_type",
           R"(type "receipt" is made by the engine itself: expected another name)");
  CheckBad(R"({"type":"identify","userId":"guest","anonymousId":"d"})", "placeholder_id",
           R"(customer "guest" is a placeholder: expected an id of its own, or none)");
}

TEST_CASE("what is odd in a Segment call") {
  auto warned = [](std::string_view text, std::string_view code, std::string_view sentence) {
    CAPTURE(text);
    TestResult result = ReadText(Format::kSegment, text);
    REQUIRE(result.events.size() == 1);
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0].code == code);
    CHECK(Sentence(result.warnings[0]) == sentence);
    return result.events[0];
  };
  warned(
      R"({"type":"alias","userId":"u"})", "missing_previous_id",
      "properties.previous_id is missing: expected the id that the customer had before: alias does nothing without it");
  warned(R"({"properties":{"price":"x"},"type":"track","event":"Product Added","userId":"u"})", "bad_price",
         R"(properties.price is "x": expected a number such as 12900 or "12.50")");
  CHECK(warned(R"({"type":"identify","userId":"u","traits":[1]})", "bad_properties",
               "traits is a list: expected an object")
            .json == "{}");
  CHECK(warned(R"({"type":"tracks","event":"Order Completed","userId":"u"})", "unknown_type",
               R"(type is "tracks": expected track, identify, alias, page, screen; it was taken as track)")
            .type == EventType::kOrderCompleted);
  // Of several times the first that can be read.
  CHECK(
      warned(
          R"({"type":"track","event":"x","userId":"u","timestamp":"soon","originalTimestamp":"2022-08-01T09:30:00Z"})",
          "bad_at",
          "timestamp is \"soon\": expected ISO 8601 such as \"2022-08-01T09:30:00Z\", or the seconds or milliseconds "
          "since 1970")
          .at_ms == 1659346200000);
}
