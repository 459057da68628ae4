#include "cel/turning.h"

#include "cel/time_text.h"

namespace cartwheel::cel {
namespace {

int64_t Bounded(__int128 delay) { return delay >= kNever ? kNever : static_cast<int64_t>(delay); }

// How long until something `distance` > 0 away is reached at `speed` > 0 a millisecond.
int64_t Reach(__int128 distance, int64_t speed) { return Bounded((distance + speed - 1) / speed); }

}  // namespace

int64_t SignTurnsAfter(int64_t left, int64_t right, int64_t drift) {
  __int128 ahead = static_cast<__int128>(left) - right;
  if (drift == 0) return kNever;
  if (ahead == 0) return 1;
  if ((ahead > 0) == (drift > 0)) return kNever;  // moving apart
  return ahead > 0 ? Reach(ahead, -drift) : Reach(-ahead, drift);
}

int64_t RangeTurnsAfter(Function function, const Value& left, const Value& right, int64_t drift) {
  auto is_time = [](const Value& v) { return v.kind() == Kind::kTimestamp || v.kind() == Kind::kDuration; };
  if (drift == 0 || !is_time(left) || !is_time(right)) return kNever;
  bool instant = (left.kind() == Kind::kTimestamp) != (right.kind() == Kind::kTimestamp);
  __int128 least = instant ? kTimestampMinMs : -kDurationMaxMs, most = instant ? kTimestampMaxMs : kDurationMaxMs;
  __int128 sum = function == Function::kAdd ? static_cast<__int128>(left.integer()) + right.integer()
                                            : static_cast<__int128>(left.integer()) - right.integer();
  if (drift > 0) return sum > most ? kNever : sum < least ? Reach(least - sum, drift) : Reach(most + 1 - sum, drift);
  return sum < least ? kNever : sum > most ? Reach(sum - most, -drift) : Reach(sum - least + 1, -drift);
}

}  // namespace cartwheel::cel
