#include "store/sealed/key_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/status.h"
#include "tests/catch.h"
#include "tests/temporary_directory.h"

namespace cartwheel {
namespace {

constexpr HashKey kHashKey{1, 2};
constexpr Digest kKim{3, 4}, kLee{5, 6};

SealKey ShopKey() {
  SealKey key;
  key.fill(7);
  return key;
}

}  // namespace

TEST_CASE("key file: a name has one key until it is retired, for every handle") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db.keys");
  KeyFile one(path, ShopKey(), kHashKey, {}), two(path, ShopKey(), kHashKey, {});
  const Digest both[] = {kKim, kLee, kKim};
  const auto first = one.Current(both);
  REQUIRE(first.ok());
  CHECK((*first)[0].record == (*first)[2].record);
  CHECK((*first)[0].key != (*first)[1].key);
  const auto second = two.Current(both);
  REQUIRE(second.ok());
  for (size_t i = 0; i < 3; ++i) CHECK((*first)[i].key == (*second)[i].key);

  REQUIRE(one.Retire({&kKim, 1}, [] { return absl::StatusOr<Position>(Position(9)); }).ok());
  const auto third = two.Current(both);
  REQUIRE(third.ok());
  CHECK((*third)[0].key != (*first)[0].key);
  CHECK((*third)[1].key == (*first)[1].key);
  CHECK(two.IsRetired((*first)[0].record));
  CHECK_FALSE(two.IsRetired((*first)[1].record));
  SealKey found;
  CHECK(two.Find((*first)[0].record, &found) == KeyState::kFound);
  CHECK(found == (*first)[0].key);
}

TEST_CASE("key file: a retired key is destroyed when nothing needs it any more, and its bytes are gone") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db.keys");
  auto bytes = [&] {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
  };
  KeyFile keys(path, ShopKey(), kHashKey, {});
  const auto kim = keys.Current({&kKim, 1});
  const auto lee = keys.Current({&kLee, 1});
  REQUIRE((kim.ok() && lee.ok()));
  const std::string before = bytes();
  REQUIRE(before.size() == 2 * kKeyRecordBytes);
  REQUIRE(keys.Retire({&kKim, 1}, [] { return absl::StatusOr<Position>(Position(9)); }).ok());
  SealKey found;
  auto state = [&](KeyFile& file, uint32_t record) { return file.Find(record, &found); };
  REQUIRE(keys.Destroy(Position(8)).ok());
  CHECK(state(keys, kim->front().record) == KeyState::kFound);
  CHECK(bytes().substr(0, before.size()) == before);
  REQUIRE(keys.Destroy(Position(9)).ok());
  CHECK(state(keys, kim->front().record) == KeyState::kDestroyed);
  CHECK(state(keys, lee->front().record) == KeyState::kFound);
  CHECK(state(keys, 77) == KeyState::kLost);
  for (size_t at = 8; at + 8 <= kKeyRecordBytes - 8; at += 8) {  // nothing of the record but its type and checksum
    INFO(at);
    CHECK(bytes().substr(at, 8) == std::string(8, '\0'));
  }
  KeyFile again(path, ShopKey(), kHashKey, {});
  CHECK(state(again, kim->front().record) == KeyState::kDestroyed);
  CHECK(again.Current({&kKim, 1})->front().key != kim->front().key);
  CHECK(again.Current({&kLee, 1})->front().key == lee->front().key);
}

TEST_CASE("key file: a key is not retired while it is held, and who comes later waits for who waits to retire one") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db.keys");
  KeyFile keys(path, ShopKey(), kHashKey, {});
  REQUIRE(keys.Current({&kKim, 1}).ok());
  std::atomic<bool> released{false}, retired{false}, early{false}, overtaken{false};
  auto hold = keys.HoldKeys();
  REQUIRE(hold.ok());
  std::thread retire([&] {
    const absl::Status status = keys.Retire({&kKim, 1}, [&] {
      early = !released;
      return absl::StatusOr<Position>(Position(1));
    });
    retired = status.ok();
  });
  const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
  for (struct flock lock{};; lock = {}) {  // until it waits
    lock.l_type = F_WRLCK;
    lock.l_len = 1;
    REQUIRE(fcntl(file, F_OFD_GETLK, &lock) == 0);
    if (lock.l_type != F_UNLCK) break;
  }
  close(file);
  std::thread later([&] {
    const auto mine = keys.HoldKeys();
    overtaken = !released;
  });
  for (int i = 0; i < 1000; ++i) std::this_thread::yield();
  released = true;
  { const KeyFile::Hold let_go = *std::move(hold); }
  later.join();
  retire.join();
  CHECK(retired);
  CHECK_FALSE(early);
  CHECK_FALSE(overtaken);
}

TEST_CASE("key file: a file of another key or another database has no key for this one") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db.keys");
  uint32_t record = 0;
  {
    KeyFile keys(path, ShopKey(), kHashKey, {});
    record = keys.Current({&kKim, 1})->front().record;
  }
  SealKey other = ShopKey(), found;
  other[0] ^= 1;
  KeyFile of_other_key(path, other, kHashKey, {}), of_other_database(path, ShopKey(), {8, 9}, {});
  CHECK(of_other_key.Find(record, &found) == KeyState::kLost);
  CHECK(of_other_database.Find(record, &found) == KeyState::kLost);
}

TEST_CASE("seal: what is sealed opens with its key, at its place, unchanged, and nothing else does") {
  const SealKey key = NewSealKey(), other = NewSealKey();
  CHECK(key != other);
  std::string sealed;
  Seal(key, "place", "a secret", &sealed);
  CHECK(sealed.size() == 8 + kSealOverhead);
  CHECK(sealed.find("secret") == sealed.npos);
  CHECK(Unseal(key, "place", sealed) == "a secret");
  CHECK_FALSE(Unseal(other, "place", sealed));
  CHECK_FALSE(Unseal(key, "another place", sealed));
  for (size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] ^= 1;
    CHECK_FALSE(Unseal(key, "place", changed));
    CHECK_FALSE(Unseal(key, "place", std::string_view(sealed).substr(0, at)));
  }
  // The same text at the same place is the same: a row that changed elsewhere keeps its part.
  std::string again, elsewhere;
  Seal(key, "place", "a secret", &again);
  Seal(key, "places", "a secret", &elsewhere);
  CHECK(again == sealed);
  CHECK(elsewhere.substr(0, kSealNonceBytes) != sealed.substr(0, kSealNonceBytes));
  CHECK(SealMark(key, kHashKey) != SealMark(other, kHashKey));
  CHECK(SealMark(key, kHashKey) != SealMark(key, {1, 3}));
}

}  // namespace cartwheel
