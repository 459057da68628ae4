#include "core/model/concerned_keys.h"

#include <set>
#include <string>
#include <vector>

#include "base/packed.h"
#include "core/model/address.h"
#include "core/model/receipt.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

struct Case {
  EventType type;
  std::string_view customer, anonymous_id;
  std::vector<std::pair<std::string_view, std::string_view>> properties;
  std::string key;
  std::vector<std::string> others;
  OtherKeys role;
  EventType exits_as = EventType::kCustom;
};

constexpr HashKey kKey{1, 2};
const std::string kC = CustomerKey("c"), kA = AnonymousKey("a"), kAddress = EndpointKey(kKey, "sms", "010");
const std::vector<std::string> kPrevious = {AnonymousKey("p"), CustomerKey("p")};

const Case kCases[] = {
    {EventType::kProductAdded, "c", "", {}, kC, {}, OtherKeys::kNone},
    {EventType::kProductAdded, "", "a", {}, kA, {}, OtherKeys::kNone},
    // An event with both ids belongs to the customer and merges nothing.
    {EventType::kProductAdded, "c", "a", {}, kC, {}, OtherKeys::kNone},
    {EventType::kProductAdded, "c", "", {{"previous_id", "p"}}, kC, {}, OtherKeys::kNone},
    {EventType::kIdentify, "c", "a", {}, kC, {kA}, OtherKeys::kGiven},
    {EventType::kIdentify, "c", "", {}, kC, {}, OtherKeys::kNone},
    {EventType::kIdentify, "", "a", {}, kA, {}, OtherKeys::kNone},
    {EventType::kAlias, "c", "", {{"previous_id", "p"}}, kC, kPrevious, OtherKeys::kGiven},
    {EventType::kAlias, "c", "a", {{"previous_id", "p"}}, kC, kPrevious, OtherKeys::kGiven},
    {EventType::kAlias, "c", "a", {}, kC, {}, OtherKeys::kNone},
    {EventType::kAlias, "c", "", {{"previous_id", ""}}, kC, {}, OtherKeys::kNone},
    // A purchase, and what is nearly an exit, stop the device too.
    {EventType::kOrderCompleted, "c", "a", {}, kC, {kA}, OtherKeys::kExited},
    {EventType::kOrderCompleted, "c", "", {}, kC, {}, OtherKeys::kNone},
    {EventType::kOrderCompleted, "", "a", {}, kA, {}, OtherKeys::kNone},
    {EventType::kCustom, "c", "a", {}, kC, {kA}, OtherKeys::kExited, EventType::kCartEmptied},
    {EventType::kCustom, "c", "a", {}, kC, {}, OtherKeys::kNone},
    // An address belongs to the customer who registers it.
    {EventType::kEndpointAdded, "c", "", {{"channel", "sms"}, {"address", "010"}}, kC, {kAddress}, OtherKeys::kTaken},
    {EventType::kEndpointAdded, "c", "a", {{"channel", "sms"}, {"address", "010"}}, kC, {kAddress}, OtherKeys::kTaken},
    {EventType::kEndpointAdded, "c", "", {{"channel", "sms"}}, kC, {}, OtherKeys::kNone},
    {EventType::kEndpointRemoved, "c", "", {{"channel", "sms"}, {"address", "010"}}, kC, {}, OtherKeys::kNone},
    {EventType::kEndpointRemoved, "", "", {{"channel", "sms"}, {"address", "010"}}, kAddress, {}, OtherKeys::kNone},
};

TEST_CASE("the keys that an event concerns, by its type and ids") {
  for (const Case& c : kCases) {
    std::string properties;
    PackedWriter writer(&properties);
    writer.BeginMap();
    for (const auto& [name, value] : c.properties) {
      writer.Key(name);
      writer.Scalar(Value::String(value));
    }
    writer.End();
    Event event;
    event.type = c.type;
    event.type_name = EventTypeName(c.type);
    event.customer = c.customer;
    event.anonymous_id = c.anonymous_id;
    event.properties = properties;
    event.exits_as = c.exits_as;
    const ConcernedKeys concerned(event, kKey);
    INFO(event.type_name << " of \"" << c.customer << "\" and \"" << c.anonymous_id << "\" " << properties.size());
    CHECK(concerned.key == c.key);
    CHECK(concerned.others == c.others);
    CHECK(concerned.role == c.role);
    CHECK(concerned.owner == CustomerRow(0));
    // A claim also holds back the device, whatever the event does to it.
    std::set<std::string> named(c.others.begin(), c.others.end());
    named.insert(c.key);
    if (!c.customer.empty() && !c.anonymous_id.empty()) named.insert(kA);
    std::vector<std::string> appended;
    AppendNamedKeys(event, kKey, appended);
    CHECK(std::set<std::string>(appended.begin(), appended.end()) == named);
  }
}

TEST_CASE("a receipt concerns the row that had the message") {
  EventBatch batch;
  AppendReceipt({.owner = CustomerRow(17), .customer = "c"}, 1, &batch);
  Event event;
  REQUIRE(EventCursor(batch.bytes).Next(&event));
  CHECK(ConcernedKeys(event, kKey).owner == CustomerRow(17));
  CHECK(ConcernedKeys(event, kKey).key == kC);
  event.type = EventType::kProductAdded;
  CHECK(ConcernedKeys(event, kKey).owner == CustomerRow(0));
}

}  // namespace
}  // namespace cartwheel
