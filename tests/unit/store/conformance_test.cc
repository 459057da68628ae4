// What every store does with its log, its lease, its commits and what they count. Each case runs against each factory.
#include "tests/unit/store/conformance.h"

#include <algorithm>

#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"

namespace cartwheel {
namespace {

// Due `ms` after the beginning of the hour.
AlarmEntry Alarm(int64_t hour, int64_t customer, int64_t ms) {
  return {hour, CustomerRow(customer), hour * kHourMs + ms};
}

TEST_CASE("log numbers events from 1 without gaps") {
  ForEachStore([](Store& store) {
    CHECK(Get(store.Head()).last == Position(0));
    CHECK(Get(store.Append(Batch(3, 10, "abc"))) == Position(3));
    CHECK(Get(store.Append(Batch(1, 11, ""))) == Position(4));
    LogRow third = Batch(2, 12, std::string("d\0e", 3));
    third.last = Position(77);  // the store's to set
    CHECK(Get(store.Append(third)) == Position(6));
    CHECK(Get(store.Head()).last == Position(6));
    CHECK(Get(store.Head()).bytes_end == 6);
    CHECK(absl::IsInvalidArgument(store.Append(Batch(0, 13, "x")).status()));
    CHECK(Get(store.Status()).head.last == Position(6));
    CHECK(Get(store.Status()).cursor == Position(0));
  });
}

TEST_CASE("log is read in whole rows") {
  ForEachStore([](Store& store) {
    CHECK(Get(store.ReadLog(Position(0), Position(100), 10)).empty());
    Get(store.Append(Batch(3, 10, "one")));    // 1-3
    Get(store.Append(Batch(2, 11, "two")));    // 4-5
    Get(store.Append(Batch(4, 12, "three")));  // 6-9
    auto read = [&](int64_t after, int64_t until, int64_t events_max) {
      Ints lasts;
      for (const LogRow& row : Get(store.ReadLog(Position(after), Position(until), events_max)))
        lasts.push_back(row.last.value());
      return lasts;
    };
    CHECK(read(0, 9, 9) == Ints{3, 5, 9});
    CHECK(read(0, 9, 8) == Ints{3, 5});
    CHECK(read(0, 9, 5) == Ints{3, 5});
    CHECK(read(0, 9, 4) == Ints{3});
    CHECK(read(0, 9, 1) == Ints{3});  // at least one
    CHECK(read(1, 9, 100) == Ints{3, 5, 9});
    CHECK(read(3, 9, 100) == Ints{5, 9});
    CHECK(read(0, 5, 100) == Ints{3, 5});
    CHECK(read(0, 6, 100) == Ints{3, 5, 9});
    CHECK(read(9, 9, 100).empty());
    CHECK(read(3, 3, 100).empty());
    const LogRow row = Get(store.ReadLog(Position(3), Position(9), 2)).at(0);
    CHECK(row.first() == Position(4));
    CHECK(row.count == 2);
    CHECK(row.ingested_at_ms == 11);
    CHECK(row.data == "two");
  });
}

TEST_CASE("backlog_full counts what is not folded") {
  ForEachStore(StoreOptions{.log_bytes_max = 10}, [](Store& store) {
    CHECK(Get(store.Append(Batch(1, 0, "123456"))) == Position(1));
    CHECK(Get(store.Append(Batch(2, 0, "7890"))) == Position(3));  // exactly full
    absl::Status full = store.Append(Batch(1, 0, "x")).status();
    CHECK(absl::IsResourceExhausted(full));
    CHECK(StatusText(full) == "backlog_full: the unfolded log holds 10 bytes, log_bytes_max is 10");
    const Epoch epoch = TakeEpoch(store);
    Ok(store.Commit(WriteAt(epoch, 2)));  // half of the second row: it still counts whole
    CHECK(absl::IsResourceExhausted(store.Append(Batch(1, 0, "1234567")).status()));
    CHECK(Get(store.Append(Batch(1, 0, "123456"))) == Position(4));
    Ok(store.Commit(WriteAt(epoch, 4)));
    CHECK(Get(store.Append(Batch(1, 0, "1234567890"))) == Position(5));
  });
  ForEachStore(StoreOptions{.log_bytes_max = 0},
               [](Store& store) { CHECK(Get(store.Append(Batch(1, 0, "x"))) == Position(1)); });
}

TEST_CASE("folded log rows are dropped by age, never unfolded ones") {
  ForEachStore(StoreOptions{.log_keep_ms = 100}, [](Store& store) {
    for (int64_t at : {1'000, 1'050, 1'099, 1'150, 1'200}) Get(store.Append(Batch(10, at, "row")));
    const Epoch epoch = TakeEpoch(store);
    Ok(store.Commit(WriteAt(epoch, 15)));
    CHECK(Get(store.ReadLog(Position(0), Position(100), 100)).at(0).last ==
          Position(20));  // the second row is not folded to its end
    Ok(store.Commit(WriteAt(epoch, 40)));
    CHECK(Get(store.ReadLog(Position(0), Position(100), 100)).at(0).last ==
          Position(40));  // 1,099 is older than 1,200 - 100
    Get(store.Append(Batch(10, 9'000, "row")));
    Ok(store.Commit(WriteAt(epoch, 60)));
    CHECK(Get(store.ReadLog(Position(0), Position(100), 100)).size() == 1);  // the newest stays
    CHECK(Get(store.Append(Batch(1, 9'001, "row"))) == Position(61));
    CHECK(Get(store.Head()).bytes_end == 7 * 3);
  });
}

TEST_CASE("fold lease goes by epoch") {
  ForEachStore([](Store& store) {
    const FoldState first = Get(store.TakeLease(1, kNow, kEnd));
    CHECK(first.cursor == Position(0));
    CHECK(first.next_customer == CustomerRow(1));
    CHECK(first.next_message == MessageId(1));
    CHECK(first.next_decision == DecisionId(1));
    CHECK(absl::IsUnavailable(store.TakeLease(2, kNow, kEnd).status()));
    CHECK(Get(store.TakeLease(1, kNow, kEnd)).epoch == first.epoch);  // its own again
    CHECK(Get(store.TakeLease(1, kNow, LeaseTime{.boot = 7, .monotonic_ms = 3'000})).epoch ==
          first.epoch);  // for longer
    CHECK(absl::IsUnavailable(store.TakeLease(2, LeaseTime{.boot = 7, .monotonic_ms = 2'999}, kEnd).status()));
    // It lapses at its very end.
    const FoldState second = Get(store.TakeLease(2, LeaseTime{.boot = 7, .monotonic_ms = 3'000}, kEnd));
    CHECK(second.epoch > first.epoch);
    CHECK(absl::IsAborted(store.ReleaseLease(first.epoch)));
    // A lease of another boot has lapsed whatever it says.
    const FoldState third = Get(store.TakeLease(3, LeaseTime{.boot = 8, .monotonic_ms = 5}, LeaseTime{8, 500}));
    CHECK(third.epoch > second.epoch);
    Ok(store.ReleaseLease(third.epoch));
    CHECK(absl::IsAborted(store.Commit(WriteAt(third.epoch))));
    CHECK(Get(store.TakeLease(4, LeaseTime{8, 6}, LeaseTime{8, 500})).epoch > third.epoch);
  });
}

TEST_CASE("commit changes everything") {
  const std::string zero(1, '\0');
  ForEachStore([&](Store& store) {
    const Epoch epoch = TakeEpoch(store);
    FoldWrite write = WriteAt(epoch, 5);
    write.customers = {{CustomerRow(9), "nine"}, {CustomerRow(3), std::string("th\0ree", 6)}};
    write.aliases = {{"b", CustomerRow(3)}, {std::string("a\0", 2), CustomerRow(9)}, {zero, CustomerRow(4)}};
    write.messages = {Waiting(4, 9, "sms", 50)};
    write.decisions = {{.id = DecisionId(8), .data = "why"}};
    Ok(store.Commit(write));

    CHECK(Get(store.Resolve({"b", "zz", std::string("a\0", 2), "a", zero})) == Typed<CustomerRow>({3, 0, 9, 0, 4}));
    CHECK(Get(store.Load(Typed<CustomerRow>({3, 4, 9, 3}))) ==
          std::vector<std::string>{std::string("th\0ree", 6), "", "nine", std::string("th\0ree", 6)});
    CHECK(Same(Get(store.Messages(Typed<MessageId>({4, 5}))).at(0), write.messages[0]));
    const DecisionRow decision = Get(store.Decision(DecisionId(8))).value();
    CHECK(decision.data == "why");
    CHECK(!Get(store.Decision(DecisionId(7))).has_value());
    CHECK(Get(store.Status()).cursor == Position(5));

    FoldWrite second = WriteAt(epoch, 6);
    second.customers = {{CustomerRow(9), ""}, {CustomerRow(3), "three again"}, {CustomerRow(12), "twelve"}};
    second.aliases = {{"b", CustomerRow(0)}, {zero, CustomerRow(9)}};
    Ok(store.Commit(second));
    CHECK(Get(store.Load(Typed<CustomerRow>({9, 3}))) == std::vector<std::string>{"", "three again"});
    CHECK(Get(store.Resolve({"b", zero})) == Typed<CustomerRow>({0, 9}));
    auto page = Get(store.Customers(CustomerRow(0), 1));
    REQUIRE(page.size() == 1);
    CHECK(page[0].row == CustomerRow(3));
    page = Get(store.Customers(CustomerRow(3), 10));
    REQUIRE(page.size() == 1);
    CHECK(page[0].row == CustomerRow(12));
    CHECK(page[0].data == "twelve");

    // Numbers are never given twice, even when the row with the highest is removed.
    FoldWrite third = WriteAt(epoch, 7);
    third.customers = {{CustomerRow(12), ""}};
    Ok(store.Commit(third));
    const FoldState state = Get(store.TakeLease(1, kNow, kEnd));
    CHECK(state.cursor == Position(7));
    CHECK(state.next_customer == CustomerRow(13));
    CHECK(state.next_message == MessageId(5));
    CHECK(state.next_decision == DecisionId(9));
  });
}

TEST_CASE("commit renews the lease") {
  ForEachStore([](Store& store) {
    FoldWrite write = WriteAt(TakeEpoch(store));
    write.lease_end = LeaseTime{.boot = 7, .monotonic_ms = 9'000};
    Ok(store.Commit(write));
    CHECK(absl::IsUnavailable(store.TakeLease(2, LeaseTime{.boot = 7, .monotonic_ms = 8'999}, kEnd).status()));
  });
}

TEST_CASE("how far the back-fill is stays as it was until a commit says otherwise") {
  ForEachStore([](Store& store) {
    FoldWrite write = WriteAt(TakeEpoch(store));
    write.back_fill = std::string("a\0b", 3);
    Ok(store.Commit(write));
    write.back_fill.reset();
    Ok(store.Commit(write));
    CHECK(Get(store.TakeLease(1, kNow, kEnd)).back_fill == std::string("a\0b", 3));
    CHECK(Get(store.Status()).back_fill == std::string("a\0b", 3));
    write.back_fill = "";
    Ok(store.Commit(write));
    CHECK(Get(store.TakeLease(1, kNow, kEnd)).back_fill.empty());
  });
}

TEST_CASE("a commit appends its events after what the log holds by then") {
  ForEachStore([](Store& store) {
    Get(store.Append(Batch(2, 5, "read")));
    FoldWrite write = WriteAt(TakeEpoch(store), 2);
    Get(store.Append(Batch(1, 6, "meanwhile")));
    write.append = Batch(3, 7, "told");
    Ok(store.Commit(write));
    CHECK(Get(store.Head()).last == Position(6));
    const std::vector<LogRow> rows = Get(store.ReadLog(Position(3), Position(6), 10));
    REQUIRE(rows.size() == 1);
    CHECK((rows[0].count == 3 && rows[0].ingested_at_ms == 7 && rows[0].data == "told"));
    CHECK(Get(store.TakeLease(1, kNow, kEnd)).cursor == Position(2));
    CHECK(Get(store.Append(Batch(1, 8, "after"))) == Position(7));
  });
}

TEST_CASE("commit of an old epoch changes nothing") {
  ForEachStore([](Store& store) {
    Get(store.Append(Batch(5, 0, "row")));
    const Epoch old = TakeEpoch(store);
    Ok(store.ReleaseLease(old));
    const Epoch epoch = TakeEpoch(store);
    FoldWrite write = WriteAt(old, 5);
    write.customers = {{CustomerRow(1), "one"}};
    write.aliases = {{"a", CustomerRow(1)}};
    write.alarms = {Alarm(3, 1, 4)};
    write.messages = {Waiting(1, 1, "sms", 50)};
    write.decisions = {{.id = DecisionId(1)}};
    write.counters = {{Counter({.metric = Metric::kOrders}, 1), 1, 1}};
    write.refused = {{.position = Position(1)}};
    write.append = Batch(1, 0, "told");
    const absl::Status lost = store.Commit(write);
    CHECK(absl::IsAborted(lost));
    CHECK(StatusText(lost).starts_with("lease_lost"));
    auto nothing = [&] {
      CHECK(Get(store.Head()).last == Position(5));
      CHECK(Get(store.Load(Typed<CustomerRow>({1}))) == std::vector<std::string>{""});
      CHECK(Get(store.Resolve({"a"})) == Typed<CustomerRow>({0}));
      CHECK(AlarmsOf(store, 0, 100).empty());
      CHECK(Get(store.ListMessages({})).size() <= 1);
      CHECK(!Get(store.Decision(DecisionId(1))).has_value());
      CHECK(Get(store.Counters()).empty());
      CHECK(Get(store.Refused(10)).empty());
      CHECK(Get(store.Status()).cursor == Position(0));
    };
    nothing();
    CHECK(Get(store.ListMessages({})).empty());
    // Neither does one whose last statements do not hold: message 1 is there already.
    FoldWrite one = WriteAt(epoch, 0);
    one.messages = write.messages;
    Ok(store.Commit(one));
    write.epoch = epoch;
    CHECK(absl::IsInternal(store.Commit(write)));
    nothing();
  });
}

TEST_CASE("what was sealed before an erasure was filed is not appended after it") {
  ForEachStore([](Store& store) {
    CHECK(Get(store.NewestErasure()) == ErasureId());
    CHECK(Get(store.TakeLease(1, kNow, kEnd)).newest_erasure == ErasureId());
    LogRow row = Batch(1, 1, "a");
    row.erased_to = ErasureId();
    CHECK(Get(store.Append(row)) == Position(1));
    FoldWrite write = WriteAt(TakeEpoch(store), 1);
    write.erasures = {{.customer = CustomerRow(1)}, {.customer = CustomerRow(2)}};
    Ok(store.Commit(write));
    CHECK(Get(store.NewestErasure()) == ErasureId(2));
    CHECK(Get(store.TakeLease(1, kNow, kEnd)).newest_erasure == ErasureId(2));
    for (const int64_t before : {0, 1}) {
      row.erased_to = ErasureId(before);
      CHECK(absl::IsAborted(store.Append(row).status()));
    }
    CHECK(Get(store.Head()).last == Position(1));
    row.erased_to = ErasureId(2);
    CHECK(Get(store.Append(row)) == Position(2));
    row.erased_to.reset();
    CHECK(Get(store.Append(row)) == Position(3));
  });
}

TEST_CASE("alarms are filed by the hour, and an hour is dropped as a whole") {
  ForEachStore([](Store& store) {
    CHECK(!Get(store.FirstAlarm(0)).has_value());
    const Epoch epoch = TakeEpoch(store);
    FoldWrite write = WriteAt(epoch);
    write.alarms = {Alarm(5, 2, 51), Alarm(4, 9, 49), Alarm(5, 1, 55), Alarm(4, 2, 44), Alarm(7, 1, 70)};
    Ok(store.Commit(write));
    auto listed = [&](int64_t from, int64_t before) {
      Ints due;
      for (const AlarmEntry& alarm : AlarmsOf(store, from, before)) {
        CHECK(alarm.hour == alarm.due_at_ms / kHourMs);
        due.push_back(alarm.due_at_ms % kHourMs);
      }
      std::sort(due.begin(), due.end());  // by hour, in no other order
      return due;
    };
    CHECK(listed(0, 100) == Ints{44, 49, 51, 55, 70});
    CHECK(listed(4, 5) == Ints{44, 49});
    CHECK(listed(5, 7) == Ints{51, 55});
    for (const AlarmEntry& alarm : AlarmsOf(store, 5, 6)) {
      CHECK(alarm.hour == 5);
      CHECK(alarm.customer == CustomerRow(alarm.due_at_ms == 5 * kHourMs + 51 ? 2 : 1));
    }
    CHECK(Get(store.FirstAlarm(5)) == 5 * kHourMs + 51);
    CHECK(Get(store.FirstAlarm(6)) == 7 * kHourMs + 70);
    CHECK(!Get(store.FirstAlarm(8)).has_value());

    FoldWrite again = WriteAt(epoch);
    again.alarms = {Alarm(5, 2, 59), Alarm(5, 3, 43)};
    again.alarms_done_before_ms = 5 * kHourMs;
    Ok(store.Commit(again));
    CHECK(listed(0, 100) == Ints{43, 51, 55, 59, 70});
    FoldWrite done = WriteAt(epoch);
    done.alarms_done_before_ms = 7 * kHourMs;
    Ok(store.Commit(done));
    CHECK(listed(0, 100) == Ints{70});
  });
}

TEST_CASE("counters add up, each day by itself, and are read in their order") {
  ForEachStore([](Store& store) {
    const Epoch epoch = TakeEpoch(store);
    FoldWrite write = WriteAt(epoch);
    const CounterView gone{Metric::kReceipts, "cart", "first", "blue", Reason::kGone, ""};
    const CounterView left{Metric::kExited, "cart", "", "", Reason::kEvent, "order_completed"};
    write.counters = {{Counter(gone, 8), 2, 0},
                      {Counter(gone, 7), 5, 0},
                      {Counter({.metric = Metric::kOrders}, 7), 1, 129'000},
                      {Counter(gone, 8), 3, 0},
                      {Counter(left, 7), -1, 0}};
    Ok(store.Commit(write));
    Ok(store.Commit(write));
    const auto rows = Get(store.Counters());
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].counter == Counter({.metric = Metric::kOrders}, 7));
    CHECK(rows[0].count == 2);
    CHECK(rows[0].value == 258'000);
    CHECK(rows[1].counter == Counter(left, 7));
    CHECK(rows[1].count == -2);
    CHECK(rows[2].counter == Counter(gone, 7));
    CHECK(rows[2].count == 10);
    CHECK(rows[3].counter == Counter(gone, 8));
    CHECK(rows[3].count == 10);
  });
}

TEST_CASE("refused events are a ring") {
  ForEachStore([](Store& store) {
    const Epoch epoch = TakeEpoch(store);
    FoldWrite write = WriteAt(epoch);
    write.refused = {{.position = Position(5),
                      .at_ms = 6,
                      .code = "duplicate",
                      .customer = "ann",
                      .event_id = "e",
                      .message = "twice"},
                     {.position = Position(4), .at_ms = 7}};
    Ok(store.Commit(write));
    auto rows = Get(store.Refused(10));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].position == Position(4));  // newest first, by arrival
    CHECK(rows[1].position == Position(5));
    CHECK(rows[1].at_ms == 6);
    CHECK(rows[1].code == "duplicate");
    CHECK(rows[1].customer == "ann");
    CHECK(rows[1].event_id == "e");
    CHECK(rows[1].message == "twice");
    FoldWrite forgets = WriteAt(epoch);
    forgets.forgotten = {"ann", "nobody"};
    forgets.refused = {{.position = Position(6), .customer = "ann"}};  // of after it
    Ok(store.Commit(forgets));
    rows = Get(store.Refused(10));
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].customer == "ann");
    CHECK(rows[2].customer.empty());
    CHECK(rows[2].event_id.empty());
    CHECK(rows[2].code == "duplicate");
    FoldWrite many = WriteAt(epoch);
    for (int64_t i = 0; i < static_cast<int64_t>(kRefusedKeptMax); ++i)
      many.refused.push_back({.position = Position(100 + i)});
    many.refused.pop_back();
    many.refused.pop_back();
    Ok(store.Commit(many));
    rows = Get(store.Refused(kRefusedKeptMax + 10));
    REQUIRE(rows.size() == kRefusedKeptMax);
    CHECK(rows.back().position == Position(4));  // the very oldest is gone
    CHECK(rows.front().position == Position(100 + static_cast<int64_t>(kRefusedKeptMax) - 3));
    CHECK(Get(store.Refused(3)).size() == 3);
  });
}

TEST_CASE("warnings are a ring") {
  ForEachStore([](Store& store) {
    const Epoch epoch = TakeEpoch(store);
    FoldWrite write = WriteAt(epoch);
    write.warnings = {
        {Position(5), 6, "order_completed", "bad_value", "properties.total", "free", "a number", "ann", "e"},
        {.position = Position(4), .at_ms = 7}};
    Ok(store.Commit(write));
    auto rows = Get(store.Warnings(10));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].position == Position(4));  // newest first, by arrival
    CHECK(rows[1].position == Position(5));
    CHECK(rows[1].at_ms == 6);
    CHECK(rows[1].type == "order_completed");
    CHECK(rows[1].code == "bad_value");
    CHECK(rows[1].field == "properties.total");
    CHECK(rows[1].value == "free");
    CHECK(rows[1].expected == "a number");
    CHECK(rows[1].customer == "ann");
    CHECK(rows[1].event_id == "e");
    FoldWrite forgets = WriteAt(epoch);
    forgets.forgotten = {"ann", "nobody"};
    forgets.warnings = {{.position = Position(6), .value = "v", .customer = "ann"}};  // of after it
    Ok(store.Commit(forgets));
    rows = Get(store.Warnings(10));
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].customer == "ann");
    CHECK(rows[0].value == "v");
    CHECK(rows[2].customer.empty());
    CHECK(rows[2].event_id.empty());
    CHECK(rows[2].value.empty());
    CHECK(rows[2].field == "properties.total");
    FoldWrite many = WriteAt(epoch);
    for (int64_t i = 0; i < static_cast<int64_t>(kWarningsKeptMax) - 2; ++i)
      many.warnings.push_back({.position = Position(100 + i)});
    Ok(store.Commit(many));
    rows = Get(store.Warnings(kWarningsKeptMax + 10));
    REQUIRE(rows.size() == kWarningsKeptMax);
    CHECK(rows.back().position == Position(4));  // the very oldest is gone
    CHECK(Get(store.Warnings(3)).size() == 3);
  });
}

TEST_CASE("consents are a ledger: appended, moved by a merge, and kept without a name by an erasure") {
  ForEachStore([](Store& store) {
    const Epoch epoch = TakeEpoch(store);
    auto row = [](int64_t customer, int64_t position, int64_t at_ms) {
      ConsentRow said{.customer = CustomerRow(customer),
                      .position = Position(position),
                      .at_ms = at_ms,
                      .ingested_at_ms = at_ms + 1};
      said.counts = true;
      said.who = "cann";
      said.type = "consent_granted";
      said.medium = "sms";
      said.scope = "ad";
      said.topic = "news";
      said.where = "sign-up";
      said.wording = "v3";
      said.evidence = "imported";
      said.actor = "clerk";
      said.address = "010";
      said.message = "7";
      said.offset = "+09:00";
      return said;
    };
    FoldWrite write = WriteAt(epoch);
    write.consents = {row(3, 1, 100), row(4, 2, 50), row(3, 3, 80)};
    write.consents[1].undated = true;
    write.consents[1].counts = false;
    Ok(store.Commit(write));
    std::vector<ConsentRow> all = Get(store.Consents(CustomerRow(0), ConsentId(0), 10));
    REQUIRE(all.size() == 3);
    for (size_t i = 0; i < all.size(); ++i) {
      CHECK(all[i].id == ConsentId(static_cast<int64_t>(i) + 1));
      all[i].id = {};
      CHECK(all[i] == write.consents[i]);
    }
    auto positions = [&](int64_t customer, int64_t after, size_t limit) {
      Ints found;
      for (const ConsentRow& said : Get(store.Consents(CustomerRow(customer), ConsentId(after), limit)))
        found.push_back(said.position.value());
      return found;
    };
    CHECK(positions(3, 0, 10) == Ints{1, 3});
    CHECK(positions(3, 0, 1) == Ints{1});
    CHECK(positions(3, 1, 10) == Ints{3});
    CHECK(positions(0, 1, 1) == Ints{2});
    CHECK(positions(5, 0, 10).empty());
    CHECK(positions(0, 9, 10).empty());

    FoldWrite changes = WriteAt(epoch);
    changes.consents = {row(3, 9, 70)};
    changes.consent_changes = {
        {.customer = CustomerRow(4), .to = CustomerRow(3)},
        {.customer = CustomerRow(3), .proof = "#1", .through_position = Position(8), .through_at_ms = 80}};
    Ok(store.Commit(changes));
    CHECK(positions(4, 0, 10).empty());
    all = Get(store.Consents(CustomerRow(3), ConsentId(0), 10));
    REQUIRE(all.size() == 4);
    CHECK(all[0].who == "cann");  // of after the instant
    CHECK(all[1].who == "#1");
    CHECK(all[2].who == "#1");
    CHECK(all[2].actor + all[2].address + all[2].message == "");
    CHECK(all[2].where == "sign-up");
    CHECK(all[2].at_ms == 80);
    CHECK(all[3].who == "cann");  // of after the position
    CHECK(all[3].address == "010");
  });
}

TEST_CASE("definitions are written once") {
  ForEachStore([](Store& store) {
    CHECK(Get(store.LatestRevision()) == Revision(0));
    CHECK(Get(store.Revisions()).empty());
    Ok(store.SaveDefinition(Revision(7), "seven", 1));
    Ok(store.SaveDefinition(Revision(3), "three", 2));
    CHECK(absl::IsAlreadyExists(store.SaveDefinition(Revision(7), "other", 3)));
    CHECK(Get(store.LatestRevision()) == Revision(7));
    CHECK(Get(store.Revisions()) == Typed<Revision>({3, 7}));
    CHECK(Get(store.Definition(Revision(7))).value() == "seven");
    CHECK(Get(store.Definition(Revision(3))).value() == "three");
    CHECK(!Get(store.Definition(Revision(4))).has_value());
  });
}

TEST_CASE("holds are replaced by those who read the newest ones only") {
  ForEachStore([](Store& store) {
    CHECK(Get(store.Holds()).version == 0);
    CHECK(store.SaveHolds(0, std::string("a\0b", 3)).ok());
    CHECK(Get(store.Holds()).data == std::string("a\0b", 3));
    CHECK(absl::IsAborted(store.SaveHolds(0, "late")));
    CHECK(store.SaveHolds(Get(store.Holds()).version, "").ok());
    CHECK(Get(store.Holds()).data.empty());
    CHECK(Get(store.Holds()).version == 2);
  });
}

TEST_CASE("tallies add up by channel and slot, and old slots of a channel are forgotten") {
  ForEachStore([](Store& store) {
    auto add = [&](std::vector<Tally> tallies) {
      OutboxPlan plan;
      plan.ready = {.channel = "sms", .now_ms = 1, .limit = 1, .tallies = tallies};
      auto change = Get(store.BeginOutbox(plan));
      Ints before;
      for (const Tally& tally : change->view().tallies) before.push_back(tally.count);
      OutboxWrite write;
      write.tallies = std::move(tallies);
      CHECK(change->Commit(write).ok());
      return before;
    };
    CHECK(add({{"", 10, 2}, {"sms", 10, 5}}) == Ints{0, 0});
    CHECK(add({{"", 10, 1}, {"sms", 11, 1}}) == Ints{2, 0});
    CHECK(add({{"", 12, 1}, {"sms", 10, 1}}) == Ints{0, 5});
    CHECK(Get(store.BusiestTally("", 10, 12)) == 3);
    CHECK(Get(store.BusiestTally("", 11, 13)) == 1);
    CHECK(Get(store.BusiestTally("", 12, 12)) == 0);
    CHECK(Get(store.BusiestTally("sms", 0, 100)) == 6);
    CHECK(Get(store.BusiestTally("kakao", 0, 100)) == 0);
    add({{"", 11 + kTallySlotsKept, 1}});
    CHECK(Get(store.BusiestTally("", 0, 12)) == 0);  // of 10 nothing is left
    CHECK(Get(store.BusiestTally("", 0, 13)) == 1);
    CHECK(Get(store.BusiestTally("sms", 0, 100)) == 6);
  });
}

}  // namespace
}  // namespace cartwheel
