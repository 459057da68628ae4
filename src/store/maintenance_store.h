// The database as a whole: its secret, its files, copies of it, and what keeps its log of changes short.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/hash.h"

namespace cartwheel {

class MaintenanceStore {
 public:
  virtual ~MaintenanceStore() = default;

  // A secret of this database, made when it was created: fingerprints are keyed with it.
  virtual HashKey hash_key() const = 0;
  // Returns the database's file; empty: in memory.
  virtual std::string File() const = 0;
  // Returns the file that every commit of every process writes to, for callers that watch it; empty: in memory.
  virtual std::string WrittenFile() const = 0;

  // Copies the database as it is at one moment into a new file, while others go on working. AlreadyExists when `path`
  // is there; FailedPrecondition for a database in memory.
  [[nodiscard]] virtual absl::Status Backup(const std::string& path) = 0;
  // Returns what is damaged, in the database's own words; empty when nothing is. Reads everything.
  [[nodiscard]] virtual absl::StatusOr<std::string> FindDamage() = 0;
  // Notes that this database was brought back from a copy at `now_ms`: the lease is free, and the folds to come know
  // the moment.
  [[nodiscard]] virtual absl::Status MarkRestored(int64_t now_ms) = 0;

  // By what the database knows the key that it is sealed with; empty: it is not sealed.
  [[nodiscard]] virtual absl::StatusOr<std::string> SealMark() { return std::string(); }
  // Durable on return. FailedPrecondition for a database in memory.
  [[nodiscard]] virtual absl::Status SetSealMark(const std::string& /*mark*/) {
    return absl::FailedPreconditionError("a database in memory is not sealed");
  }
  // Seals everything under another key of the shop (Options::seal_key); the database is to be opened with that from
  // then on, by every process. FailedPrecondition: it is not sealed.
  [[nodiscard]] virtual absl::Status RotateSealKey(std::string_view /*seal_key*/) {
    return absl::FailedPreconditionError("the database is not sealed");
  }
  // Makes a copy a database at home here.
  [[nodiscard]] virtual absl::Status Adopt() = 0;

  // Moves what the log of changes holds into the main file (SQLite's checkpoint). From any thread, beside every other
  // call.
  [[nodiscard]] virtual absl::Status Checkpoint() = 0;
  // Commits checkpoint by themselves when the log of changes has grown long. With a helper they call it instead, on
  // their thread; it has another one call Checkpoint, and they wait only when the log of changes has grown far longer.
  // Empty: there is no helper any more.
  virtual void SetCheckpointRequest(std::function<void()> request) = 0;
};

}  // namespace cartwheel
