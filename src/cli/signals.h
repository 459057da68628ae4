// SIGTERM and SIGINT ask a command to stop at the next good place.
#pragma once

#include <cstdint>

namespace cartwheel::cli {

// From now on the two signals no longer end the process. Threads started later are not interrupted by them.
void CatchStopSignals();
bool StopRequested();
// Waits at most `ms`; true when a stop was requested.
bool WaitForStop(int64_t ms);

}  // namespace cartwheel::cli
