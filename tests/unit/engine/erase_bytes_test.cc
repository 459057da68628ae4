// Law 12: when `query erasures` says done, nothing of an erased customer is in the file, its WAL, or a backup made
// then.
#include <sqlite3.h>

#include "core/model/message_body.h"
#include "core/model/receipt.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/temporary_directory.h"
#include "tests/unit/engine/raw_search.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

// What names the person: an id, a device, an earlier id, a phone as it was told and as it is compared, an address of
// mail, attributes, a product that was rendered into a body, ids of events and orders, words of a provider.
const std::vector<std::string> kSecrets = {
    "kim-secret-id", "dev-secret", "old-secret",   "010-7777-1234", "01077771234",     "secret@x.kr",    "SECRET@x.kr",
    "김비밀",        "비밀상품",   "event-secret", "order-secret",  "provider-secret", "refused-secret", "Late-Secret"};

std::vector<std::string> FindSecrets(const std::string& path) { return FindTexts(path, kSecrets); }

std::shared_ptr<Store> OpenFile(const std::string& path) {
  auto store = OpenSqliteStore(path);
  INFO(StatusText(store.status()));
  REQUIRE(store.ok());
  return *std::move(store);
}

void Others(Shop& shop, int64_t at_ms, int count) {
  for (int i = 0; i < count; ++i)
    shop.Event("product_added", fmt::format("other-{}", i), at_ms, R"({"product_id":"tea","name":"tea","price":10})");
}

// Everything that the engine keeps of a customer, in many folds among others.
void Live(Shop& shop) {
  constexpr std::string_view kItem = R"({"product_id":"p","name":"비밀상품","price":10})";
  shop.Event("identify", "kim-secret-id", kDay0, R"({"name":"김비밀"})", "event-secret-1");
  shop.DeviceEvent("product_added", "dev-secret", kDay0, kItem);
  shop.DeviceEvent("product_added", "second-dev-secret", kDay0, kItem);  // it has a message before it is hers
  shop.Identify("kim-secret-id", "dev-secret", kDay0);
  // Another customer at her device.
  shop.Raw(R"({"type":"page_viewed","customer":"other-2","anonymous_id":"dev-secret","at":1767225600000})");
  shop.Event("page_viewed", "old-secret", kDay0);
  shop.AdvanceTo(kDay0);
  Others(shop, kDay0, 300);
  shop.Event("alias", "kim-secret-id", kDay0 + 1, R"({"previous_id":"old-secret"})");
  shop.Event("endpoint_added", "kim-secret-id", kDay0 + 1, R"({"channel":"web_push","address":"secret@x.kr"})");
  shop.Event("endpoint_added", "kim-secret-id", kDay0 + 1, R"({"channel":"sms","address":"010-7777-1234"})");
  shop.Raw(
      R"({"type":"consent_withdrawn","at":1767225600002,"properties":{"medium":"email","address":"SECRET@x.kr"}})");
  shop.Raw(R"({"type":"bounced","at":1767225600002,"properties":{"channel":"kakao","address":"010-7777-1234"}})");
  shop.Event("consent_granted", "kim-secret-id", kDay0 + 3,
             R"({"medium":"sms","actor":"kim-secret-id","address":"010-7777-1234"})");
  shop.AdvanceTo(kDay0 + kHourMs);
  shop.Event("page_viewed", "kim-secret-id", kDay0 + kHourMs, R"({"price":"provider-secret"})", "refused-secret");
  shop.Event("page_viewed", "kim-secret-id", kDay0 + kHourMs, "{}", "refused-secret");
  shop.RunTo(kDay0 + 24 * kHourMs);
  std::vector<Outcome> outcomes;
  for (const Message& message : shop.Claim("web_push"))
    outcomes.push_back({message.id, message.token, OutcomeCode::kRejectMsg,
                        Has(message.customer, "secret") ? "provider-secret" : "no"});
  REQUIRE(shop.engine().Settle(outcomes).ok());
  Others(shop, kDay0 + 25 * kHourMs, 300);
  shop.RunTo(kDay0 + 48 * kHourMs);
  shop.Event("order_completed", "kim-secret-id", kDay0 + 49 * kHourMs,
             R"({"order_id":"order-secret","products":[{"product_id":"p","name":"비밀상품"}]})");
  shop.Identify("kim-secret-id", "second-dev-secret", kDay0 + 49 * kHourMs);
  shop.RunTo(kDay0 + 50 * kHourMs);
}

void Erase(Shop& shop) {
  shop.clock().Set(kDay0 + 51 * kHourMs);
  shop.Event("erase", "kim-secret-id", kDay0 + 51 * kHourMs);
  shop.AdvanceTo(kDay0 + 51 * kHourMs);
}

bool IsDone(Shop& shop) { return Has(shop.Query("erasures"), R"("pending":0)"); }

void SweepAll(Shop& shop) {
  const int64_t now_ms = shop.clock().NowMs();
  for (int i = 0; i < 100 && !IsDone(shop); ++i) shop.AdvanceTo(now_ms);
  REQUIRE(IsDone(shop));
}

}  // namespace

TEST_CASE("law 12: the bytes of an erased customer are gone from the file, the WAL and a backup") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  auto store = OpenFile(path);
  Shop shop(store, kCartPlaybook);
  Live(shop);
  REQUIRE_FALSE(FindSecrets(path).empty());  // the search finds what is there
  Erase(shop);
  CHECK_FALSE(Has(shop.Query("messages"), "secret"));
  SECTION("at once, when nothing else is to do") {}
  SECTION("after events that came late") {
    shop.Event("page_viewed", "kim-secret-id", kDay0 + 50 * kHourMs, R"({"name":"Late-Secret"})", "event-secret-late");
    shop.AdvanceTo(kDay0 + 51 * kHourMs);
  }
  SECTION("while others go on") {
    Others(shop, kDay0 + 51 * kHourMs, 300);
    shop.RunTo(kDay0 + 60 * kHourMs);
  }
  SECTION("by another worker") {
    shop.Crash();
    shop.AdvanceTo(kDay0 + 52 * kHourMs);
  }
  for (int i = 0; i < 100 && !IsDone(shop); ++i) shop.AdvanceTo(kDay0 + 60 * kHourMs);
  INFO(shop.Query("erasures"));
  REQUIRE(IsDone(shop));
  CHECK(FindSecrets(path) == std::vector<std::string>());
  REQUIRE(store->Backup(directory.File("copy.db")).ok());
  CHECK(FindSecrets(directory.File("copy.db")) == std::vector<std::string>());
  const auto erasures = shop.engine().Query({.query = "erasures", .customer = "kim-secret-id"});
  REQUIRE(erasures.ok());
  CHECK(Has(*erasures, R"("done_at":")"));
  CHECK(Has(*shop.engine().Query({.query = "erasures", .anonymous_id = "dev-secret"}), R"("done_at":")"));
  CHECK_FALSE(Has(*shop.engine().Query({.query = "erasures", .customer = "other-1"}), "done_at"));
  // Others are whole.
  CHECK(Has(shop.Query("customer", "other-1"), R"("name":"tea")"));
  CHECK(Has(shop.Query("export", "other-1"), R"("type":"product_added")"));
  CHECK(Has(shop.Query("why", "other-1"), R"("decision":"message")"));
  CHECK(Has(shop.Query("messages"), R"(\"body\":\"tea)"));
  CHECK(store->FindDamage().value() == "");
}

TEST_CASE("law 12: an erasure is not done while a reader still sees the bytes") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  Shop shop(OpenFile(path), kCartPlaybook);
  Live(shop);
  sqlite3* reader = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &reader) == SQLITE_OK);
  REQUIRE(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM log", nullptr, nullptr, nullptr) == SQLITE_OK);
  Erase(shop);
  for (int i = 0; i < 20; ++i) shop.AdvanceTo(kDay0 + 60 * kHourMs);
  CHECK_FALSE(IsDone(shop));
  CHECK(Has(shop.Query("health"), R"("erasures_pending":1)"));
  REQUIRE(sqlite3_exec(reader, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);
  for (int i = 0; i < 20 && !IsDone(shop); ++i) shop.AdvanceTo(kDay0 + 60 * kHourMs);
  CHECK(IsDone(shop));
  CHECK(FindSecrets(path) == std::vector<std::string>());
  sqlite3_close(reader);
}

TEST_CASE("law 12: what a channel says of a message after the erasure is removed too") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  Shop shop(OpenFile(path), kCartPlaybook);
  const bool of_device = GENERATE(false, true);
  if (of_device) shop.DeviceEvent("product_added", "dev-secret", kDay0, R"({"product_id":"p","name":"비밀상품"})");
  shop.Event("product_added", of_device ? "other" : "kim-secret-id", kDay0, R"({"product_id":"p","name":"비밀상품"})");
  shop.RunTo(kDay0 + 24 * kHourMs);
  const auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == (of_device ? 2 : 1));
  const Message& message = messages[0].customer == "other" ? messages[1] : messages[0];
  const bool accepted = GENERATE(false, true);
  auto settle = [&](OutcomeCode code) {
    REQUIRE(shop.engine().Settle({{{message.id, message.token, code, "provider-secret"}}}).ok());
  };
  if (accepted) settle(OutcomeCode::kAccepted);
  if (of_device) shop.Identify("kim-secret-id", "dev-secret", kDay0 + 24 * kHourMs);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  Erase(shop);
  shop.Event("erase", "other", kDay0 + 51 * kHourMs);
  if (GENERATE(false, true)) SweepAll(shop);
  settle(accepted ? OutcomeCode::kFailedFinal : OutcomeCode::kRejectMsg);
  shop.AdvanceTo(kDay0 + 52 * kHourMs);
  SweepAll(shop);
  CHECK(FindSecrets(path) == std::vector<std::string>());
}

TEST_CASE("law 12: a receipt that names who was erased meanwhile is removed, before the sweep and after it") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  Shop shop(OpenFile(path), kCartPlaybook);
  shop.Event("product_added", "kim-secret-id", kDay0, R"({"product_id":"p","name":"비밀상품"})");
  shop.RunTo(kDay0 + 24 * kHourMs);
  const auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  shop.clock().Set(kDay0 + 51 * kHourMs);
  shop.Event("erase", "kim-secret-id", kDay0 + 51 * kHourMs);
  const bool swept = GENERATE(false, true);
  if (swept) SweepAll(shop);
  shop.clock().Set(kDay0 + 51 * kHourMs + 1);
  // Of a settlement that read the message before the sweep had come to it.
  EventBatch batch;
  AppendReceipt({.message = MessageId(messages[0].id),
                 .owner = CustomerRow(1),
                 .outcome = Reason::kFailedFinal,
                 .reason = "provider-secret",
                 .channel = "web_push",
                 .address = "secret@x.kr",
                 .customer = "kim-secret-id"},
                kDay0 + 51 * kHourMs + 1, &batch);
  REQUIRE(shop.engine().impl().Append(batch, kDay0 + 51 * kHourMs + 1).ok());
  shop.AdvanceTo(kDay0 + 51 * kHourMs + 1);
  SweepAll(shop);
  CHECK(FindSecrets(path) == std::vector<std::string>());
}

TEST_CASE("law 12: a message that came with a device after the erasure, and may still leave, stays whole") {
  Shop shop;
  shop.clock().Set(kDay0 + 10 * kHourMs);
  shop.DeviceEvent("product_added", "dev", kDay0 + 10 * kHourMs, R"({"product_id":"p","name":"tea"})");
  shop.RunTo(kDay0 + 34 * kHourMs);
  shop.Event("erase", "ann", kDay0 + 5 * kHourMs);  // told late
  shop.AdvanceTo(kDay0 + 34 * kHourMs);
  shop.clock().Set(kDay0 + 35 * kHourMs);
  shop.Identify("ann", "dev", kDay0 + 35 * kHourMs);
  shop.Event("page_viewed", "ann", kDay0 + 4 * kHourMs);  // of before the erasure
  shop.AdvanceTo(kDay0 + 35 * kHourMs);
  SweepAll(shop);
  const auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  CHECK(Has(messages[0].payload, "tea"));
}

TEST_CASE("law 12: what a device did before the erasure of the customer that it turns out to belong to is removed") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  Shop shop(OpenFile(path), kCartPlaybook);
  constexpr std::string_view kItem = R"({"product_id":"p","name":"비밀상품","price":10})";
  shop.DeviceEvent("product_added", "dev", kDay0, kItem);
  shop.RunTo(kDay0 + 24 * kHourMs);
  const auto messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 1);
  REQUIRE(
      shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kAccepted, "provider-secret"}}}).ok());
  shop.RunTo(kDay0 + 50 * kHourMs);
  Erase(shop);
  shop.clock().Set(kDay0 + 52 * kHourMs);
  shop.DeviceEvent("product_added", "dev", kDay0 + 52 * kHourMs, R"({"product_id":"q","name":"new tea"})");
  shop.AdvanceTo(kDay0 + 52 * kHourMs);
  SweepAll(shop);
  REQUIRE_FALSE(FindSecrets(path).empty());  // the device's own
  shop.clock().Set(kDay0 + 53 * kHourMs);
  shop.Identify("kim-secret-id", "dev", kDay0 + 53 * kHourMs);
  shop.AdvanceTo(kDay0 + 53 * kHourMs);
  SweepAll(shop);
  // The customer came back by that, and is known by the name again.
  for (const std::string& found : FindSecrets(path)) CHECK(found.starts_with("kim-secret-id"));
  CHECK(Has(shop.Query("customer", "kim-secret-id"), "new tea"));
}

TEST_CASE("law 12: messages of a device that became a customer are not shown once she is erased, before the sweep") {
  Shop shop;
  shop.DeviceEvent("product_added", "dev", kDay0, R"({"product_id":"p","name":"tea"})");
  shop.RunTo(kDay0 + 24 * kHourMs);
  shop.Accept(shop.Claim("web_push"));
  shop.RunTo(kDay0 + 25 * kHourMs);
  shop.Identify("ann", "dev", kDay0 + 25 * kHourMs);
  shop.AdvanceTo(kDay0 + 25 * kHourMs);
  REQUIRE(Has(shop.Query("messages"), "tea"));
  shop.options().work_max = 1;  // the sweep waits until nothing else is to do
  shop.Reopen();
  shop.clock().Set(kDay0 + 26 * kHourMs);
  shop.Event("erase", "ann", kDay0 + 26 * kHourMs);
  shop.Event("page_viewed", "bob", kDay0 + 26 * kHourMs);
  REQUIRE(shop.engine().Advance({.now_ms = kDay0 + 26 * kHourMs})->more);
  REQUIRE(DecodeMessageBody(shop.store()->ListMessages({})->front().body).anonymous_id == "dev");  // not swept yet
  CHECK_FALSE(Has(shop.Query("messages"), "tea"));
}

TEST_CASE("law 12: who comes back after the removal is known by the name again, and by nothing of before") {
  Shop shop;
  Live(shop);
  Erase(shop);
  for (int i = 0; i < 20; ++i) shop.AdvanceTo(kDay0 + 60 * kHourMs);
  REQUIRE(IsDone(shop));
  const bool reopened = GENERATE(false, true);
  if (reopened) shop.Crash();
  shop.clock().Set(kDay0 + 61 * kHourMs);
  shop.Event("product_added", "kim-secret-id", kDay0 + 50 * kHourMs, R"({"product_id":"late"})");  // of before
  shop.Event("product_added", "kim-secret-id", kDay0 + 61 * kHourMs, R"({"product_id":"new","name":"new"})");
  CHECK(shop.AdvanceTo(kDay0 + 61 * kHourMs).refused == 1);
  const std::string kim = shop.Query("customer", "kim-secret-id");
  INFO(kim);
  CHECK(Has(kim, R"("id":"kim-secret-id")"));
  CHECK(Has(kim, "new"));
  CHECK_FALSE(Has(kim, "late"));
  shop.DeviceEvent("page_viewed", "dev-secret", kDay0 + 62 * kHourMs, "{}");
  shop.AdvanceTo(kDay0 + 62 * kHourMs);
  CHECK(Has(shop.Query("customer", "kim-secret-id"), R"("dev-secret")"));
  shop.Event("erase", "kim-secret-id", kDay0 + 63 * kHourMs);
  for (int i = 0; i < 20; ++i) shop.AdvanceTo(kDay0 + 64 * kHourMs);
  CHECK(IsDone(shop));
  CHECK(Has(shop.Query("customer", "kim-secret-id"), "no customer is known"));
}

}  // namespace cartwheel
