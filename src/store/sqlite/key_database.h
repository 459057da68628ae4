// FILE.keys as a database of its own (store/sealed/key_file.h says what a key is and when it is retired): keys by their
// number, and by the names for which new things are sealed under them. Bytes are opaque here.
//
// A key's row is written once, at its table's end, and later only overwritten in its place by as many bytes: when the
// key is destroyed or sealed under another key of the shop. So no page and no free space keeps a copy of it, and its
// log of changes is overwritten before it is cut. Pages are small, because names are random: each new one changes a
// page of its own.
//
// A commit flushes before another connection sees it. From any thread, one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/new_file.h"
#include "store/erase_store.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

// By what the file knows the key of the shop, and how often that was exchanged for another one.
struct KeyMark {
  std::string mark;
  int64_t rotations = 0;
  friend bool operator==(const KeyMark&, const KeyMark&) = default;
};

struct KeyRow {
  int64_t number = 0;  // from 1; 0: there is none
  std::string name;    // of one that is destroyed: zeros, as is what was sealed
  std::string sealed;
  bool retired = false;
  bool destroyed() const { return name.find_first_not_of('\0') == name.npos; }
};

class KeyDatabase {
 public:
  // Makes it, with this access, when it is not there.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<KeyDatabase>> Open(const std::string& path,
                                                                         const FileAccess& access);
  ~KeyDatabase();
  KeyDatabase(const KeyDatabase&) = delete;

  [[nodiscard]] absl::StatusOr<std::optional<KeyMark>> Mark();  // nullopt: it has no key yet
  [[nodiscard]] absl::StatusOr<KeyRow> Find(int64_t number);
  // Returns the keys in force of names, in their order.
  [[nodiscard]] absl::StatusOr<std::vector<KeyRow>> InForce(absl::Span<const std::string> names);
  // The same; adds `sealed` for a name that has none. FailedPrecondition when the shop's key is not that of `mark`.
  struct NewKey {
    std::string name, sealed;
  };
  [[nodiscard]] absl::StatusOr<std::vector<KeyRow>> InForceOrNew(const KeyMark& mark, absl::Span<const NewKey> keys);

  // Takes the keys of names out of force. They are destroyed when RetireUntil has said when. Returns the numbers of all
  // keys of the names that are retired.
  [[nodiscard]] absl::StatusOr<std::vector<int64_t>> Retire(absl::Span<const std::string> names);
  [[nodiscard]] absl::Status RetireUntil(absl::Span<const std::string> names, int64_t until);
  // Destroys what was retired until `through` or before, a slice of it.
  [[nodiscard]] absl::StatusOr<Destroyed> Destroy(int64_t through);

  // Replaces what is sealed of every key, in one transaction. FailedPrecondition when the shop's key is not that of
  // `from`.
  using Reseal = absl::FunctionRef<absl::StatusOr<std::string>(const KeyRow&)>;
  [[nodiscard]] absl::Status ResealAll(const KeyMark& from, const KeyMark& to, Reseal reseal);
  // Shows every key that is not destroyed.
  [[nodiscard]] absl::Status Each(absl::FunctionRef<void(const KeyRow&)> each);

  [[nodiscard]] absl::StatusOr<std::string> FindDamage();  // of its pages; empty: none
  [[nodiscard]] absl::Status CopyTo(const std::string& path);
  [[nodiscard]] absl::Status Checkpoint();

 private:
  explicit KeyDatabase(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
  absl::Status CheckPlace() const;
  absl::Status CheckMark(const KeyMark& mark);
  absl::StatusOr<std::optional<KeyMark>> ReadMark();
  absl::StatusOr<std::vector<KeyRow>> ReadKeys(int64_t after);

  const std::unique_ptr<Connection> connection_;
  std::pair<uint64_t, uint64_t> opened_;  // device and inode
};

}  // namespace cartwheel
