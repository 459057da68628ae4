// The channels that a host gave to a handle as tables of functions, and the dispatcher that calls them.
//
// Owned by the handle and by calls that dispatch: `destroy` of each table runs when the last of them lets go.
#pragma once

#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "capi/turn.h"
#include "cartwheel/dispatcher.h"
#include "cartwheel_channel.h"

// The answers of one call of a channel, as its function adds them.
struct cartwheel_outcomes {
  std::vector<cartwheel::Outcome> outcomes;
};

namespace cartwheel::capi {

class Channels {
 public:
  explicit Channels(std::shared_ptr<Engine> engine)
      : engine_(std::move(engine)), dispatcher_(engine_.get()), turns_(engine_.get()) {}

  absl::Status Add(const cartwheel_channel& table);
  // Unavailable while another thread does.
  absl::StatusOr<DispatchResult> Dispatch(int64_t now_ms);
  // Of a host that sends by itself.
  Turns& turns() { return turns_; }

 private:
  std::shared_ptr<Engine> engine_;
  absl::Mutex mutex_;
  Dispatcher dispatcher_ ABSL_GUARDED_BY(mutex_);
  Turns turns_;
};

}  // namespace cartwheel::capi
