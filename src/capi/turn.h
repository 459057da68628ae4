// A worker's turns for hosts that send in a language of their own (cartwheel_worker_turn): the dispatcher's loop, one
// call of a channel at a time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "capi/turn_json.h"
#include "cartwheel/dispatcher.h"

namespace cartwheel::capi {

class Turns {
 public:
  explicit Turns(Engine* engine) : engine_(engine), dispatcher_(engine) {}

  // Unavailable while another thread has one.
  absl::StatusOr<TurnResult> Turn(const TurnRequest& request);

 private:
  class Remote;
  absl::Status AddChannels(const std::map<std::string, ChannelTraits>& channels) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Answer(const TurnRequest& request, TurnResult& result) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AnswerSome(const TurnRequest& request) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // One round: fold, then take. True: it folded all there was and found nothing.
  absl::StatusOr<bool> Round(const TurnRequest& request, TurnResult& result) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int64_t WaitMs(const TurnRequest& request, const TurnResult& result) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Engine* engine_;
  absl::Mutex mutex_;
  Dispatcher dispatcher_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Remote*, std::less<>> channels_ ABSL_GUARDED_BY(mutex_);
  std::vector<Message> taken_ ABSL_GUARDED_BY(mutex_);  // handed out and not answered
};

}  // namespace cartwheel::capi
