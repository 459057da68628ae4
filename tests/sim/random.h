// The one source of chance of a simulation: the same seed gives the same run on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cartwheel::sim {

class Random {
 public:
  // Mixed, so that the runs of neighbouring seeds have nothing in common.
  explicit Random(uint64_t seed) : state_(Mix(seed + 1)) {}

  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15u); }  // splitmix64
  int64_t Between(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(Next() % static_cast<uint64_t>(most - least + 1));
  }
  size_t Below(size_t count) { return static_cast<size_t>(Next() % count); }
  bool Chance(int percent) { return Between(1, 100) <= percent; }

 private:
  static uint64_t Mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

}  // namespace cartwheel::sim
