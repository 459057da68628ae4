// The ledger of consents, through the engine: what is written down of each expression, and what an erasure leaves.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

using Lines = std::vector<std::string>;

// Of all rows: "who type medium/scope counts".
Lines Ledger(Shop& shop) {
  Lines lines;
  const auto rows = shop.store()->Consents(CustomerRow(0), ConsentId(0), 100);
  REQUIRE(rows.ok());
  for (const ConsentRow& row : *rows)
    lines.push_back(fmt::format("{} {} {}/{} {}", row.who, row.type, row.medium, row.scope, row.counts));
  return lines;
}

}  // namespace

TEST_CASE("ledger: every expression is a row, and one that changes nothing says so") {
  Shop shop;
  shop.Event("consent_granted", "ann", kDay0, R"({"medium":["sms","email"],"scope":"ad"})");
  shop.Event("consent_withdrawn", "ann", kDay0 + 2, R"({"medium":"sms"})");
  shop.Event("consent_granted", "ann", kDay0 + 1, R"({"medium":"sms","scope":"ad"})");  // older than the withdrawal
  shop.Event("unsubscribed", "ann", kDay0 + 3, R"({"method":"GET"})");
  shop.Event("message_received", "ann", kDay0 + 4, R"({"text":"thanks"})");
  shop.Event("message_received", "ann", kDay0 + 5, R"({"text":"STOP"})");
  shop.DeviceEvent("consent_granted", "phone", kDay0 + 6, R"({"medium":"web_push"})");
  shop.Raw(R"({"type":"consent_granted","customer":"bob","at":"some day","properties":{"medium":"sms"}})");
  shop.Raw(R"({"type":"consent_withdrawn","properties":{"medium":"sms","address":"010-1"}})");
  shop.AdvanceTo(kDay0 + 10);
  CHECK(Ledger(shop) == Lines{"cann consent_granted sms,email/ad true", "cann consent_withdrawn sms/ true",
                              "cann consent_granted sms/ad false", "cann unsubscribed / false",
                              "cann message_received / true", "aphone consent_granted web_push/ true",
                              "cbob consent_granted sms/ false", " consent_withdrawn sms/ true"});
  const ConsentRow bob = shop.store()->Consents(CustomerRow(0), ConsentId(6), 1)->at(0);
  CHECK(bob.undated);
  CHECK(shop.store()->Consents(CustomerRow(0), ConsentId(7), 1)->at(0).address.starts_with("#"));  // its keyed hash
}

TEST_CASE("ledger: a row has the evidence, its place in the log, and the offset that its time was written with") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0);
  shop.Raw(
      R"({"type":"consent_granted","customer":"ann","at":"2026-01-01T08:59:00+09:00","properties":{"medium":"sms",
         "scope":"ad","topic":"newsletter","where":"/join","wording":"v3","actor":"ann","address":"010-1","evidence":"form","message_id":41}})",
      kDay0 + 5);
  shop.Raw(R"({"type":"consent_granted","customer":"ann","at":1767225600000,"properties":{"medium":"sms"}})",
           kDay0 + 6);
  shop.Raw(R"({"type":"consent_refused","customer":"ann","at":"2026-01-01 09:00:00Z","properties":{"medium":"email"}})",
           kDay0 + 7);
  shop.AdvanceTo(kDay0 + 10);
  const std::vector<ConsentRow> rows = *shop.store()->Consents(CustomerRow(0), ConsentId(0), 10);
  REQUIRE(rows.size() == 3);
  const ConsentRow& row = rows[0];
  CHECK(row.position == Position(2));
  CHECK(row.at_ms == kDay0 - kMinuteMs);
  CHECK(row.ingested_at_ms == kDay0 + 5);
  CHECK(row.topic == "newsletter");
  CHECK(row.where == "/join");
  CHECK(row.wording == "v3");
  CHECK(row.actor == "ann");
  CHECK(row.address == "010-1");
  CHECK(row.evidence == "form");
  CHECK(row.message == "41");
  CHECK(row.offset == "+09:00");
  CHECK(rows[1].offset.empty());
  CHECK(rows[2].offset == "Z");
}

TEST_CASE("ledger: a merge brings the device's rows, which keep whose they are") {
  Shop shop;
  shop.DeviceEvent("consent_granted", "phone", kDay0, R"({"medium":"web_push"})");
  shop.AdvanceTo(kDay0 + 1);
  shop.Identify("ann", "phone", kDay0 + 2);
  shop.Event("consent_granted", "ann", kDay0 + 3, R"({"medium":"sms"})");
  shop.AdvanceTo(kDay0 + 4);
  const CustomerRow ann = shop.store()->Consents(CustomerRow(0), ConsentId(1), 1)->at(0).customer;
  const std::vector<ConsentRow> rows = *shop.store()->Consents(ann, ConsentId(0), 10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].who == "aphone");
  CHECK(rows[1].who == "cann");
}

TEST_CASE("ledger: an erasure keeps that there was a consent, and not whose; what is said later has its name again") {
  Shop shop;
  const auto granted = R"({"medium":"sms","address":"010-1","actor":"ann","where":"/join"})";
  shop.Event("consent_granted", "ann", kDay0, granted);
  shop.Event("consent_granted", "bob", kDay0, granted);
  shop.Event("erase", "ann", kDay0 + 10);
  shop.Event("consent_granted", "ann", kDay0 + 20, granted);
  shop.AdvanceTo(kDay0 + 30);
  const std::vector<ConsentRow> rows = *shop.store()->Consents(CustomerRow(0), ConsentId(0), 10);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].who.front() == '#');
  CHECK(rows[0].who == "#" + ToHex(SipHash128(shop.store()->hash_key(), "cann")));
  CHECK(rows[0].address.empty());
  CHECK(rows[0].actor.empty());
  CHECK(rows[0].where == "/join");
  CHECK(rows[1].who == "cbob");
  CHECK(rows[2].who == "cann");
  CHECK(rows[2].address == "010-1");
}

TEST_CASE("ledger: who was erased twice is proved under one hash, whatever name came back between") {
  Shop shop;
  const auto granted = R"({"medium":"web_push"})";
  shop.Identify("ann", "phone", kDay0);
  shop.Event("consent_granted", "ann", kDay0, granted);
  shop.Event("erase", "ann", kDay0 + 10);
  const bool by_device = GENERATE(false, true);
  if (by_device)
    shop.DeviceEvent("consent_granted", "phone", kDay0 + 20, granted);
  else
    shop.Event("consent_granted", "ann", kDay0 + 20, granted);
  shop.Raw(fmt::format(R"({{"type":"erase","{}":"{}","at":{}}})", by_device ? "anonymous_id" : "customer",
                       by_device ? "phone" : "ann", kDay0 + 30),
           kDay0 + 30);
  shop.AdvanceTo(kDay0 + 40);
  const std::vector<ConsentRow> rows = *shop.store()->Consents(CustomerRow(0), ConsentId(0), 10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].who == "#" + ToHex(SipHash128(shop.store()->hash_key(), "cann")));
  CHECK(rows[1].who == rows[0].who);
}

TEST_CASE(
    "ledger: what a device said before the erasure of the customer that it turns out to belong to loses its name") {
  Shop shop;
  shop.DeviceEvent("consent_granted", "phone", kDay0, R"({"medium":"web_push"})");
  shop.DeviceEvent("consent_withdrawn", "phone", kDay0 + 20, R"({"medium":"web_push"})");
  shop.Event("erase", "ann", kDay0 + 10);
  shop.AdvanceTo(kDay0 + 21);
  shop.Identify("ann", "phone", kDay0 + 30);
  shop.AdvanceTo(kDay0 + 31);
  const std::vector<ConsentRow> rows = *shop.store()->Consents(CustomerRow(0), ConsentId(0), 10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].who.front() == '#');
  CHECK(rows[1].who == "aphone");
  CHECK(rows[0].customer == rows[1].customer);
}

}  // namespace cartwheel
