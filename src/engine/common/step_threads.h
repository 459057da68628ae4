// Threads that do the parts of one job beside each other: a Worker's fold steps the customers of a batch on them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/common/background_thread.h"

namespace cartwheel {

// Pieces of a job: fewer are done sooner than threads wake up.
inline constexpr size_t kThreadsWorthMin = 32;

class StepThreads {
 public:
  // `count` threads in all, at least 1: the caller of Run is one of them. A job of less than `worth_min` pieces is not
  // worth them.
  explicit StepThreads(uint32_t count, size_t worth_min = kThreadsWorthMin);

  bool IsWorth(size_t pieces) const { return pieces >= worth_min_; }
  uint32_t count() const { return static_cast<uint32_t>(others_.size()) + 1; }
  // Calls part(0) to part(count() - 1), each on a thread of its own, and returns when all have returned. Of those that
  // failed it is the status of the first.
  [[nodiscard]] absl::Status Run(absl::FunctionRef<absl::Status(uint32_t number)> part);

 private:
  const size_t worth_min_;
  std::vector<std::unique_ptr<BackgroundThread>> others_;
};

}  // namespace cartwheel
