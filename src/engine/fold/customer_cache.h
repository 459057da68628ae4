// The customers of one fold, found by identity key, loaded in batches, kept in memory as far as the option
// allows. What a fold changed is marked; the write set is built from the marks.
//
// Invariant: between folds memory equals the store; after a fold that was not committed everything here is forgotten.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/hash.h"
#include "base/string_map.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "engine/fold/cache.h"
#include "store/fold_store.h"

namespace cartwheel {

// A customer at hand.
struct CachedCustomer {
  Customer customer;
  std::string_view unread;          // its row, not decoded yet; of the cache's memory
  std::vector<Decision> decisions;  // of this fold
  size_t weight = 0;                // bytes it was last read from or written to
  size_t row_bytes_max = 0;         // what it may have grown to since
  bool changed = false;
  bool broken = false;   // its row cannot be read: its inputs are quarantined
  bool removed = false;  // merged into another: there is no such row any more
};

class CustomerCache {
 public:
  // `hash_key`: the database's, for the names of who was erased.
  CustomerCache(FoldStore* store, size_t cache_bytes, const HashKey& hash_key);
  // Says that some customer was erased, ever: unknown names are looked for among those that were erased too.
  void SetErasures(bool any) { erasures_ = any; }

  // Loads the customers that these keys lead to, in two round trips. Keys may repeat and may be unknown.
  [[nodiscard]] absl::Status Load(const std::vector<std::string_view>& keys);
  [[nodiscard]] absl::Status LoadRows(const std::vector<CustomerRow>& rows);
  // Null when it leads to no customer. Only keys and rows that were loaded since the last Forget or Commit. A row that
  // was removed is found by its number.
  CachedCustomer* ByKey(std::string_view key) { return Decoded(FindKey(key)); }
  CachedCustomer* ByRow(CustomerRow row) { return Decoded(FindRow(row)); }
  // The same without decoding the customer: only its row's number, and whether it was removed, may be looked at.
  CachedCustomer* FindKey(std::string_view key);
  CachedCustomer* FindRow(CustomerRow row);
  // Decodes a customer that was found, unless that is done. Different customers may be decoded at once.
  static void Decode(CachedCustomer& cached);
  // Makes a new customer for a key that leads to none. Mark it as changed.
  CachedCustomer& Create(CustomerRow row, const std::string& key, std::string_view id, bool anonymous);
  // Lets the key lead to this row from now on; 0: to none.
  void Point(const std::string& key, CustomerRow row);
  // Lets a name lead to this row as an erased one, or as a name again.
  void EraseName(const std::string& name, CustomerRow row);
  void RestoreName(const std::string& name, CustomerRow row);
  // Whether a key that leads to a row does so as an erased name.
  bool IsErased(std::string_view key);
  void Change(CachedCustomer& cached);

  // What changed, as rows to write; a row over its bound is reported by its number in `oversize` instead. Decisions and
  // alarms are the fold's matter and must be settled in the customers before.
  void Collect(FoldWrite& write, std::vector<CustomerRow>& oversize);
  const std::vector<CachedCustomer*>& changed() const { return changed_; }

  void Commit();  // the fold was committed
  void Forget();  // it was not

 private:
  [[nodiscard]] absl::Status FindErased(const std::vector<std::string>& keys, std::vector<CustomerRow>& rows);
  [[nodiscard]] absl::Status FollowMerges(std::vector<std::string> addresses);
  static CachedCustomer* Decoded(CachedCustomer* cached) {
    if (cached != nullptr) Decode(*cached);
    return cached;
  }
  static size_t DecodedBytes(const std::unique_ptr<CachedCustomer>& cached);
  static size_t KeyBytes(CustomerRow) { return 128; }

  FoldStore* store_;
  const HashKey hash_key_;
  bool erasures_ = false;
  GenerationalCache<absl::flat_hash_map<CustomerRow, std::unique_ptr<CachedCustomer>>, DecodedBytes> customers_;
  GenerationalCache<StringMap<CustomerRow>, KeyBytes> keys_;
  // Customers that were forgotten: the next ones are read into them, because the many small pieces of a customer cost
  // more to ask for than to fill.
  std::vector<std::unique_ptr<CachedCustomer>> spare_;
  // What was loaded for this fold, and who was not asked for yet: a customer is decoded when it is stepped, beside the
  // commit of the fold before.
  std::vector<std::vector<std::string>> loaded_;
  std::vector<CachedCustomer*> unread_;
  std::vector<CachedCustomer*> changed_;
  std::vector<FoldWrite::Alias> aliases_;
  std::string room_;
};

}  // namespace cartwheel
