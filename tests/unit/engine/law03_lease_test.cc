// Law 3: one fold is one transaction, and a worker that lost the lease commits nothing.

#include <filesystem>

#include "store/sqlite/sqlite_store.h"
#include "tests/temporary_directory.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea"})";

std::shared_ptr<Store> OpenFile(const TemporaryDirectory& directory) {
  auto store = OpenSqliteStore(directory.File("shop.db"));
  INFO(StatusText(store.status()));
  REQUIRE(store.ok());
  return *std::move(store);
}

// A store that lets another worker in just before a commit, and one that dies at a commit.
class Interposed final : public Store {
 public:
  explicit Interposed(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  std::function<absl::Status()> before_commit;

  HashKey hash_key() const override { return store_->hash_key(); }
  std::string File() const override { return store_->File(); }
  std::string WrittenFile() const override { return store_->WrittenFile(); }
  absl::StatusOr<Position> Append(const LogRow& row) override { return store_->Append(row); }
  absl::StatusOr<LogHead> Head() override { return store_->Head(); }
  absl::StatusOr<std::vector<LogRow>> ReadLog(Position a, Position u, int64_t m) override {
    return store_->ReadLog(a, u, m);
  }
  absl::StatusOr<FoldState> TakeLease(uint64_t h, const LeaseTime& n, const LeaseTime& e) override {
    return store_->TakeLease(h, n, e);
  }
  absl::Status ReleaseLease(Epoch epoch) override { return store_->ReleaseLease(epoch); }
  absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
    return store_->Resolve(keys);
  }
  absl::StatusOr<std::vector<std::string>> Load(absl::Span<const CustomerRow> rows) override {
    return store_->Load(rows);
  }
  absl::Status Alarms(int64_t f, int64_t b, EachAlarm e) override { return store_->Alarms(f, b, e); }
  absl::StatusOr<std::optional<int64_t>> FirstAlarm(int64_t from) override { return store_->FirstAlarm(from); }
  absl::Status Commit(FoldWrite write) override {
    if (before_commit) RETURN_IF_ERROR(std::exchange(before_commit, nullptr)());
    return store_->Commit(std::move(write));
  }
  absl::StatusOr<std::unique_ptr<OutboxChange>> BeginOutbox(const OutboxPlan& plan) override {
    return store_->BeginOutbox(plan);
  }
  absl::StatusOr<std::optional<int64_t>> NextReady() override { return store_->NextReady(); }
  absl::StatusOr<std::optional<LeaseTime>> NextLapse() override { return store_->NextLapse(); }
  absl::Status SaveDefinition(Revision r, const std::string& c, int64_t n) override {
    return store_->SaveDefinition(r, c, n);
  }
  absl::StatusOr<std::optional<std::string>> Definition(Revision revision) override {
    return store_->Definition(revision);
  }
  absl::StatusOr<Revision> LatestRevision() override { return store_->LatestRevision(); }
  absl::StatusOr<std::vector<Revision>> Revisions() override { return store_->Revisions(); }
  absl::StatusOr<StoredHolds> Holds() override { return store_->Holds(); }
  absl::Status SaveHolds(int64_t v, const std::string& d) override { return store_->SaveHolds(v, d); }
  absl::StatusOr<int64_t> BusiestTally(const std::string& c, int64_t f, int64_t b) override {
    return store_->BusiestTally(c, f, b);
  }
  absl::StatusOr<std::vector<StoredCustomer>> Customers(CustomerRow a, size_t l) override {
    return store_->Customers(a, l);
  }
  absl::StatusOr<std::vector<MessageRow>> Messages(absl::Span<const MessageId> ids) override {
    return store_->Messages(ids);
  }
  absl::StatusOr<std::vector<MessageRow>> ListMessages(const MessageFilter& f) override {
    return store_->ListMessages(f);
  }
  absl::StatusOr<std::optional<DecisionRow>> Decision(DecisionId id) override { return store_->Decision(id); }
  absl::StatusOr<std::vector<RefusedRow>> Refused(size_t limit) override { return store_->Refused(limit); }
  absl::StatusOr<std::vector<WarningRow>> Warnings(size_t limit) override { return store_->Warnings(limit); }
  absl::StatusOr<std::vector<ConsentRow>> Consents(CustomerRow customer, ConsentId after_id, size_t limit) override {
    return store_->Consents(customer, after_id, limit);
  }
  absl::StatusOr<std::vector<CounterRow>> Counters() override { return store_->Counters(); }
  absl::StatusOr<ErasureId> NewestErasure() override { return store_->NewestErasure(); }
  absl::StatusOr<std::vector<ErasureRow>> Erasures(ErasureId after, bool pending, size_t limit) override {
    return store_->Erasures(after, pending, limit);
  }
  absl::StatusOr<std::vector<MessageOwner>> Owners(MessageId after, size_t limit) override {
    return store_->Owners(after, limit);
  }
  absl::Status CommitSweep(const SweepWrite& write) override { return store_->CommitSweep(write); }
  absl::StatusOr<int64_t> MarkStates(Epoch epoch) override { return store_->MarkStates(epoch); }
  absl::StatusOr<bool> DropStates(Epoch epoch, int64_t mark, size_t limit) override {
    return store_->DropStates(epoch, mark, limit);
  }
  absl::StatusOr<bool> EmptyChanges() override { return store_->EmptyChanges(); }
  absl::Status NoteAccess(const AccessRow& row) override { return store_->NoteAccess(row); }
  absl::StatusOr<std::vector<AccessRow>> Accesses(AccessId after, const std::string& subject, size_t limit) override {
    return store_->Accesses(after, subject, limit);
  }
  absl::StatusOr<bool> DropOld(Epoch epoch, const KeepSpans& keep, size_t limit) override {
    return store_->DropOld(epoch, keep, limit);
  }
  absl::Status Backup(const std::string& path) override { return store_->Backup(path); }
  absl::StatusOr<std::string> FindDamage() override { return store_->FindDamage(); }
  absl::Status MarkRestored(int64_t now_ms) override { return store_->MarkRestored(now_ms); }
  absl::Status Adopt() override { return store_->Adopt(); }
  absl::StatusOr<StoreStatus> Status() override { return store_->Status(); }
  absl::Status Checkpoint() override { return store_->Checkpoint(); }
  void SetCheckpointRequest(std::function<void()> request) override {
    store_->SetCheckpointRequest(std::move(request));
  }

 private:
  std::shared_ptr<Store> store_;
};

std::string Add(std::string_view customer) {
  return fmt::format(R"({{"type":"product_added","customer":"{}","at":{},"properties":{}}})", customer, kDay0, kTea);
}

// Worker A is held up in the middle of a fold until its lease has lapsed and worker B has done the same work.
void LoseTheLease(std::shared_ptr<Store> for_a, std::shared_ptr<Store> for_b) {
  auto interposed = std::make_shared<Interposed>(std::move(for_a));
  Shop a(interposed);
  std::unique_ptr<Engine> b = NewEngine(for_b, a.options());
  REQUIRE(a.engine().Ingest(Add("ann")).ok());
  CHECK(a.AdvanceTo(kDay0).enrolments == 1);
  CHECK(absl::IsUnavailable(b->Advance().status()));
  REQUIRE(a.engine().Ingest(Add("bob")).ok());
  AdvanceResult by_b;
  interposed->before_commit = [&] {
    a.clock().PassMonotonic(a.options().fold_lease_ms + 1);
    absl::StatusOr<AdvanceResult> result = b->Advance();
    INFO(StatusText(result.status()));
    REQUIRE(result.ok());
    by_b = *result;
    return absl::OkStatus();
  };
  absl::Status lost = a.engine().Advance().status();
  CHECK(absl::IsAborted(lost));
  CHECK(Has(StatusText(lost), "lease_lost"));
  CHECK(by_b.enrolments == 1);
  CHECK(absl::IsUnavailable(a.engine().Advance().status()));  // b holds it now
  std::string report = a.Query("report");
  CHECK(Has(report, R"("customers":2)"));
  CHECK(Has(report, R"("entered":2)"));
  // What b did is not undone by a's return with its old memory.
  REQUIRE(b->Ingest(R"({"type":"cart_emptied","customer":"bob"})").ok());
  REQUIRE(b->Advance().ok());
  REQUIRE(b->Close().ok());
  a.RunTo(kDay0 + 25 * kHourMs);
  CHECK(a.Outbox() == std::vector<std::string>{"ann/first@24:waiting"});
}

// The whole story with a worker that dies (`crash_every` commits) and another that takes over.
std::vector<std::string> Story(int crash_every) {
  auto interposed = std::make_shared<Interposed>(NewMemoryStore());
  Shop shop(interposed);
  int commits = 0;
  std::function<absl::Status()> die = [&]() -> absl::Status {
    interposed->before_commit = die;
    if (crash_every != 0 && ++commits % crash_every == 0) return absl::UnavailableError("killed here");
    return absl::OkStatus();
  };
  interposed->before_commit = die;
  for (int hour = 0; hour < 110; ++hour) {
    int64_t at_ms = kDay0 + hour * kHourMs;
    shop.clock().Set(at_ms);
    if (hour < 20)
      shop.Event("product_added", fmt::format("c{}", hour % 7), at_ms, fmt::format(R"({{"product_id":"p{}"}})", hour));
    if (hour == 40) shop.Event("order_completed", "c3", at_ms);
    while (true) {
      auto result = shop.engine().Advance();
      if (!result.ok())
        shop.Crash();
      else if (!result->more)
        break;
    }
  }
  return shop.Outbox();
}

}  // namespace

TEST_CASE("law 3: a worker that lost the lease commits nothing, over one memory store") {
  std::shared_ptr<Store> store = NewMemoryStore();
  LoseTheLease(store, store);
}

TEST_CASE("law 3: a worker that lost the lease commits nothing, over one SQLite file") {
  TemporaryDirectory directory;
  LoseTheLease(OpenFile(directory), OpenFile(directory));
}

TEST_CASE("law 3: one worker at a time, and the next one after a release or a lapse") {
  std::shared_ptr<Store> store = NewMemoryStore();
  Shop a(store);
  std::unique_ptr<Engine> b = NewEngine(store, a.options());
  a.AdvanceTo(kDay0);
  CHECK(absl::IsUnavailable(b->Advance().status()));
  a.clock().Set(kDay0 + 365 * kDayMs);  // the wall clock says nothing of leases
  CHECK(absl::IsUnavailable(b->Advance().status()));
  SECTION("released") { REQUIRE(a.engine().Close().ok()); }
  SECTION("lapsed") { a.clock().PassMonotonic(a.options().fold_lease_ms + 1); }
  SECTION("another boot") { a.clock().Reboot(); }
  CHECK(b->Advance().ok());
}

TEST_CASE("law 3: a worker stopped mid-way continues exactly") {
  std::vector<std::string> expected = Story(0);
  CHECK(expected.size() == 3 * 6);  // c3 went on shopping until hour 17 and bought in hour 40
  for (int crash_every : {2, 3, 7, 13}) {
    CAPTURE(crash_every);
    CHECK(Story(crash_every) == expected);
  }
}

TEST_CASE("law 3: a fold that cannot be committed changes nothing") {
  auto interposed = std::make_shared<Interposed>(NewMemoryStore());
  Shop shop(interposed);
  shop.Event("product_added", "ann", kDay0, kTea);
  interposed->before_commit = [] { return absl::UnavailableError("locked"); };
  CHECK(absl::IsUnavailable(shop.engine().Advance().status()));
  CHECK(Has(shop.Query("health"), R"("folded":0)"));
  CHECK(Has(shop.Query("customer", "ann"), "no customer is known"));
  CHECK(shop.AdvanceTo(kDay0).enrolments == 1);
  CHECK(Has(shop.Query("report"), R"("entered":1)"));
}

TEST_CASE("law 3: an internal error of the store is an answer, not an endless quarantine") {
  auto interposed = std::make_shared<Interposed>(NewMemoryStore());
  Shop shop(interposed);
  shop.Event("product_added", "ann", kDay0, kTea);
  interposed->before_commit = [] { return absl::InternalError("disk on fire"); };
  CHECK(absl::IsInternal(shop.engine().Advance().status()));
  CHECK(shop.AdvanceTo(kDay0).enrolments == 1);
  interposed->before_commit = [] { return absl::InternalError("disk on fire"); };
  shop.clock().Set(kDay0 + 25 * kHourMs);
  CHECK(absl::IsInternal(shop.engine().Advance().status()));
  CHECK(shop.AdvanceTo(kDay0 + 25 * kHourMs).messages == 1);
}

}  // namespace cartwheel
