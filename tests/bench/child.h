// A child process that does one thing and reports it: for what several processes do to one file, each with a memory of
// its own.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace cartwheel::bench {

class Child {
 public:
  // Forks. `work` runs in the child, which ends without destructors of the parent's things; numbers come back. No
  // engine may be open in this process and no other thread may run.
  explicit Child(const std::function<std::vector<double>()>& work);
  Child(Child&& other) noexcept : process_(other.process_), pipe_(other.pipe_) { other.pipe_ = -1; }
  ~Child();
  std::vector<double> Wait();  // ends the bench when the child failed

 private:
  pid_t process_;
  int pipe_;
};

// A number that children and parent share.
class Shared {
 public:
  Shared();
  ~Shared();
  Shared(const Shared&) = delete;
  std::atomic<int64_t>& operator*() const { return *value_; }

 private:
  std::atomic<int64_t>* value_;
};

double PeakRssBytes();  // of this process

}  // namespace cartwheel::bench
