// Hands what is in the outbox to channels: claim, send, settle, in small slices, within each channel's rate and time
// limits.
//
// A channel is trusted as far as it has answered. It begins with one message a call, which doubles after each call
// whose every message got a certain answer, and begins anew after any that did not. One that took nothing is left alone
// for a while that doubles too. So a channel that is broken loses one message now and then, and not the outbox.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

// What came of one call of a channel.
struct ChannelAnswer {
  std::vector<Outcome> outcomes;
  std::string failure;    // why there is no outcome of the messages that `outcomes` does not mention
  bool not_sent = false;  // those surely did not leave; false: they are unknown
};

// A call of a channel that took nothing, or a channel that no playbook names.
struct ChannelFailure {
  std::string channel;
  std::string reason;
  int64_t failures = 0;  // one after the other; 0: no playbook names the channel
  int64_t pause_ms = 0;  // so long it is left alone
};

// For one thread at a time. The engine must outlive it.
class Dispatcher {
 public:
  // Without a clock: the engine's.
  explicit Dispatcher(Engine* engine, Clock* clock = nullptr);

  // AlreadyExists when a channel of this name is there.
  absl::Status Add(std::unique_ptr<Channel> channel);
  // Everything that may leave now, on every channel. A channel that throws, hangs past its timeout or says nothing of a
  // message leaves that message `unknown`, one that throws NotSent `not_sent`; a channel that answers kConfig is left
  // alone for kPauseMs. Channels with a `poll_ms` are asked for reports, which are ingested. Ends between two slices
  // when `*stop` becomes true. Errors are the engine's.
  absl::StatusOr<DispatchResult> Run(int64_t now_ms = 0, const std::atomic<bool>* stop = nullptr);

  // The same loop for a host that sends by itself. Take claims for the next channel that may be handed something, whose
  // SendBatch is not called; nullopt when nothing may leave now. Answer settles what was taken, before the next Take;
  // it says so when the channel took nothing.
  struct Taken {
    std::string_view channel;
    absl::Span<const Message> messages;
  };
  absl::StatusOr<std::optional<Taken>> Take(int64_t now_ms, DispatchResult& result);
  absl::StatusOr<std::optional<ChannelFailure>> Answer(ChannelAnswer answer, int64_t now_ms, DispatchResult& result);
  bool has_taken() const { return !messages_.empty(); }
  // Settles some of what was taken before the rest is answered, so that a process that is killed in the middle of a
  // call leaves less in doubt. Answer need not be told of these again.
  absl::Status SettleSome(std::vector<Outcome> outcomes, int64_t now_ms);
  // The next channel that Take found in no playbook, each time it was asked; nullopt: there is none. The others go on.
  std::optional<ChannelFailure> NextUnknown();

  // How long no channel may be handed anything that was put off by its rate or by a pause, nor is to be polled;
  // nullopt: none was, and none is.
  std::optional<int64_t> IdleMs() const;

  static constexpr int64_t kPauseMs = 60'000;
  static constexpr int64_t kFailurePauseFirstMs = 10'000;
  static constexpr int64_t kFailurePauseLastMs = 600'000;
  static constexpr int64_t kNotSentPauseLastMs = 60'000;  // a try that loses nothing may be made more often

 private:
  struct ChannelState {
    std::unique_ptr<Channel> channel;
    double tokens = 0;                      // messages that the rate allows now
    int64_t counted_at_ms = -1;             // on the monotonic clock
    int64_t paused_until_ms = 0;            // on the monotonic clock
    size_t batch = 1;                       // messages of the next call
    int64_t failures = 0;                   // calls that took nothing, one after the other
    int64_t retries = 0;                    // messages that were put off, one after the other
    bool put_off = false;                   // by its rate or a pause: there may be more
    int64_t poll_at_ms = 0;                 // on the monotonic clock: when Poll is called next
    std::optional<ChannelReports> reports;  // that could not be ingested yet
    int64_t unknown_until_ms = 0;  // on the monotonic clock: no playbook names it, and until then none is asked again
  };
  size_t RateTokens(ChannelState& state, const ChannelTraits& traits);
  // Claims into messages_. False: nothing is left for now.
  absl::StatusOr<bool> TakeSlice(size_t place, int64_t now_ms, DispatchResult& result);
  // Ingests what the channel's provider reports, when it is time to ask.
  void PollReports(ChannelState& state, int64_t now_ms, const std::atomic<bool>* stop);
  // One slice, which is settled with the next one's claim. False: nothing is left for now.
  absl::StatusOr<bool> RunSlice(size_t place, int64_t now_ms, DispatchResult& result);
  // Takes what came of messages_ into unsettled_.
  std::optional<ChannelFailure> Hear(ChannelAnswer answer, DispatchResult& result);
  absl::Status SettleRest(int64_t now_ms);
  void LearnFrom(ChannelState& state, const std::vector<Outcome>& outcomes, std::optional<ChannelFailure>& failure);

  Engine* engine_;
  Clock* clock_;
  std::vector<ChannelState> channels_;
  std::vector<Message> messages_;        // taken and not answered
  std::vector<Outcome> settled_;         // of messages_, by SettleSome
  std::vector<Outcome> unsettled_;       // of messages that were answered
  size_t taken_by_ = 0;                  // the channel of those
  std::vector<ChannelFailure> unknown_;  // not told yet
  size_t next_ = 0;                      // the channel that Take asks first
};

}  // namespace cartwheel
