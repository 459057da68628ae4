// What only a file on a disk can be: foreign, newer, locked, full, damaged.
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <thread>

#include "base/hash.h"
#include "base/status.h"
#include "fmt/format.h"
#include "tests/unit/store/sqlite_support.h"

namespace cartwheel {
namespace {

TEST_CASE("sqlite: a new file carries its marks") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  const HashKey key = Open(path)->hash_key();
  CHECK((key.low != 0 || key.high != 0));
  {
    Sql sql(path);
    CHECK(sql.Text("PRAGMA application_id") == "1129794609");  // 0x43574c31, "CWL1"
    CHECK(sql.Text("PRAGMA user_version") == "14");
    CHECK(sql.Text("PRAGMA journal_mode") == "wal");
    CHECK(sql.Text("PRAGMA page_size") == "4096");
  }
  CHECK(Open(path)->hash_key().low == key.low);  // made once
  CHECK(Open(directory.File("other.db"))->hash_key().low != key.low);
  CheckIntegrity(path);
}

TEST_CASE("sqlite: names that SQLite would not take for a file") {
  TemporaryDirectory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  for (const char* name : {":memory:", "file:odd?mode=memory"}) {
    CHECK(*Open(name)->Append(Batch(1, 0, "x")) == Position(1));
    CHECK(std::filesystem::exists(name));
    CHECK(Open(name)->Head()->last == Position(1));
  }
  std::filesystem::current_path(before);
}

TEST_CASE("sqlite: older, newer and foreign files are refused and not touched") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  auto refused = [&] {
    const auto bytes = std::filesystem::file_size(path);
    const absl::Status status = OpenSqliteStore(path).status();
    CHECK(absl::IsFailedPrecondition(status));
    CHECK(std::filesystem::file_size(path) == bytes);
    return StatusText(status);
  };
  SECTION("older and newer") {
    Open(path);
    for (const int version : {0, 1, 13, 15, 70}) {
      Sql(path).Run(fmt::format("PRAGMA user_version = {}", version));
      CHECK(refused() == fmt::format("{} is version {}, this build reads version 14 only", path, version));
    }
  }
  SECTION("another program's tables") {
    Sql(path).Run("CREATE TABLE customer(id)");
    CHECK(refused() == path + " is an SQLite file of another program (application_id 0, expected 1129794609)");
    CHECK(Sql(path).Text("PRAGMA journal_mode") == "delete");
  }
  SECTION("another program's application_id") {
    Sql(path).Run("PRAGMA application_id = 99");
    CHECK(refused() == path + " is an SQLite file of another program (application_id 99, expected 1129794609)");
  }
  SECTION("no database at all") {
    for (const std::string& text : {std::string("hello"), std::string(10'000, 'x')}) {
      std::ofstream(path) << text;
      CHECK(refused() == path + " is not an SQLite database");
    }
  }
  SECTION("an empty file is a new one") {
    std::ofstream(path).close();
    CHECK(Open(path)->Head()->last == Position(0));
  }
}

TEST_CASE("sqlite: what a fold decided lies compressed, and damage of it is told") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  std::string data;
  for (int i = 0; i < 500; ++i) data += fmt::format("{} entered cart_24_48_72 by product_added;", i * 7919);
  auto store = Open(path);
  FoldWrite write;
  write.epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  write.decisions = {{.id = DecisionId(1), .data = data}};
  REQUIRE(store->Commit(write).ok());
  CHECK((*store->Decision(DecisionId(1)))->data == data);
  Sql sql(path);
  CHECK(std::stoul(sql.Text("SELECT length(data) FROM decision")) < data.size() / 5);
  sql.Run("UPDATE decision SET data = substr(data, 1, length(data) - 1)");
  CHECK(absl::IsDataLoss(store->Decision(DecisionId(1)).status()));
}

TEST_CASE("sqlite: a place that cannot be written") {
  TemporaryDirectory directory;
  std::ofstream(directory.File("file")) << "x";
  CHECK(absl::IsFailedPrecondition(OpenSqliteStore(directory.File("file/orders.db")).status()));
  CHECK(absl::IsFailedPrecondition(OpenSqliteStore(directory.File("missing/orders.db")).status()));
  CHECK(absl::IsFailedPrecondition(OpenSqliteStore(directory.path()).status()));

  // Root writes anywhere: a child without privileges looks.
  const std::string path = directory.File("orders.db");
  Open(path);
  REQUIRE(chmod(path.c_str(), 0444) == 0);
  REQUIRE(chmod(directory.path().c_str(), 0555) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
    const bool there = absl::IsFailedPrecondition(OpenSqliteStore(path).status());
    const bool fresh = absl::IsFailedPrecondition(OpenSqliteStore(path + "2").status());
    _exit(there && fresh ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  REQUIRE(chmod(directory.path().c_str(), 0755) == 0);
}

TEST_CASE("sqlite: a locked file answers Unavailable and comes back") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  auto store = Open(path, {.busy_timeout_ms = 5});
  const Epoch epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  {
    Sql other(path);
    other.Run("BEGIN IMMEDIATE");
    const absl::Status locked = store->Append(Batch(1, 0, "x")).status();
    CHECK(absl::IsUnavailable(locked));
    CHECK(StatusText(locked) == path + " is locked by another program; busy_timeout_ms is 5");
    CHECK(absl::IsUnavailable(store->Commit(Fill(epoch, 1, 1, 10))));
    CHECK(absl::IsUnavailable(store->BeginOutbox({}).status()));
    CHECK(store->Load(Typed<CustomerRow>({1})).ok());  // readers do not wait
  }
  CHECK(*store->Append(Batch(1, 0, "x")) == Position(1));
  CHECK(store->Commit(Fill(epoch, 1, 1, 10)).ok());
  store.reset();
  {
    Sql other(path);
    other.Run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    CHECK(absl::IsUnavailable(OpenSqliteStore(path, {.busy_timeout_ms = 5}).status()));
  }
  CheckIntegrity(path);
}

// Whatever is out of room: the transaction is gone as a whole, the store goes on as soon as there is room.
void FillUntilFull(const std::string& path, const std::function<void()>& make_room) {
  auto store = Open(path, {.free_disk_min_bytes = 0});
  const Epoch epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  absl::Status status;
  int64_t committed = 0;
  while (status.ok() && committed < 100'000) {
    status = store->Commit(Fill(epoch, committed + 1, 100, 3'000));
    if (status.ok()) committed += 100;
  }
  INFO(status.ToString());
  REQUIRE(absl::IsResourceExhausted(status));
  CHECK(StatusText(status) == "disk_full: no room to write " + path);
  CHECK(store->Load(Typed<CustomerRow>({committed + 1}))->at(0).empty());
  if (committed > 0) CHECK(store->Load(Typed<CustomerRow>({committed}))->at(0).size() == 3'000);
  CHECK(absl::IsResourceExhausted(store->Append(Batch(1, 0, std::string(1 << 20, 'x'))).status()));
  CHECK(store->Head()->last == Position(0));
  make_room();
  CHECK(store->Commit(Fill(epoch, committed + 1, 100, 3'000)).ok());
  CHECK(*store->Append(Batch(1, 0, std::string(1 << 20, 'x'))) == Position(1));
  store.reset();
  CheckIntegrity(path);
}

TEST_CASE("sqlite: a full disk") {
  TemporaryDirectory directory;
  if (mount("none", directory.path().c_str(), "tmpfs", 0, "size=2m") != 0) {
    WARN("skipped: mounting a small disk takes root");
    return;
  }
  FillUntilFull(directory.File("orders.db"),
                [&] { CHECK(mount("none", directory.path().c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0); });
  CHECK(umount(directory.path().c_str()) == 0);
}

TEST_CASE("sqlite: the floor of free disk stops Append only") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  auto store = Open(path, {.free_disk_min_bytes = INT64_MAX});
  const absl::Status status = store->Append(Batch(1, 0, "x")).status();
  CHECK(absl::IsResourceExhausted(status));
  CHECK(StatusText(status).starts_with("disk_full: "));
  const Epoch epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  CHECK(store->Commit(Fill(epoch, 1, 1, 10)).ok());
}

TEST_CASE("sqlite: a scratch file is one handle's while it is open, and a whole file after that") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  {
    auto store = Open(path, {.scratch = true});
    const Epoch epoch = store->TakeLease(1, kNow, kEnd)->epoch;
    CHECK(absl::IsUnavailable(OpenSqliteStore(path, {.busy_timeout_ms = 5}).status()));
    for (int i = 0; i < 600; ++i)
      REQUIRE(store->Commit(Fill(epoch, i + 1, 1, 100)).ok());               // twice kScratchCommits, and more
    CHECK(absl::IsAborted(store->Commit(Fill(epoch.Next(), 601, 1, 100))));  // takes back itself alone
    CHECK(store->Checkpoint().ok());
    REQUIRE(store->Commit(Fill(epoch, 601, 1, 100)).ok());
  }
  CheckIntegrity(path);
  CHECK(Open(path)->Customers(CustomerRow(0), 10'000)->size() == 601);
}

TEST_CASE("sqlite: a damaged file is DataLoss") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  {
    auto store = Open(path);
    const Epoch epoch = store->TakeLease(1, kNow, kEnd)->epoch;
    REQUIRE(store->Commit(Fill(epoch, 1, 1'000, 600)).ok());
    REQUIRE(store->ReleaseLease(epoch).ok());  // writes the rows where they belong
  }
  const auto bytes = static_cast<int64_t>(std::filesystem::file_size(path));
  {
    // Everything after the schema's pages.
    const int64_t kept = std::stoll(Sql(path).Text("SELECT max(rootpage) FROM sqlite_master")) * 4096;
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(kept);
    file << std::string(static_cast<size_t>(bytes - kept), '\xff');
  }
  auto store = Open(path);
  CHECK(absl::IsDataLoss(store->Customers(CustomerRow(0), 10'000).status()));
}

}  // namespace
}  // namespace cartwheel
