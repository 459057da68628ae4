// What cartwheel_worker_turn takes and gives, and the JSON of it.
#pragma once

#include <cstdint>
#include <map>
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
std::string TurnJson(const TurnResult& turn);

}  // namespace cartwheel::capi
