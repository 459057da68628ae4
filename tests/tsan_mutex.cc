// Abseil's locks, written anew for ThreadSanitizer: Debian's Abseil is not compiled with it, so that no lock of it
// would be seen, and each access to what one guards would be told as a race. These take the place of the shared
// library's in the whole program. They poll, which is enough for tests, and look at a condition on the thread that
// waits for it.
#include <unistd.h>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

namespace absl {
ABSL_NAMESPACE_BEGIN

namespace {

constexpr useconds_t kPauseUs = 100;
constexpr intptr_t kWriter = 1, kReader = 0x100;

}  // namespace

void Mutex::Lock() {
  for (intptr_t free = 0; !mu_.compare_exchange_weak(free, kWriter, std::memory_order_acq_rel); free = 0)
    usleep(kPauseUs);
}
void Mutex::Unlock() { mu_.fetch_sub(kWriter, std::memory_order_acq_rel); }
bool Mutex::TryLock() {
  intptr_t free = 0;
  return mu_.compare_exchange_strong(free, kWriter, std::memory_order_acq_rel);
}
void Mutex::ReaderLock() {
  for (;;) {
    intptr_t readers = mu_.load(std::memory_order_relaxed);
    if ((readers & kWriter) == 0 && mu_.compare_exchange_weak(readers, readers + kReader, std::memory_order_acq_rel))
      return;
    usleep(kPauseUs);
  }
}
void Mutex::ReaderUnlock() { mu_.fetch_sub(kReader, std::memory_order_acq_rel); }
void Mutex::AssertHeld() const {}
Mutex::~Mutex() = default;

void Mutex::Await(const Condition& condition) { AwaitWithDeadline(condition, InfiniteFuture()); }
bool Mutex::AwaitWithTimeout(const Condition& condition, Duration timeout) {
  return AwaitWithDeadline(condition, Now() + timeout);
}
bool Mutex::AwaitWithDeadline(const Condition& condition, Time deadline) {
  while (!condition.Eval()) {
    if (Now() > deadline) return false;
    Unlock();
    usleep(kPauseUs);
    Lock();
  }
  return true;
}
void Mutex::LockWhen(const Condition& condition) {
  Lock();
  Await(condition);
}
bool Mutex::LockWhenWithDeadline(const Condition& condition, Time deadline) {
  Lock();
  return AwaitWithDeadline(condition, deadline);
}
bool Mutex::LockWhenWithTimeout(const Condition& condition, Duration timeout) {
  return LockWhenWithDeadline(condition, Now() + timeout);
}

// A condition variable counts its signals.
void CondVar::Signal() { cv_.fetch_add(4); }
void CondVar::SignalAll() { Signal(); }
void CondVar::Wait(Mutex* mutex) { WaitWithDeadline(mutex, InfiniteFuture()); }
bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) { return WaitWithDeadline(mutex, Now() + timeout); }
bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  const intptr_t signals = cv_.load();
  mutex->Unlock();
  bool late = false;
  while (cv_.load() == signals && !(late = Now() > deadline)) usleep(kPauseUs);
  mutex->Lock();
  return late;
}
CondVar::~CondVar() = default;

ABSL_NAMESPACE_END
}  // namespace absl
