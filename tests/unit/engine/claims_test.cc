// Claims and settlements over every store: how often they ask it, and what of lapsed claims they hold back.
#include "engine/outbox/claims.h"

#include "base/compress.h"
#include "core/model/event.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/catch.h"
#include "tests/temporary_directory.h"

namespace cartwheel {
namespace {

constexpr LeaseTime kNow{.boot = 7, .monotonic_ms = 1'000};
constexpr int64_t kNowMs = 1'767'225'600'000;
constexpr int64_t kTailMax = 1'000;

// Counts what a networked store would be a round trip to.
class CountedOutbox final : public OutboxStore {
 public:
  explicit CountedOutbox(OutboxStore& store) : store_(store) {}
  int64_t Trips() { return std::exchange(trips_, 0); }

  absl::StatusOr<std::unique_ptr<OutboxChange>> BeginOutbox(const OutboxPlan& plan) override {
    ++trips_;
    absl::StatusOr<std::unique_ptr<OutboxChange>> change = store_.BeginOutbox(plan);
    if (!change.ok()) return change;
    return std::make_unique<Change>(trips_, *std::move(change));
  }
  absl::StatusOr<std::optional<int64_t>> NextReady() override {
    ++trips_;
    return store_.NextReady();
  }
  absl::StatusOr<std::optional<LeaseTime>> NextLapse() override {
    ++trips_;
    return store_.NextLapse();
  }

 private:
  class Change final : public OutboxChange {
   public:
    Change(int64_t& trips, std::unique_ptr<OutboxChange> change) : trips_(trips), change_(std::move(change)) {
      view() = std::move(change_->view());
    }
    absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
      ++trips_;
      return change_->Resolve(keys);
    }
    absl::Status Commit(const OutboxWrite& write) override {
      ++trips_;
      return change_->Commit(write);
    }

   private:
    int64_t& trips_;
    std::unique_ptr<OutboxChange> change_;
  };

  OutboxStore& store_;
  int64_t trips_ = 0;
};

// Two stores, each with `messages` advertisements on "sms", the odd ones of customer 1 ("ann"), the others of 2
// ("bob").
void ForEachStore(int64_t messages, const std::function<void(Store&)>& body) {
  TemporaryDirectory directory;
  auto file = OpenSqliteStore(directory.File("shop.db"));
  REQUIRE(file.ok());
  const std::unique_ptr<Store> stores[] = {NewMemoryStore(), *std::move(file)};
  for (const std::unique_ptr<Store>& store : stores) {
    INFO((store->WrittenFile().empty() ? "in memory" : "SQLite"));
    FoldWrite write;
    write.epoch = store->TakeLease(1, kNow, kNow)->epoch;
    write.aliases = {{CustomerKey("ann"), CustomerRow(1)}, {CustomerKey("bob"), CustomerRow(2)}};
    for (int64_t id = 1; id <= messages; ++id) {
      MessageRow row;
      row.id = MessageId(id);
      row.customer = CustomerRow(2 - id % 2);
      row.channel = "sms";
      row.expires_at_ms = kNowMs + 86'400'000;
      write.messages.push_back(std::move(row));
    }
    REQUIRE(store->Commit(std::move(write)).ok());
    body(*store);
  }
}

void AppendEventOf(Store& store, std::string_view customer) {
  Event event;
  event.type = EventType::kProductAdded;
  event.customer = customer;
  EventBatch batch;
  batch.Append(event);
  REQUIRE(store.Append({.count = 1, .data = Compress(batch.bytes)}).ok());
}

ClaimResult Claim(OutboxStore& store, HeldBack& held_back, size_t max, LeaseTime now = kNow,
                  const std::vector<Outcome>& outcomes = {}) {
  ChannelBook book;
  const ClaimOptions options{.channel = "sms", .max = max, .lease_ms = 100, .outcomes = outcomes};
  auto claimed = ClaimMessages(store, held_back, book, {}, options, kTailMax, kNowMs, now);
  REQUIRE(claimed.ok());
  return std::move(claimed->result);
}

}  // namespace

TEST_CASE("claims: a claim is three round trips to the store at most, a settlement two") {
  ForEachStore(20, [](Store& store) {
    CountedOutbox counted(store);
    HeldBack held_back{HashKey()};
    CHECK(Claim(counted, held_back, 2).messages.size() == 2);
    CHECK(counted.Trips() == 2);  // nothing is in the tail whose keys had to be resolved
    AppendEventOf(store, "ann");
    ClaimResult claim = Claim(counted, held_back, 20);
    CHECK(claim.held_back == 9);
    CHECK(claim.messages.size() == 9);
    CHECK(counted.Trips() == 3);
    Claim(counted, held_back, 20);
    CHECK(counted.Trips() == 2);  // the tail is known

    std::vector<Outcome> outcomes;
    for (const Message& message : claim.messages)
      outcomes.push_back({.message_id = message.id, .token = message.token});
    ChannelBook book;
    auto settled = SettleMessages(counted, book, outcomes, kNowMs, kNow);
    REQUIRE(settled.ok());
    CHECK(settled->settled == 9);
    CHECK(counted.Trips() == 2);

    // What the first claim took has lapsed: this one ends it, and is still no more than three.
    AppendEventOf(store, "bob");
    Claim(counted, held_back, 20, {.boot = 7, .monotonic_ms = 1'100});
    CHECK(counted.Trips() == 3);
    CHECK(store.ListMessages({.states = {MessageState::kUnknown}})->size() == 2);
  });
}

TEST_CASE("claims: lapsed claims are looked for without a change, and ended by one") {
  ForEachStore(2, [](Store& store) {
    CountedOutbox counted(store);
    HeldBack held_back{HashKey()};
    Claim(counted, held_back, 2);
    counted.Trips();
    REQUIRE(LapseClaims(counted, kNowMs, {.boot = 7, .monotonic_ms = 1'099}).ok());
    CHECK(counted.Trips() == 1);
    REQUIRE(LapseClaims(counted, kNowMs, {.boot = 7, .monotonic_ms = 1'100}).ok());
    CHECK(counted.Trips() == 3);
    CHECK(store.ListMessages({.states = {MessageState::kUnknown}})->size() == 2);
  });
}

// The receipt of a lapsed message may take back what else waits for its customer, and this claim appends it: no other
// could have seen it.
TEST_CASE("claims: a claim that ends a lapsed message holds its customer's others back") {
  ForEachStore(4, [](Store& store) {
    HeldBack held_back{HashKey()};
    CHECK(Claim(store, held_back, 1).messages.at(0).id == 1);
    const ClaimResult claim = Claim(store, held_back, 10, {.boot = 7, .monotonic_ms = 1'100});
    CHECK(claim.held_back == 1);
    REQUIRE(claim.messages.size() == 2);
    CHECK(claim.messages[0].id == 2);
    CHECK(claim.messages[1].id == 4);
    CHECK(store.Head()->last == Position(1));  // the receipt
    CHECK(Claim(store, held_back, 10, {.boot = 7, .monotonic_ms = 1'100}).held_back == 1);
  });
}

TEST_CASE("claims: a claim settles what was claimed before, in the same three round trips") {
  ForEachStore(6, [](Store& store) {
    CountedOutbox counted(store);
    HeldBack held_back{HashKey()};
    std::vector<Outcome> outcomes;
    for (const Message& message : Claim(counted, held_back, 3).messages)
      outcomes.push_back({.message_id = message.id, .token = message.token});
    outcomes.push_back({.message_id = 99, .token = 1});
    counted.Trips();
    const ClaimResult claim = Claim(counted, held_back, 2, kNow, outcomes);
    CHECK(counted.Trips() == 2);
    CHECK(claim.settled.settled == 3);
    CHECK(claim.settled.unknown == 1);
    REQUIRE(claim.messages.size() == 2);
    CHECK(claim.messages[0].id == 4);
    CHECK(store.ListMessages({.states = {MessageState::kAccepted}})->size() == 3);
    CHECK(store.Head()->last == Position(3));  // their receipts
  });
}

TEST_CASE("claims: a claim that settles a failure holds its customer's others back") {
  ForEachStore(4, [](Store& store) {
    HeldBack held_back{HashKey()};
    const Message first = Claim(store, held_back, 1).messages.at(0);
    const std::vector<Outcome> outcomes = {
        {.message_id = first.id, .token = first.token, .code = OutcomeCode::kFailedFinal}};
    const ClaimResult claim = Claim(store, held_back, 10, kNow, outcomes);
    CHECK(claim.held_back == 1);
    REQUIRE(claim.messages.size() == 2);
    CHECK(claim.messages[0].id == 2);
    CHECK(Claim(store, held_back, 10).held_back == 1);
  });
}

TEST_CASE("claims: what a claim settles is neither ended as lapsed nor handed out by it") {
  ForEachStore(4, [](Store& store) {
    HeldBack held_back{HashKey()};
    const LeaseTime later{.boot = 7, .monotonic_ms = 1'100};
    std::vector<Outcome> outcomes;
    for (const Message& message : Claim(store, held_back, 2).messages)
      outcomes.push_back({.message_id = message.id, .token = message.token});
    outcomes[1].code = OutcomeCode::kReleased;
    const ClaimResult late = Claim(store, held_back, 10, later, outcomes);
    CHECK(late.settled.late == 2);
    CHECK(store.ListMessages({.states = {MessageState::kAccepted}})->size() == 1);
    CHECK(late.messages.empty());  // the receipts of both customers are not folded
    CHECK(late.held_back == 2);
  });
  ForEachStore(4, [](Store& store) {
    HeldBack held_back{HashKey()};
    const Message first = Claim(store, held_back, 1).messages.at(0);
    const std::vector<Outcome> outcomes = {
        {.message_id = first.id, .token = first.token, .code = OutcomeCode::kReleased}};
    const ClaimResult others = Claim(store, held_back, 1, kNow, outcomes);
    CHECK(others.settled.settled == 1);
    CHECK(others.messages.at(0).id == 2);
    CHECK(Claim(store, held_back, 10).messages.at(0).id == first.id);
  });
}

}  // namespace cartwheel
