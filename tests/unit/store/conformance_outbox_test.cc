// What every store does with messages: found, handed out, ended, revoked, listed. Each case runs against each factory.
#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "tests/unit/store/conformance.h"
#include "tests/unit/store/nothing_between.h"

namespace cartwheel {
namespace {

TEST_CASE("a change finds ready messages, oldest first") {
  ForEachStore([](Store& store) {
    CHECK(!Get(store.NextReady()).has_value());
    FoldWrite write = WriteAt(TakeEpoch(store));
    write.messages = {Waiting(1, 1, "sms", 300), Waiting(2, 1, "sms", 100), Waiting(3, 1, "push", 50),
                      Waiting(4, 1, "sms", 200), Waiting(5, 1, "sms", 200)};
    write.messages[1].expires_at_ms = 120;  // also those that have expired
    Ok(store.Commit(write));
    OutboxPlan::Ready plan{.channel = "sms", .now_ms = 200, .limit = 10};
    auto ready = [&] { return Ids(Look(store, {.ready = plan}).ready); };
    CHECK(ready() == Ints{2, 4, 5});
    plan.now_ms = 199;
    CHECK(ready() == Ints{2});
    plan.now_ms = 1000;
    plan.limit = 2;
    CHECK(ready() == Ints{2, 4});
    plan.channel = "fax";
    CHECK(ready().empty());
    CHECK(Get(store.NextReady()).value() == 50);
    Claim(store, {3}, kEnd);
    CHECK(Get(store.NextReady()).value() == 100);
    Claim(store, {1, 2, 4, 5}, kEnd);
    CHECK(!Get(store.NextReady()).has_value());
    // By number: those that exist, as asked for.
    CHECK(Ids(Look(store, {.ids = Typed<MessageId>({5, 77, 1, 5})}).messages) == Ints{5, 1, 5});
  });
}

TEST_CASE("a change finds lapsed claims") {
  ForEachStore([](Store& store) {
    CHECK(!Get(store.NextLapse()).has_value());
    FoldWrite write = WriteAt(TakeEpoch(store));
    for (int64_t id = 1; id <= 5; ++id) write.messages.push_back(Waiting(id, 1, "sms", 10));
    Ok(store.Commit(write));
    Claim(store, {1}, {.boot = 7, .monotonic_ms = 900});
    Claim(store, {2}, {.boot = 7, .monotonic_ms = 800});
    CHECK(Get(store.NextLapse()).value().monotonic_ms == 800);
    auto lapsed = [&](LeaseTime now, size_t limit) {
      Ints ids = Ids(Look(store, {.lapsed = OutboxPlan::Lapsed{now, limit}}).lapsed);
      std::sort(ids.begin(), ids.end());
      return ids;
    };
    CHECK(lapsed({7, 799}, 10).empty());
    CHECK(lapsed({7, 800}, 10) == Ints{2});
    CHECK(lapsed({7, 900}, 10) == Ints{1, 2});
    CHECK(lapsed({7, 900}, 1).size() == 1);
    CHECK(lapsed({6, 0}, 10) == Ints{1, 2});  // another boot
    CHECK(lapsed({8, 0}, 10) == Ints{1, 2});
    // After a reboot: the old boot's leases come first, whatever they say and however the boots compare.
    Claim(store, {3}, {.boot = 5, .monotonic_ms = 10});
    CHECK(Get(store.NextLapse()).value().boot == 7);
    Claim(store, {4}, {.boot = 9'999'999'999'999'999'999u, .monotonic_ms = 20});
    Claim(store, {1, 2}, {.boot = 5, .monotonic_ms = 30});
    Change(store, {4}, [](MessageRow& message, ClaimToken) { message.state = MessageState::kAccepted; });
    CHECK(Get(store.NextLapse()).value().boot == 5);
    CHECK(Get(store.NextLapse()).value().monotonic_ms == 10);
    Claim(store, {5}, {.boot = 9'999'999'999'999'999'999u, .monotonic_ms = 1});
    CHECK(Get(store.NextLapse()).value().boot == 5);
    CHECK(lapsed({9'999'999'999'999'999'999u, 0}, 10) == Ints{1, 2, 3});
    CHECK(lapsed({5, 20}, 10) == Ints{3, 5});
  });
}

TEST_CASE("a change writes the changeable half") {
  ForEachStore([](Store& store) {
    FoldWrite write = WriteAt(TakeEpoch(store));
    write.messages = {Waiting(1, 1, "sms", 10)};
    write.messages[0].message_class = MessageClass::kNotice;
    write.messages[0].fresh_until_ms = 77;
    Ok(store.Commit(write));
    MessageRow expected = write.messages[0];
    expected.state = MessageState::kFailed;
    expected.not_before_ms = 99;
    expected.attempts = 3;
    expected.token = ClaimToken(12);
    expected.first_handed_ms = 77;
    expected.idempotency_ms = 88;
    expected.uncertain = true;
    expected.revoked = true;
    expected.lease = {.boot = 0xfedcba9876543210u, .monotonic_ms = 5};
    expected.settled_at_ms = 1234;
    expected.reason = Reason::kGone;
    expected.reason_detail = "no such number";
    Change(store, {1}, [&](MessageRow& message, ClaimToken) {
      message = expected;
      message.customer = CustomerRow(55);  // not the claim's to change
      message.body = "other";
      message.channel = "other";
      message.fresh_until_ms = 78;
    });
    CHECK(Same(Get(store.Messages(Typed<MessageId>({1}))).at(0), expected));
    CHECK(Look(store, {}).next_token == ClaimToken(13));
  });
}

TEST_CASE("a change writes all or nothing") {
  ForEachStore([](Store& store) {
    FoldWrite made = WriteAt(TakeEpoch(store));
    made.messages = {Waiting(1, 1, "sms", 10)};
    Ok(store.Commit(made));
    auto begin = [&](OutboxWrite& write) {
      std::unique_ptr<OutboxChange> change = Get(store.BeginOutbox({.ids = Typed<MessageId>({1})}));
      write.updates = change->view().messages;
      write.updates[0].state = MessageState::kAccepted;
      write.append = Batch(2, 10, "receipt");
      return change;
    };
    OutboxWrite write;
    begin(write).reset();  // its caller does not go on with it
    std::unique_ptr<OutboxChange> change = begin(write);
    write.updates.push_back(Waiting(2, 1, "sms", 10));  // there is no message 2
    CHECK(absl::IsInternal(change->Commit(write)));
    change.reset();
    CHECK(Get(store.Messages(Typed<MessageId>({1}))).at(0).state == MessageState::kWaiting);
    CHECK(Get(store.Head()).last == Position(0));
    change = begin(write);
    Ok(change->Commit(write));
    change.reset();
    CHECK(Get(store.Messages(Typed<MessageId>({1}))).at(0).state == MessageState::kAccepted);
    CHECK(Get(store.Head()).last == Position(2));
    CHECK(Get(store.ReadLog(Position(0), Position(2), 10)).at(0).data == "receipt");
    // Receipts alone, too; and nothing at all.
    Ok(Get(store.BeginOutbox({}))->Commit({.append = Batch(1, 11, "late")}));
    Ok(Get(store.BeginOutbox({}))->Commit({}));
    CHECK(Get(store.Head()).last == Position(3));
    CHECK(Get(store.Head()).bytes_end == 11);
  });
}

TEST_CASE("a change sees the unfolded tail") {
  ForEachStore([](Store& store) {
    const Epoch epoch = TakeEpoch(store);
    Get(store.Append(Batch(3, 0, "one")));    // 1-3
    Get(store.Append(Batch(2, 0, "two")));    // 4-5
    Get(store.Append(Batch(4, 0, "three")));  // 6-9
    FoldWrite write = WriteAt(epoch, 4);
    write.aliases = {{"ann", CustomerRow(5)}};
    Ok(store.Commit(write));
    // What comes after the event `after`, as one who has read so far asks for it.
    auto tail = [&](int64_t after, int64_t tail_max, bool* behind, int64_t cursor = 4) {
      std::unique_ptr<OutboxChange> change = Get(store.BeginOutbox(
          {.ready = OutboxPlan::Ready{
               .tail_max = tail_max, .known_cursor = Position(cursor), .known_to = Position(after)}}));
      CHECK(change->view().cursor == Position(4));
      CHECK(Get(change->Resolve({"bob", "ann"})) == Typed<CustomerRow>({0, 5}));
      *behind = change->view().behind;
      Ints lasts;
      for (const LogRow& row : change->view().tail) lasts.push_back(row.last.value());
      return lasts;
    };
    bool behind = true;
    CHECK(tail(0, 5, &behind) == Ints{5, 9});  // 5 and 6-9: what is folded is none of it
    CHECK(!behind);
    CHECK(tail(4, 5, &behind) == Ints{5, 9});
    CHECK(tail(5, 5, &behind) == Ints{9});
    CHECK(tail(7, 5, &behind) == Ints{9});
    CHECK(tail(9, 5, &behind).empty());
    CHECK(tail(9, 5, &behind, /*cursor=*/3) == Ints{5, 9});  // known by another cursor: all of it
    CHECK(tail(0, 4, &behind) == Ints{5});
    CHECK(behind);
    CHECK(tail(5, 4, &behind).empty());
    CHECK(tail(0, 0, &behind).empty());
    CHECK(behind);
    Ok(store.Commit(WriteAt(epoch, 9)));
    const OutboxView view = Look(store, {.ready = OutboxPlan::Ready{.tail_max = 0}});
    CHECK(view.tail.empty());
    CHECK(!view.behind);
  });
}

TEST_CASE("a change that is behind sees the erasures after the tail, and no message where they are too many") {
  ForEachStore([](Store& store) {
    const Epoch epoch = TakeEpoch(store);
    auto append = [&](bool erases) {
      LogRow row = Batch(2, 0, "two");
      row.erases = erases;
      Get(store.Append(row));
    };
    for (const bool erases : {true, false, true, false, true}) append(erases);  // 2, 6 and 10 are the last of theirs
    FoldWrite write = WriteAt(epoch, 1);
    write.messages = {Waiting(1, 5, "web_push", 0)};
    write.messages[0].message_class = MessageClass::kTransactional;
    Ok(store.Commit(write));
    auto look = [&](int64_t tail_max) {
      return Look(store, {.ready = OutboxPlan::Ready{.channel = "web_push", .limit = 9, .tail_max = tail_max}});
    };
    auto lasts = [](const std::vector<LogRow>& rows) {
      Ints numbers;
      for (const LogRow& row : rows) numbers.push_back(row.last.value());
      return numbers;
    };
    CHECK(lasts(look(0).erasing) == Ints{2, 6, 10});
    CHECK(lasts(look(5).erasing) == Ints{10});
    CHECK(lasts(look(8).erasing) == Ints{10});
    CHECK(look(9).erasing.empty());  // in the tail
    CHECK(look(5).ready.size() == 1);
    for (size_t i = 1; i < kErasingRowsMax; ++i) append(true);
    CHECK(look(5).ready.size() == 1);
    append(true);
    CHECK(look(5).ready.empty());
  });
}

TEST_CASE("nothing comes between what a change of the outbox reads and what it writes") {
  ForEachStore([](Store& store) { CheckNothingComesBetween(store, store); });
}

TEST_CASE("revocations stop what waits and mark what is claimed") {
  ForEachStore([](Store& store) {
    const Epoch epoch = TakeEpoch(store);
    FoldWrite write = WriteAt(epoch);
    for (int64_t id : {1, 2, 3, 5}) write.messages.push_back(Waiting(id, 1, "sms", 10));
    Ok(store.Commit(write));
    Claim(store, {2, 3}, kEnd);
    Change(store, {3}, [](MessageRow& message, ClaimToken) { message.state = MessageState::kAccepted; });
    FoldWrite revoke = WriteAt(epoch);
    revoke.messages = {Waiting(6, 1, "sms", 10)};
    revoke.revocations = {{MessageId(1), Reason::kEvent, "order_completed"},
                          {MessageId(2), Reason::kEvent, "order_completed"},
                          {MessageId(3), Reason::kEvent, "order_completed"},
                          {MessageId(5), Reason::kExpired, "", MessageState::kExpired},
                          {MessageId(6), Reason::kOvertaken},
                          {MessageId(99), Reason::kOvertaken}};
    Ok(store.Commit(revoke));
    const auto rows = Get(store.Messages(Typed<MessageId>({1, 2, 3, 6, 5})));
    CHECK(rows[0].state == MessageState::kRevoked);
    CHECK(rows[0].reason == Reason::kEvent);
    CHECK(rows[0].reason_detail == "order_completed");
    CHECK(rows[1].state == MessageState::kClaimed);
    CHECK(rows[1].revoked);
    CHECK(rows[1].reason == Reason::kNone);
    CHECK(rows[1].reason_detail.empty());
    CHECK(rows[2].state == MessageState::kAccepted);
    CHECK(!rows[2].revoked);
    CHECK(rows[3].state == MessageState::kRevoked);  // made and revoked by one fold
    CHECK(rows[4].state == MessageState::kExpired);
    CHECK(rows[4].reason == Reason::kExpired);
    CHECK(rows[4].reason_detail.empty());
    CHECK(!Get(store.NextReady()).has_value());
  });
}

TEST_CASE("messages move to their new owner") {
  ForEachStore([](Store& store) {
    FoldWrite write = WriteAt(TakeEpoch(store));
    write.messages = {Waiting(1, 5, "sms", 10), Waiting(2, 5, "sms", 10)};
    write.moves = {{MessageId(2), CustomerRow(8)}, {MessageId(77), CustomerRow(8)}};
    Ok(store.Commit(write));
    CHECK(Get(store.Messages(Typed<MessageId>({1}))).at(0).customer == CustomerRow(5));
    CHECK(Get(store.Messages(Typed<MessageId>({2}))).at(0).customer == CustomerRow(8));
  });
}

TEST_CASE("messages are listed by state") {
  ForEachStore([](Store& store) {
    FoldWrite write = WriteAt(TakeEpoch(store));
    for (int64_t id = 1; id <= 9; ++id) {
      write.messages.push_back(Waiting(id, 1, "sms", 10));
      write.messages.back().state = static_cast<MessageState>(id - 1);
    }
    Ok(store.Commit(write));
    using enum MessageState;
    auto listed = [&](MessageFilter filter) { return Ids(Get(store.ListMessages(filter))); };
    CHECK(listed({}).size() == 9);
    CHECK(listed({.after_id = MessageId(3), .limit = 2}) == Ints{4, 5});
    CHECK(listed({.states = {kUnknown, kFailed}}) == Ints{5, 8});
    CHECK(listed({.states = {kDead}}) == Ints{9});
    CHECK(listed({.states = {kDead, kUnknown, kFailed}, .after_id = MessageId(5), .limit = 1}) == Ints{8});
    CHECK(listed({.states = {kWaiting, kFailed}}) == Ints{1, 5});
    CHECK(listed({.states = {kExpired}, .after_id = MessageId(6)}).empty());
  });
}

TEST_CASE("messages are listed by the name that tracked links know them by") {
  ForEachStore([](Store& store) {
    constexpr uint64_t kNamed = 5, kLargest = ~uint64_t{0};
    FoldWrite write = WriteAt(TakeEpoch(store));
    int64_t id = 0;
    for (uint64_t link : {kNamed, uint64_t{0}, kLargest, kNamed}) {
      write.messages.push_back(Waiting(++id, 1, "sms", 10));
      write.messages.back().link = link;
    }
    Ok(store.Commit(write));
    auto listed = [&](MessageFilter filter) { return Ids(Get(store.ListMessages(filter))); };
    CHECK(listed({.link = kNamed}) == Ints{1, 4});
    CHECK(listed({.after_id = MessageId(1), .link = kNamed}) == Ints{4});
    CHECK(listed({.limit = 1, .link = kNamed}) == Ints{1});
    CHECK(listed({.states = {MessageState::kDead}, .link = kNamed}).empty());
    CHECK(listed({.link = kLargest}) == Ints{3});
    CHECK(listed({.link = 6}).empty());
    CHECK(listed({}).size() == 4);
    CHECK(Get(store.Messages(Typed<MessageId>({3}))).at(0).link == kLargest);
  });
}

}  // namespace
}  // namespace cartwheel
