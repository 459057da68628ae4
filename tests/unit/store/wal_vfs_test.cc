// The VFS that gathers WAL writes: what it holds back must never reach the file late.
#include "store/sqlite/wal_vfs.h"

#include "base/status.h"
#include "store/sqlite/connection.h"
#include "tests/unit/store/store_factories.h"

namespace cartwheel {
namespace {

constexpr char kMake[] = "CREATE TABLE t(id INTEGER PRIMARY KEY, data BLOB)";
constexpr char kFill[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) INSERT INTO t(data) SELECT "
    "randomblob(?2) FROM n";
constexpr char kSum[] = "SELECT count(*), total(length(data)) FROM t";
constexpr char kIntegrity[] = "PRAGMA integrity_check";
constexpr char kWal[] = "PRAGMA journal_mode = WAL";

std::unique_ptr<Connection> Connect(const std::string& path) {
  auto connection = Connection::Open(path, {.cache_bytes = 64 << 10});
  REQUIRE(connection.ok());
  return *std::move(connection);
}

void Fill(Connection& connection, int64_t rows, int64_t bytes, bool commit) {
  auto transaction = Transaction::Write(connection);
  REQUIRE(transaction.ok());
  auto fill = connection.Prepare(kFill);
  REQUIRE(fill.ok());
  REQUIRE(fill->Run(rows, bytes).ok());
  if (commit) REQUIRE(transaction->Commit().ok());
}

int64_t Count(Connection& connection) {
  auto sum = connection.Prepare(kSum);
  REQUIRE(sum.ok());
  auto row = sum->First();
  INFO(StatusText(row.status()));
  REQUIRE(row.ok());
  return sum->Integer(0);
}

}  // namespace

TEST_CASE("wal vfs: what a transaction spilled before it was rolled back does not overwrite another's commit") {
  TemporaryDirectory directory;
  const std::string path = directory.File("t.db");
  auto one = Connect(path);
  REQUIRE(one->Execute(kWal).ok());
  REQUIRE(one->Execute(kMake).ok());
  auto two = Connect(path);
  // More than the cache holds, so that pages go to the WAL before the commit: the last of them are gathered when it is
  // rolled back.
  for (int64_t rows = 20; rows < 60; ++rows) {
    REQUIRE(
        one->Checkpoint(/*restart=*/true).ok());  // the rollback finds page 1 in the file and reads nothing of the WAL
    Fill(*one, rows, 3'900, /*commit=*/false);
    Fill(*two, 70, 3'900, /*commit=*/true);
    CHECK(Count(*one) == Count(*two));
    auto three = Connect(path);
    auto integrity = three->Prepare(kIntegrity);
    REQUIRE(integrity.ok());
    REQUIRE(integrity->First().ok());
    CHECK(integrity->Bytes(0) == "ok");
    CHECK(Count(*three) == 70 * (rows - 19));
  }
}

}  // namespace cartwheel
