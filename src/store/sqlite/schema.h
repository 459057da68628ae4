// The tables of a Cartwheel file and the marks by which one is known.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

inline constexpr int64_t kApplicationId = 0x43574c31;  // "CWL1", PRAGMA application_id

// What a file of this build carries as PRAGMA user_version. Files of another version are refused: they are migrated
// from 1.0 on.
inline constexpr int64_t kSchemaVersion = 14;

// A kind of file: by what it is known, and its tables.
struct FileKind {
  int64_t application_id = 0;
  int64_t version = 0;
  const char* tables = nullptr;  // SQL that makes them
};
extern const FileKind kDatabase;

// Makes `connection`'s file one of this build: creates the tables of an empty one in one transaction. Refuses files of
// other programs and of other versions, and touches nothing in them.
[[nodiscard]] absl::Status PrepareSchema(Connection& connection, const FileKind& kind = kDatabase);

}  // namespace cartwheel
