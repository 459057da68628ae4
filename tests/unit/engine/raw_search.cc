#include "tests/unit/engine/raw_search.h"

#include <sqlite3.h>

#include <fstream>
#include <sstream>

#include "base/compress.h"
#include "tests/catch.h"

namespace cartwheel {

std::string ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::vector<std::string> FindTexts(const std::string& path, const std::vector<std::string>& texts) {
  std::vector<std::string> found;
  auto look = [&](const std::string& bytes, const std::string& where) {
    for (const std::string& text : texts)
      if (bytes.find(text) != bytes.npos) found.push_back(text + " in " + where);
  };
  look(ReadWholeFile(path), path);
  look(ReadWholeFile(path + "-wal"), path + "-wal");
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  std::vector<std::string> tables;
  auto take = [](void* out, int, char** values, char**) {
    static_cast<std::vector<std::string>*>(out)->push_back(values[0]);
    return 0;
  };
  REQUIRE(sqlite3_exec(database, "SELECT name FROM sqlite_schema WHERE type = 'table'", take, &tables, nullptr) ==
          SQLITE_OK);
  REQUIRE(tables.size() > 10);
  for (const std::string& table : tables) {
    sqlite3_stmt* rows = nullptr;
    REQUIRE(sqlite3_prepare_v2(database, ("SELECT * FROM " + table).c_str(), -1, &rows, nullptr) == SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW)
      for (int column = 0; column < sqlite3_column_count(rows); ++column) {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(rows, column));
        if (bytes == nullptr) continue;
        const std::string text(bytes, static_cast<size_t>(sqlite3_column_bytes(rows, column)));
        look(text, table);
        if (absl::StatusOr<std::string> unpacked = Decompress(text); unpacked.ok())
          look(*unpacked, table + ", unpacked");
      }
    sqlite3_finalize(rows);
  }
  sqlite3_close(database);
  return found;
}

}  // namespace cartwheel
