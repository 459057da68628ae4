// FILE.keys: a key for each name of a customer (the keyed hash of an id or a device), beside the database and in none
// of its copies (store/sqlite/key_database.h). Each is sealed under the shop's key. An erasure destroys the keys of the
// names, and with them what was sealed under them in every copy of the database.
//
// A key that is retired is in force for nothing new, and is destroyed when the sweep has gone through all that may be
// sealed under it. No lock stands between who seals and who retires; the order of their commits does:
//   who seals    notes the number of the newest erasure before it asks for a key, and the database takes what was
//                sealed only while no erasure after that one is filed (LogRow::erased_to);
//   who retires  first takes the keys out of force, then reads the number of the newest erasure, notes that the keys
//                are needed until the next ones are done, and only then files those.
// So whatever is sealed under a retired key stands before the erasure in the log, where its sweep looks.
//
// What is held in memory of keys in force is good for as long as no further erasure is filed (Heard); it is bounded by
// kOpenedKeysMax. From any thread and any number of processes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "base/hash.h"
#include "core/model/ids.h"
#include "store/sealed/recent_map.h"
#include "store/sealed/seal.h"
#include "store/sqlite/key_database.h"

namespace cartwheel {

inline constexpr size_t kOpenedKeysMax = 32'768;

struct NumberedKey {
  int64_t number = 0;
  SealKey key;
};

enum class KeyState : uint8_t {
  kFound,
  kDestroyed,
  kLost,  // the file is older than what was sealed, or damaged
};

struct FoundKey {
  KeyState state = KeyState::kLost;
  SealKey key;           // of kFound
  bool retired = false;  // it is to be destroyed
};

class KeyFile {
 public:
  // `access`: of a file that is not there yet.
  KeyFile(std::string path, const SealKey& shop_key, const FileAccess& access);
  KeyFile(const KeyFile&) = delete;

  const std::string& path() const { return path_; }
  // Returns the file's mark; nullopt: it is not there, or has no key.
  [[nodiscard]] absl::StatusOr<std::optional<KeyMark>> StoredMark();
  // Says which mark the shop's key has here, before everything below.
  void SetMark(KeyMark mark) { mark_ = std::move(mark); }
  // Copies a file while others use it. NotFound: it is not there.
  [[nodiscard]] static absl::Status Copy(const std::string& path, const std::string& to);

  // The erasure up to which what it says of keys in force is good; noted before Current is asked.
  ErasureId erased_to();
  // Says which erasure is the newest: after another one than was known, what is held of keys is forgotten.
  void Heard(ErasureId newest);
  // Says that erasures up to `newest` were filed by this process, whose keys it retired itself.
  void Filed(ErasureId newest);

  // Returns the keys in force of `names`, in their order; makes those that are missing, durably, before any other
  // process sees them.
  [[nodiscard]] absl::StatusOr<std::vector<NumberedKey>> Current(absl::Span<const Digest> names);
  [[nodiscard]] absl::StatusOr<FoundKey> Find(int64_t number);

  [[nodiscard]] absl::Status Retire(absl::Span<const Digest> names);
  // Says of retired keys of `names` which erasure they are needed for last.
  [[nodiscard]] absl::Status RetireUntil(absl::Span<const Digest> names, ErasureId until);
  // Destroys what is not needed after `through`, a slice of it.
  [[nodiscard]] absl::StatusOr<Destroyed> Destroy(ErasureId through);

  // Seals every key under another key of the shop, in one transaction. The file is to be opened anew with that.
  [[nodiscard]] absl::Status Rotate(const SealKey& shop_key, const KeyMark& mark);
  // Returns what is damaged; empty: nothing.
  [[nodiscard]] absl::StatusOr<std::string> FindDamage();
  [[nodiscard]] absl::Status Checkpoint();

 private:
  using Name = std::pair<uint64_t, uint64_t>;
  // One for what is in force and for changes, one for what is found by its number: who holds the database's write lock
  // waits for no flush of a key.
  struct Opened {
    absl::Mutex mutex;
    std::unique_ptr<KeyDatabase> database ABSL_GUARDED_BY(mutex);  // null: not opened yet
  };

  // Makes the file where `make`; without it null is left when there is none.
  absl::Status Open(Opened& opened, bool make) ABSL_EXCLUSIVE_LOCKS_REQUIRED(opened.mutex);
  // Reads the keys in force of `names`, or makes them.
  absl::Status TakeCurrent(absl::Span<const std::string> names, std::vector<NumberedKey>* keys);
  std::optional<SealKey> OpenKey(const KeyRow& row) const;
  // Why a key does not open: the shop's key is another one by now, or, OK, the key is damaged.
  absl::Status CheckMark(KeyDatabase& database) const;

  const std::string path_;
  const SealKey shop_key_;
  KeyMark mark_;
  const FileAccess access_;
  Opened current_, found_;

  absl::Mutex mutex_;  // taken last
  ErasureId erased_to_ ABSL_GUARDED_BY(mutex_);
  int64_t era_ ABSL_GUARDED_BY(mutex_) = 0;  // grows with what is forgotten: what was read before it is not kept
  RecentMap<Name, NumberedKey> in_force_ ABSL_GUARDED_BY(mutex_){kOpenedKeysMax};
  RecentMap<int64_t, SealKey> by_number_ ABSL_GUARDED_BY(mutex_){kOpenedKeysMax};  // of those in force
};

}  // namespace cartwheel
