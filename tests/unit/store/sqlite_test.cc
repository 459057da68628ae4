// What only a store on a disk can get wrong: foreign, newer, locked, full, broken and half-written files.
#include <sqlite3.h>
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
#include "store/sqlite/sqlite_store.h"
#include "tests/unit/store/store_factories.h"

namespace cartwheel {
namespace {

constexpr LeaseTime kNow{.boot = 7, .monotonic_ms = 1'000};
constexpr LeaseTime kEnd{.boot = 7, .monotonic_ms = 2'000};

// A plain connection of another program.
class Sql {
 public:
  explicit Sql(const std::string& path) { REQUIRE(sqlite3_open(path.c_str(), &handle_) == SQLITE_OK); }
  ~Sql() { sqlite3_close(handle_); }
  void Run(const std::string& sql) {
    INFO(sql);
    REQUIRE(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  std::string Text(const std::string& sql) {
    std::string text;
    auto take = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) += values[0] == nullptr ? "" : values[0];
      return 0;
    };
    INFO(sql);
    REQUIRE(sqlite3_exec(handle_, sql.c_str(), take, &text, nullptr) == SQLITE_OK);
    return text;
  }

 private:
  sqlite3* handle_ = nullptr;
};

std::unique_ptr<Store> Open(const std::string& path, const StoreOptions& options = {}) {
  auto store = OpenSqliteStore(path, options);
  INFO(store.status().ToString());
  REQUIRE(store.ok());
  return *std::move(store);
}

FoldWrite Fill(int64_t epoch, int64_t first, int64_t count, size_t bytes) {
  FoldWrite write{.epoch = epoch, .lease_end = kEnd};
  for (int64_t id = first; id < first + count; ++id) write.customers.push_back({id, std::string(bytes, 'c')});
  return write;
}

void CheckIntegrity(const std::string& path) { CHECK(Sql(path).Text("PRAGMA integrity_check") == "ok"); }

TEST_CASE("sqlite: a new file carries its marks") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  const HashKey key = Open(path)->hash_key();
  CHECK((key.low != 0 || key.high != 0));
  {
    Sql sql(path);
    CHECK(sql.Text("PRAGMA application_id") == "1129794609");  // 0x43574c31, "CWL1"
    CHECK(sql.Text("PRAGMA user_version") == "2");
    CHECK(sql.Text("PRAGMA journal_mode") == "wal");
    CHECK(sql.Text("PRAGMA page_size") == "4096");
  }
  CHECK(Open(path)->hash_key().low == key.low);  // made once
  CHECK(Open(directory.File("other.db"))->hash_key().low != key.low);
  CheckIntegrity(path);
}

TEST_CASE("sqlite: a file of the version before is taken along") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  CHECK(*Open(path)->Append(Batch(1, 0, "x")) == 1);
  Sql(path).Run("ALTER TABLE fold DROP COLUMN back_fill");
  Sql(path).Run("PRAGMA user_version = 1");
  CHECK(Open(path)->Head()->last == 1);
  CHECK(Sql(path).Text("PRAGMA user_version") == "2");
  CHECK(Open(path)->TakeLease(1, {}, {})->back_fill.empty());
}

TEST_CASE("sqlite: names that SQLite would not take for a file") {
  TemporaryDirectory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  for (const char* name : {":memory:", "file:odd?mode=memory"}) {
    CHECK(*Open(name)->Append(Batch(1, 0, "x")) == 1);
    CHECK(std::filesystem::exists(name));
    CHECK(Open(name)->Head()->last == 1);
  }
  std::filesystem::current_path(before);
}

TEST_CASE("sqlite: newer and foreign files are refused and not touched") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  auto refused = [&] {
    const auto bytes = std::filesystem::file_size(path);
    const absl::Status status = OpenSqliteStore(path).status();
    CHECK(absl::IsFailedPrecondition(status));
    CHECK(std::filesystem::file_size(path) == bytes);
    return StatusText(status);
  };
  SECTION("newer") {
    Open(path);
    Sql(path).Run("PRAGMA user_version = 7");
    CHECK(refused() == path + " is version 7, this build reads up to 2");
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
    CHECK(Open(path)->Head()->last == 0);
  }
}

TEST_CASE("sqlite: a place that cannot be written") {
  TemporaryDirectory directory;
  std::ofstream(directory.File("file")) << "x";
  CHECK(absl::IsFailedPrecondition(OpenSqliteStore(directory.File("file/orders.db")).status()));
  CHECK(absl::IsFailedPrecondition(OpenSqliteStore(directory.File("missing/orders.db")).status()));
  CHECK(absl::IsFailedPrecondition(OpenSqliteStore(directory.path()).status()));

  // Root writes anywhere: a child that is nobody looks.
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
  const int64_t epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  {
    Sql other(path);
    other.Run("BEGIN IMMEDIATE");
    const absl::Status locked = store->Append(Batch(1, 0, "x")).status();
    CHECK(absl::IsUnavailable(locked));
    CHECK(StatusText(locked) == path + " is locked by another program; busy_timeout_ms is 5");
    CHECK(absl::IsUnavailable(store->Commit(Fill(epoch, 1, 1, 10))));
    CHECK(absl::IsUnavailable(store->Dispatch({}, [](const OutboxView&) { return OutboxWrite{}; })));
    CHECK(store->Load({1}).ok());  // readers do not wait
  }
  CHECK(*store->Append(Batch(1, 0, "x")) == 1);
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
  const int64_t epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  absl::Status status;
  int64_t committed = 0;
  while (status.ok() && committed < 100'000) {
    status = store->Commit(Fill(epoch, committed + 1, 100, 3'000));
    if (status.ok()) committed += 100;
  }
  INFO(status.ToString());
  REQUIRE(absl::IsResourceExhausted(status));
  CHECK(StatusText(status) == "disk_full: no room to write " + path);
  CHECK(store->Load({committed + 1})->at(0).empty());
  if (committed > 0) CHECK(store->Load({committed})->at(0).size() == 3'000);
  CHECK(absl::IsResourceExhausted(store->Append(Batch(1, 0, std::string(1 << 20, 'x'))).status()));
  CHECK(store->Head()->last == 0);
  make_room();
  CHECK(store->Commit(Fill(epoch, committed + 1, 100, 3'000)).ok());
  CHECK(*store->Append(Batch(1, 0, std::string(1 << 20, 'x'))) == 1);
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
  const int64_t epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  CHECK(store->Commit(Fill(epoch, 1, 1, 10)).ok());
}

TEST_CASE("sqlite: a damaged file is DataLoss") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  {
    auto store = Open(path);
    const int64_t epoch = store->TakeLease(1, kNow, kEnd)->epoch;
    REQUIRE(store->Commit(Fill(epoch, 1, 1'000, 600)).ok());
    REQUIRE(store->ReleaseLease(epoch).ok());  // writes the rows where they belong
  }
  const auto bytes = static_cast<int64_t>(std::filesystem::file_size(path));
  {
    // Everything behind the schema's pages.
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    constexpr int64_t kKept = 20 * 4096;
    file.seekp(kKept);
    file << std::string(static_cast<size_t>(bytes - kKept), '\xff');
  }
  auto store = Open(path);
  CHECK(absl::IsDataLoss(store->Customers(0, 10'000).status()));
}

TEST_CASE("sqlite: what was not written back yet is the newest to everybody, and survives the worker") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  std::map<int64_t, std::string> expected;
  std::map<std::string, int64_t> names;
  auto check = [&](Store& store) {
    std::vector<std::string> keys{"nobody"};
    std::vector<int64_t> leads{0};
    for (const auto& [key, row] : names) keys.insert(keys.end(), {key, key}), leads.insert(leads.end(), {row, row});
    CHECK(*store.Resolve(keys) == leads);
    std::vector<int64_t> rows{77'777};
    std::vector<std::string> states{""};
    for (const auto& [row, state] : expected) rows.push_back(row), states.push_back(state);
    CHECK(*store.Load(rows) == states);
    std::map<int64_t, std::string> listed;
    for (int64_t after = 0;;) {
      auto page = store.Customers(after, 7);
      INFO(StatusText(page.status()));
      REQUIRE(page.ok());
      if (page->empty()) break;
      for (const auto& customer : *page) {
        CHECK(customer.row > after);
        after = customer.row;
        listed[customer.row] = customer.data;
      }
    }
    auto living = expected;
    std::erase_if(living, [](const auto& customer) { return customer.second.empty(); });
    CHECK(listed == living);
  };
  auto worker = Open(path);
  auto reader = Open(path);
  int64_t holder = 1;
  int64_t epoch = worker->TakeLease(1, kNow, kEnd)->epoch;
  uint64_t random = 1;
  for (int fold = 1; fold <= 2'400; ++fold) {
    FoldWrite write{.epoch = epoch, .lease_end = kEnd, .cursor = fold};
    std::map<int64_t, std::string> changed;
    for (int i = 0; i < 20; ++i) {
      random = Mix(random);
      // Most change a little. Some are removed; a removed one may come again.
      const int64_t row = 1 + static_cast<int64_t>(random % 300);
      const std::string& state = expected[row];
      changed[row] = random % 11 == 0 ? "" : state.substr(state.size() > 200 ? 40 : 0) + std::to_string(random);
    }
    for (const auto& [row, state] : changed) {
      write.customers.push_back({row, expected[row] = state});
      const std::string key = std::to_string(Mix(static_cast<uint64_t>(row + fold % 2)) % 500);
      write.aliases.push_back({key, names[key] = state.empty() ? 0 : row});
    }
    REQUIRE(worker->Commit(write).ok());
    if (fold % 389 == 0) check(*worker), check(*reader);
    if (fold % 600 != 0) continue;
    if (fold == 1'800) REQUIRE(worker->ReleaseLease(epoch).ok());  // otherwise the worker is gone without a word
    worker = Open(path);
    ++holder;
    epoch = worker->TakeLease(static_cast<uint64_t>(holder), {.boot = 7 + static_cast<uint64_t>(holder), .monotonic_ms = 0}, kEnd)->epoch;
    check(*worker);
  }
  check(*reader);
  // As many redo rows as two rounds need, not one for each fold.
  CHECK(std::stoi(Sql(path).Text("SELECT count(*) FROM redo")) <= 2 * 258);
  REQUIRE(worker->ReleaseLease(epoch).ok());
  CHECK(Sql(path).Text("SELECT count(*) FROM redo") == "0");
  check(*reader);
}

TEST_CASE("sqlite: a worker that lost its lease does not answer from memory") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  auto one = Open(path);
  auto two = Open(path);
  const int64_t epoch = one->TakeLease(1, kNow, kEnd)->epoch;
  REQUIRE(one->Commit(Fill(epoch, 1, 3, 10)).ok());
  const int64_t later = two->TakeLease(2, kEnd, {.boot = 7, .monotonic_ms = 9'000})->epoch;
  REQUIRE(two->Commit(Fill(later, 1, 1, 20)).ok());
  CHECK(one->Load({1, 2})->at(0) == std::string(20, 'c'));
  CHECK(absl::IsAborted(one->Commit(Fill(epoch, 2, 1, 30))));
  CHECK(absl::IsAborted(one->ReleaseLease(epoch)));
  CHECK(two->Load({2, 1})->at(0) == std::string(10, 'c'));
}

TEST_CASE("sqlite: two stores on one file") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  auto one = Open(path);
  auto two = Open(path);
  CHECK(*one->Append(Batch(2, 0, "a")) == 2);
  CHECK(*two->Append(Batch(3, 0, "b")) == 5);
  CHECK(one->Head()->last == 5);
  const int64_t epoch = one->TakeLease(1, kNow, kEnd)->epoch;
  CHECK(absl::IsUnavailable(two->TakeLease(2, kNow, kEnd).status()));
  const int64_t later = two->TakeLease(2, kEnd, {.boot = 7, .monotonic_ms = 9'000})->epoch;
  CHECK(absl::IsAborted(one->Commit(Fill(epoch, 1, 1, 10))));
  CHECK(two->Commit(Fill(later, 1, 1, 10)).ok());
  CHECK(one->Load({1})->at(0) == std::string(10, 'c'));
}

TEST_CASE("sqlite: many open a new file at once and append") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  constexpr int kProcesses = 6;
  constexpr int kAppends = 20;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child != 0) {
      children.push_back(child);
      continue;
    }
    auto store = OpenSqliteStore(path);
    bool ok = store.ok();
    if (!ok) std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
    for (int n = 0; ok && n < kAppends; ++n) ok = (*store)->Append(Batch(2, n, "row")).ok();
    _exit(ok ? 0 : 1);  // without closing
  }
  for (pid_t child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
  CHECK(Open(path)->Head()->last == kProcesses * kAppends * 2);
  CHECK(Open(path)->Head()->bytes_end == kProcesses * kAppends * 3);
  CheckIntegrity(path);
}

TEST_CASE("sqlite: ingest, fold and claim on three threads") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  auto store = Open(path);
  const int64_t epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  constexpr int kRounds = 100;
  bool appended = true, committed = true, claimed = true;
  std::thread ingest([&] {
    for (int i = 0; i < kRounds; ++i) appended = appended && store->Append(Batch(2, i, "row")).ok();
  });
  std::thread fold([&] {
    for (int i = 0; i < kRounds; ++i) {
      FoldWrite write = Fill(epoch, 1 + i * 10, 10, 500);
      write.messages = {Waiting(i + 1, 1, "sms", i)};
      committed = committed && store->Load({i * 10}).ok() && store->Commit(write).ok();
    }
  });
  int64_t taken = 0;
  for (int i = 0; i < kRounds * 50 && taken < kRounds; ++i) {
    const OutboxQuery query{.find = OutboxQuery::Find::kReady, .channel = "sms", .now_ms = kRounds, .limit = 7};
    const absl::Status status = store->Dispatch(query, [&](const OutboxView& view) -> absl::StatusOr<OutboxWrite> {
      OutboxWrite write;
      write.updates = view.messages;
      for (MessageRow& message : write.updates) message.state = MessageState::kAccepted;
      taken += static_cast<int64_t>(view.messages.size());
      if (!view.messages.empty()) write.append = Batch(1, i, "receipt");
      return write;
    });
    claimed = claimed && status.ok();
  }
  ingest.join();
  fold.join();
  CHECK(appended);
  CHECK(committed);
  CHECK(claimed);
  CHECK(store->Customers(0, 10'000)->size() == kRounds * 10);
  CHECK(store->ListMessages({.states = {MessageState::kWaiting}, .limit = kRounds})->size() +
            static_cast<size_t>(taken) ==
        kRounds);
  CHECK(store->Head()->last >= kRounds * 2);
  store.reset();
  CheckIntegrity(path);
}

TEST_CASE("sqlite: what was acknowledged survives a kill") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto store = OpenSqliteStore(path);
    if (!store.ok()) _exit(1);
    const int64_t epoch = (*store)->TakeLease(1, kNow, kEnd)->epoch;
    for (int i = 1; i <= 50; ++i) {
      if (!(*store)->Append(Batch(1, i, "row")).ok()) _exit(1);
      FoldWrite write = Fill(epoch, i, 1, 700);
      write.cursor = i;
      write.messages = {Waiting(i, i, "sms", i)};
      if (!(*store)->Commit(write).ok()) _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WEXITSTATUS(status) == 0);
  CHECK(std::filesystem::file_size(path + "-wal") > 0);  // it did not close
  auto store = Open(path);
  CHECK(store->Head()->last == 50);
  CHECK(store->Measure()->cursor == 50);
  CHECK(store->Customers(0, 100)->size() == 50);
  CHECK(*store->NextReady() == 1);
  CHECK(absl::IsUnavailable(store->TakeLease(2, kNow, kEnd).status()));  // its lease lasts on
  CHECK(store->TakeLease(2, kEnd, kEnd)->next_message == 51);
  store.reset();
  CheckIntegrity(path);
}

TEST_CASE("sqlite: the WAL stays bounded, with a worker and without") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  auto wal_bytes = [&] { return std::filesystem::file_size(path + "-wal"); };
  auto store = Open(path, {.durability = StoreOptions::Durability::kNormal});
  const std::string data(1 << 20, 'x');
  for (int i = 0; i < 200; ++i) REQUIRE(store->Append(Batch(1, 0, data)).ok());
  CHECK(wal_bytes() < (size_t{80} << 20));
  const int64_t epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  for (int i = 0; i < 200; ++i) REQUIRE(store->Commit(Fill(epoch, 1 + i * 1'000, 1'000, 600)).ok());
  CHECK(wal_bytes() < (size_t{80} << 20));
  REQUIRE(store->Checkpoint().ok());
  CHECK(store->Measure()->database_bytes >= (int64_t{200} << 20));
  CHECK(store->Measure()->database_bytes == static_cast<int64_t>(std::filesystem::file_size(path) + wal_bytes()));
}

}  // namespace
}  // namespace cartwheel
