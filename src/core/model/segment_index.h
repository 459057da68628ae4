// Which segments an input may change: for each thing that conditions read, the set of segments that read it. So what
// happens to a customer chooses the segments to judge without a look at each.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "cartwheel/limits.h"
#include "core/model/counter.h"

namespace cartwheel {

// Parts of the world, as bits: what a segment reads, and what an input may have changed.
inline constexpr uint32_t kPartFirstSeen = 1 << 0;
inline constexpr uint32_t kPartLastSeen = 1 << 1;   // in another way than the next
inline constexpr uint32_t kPartSeenLater = 1 << 2;  // last_seen was known, and is later now
inline constexpr uint32_t kPartOrders = 1 << 3;
inline constexpr uint32_t kPartCarts = 1 << 4;  // what is in them, and which one is at hand
inline constexpr uint32_t kPartEndpoints = 1 << 5;
inline constexpr uint32_t kPartAttributes = 1 << 6;    // and id, and anonymous
inline constexpr uint32_t kPartCartActivity = 1 << 7;  // updated_at and stage of the cart at hand
inline constexpr size_t kPartCount = 8;
inline constexpr uint32_t kPartAll = (1 << kPartCount) - 1;

// A set of segments, by their places in a playbook.
class SegmentSet {
 public:
  static SegmentSet First(size_t count) {
    SegmentSet set;
    for (uint32_t place = 0; place < count; ++place) set.Insert(place);
    return set;
  }
  void Insert(uint32_t place) { words_[place / 64] |= uint64_t{1} << place % 64; }
  bool Contains(uint32_t place) const { return (words_[place / 64] >> place % 64 & 1) != 0; }
  bool empty() const { return *this == SegmentSet(); }
  SegmentSet& operator|=(const SegmentSet& other) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  SegmentSet operator&(const SegmentSet& other) const {
    SegmentSet both;
    for (size_t i = 0; i < words_.size(); ++i) both.words_[i] = words_[i] & other.words_[i];
    return both;
  }
  SegmentSet Without(const SegmentSet& other) const {
    SegmentSet rest;
    for (size_t i = 0; i < words_.size(); ++i) rest.words_[i] = words_[i] & ~other.words_[i];
    return rest;
  }
  bool operator==(const SegmentSet&) const = default;
  // The first place of the set from `place` on; kSegmentsMax: there is none.
  uint32_t Next(uint32_t place) const {
    for (size_t word = place / 64; word < words_.size(); ++word) {
      const uint64_t rest = word == place / 64 ? words_[word] & ~uint64_t{0} << place % 64 : words_[word];
      if (rest != 0) return static_cast<uint32_t>(word * 64 + static_cast<size_t>(std::countr_zero(rest)));
    }
    return kSegmentsMax;
  }

 private:
  static_assert(kSegmentsMax % 64 == 0);
  std::array<uint64_t, kSegmentsMax / 64> words_{};
};

struct SegmentIndex {
  SegmentSet all;
  std::array<SegmentSet, kPartCount> by_part;              // that read it; of kPartSeenLater without `aging`
  SegmentSet aging;                                        // a later visit makes none of them true
  absl::flat_hash_map<uint64_t, SegmentSet> by_past_type;  // that look at such past events
  SegmentSet rising, falling;                              // time alone makes them true; ends that
  SegmentSet rising_by_loss, falling_by_loss;              // the same where a past event was worth less than nothing
  std::vector<Counter> members;                            // the counter of each segment
};

}  // namespace cartwheel
