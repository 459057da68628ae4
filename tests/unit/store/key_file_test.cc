#include "store/sealed/key_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/status.h"
#include "fmt/format.h"
#include "tests/catch.h"
#include "tests/temporary_directory.h"

namespace cartwheel {
namespace {

constexpr Digest kKim{3, 4}, kLee{5, 6};
const KeyMark kMark{"mark of the shop", 0}, kOtherMark{"another shop's mk", 1};

SealKey ShopKey(uint8_t byte = 7) {
  SealKey key;
  key.fill(byte);
  return key;
}

std::unique_ptr<KeyFile> Open(const std::string& path, uint8_t shop = 7, const KeyMark& mark = kMark) {
  auto keys = std::make_unique<KeyFile>(path, ShopKey(shop), FileAccess{});
  keys->SetMark(mark);
  return keys;
}

NumberedKey Current(KeyFile& keys, const Digest& name) {
  const auto found = keys.Current({&name, 1});
  INFO(StatusText(found.status()));
  REQUIRE(found.ok());
  return found->front();
}

FoundKey Find(KeyFile& keys, int64_t number) {
  const auto found = keys.Find(number);
  INFO(StatusText(found.status()));
  REQUIRE(found.ok());
  return *found;
}

void Retire(KeyFile& keys, const Digest& name, int64_t until) {
  REQUIRE(keys.Retire({&name, 1}).ok());
  REQUIRE(keys.RetireUntil({&name, 1}, ErasureId(until)).ok());
}

std::string FilesBeside(const std::string& path) {
  std::string bytes;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::ifstream in(path + suffix, std::ios::binary);
    bytes += std::string(std::istreambuf_iterator<char>(in), {});
  }
  return bytes;
}

// What the file itself keeps of a key.
std::string SealedOf(const std::string& path, int64_t number) {
  auto database = KeyDatabase::Open(path, {});
  REQUIRE(database.ok());
  return (*database)->Find(number)->sealed;
}

}  // namespace

TEST_CASE("key file: a name has one key until it is retired, for every handle") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db.keys");
  const auto one = Open(path), two = Open(path);
  const Digest both[] = {kKim, kLee, kKim};
  const auto first = one->Current(both);
  REQUIRE(first.ok());
  CHECK((*first)[0].number == (*first)[2].number);
  CHECK((*first)[0].key != (*first)[1].key);
  const auto second = two->Current(both);
  REQUIRE(second.ok());
  for (size_t i = 0; i < 3; ++i) CHECK((*first)[i].key == (*second)[i].key);

  Retire(*one, kKim, 9);
  CHECK(Current(*one, kKim).key != (*first)[0].key);
  CHECK(Current(*two, kKim).key == (*first)[0].key);  // what it holds is good as long as no erasure is filed
  two->Heard(ErasureId(9));
  CHECK(two->erased_to() == ErasureId(9));
  CHECK(Current(*two, kKim).key == Current(*one, kKim).key);
  CHECK(Current(*two, kLee).key == (*first)[1].key);
  for (KeyFile* keys : {one.get(), two.get()}) {
    const FoundKey retired = Find(*keys, (*first)[0].number), in_force = Find(*keys, (*first)[1].number);
    CHECK(retired.state == KeyState::kFound);
    CHECK(retired.key == (*first)[0].key);
    CHECK(retired.retired);
    CHECK_FALSE(in_force.retired);
  }
}

TEST_CASE("key file: a key that was read before it was retired is not held as one in force") {
  TemporaryDirectory directory;
  const auto keys = Open(directory.File("shop.db.keys"));
  const int64_t number = Current(*keys, kKim).number;
  keys->Heard(ErasureId(1));
  CHECK_FALSE(Find(*keys, number).retired);  // held by its number alone
  Retire(*keys, kKim, 2);
  CHECK(Find(*keys, number).retired);
}

TEST_CASE("key file: a retired key is destroyed with the erasure that it is needed for, not before") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db.keys");
  const auto keys = Open(path);
  const int64_t kim = Current(*keys, kKim).number, lee = Current(*keys, kLee).number;
  REQUIRE(keys->Retire({&kKim, 1}).ok());
  REQUIRE(*keys->Destroy(ErasureId(1'000'000)) == Destroyed::kAll);  // it was not said yet of which erasure it is
  CHECK(Find(*keys, kim).state == KeyState::kFound);
  REQUIRE(keys->RetireUntil({&kKim, 1}, ErasureId(9)).ok());
  REQUIRE(*keys->Destroy(ErasureId(8)) == Destroyed::kAll);
  CHECK(Find(*keys, kim).state == KeyState::kFound);
  REQUIRE(*keys->Destroy(ErasureId(9)) == Destroyed::kAll);
  CHECK(Find(*keys, kim).state == KeyState::kDestroyed);
  CHECK(Find(*keys, lee).state == KeyState::kFound);
  CHECK(Find(*keys, 77).state == KeyState::kLost);
  const auto again = Open(path);
  CHECK(Find(*again, kim).state == KeyState::kDestroyed);
  CHECK(Current(*again, kKim).number > lee);  // no number is given twice
}

TEST_CASE("key file: who was retired again and again is destroyed with the newest erasure that says so") {
  TemporaryDirectory directory;
  const auto keys = Open(directory.File("shop.db.keys"));
  const int64_t first = Current(*keys, kKim).number;
  REQUIRE(keys->Retire({&kKim, 1}).ok());  // by a worker that ended before it filed the erasure
  const int64_t second = Current(*keys, kKim).number;
  Retire(*keys, kKim, 5);
  REQUIRE(*keys->Destroy(ErasureId(5)) == Destroyed::kAll);
  CHECK(Find(*keys, first).state == KeyState::kDestroyed);
  CHECK(Find(*keys, second).state == KeyState::kDestroyed);
}

TEST_CASE("key file: nothing of a destroyed key is left in the file, its log of changes, or a copy") {
  constexpr uint64_t kNames = 700;
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db.keys");
  std::vector<std::string> sealed(kNames);
  const auto keys = Open(path);
  auto name = [](uint64_t i) { return Digest{Mix(i), Mix(i + kNames)}; };
  auto add = [&](uint64_t from, uint64_t to) {
    std::vector<Digest> names;
    for (uint64_t i = from; i < to; ++i) names.push_back(name(i));
    const auto current = keys->Current(names);
    REQUIRE(current.ok());
    auto database = KeyDatabase::Open(path, {});
    REQUIRE(database.ok());
    for (uint64_t i = from; i < to; ++i) sealed[i] = (*database)->Find((*current)[i - from].number)->sealed;
  };
  add(0, 400);
  std::set<uint64_t> destroyed;
  for (uint64_t i = 0; i < 400; i += 3) destroyed.insert(i);
  for (const uint64_t i : destroyed) Retire(*keys, name(i), 1);
  add(400, kNames);
  REQUIRE(*keys->Destroy(ErasureId(1)) == Destroyed::kAll);
  REQUIRE(KeyFile::Copy(path, directory.File("copy")).ok());
  for (const std::string& file : {path, directory.File("copy")}) {
    const std::string bytes = FilesBeside(file);
    for (uint64_t i = 0; i < kNames; ++i) {
      INFO(file << " " << i);
      REQUIRE(sealed[i].size() == kSealKeyBytes + kSealOverhead);
      CHECK((bytes.find(sealed[i].substr(20, 16)) == bytes.npos) == destroyed.contains(i));
    }
  }
  CHECK(std::filesystem::file_size(path + "-wal") == 0);
}

TEST_CASE("key file: more than a slice of keys is destroyed in several") {
  TemporaryDirectory directory;
  const auto keys = Open(directory.File("shop.db.keys"));
  std::vector<Digest> names;
  for (uint64_t i = 1; i <= 1'001; ++i) names.push_back({i, i});
  REQUIRE(keys->Current(names).ok());
  REQUIRE(keys->Retire(names).ok());
  REQUIRE(keys->RetireUntil(names, ErasureId(1)).ok());
  CHECK(*keys->Destroy(ErasureId(1)) == Destroyed::kPart);
  CHECK(*keys->Destroy(ErasureId(1)) == Destroyed::kAll);
  CHECK(Find(*keys, 1'001).state == KeyState::kDestroyed);
}

TEST_CASE("key file: a file of another key has no key for this one, and one that is replaced takes none") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db.keys");
  const int64_t number = Current(*Open(path), kKim).number;
  CHECK(Find(*Open(path, 8), number).state == KeyState::kLost);
  const auto keys = Open(path);
  CHECK(Current(*keys, kKim).number == number);
  std::filesystem::rename(path, path + ".moved");
  CHECK(absl::IsFailedPrecondition(keys->Current({&kLee, 1}).status()));
  Current(*Open(path), kKim);  // another file
  CHECK(absl::IsFailedPrecondition(keys->Current({&kLee, 1}).status()));
  CHECK(Current(*keys, kKim).number == number);
}

TEST_CASE("key file: it is as private as the database") {
  TemporaryDirectory directory;
  KeyFile keys(directory.File("shop.db.keys"), ShopKey(), {.mode = 0660});
  keys.SetMark(kMark);
  Current(keys, kKim);
  struct stat about {};
  for (const char* suffix : {"", "-wal"}) {
    INFO(suffix);
    REQUIRE(stat((directory.File("shop.db.keys") + suffix).c_str(), &about) == 0);
    CHECK((about.st_mode & 0777u) == 0660);
  }
}

TEST_CASE("key file: every key is sealed under the new key of the shop, and nothing of the old seal is left") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db.keys");
  const auto keys = Open(path);
  const NumberedKey kim = Current(*keys, kKim), lee = Current(*keys, kLee);
  Retire(*keys, kLee, 1);
  const NumberedKey held = Current(*keys, kLee);
  const auto other = Open(path);  // another process
  CHECK(Current(*other, kKim).key == kim.key);
  const std::string before[] = {SealedOf(path, kim.number), SealedOf(path, lee.number)};
  REQUIRE(keys->Rotate(ShopKey(8), kOtherMark).ok());
  for (const std::string& sealed : before) CHECK(FilesBeside(path).find(sealed.substr(20, 16)) == std::string::npos);
  const auto opened = Open(path, 8, kOtherMark);
  CHECK(*opened->StoredMark() == kOtherMark);
  CHECK(Current(*opened, kKim).key == kim.key);
  CHECK(Current(*opened, kLee).key == held.key);
  CHECK(Find(*opened, lee.number).key == lee.key);
  CHECK(Find(*opened, lee.number).retired);
  CHECK(opened->FindDamage()->empty());

  // Who has the old key open makes no key under it, and takes none for lost.
  constexpr Digest kPak{8, 9};
  const std::string error =
      path + " was sealed with another key while it was open: open the database again, with its new seal_key";
  CHECK(StatusText(other->Current({&kPak, 1}).status()) == error);
  CHECK(StatusText(other->Current({&kLee, 1}).status()) == error);
  CHECK(StatusText(other->Find(lee.number).status()) == error);
  CHECK(StatusText(other->Rotate(ShopKey(9), kMark)) == error);
  CHECK(Current(*other, kKim).key == kim.key);  // what it holds is good
  CHECK(Current(*opened, kPak).number > held.number);
}

TEST_CASE("key file: damage is found") {
  TemporaryDirectory directory;
  const std::string path = directory.File("shop.db.keys");
  int64_t number = 0;
  {
    const auto keys = Open(path);
    CHECK(keys->FindDamage()->empty());
    for (uint64_t i = 1; i < 200; ++i) number = Current(*keys, {i, i}).number;
    CHECK(keys->FindDamage()->empty());
  }
  const std::string sealed = SealedOf(path, number / 2);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  const size_t at = text.str().find(sealed);
  REQUIRE(at != std::string::npos);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(sealed[0] ^ 1));
  file.close();
  CHECK(*Open(path)->FindDamage() == path + ": 1 keys do not open with the shop's key");
}

TEST_CASE("key file: what is held of keys is bounded, and what was used lately stays") {
  RecentMap<int, int> map(10);
  for (int i = 0; i < 1'000; ++i) {
    map.Put(i, 2 * i);
    CHECK(map.size() <= 10);
    for (const int used : {i, 0}) {
      INFO(used);
      const int* found = map.Find(used);
      REQUIRE(found != nullptr);
      CHECK(*found == 2 * used);
    }
  }
  CHECK(map.Find(900) == nullptr);
  map.Erase(0);
  CHECK(map.Find(0) == nullptr);
  map.Clear();
  CHECK(map.size() == 0);
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
  CHECK(SealMark(key, {1, 2}) != SealMark(other, {1, 2}));
  CHECK(SealMark(key, {1, 2}) != SealMark(key, {1, 3}));
}

}  // namespace cartwheel
