// What FindBreach finds: each promise of a store's border, broken by itself.
#include "store/breach.h"

#include <functional>
#include <string>

#include "tests/catch.h"
#include "tests/unit/store/store_factories.h"

namespace cartwheel {
namespace {

FoldWrite Whole() {
  FoldWrite write{.epoch = 1, .cursor = 4};
  write.customers = {{2, "b"}, {1, ""}};
  write.aliases = {{"ann", 1}, {"bob", 0}};
  write.alarms = {{.hour = 5, .customer = 1, .due_at_ms = 5 * kHourMs + 7}};
  write.alarms_done_before_ms = 5 * kHourMs + 7;
  write.messages = {Waiting(3, 1, "sms", 10), Waiting(5, 1, "sms", 10)};
  write.decisions = {{.id = 3}, {.id = 4}};
  write.revocations = {{.message = 1}};
  write.moves = {{.message = 1, .customer = 2}};
  return write;
}

TEST_CASE("breach: each promise of a fold's write") {
  CHECK(FindBreach(Whole()).empty());
  const struct {
    std::string starts_with;
    std::function<void(FoldWrite&)> breaks;
  } kCases[] = {
      {"customers", [](FoldWrite& w) { w.customers[1].row = 2; }},
      {"customers", [](FoldWrite& w) { w.customers[1].row = 0; }},
      {"aliases", [](FoldWrite& w) { w.aliases[0].key.clear(); }},
      {"aliases", [](FoldWrite& w) { w.aliases[0].customer = -1; }},
      {"alarms: of", [](FoldWrite& w) { w.alarms[0].customer = 0; }},
      {"alarms: the hour", [](FoldWrite& w) { w.alarms[0].hour = 4; }},
      {"alarms: none", [](FoldWrite& w) { ++w.alarms_done_before_ms; }},
      {"messages", [](FoldWrite& w) { w.messages[1].id = 3; }},
      {"messages", [](FoldWrite& w) { w.messages[0].id = 0; }},
      {"decisions", [](FoldWrite& w) { w.decisions[0].id = 5; }},
      {"revocations", [](FoldWrite& w) { w.revocations[0].state = MessageState::kClaimed; }},
      {"revocations", [](FoldWrite& w) { w.revocations[0].message = 0; }},
      {"moves", [](FoldWrite& w) { w.moves[0].customer = 0; }},
      {"a cursor", [](FoldWrite& w) { w.cursor = -1; }},
      {"a cursor", [](FoldWrite& w) { w.epoch = 0; }},
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
  write.updates[1].id = 2;
  CHECK(!FindBreach(write).empty());
  write.updates[1].id = 1;
  write.updates[1].state = MessageState::kClaimed;
  write.updates[1].attempts = 1;
  CHECK(!FindBreach(write).empty());
  write.updates[1].token = 1;
  CHECK(FindBreach(write).empty());
  write.updates[1].attempts = 0;
  CHECK(!FindBreach(write).empty());
  CHECK(FindBreach({.append = Batch(1, 0, "")}).empty());
  CHECK(!FindBreach({.append = Batch(0, 0, "")}).empty());
}

TEST_CASE("breach: what is read of the log has no gap and begins where it was asked for") {
  const std::vector<LogRow> rows = {{.last = 3, .count = 3}, {.last = 5, .count = 2}, {.last = 6, .count = 1}};
  CHECK(FindBreach(rows, 0).empty());
  CHECK(FindBreach(rows, 2).empty());  // the first may begin before it
  CHECK(!FindBreach(rows, 3).empty());
  CHECK(!FindBreach(std::vector<LogRow>{rows[0], rows[2]}, 0).empty());
  CHECK(!FindBreach(std::vector<LogRow>{rows[1], rows[0]}, 0).empty());
  CHECK(!FindBreach(std::vector<LogRow>{{.last = 3}}, 0).empty());
}

}  // namespace
}  // namespace cartwheel
