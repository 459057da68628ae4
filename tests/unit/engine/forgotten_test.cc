// FILE.forgotten: a database that is brought back from a copy brings back no person who was forgotten after the copy
// was made, and no consent that was withdrawn after it.
#include "engine/common/forgotten.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/outbox/claims.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/temporary_directory.h"
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {
namespace {

constexpr int64_t kCopied = kDay0 + kHourMs, kRestored = kDay0 + 3 * kHourMs;

std::shared_ptr<Store> OpenFile(const std::string& path) {
  auto store = OpenSqliteStore(path);
  INFO(StatusText(store.status()));
  REQUIRE(store.ok());
  return *std::move(store);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

void Join(Shop& shop, std::string_view who, std::string_view phone, int64_t at_ms) {
  shop.Event("endpoint_added", who, at_ms, fmt::format(R"({{"channel":"sms","address":"{}"}})", phone));
  shop.Event("consent_granted", who, at_ms, R"({"medium":["sms","email"]})");
}

// A copy is made of what was told by kCopied; then `after` happens, and the file is lost but for what stands beside it.
struct Lost {
  explicit Lost(void (*after)(Shop& shop)) {
    const std::string path = directory.File("shop.db");
    Shop shop(OpenFile(path), Book({}));
    shop.NeedAddresses();
    Join(shop, "ann", "010-1111-1111", kDay0);
    Join(shop, "bob", "010-2222-2222", kDay0);
    shop.DeviceEvent("product_added", "dev", kDay0, R"({"product_id":"p"})");
    shop.AdvanceTo(kCopied);
    REQUIRE(BackUp(*shop.store(), directory.File("copy.db")).ok());
    shop.clock().Set(kCopied + kHourMs);
    after(shop);
    shop.AdvanceTo(kCopied + kHourMs);
    forgotten = ReadFile(path + ".forgotten");
  }
  // Brings the copy back, as `cartwheel restore` does. What was forgotten stands beside the new file, or the copy.
  std::unique_ptr<Shop> Restore(bool beside_copy = false) {
    const std::string path = directory.File("new.db");
    std::ofstream(directory.File(beside_copy ? "copy.db" : "new.db") + ".forgotten", std::ios::binary) << forgotten;
    REQUIRE(OpenFile(directory.File("copy.db"))->Backup(path).ok());
    auto store = OpenFile(path);
    auto events = ReadForgotten(*store, directory.File("copy.db"), path, kRestored);
    INFO(StatusText(events.status()));
    REQUIRE(events.ok());
    auto shop = std::make_unique<Shop>(store, Book({}));
    shop->NeedAddresses();
    shop->clock().Set(kRestored);
    REQUIRE(shop->engine().impl().Append(*events, kRestored).ok());
    REQUIRE(MarkRestored(*store, kRestored).ok());
    shop->AdvanceTo(kRestored);
    return shop;
  }

  TemporaryDirectory directory;
  std::string forgotten;
};

void Say(Shop& shop, std::string_view type, std::string_view properties) {
  shop.Raw(fmt::format(R"({{"type":"{}","at":{},"properties":{}}})", type, kCopied + kHourMs, properties));
}

}  // namespace

TEST_CASE("forgotten: who was erased after the copy is not brought back, by the copy or by what is told again") {
  Lost lost([](Shop& shop) {
    shop.Event("erase", "ann", kCopied + 1);
    shop.Raw(fmt::format(R"({{"type":"erase","anonymous_id":"dev","at":{}}})", kCopied + 1));
    Join(shop, "eve", "010-3333-3333", kCopied + 1);  // whom the copy does not know
    shop.Event("erase", "eve", kCopied + 2);
  });
  for (std::string_view name : {"ann", "dev", "eve", "010"})
    CHECK_FALSE(Has(lost.forgotten, fmt::format("\"{}\"", name)));
  auto shop = lost.Restore(GENERATE(false, true));
  CHECK(ReadFile(lost.directory.File("new.db.forgotten")).starts_with(lost.forgotten));  // for the next time
  for (std::string_view who : {"ann", "eve"}) {
    INFO(who);
    CHECK(Has(shop->Query("customer", who), "no customer is known"));
    Join(*shop, who, "010-1111-1111", kCopied + 1);
    const AdvanceResult told = shop->AdvanceTo(kRestored);
    CHECK(told.refused + told.duplicates == 2);
    CHECK(Has(shop->Query("customer", who), "no customer is known"));
  }
  CHECK(absl::IsNotFound(shop->engine().Query({.query = "customer", .anonymous_id = "dev"}).status()));
  CHECK(Has(shop->Query("customer", "bob"), R"("id":"bob")"));
  shop->AdvanceTo(kRestored);
  CHECK(Has(shop->Query("erasures"), R"("pending":0)"));
}

TEST_CASE("forgotten: what was withdrawn or suppressed after the copy holds again") {
  Lost lost([](Shop& shop) {
    shop.Event("consent_withdrawn", "ann", kCopied + 1, R"({"medium":"sms"})");
    Say(shop, "consent_withdrawn", R"({"medium":"sms","address":"+82 10 2222 2222"})");
    Say(shop, "bounced", R"({"channel":"email","address":"eve@x.kr"})");
    shop.Event("consent_withdrawn", "eve", kCopied + 1, R"({"medium":"email"})");
  });
  auto shop = lost.Restore();
  for (std::string_view who : {"ann", "bob"}) {
    INFO(shop->Query("consent", who));
    CHECK(Has(shop->Query("consent", who), R"("medium":"sms","scope":"ad","state":"refused")"));
    CHECK(Has(shop->Query("consent", who), R"("medium":"email","scope":"ad","state":"granted")"));
  }
  CHECK(Has(shop->Query("suppressions"), R"("reason":"bounced")"));
  if (GENERATE(false, true)) shop->Reopen();
  shop->Event("endpoint_added", "eve", kRestored, R"({"channel":"email","address":"eve@x.kr"})");
  shop->AdvanceTo(kRestored);
  const std::string eve = shop->Query("consent", "eve");
  INFO(eve);
  CHECK(Has(eve, R"("medium":"email","scope":"ad","state":"refused")"));
  CHECK(Has(eve, R"("reason":"bounced")"));
}

TEST_CASE("forgotten: what the copy knows already is not told again, so that a later grant stands") {
  Lost lost([](Shop&) {});
  CHECK(lost.forgotten.empty());
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  Shop shop(OpenFile(path), Book({}));
  shop.NeedAddresses();
  Join(shop, "ann", "010-1111-1111", kDay0);
  shop.Event("consent_withdrawn", "ann", kDay0 + 1, R"({"medium":"sms"})");
  shop.clock().Set(kDay0 + kHourMs);
  shop.Event("consent_granted", "ann", kDay0 + kHourMs, R"({"medium":"sms"})");
  shop.AdvanceTo(kDay0 + kHourMs);
  REQUIRE(BackUp(*shop.store(), directory.File("copy.db")).ok());
  CHECK(ReadFile(directory.File("copy.db.forgotten")) == ReadFile(path + ".forgotten"));
  auto events = ReadForgotten(*shop.store(), directory.File("copy.db"), path, kRestored);
  REQUIRE(events.ok());
  CHECK(events->count == 0);
}

TEST_CASE("forgotten: a line that is not whole, or of another database, is passed over") {
  Lost lost([](Shop& shop) { shop.Event("erase", "ann", kCopied + 1); });
  REQUIRE(lost.forgotten.size() > 20);
  SECTION("cut off") { lost.forgotten.pop_back(); }
  SECTION("changed") { lost.forgotten[20] ^= 1; }
  SECTION("its checksum is changed") { lost.forgotten[3] = lost.forgotten[3] == '0' ? '1' : '0'; }
  SECTION("nonsense before it") {
    lost.forgotten = "x\n\n" + lost.forgotten;
    CHECK(Has(lost.Restore()->Query("customer", "ann"), "no customer is known"));
    return;
  }
  CHECK(Has(lost.Restore()->Query("customer", "ann"), R"("id":"ann")"));
}

TEST_CASE("forgotten: no erasure is acknowledged that could not be kept") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  Shop shop(OpenFile(path), Book({}));
  std::filesystem::create_directory(path + ".forgotten");  // nothing can be written there
  CHECK(absl::IsUnavailable(shop.engine().Ingest(R"({"type":"erase","customer":"ann"})").status()));
  CHECK(shop.engine().Ingest(R"({"type":"page_viewed","customer":"ann"})").ok());
  CHECK(shop.store()->Head()->last == Position(1));
}

}  // namespace cartwheel
