// A map that keeps what was used lately: in two halves, of which the older one is forgotten when the newer is full, and
// what is found in it moves to the newer. Between half of `max` entries and all of them.
#pragma once

#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace cartwheel {

template <typename Key, typename Value>
class RecentMap {
 public:
  explicit RecentMap(size_t max) : half_(max / 2) {}

  // Null: it is not there. The pointer lives until the next call.
  const Value* Find(const Key& key) {
    if (const auto found = newer_.find(key); found != newer_.end()) return &found->second;
    const auto found = older_.find(key);
    if (found == older_.end()) return nullptr;
    Value value = std::move(found->second);
    older_.erase(found);
    return Put(key, std::move(value));
  }
  const Value* Put(const Key& key, Value value) {
    if (newer_.size() >= half_) {
      older_ = std::move(newer_);
      newer_.clear();
    }
    older_.erase(key);
    return &(newer_[key] = std::move(value));
  }
  void Erase(const Key& key) {
    newer_.erase(key);
    older_.erase(key);
  }
  void Clear() {
    newer_.clear();
    older_.clear();
  }
  size_t size() const { return newer_.size() + older_.size(); }

 private:
  const size_t half_;
  absl::flat_hash_map<Key, Value> newer_, older_;
};

}  // namespace cartwheel
