// A message that was decided for an address does not leave once the address is not its customer's any more: by all ways
// in which an address leaves a customer, and by none that only looks like one.
#include <algorithm>
#include <random>

#include "cartwheel/limits.h"
#include "core/model/customer_row.h"
#include "core/model/message_body.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
constexpr int64_t kMade = kDay0 + 24 * kHourMs;  // of the message
using Lines = std::vector<std::string>;

std::string Push(std::string_view address) {
  return fmt::format(R"({{"channel":"web_push","address":"{}"}})", address);
}

struct Way {
  std::string_view name;
  void (*go)(Shop& shop);
  bool leaves;
};

// Ann registered X at kDay0, and a message waits for it since kMade.
const Way kWays[] = {
    {"ann removes it", [](Shop& shop) { shop.Event("endpoint_removed", "ann", kMade, Push("X")); }, true},
    {"a withdrawal names it alone",
     [](Shop& shop) {
       shop.Raw(fmt::format(R"({{"type":"endpoint_removed","at":{},"properties":{}}})", kMade, Push("X")));
     },
     true},
    {"a device of hers had removed it",
     [](Shop& shop) {
       shop.DeviceEvent("endpoint_removed", "dev", kDay0 + kHourMs, Push("X"));
       shop.Identify("ann", "dev", kMade);
     },
     true},
    {"an earlier id of hers had removed it",
     [](Shop& shop) {
       shop.Event("endpoint_removed", "old", kDay0 + kHourMs, Push("X"));
       shop.Event("alias", "ann", kMade, R"({"previous_id":"old"})");
     },
     true},
    {"she turns out to be another, who had removed it",
     [](Shop& shop) {
       shop.Event("endpoint_removed", "new", kDay0 + kHourMs, Push("X"));
       shop.Event("alias", "new", kMade, R"({"previous_id":"ann"})");
     },
     true},
    {"another customer registers it",
     [](Shop& shop) { shop.Event("endpoint_added", "bob", kDay0 + kHourMs, Push("X")); }, true},
    {"a device registers it", [](Shop& shop) { shop.DeviceEvent("endpoint_added", "dev", kMade, Push("X")); }, true},
    {"its provider says that it is gone",
     [](Shop& shop) {
       shop.Event("product_added", "ann", kMade, R"({"product_id":"tea","cart_id":"k2"})");
       shop.RunTo(kMade + 24 * kHourMs - 1);
       shop.AdvanceTo(kMade + 24 * kHourMs);
       auto messages = shop.Claim("web_push", 1);
       REQUIRE(messages.size() == 1);
       REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kGone}}}).ok());
     },
     true},
    {"ann is erased", [](Shop& shop) { shop.Event("erase", "ann", kMade); }, true},
    {"she turns out to be one who had as many addresses as there may be",
     [](Shop& shop) {
       for (size_t i = 0; i < kEndpointsMax; ++i)
         shop.Event("endpoint_added", "new", kDay0 + kHourMs, Push(fmt::format("N{}", i)));
       shop.Event("alias", "new", kMade, R"({"previous_id":"ann"})");
     },
     true},
    {"it was removed before she registered it",
     [](Shop& shop) { shop.Event("endpoint_removed", "ann", kDay0 - 1, Push("X")); }, false},
    {"another address is removed",
     [](Shop& shop) {
       shop.Event("endpoint_added", "ann", kDay0 - kHourMs, Push("Y"));
       shop.Event("endpoint_removed", "ann", kMade, Push("Y"));
     },
     false},
    {"another registered it before her, which is heard of late",
     [](Shop& shop) { shop.Event("endpoint_added", "bob", kDay0 - 1, Push("X")); }, false},
    {"a device of hers had removed it before she registered it",
     [](Shop& shop) {
       shop.DeviceEvent("endpoint_removed", "dev", kDay0 - 1, Push("X"));
       shop.Identify("ann", "dev", kMade);
     },
     false},
    {"a device of hers registered another",
     [](Shop& shop) {
       shop.DeviceEvent("endpoint_added", "dev", kMade, Push("Y"));
       shop.Identify("ann", "dev", kMade);
     },
     false},
    {"she turns out to be one who has removed addresses, as many as are remembered",
     [](Shop& shop) {
       for (size_t i = 0; i < kEndpointsMax; ++i)
         shop.Event("endpoint_removed", "new", kDay0 + kHourMs, Push(fmt::format("N{}", i)));
       shop.Event("alias", "new", kMade, R"({"previous_id":"ann"})");
     },
     false},
};

bool Waits(const MessageRow& row) { return row.state == MessageState::kWaiting || row.state == MessageState::kClaimed; }

// Whether each message that waits goes to a live endpoint of its customer.
void CheckAddresses(Shop& shop) {
  auto messages = shop.store()->ListMessages({{}, MessageId(0), 100'000});
  auto customers = shop.store()->Customers(CustomerRow(0), 100'000);
  REQUIRE((messages.ok() && customers.ok()));
  for (const MessageRow& message : *messages) {
    if (!Waits(message) || message.revoked) continue;
    const std::string_view address = DecodeMessageBody(message.body).address;
    bool live = false;
    for (const auto& row : *customers) {
      if (row.row != message.customer) continue;
      auto customer = DecodeCustomer(row.row, row.data);
      REQUIRE(customer.ok());
      for (const Endpoint& endpoint : customer->endpoints)
        live = live || (endpoint.live() && endpoint.channel == message.channel && endpoint.address == address);
    }
    INFO("message " << message.id.value() << " to " << address);
    CHECK(live);
  }
}

}  // namespace

TEST_CASE("addresses: a message leaves only while its address is the customer's") {
  for (const Way& way : kWays) {
    INFO(way.name);
    Shop shop;
    shop.NeedAddresses();
    shop.clock().Set(kDay0);
    shop.Event("endpoint_added", "ann", kDay0, Push("X"));
    shop.Event("product_added", "ann", kDay0, kTea);
    shop.RunTo(kMade);
    REQUIRE(shop.Outbox() == Lines{"ann/first@24:waiting"});
    way.go(shop);
    shop.AdvanceTo(shop.clock().NowMs());
    const Lines outbox = shop.Outbox();
    const bool waits =
        std::any_of(outbox.begin(), outbox.end(), [](const std::string& line) { return Has(line, ":waiting"); });
    CHECK(waits == !way.leaves);
    CheckAddresses(shop);
    CHECK(shop.Claim("web_push").empty() == way.leaves);
  }
}

TEST_CASE("addresses: whatever is told, what waits goes to an address of its customer") {
  std::mt19937_64 random(1);
  for (int run = 0; run < 60; ++run) {
    CAPTURE(run);
    Shop shop;
    shop.NeedAddresses();
    const std::string people[] = {"ann", "bob"}, devices[] = {"d1", "d2"};
    for (int64_t hour = 0; hour < 60; ++hour) {
      const int64_t now_ms = kDay0 + hour * kHourMs, at_ms = now_ms - static_cast<int64_t>(random() % 12) * kHourMs / 2;
      shop.RunTo(now_ms);
      const std::string person = people[random() % 2], device = devices[random() % 2];
      const std::string push = Push(random() % 2 == 0 ? "X" : "Y");
      auto tell = [&](std::string_view type, std::string_view properties) {
        if (random() % 2 == 0)
          shop.Event(type, person, at_ms, properties);
        else
          shop.DeviceEvent(type, device, at_ms, properties);
      };
      const uint64_t roll = random() % 20;
      if (roll < 7)
        tell("endpoint_added", push);
      else if (roll < 10)
        tell("endpoint_removed", push);
      else if (roll < 16)
        tell("product_added", kTea);
      else if (roll < 18)
        shop.Identify(person, device, at_ms);
      else if (roll == 18 && random() % 2 == 0)
        shop.Event("erase", person, at_ms);
      shop.AdvanceTo(now_ms);
      CheckAddresses(shop);
      if (random() % 8 != 0) continue;
      std::vector<Outcome> outcomes;
      for (const Message& message : shop.Claim("web_push", 1))
        outcomes.push_back({message.id, message.token, random() % 2 == 0 ? OutcomeCode::kGone : OutcomeCode::kRetry});
      REQUIRE(shop.engine().Settle(outcomes).ok());
    }
  }
}

TEST_CASE("addresses: one that a device of the customer took over is the customer's again when the two are one") {
  const int64_t taken_at_ms = GENERATE(as<int64_t>{}, kDay0, kDay0 + kHourMs);
  const bool heard_late = GENERATE(false, true);
  CAPTURE(taken_at_ms, heard_late);
  Shop shop;
  shop.NeedAddresses();
  shop.clock().Set(kDay0 + 2 * kHourMs);
  SECTION("the device registers it last") {
    if (!heard_late) shop.Event("endpoint_added", "ann", kDay0, Push("X"));
    shop.DeviceEvent("endpoint_added", "dev", taken_at_ms, Push("X"));
    if (heard_late) shop.Event("endpoint_added", "ann", kDay0, Push("X"));
  }
  SECTION("the customer registers it last") {
    if (!heard_late) shop.DeviceEvent("endpoint_added", "dev", kDay0, Push("X"));
    shop.Event("endpoint_added", "ann", taken_at_ms, Push("X"));
    if (heard_late) shop.DeviceEvent("endpoint_added", "dev", kDay0, Push("X"));
  }
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.Identify("ann", "dev", kDay0 + 2 * kHourMs);
  shop.RunTo(kMade);
  CHECK(shop.Outbox() == Lines{"ann/first@24:waiting"});
  CHECK(Has(shop.Query("customer", "ann"), R"("address":"X")"));
}

TEST_CASE("addresses: a removal after an erasure outlives the merge with a device of before it") {
  Shop shop;
  shop.NeedAddresses();
  shop.clock().Set(kDay0 + 4 * kHourMs);
  shop.Event("erase", "ann", kDay0 + kHourMs);
  shop.DeviceEvent("endpoint_removed", "dev", kDay0 + 3 * kHourMs, Push("X"));
  shop.Identify("ann", "dev", kDay0 + 4 * kHourMs);
  shop.Event("endpoint_added", "ann", kDay0 + 2 * kHourMs, Push("X"));
  shop.AdvanceTo(kDay0 + 4 * kHourMs);
  CHECK_FALSE(Has(shop.Query("customer", "ann"), R"("endpoints":[{)"));
}

}  // namespace cartwheel
