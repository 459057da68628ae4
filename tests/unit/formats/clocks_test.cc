// When events happened: times without an offset, clocks that lie, and what an unreadable time makes of an event.
#include "fmt/format.h"
#include "tests/catch.h"
#include "tests/unit/formats/read.h"

using namespace cartwheel;

namespace {

ReadOptions Live() { return {.source = Source::kLive}; }

TestEvent One(std::string_view text, ReadOptions options = {}, size_t warnings = 0) {
  CAPTURE(text);
  TestResult result = ReadText(Format::kNative, text, std::move(options));
  for (const Warning& warning : result.warnings) UNSCOPED_INFO(Sentence(warning));
  REQUIRE(result.events.size() == 1);
  CHECK(result.warnings.size() == warnings);
  return result.events[0];
}

std::string At(std::string_view members) {
  return fmt::format(R"({{"id":"e","type":"page_viewed","customer":"c",{}}})", members);
}

}  // namespace

TEST_CASE("a time without an offset is the shop's") {
  ReadOptions options;
  options.shop = [] { return ShopSettings{.zone = "Asia/Seoul"}; };
  CHECK(One(At(R"("at":"2022-08-01 18:30:00")"), options).at_ms == 1659346200000);
  CHECK(One(At(R"("at":"2022-08-01T09:30:00Z")"), options).at_ms == 1659346200000);
  CHECK(One(At(R"("at":"2022-08-01")"), options).at_ms == 1659312000000 - 9 * kHourMs);
  // Unknown: UTC, and a warning.
  TestResult unknown = ReadText(Format::kNative, At(R"("at":"2022-08-01 09:30:00")"));
  CHECK(unknown.events.at(0).at_ms == 1659346200000);
  REQUIRE(unknown.warnings.size() == 1);
  CHECK(unknown.warnings[0].code == "zone_unknown");
}

// Berlin in 2022: 02:00 to 03:00 are not there on March 27, and are there twice on October 30.
TEST_CASE("the hours that a zone skips and repeats") {
  ReadOptions options;
  options.shop = [] { return ShopSettings{.zone = "Europe/Berlin"}; };
  CHECK(One(At(R"("at":"2022-03-27 02:30:00")"), options).at_ms == 1648342800000);  // 01:00:00Z, the change
  CHECK(One(At(R"("at":"2022-10-30 02:30:00")"), options).at_ms == 1667089800000);  // 00:30:00Z, the first of the two
}

TEST_CASE("in live calls the sender's clock is corrected by sent_at, in both directions") {
  for (int64_t skew_ms : {-kDayMs, -kHourMs, -int64_t{1}, int64_t{0}, kMinuteMs, kDayMs}) {
    CAPTURE(skew_ms);
    const int64_t at_ms = kTestNowMs - 5 * kMinuteMs;  // truly
    const std::string text = At(fmt::format(R"("at":{},"sent_at":{})", at_ms + skew_ms, kTestNowMs + skew_ms));
    CHECK(One(text, Live()).at_ms == at_ms);
    CHECK(One(text).at_ms == at_ms + skew_ms);  // history is history
    CHECK(One(text, {.source = Source::kFile}).at_ms == std::min(at_ms + skew_ms, kTestNowMs));
    // A record that waited for an hour at its sender's says when it was received.
    const std::string received =
        At(fmt::format(R"("at":"{}","sent_at":{},"received_at":{})", FormatInstant(at_ms - kHourMs + skew_ms),
                       kTestNowMs - kHourMs + skew_ms, kTestNowMs - kHourMs));
    CHECK(One(received, Live()).at_ms == at_ms - kHourMs);
  }
}

TEST_CASE("a clock that is too far off is not corrected, and nothing lies ahead of its ingest") {
  const std::string far_off =
      At(fmt::format(R"("at":{},"sent_at":{})", kTestNowMs - 3 * kDayMs, kTestNowMs - kDayMs - 1));
  CHECK(One(far_off, Live(), 1).at_ms == kTestNowMs - 3 * kDayMs);
  CHECK(One(At(fmt::format(R"("at":{})", kTestNowMs + 4000)), Live()).at_ms == kTestNowMs);
  CHECK(One(At(fmt::format(R"("at":{})", kTestNowMs + 4000)), {.source = Source::kFile}).at_ms == kTestNowMs);
  CHECK(One(At(fmt::format(R"("at":{})", kTestNowMs + 400 * kDayMs))).at_ms == kTestNowMs + 400 * kDayMs);
  // Without a time, one that was sent then happened then; by a clock that is corrected, at the ingest.
  CHECK(One(At(fmt::format(R"("sent_at":{})", kTestNowMs - kHourMs))).at_ms == kTestNowMs - kHourMs);
  CHECK(One(At(fmt::format(R"("sent_at":{})", kTestNowMs - kHourMs)), Live()).at_ms == kTestNowMs);
}

TEST_CASE("Segment's own correction is not done twice") {
  const std::string sent =
      R"({"type":"track","event":"x","userId":"u","messageId":"m","originalTimestamp":"2023-11-14T21:00:00Z","sentAt":"2023-11-14T21:13:20Z")";
  auto at = [&](std::string_view more) {
    return ReadText(Format::kSegment, sent + std::string(more) + "}", Live()).events.at(0).at_ms;
  };
  CHECK(at("") == kTestNowMs - 13 * kMinuteMs - 20 * kSecondMs);  // an hour was the clock's error
  CHECK(at(R"(,"timestamp":"2023-11-14T22:00:00Z","receivedAt":"2023-11-14T22:13:20Z")") ==
        kTestNowMs - 13 * kMinuteMs - 20 * kSecondMs);
}

TEST_CASE("an unreadable time is the ingest's for what stops or takes away, and history for the rest") {
  for (int i = 0; i <= static_cast<int>(kLastEventType); ++i) {
    const auto type = static_cast<EventType>(i);
    if (IsDerived(type)) continue;
    const std::string name(type == EventType::kCustom ? "quiz" : EventTypeName(type));
    CAPTURE(name);
    const bool takes_away = name == "order_completed" || name == "order_cancelled" || name == "order_refunded" ||
                            name == "cart_emptied" || name == "product_removed" ||
                            name == "product_removed_from_wishlist" || name == "coupon_removed" ||
                            name == "endpoint_removed" || name == "erase" || name == "consent_refused" ||
                            name == "consent_withdrawn" || name == "unsubscribed" || name == "message_received" ||
                            name == "bounced" || name == "complained" || name == "address_blocked";
    TestEvent event =
        ReadText(Format::kNative, fmt::format(R"({{"type":"{}","customer":"c","at":"soon"}})", name)).events.at(0);
    CHECK(event.at_ms == kTestNowMs);
    CHECK(event.undated == !takes_away);
    CHECK_FALSE(ReadText(Format::kNative, fmt::format(R"({{"type":"{}","customer":"c","at":null}})", name))
                    .events.at(0)
                    .undated);
  }
  CHECK_FALSE(
      ReadText(Format::kNative, R"({"type":"order_complete","customer":"c","at":"soon"})").events.at(0).undated);
}

TEST_CASE("events without an id are told apart by their bytes as they were sent") {
  auto print = [](std::string_view text, int64_t now_ms = kTestNowMs) {
    EventBatch batch;
    std::vector<Rejection> rejected;
    EventReader(Format::kNative)
        .Read(text, {.now_ms = now_ms, .default_at_ms = now_ms, .source = Source::kLive}, &batch, &rejected);
    return Decode(batch.bytes).at(0).sent_fingerprint;
  };
  const std::string dated = R"({"type":"x","customer":"c","at":1699999999999,"sent_at":1699999999999})";
  CHECK(print(dated) != 0);
  CHECK(print(dated) == print(dated, kTestNowMs + 1));
  CHECK(print(dated) != print(R"({"type":"x","customer":"c","at":1699999999998,"sent_at":1699999999998})"));
  const std::string undated = R"({"type":"x","customer":"c"})";
  CHECK(print(undated) == print(undated));
  CHECK(print(undated) != print(undated, kTestNowMs + 1));
  CHECK(print(R"({"type":"x","customer":"c","id":"e"})") == 0);
}

TEST_CASE("strict reading rejects what would be a warning, with its code and text") {
  TestResult result =
      ReadText(Format::kNative,
               R"([{"type":"x","customer":"c"},{"type":"product_added","customer":"c","properties":{"price":"free"}}])",
               {.strict = true});
  CHECK(result.events.size() == 1);
  CHECK(result.warnings.empty());
  REQUIRE(result.rejected.size() == 1);
  CHECK(result.rejected[0].record == 1);
  CHECK(result.rejected[0].code == "bad_price");
  CHECK(result.rejected[0].message == R"(properties.price is "free": expected a number such as 12900 or "12.50")");
}
