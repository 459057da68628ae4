// A database that was copied: its advertisements wait until it is adopted, everything else goes on.
#include <filesystem>

#include "store/sqlite/place.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/temporary_directory.h"
#include "tests/unit/engine/shop.h"

using namespace cartwheel;

namespace {

constexpr int64_t kDue = kDay0 + 24 * kHourMs + kSecondMs;

std::shared_ptr<Store> OpenFile(const std::string& path, const StoreOptions& options = {}) {
  absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteStore(path, options);
  REQUIRE(store.ok());
  return *std::move(store);
}

// Closes a database in which a reminder and an order's note wait on web_push.
void MakeFile(const std::string& path, const StoreOptions& options = {}) {
  Shop shop(OpenFile(path, options), kCartPlaybook);
  shop.Event("endpoint_added", "kim", kDay0, R"({"channel":"web_push","address":"a"})");
  shop.Event("endpoint_added", "lee", kDay0, R"({"channel":"web_push","address":"b"})");
  shop.Event("product_added", "kim", kDay0);
  shop.AdvanceTo(kDay0);
  shop.AdvanceTo(kDue);
  shop.Event("order_completed", "lee", kDue);
  shop.AdvanceTo(kDue + kSecondMs);
  REQUIRE(shop.engine().Close().ok());
}

// The classes of what a claim of the file hands out, and the words of health.
struct Claimed {
  std::vector<std::string> classes;
  bool copied = false;
};
Claimed ClaimFrom(Shop& shop) {
  Claimed claimed;
  shop.clock().Set(kDue + kMinuteMs);
  claimed.copied = Has(shop.Query("health"), R"("code":"copied")");
  for (const Message& message : shop.Claim("web_push")) claimed.classes.push_back(message.message_class);
  return claimed;
}
Claimed ClaimFrom(const std::string& path, const StoreOptions& options = {}) {
  Shop shop(OpenFile(path, options), kCartPlaybook);
  return ClaimFrom(shop);
}

const std::vector<std::string> kAll{"ad", "transactional"}, kNoAd{"transactional"};

}  // namespace

TEST_CASE("a copy of a file hands out no advertisement; it says so once, and in health") {
  const TemporaryDirectory folder;
  const std::string path = folder.File("shop.db"), copy = folder.File("copy.db");
  MakeFile(path);
  std::filesystem::copy_file(path, copy);
  Shop shop(OpenFile(copy), kCartPlaybook);
  std::vector<std::string> lines;
  shop.options().log = [&](LogLevel level, std::string_view line) {
    if (level == LogLevel::kError) lines.emplace_back(line);
  };
  shop.Crash();
  const Claimed claimed = ClaimFrom(shop);
  CHECK(claimed.classes == kNoAd);
  CHECK(claimed.copied);
  CHECK(shop.Claim("web_push").empty());
  REQUIRE(lines.size() == 1);
  CHECK(Has(lines[0], "copy.db is a copy, no advertisement is handed out before it is adopted"));

  REQUIRE(shop.engine().Hold({.action = "adopt"}).ok());
  CHECK(!Has(shop.Query("health"), R"("code":"copied")"));
  CHECK(shop.Claim("web_push").size() == 1);
  CHECK(lines.size() == 1);
  // The file that it was copied of has lost nothing.
  CHECK(ClaimFrom(path).classes == kAll);
}

TEST_CASE("an adopted copy stays at home, and its own copy is one again") {
  const TemporaryDirectory folder;
  const std::string path = folder.File("shop.db"), copy = folder.File("copy.db"), third = folder.File("third.db");
  MakeFile(path);
  std::filesystem::copy_file(path, copy);
  {
    const std::shared_ptr<Store> store = OpenFile(copy);
    CHECK(store->Status()->copied);
    REQUIRE(store->Adopt().ok());
    CHECK(!store->Status()->copied);
  }
  CHECK(!OpenFile(copy)->Status()->copied);
  std::filesystem::copy_file(copy, third);
  CHECK(OpenFile(third)->Status()->copied);
  REQUIRE(OpenFile(copy)->Backup(folder.File("backup.db")).ok());
  CHECK(OpenFile(folder.File("backup.db"))->Status()->copied);
}

TEST_CASE("a file that is renamed is at home; on another machine it is not") {
  const TemporaryDirectory folder;
  const std::string path = folder.File("shop.db"), renamed = folder.File("store.db");
  StoreOptions here, elsewhere;
  here.machine = 1;
  elsewhere.machine = 2;
  MakeFile(path, here);
  std::filesystem::rename(path, renamed);
  CHECK(OpenFile(renamed, elsewhere)->Status()->copied);
  CHECK(ClaimFrom(renamed, here).classes == kAll);
}

TEST_CASE("a deployment's name goes before machine and file") {
  const TemporaryDirectory folder;
  const std::string path = folder.File("shop.db"), copy = folder.File("copy.db");
  StoreOptions production, staging, elsewhere;
  production.deployment = elsewhere.deployment = "production";
  elsewhere.machine = 2;
  staging.deployment = "staging";
  MakeFile(path, production);
  std::filesystem::copy_file(path, copy);
  CHECK(ClaimFrom(copy, staging).classes == kNoAd);
  CHECK(ClaimFrom(copy).classes.empty());  // the note is out; without a name it is a copy too
  CHECK(OpenFile(path)->Status()->copied);
  CHECK(ClaimFrom(path, elsewhere).classes == kAll);
}

TEST_CASE("the place of a file differs by each of what it is made of") {
  StoreOptions options;
  const HashKey key{1, 2}, other{1, 3};
  const int64_t place = PlaceOf(key, options, 5);
  CHECK(place != 0);
  CHECK(place == PlaceOf(key, options, 5));
  CHECK(place != PlaceOf(other, options, 5));
  CHECK(place != PlaceOf(key, options, 6));
  options.machine = 1;
  CHECK(place != PlaceOf(key, options, 5));
  options.deployment = "a";
  const int64_t named = PlaceOf(key, options, 5);
  CHECK(named == PlaceOf(key, options, 6));
  options.machine = 2;
  CHECK(named == PlaceOf(key, options, 5));
  options.deployment = "b";
  CHECK(named != PlaceOf(key, options, 5));
}

TEST_CASE("adopt is of the whole file") {
  Shop shop;
  CHECK(shop.engine().Hold({.action = "adopt"}).ok());
  CHECK(Has(StatusText(shop.engine().Hold({.action = "adopt", .journey = "cart"})), "expected no journey"));
  CHECK(Has(StatusText(shop.engine().Hold({.action = "adop"})), "did you mean \"adopt\""));
}
