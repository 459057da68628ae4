// SIGTERM and SIGINT ask a command to stop at the next good place, SIGHUP to read its settings again.
#pragma once

#include <cstdint>

namespace cartwheel::cli {

// From now on the two signals no longer end the process. Threads started later are not interrupted by them.
void CatchStopSignals();
bool StopRequested();
// Waits at most `ms`; true when a stop was requested.
bool WaitForStop(int64_t ms);

// The same for a command that reads its settings again: from then on SIGHUP no longer ends the process either.
void CatchReloadSignal();
enum class Asked { kNothing, kStop, kReload };
Asked WaitForSignal(int64_t ms);

}  // namespace cartwheel::cli
