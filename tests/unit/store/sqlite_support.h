// What the tests of the store on a disk share: a connection of another program, a store, something to fill it with.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

#include "store/sqlite/sqlite_store.h"
#include "tests/unit/store/store_factories.h"

namespace cartwheel {

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

  // How SQLite would run it.
  std::string Plan(const std::string& sql) {
    std::string plan;
    auto take = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) += std::string(values[3]) + "\n";
      return 0;
    };
    INFO(sql);
    REQUIRE(sqlite3_exec(handle_, ("EXPLAIN QUERY PLAN " + sql).c_str(), take, &plan, nullptr) == SQLITE_OK);
    return plan;
  }

 private:
  sqlite3* handle_ = nullptr;
};

inline std::unique_ptr<Store> Open(const std::string& path, const StoreOptions& options = {}) {
  auto store = OpenSqliteStore(path, options);
  INFO(store.status().ToString());
  REQUIRE(store.ok());
  return *std::move(store);
}

inline FoldWrite Fill(Epoch epoch, int64_t first, int64_t count, size_t bytes) {
  FoldWrite write{.epoch = epoch, .lease_end = kEnd};
  for (int64_t id = first; id < first + count; ++id)
    write.customers.push_back({CustomerRow(id), std::string(bytes, 'c')});
  return write;
}

inline void CheckIntegrity(const std::string& path) { CHECK(Sql(path).Text("PRAGMA integrity_check") == "ok"); }

}  // namespace cartwheel
