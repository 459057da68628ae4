#include "engine/fold/customer_cache.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/model/address.h"
#include "core/model/customer_row.h"
#include "engine/common/erased_names.h"
#include "engine/common/opt_outs.h"

namespace cartwheel {
namespace {

// Bytes of a decoded customer, measured: so many times those of its row, and so many more.
constexpr size_t kDecodedShare = 2;
constexpr size_t kDecodedOverhead = 800;
// In memory a key that leads to a row as an erased name has the row's number with the other sign.
CustomerRow AsErased(CustomerRow row) { return CustomerRow(-row.value()); }
bool IsOfErased(CustomerRow row) { return row.value() < 0; }
CustomerRow RowOf(CustomerRow row) { return CustomerRow(std::abs(row.value())); }

constexpr size_t kKeysShare = 8;  // one part in so many of the cache is for identity keys

}  // namespace

size_t CustomerCache::DecodedBytes(const std::unique_ptr<CachedCustomer>& cached) {
  return kDecodedShare * cached->weight + kDecodedOverhead;
}

// Of three parts two are the generations of the cache, and the third is the spare customers.
CustomerCache::CustomerCache(FoldStore* store, size_t cache_bytes, const HashKey& hash_key)
    : store_(store),
      hash_key_(hash_key),
      customers_((cache_bytes - cache_bytes / kKeysShare) / 3 * 2),
      keys_(cache_bytes / kKeysShare) {}

absl::Status CustomerCache::Load(const std::vector<std::string_view>& keys) {
  std::vector<std::string> unknown;
  std::vector<CustomerRow> rows;
  rows.reserve(keys.size());
  for (std::string_view key : keys) {
    if (const CustomerRow* row = keys_.Find(key); row == nullptr)
      unknown.emplace_back(key);
    else if (*row)
      rows.push_back(RowOf(*row));
  }
  if (!unknown.empty()) {
    std::sort(unknown.begin(), unknown.end());
    unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
    ASSIGN_OR_RETURN(std::vector<CustomerRow> found, store_->Resolve(unknown));
    if (erasures_) RETURN_IF_ERROR(FindErased(unknown, found));
    for (size_t i = 0; i < unknown.size(); ++i) {
      keys_.Put(unknown[i], found[i]);
      if (found[i]) rows.push_back(RowOf(found[i]));
    }
  }
  RETURN_IF_ERROR(LoadRows(rows));
  std::vector<std::string> addresses;
  for (std::string_view key : keys)
    if (IsEndpointKey(key)) addresses.emplace_back(key);
  return FollowMerges(std::move(addresses));
}

// Looks for those that lead nowhere among the erased names.
absl::Status CustomerCache::FindErased(const std::vector<std::string>& keys, std::vector<CustomerRow>& rows) {
  std::vector<std::string> erased;
  for (size_t i = 0; i < keys.size(); ++i)
    if (!rows[i]) erased.push_back(ErasedKey(hash_key_, keys[i]));
  if (erased.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<CustomerRow> found, store_->Resolve(erased));
  for (size_t i = 0, next = 0; i < keys.size(); ++i)
    if (!rows[i]) rows[i] = AsErased(found[next++]);
  return absl::OkStatus();
}

// The key of an address that its customer had given up still leads to the row that was merged since: what was said of
// the address went to the row that it became.
absl::Status CustomerCache::FollowMerges(std::vector<std::string> addresses) {
  while (true) {
    std::erase_if(addresses, [&](const std::string& key) {
      const CustomerRow* row = keys_.Find(key);
      return !*row || !FindRow(*row)->removed;
    });
    std::vector<CustomerRow> rows;
    for (const std::string& key : addresses) {
      const std::string merged = MergedRowKey(*keys_.Find(key));
      CustomerRow row;
      if (const CustomerRow* known = keys_.Find(merged); known != nullptr) {
        row = *known;
      } else {
        ASSIGN_OR_RETURN(const std::vector<CustomerRow> found, store_->Resolve({&merged, 1}));
        row = found[0];
      }
      keys_.Put(key, row);
      if (row) rows.push_back(row);
    }
    if (rows.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(LoadRows(rows));
  }
}

absl::Status CustomerCache::LoadRows(const std::vector<CustomerRow>& rows) {
  std::vector<CustomerRow> absent;
  for (CustomerRow row : rows)
    if (customers_.Find(row) == nullptr) absent.push_back(row);
  if (absent.empty()) return absl::OkStatus();
  std::sort(absent.begin(), absent.end());
  absent.erase(std::unique(absent.begin(), absent.end()), absent.end());
  ASSIGN_OR_RETURN(std::vector<std::string> found, store_->Load(absent));
  for (size_t i = 0; i < absent.size(); ++i) {
    std::unique_ptr<CachedCustomer> cached;
    if (spare_.empty()) {
      cached = std::make_unique<CachedCustomer>();
    } else {
      cached = std::move(spare_.back());
      spare_.pop_back();
    }
    cached->weight = cached->row_bytes_max = found[i].size();
    cached->removed = found[i].empty();
    cached->broken = false;
    cached->unread = found[i];
    cached->customer.row = absent[i];
    if (cached->removed) cached->customer = Customer{.row = absent[i]};
    unread_.push_back(cached.get());
    customers_.Put(absent[i], std::move(cached));
  }
  loaded_.push_back(std::move(found));
  return absl::OkStatus();
}

void CustomerCache::Decode(CachedCustomer& cached) {
  if (cached.unread.empty()) return;
  const CustomerRow row = cached.customer.row;
  cached.broken = !DecodeCustomer(row, std::exchange(cached.unread, {}), &cached.customer).ok();
  if (cached.broken) cached.customer = Customer{.row = row};
}

CachedCustomer* CustomerCache::FindKey(std::string_view key) {
  const CustomerRow* row = keys_.Find(key);
  CachedCustomer* cached = row == nullptr || !*row ? nullptr : FindRow(RowOf(*row));
  // The row of an erased name was merged since it was looked up.
  if (cached != nullptr && cached->removed && IsOfErased(*row)) return FindKey(ErasedKey(hash_key_, key));
  return cached == nullptr || cached->removed ? nullptr : cached;
}

CachedCustomer* CustomerCache::FindRow(CustomerRow row) {
  std::unique_ptr<CachedCustomer>* cached = customers_.Find(row);
  return cached == nullptr ? nullptr : cached->get();
}

CachedCustomer& CustomerCache::Create(CustomerRow row, const std::string& key, std::string_view id, bool anonymous) {
  if (IsErasedKey(key)) erasures_ = true;
  auto cached = std::make_unique<CachedCustomer>();
  cached->customer.row = row;
  cached->customer.id = id;
  cached->customer.anonymous = anonymous;
  cached->customer.names.push_back(key);
  CachedCustomer& created = **customers_.Put(row, std::move(cached));
  Point(key, row);
  return created;
}

void CustomerCache::Point(const std::string& key, CustomerRow row) {
  keys_.Put(key, row);
  aliases_.push_back({key, row});
}

void CustomerCache::EraseName(const std::string& name, CustomerRow row) {
  erasures_ = true;
  keys_.Put(name, AsErased(row));
  aliases_.push_back({name, {}});
  Point(ErasedKey(hash_key_, name), row);
}

void CustomerCache::RestoreName(const std::string& name, CustomerRow row) {
  Point(name, row);
  Point(ErasedKey(hash_key_, name), {});
}

bool CustomerCache::IsErased(std::string_view key) {
  const CustomerRow* row = keys_.Find(key);
  return row != nullptr && IsOfErased(*row);
}

void CustomerCache::Change(CachedCustomer& cached) {
  if (cached.changed) return;
  cached.changed = true;
  changed_.push_back(&cached);
}

void CustomerCache::Collect(FoldWrite& write, std::vector<CustomerRow>& oversize) {
  for (CachedCustomer* cached : changed_) {
    std::string_view row;
    if (!cached->removed) {
      row = store_->splits_rows() ? EncodeSplitCustomer(cached->customer, &room_)
                                  : EncodeCustomer(cached->customer, &room_);
    }
    customers_.Resize(cached->weight * kDecodedShare, row.size() * kDecodedShare);
    cached->weight = cached->row_bytes_max = row.size();
    if (row.size() > kCustomerBytesMax) oversize.push_back(cached->customer.row);
    write.customers.push_back({cached->customer.row, std::string(row)});
    if (store_->splits_rows() && !cached->customer.names.empty())
      write.customers.back().name = NameDigest(hash_key_, cached->customer.names.front());
  }
  write.aliases = aliases_;
}

void CustomerCache::Commit() {
  for (CachedCustomer* cached : unread_) Decode(*cached);
  unread_.clear();
  loaded_.clear();
  for (CachedCustomer* cached : changed_) {
    cached->changed = false;
    cached->decisions.clear();
  }
  changed_.clear();
  aliases_.clear();
  keys_.Age();
  auto forgotten = customers_.Age();
  if (forgotten.empty()) return;
  spare_.clear();
  for (auto& [row, cached] : forgotten) spare_.push_back(std::move(cached));
}

void CustomerCache::Forget() {
  unread_.clear();
  loaded_.clear();
  customers_.Clear();
  keys_.Clear();
  changed_.clear();
  aliases_.clear();
}

}  // namespace cartwheel
