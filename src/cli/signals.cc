#include "cli/signals.h"

#include <cerrno>
#include <csignal>
#include <ctime>

namespace cartwheel::cli {
namespace {

// Blocked and waited for rather than handled: nothing runs at a moment of its own.
sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

int WaitFor(sigset_t signals, int64_t ms) {
  timespec timeout{ms / 1000, ms % 1000 * 1'000'000};
  return sigtimedwait(&signals, nullptr, &timeout);
}

}  // namespace

void CatchStopSignals() {
  sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool StopRequested() {
  sigset_t pending;
  return sigpending(&pending) == 0 && (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

bool WaitForStop(int64_t ms) { return WaitFor(StopSignals(), ms) > 0; }

void CatchReloadSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Asked WaitForSignal(int64_t ms) {
  sigset_t signals = StopSignals();
  sigaddset(&signals, SIGHUP);
  const int signal = WaitFor(signals, ms);
  return signal <= 0 ? Asked::kNothing : signal == SIGHUP ? Asked::kReload : Asked::kStop;
}

}  // namespace cartwheel::cli
