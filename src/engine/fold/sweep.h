// The sweep: removes the bytes of erased customers from the file. A pass takes all erasures that are pending and goes
// once through what may hold their bytes: earlier states of rows, the log, message bodies, the trail of decisions. Then
// it empties the log of changes, and they are done. What SQLite frees it overwrites (secure_delete), so nothing of the
// bytes is left in the file, and no VACUUM is needed.
//
// A pass is made of slices, each one short transaction that also remembers how far the pass is; Advance runs a few when
// it has nothing else to do. Another worker goes on where this one ended. An erasure that is filed meanwhile waits for
// the next pass.
//
// Of an event of an erased customer its type and its time stay, so that events keep their numbers and are still
// counted; of a message what became of it stays.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/hash.h"
#include "core/model/event.h"
#include "store/store.h"

namespace cartwheel {

class Sweep {
 public:
  // `hash_key`: the database's.
  Sweep(Store* store, const HashKey& hash_key) : store_(store), hash_key_(hash_key) {}

  // Goes on from what the lease's holder before has done.
  void Begin(const std::string& state);
  // Forgets what it read: the lease was lost.
  void Forget() { loaded_ = false; }
  // Notes that an erasure was filed.
  void Note() {
    idle_ = false;
    begin_at_ = Position(-1);
  }
  bool idle() const { return idle_; }
  // Does one slice. `cursor`: of the fold. False: nothing more can be done now.
  [[nodiscard]] absl::StatusOr<bool> Slice(Epoch epoch, Position cursor, int64_t now_ms);

 private:
  enum class Stage : uint8_t { kIdle, kStates, kLog, kMessages, kTrail, kChanges, kDone };
  // What of a customer, or of a name, is of before an erasure.
  struct Before {
    Position through;
    int64_t erased_at_ms = 0;
    MessageId message_to;
  };

  std::string EncodeState() const;
  [[nodiscard]] absl::Status Load();
  [[nodiscard]] absl::Status BeginPass(Epoch epoch, Position cursor);
  [[nodiscard]] absl::StatusOr<bool> Run(int64_t now_ms, SweepWrite& write);
  [[nodiscard]] absl::Status SweepLog(SweepWrite& write);
  [[nodiscard]] absl::Status SweepMessages(SweepWrite& write);
  [[nodiscard]] absl::Status SweepTrail(SweepWrite& write);
  void Go(Stage stage);
  bool IsBefore(const Digest& name, Position position, const Event& event) const;
  // Blanks what is of an erased customer. Returns whether anything was.
  bool Blank(Position position, Event& event) const;

  Store* store_;
  const HashKey hash_key_;
  bool idle_ = false;  // nothing was pending when it was looked for last
  // A pass begins when the fold has come to where the log ended after the erasures were filed: up to there something of
  // theirs may be sealed under the keys that they destroy. -1: it was not looked for yet.
  Position begin_at_{-1};

  // The pass.
  Stage stage_ = Stage::kIdle;
  int64_t at_ = 0;         // how far the stage is: a number of its table
  ErasureId erasures_to_;  // those up to this one
  Position log_to_;
  int64_t mark_ = 0;                 // of earlier states
  std::vector<DecisionLink> links_;  // of the trail, to go on with

  bool loaded_ = false;                             // the pass's erasures are here
  absl::flat_hash_map<std::string, Before> names_;  // by their digests
  absl::flat_hash_map<CustomerRow, Before> rows_;
  std::vector<std::pair<ErasureId, DecisionLink>> trails_;  // the newest link of each
};

}  // namespace cartwheel
