// Hands what is in the outbox to channels: claim, send, settle, in small slices, within each channel's rate and time limits.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cartwheel/channel.h"
#include "cartwheel/engine.h"

namespace cartwheel {

struct DispatchResult {
  int64_t handed_over = 0;
  int64_t accepted = 0;   // also delivered
  int64_t held_back = 0;  // of customers with unfolded events: advance, then dispatch again
  bool behind = false;
};

// For one thread at a time. The engine must outlive it.
class Dispatcher {
 public:
  explicit Dispatcher(Engine* engine, Clock* clock = nullptr) : engine_(engine), clock_(clock ? clock : SystemClock()) {}

  // AlreadyExists when a channel of this name is there.
  absl::Status Add(std::unique_ptr<Channel> channel);
  // Everything that may leave now, on every channel. A channel that throws, hangs past its timeout or says nothing of a message leaves that message
  // `unknown`; a channel that answers kConfig is left alone for kPauseMs. Errors are the engine's.
  absl::StatusOr<DispatchResult> Run(int64_t now_ms = 0);

  static constexpr int64_t kPauseMs = 60'000;

 private:
  struct Seat {
    std::unique_ptr<Channel> channel;
    double allowance = 0;         // messages that the rate allows now
    int64_t counted_at_ms = -1;   // on the monotonic clock
    int64_t paused_until_ms = 0;  // on the monotonic clock
  };
  size_t Allowance(Seat& seat, const ChannelTraits& traits);
  // One slice. False: nothing is left for now.
  absl::StatusOr<bool> RunSlice(Seat& seat, int64_t now_ms, DispatchResult& result);

  Engine* engine_;
  Clock* clock_;
  std::vector<Seat> seats_;
};

}  // namespace cartwheel
