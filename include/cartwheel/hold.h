// What an operator can ask Engine::Hold for.
#pragma once

#include <cstdint>
#include <string>

namespace cartwheel {

// Actions of a journey, or without one of the whole shop; each replaces the hold before it:
//   "quiet"    advertisements wait; transactional messages and notices leave
//   "pause"    nothing is sent; what passes its `latest` meanwhile is skipped
//   "drain"    no customer enters; those inside go on
//   "stop"     those inside leave, and no customer enters
//   "resume"   ends the hold; who left by a stop stays outside
// And of the whole shop:
//   "release"  lets go what the guard against surges holds, and sets no limit for a day
//   "adopt"    a copy of a database goes on in the place of the other one (Options::deployment)
struct HoldRequest {
  std::string action;
  std::string journey;  // empty: the whole shop
  std::string why;      // for those who look later; at most kHoldWhyBytesMax
  int64_t now_ms = 0;   // 0: asks the engine's clock
};

}  // namespace cartwheel
