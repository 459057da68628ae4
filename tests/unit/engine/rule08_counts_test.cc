// Counts: an order is one by its id, wherever it is reported; a refund has one sign; last_seen is moved by what the
// customer does.
#include "core/model/event.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

std::string RulePlaybook() {
  std::string text = RemindersOnly();
  const size_t at = text.find("\"templates\"");
  return text.substr(0, at) +
         R"json("segments": {"one": "events('order_completed').count() == 1", "two": "events('order_completed').count() == 2",
    "sum": "events('order_completed').sum('value') == 30.0", "trait": "customer.attributes.orders == 'many'"}, )json" +
         text.substr(at);
}

bool IsIn(Shop& shop, std::string_view segment) {
  QueryRequest request{.query = "segment"};
  request.segment = segment;
  auto answer = shop.engine().Query(request);
  REQUIRE(answer.ok());
  return Has(*answer, R"("customer":"ann")");
}

struct Report {
  std::string_view who, id;  // members of the event
};

}  // namespace

TEST_CASE("rule 8: an order that browser and server report counts once in customer.orders, revenue and events()") {
  const std::vector<std::vector<Report>> ways = {
      {{R"("customer":"ann")", R"("id":"b1",)"}, {R"("customer":"ann")", R"("id":"s1",)"}},
      {{R"("customer":"ann")", ""}, {R"("customer":"ann")", ""}},
      {{R"("customer":"ann","anonymous_id":"phone")", R"("id":"b1",)"}, {R"("customer":"ann")", R"("id":"s1",)"}},
      {{R"("customer":"ann")", R"("id":"s1",)"}, {R"("customer":"ann","anonymous_id":"phone")", ""}},
      // The browser does not know who it is yet.
      {{R"("anonymous_id":"phone")", R"("id":"b1",)"}, {R"("customer":"ann")", R"("id":"s1",)"}},
      {{R"("customer":"ann")", R"("id":"s1",)"}, {R"("anonymous_id":"phone")", ""}},
  };
  for (const std::vector<Report>& reports : ways) {
    for (int64_t between_ms : {-kMinuteMs, int64_t{0}, kMinuteMs}) {
      CAPTURE(reports[0].who, reports[1].who, between_ms);
      Shop shop(NewMemoryStore(), RulePlaybook());
      shop.clock().Set(kDay0 + kHourMs);
      int64_t at_ms = kDay0 + kMinuteMs;
      for (const Report& report : reports) {
        shop.Raw(fmt::format(R"({{{}"type":"order_completed",{},"at":{},"properties":{{"order_id":"o1","total":30}}}})",
                             report.id, report.who, at_ms));
        at_ms += between_ms;
        shop.AdvanceTo(kDay0 + kHourMs);
      }
      shop.Identify("ann", "phone", kDay0 + 10 * kMinuteMs);
      shop.AdvanceTo(kDay0 + kHourMs);
      const std::string ann = shop.Query("customer", "ann");
      CHECK(Has(ann, R"("orders":1)"));
      CHECK(Has(ann, R"("revenue":30)"));
      CHECK(IsIn(shop, "one"));
      CHECK(IsIn(shop, "sum"));
      shop.Event("order_completed", "ann", kDay0 + 20 * kMinuteMs, R"({"order_id":"o2","total":5})");
      shop.AdvanceTo(kDay0 + kHourMs);
      CHECK(IsIn(shop, "two"));
    }
  }
}

TEST_CASE("rule 8: a refund takes back its amount, written with either sign, and never more than the order") {
  struct Case {
    std::string_view properties, revenue;
  };
  const std::vector<Case> cases = {
      {R"({"order_id":"o1","total":5})", R"("revenue":25)"},  {R"({"order_id":"o1","total":-5})", R"("revenue":25)"},
      {R"({"order_id":"o1","value":-5})", R"("revenue":25)"}, {R"({"order_id":"o1"})", R"("revenue":0)"},
      {R"({"order_id":"o1","total":45})", R"("revenue":0)"},  {R"({"order_id":"o1","total":-45})", R"("revenue":0)"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.properties);
    Shop shop;
    shop.Event("order_completed", "ann", kDay0, R"({"order_id":"o1","total":30})");
    shop.Event("order_refunded", "ann", kDay0 + kMinuteMs, each.properties);
    shop.AdvanceTo(kDay0 + kHourMs);
    CHECK(Has(shop.Query("customer", "ann"), each.revenue));
  }
}

// What a shop's systems, a CRM or a mail program do is not what the customer does.
TEST_CASE("rule 8: last_seen is moved by what the customer does, and by nothing else") {
  const std::vector<std::string_view> not_done = {
      "identify", "alias", "endpoint_removed", "erase", "order_updated", "order_cancelled", "order_refunded",
      "message_opened",
      // a CRM tells these too
      "consent_granted", "consent_refused", "consent_withdrawn", "consent_reconfirmed", "consent_requested",
      "unsubscribed", "message_received", "permission_asked", "bounced", "complained", "address_blocked",
      "address_released", "journey_entered", "call_answered"};
  size_t tried = 0;
  for (int number = 0; number <= static_cast<int>(kLastEventType); ++number) {
    const auto type = static_cast<EventType>(number);
    if (IsDerived(type)) continue;
    const std::string_view name = type == EventType::kCustom ? "quiz_done" : EventTypeName(type);
    if (name == "erase") continue;  // nothing is left to be seen
    const bool moves = std::find(not_done.begin(), not_done.end(), name) == not_done.end();
    CAPTURE(name, moves);
    Shop shop;
    shop.Event("page_viewed", "ann", kDay0);
    shop.Event(
        name, "ann", kDay0 + kMinuteMs,
        R"({"product_id":"tea","order_id":"o1","channel":"sms","address":"1","previous_id":"old","message_id":1,"products":[]})");
    shop.AdvanceTo(kDay0 + kHourMs);
    const std::string ann = shop.Query("customer", "ann");
    CHECK(Has(ann, moves ? R"("last_seen":"2026-01-01T00:01:00Z")" : R"("last_seen":"2026-01-01T00:00:00Z")"));
    ++tried;
  }
  CHECK(tried > 35);
}

TEST_CASE("rule 8: a trait that is called like a field of ours is reached among the attributes") {
  Shop shop(NewMemoryStore(), RulePlaybook());
  shop.Event("identify", "ann", kDay0, R"({"orders":"many","revenue":"much"})");
  shop.Event("order_completed", "ann", kDay0 + kMinuteMs, R"({"order_id":"o1","total":30})");
  shop.AdvanceTo(kDay0 + kHourMs);
  CHECK(IsIn(shop, "trait"));
  CHECK(Has(shop.Query("customer", "ann"), R"("orders":1)"));
}

}  // namespace cartwheel
