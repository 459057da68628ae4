// Memory that runs out when it is told to: SQLite's allocations are numbered from Arm on, while they are watched, and
// one of them fails. Those of C++ cannot be tried: Abseil's hash tables do not survive one that fails inside of them.
// One thread.
#pragma once

#include <cstdint>

namespace cartwheel::fault::memory {

void Install();        // before SQLite is used
void Arm(int64_t at);  // 0: none
bool Fired();

// Allocations count while one of these lives.
class Watch {
 public:
  Watch();
  ~Watch();
  Watch(const Watch&) = delete;
};

}  // namespace cartwheel::fault::memory
