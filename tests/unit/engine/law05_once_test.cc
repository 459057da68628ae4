// Law 5: never twice.
#include <algorithm>

#include "core/model/message_body.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
using Lines = std::vector<std::string>;

// One advertisement ("ann/first@24"), or one transactional message ("bob/order_note@24"), waiting on web_push.
struct Ready : Shop {
  explicit Ready(bool transactional = false) : Shop(NewMemoryStore(), kCartPlaybook) {
    Event("product_added", "ann", kDay0, kTea);
    RunTo(kDay0 + 24 * kHourMs);
    if (!transactional) return;
    Accept(Claim("web_push"));
    Event("order_completed", "bob", kDay0 + 24 * kHourMs);
    AdvanceTo(kDay0 + 24 * kHourMs);
  }
  Message One(int64_t lease_ms = 60'000, int64_t idempotency_ms = 0) {
    auto result = engine().Claim({.channel = "web_push", .lease_ms = lease_ms, .idempotency_ms = idempotency_ms});
    REQUIRE(result.ok());
    REQUIRE(result->messages.size() == 1);
    return result->messages[0];
  }
  SettleResult Settle(const Message& message, OutcomeCode code, int64_t token = -1) {
    auto result = engine().Settle({{{message.id, token == -1 ? message.token : token, code}}});
    REQUIRE(result.ok());
    return *result;
  }
  std::string Last() { return Outbox().back().substr(Outbox().back().find(':') + 1); }
};

// Names of everything that a run makes: enrolments and message keys.
Lines Names(int64_t advance_every_ms) {
  Shop shop;
  for (int hour = 0; hour < 100; ++hour) {
    int64_t at_ms = kDay0 + hour * kHourMs;
    shop.clock().Set(at_ms);
    if (hour == 0) shop.Event("product_added", "ann", at_ms, kTea, "a");
    if (hour == 0) shop.DeviceEvent("product_added", "dev", at_ms, R"({"product_id":"p","cart_id":"7"})");  // no id
    if (hour == 2) shop.Event("product_added", "ann", at_ms, R"({"product_id":"p","cart_id":"8"})", "b");
    if (hour == 3) shop.Identify("ann", "dev", at_ms);
    if (at_ms % advance_every_ms == 0) shop.RunTo(at_ms);
  }
  Lines names;
  auto rows = shop.store()->ListMessages({{}, MessageId(0), 1000});
  REQUIRE(rows.ok());
  for (const MessageRow& row : *rows) names.push_back(std::string(DecodeMessageBody(row.body).key));
  std::string customer = shop.Query("customer", "ann");
  for (size_t at = customer.find("\"key\":"); at != std::string::npos; at = customer.find("\"key\":", at + 1))
    names.push_back(customer.substr(at - 40, 36));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("law 5: names of enrolments and messages are the same in every replay") {
  Lines names = Names(kHourMs);
  CHECK(names.size() == 9);  // three carts, three reminders each
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  CHECK(Names(kHourMs) == names);
  CHECK(Names(2 * kHourMs) == names);  // advanced at other moments, in other batches
}

TEST_CASE("law 5: a lapsed claim of an advertisement ends unknown and is listed") {
  Ready shop;
  Message message = shop.One(60'000);
  shop.clock().PassMonotonic(59'999);
  CHECK(shop.Claim("web_push").empty());
  CHECK(shop.Last() == "claimed");
  shop.clock().PassMonotonic(1);
  SECTION("found by a claim") { CHECK(shop.Claim("web_push").empty()); }
  SECTION("found by an advance") { shop.AdvanceTo(shop.clock().NowMs()); }
  SECTION("found after a boot") {
    shop.clock().Reboot();
    CHECK(shop.Claim("web_push").empty());
  }
  CHECK(shop.Last() == "unknown");
  CHECK(Has(shop.Query("dead_letters"), R"("state":"unknown")"));
  CHECK(Has(shop.Query("dead_letters"), R"("reason":"lease_lapsed")"));
  shop.RunTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
  CHECK(shop.Outbox() == Lines{"ann/first@24:unknown"});
}

TEST_CASE("law 5: a channel that says unknown, or nothing, ends an advertisement too") {
  Ready shop;
  shop.Settle(shop.One(), OutcomeCode::kUnknown);
  CHECK(shop.Last() == "unknown");
  shop.RunTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
}

TEST_CASE("law 5: a lapsed claim of a transactional message is handed out again, under the same key") {
  Ready shop(true);
  Message first = shop.One(60'000);
  CHECK(first.message_class == "transactional");
  CHECK(first.attempt == 1);
  shop.clock().Pass(60'000);
  CHECK(shop.Claim("web_push").empty());  // waits for its backoff
  CHECK(shop.Last() == "waiting");
  shop.clock().Pass(40'000);
  Message again = shop.One();
  CHECK(again.id == first.id);
  CHECK(again.key == first.key);
  CHECK(again.token != first.token);
  CHECK(again.attempt == 2);
}

TEST_CASE("law 5: a lapsed claim of a channel that honours idempotency keys is handed out again") {
  Ready shop;
  Message first = shop.One(60'000, kHourMs);
  shop.clock().Pass(60'000);
  shop.AdvanceTo(shop.clock().NowMs());
  shop.clock().Pass(40'000);
  Message again = shop.One(60'000, kHourMs);
  CHECK(again.key == first.key);
}

TEST_CASE("law 5: accepted beats unknown when it comes late") {
  Ready shop;
  Message message = shop.One(60'000);
  shop.clock().Pass(60'000);
  shop.AdvanceTo(shop.clock().NowMs());
  REQUIRE(shop.Last() == "unknown");
  SettleResult result = shop.Settle(message, OutcomeCode::kAccepted);
  CHECK(result.late == 1);
  CHECK(result.settled == 0);
  CHECK(shop.Last() == "accepted");
  CHECK_FALSE(Has(shop.Query("dead_letters"), "unknown"));
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(Has(shop.Query("report"), R"("first":{"accepted":1,"unknown":1})"));
}

TEST_CASE("law 5: a settlement after the lease is late, whether or not anyone noticed the lapse before") {
  for (const OutcomeCode code : {OutcomeCode::kRetry, OutcomeCode::kReleased, OutcomeCode::kNotSent}) {
    Ready shop;
    const Message message = shop.One(1'000);
    shop.clock().Set(shop.clock().NowMs() + 1'000);
    shop.clock().PassMonotonic(1'000);
    CHECK(shop.Settle(message, code).late == 1);
    CHECK(shop.Last() == "unknown");
  }
}

TEST_CASE("law 5: a late unknown does not undo accepted") {
  Ready shop;
  Message message = shop.One();
  shop.Settle(message, OutcomeCode::kAccepted);
  shop.Settle(message, OutcomeCode::kUnknown);
  CHECK(shop.Last() == "accepted");
}

TEST_CASE("law 5: accepted late, while it waits to be sent again, stops the second copy") {
  Ready shop(true);
  Message message = shop.One(60'000);
  shop.clock().Pass(60'000);
  shop.AdvanceTo(shop.clock().NowMs());
  REQUIRE(shop.Last() == "waiting");
  shop.Settle(message, OutcomeCode::kAccepted);
  CHECK(shop.Last() == "accepted");
  shop.clock().Pass(kHourMs);
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(shop.Claim("web_push").empty());
}

TEST_CASE("law 5: accepted late, while the second copy is out, stops the third") {
  Ready shop(true);
  Message first = shop.One(60'000);
  shop.clock().Pass(60'000);
  shop.AdvanceTo(shop.clock().NowMs());
  shop.clock().Pass(40'000);
  Message second = shop.One();
  CHECK(shop.Settle(first, OutcomeCode::kAccepted).late == 1);
  shop.Settle(second, OutcomeCode::kRetry);
  shop.clock().Pass(2 * kHourMs);
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(shop.Claim("web_push").empty());
}

TEST_CASE("law 5: a wrong token changes nothing") {
  Ready shop;
  SECTION("of a message that was never handed out") {
    auto rows = shop.store()->ListMessages({{}, MessageId(0), 10});
    REQUIRE(rows.ok());
    Message message;
    message.id = rows->front().id.value();
    for (OutcomeCode code : {OutcomeCode::kAccepted, OutcomeCode::kFailedFinal, OutcomeCode::kGone})
      CHECK(shop.Settle(message, code, 77).settled == 0);
    CHECK(shop.Last() == "waiting");
  }
  SECTION("of a claimed message") {
    Message message = shop.One();
    CHECK(shop.Settle(message, OutcomeCode::kFailedFinal, message.token + 1).late == 1);
    CHECK(shop.Last() == "claimed");
    CHECK(shop.Settle(message, OutcomeCode::kAccepted).settled == 1);
    CHECK(shop.Last() == "accepted");
  }
  SECTION("of no message") {
    Message message;
    message.id = 12345;
    CHECK(shop.Settle(message, OutcomeCode::kAccepted, 1).unknown == 1);
  }
}

TEST_CASE("law 5: settled twice counts once") {
  Ready shop;
  Message message = shop.One();
  CHECK(shop.Settle(message, OutcomeCode::kAccepted).settled == 1);
  SettleResult again = shop.Settle(message, OutcomeCode::kAccepted);
  CHECK(again.settled == 0);
  CHECK(again.late == 1);
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(Has(shop.Query("report"), R"("outcomes":{"first":{"accepted":1}})"));
  shop.Settle(message, OutcomeCode::kDelivered);
  CHECK(shop.Last() == "delivered");
  shop.Settle(message, OutcomeCode::kAccepted);
  CHECK(shop.Last() == "delivered");
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(Has(shop.Query("report"), R"("outcomes":{"first":{"accepted":1,"delivered":1}})"));
}

TEST_CASE("law 5: the same outcome twice in one call counts once") {
  Ready shop;
  Message message = shop.One();
  Outcome outcome{message.id, message.token, OutcomeCode::kAccepted};
  auto result = shop.engine().Settle({{outcome, outcome}});
  REQUIRE(result.ok());
  CHECK(result->settled == 1);
  CHECK(result->late == 1);
}

TEST_CASE("law 5: two claims at once hand out different messages") {
  Shop shop;
  for (int i = 0; i < 10; ++i) shop.Event("product_added", fmt::format("c{}", i), kDay0, kTea);
  shop.RunTo(kDay0 + 24 * kHourMs);
  std::unique_ptr<Engine> other = NewEngine(shop.store(), shop.options());
  std::vector<int64_t> ids;
  for (int i = 0; i < 10; ++i) {
    auto claim = (i % 2 == 0 ? shop.engine() : *other).Claim({.channel = "web_push", .max = 1});
    REQUIRE(claim.ok());
    for (const Message& message : claim->messages) ids.push_back(message.id);
  }
  std::sort(ids.begin(), ids.end());
  CHECK(ids.size() == 10);
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

TEST_CASE("law 5: an event without an id that is told again word for word brings no second reminder") {
  Shop shop;
  const std::string added =
      fmt::format(R"({{"type":"product_added","customer":"ann","at":{},"properties":{{"product_id":"tea"}}}})", kDay0);
  shop.Raw(added);
  shop.RunTo(kDay0 + 73 * kHourMs);
  const size_t made = shop.Outbox().size();
  REQUIRE(made == 3);
  shop.Raw(added);
  shop.RunTo(kDay0 + 100 * kHourMs);  // past min_gap after the last one
  CHECK(shop.Outbox().size() == made);
}

TEST_CASE("law 5: a walk that is done does not enter anew beside one that began since") {
  Shop shop;
  shop.options().late_stop_max_ms = 0;  // else the late order would end all of them
  shop.Reopen();
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"tea","price":1})");
  shop.RunTo(kDay0 + 71 * kHourMs);
  shop.Event("product_added", "ann", kDay0 + 71 * kHourMs,
             R"({"product_id":"cup","price":1})");  // would enter, and is remembered
  shop.RunTo(kDay0 + 73 * kHourMs);                 // the last reminder was made at 72 h and waits
  shop.Event("product_added", "ann", kDay0 + 73 * kHourMs, R"({"product_id":"cup","price":1})");
  shop.RunTo(kDay0 + 74 * kHourMs);
  shop.Event("order_completed", "ann", kDay0 + 10 * kHourMs, R"({"order_id":"late","total":1})");
  shop.RunTo(kDay0 + 75 * kHourMs);
  shop.Event("cart_viewed", "ann", kDay0 + 75 * kHourMs);
  shop.RunTo(kDay0 + 100 * kHourMs);
  const auto outbox = shop.Outbox();
  CHECK(std::count(outbox.begin(), outbox.end(), "ann/first@99:waiting") == 1);
}

}  // namespace cartwheel
