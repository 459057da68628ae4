#include "engine/common/step_threads.h"

#include "base/status.h"
#include "engine/common/catch.h"

namespace cartwheel {

StepThreads::StepThreads(uint32_t count, size_t worth_min) : worth_min_(worth_min) {
  while (others_.size() + 1 < count) others_.push_back(std::make_unique<BackgroundThread>());
}

// No part may be running when this returns, however it does: they point into the caller's memory.
absl::Status StepThreads::Run(absl::FunctionRef<absl::Status(uint32_t number)> part) {
  for (uint32_t number = 1; number < count(); ++number)
    others_[number - 1]->Start([part, number] { return part(number); });
  absl::Status first = Catch([&] { return part(0); });
  for (const auto& other : others_) first.Update(other->Wait());
  return first;
}

}  // namespace cartwheel
