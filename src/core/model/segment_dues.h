// When time alone may change which segment, so that an alarm judges the segments that are due and no other. It stands
// beside a customer in memory and never in the row: one that was read again knows nothing, and is judged whole once,
// with the same result, since the instant at which a condition turns does not depend on when it is asked.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace cartwheel {

class SegmentDues {
 public:
  void Clear() { *this = SegmentDues(); }
  // Forgets all, to be told of every segment that time may change.
  void Begin() {
    size_ = 0;
    beyond_ms_ = std::numeric_limits<int64_t>::max();
  }
  // The instant from which it cannot say which segments are due; 0: it knows nothing.
  int64_t beyond_ms() const { return beyond_ms_; }
  bool Knows(int64_t at_ms) const { return at_ms < beyond_ms_; }
  // The earliest instant; 0: it cannot say.
  int64_t First() const { return size_ == 0 ? 0 : dues_.front().at_ms; }
  bool IsDue(uint32_t segment, int64_t at_ms) const {
    return std::any_of(dues_.begin(), dues_.begin() + size_,
                       [&](const Due& due) { return due.segment == segment && due.at_ms <= at_ms; });
  }
  // Takes the instant of a segment in place of its former one. Only what is not before beyond_ms() may be inexact.
  void Set(uint32_t segment, int64_t at_ms) {
    Due* const begin = dues_.data();
    Due* end = std::remove_if(begin, begin + size_, [&](const Due& due) { return due.segment == segment; });
    size_ = static_cast<size_t>(end - begin);
    if (at_ms >= beyond_ms_) return;
    if (size_ == kKept) {  // the latest is given up
      beyond_ms_ = std::max(at_ms, dues_.back().at_ms);
      if (beyond_ms_ == at_ms) return;
      --end;
    }
    Due* const place = std::upper_bound(begin, end, at_ms, [](int64_t at, const Due& due) { return at < due.at_ms; });
    std::move_backward(place, end, end + 1);
    *place = {at_ms, segment};
    size_ = static_cast<size_t>(end + 1 - begin);
  }

 private:
  static constexpr size_t kKept = 6;
  struct Due {
    int64_t at_ms = 0;
    uint32_t segment = 0;
  };
  std::array<Due, kKept> dues_{};  // in order of time
  size_t size_ = 0;
  int64_t beyond_ms_ = 0;
};

}  // namespace cartwheel
