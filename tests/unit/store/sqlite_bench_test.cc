// What a row costs on this disk: hidden, run it with `test_store "[.bench]"`. The constants of sqlite_store.cc were
// chosen by it.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/hash.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/unit/store/store_factories.h"

namespace cartwheel {
namespace {

constexpr int64_t kCustomers = 100'000;
constexpr size_t kCustomerBytes = 600;
constexpr int kCustomersPerCommit = 400;
constexpr size_t kBatchBytes = 60'000;

double Seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// "write_bytes" of /proc/self/io: what went to the disk, or will.
int64_t BytesWritten() {
  std::ifstream io("/proc/self/io");
  std::string name;
  int64_t value = 0;
  while (io >> name >> value) {
    if (name == "write_bytes:") return value;
  }
  return 0;
}

std::string Noise(size_t size, uint64_t seed) {
  std::string bytes;
  while (bytes.size() < size) {
    seed = Mix(seed);
    bytes.append(reinterpret_cast<const char*>(&seed), sizeof(seed));
  }
  bytes.resize(size);
  return bytes;
}

struct Fixture {
  TemporaryDirectory directory;
  std::unique_ptr<Store> store = *OpenSqliteStore(directory.File("bench.db"));
  Epoch epoch = store->TakeLease(1, {1, 1}, {1, 1'000'000})->epoch;
  uint64_t random = 1;

  FoldWrite Random(int64_t customers) {
    FoldWrite write{.epoch = epoch, .lease_end = {1, 1'000'000}};
    for (int i = 0; i < kCustomersPerCommit; ++i) {
      random = Mix(random);
      write.customers.push_back({CustomerRow(1 + static_cast<int64_t>(random % static_cast<uint64_t>(customers))),
                                 Noise(kCustomerBytes, random)});
    }
    return write;
  }
  void Fill() {
    FoldWrite write{.epoch = epoch, .lease_end = {1, 1'000'000}};
    for (int64_t id = 1; id <= kCustomers; ++id) {
      write.customers.push_back({CustomerRow(id), Noise(kCustomerBytes, static_cast<uint64_t>(id))});
      if (id % 10'000 != 0) continue;
      REQUIRE(store->Commit(write).ok());
      write.customers.clear();
    }
    REQUIRE(store->Checkpoint().ok());
  }
  int64_t WalBytes() { return static_cast<int64_t>(std::filesystem::file_size(directory.File("bench.db-wal"))); }
};

void Print(const char* name, int count, double seconds, int64_t bytes, int64_t wal_bytes) {
  std::printf("%-46s %8.0f us each, %6.0f KB written each, WAL %5.1f MB\n", name, seconds / count * 1e6,
              static_cast<double>(bytes) / count / 1e3, static_cast<double>(wal_bytes) / 1e6);
}

TEST_CASE("append of a thousand events", "[.bench]") {
  Fixture f;
  const LogRow row = Batch(1'000, 0, Noise(kBatchBytes, 1));
  constexpr int kCount = 500;
  const double start = Seconds();
  const int64_t bytes = BytesWritten();
  for (int i = 0; i < kCount; ++i) REQUIRE(f.store->Append(row).ok());
  Print("append 60 KB", kCount, Seconds() - start, BytesWritten() - bytes, f.WalBytes());
}

TEST_CASE("commit of 400 customers", "[.bench]") {
  Fixture f;
  f.Fill();
  constexpr int kCount = 200;
  double load = 0, commit = 0;
  const int64_t bytes = BytesWritten();
  for (int i = 0; i < kCount; ++i) {
    const FoldWrite write = f.Random(kCustomers);
    std::vector<CustomerRow> ids;
    for (const auto& customer : write.customers) ids.push_back(customer.row);
    const double start = Seconds();
    REQUIRE(f.store->Load(ids).ok());
    const double loaded = Seconds();
    REQUIRE(f.store->Commit(write).ok());
    load += loaded - start;
    commit += Seconds() - loaded;
  }
  Print("load 400 of 100,000 customers", kCount, load, 0, 0);
  Print("commit 400 of 100,000 customers", kCount, commit, BytesWritten() - bytes, f.WalBytes());
}

TEST_CASE("ingest and fold on two threads", "[.bench]") {
  Fixture f;
  f.Fill();
  constexpr int kCount = 300;
  int64_t appended = 0;
  double slowest = 0;
  const LogRow row = Batch(1'000, 0, Noise(kBatchBytes, 1));
  const int64_t bytes = BytesWritten();
  const double start = Seconds();
  std::thread ingest([&] {
    for (; appended < kCount; ++appended) {
      const double begin = Seconds();
      if (!f.store->Append(row).ok()) break;
      slowest = std::max(slowest, Seconds() - begin);
    }
  });
  double load = 0, read = 0, commit = 0;
  int64_t wal_bytes = 0;
  for (int i = 0; i < kCount; ++i) {
    FoldWrite write = f.Random(kCustomers);
    write.cursor = Position((i + 1) * 1'000);
    std::vector<CustomerRow> ids;
    for (const auto& customer : write.customers) ids.push_back(customer.row);
    double begin = Seconds();
    REQUIRE(f.store->ReadLog(Position(i * 1'000), Position((i + 1) * 1'000), 1'000).ok());
    read += Seconds() - begin;
    begin = Seconds();
    REQUIRE(f.store->Load(ids).ok());
    load += Seconds() - begin;
    begin = Seconds();
    REQUIRE(f.store->Commit(write).ok());
    commit += Seconds() - begin;
    wal_bytes = std::max(wal_bytes, f.WalBytes());
  }
  ingest.join();
  const double seconds = Seconds() - start;
  Print("read log 1,000 events", kCount, read, 0, 0);
  Print("load 400 of 100,000 customers", kCount, load, 0, 0);
  Print("commit 400 of 100,000 customers", kCount, commit, 0, wal_bytes);
  Print("append 60 KB meanwhile", static_cast<int>(appended), seconds, BytesWritten() - bytes, f.WalBytes());
  std::printf("%-46s %8.0f us\n", "slowest append", slowest * 1e6);
}

}  // namespace
}  // namespace cartwheel
