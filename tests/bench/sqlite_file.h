// The few lines of SQLite that the rivals share. Any error ends the bench.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "tests/bench/bench.h"

namespace cartwheel::bench {

class Statement {
 public:
  Statement(sqlite3* database, const char* sql) : database_(database) {
    Check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) == SQLITE_OK);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Bound texts must live until the statement is run.
  void Bind(int place, int64_t value) { Check(sqlite3_bind_int64(statement_, place, value) == SQLITE_OK); }
  void BindText(int place, std::string_view text) {
    Check(sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC) == SQLITE_OK);
  }
  void BindBlob(int place, std::string_view bytes) {
    Check(sqlite3_bind_blob(statement_, place, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC) ==
          SQLITE_OK);
  }
  // Binds the integers in order, from 1.
  template <typename... Values>
  Statement& With(Values... values) {
    int place = 0;
    (Bind(++place, static_cast<int64_t>(values)), ...);
    return *this;
  }

  // True while there is a row; resets itself at the end.
  bool Step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    Check(code == SQLITE_DONE);
    sqlite3_reset(statement_);
    return false;
  }
  // To its end; returns the number of changed rows.
  int Run() {
    while (Step()) {
    }
    return sqlite3_changes(database_);
  }
  void Reset() { sqlite3_reset(statement_); }

  int64_t Integer(int column) { return sqlite3_column_int64(statement_, column); }
  std::string_view Text(int column) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {text, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  void Check(bool holds) const {
    if (!holds) Fail(std::string("SQLite: ") + sqlite3_errmsg(database_));
  }

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

// An open database; `setup` is run first (pragmas and tables).
class SqliteFile {
 public:
  SqliteFile(const std::string& path, const char* setup) {
    Require(sqlite3_open(path.c_str(), &database_) == SQLITE_OK, path + ": expected a file that can be written");
    Execute(setup);
  }
  ~SqliteFile() { sqlite3_close(database_); }
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  void Execute(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
      Fail(std::string("SQLite: ") + sqlite3_errmsg(database_));
    }
  }
  sqlite3* get() { return database_; }

 private:
  sqlite3* database_ = nullptr;
};

}  // namespace cartwheel::bench
