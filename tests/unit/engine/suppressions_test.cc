// Suppressed addresses through the engine: by whom it is told, who has the address now, what becomes of messages.
#include "base/hash.h"
#include "core/model/address.h"
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kPhone = R"({"channel":"sms","address":"01012345678"})";
// Ann's: spelled otherwise.
constexpr std::string_view kSpelled = R"({"channel":"sms","address":"+82 10-1234-5678"})";

void Tell(Shop& shop, std::string_view type, int64_t at_ms, std::string_view properties = kSpelled) {
  shop.Raw(fmt::format(R"({{"type":"{}","at":{},"properties":{}}})", type, at_ms, properties));
}

const Said kTwo = {
    .more =
        R"(,"order": {"enter": {"on": "order_completed"}, "reenter": "always", "steps": [{"send": "order", "via": ["sms"], "latest": "9h"}]})"};

}  // namespace

TEST_CASE("suppression: what is said of an address takes back what waits for it, before it is folded and after") {
  for (const auto& [type, reason] :
       {std::pair{"bounced", "bounced"}, {"complained", "complained"}, {"address_blocked", "address_blocked"}}) {
    INFO(type);
    Ann shop;
    shop.Grant();
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    REQUIRE(shop.Outbox() == Lines{"ann/remind@1:waiting"});
    Tell(shop, type, kDay0 + kHourMs + 1);
    CHECK(shop.Claim("sms").empty());
    shop.AdvanceTo(kDay0 + kHourMs + 2);
    CHECK(shop.Outbox() == Lines{"ann/remind@1:revoked"});
    CHECK(Has(shop.Why(), reason));
    CHECK(Has(shop.Query("consent", "ann"), fmt::format(R"("reason":"{}")", reason)));
  }
}

TEST_CASE("suppression: a bounce stops every class, a complaint advertisements") {
  for (const auto& [type, orders] : {std::pair{"bounced", 0}, {"address_blocked", 0}, {"complained", 1}}) {
    INFO(type);
    Ann shop(kTwo);
    shop.Grant();
    Tell(shop, type, kDay0);
    shop.Fill(kDay0 + 1);
    shop.Event("order_completed", "ann", kDay0 + 2, R"({"order_id":"o","cart_id":"x"})");
    shop.Fill(kDay0 + 3, "y");
    shop.RunTo(kDay0 + 2 * kHourMs);
    CHECK(shop.Claim("sms").size() == static_cast<size_t>(orders));
  }
}

TEST_CASE("suppression: it stays with the address when another customer registers it, and survives an erasure") {
  for (const bool known_before : {false, true}) {
    INFO(known_before);
    Ann shop(kTwo);
    if (known_before) shop.Event("endpoint_added", "bob", kDay0 + 1, kPhone);
    Tell(shop, "bounced", kDay0 + 2);
    shop.AdvanceTo(kDay0 + 2);
    for (std::string_view who : {"ann", "bob"}) {
      shop.Event("erase", who, kDay0 + 3);
      shop.AdvanceTo(kDay0 + 3);
    }
    shop.Event("endpoint_added", "eve", kDay0 + 4, kPhone);
    shop.Event("order_completed", "eve", kDay0 + 5, R"({"order_id":"o"})");
    shop.RunTo(kDay0 + kHourMs);
    CHECK(shop.Claim("sms").empty());
    CHECK(Has(shop.Query("why", "eve"), "bounced"));
    // Who comes back is not written to either.
    shop.Event("endpoint_added", "ann", kDay0 + kHourMs, kPhone);
    shop.Event("order_completed", "ann", kDay0 + kHourMs + 1, R"({"order_id":"p"})");
    shop.RunTo(kDay0 + 2 * kHourMs);
    CHECK(shop.Claim("sms").empty());
    Tell(shop, "address_released", kDay0 + 2 * kHourMs);
    shop.Event("order_completed", "ann", kDay0 + 2 * kHourMs + 1, R"({"order_id":"q"})");
    shop.RunTo(kDay0 + 3 * kHourMs);
    CHECK(shop.Claim("sms").size() == 1);
  }
}

TEST_CASE("suppression: it is found again after the row that had given the address up was merged") {
  Ann shop(kTwo);
  shop.DeviceEvent("endpoint_added", "dev", kDay0 + 1, kPhone);
  Tell(shop, "bounced", kDay0 + 2);
  shop.DeviceEvent("endpoint_removed", "dev", kDay0 + 3, kPhone);
  shop.Identify("bob", "dev", kDay0 + 4);
  shop.AdvanceTo(kDay0 + 4);
  if (GENERATE(false, true)) shop.Reopen();
  shop.Event("endpoint_added", "eve", kDay0 + 5, kPhone);
  shop.Event("order_completed", "eve", kDay0 + 6, R"({"order_id":"o"})");
  shop.RunTo(kDay0 + kHourMs);
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("suppression: an address that its channel calls gone is suppressed, also for who has it now") {
  Ann shop(kTwo);
  shop.Event("order_completed", "ann", kDay0 + 1, R"({"order_id":"o"})");
  shop.RunTo(kDay0 + kHourMs);
  const auto messages = shop.Claim("sms");
  REQUIRE(messages.size() == 1);
  OutcomeCode code = OutcomeCode::kGone;
  std::string reason;
  SECTION("gone") {}
  SECTION("failed for good, with the status of a bad address") {
    code = OutcomeCode::kFailedFinal;
    reason = "550 5.1.1 no such user";
  }
  shop.Event("endpoint_added", "bob", kDay0 + kHourMs, kPhone);
  shop.AdvanceTo(kDay0 + kHourMs);
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, code, reason}}}).ok());
  shop.Event("order_completed", "bob", kDay0 + kHourMs + 1, R"({"order_id":"p"})");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("sms").empty());
  CHECK(Has(shop.Query("why", "bob"), "bounced"));
}

TEST_CASE("suppression: another address on the channel, or another channel, still reaches the customer") {
  Ann shop;
  shop.Grant("sms");
  shop.Grant("email");
  Tell(shop, "bounced", kDay0);
  SECTION("another channel") {
    shop.Fill(kDay0 + 1);
    shop.RunTo(kDay0 + 2 * kHourMs);
    CHECK(shop.Claim("email").size() == 1);
  }
  SECTION("an older address") {
    shop.Event("endpoint_added", "ann", kDay0 - 1, R"({"channel":"sms","address":"010-9999-8888"})");
    shop.Fill(kDay0 + 1);
    shop.RunTo(kDay0 + 2 * kHourMs);
    const auto messages = shop.Claim("sms");
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].address == "010-9999-8888");
  }
}

TEST_CASE("suppression: three softer bounces in a week suppress, and the status may be a number") {
  Ann shop(kTwo);
  for (int day = 0; day <= 7; day += 3) {
    shop.clock().Set(kDay0 + day * kDayMs);
    Tell(shop, "bounced", kDay0 + day * kDayMs, R"({"channel":"sms","address":"010-1234-5678","status":452})");
  }
  shop.AdvanceTo(kDay0 + 6 * kDayMs);
  CHECK_FALSE(Has(shop.Query("consent", "ann"), R"("reason":"bounced")"));
  shop.clock().Set(kDay0 + 7 * kDayMs);
  Tell(shop, "bounced", kDay0 + 7 * kDayMs, R"({"channel":"sms","address":"010-1234-5678","status":"4.2.2"})");
  shop.AdvanceTo(kDay0 + 7 * kDayMs);
  CHECK(Has(shop.Query("consent", "ann"), R"("reason":"bounced")"));
}

TEST_CASE("suppression: what is delivered ends the count of softer bounces") {
  const bool delivered = GENERATE(false, true);
  Ann shop(kTwo);
  auto bounce = [&](int day) {
    shop.clock().Set(kDay0 + day * kDayMs);
    Tell(shop, "bounced", kDay0 + day * kDayMs, R"({"channel":"sms","address":"010-1234-5678","status":"4.2.2"})");
    shop.AdvanceTo(kDay0 + day * kDayMs);
  };
  bounce(0);
  bounce(4);
  shop.clock().Set(kDay0 + 5 * kDayMs);
  shop.Event("order_completed", "ann", kDay0 + 5 * kDayMs, R"({"order_id":"o"})");
  shop.AdvanceTo(kDay0 + 5 * kDayMs);
  const auto messages = shop.Claim("sms");
  REQUIRE(messages.size() == 1);
  const OutcomeCode code = delivered ? OutcomeCode::kDelivered : OutcomeCode::kAccepted;
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, code}}}).ok());
  bounce(8);
  CHECK(Has(shop.Query("consent", "ann"), R"("reason":"bounced")") != delivered);
}

TEST_CASE("suppression: nothing of an address that no customer has is kept in clear, and it is found by its hash") {
  Shop shop(NewMemoryStore(), Book(kTwo));
  shop.NeedAddresses();
  for (std::string_view type : {"bounced", "consent_withdrawn", "endpoint_removed", "address_blocked"})
    Tell(shop, type, kDay0, kPhone);
  shop.AdvanceTo(kDay0);
  auto rows = shop.store()->Customers({}, 10);
  REQUIRE(rows.ok());
  CHECK(rows->size() == 1);
  for (const StoredCustomer& row : *rows)
    for (std::string_view part : {"01012345678", "1012345678"}) CHECK_FALSE(Has(row.data, part));
  for (std::string_view query : {"suppressions", "refused", "warnings", "health"})
    CHECK_FALSE(Has(shop.Query(query), "12345678"));
  auto ledger = shop.store()->Consents({}, {}, 10);
  REQUIRE(ledger.ok());
  for (const ConsentRow& row : *ledger) CHECK_FALSE(Has(row.address, "12345678"));
  const std::string hash = ToHex(AddressDigest(shop.store()->hash_key(), "sms", "01012345678"));
  CHECK(Has(shop.Query("suppressions"), hash));
  CHECK(Has(shop.Query("consent"), R"("customers":0)"));
  Tell(shop, "address_released", kDay0 + 1, fmt::format(R"({{"channel":"sms","address_hash":"{}"}})", hash));
  shop.AdvanceTo(kDay0 + 1);
  CHECK(shop.Query("suppressions") == R"({"suppressions":[]})");
}

TEST_CASE("suppression: the list of refused events masks an address that no customer has") {
  Shop shop;
  for (int i = 0; i < 2; ++i)
    shop.Raw(fmt::format(R"({{"type":"bounced","id":"same","at":{},"properties":{}}})", kDay0, kPhone));
  CHECK(shop.AdvanceTo(kDay0).duplicates == 1);
  CHECK(Has(shop.Query("refused"), "01…78"));
  CHECK_FALSE(Has(shop.Query("refused"), "12345678"));
}

TEST_CASE("suppression: a complaint withdraws the medium for the person too") {
  Ann shop;
  shop.Grant("sms");
  shop.Grant("email");
  Tell(shop, "complained", kDay0 + 1, R"({"channel":"email","address":"A@x.kr"})");
  shop.AdvanceTo(kDay0 + 1);
  const std::string consent = shop.Query("consent", "ann");
  INFO(consent);
  CHECK(Has(consent, R"("medium":"email","scope":"ad","state":"refused")"));
  CHECK(Has(consent, R"("medium":"sms","scope":"ad","state":"granted")"));
}

TEST_CASE("what the engine says in its log and in health names no address in clear") {
  std::string said;
  Ann shop;
  shop.options().log = [&](LogLevel, std::string_view line) { said += line; };
  shop.Reopen();
  auto claimed = shop.engine().Claim({.channel = "010-1234-5678"});
  CHECK_FALSE(claimed.ok());
  shop.Grant("sms");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  const auto messages = shop.Claim("sms");
  REQUIRE(messages.size() == 1);
  REQUIRE(shop.engine()
              .Settle({{{messages[0].id, messages[0].token, OutcomeCode::kConfig,
                         "cannot reach a@x.example by 010-1234-5678"}}})
              .ok());
  const std::string health = shop.Query("health");
  INFO(said << health);
  CHECK(Has(said, "01…78"));
  CHECK(Has(health, "01…78"));
  for (std::string_view part : {"010-1234-5678", "a@x.example"}) {
    CHECK_FALSE(Has(said, part));
    CHECK_FALSE(Has(health, part));
  }
}

}  // namespace cartwheel
