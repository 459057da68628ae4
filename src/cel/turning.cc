#include "cel/turning.h"

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

}  // namespace cartwheel::cel
