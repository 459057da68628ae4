// FILE.keys: a key for each name of a customer (the keyed hash of an id or a device), beside the database and in none
// of its copies. An erasure destroys the keys of the names, and with them what was sealed under them in
// every copy of the database.
//
// The file is a sequence of records of kKeyRecordBytes, each with a checksum. A record is a key, sealed under the
// shop's, or says that a key is retired: nothing is sealed under it any more, and it is destroyed (overwritten in
// place) when no event up to a position of the log needs it. Other changes only append, and a record is flushed before
// its key is used. A record that is not whole, of a power loss, was never used and is passed over.
//
// Threads and processes: every function may be called from any thread, and several processes may share the file. Byte 0
// of it is locked by who waits to retire keys, byte 1 by who needs them unretired (many at once) or retires them, byte
// 2 while records are read or appended.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "base/hash.h"
#include "base/new_file.h"
#include "core/model/ids.h"
#include "store/sealed/seal.h"

namespace cartwheel {

inline constexpr size_t kKeyRecordBytes = 128;

// A key in force, by the number of its record: the first is 0.
struct NumberedKey {
  uint32_t record = 0;
  SealKey key;
};

enum class KeyState : uint8_t {
  kFound,
  kDestroyed,
  kLost,  // the file is older than what was sealed, or damaged
};

// What is asked of the system; tests put one in its place that fails.
struct KeyFileCalls {
  ssize_t (*write)(int file, const void* bytes, size_t size, off_t at) = pwrite;
  int (*flush)(int file) = fdatasync;
};

class KeyFile {
 public:
  KeyFile(std::string path, const SealKey& shop_key, const HashKey& hash_key, const FileAccess& access,
          const KeyFileCalls& calls = {});
  ~KeyFile();
  KeyFile(const KeyFile&) = delete;

  // While it lives no key is retired.
  class Hold {
   public:
    explicit Hold(int file) : file_(file) {}
    Hold(Hold&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    ~Hold();

   private:
    int file_;
  };
  [[nodiscard]] absl::StatusOr<Hold> HoldKeys();

  // Returns the keys in force of `names`, in their order; makes and flushes those that are missing. Unavailable when
  // the file cannot be written: nothing was made then.
  [[nodiscard]] absl::StatusOr<std::vector<NumberedKey>> Current(absl::Span<const Digest> names);
  // Finds the key of a record.
  KeyState Find(uint32_t record, SealKey* key);
  // Hears of what other processes did.
  [[nodiscard]] absl::Status Update();
  // Whether a key is to be destroyed, as far as Update heard.
  bool IsRetired(uint32_t record);

  // Retires the keys in force of `names`. `head` is called when nothing is being sealed under them any more, and
  // returns the position up to which there may be something of theirs in the log.
  [[nodiscard]] absl::Status Retire(absl::Span<const Digest> names, absl::FunctionRef<absl::StatusOr<Position>()> head);
  // Destroys retired keys that nothing after `through` needs.
  [[nodiscard]] absl::Status Destroy(Position through);

 private:
  struct Record;

  absl::Status Open() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Reads what others appended. Precondition: the file is open, and its records are locked.
  absl::Status Refresh() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RefreshAlone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);  // the same, of a file that may not be there
  KeyState FindKey(uint32_t number, SealKey* key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Take(uint32_t number, const Record& record) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AppendRecords(const std::vector<Record>& records) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool ReadRecord(uint32_t number, Record* record) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint64_t Checksum(const Record& record) const;
  absl::Status Failed() const;

  const std::string path_;
  const SealKey shop_key_;
  const HashKey hash_key_;
  const FileAccess access_;
  const KeyFileCalls calls_;

  absl::Mutex mutex_;
  int file_ ABSL_GUARDED_BY(mutex_) = -1;      // -1: it was not there yet
  uint32_t read_ ABSL_GUARDED_BY(mutex_) = 0;  // records that were read
  using Name = std::pair<uint64_t, uint64_t>;
  absl::flat_hash_map<Name, uint32_t> in_force_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint32_t, Position> retired_ ABSL_GUARDED_BY(mutex_);  // not destroyed; until when it is needed
  absl::flat_hash_map<uint32_t, SealKey> opened_ ABSL_GUARDED_BY(mutex_);    // a few of those in force
};

}  // namespace cartwheel
