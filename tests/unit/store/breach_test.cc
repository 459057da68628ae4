// What FindBreach finds: each promise of a store's border, broken by itself.
#include "store/breach.h"

#include <functional>
#include <string>

#include "tests/catch.h"
#include "tests/unit/store/store_factories.h"

namespace cartwheel {
namespace {

FoldWrite Whole() {
  FoldWrite write{.epoch = Epoch(1), .cursor = Position(4)};
  write.customers = {{CustomerRow(2), "b"}, {CustomerRow(1), ""}};
  write.aliases = {{"ann", CustomerRow(1)}, {"bob", CustomerRow(0)}};
  write.alarms = {{.hour = 5, .customer = CustomerRow(1), .due_at_ms = 5 * kHourMs + 7}};
  write.alarms_done_before_ms = 5 * kHourMs + 7;
  write.messages = {Waiting(3, 1, "sms", 10), Waiting(5, 1, "sms", 10)};
  write.decisions = {{.id = DecisionId(3)}, {.id = DecisionId(4)}};
  write.revocations = {{.message = MessageId(1)}};
  write.moves = {{.message = MessageId(1), .customer = CustomerRow(2)}};
  return write;
}

TEST_CASE("breach: each promise of a fold's write") {
  CHECK(FindBreach(Whole()).empty());
  const struct {
    std::string starts_with;
    std::function<void(FoldWrite&)> breaks;
  } kCases[] = {
      {"customers", [](FoldWrite& w) { w.customers[1].row = CustomerRow(2); }},
      {"customers", [](FoldWrite& w) { w.customers[1].row = CustomerRow(0); }},
      {"aliases", [](FoldWrite& w) { w.aliases[0].key.clear(); }},
      {"aliases", [](FoldWrite& w) { w.aliases[0].customer = CustomerRow(-1); }},
      {"alarms: of", [](FoldWrite& w) { w.alarms[0].customer = CustomerRow(0); }},
      {"alarms: the hour", [](FoldWrite& w) { w.alarms[0].hour = 4; }},
      {"alarms: none", [](FoldWrite& w) { ++w.alarms_done_before_ms; }},
      {"messages", [](FoldWrite& w) { w.messages[1].id = MessageId(3); }},
      {"messages", [](FoldWrite& w) { w.messages[0].id = MessageId(0); }},
      {"decisions", [](FoldWrite& w) { w.decisions[0].id = DecisionId(5); }},
      {"revocations", [](FoldWrite& w) { w.revocations[0].state = MessageState::kClaimed; }},
      {"revocations", [](FoldWrite& w) { w.revocations[0].message = MessageId(0); }},
      {"moves", [](FoldWrite& w) { w.moves[0].customer = CustomerRow(0); }},
      {"a cursor", [](FoldWrite& w) { w.cursor = Position(-1); }},
      {"a cursor", [](FoldWrite& w) { w.epoch = Epoch(0); }},
  };
  for (const auto& broken : kCases) {
    FoldWrite write = Whole();
    broken.breaks(write);
    CAPTURE(broken.starts_with);
    CHECK(FindBreach(write).substr(0, broken.starts_with.size()) == broken.starts_with);
  }
}

TEST_CASE("breach: each promise of a change of the outbox") {
  OutboxWrite write;
  CHECK(FindBreach(write).empty());
  write.updates = {Waiting(2, 1, "sms", 10), Waiting(1, 1, "sms", 10)};
  CHECK(FindBreach(write).empty());
  write.updates[1].id = MessageId(2);
  CHECK(!FindBreach(write).empty());
  write.updates[1].id = MessageId(1);
  write.updates[1].state = MessageState::kClaimed;
  write.updates[1].attempts = 1;
  CHECK(!FindBreach(write).empty());
  write.updates[1].token = ClaimToken(1);
  CHECK(FindBreach(write).empty());
  write.updates[1].attempts = 0;
  CHECK(!FindBreach(write).empty());
  CHECK(FindBreach(OutboxWrite{.append = Batch(1, 0, "")}).empty());
  CHECK(!FindBreach(OutboxWrite{.append = Batch(0, 0, "")}).empty());
}

TEST_CASE("breach: what is read of the log has no gap and begins where it was asked for") {
  const std::vector<LogRow> rows = {
      {.last = Position(3), .count = 3}, {.last = Position(5), .count = 2}, {.last = Position(6), .count = 1}};
  CHECK(FindBreach(rows, Position(0)).empty());
  CHECK(FindBreach(rows, Position(2)).empty());  // the first may begin before it
  CHECK(!FindBreach(rows, Position(3)).empty());
  CHECK(!FindBreach(std::vector<LogRow>{rows[0], rows[2]}, Position(0)).empty());
  CHECK(!FindBreach(std::vector<LogRow>{rows[1], rows[0]}, Position(0)).empty());
  CHECK(!FindBreach(std::vector<LogRow>{{.last = Position(3)}}, Position(0)).empty());
}

}  // namespace
}  // namespace cartwheel
