// A file that several share, in threads and processes, and one whose user is killed: what was acknowledged stays, and
// every connection sees the newest.
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
#include "tests/unit/store/nothing_between.h"
#include "tests/unit/store/sqlite_support.h"

namespace cartwheel {
namespace {

TEST_CASE("sqlite: what was not written back yet is the newest to everybody, and survives the worker") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  std::map<CustomerRow, std::string> expected;
  std::map<std::string, CustomerRow> names;
  auto check = [&](Store& store) {
    std::vector<std::string> keys{"nobody"};
    std::vector<CustomerRow> leads{CustomerRow()};
    for (const auto& [key, row] : names) keys.insert(keys.end(), {key, key}), leads.insert(leads.end(), {row, row});
    CHECK(*store.Resolve(keys) == leads);
    std::vector<CustomerRow> rows{CustomerRow(77'777)};
    std::vector<std::string> states{""};
    for (const auto& [row, state] : expected) rows.push_back(row), states.push_back(state);
    CHECK(*store.Load(rows) == states);
    std::map<CustomerRow, std::string> listed;
    for (CustomerRow after;;) {
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
  Epoch epoch = worker->TakeLease(1, kNow, kEnd)->epoch;
  uint64_t random = 1;
  for (int fold = 1; fold <= 2'400; ++fold) {
    FoldWrite write{.epoch = epoch, .lease_end = kEnd, .cursor = Position(fold)};
    std::map<CustomerRow, std::string> changed;
    for (int i = 0; i < 20; ++i) {
      random = Mix(random);
      // Most change a little. Some are removed; a removed one may come again.
      const CustomerRow row(1 + static_cast<int64_t>(random % 300));
      const std::string& state = expected[row];
      changed[row] = random % 11 == 0 ? "" : state.substr(state.size() > 200 ? 40 : 0) + std::to_string(random);
    }
    for (const auto& [row, state] : changed) {
      write.customers.push_back({row, expected[row] = state});
      const std::string key = std::to_string(Mix(static_cast<uint64_t>(row.value() + fold % 2)) % 500);
      write.aliases.push_back({key, names[key] = state.empty() ? CustomerRow() : row});
    }
    REQUIRE(worker->Commit(write).ok());
    if (fold % 389 == 0) check(*worker), check(*reader);
    if (fold % 600 != 0) continue;
    if (fold == 1'800) REQUIRE(worker->ReleaseLease(epoch).ok());  // otherwise the worker is gone without a word
    worker = Open(path);
    ++holder;
    epoch = worker
                ->TakeLease(static_cast<uint64_t>(holder),
                            {.boot = 7 + static_cast<uint64_t>(holder), .monotonic_ms = 0}, kEnd)
                ->epoch;
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
  const Epoch epoch = one->TakeLease(1, kNow, kEnd)->epoch;
  REQUIRE(one->Commit(Fill(epoch, 1, 3, 10)).ok());
  const Epoch later = two->TakeLease(2, kEnd, {.boot = 7, .monotonic_ms = 9'000})->epoch;
  REQUIRE(two->Commit(Fill(later, 1, 1, 20)).ok());
  CHECK(one->Load(Typed<CustomerRow>({1, 2}))->at(0) == std::string(20, 'c'));
  CHECK(absl::IsAborted(one->Commit(Fill(epoch, 2, 1, 30))));
  CHECK(absl::IsAborted(one->ReleaseLease(epoch)));
  CHECK(two->Load(Typed<CustomerRow>({2, 1}))->at(0) == std::string(10, 'c'));
}

TEST_CASE("sqlite: two stores on one file") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  auto one = Open(path);
  auto two = Open(path);
  CHECK(*one->Append(Batch(2, 0, "a")) == Position(2));
  CHECK(*two->Append(Batch(3, 0, "b")) == Position(5));
  CHECK(one->Head()->last == Position(5));
  const Epoch epoch = one->TakeLease(1, kNow, kEnd)->epoch;
  CHECK(absl::IsUnavailable(two->TakeLease(2, kNow, kEnd).status()));
  const Epoch later = two->TakeLease(2, kEnd, {.boot = 7, .monotonic_ms = 9'000})->epoch;
  CHECK(absl::IsAborted(one->Commit(Fill(epoch, 1, 1, 10))));
  CHECK(two->Commit(Fill(later, 1, 1, 10)).ok());
  CHECK(one->Load(Typed<CustomerRow>({1}))->at(0) == std::string(10, 'c'));
}

TEST_CASE("sqlite: nothing comes between what a change of the outbox reads and what it writes, from another store") {
  TemporaryDirectory directory;
  auto changes = Open(directory.File("orders.db"));
  auto appends = Open(directory.File("orders.db"));
  CheckNothingComesBetween(*changes, *appends);
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
  CHECK(Open(path)->Head()->last == Position(kProcesses * kAppends * 2));
  CHECK(Open(path)->Head()->bytes_end == kProcesses * kAppends * 3);
  CheckIntegrity(path);
}

TEST_CASE("sqlite: ingest, fold and claim on three threads") {
  TemporaryDirectory directory;
  const std::string path = directory.File("orders.db");
  auto store = Open(path);
  const Epoch epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  constexpr int kRounds = 100;
  bool appended = true, committed = true, claimed = true;
  std::thread ingest([&] {
    for (int i = 0; i < kRounds; ++i) appended = appended && store->Append(Batch(2, i, "row")).ok();
  });
  std::thread fold([&] {
    for (int i = 0; i < kRounds; ++i) {
      FoldWrite write = Fill(epoch, 1 + i * 10, 10, 500);
      write.messages = {Waiting(i + 1, 1, "sms", i)};
      committed = committed && store->Load(Typed<CustomerRow>({i * 10})).ok() && store->Commit(write).ok();
    }
  });
  int64_t taken = 0;
  for (int i = 0; i < kRounds * 50 && taken < kRounds; ++i) {
    auto change = store->BeginOutbox({.ready = OutboxPlan::Ready{.channel = "sms", .now_ms = kRounds, .limit = 7}});
    REQUIRE(change.ok());
    OutboxWrite write;
    write.updates = (*change)->view().ready;
    for (MessageRow& message : write.updates) message.state = MessageState::kAccepted;
    taken += static_cast<int64_t>(write.updates.size());
    if (!write.updates.empty()) write.append = Batch(1, i, "receipt");
    claimed = claimed && (*change)->Commit(write).ok();
  }
  ingest.join();
  fold.join();
  CHECK(appended);
  CHECK(committed);
  CHECK(claimed);
  CHECK(store->Customers(CustomerRow(0), 10'000)->size() == kRounds * 10);
  CHECK(store->ListMessages({.states = {MessageState::kWaiting}, .limit = kRounds})->size() +
            static_cast<size_t>(taken) ==
        kRounds);
  CHECK(store->Head()->last >= Position(kRounds * 2));
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
    const Epoch epoch = (*store)->TakeLease(1, kNow, kEnd)->epoch;
    for (int i = 1; i <= 50; ++i) {
      if (!(*store)->Append(Batch(1, i, "row")).ok()) _exit(1);
      FoldWrite write = Fill(epoch, i, 1, 700);
      write.cursor = Position(i);
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
  CHECK(store->Head()->last == Position(50));
  CHECK(store->Status()->cursor == Position(50));
  CHECK(store->Customers(CustomerRow(0), 100)->size() == 50);
  CHECK(*store->NextReady() == 1);
  CHECK(absl::IsUnavailable(store->TakeLease(2, kNow, kEnd).status()));  // its lease lasts on
  CHECK(store->TakeLease(2, kEnd, kEnd)->next_message == MessageId(51));
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
  const Epoch epoch = store->TakeLease(1, kNow, kEnd)->epoch;
  for (int i = 0; i < 200; ++i) REQUIRE(store->Commit(Fill(epoch, 1 + i * 1'000, 1'000, 600)).ok());
  CHECK(wal_bytes() < (size_t{80} << 20));
  REQUIRE(store->Checkpoint().ok());
  CHECK(store->Status()->database_bytes >= (int64_t{200} << 20));
  CHECK(store->Status()->database_bytes == static_cast<int64_t>(std::filesystem::file_size(path) + wal_bytes()));
}

}  // namespace
}  // namespace cartwheel
