// The tables of a Cartwheel file and the marks by which one is known.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

inline constexpr int64_t kApplicationId = 0x43574c31;  // "CWL1", PRAGMA application_id

// What a file of this build carries as PRAGMA user_version.
int64_t SchemaVersion();

// Makes `connection`'s file one of this build: creates the tables, or moves an older file forward, in one transaction.
// Refuses files of other programs and of newer builds, and touches nothing in them.
absl::Status PrepareSchema(Connection& connection);

}  // namespace cartwheel
