// One simulation: a seed decides what kind of world it is and everything that happens in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cartwheel::sim {

struct Verdict {
  std::vector<std::string> broken;   // laws; empty: all held
  std::vector<std::string> actions;  // the last of them, oldest first
  int64_t events = 0;
  int64_t messages = 0;
};

// Faults of every kind, then health: nothing may be broken meanwhile, and everything that began must end.
Verdict RunFaulty(uint64_t seed, bool verbose);
// No fault: what is made is compared with the reference, message by message.
Verdict RunFaultless(uint64_t seed, bool verbose);

}  // namespace cartwheel::sim
