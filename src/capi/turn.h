// A worker's turns for hosts that send in a language of their own (cartwheel_worker_turn): the dispatcher's loop, one
// call of a channel at a time.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cartwheel/dispatcher.h"

namespace cartwheel::capi {

struct TurnRequest {
  std::map<std::string, ChannelTraits> channels;
  int64_t now_ms = 0;
  int64_t wait_ms = 0;
  bool stop = false;
  bool has_answer = false;
  std::string outcomes;  // of the answer: JSON as the host's function gave it, read late so that a mistake in it is the
                         // channel's
  std::string failure;
  bool not_sent = false;
  bool released = false;
  bool more = false;  // only some of the outcomes
};

struct TurnResult {
  std::string channel;
  std::vector<Message> messages;
  DispatchResult dispatched;
  bool idle = false;
  bool folds = true;
  int64_t next_due_ms = 0;
  std::optional<ChannelFailure> failure;
};

// InvalidArgument names the place and what was expected there.
absl::StatusOr<TurnRequest> ReadTurn(std::string_view json);

class Turns {
 public:
  explicit Turns(Engine* engine) : engine_(engine), dispatcher_(engine) {}

  // Unavailable while another thread has one.
  absl::StatusOr<TurnResult> Turn(const TurnRequest& request);

 private:
  class Remote;
  absl::Status AddChannels(const std::map<std::string, ChannelTraits>& channels);
  absl::Status Answer(const TurnRequest& request, TurnResult& result);
  absl::Status AnswerSome(const TurnRequest& request);
  // One round: fold, then take. True: it folded all there was and found nothing.
  absl::StatusOr<bool> Round(const TurnRequest& request, TurnResult& result);
  int64_t WaitMs(const TurnRequest& request, const TurnResult& result) const;

  Engine* engine_;
  std::mutex mutex_;
  Dispatcher dispatcher_;
  std::map<std::string, Remote*, std::less<>> channels_;
  std::vector<Message> taken_;  // handed out and not answered
};

}  // namespace cartwheel::capi
