// What wakes a worker that has nothing to do: a ring in this process, or another process's write to the file. Costs
// nothing while it waits.
//
// Only a hint: a write that was heard may not be visible yet, and where the system does not tell of writes
// (WatchesWrites) the waiter has to look by itself. Linux tells by inotify, on local disks.
//
// Threads: any. A notification wakes one waiter, or the next to come; after Close every wait ends at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace cartwheel {

class WakeSignal {
 public:
  // `file`: that every process writes to; empty: there is none. It must be there at the first wait, which begins to
  // watch it: watches are scarce (128 a user), and most of a shop's processes never wait.
  explicit WakeSignal(std::string file);
  ~WakeSignal();
  WakeSignal(const WakeSignal&) = delete;

  bool WatchesWrites();
  void Notify();
  void Close();

  enum class WakeReason { kNothing, kNotified, kWrite };
  // At most `ms`; what was written before counts too. `notifications_only`: writes are left for the next call.
  WakeReason Wait(int64_t ms, bool notifications_only);

 private:
  const std::string file_;
  int pipe_[2] = {-1, -1};  // a pipe: read here, written there
  std::once_flag watching_;
  int watch_ = -1;
  std::atomic<bool> notified_{false};  // there is a byte in the pipe
  std::atomic<bool> closed_{false};
};

}  // namespace cartwheel
