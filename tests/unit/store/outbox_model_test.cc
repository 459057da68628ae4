// Random changes of the outbox, the same ones in every store: each answers as the one in memory does, which holds a map
// of messages and looks at all of them.
#include <algorithm>
#include <deque>
#include <set>

#include "base/hash.h"
#include "fmt/format.h"
#include "store/message_states.h"
#include "tests/unit/store/conformance.h"

namespace cartwheel {
namespace {

constexpr int64_t kFar = int64_t{1} << 40;

class Outboxes {
 public:
  explicit Outboxes(uint64_t seed) : random_(seed) {
    for (const StoreFactory& factory : StoreFactories()) {
      stores_.push_back(factory.open(directories_.emplace_back(), {}));
      epoch_ = TakeEpoch(*stores_.back());
    }
  }

  void Do() {
    switch (Below(8)) {
      case 0:
      case 1:
        return Fold();
      case 2:
        return Claim();
      case 3:
      case 4:
        return Settle();
      case 5:
        return Lapse();
      case 6:
        return Sweep();
      default:
        return Drop();
    }
  }

  void CheckSame() {
    MessageFilter filter{.after_id = Before(), .limit = Below(2) == 0 ? 5 : 1'000u};
    for (int64_t states = Below(4); states > 0; --states) filter.states.push_back(State());
    if (Below(4) == 0) filter.states.assign(kTroubledStates.begin(), kTroubledStates.end());
    if (Below(4) == 0) filter.link = static_cast<uint64_t>(1 + Below(9));
    const std::vector<MessageId> ids = SomeIds(20);
    const MessageId after = Before();
    const size_t limit = 1 + static_cast<size_t>(Below(300));
    const auto listed = Get(model().ListMessages(filter));
    const auto found = Get(model().Messages(ids));
    const auto owners = Get(model().Owners(after, limit));
    const auto channels = Get(model().Status()).channels;
    const auto ready = Get(model().NextReady());
    const auto lapse = Get(model().NextLapse());
    for (Store* store : Others()) {
      CheckSameRows(Get(store->ListMessages(filter)), listed);
      CheckSameRows(Get(store->Messages(ids)), found);
      const auto same_owner = [](const MessageOwner& a, const MessageOwner& b) {
        return a.message == b.message && a.customer == b.customer && a.made_at_ms == b.made_at_ms &&
               a.may_leave == b.may_leave;
      };
      const auto their_owners = Get(store->Owners(after, limit));
      CHECK(std::equal(owners.begin(), owners.end(), their_owners.begin(), their_owners.end(), same_owner));
      const auto same_channel = [](const StoreStatus::Channel& a, const StoreStatus::Channel& b) {
        return a.name == b.name && a.waiting == b.waiting && a.claimed == b.claimed &&
               a.oldest_ready_at_ms == b.oldest_ready_at_ms;
      };
      const auto their_channels = Get(store->Status()).channels;
      CHECK(std::equal(channels.begin(), channels.end(), their_channels.begin(), their_channels.end(), same_channel));
      CHECK(Get(store->NextReady()) == ready);
      const auto their_lapse = Get(store->NextLapse());
      REQUIRE(their_lapse.has_value() == lapse.has_value());
      if (!lapse) continue;
      CHECK((their_lapse->boot == boot_) == (lapse->boot == boot_));  // those of boots before have all lapsed
      if (lapse->boot == boot_) CHECK(their_lapse->monotonic_ms == lapse->monotonic_ms);
    }
  }

  void CheckWhole() {
    for (Store* store : Others()) {
      CHECK(Get(store->FindDamage()).empty());
      CheckSameRows(Get(store->ListMessages({.limit = 1'000'000})), Get(model().ListMessages({.limit = 1'000'000})));
    }
  }

 private:
  Store& model() { return *stores_[0]; }
  std::vector<Store*> Others() {
    std::vector<Store*> others;
    for (size_t i = 1; i < stores_.size(); ++i) others.push_back(stores_[i].get());
    return others;
  }
  int64_t Below(int64_t end) {
    random_ = Mix(random_);
    return static_cast<int64_t>(random_ % static_cast<uint64_t>(end));
  }
  MessageState State() { return static_cast<MessageState>(Below(static_cast<int64_t>(MessageState::kDead) + 1)); }
  std::string Channel() { return fmt::format("channel-{}", Below(3)); }
  MessageId Before() { return MessageId(Below(next_)); }
  std::vector<MessageId> SomeIds(int64_t max) {  // also some that are not there
    std::set<MessageId> ids;
    const int64_t from = Below(next_ + 5);
    for (int64_t i = 0; i < max; ++i) ids.insert(MessageId(Below(2) == 0 ? 1 + Below(next_ + 5) : from + i + 1));
    return {ids.begin(), ids.end()};
  }
  static void CheckSameRows(const std::vector<MessageRow>& rows, const std::vector<MessageRow>& expected) {
    REQUIRE(Ids(rows) == Ids(expected));
    for (size_t i = 0; i < rows.size(); ++i) CHECK(Same(rows[i], expected[i]));
  }

  void Fold() {
    FoldWrite write = WriteAt(epoch_);
    const int64_t count = Below(3) == 0 ? Below(400) : Below(8);
    const int64_t channels = 1 + Below(3);
    for (int64_t i = 0; i < count; ++i) {
      next_ += Below(10) == 0 ? 2 : 1;  // numbers may be left out
      MessageRow row = Waiting(next_, 1 + Below(50), fmt::format("channel-{}", Below(channels)), now_ + Below(3));
      row.message_class = static_cast<MessageClass>(Below(20) == 0 ? 1 + Below(2) : 0);
      row.made_at_ms = now_;
      row.expires_at_ms = now_ + Below(1'000);
      row.fresh_until_ms = Below(3) * now_;
      row.link = Below(5) == 0 ? static_cast<uint64_t>(1 + Below(9)) : 0;
      if (Below(9) == 0) row.purpose = "browse";
      row.body.append(static_cast<size_t>(Below(200)), 'x');
      write.messages.push_back(std::move(row));
    }
    for (const MessageId id : SomeIds(Below(12)))
      write.revocations.push_back({id, Reason::kEvent, "order_completed", MessageState::kRevoked});
    for (const MessageId id : SomeIds(Below(6))) write.moves.push_back({id, CustomerRow(100 + Below(9))});
    ++next_;
    for (const auto& store : stores_) Ok(store->Commit(write));
  }

  // What `change` makes of a message is the same in each store.
  template <typename ChangeOne>
  void ChangeAll(const OutboxPlan& plan, std::vector<MessageRow> OutboxView::*which, bool in_order, ChangeOne change) {
    const uint64_t random = random_;
    std::vector<MessageRow> expected;
    for (const auto& store : stores_) {
      random_ = random;
      std::unique_ptr<OutboxChange> begun = Get(store->BeginOutbox(plan));
      OutboxWrite write;
      write.updates = std::move(begun->view().*which);
      if (!in_order)
        std::sort(write.updates.begin(), write.updates.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
      if (store == stores_[0]) expected = write.updates;
      CheckSameRows(write.updates, expected);
      for (MessageRow& message : write.updates) change(message, begun->view().next_token);
      Ok(begun->Commit(write));
    }
  }

  void Claim() {
    ++now_;
    if (Below(40) == 0) ++boot_;
    const OutboxPlan plan{.ready =
                              OutboxPlan::Ready{.channel = Channel(),
                                                .now_ms = now_ - Below(3),
                                                .limit = Below(2) == 0 ? 10 : 100 + static_cast<size_t>(Below(300)),
                                                .tail_max = Below(4) == 0 ? 0 : kFar}};
    const int64_t lease_ms = Below(50);
    ChangeAll(plan, &OutboxView::ready, /*in_order=*/true, [&](MessageRow& message, ClaimToken token) {
      if (Below(10) == 0) return;  // held back
      message.state = MessageState::kClaimed;
      message.token = token;
      ++message.attempts;
      message.lease = {boot_, now_ + lease_ms};
      if (message.first_handed_ms == 0) message.first_handed_ms = now_;
    });
  }

  void Settle() {
    const bool one_state = Below(2) == 0;
    const MessageState state = State();
    std::vector<MessageId> ids = SomeIds(Below(2) == 0 ? 10 : 300);
    ChangeAll({.ids = ids}, &OutboxView::messages, /*in_order=*/true, [&](MessageRow& message, ClaimToken) {
      message.state = one_state ? state : State();
      if (message.state == MessageState::kClaimed && (!message.token || message.attempts == 0))
        message.state = MessageState::kFailed;
      if (message.state == MessageState::kWaiting) message.not_before_ms = now_ + Below(6);
      message.settled_at_ms = now_;
      message.reason = Below(2) == 0 ? Reason::kGone : Reason::kNone;
      message.reason_detail = Below(5) == 0 ? fmt::format("words {}", Below(100)) : "";
      message.uncertain = Below(5) == 0;
    });
  }

  void Lapse() {
    now_ += Below(30);
    const OutboxPlan plan{.lapsed = OutboxPlan::Lapsed{.now = {boot_, now_}, .limit = 1'000'000}};
    ChangeAll(plan, &OutboxView::lapsed, /*in_order=*/false, [&](MessageRow& message, ClaimToken) {
      message.state = Below(2) == 0 ? MessageState::kUnknown : MessageState::kWaiting;
      message.not_before_ms = now_ + 1;
    });
  }

  void Sweep() {
    SweepWrite write{.epoch = epoch_};
    for (const MessageRow& message : Get(model().Messages(SomeIds(8))))
      write.bodies.push_back({message.id, fmt::format("blank {}", message.id.value())});
    for (const auto& store : stores_) Ok(store->CommitSweep(write));
  }

  void Drop() {
    const LogRow event{.count = 1, .ingested_at_ms = now_, .data = "event"};
    const auto limit = static_cast<size_t>(1 + Below(200));
    bool more = false;
    for (const auto& store : stores_) {
      Get(store->Append(event));
      const bool its_more = Get(store->DropOld(epoch_, {.messages_ms = 20}, limit));
      if (store == stores_[0]) more = its_more;
      CHECK(its_more == more);
    }
  }

  uint64_t random_;
  std::deque<TemporaryDirectory> directories_;  // the files outlive their stores
  std::vector<std::unique_ptr<Store>> stores_;
  Epoch epoch_;
  int64_t next_ = 1;
  int64_t now_ = 1'000;
  uint64_t boot_ = 7;
};

TEST_CASE("an outbox answers as a map of messages does, whatever is done to it") {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Outboxes outboxes(seed);
    for (int i = 0; i < 120; ++i) {
      CAPTURE(i);
      outboxes.Do();
      outboxes.CheckSame();
    }
    outboxes.CheckWhole();
  }
}

}  // namespace
}  // namespace cartwheel
