// What wakes a worker that has nothing to do: a ring in this process, or another process's write to the file. Costs
// nothing while it waits.
//
// Only a hint: a write that was heard may not be visible yet, and where the system does not tell of writes
// (HearsWrites) the waiter has to look by itself. Linux tells by inotify, on local disks.
//
// Threads: any. A ring wakes one waiter, or the next to come; a closed bell wakes everybody for ever.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace cartwheel {

class Doorbell {
 public:
  // `file`: that every process writes to; empty: there is none. It must be there at the first wait, which begins to
  // watch it: watches are scarce (128 a user), and most of a shop's processes never wait.
  explicit Doorbell(std::string file);
  ~Doorbell();
  Doorbell(const Doorbell&) = delete;

  bool HearsWrites();
  void Ring();
  void Close();

  enum class Heard { kNothing, kRing, kWrite };
  // At most `ms`; what was written before counts too. `rings_only`: writes are left for the next call.
  Heard Wait(int64_t ms, bool rings_only);

 private:
  const std::string file_;
  int ring_[2] = {-1, -1};  // a pipe: read here, written there
  std::once_flag watching_;
  int watch_ = -1;
  std::atomic<bool> rung_{false};  // there is a byte in the pipe
  std::atomic<bool> closed_{false};
};

}  // namespace cartwheel
