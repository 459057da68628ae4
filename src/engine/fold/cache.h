// A map bounded by weight, for what can be read again: two generations. What is used moves to the young one; when that
// has grown to half of the bound it becomes the old one, and the old one is forgotten. Only Age() and Clear() forget,
// so that pointers hold between two calls of them as long as the values are pointers themselves.
#pragma once

#include <cstddef>
#include <utility>

namespace cartwheel {

// `Weigh(value)` is asked when a value enters the young generation; when it changes there, the owner says so.
template <typename Map, auto Weigh>
class GenerationalCache {
 public:
  using Mapped = typename Map::mapped_type;
  explicit GenerationalCache(size_t weight_max) : weight_max_(weight_max) {}

  // Null when it is not here. Valid until the next change of the cache.
  template <typename Key>
  Mapped* Find(const Key& key) {
    if (auto found = young_.find(key); found != young_.end()) return &found->second;
    auto found = old_.find(key);
    if (found == old_.end()) return nullptr;
    weight_ += Weigh(found->second);
    auto moved = young_.try_emplace(found->first, std::move(found->second)).first;
    old_.erase(found);
    return &moved->second;
  }
  template <typename Key>
  Mapped* Put(const Key& key, Mapped value) {
    old_.erase(key);
    weight_ += Weigh(value);
    return &(young_.insert_or_assign(key, std::move(value)).first->second);
  }
  // A value that was found or put since the last Age() weighs `now` where it weighed `before`.
  void Reweigh(size_t before, size_t now) { weight_ += now - before; }
  void Clear() {
    young_ = Map();
    old_ = Map();
    weight_ = 0;
  }
  // What was forgotten.
  Map Age() {
    if (weight_ < weight_max_ / 2) return Map();
    weight_ = 0;
    return std::exchange(old_, std::exchange(young_, Map()));
  }

 private:
  size_t weight_max_;
  size_t weight_ = 0;  // of the young generation
  Map young_, old_;
};

}  // namespace cartwheel
