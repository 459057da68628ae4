// A database that is sealed at rest: nothing personal is found in it, in its WAL or in a copy; and who has the keys
// works as with any other.
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/model/message_body.h"
#include "engine/common/current_playbook.h"
#include "engine/outbox/claims.h"
#include "store/sealed/key_file.h"
#include "store/sealed/sealed_store.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/temporary_directory.h"
#include "tests/unit/engine/raw_search.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

const std::string kKey(64, 'a');

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "personal": ["gift_note"],
  "shop": {"name": "온도상점", "currency": "KRW"},
  "segments": {"noted": "events('gift_wrapped', event.properties.gift_note != '').within(duration('24h')).exists()"},
  "templates": {"t": {"purpose": "cart", "push": {"title": "t", "body": "{{ customer.name | default: '고객' }}"}, "sms": {"text": "{{ customer.name | default: '고객' }}"}}},
  "journeys": {"cart": {"enter": {"on": "product_added"}, "exit": [{"on": "order_completed"}],
    "steps": [{"wait": "1h"}, {"send": "t", "via": ["sms", "web_push"], "latest": "24h"}, {"wait": "1h"}, {"send": "t", "via": ["sms", "web_push"], "latest": "24h"}]}}
})json";

// What the shop says of Kim, in each form in which it may be kept.
const std::vector<std::string> kSecrets = {
    "김비밀",       "010-7777-1234",       "01077771234",  "kim@secret.example", "KIM@secret.example",
    "secret note",  "desk@secret.example", "secret reply", "secret price",       "1990-05-05",
    "세종대로-비밀"};

absl::StatusOr<std::shared_ptr<Store>> TryOpen(const std::string& path, const std::string& key = kKey) {
  auto store = OpenSqliteStore(path);
  INFO(StatusText(store.status()));
  REQUIRE(store.ok());
  return SealStore(*std::move(store), key, PersonalInForce());
}

std::shared_ptr<Store> Open(const std::string& path, const std::string& key = kKey) {
  auto store = TryOpen(path, key);
  INFO(StatusText(store.status()));
  REQUIRE(store.ok());
  return *std::move(store);
}

std::string KeysOf(const std::string& path) {
  TemporaryDirectory directory;
  const std::string copy = directory.File("copy");
  REQUIRE(KeyFile::Copy(KeyFilePath(path), copy).ok());
  return ReadWholeFile(copy);
}

// Puts a copy back, while nothing has the database open.
void PutKeys(const std::string& path, const std::string& bytes) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(KeyFilePath(path) + suffix);
  std::ofstream(KeyFilePath(path), std::ios::binary) << bytes;
}

// A sealed shop in a file. `Again` opens it as another process would, after what was done to the files.
struct Sealed {
  Sealed() : path(directory.File("shop.db")) { Again(); }
  void Again(const std::string& key = kKey) {
    shop.reset();
    shop = std::make_unique<Shop>(Open(path, key), kBook);
    shop->NeedAddresses();
  }
  void Close() { shop.reset(); }
  // A copy of the keys, as the shop makes one while others use the file.
  std::string Keys() const { return KeysOf(path); }
  void PutKeys(const std::string& bytes) const { cartwheel::PutKeys(path, bytes); }

  TemporaryDirectory directory;
  std::string path;
  std::unique_ptr<Shop> shop;
};

void Join(Shop& shop, std::string_view who, std::string_view name, std::string_view phone, int64_t at_ms) {
  shop.Event("identify", who, at_ms, fmt::format(R"({{"name":"{}"}})", name));
  shop.Event("endpoint_added", who, at_ms, fmt::format(R"({{"channel":"sms","address":"{}"}})", phone));
}

// Everything in which something personal of Kim is told.
void Live(Shop& shop) {
  shop.Event("identify", "kim", kDay0, R"({"name":"김비밀","email":"kim@secret.example","birthday":"1990-05-05"})");
  shop.Event("endpoint_added", "kim", kDay0, R"({"channel":"sms","address":"010-7777-1234"})");
  shop.DeviceEvent("endpoint_added", "dev", kDay0, R"({"channel":"web_push","address":"KIM@secret.example"})");
  shop.Event("consent_granted", "kim", kDay0,
             R"({"medium":"sms","actor":"desk@secret.example","address":"010-7777-1234"})");
  shop.Raw(R"({"type":"bounced","at":1767225600001,"properties":{"channel":"kakao","address":"010-7777-1234"}})");
  shop.Raw(
      R"({"type":"consent_withdrawn","at":1767225600001,"properties":{"medium":"email","address":"KIM@secret.example"}})");
  shop.Event("message_received", "kim", kDay0, R"({"channel":"sms","text":"secret reply"})");
  shop.Event("product_added", "kim", kDay0, R"({"product_id":"p","name":"tea","price":10})");
  shop.Event("gift_wrapped", "kim", kDay0, R"({"gift_note":"secret note"})");
  shop.Event("product_viewed", "kim", kDay0, R"({"product_id":"p","price":"secret price"})");  // a warning shows it
  shop.Event("order_completed", "kim", kDay0 + 1, R"({"order_id":"o","shipping_address":"세종대로-비밀"})");
  shop.Event("endpoint_added", "kim", kDay0 + 1, R"({"channel":["010-7777-1234"],"address":"010-7777-1234"})");
  shop.AdvanceTo(kDay0 + 2);
  shop.Event("product_added", "kim", kDay0 + 2, R"({"product_id":"p","name":"tea","price":10})");
  shop.RunTo(kDay0 + kHourMs + kMinuteMs);
  const std::vector<Message> messages = shop.Claim("sms");
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].address == "010-7777-1234");
  CHECK(Has(messages[0].payload, "김비밀"));
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kAccepted}}}).ok());
  shop.RunTo(kDay0 + kHourMs + 2 * kMinuteMs);
}

// What FILE.keys keeps of a key.
std::string SealedKey(const std::string& path, int64_t number) {
  auto keys = KeyDatabase::Open(KeyFilePath(path), {});
  REQUIRE(keys.ok());
  return (*keys)->Find(number)->sealed;
}

bool IsDone(Shop& shop) { return Has(shop.Query("erasures"), R"("pending":0)"); }

void SweepAll(Shop& shop) {
  for (int i = 0; i < 100 && !IsDone(shop); ++i) shop.AdvanceTo(shop.clock().NowMs());
  REQUIRE(IsDone(shop));
}

}  // namespace

TEST_CASE("seal: nothing personal is in the file, its WAL or a copy, and all of it in the answers") {
  Sealed sealed;
  Shop& shop = *sealed.shop;
  Live(shop);
  CHECK(FindTexts(sealed.path, kSecrets) == std::vector<std::string>());
  REQUIRE(shop.store()->Backup(sealed.directory.File("copy.db")).ok());
  CHECK(FindTexts(sealed.directory.File("copy.db"), kSecrets) == std::vector<std::string>());
  CHECK_FALSE(std::filesystem::exists(sealed.directory.File("copy.db.keys")));
  for (const std::string& secret : kSecrets) CHECK_FALSE(Has(sealed.Keys(), secret));

  auto check = [&] {
    const std::string customer = sealed.shop->Query("customer", "kim"), data = sealed.shop->Query("export", "kim");
    INFO(customer);
    for (std::string_view told : {"김비밀", "kim@secret.example", "1990-05-05", "010-7777-1234"})
      CHECK(Has(customer, told));
    INFO(data);
    for (std::string_view told : {"secret note", "secret reply", "desk@secret.example", "세종대로-비밀"})
      CHECK(Has(data, told));
    CHECK(Has(sealed.shop->Query("messages"), "010-7777-1234"));
    CHECK(Has(sealed.shop->Query("health"), R"("ok":)"));
    CHECK_FALSE(Has(sealed.shop->Query("health"), "lost_keys"));
    CHECK(Has(sealed.shop->Query("consent", "kim"), "desk@secret.example"));
  };
  check();
  sealed.Again();
  check();
}

TEST_CASE("seal: what an address alone is told holds, sealed or not") {
  const bool is_sealed = GENERATE(false, true);
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  Shop shop(is_sealed ? Open(path) : *OpenSqliteStore(path), kBook);
  shop.NeedAddresses();
  Join(shop, "kim", "kim", "010-7777-1234", kDay0);
  Join(shop, "lee", "lee", "010-1111-1111", kDay0);
  Join(shop, "pak", "pak", "010-2222-2222", kDay0);
  shop.AdvanceTo(kDay0);
  shop.Raw(R"({"type":"bounced","at":1767225600001,"properties":{"channel":"sms","address":"01077771234"}})");
  shop.Raw(
      R"({"type":"endpoint_removed","at":1767225600001,"properties":{"channel":"sms","address":"010 1111 1111"}})");
  shop.Raw(R"({"type":"consent_withdrawn","at":1767225600001,"properties":{"address":"01022222222"}})");
  for (std::string_view who : {"kim", "lee", "pak"})
    shop.Event("product_added", who, kDay0 + 2, R"({"product_id":"p"})");
  shop.RunTo(kDay0 + kHourMs + kMinuteMs);
  CHECK(shop.Claim("sms").empty());
  CHECK(Has(shop.Query("suppressions"), R"("address":"010-7777-1234","reason":"bounced")"));
  CHECK(Has(shop.Query("why", "pak"), "refused"));
  CHECK(FindTexts(path, {"01077771234", "010 1111 1111", "01022222222"}).empty() == is_sealed);
}

TEST_CASE("seal: an address that its channel says is gone is found by what the receipt holds") {
  const bool is_sealed = GENERATE(false, true);
  TemporaryDirectory directory;
  Shop shop(is_sealed ? Open(directory.File("shop.db")) : *OpenSqliteStore(directory.File("shop.db")), kBook);
  shop.NeedAddresses();
  Join(shop, "kim", "kim", "010-7777-1234", kDay0);
  shop.Event("product_added", "kim", kDay0, R"({"product_id":"p"})");
  shop.RunTo(kDay0 + kHourMs);
  const auto messages = shop.Claim("sms");
  REQUIRE(messages.size() == 1);
  REQUIRE(shop.engine().Settle({{{messages[0].id, messages[0].token, OutcomeCode::kGone}}}).ok());
  CHECK(FindTexts(directory.File("shop.db"), {"010-7777-1234"}).empty() == is_sealed);
  shop.RunTo(kDay0 + 3 * kHourMs);
  CHECK(shop.Claim("sms").empty());  // the second step finds no address
  CHECK(Has(shop.Query("why", "kim"), "unreachable"));
}

TEST_CASE("seal: without the key, or with another one, the database is not opened") {
  Sealed sealed;
  sealed.Close();
  auto error = [&](const std::string& key) { return StatusText(TryOpen(sealed.path, key).status()); };
  CHECK(error("") == sealed.path + " is sealed: set the option seal_key (CARTWHEEL_SEAL_KEY) to its key");
  CHECK(error(std::string(64, 'b')) == sealed.path + " is sealed with another key: seal_key is not its key");
  CHECK(error("abc") == "seal_key: 3 characters, expected 64 hexadecimal digits (32 bytes)");
  CHECK(error(std::string(64, 'g')) == "seal_key: 64 characters, expected 64 hexadecimal digits (32 bytes)");
  CHECK(TryOpen(sealed.path, std::string(64, 'A')).ok());  // the same digits
  Options options;
  CHECK(StatusText(Engine::Open(sealed.path, options).status()) == error(""));
  options.seal_key = kKey;
  CHECK(StatusText(Engine::Open(sealed.path, options).status()) == "");
  CHECK(StatusText(Engine::Open(":memory:", options).status()) == "");  // which is not sealed
  options.seal_key = "abc";
  CHECK(absl::IsInvalidArgument(Engine::Open(":memory:", options).status()));
}

TEST_CASE("seal: a database that was not sealed is from its next change on") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db");
  {
    Shop shop(*OpenSqliteStore(path), kBook);
    Join(shop, "kim", "김비밀", "010-7777-1234", kDay0);
    shop.AdvanceTo(kDay0);
  }
  Shop shop(Open(path), kBook);
  CHECK(Has(shop.Query("customer", "kim"), "김비밀"));
  shop.Event("identify", "kim", kDay0 + 1, R"({"name":"이비밀"})", "new-1");
  shop.Event("endpoint_added", "kim", kDay0 + 1, R"({"channel":"sms","address":"010-7777-4321"})", "new-2");
  shop.AdvanceTo(kDay0 + 1);
  CHECK(Has(shop.Query("customer", "kim"), "이비밀"));
  CHECK(FindTexts(path, {"이비밀", "010-7777-4321"}).empty());
}

TEST_CASE("seal: of a customer whose key is missing the personal fields are hidden until it is there again") {
  Sealed sealed;
  Join(*sealed.shop, "kim", "김비밀", "010-7777-1234", kDay0);
  sealed.shop->AdvanceTo(kDay0);
  const std::string older = sealed.Keys();
  Join(*sealed.shop, "lee", "이비밀", "010-1111-1111", kDay0);
  sealed.shop->AdvanceTo(kDay0);
  sealed.Close();
  const bool none = GENERATE(false, true);
  if (none)
    std::filesystem::remove(sealed.path + ".keys");
  else
    sealed.PutKeys(older);
  sealed.Again();
  Shop* shop = sealed.shop.get();
  CHECK(Has(shop->Query("customer", "kim"), "김비밀") != none);  // no other customer is touched
  CHECK_FALSE(Has(shop->Query("customer", "lee"), "이비밀"));
  CHECK(Has(shop->Query("customer", "lee"), R"("id":"lee")"));
  CHECK(Has(shop->Query("health"), "lost_keys"));
  CHECK(Has(shop->Query("health"), fmt::format("the keys of {} customers", none ? 2 : 1)));

  // Its walk goes on without them, and what is told of it anew is kept.
  shop->Event("product_added", "lee", kDay0 + 1, R"({"product_id":"p"})");
  shop->RunTo(kDay0 + kHourMs + kMinuteMs);
  CHECK(shop->Claim("sms").empty());
  CHECK(Has(shop->Query("why", "lee"), "unreachable"));
  shop->Event("identify", "lee", kDay0 + kHourMs + kMinuteMs, R"({"city":"Busan"})");
  shop->AdvanceTo(kDay0 + kHourMs + 2 * kMinuteMs);
  CHECK(Has(shop->Query("customer", "lee"), "Busan"));
  sealed.Again();
  CHECK(Has(sealed.shop->Query("customer", "lee"), "Busan"));
  CHECK_FALSE(Has(sealed.shop->Query("customer", "lee"), "이비밀"));
  CHECK(FindTexts(sealed.path, {"Busan"}).empty());
}

TEST_CASE("seal: the newest copy of the keys brings back what was hidden, beside what was told since") {
  Sealed sealed;
  Join(*sealed.shop, "lee", "이비밀", "010-1111-1111", kDay0);
  sealed.shop->Event("gift_wrapped", "lee", kDay0, R"({"gift_note":"secret note"})");
  sealed.shop->AdvanceTo(kDay0);
  const std::string newest = sealed.Keys();
  sealed.Close();
  sealed.PutKeys("");
  sealed.Again();
  CHECK_FALSE(Has(sealed.shop->Query("customer", "lee"), "이비밀"));
  sealed.shop->Event("page_viewed", "lee", kDay0 + kMinuteMs);  // its row is written again
  sealed.shop->Event("endpoint_removed", "lee", kDay0 + kMinuteMs, R"({"channel":"sms","address":"01011111111"})");
  sealed.shop->Event("endpoint_removed", "lee", kDay0 + kMinuteMs, R"({"channel":"web_push","address":"none"})");
  sealed.shop->AdvanceTo(kDay0 + kMinuteMs);
  sealed.Close();
  sealed.PutKeys(newest);
  sealed.Again();
  const std::string customer = sealed.shop->Query("customer", "lee");
  INFO(customer);
  CHECK(Has(customer, "이비밀"));
  CHECK(Has(customer, "010-1111-1111"));
  CHECK_FALSE(Has(sealed.shop->Query("health"), "lost_keys"));
  const auto noted = sealed.shop->engine().Query({.query = "segment", .segment = "noted"});
  INFO(StatusText(noted.status()));
  REQUIRE(noted.ok());
  CHECK(Has(*noted, "lee"));
}

TEST_CASE("seal: a message whose key is missing is not handed out, and its step decides anew") {
  Sealed sealed;
  Join(*sealed.shop, "lee", "이비밀", "010-1111-1111", kDay0);
  const std::string keys = sealed.Keys();  // Lee's
  Join(*sealed.shop, "kim", "김비밀", "010-7777-1234", kDay0);
  for (std::string_view who : {"kim", "lee"}) sealed.shop->Event("product_added", who, kDay0, R"({"product_id":"p"})");
  sealed.shop->RunTo(kDay0 + kHourMs);
  sealed.Close();
  sealed.PutKeys(keys);
  sealed.Again();
  sealed.shop->clock().Set(kDay0 + kHourMs + 1);
  const std::vector<Message> messages = sealed.shop->Claim("sms");
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].customer == "lee");
  CHECK(messages[0].address == "010-1111-1111");
  sealed.shop->AdvanceTo(kDay0 + kHourMs + 1);
  CHECK(Has(sealed.shop->Query("why", "kim"), "unreachable"));
}

TEST_CASE("seal: a customer and a device become one, and an erasure destroys the keys of both, in every copy") {
  Sealed sealed;
  Shop& shop = *sealed.shop;
  shop.DeviceEvent("identify", "dev", kDay0, R"({"email":"kim@secret.example"})");
  Join(shop, "kim", "김비밀", "010-7777-1234", kDay0);
  Join(shop, "lee", "이비밀", "010-1111-1111", kDay0);
  shop.Event("product_added", "kim", kDay0, R"({"product_id":"p"})");
  shop.RunTo(kDay0 + kHourMs);
  REQUIRE(shop.store()->Backup(sealed.directory.File("before.db")).ok());  // the device is on its own in it
  shop.Identify("kim", "dev", kDay0 + kHourMs);
  shop.AdvanceTo(kDay0 + kHourMs);
  const std::string customer = shop.Query("customer", "kim");
  INFO(customer);
  CHECK(Has(customer, "김비밀"));
  CHECK(Has(customer, "kim@secret.example"));
  const std::string keys = sealed.Keys();
  shop.Event("erase", "kim", kDay0 + kHourMs + 1);
  shop.AdvanceTo(kDay0 + kHourMs + 1);
  SweepAll(shop);

  const std::string copy = sealed.directory.File("before.db");
  auto read_copy = [&](const std::string& with_keys) {
    PutKeys(copy, with_keys);
    Shop restored(Open(copy), kBook);
    std::string text = restored.Query("customer", "kim") + restored.Query("customer", "lee") +
                       restored.Query("messages") + restored.Query("export", "kim") + restored.Query("health");
    text += *restored.engine().Query({.query = "customer", .anonymous_id = "dev"});
    return text;
  };
  const std::string before = read_copy(keys), after = read_copy(sealed.Keys());
  for (std::string_view secret : {"김비밀", "010-7777-1234", "kim@secret.example"}) {
    INFO(secret);
    CHECK(Has(before, secret));  // the copy itself holds them
    CHECK_FALSE(Has(after, secret));
  }
  CHECK(Has(after, "이비밀"));
  CHECK_FALSE(Has(after, "lost_keys"));  // who was erased is not missing
}

TEST_CASE("seal: who comes back while the erasure is under way keeps what was told since") {
  Sealed sealed;
  Shop& shop = *sealed.shop;
  Join(shop, "kim", "김비밀", "010-7777-1234", kDay0);
  for (int i = 0; i < 50; ++i) shop.Event("page_viewed", fmt::format("other-{}", i), kDay0);
  shop.AdvanceTo(kDay0);
  const std::string key = SealedKey(sealed.path, 1);
  REQUIRE(Has(sealed.Keys(), key));
  shop.Event("erase", "kim", kDay0 + kMinuteMs);
  // Of the next events none is folded before the erasure: they are sealed under the keys of before it.
  const bool in_the_same_row = GENERATE(false, true);
  if (in_the_same_row)
    shop.Raw(R"([{"type":"identify","customer":"kim","at":1767225720000,"properties":{"name":"새이름"}},
                 {"type":"endpoint_added","customer":"kim","at":1767225720000,"properties":{"channel":"sms","address":"010-9999-9999"}}])",
             kDay0 + 2 * kMinuteMs);
  else
    Join(shop, "kim", "새이름", "010-9999-9999", kDay0 + 2 * kMinuteMs);
  shop.Event("product_added", "kim", kDay0 + 2 * kMinuteMs, R"({"product_id":"p"})");
  shop.Event("gift_wrapped", "kim", kDay0 + 2 * kMinuteMs, R"({"gift_note":"new note"})");
  shop.Event("page_viewed", "kim", kDay0 + 2 * kMinuteMs, R"({"gift_note":"other note"})");  // only the log has it
  shop.AdvanceTo(kDay0 + 2 * kMinuteMs);
  SECTION("and events that are late come afterwards") {
    SweepAll(shop);
    shop.Event("page_viewed", "kim", kDay0 + 1);  // of before the erasure: it is filed once more
    shop.AdvanceTo(kDay0 + 3 * kMinuteMs);
    SweepAll(shop);
  }
  SECTION("by another worker") {
    shop.Crash();
    shop.AdvanceTo(kDay0 + 3 * kMinuteMs);
    SweepAll(shop);
  }
  SECTION("at once") { SweepAll(shop); }
  auto check = [&](Shop& now) {
    const std::string customer = now.Query("customer", "kim"), data = now.Query("export", "kim");
    INFO(customer << data);
    CHECK(Has(customer, "새이름"));
    CHECK(Has(customer, "010-9999-9999"));
    CHECK(Has(data, "new note"));
    CHECK(Has(data, "other note"));
    CHECK_FALSE(Has(data, "김비밀"));
    CHECK_FALSE(Has(now.Query("health"), "lost_keys"));
  };
  check(shop);
  CHECK(FindTexts(sealed.path, {"새이름", "010-9999-9999", "new note", "김비밀"}).empty());
  // The keys of before are gone, and what they sealed is nowhere.
  CHECK_FALSE(
      Has(sealed.Keys() + ReadWholeFile(sealed.path + ".keys") + ReadWholeFile(sealed.path + ".keys-wal"), key));
  sealed.Again();
  check(*sealed.shop);
  sealed.shop->RunTo(kDay0 + 2 * kHourMs);
  const auto messages = sealed.shop->Claim("sms");
  REQUIRE_FALSE(messages.empty());
  CHECK(messages[0].address == "010-9999-9999");
}

TEST_CASE("seal: processes that append at once share the keys of one file") {
  constexpr int kProcesses = 4, kEach = 20;
  Sealed sealed;
  sealed.Close();
  std::vector<pid_t> children;
  for (int child = 0; child < kProcesses; ++child) {
    const pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      auto store = OpenSqliteStore(sealed.path);
      auto opened = store.ok() ? SealStore(*std::move(store), kKey, PersonalInForce()) : std::move(store);
      if (!opened.ok()) _exit(1);
      ManualClock clock(kDay0);
      Options options;
      options.clock = &clock;
      const auto engine = NewEngine(*std::move(opened), options);
      for (int i = 0; i < kEach; ++i) {
        const std::string event = fmt::format(
            R"([{{"type":"identify","customer":"shared-{0}","properties":{{"p{1}":"shared of {1}"}}}},
                {{"type":"identify","customer":"own-{1}-{0}","properties":{{"name":"own of {1}"}}}}])",
            i, child);
        if (!engine->Ingest(event, {.now_ms = kDay0}).ok()) _exit(2);
      }
      _exit(engine->Close().ok() ? 0 : 3);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  }
  sealed.Again();
  sealed.shop->AdvanceTo(kDay0);
  for (int i = 0; i < kEach; ++i)
    for (int child = 0; child < kProcesses; ++child) {
      INFO(i << " of " << child);
      CHECK(Has(sealed.shop->Query("customer", fmt::format("shared-{}", i)), fmt::format("shared of {}", child)));
      CHECK(Has(sealed.shop->Query("customer", fmt::format("own-{}-{}", child, i)), fmt::format("own of {}", child)));
    }
  int keys = 0;
  REQUIRE((*KeyDatabase::Open(KeyFilePath(sealed.path), {}))->Each([&](const KeyRow&) { ++keys; }).ok());
  CHECK(keys == kEach * (1 + kProcesses));  // one a name
}

TEST_CASE("seal: what another process seals beside an erasure is sealed under keys that stay") {
  Sealed sealed;
  Shop& shop = *sealed.shop;
  Join(shop, "kim", "김비밀", "010-7777-1234", kDay0);
  shop.AdvanceTo(kDay0);
  Shop other(Open(sealed.path), kBook);  // it has the key of Kim at hand
  other.Event("gift_wrapped", "kim", kDay0, R"({"gift_note":"old note"})", "other-1");
  shop.Event("erase", "kim", kDay0 + kMinuteMs);
  shop.AdvanceTo(kDay0 + kMinuteMs);
  other.Event("identify", "kim", kDay0 + 2 * kMinuteMs, R"({"name":"새이름"})", "other-2");
  other.Event("page_viewed", "kim", kDay0 + 2 * kMinuteMs, R"({"gift_note":"new note"})", "other-3");
  shop.AdvanceTo(kDay0 + 2 * kMinuteMs);
  SweepAll(shop);
  // Another worker, which had the key of before at hand too.
  sealed.Close();
  other.AdvanceTo(kDay0 + 3 * kMinuteMs);
  other.Event("identify", "kim", kDay0 + 3 * kMinuteMs, R"({"city":"Busan"})", "other-4");
  other.AdvanceTo(kDay0 + 4 * kMinuteMs);
  sealed.Again();
  const std::string customer = sealed.shop->Query("customer", "kim"), data = sealed.shop->Query("export", "kim");
  INFO(customer << data);
  CHECK(Has(customer, "새이름"));
  CHECK(Has(customer, "Busan"));
  CHECK(Has(data, "new note"));
  CHECK_FALSE(Has(data, "old note"));
  CHECK_FALSE(Has(sealed.shop->Query("health"), "lost_keys"));
}

TEST_CASE("seal: with another key of the shop everything is read as before, and with the old one nothing") {
  const std::string other(64, 'b');
  Sealed sealed;
  Join(*sealed.shop, "kim", "김비밀", "010-7777-1234", kDay0);
  sealed.shop->AdvanceTo(kDay0);
  REQUIRE(sealed.shop->store()->Backup(sealed.directory.File("copy.db")).ok());
  const std::string older = sealed.Keys();
  CHECK(StatusText(sealed.shop->store()->RotateSealKey(kKey)) == "the new seal_key is the one that it has");
  CHECK(absl::IsInvalidArgument(sealed.shop->store()->RotateSealKey("abc")));
  Shop beside(Open(sealed.path), kBook);
  CHECK(Has(beside.Query("customer", "kim"), "김비밀"));
  const bool is_cut = GENERATE(false, true);
  if (is_cut) {  // its process ends after FILE.keys and before the database
    const SealKey from = *ReadSealKey(kKey), to = *ReadSealKey(other);
    const HashKey hash_key = sealed.shop->store()->hash_key();
    KeyFile keys(KeyFilePath(sealed.path), from, {});
    keys.SetMark({SealMark(from, hash_key), 0});
    REQUIRE(keys.Rotate(to, {SealMark(to, hash_key), 1}).ok());
  } else {
    REQUIRE(sealed.shop->store()->RotateSealKey(other).ok());
  }
  // A process that has the old key open does no harm: it answers with the keys that it holds, and says what is wrong
  // when it needs another one.
  CHECK(Has(beside.Query("customer", "kim"), "김비밀"));
  const auto refused = beside.engine().Ingest(
      R"({"type":"identify","customer":"lee","at":1767225600000,"properties":{"name":"이비밀"}})", {.now_ms = kDay0});
  CHECK(Has(StatusText(refused.status()), "was sealed with another key while it was open"));
  sealed.Close();

  auto error = [&](const std::string& key) { return StatusText(TryOpen(sealed.path, key).status()); };
  CHECK(error(kKey) == sealed.path + " is sealed with another key: seal_key is not its key");
  CHECK(error(other) == "");
  sealed.Again(other);
  CHECK(Has(sealed.shop->Query("customer", "kim"), "김비밀"));
  Join(*sealed.shop, "lee", "이비밀", "010-1111-1111", kDay0 + 1);
  sealed.shop->AdvanceTo(kDay0 + 1);
  CHECK(Has(sealed.shop->Query("customer", "lee"), "이비밀"));
  CHECK_FALSE(Has(sealed.shop->Query("health"), "lost_keys"));

  // A database that was copied before is read with the newest keys, and one of now not with keys of before.
  const std::string copy = sealed.directory.File("copy.db");
  PutKeys(copy, sealed.Keys());
  CHECK(Has(Shop(Open(copy, other), kBook).Query("customer", "kim"), "김비밀"));
  sealed.Close();
  sealed.PutKeys(older);
  const std::string is_older =
      sealed.path + ".keys is a copy of before its key was exchanged: put the newest copy there";
  CHECK(error(kKey) == is_older);
  CHECK(error(other) == is_older);
  std::filesystem::remove(sealed.path + ".keys");
  CHECK(error(kKey) == sealed.path + " is sealed with another key: seal_key is not its key");
  CHECK(error(other) == "");
}

TEST_CASE("seal: a copy that is restored is read with the keys that stand beside it") {
  Sealed sealed;
  Join(*sealed.shop, "kim", "김비밀", "010-7777-1234", kDay0);
  sealed.shop->AdvanceTo(kDay0);
  REQUIRE(sealed.shop->store()->Backup(sealed.directory.File("copy.db")).ok());
  sealed.Close();
  for (std::string_view suffix : {"", "-wal", "-shm"}) std::filesystem::remove(sealed.path + std::string(suffix));
  REQUIRE(Open(sealed.directory.File("copy.db"))->Backup(sealed.path).ok());
  sealed.Again();
  REQUIRE(MarkRestored(*sealed.shop->store(), kDay0).ok());
  CHECK(Has(sealed.shop->Query("customer", "kim"), "김비밀"));
  CHECK(std::filesystem::exists(sealed.path + ".keys"));
}

}  // namespace cartwheel
