// What is kept of the past, table by table, and what is dropped.
#include "base/compress.h"
#include "core/model/event.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/temporary_directory.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr int64_t kDays = 24 * kHourMs;

// A month in which something is done on each day, and an erasure on the second.
void Live(Shop& shop) {
  for (int day = 0; day < 30; ++day) {
    const int64_t at_ms = kDay0 + day * kDays;
    shop.clock().Set(at_ms);
    const std::string who = fmt::format("c{}", day);
    shop.Event("product_added", who, at_ms, R"({"product_id":"tea","price":"x"})", "e");
    shop.Event("product_added", who, at_ms, R"({"product_id":"tea","price":"x"})", "e");  // refused
    shop.Event("consent_granted", day < 10 ? "gone" : who, at_ms, R"({"medium":"sms"})");
    if (day == 9) shop.Event("erase", "gone", at_ms + 1);
    (void)shop.engine().Query({.query = "customer", .customer = who, .actor = "lee"});
    shop.RunTo(at_ms + kHourMs);
    shop.Accept(shop.Claim("web_push"));
    shop.AdvanceTo(at_ms + 2 * kHourMs);
  }
}

struct Sizes {
  size_t messages, decisions, findings, consents, accesses;
  bool operator==(const Sizes&) const = default;
};

Sizes SizesOf(Shop& shop) {
  Sizes sizes{};
  sizes.messages = shop.store()->ListMessages({.limit = 10'000})->size();
  for (int64_t id = 1; id < 10'000; ++id) sizes.decisions += shop.store()->Decision(DecisionId(id))->has_value();
  sizes.findings = shop.store()->Refused(10'000)->size() + shop.store()->Warnings(10'000)->size();
  sizes.consents = shop.store()->Consents({}, {}, 10'000)->size();
  sizes.accesses = shop.store()->Accesses({}, {}, 10'000)->size();
  return sizes;
}

}  // namespace

TEST_CASE("retention: each table is dropped from its old end by an option of its own, and nothing without one") {
  struct Case {
    int64_t Options::*option;
    size_t Sizes::*table;
  };
  const Case cases[] = {{&Options::message_keep_ms, &Sizes::messages},
                        {&Options::decision_keep_ms, &Sizes::decisions},
                        {&Options::finding_keep_ms, &Sizes::findings},
                        {&Options::consent_keep_ms, &Sizes::consents},
                        {&Options::access_keep_ms, &Sizes::accesses}};
  const bool in_file = GENERATE(false, true);
  TemporaryDirectory directory;
  Shop shop(in_file ? *OpenSqliteStore(directory.File("shop.db")) : NewMemoryStore(), kCartPlaybook);
  Live(shop);
  Sizes sizes = SizesOf(shop);
  shop.Reopen();
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(SizesOf(shop) == sizes);
  for (const Case& c : cases) {
    shop.options().*c.option = 20 * kDays;
    shop.Reopen();
    shop.AdvanceTo(shop.clock().NowMs());
    const Sizes after = SizesOf(shop);
    CHECK(after.*c.table < sizes.*c.table);
    CHECK(after.*c.table > 0);
    sizes.*c.table = after.*c.table;
    CHECK(after == sizes);  // no other table
  }
  // Twenty days before the newest event are kept, which is a receipt of an hour after that of the last day: so the
  // tenth day is dropped too, and twenty stay. Of the ledger stays what others said, whatever its age.
  const std::vector<MessageRow> messages = *shop.store()->ListMessages({.limit = 10'000});
  CHECK(messages.front().made_at_ms >= kDay0 + 9 * kDays);
  CHECK(messages.front().made_at_ms < kDay0 + 11 * kDays);
  CHECK(sizes.accesses == 20);
  CHECK(sizes.findings == 2 * 20);
  const std::vector<ConsentRow> consents = *shop.store()->Consents({}, {}, 10'000);
  for (const ConsentRow& row : consents) CHECK((row.who.front() != '#' || row.ingested_at_ms >= kDay0 + 9 * kDays));
  CHECK(sizes.consents == 20);
  // What is left is whole, and the shop goes on.
  CHECK(Has(shop.Query("why", "c0"), R"("decisions":[])"));
  CHECK(Has(shop.Query("why", "c25"), R"("decision":"entered")"));
  CHECK(Has(shop.Query("messages"), "온도상점"));
  shop.Event("product_added", "c0", shop.clock().NowMs(), R"({"product_id":"cup"})");
  shop.RunTo(shop.clock().NowMs() + kDays);
  CHECK(shop.store()->FindDamage().value() == "");
}

TEST_CASE("retention: a message that may still leave stays, and all that was made after it") {
  Shop shop;
  shop.options().message_keep_ms = kDays;
  shop.Reopen();
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"tea"})");
  shop.RunTo(kDay0 + kDays);
  REQUIRE(shop.Claim("web_push").size() == 1);  // and nothing is heard of it
  for (int day = 2; day < 6; ++day) {
    shop.clock().Set(kDay0 + day * kDays);
    shop.Event("page_viewed", "bob", kDay0 + day * kDays);
    shop.AdvanceTo(kDay0 + day * kDays);
  }
  shop.Reopen();
  shop.AdvanceTo(kDay0 + 6 * kDays);
  CHECK(shop.store()->ListMessages({})->front().id == MessageId(1));
}

TEST_CASE("retention: it looks again after an hour") {
  Shop shop;
  shop.options().decision_keep_ms = kDays;
  shop.Reopen();
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"tea"})");
  shop.AdvanceTo(kDay0);
  shop.clock().Set(kDay0 + 3 * kDays);
  shop.Event("page_viewed", "bob", kDay0 + 3 * kDays);
  shop.AdvanceTo(kDay0 + 3 * kDays);
  CHECK(shop.store()->Decision(DecisionId(1))->has_value());
  shop.clock().PassMonotonic(kHourMs);
  shop.AdvanceTo(kDay0 + 3 * kDays);
  CHECK_FALSE(shop.store()->Decision(DecisionId(1))->has_value());
}

TEST_CASE("retention: a store drops so many rows of a table at a time, and none for a worker whose lease is over") {
  const bool in_file = GENERATE(false, true);
  TemporaryDirectory directory;
  const std::shared_ptr<Store> store = in_file ? *OpenSqliteStore(directory.File("shop.db")) : NewMemoryStore();
  for (int64_t day = 0; day < 5; ++day) REQUIRE(store->NoteAccess({.at_ms = kDay0 + day * kDays, .actor = "a"}).ok());
  const auto state = store->TakeLease(1, LeaseTime{1, 0}, LeaseTime{1, 1000});
  REQUIRE(state.ok());
  const KeepSpans keep{.accesses_ms = kDays};
  CHECK_FALSE(store->DropOld(state->epoch, keep, 2).value());  // the log is empty: what is old is not known
  EventBatch batch;
  batch.Append({.type = EventType::kPageViewed, .customer = "ann", .at_ms = kDay0});
  REQUIRE(store->Append({{}, 1, kDay0 + 4 * kDays, Compress(batch.bytes)}).ok());
  CHECK(absl::IsAborted(store->DropOld(state->epoch.Next(), keep, 2).status()));
  CHECK(store->Accesses({}, {}, 100)->size() == 5);
  CHECK(store->DropOld(state->epoch, keep, 2).value());
  CHECK(store->Accesses({}, {}, 100)->size() == 3);
  CHECK_FALSE(store->DropOld(state->epoch, keep, 2).value());
  CHECK(store->Accesses({}, {}, 100)->front().at_ms == kDay0 + 3 * kDays);
  CHECK(store->NoteAccess({.at_ms = kDay0 + 5 * kDays, .actor = "b"}).ok());
  CHECK(store->Accesses({}, {}, 100)->back().id == AccessId(6));
}

}  // namespace cartwheel
