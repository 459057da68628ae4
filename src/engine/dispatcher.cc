#include "cartwheel/dispatcher.h"

#include <algorithm>

#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kLeaseMarginMs = 30'000;  // beyond the channel's timeout: for settling
constexpr size_t kUnlimited = 1'000'000;

// A channel is a stranger's code: whatever it throws must not end the worker.
std::vector<Outcome> SendGuarded(Channel& channel, absl::Span<const Message> messages, std::string* error) {
  try {
    return channel.SendBatch(messages);
  } catch (const std::exception& e) {
    *error = e.what();
  } catch (...) {
    *error = "the channel threw something";
  }
  return {};
}

}  // namespace

absl::Status Dispatcher::Add(std::unique_ptr<Channel> channel) {
  for (const Seat& seat : seats_)
    if (seat.channel->name() == channel->name())
      return absl::AlreadyExistsError(fmt::format("a channel \"{}\" is already there", channel->name()));
  seats_.push_back({std::move(channel)});
  return absl::OkStatus();
}

// A bucket that holds one second's messages and starts full.
size_t Dispatcher::Allowance(Seat& seat, const ChannelTraits& traits) {
  if (traits.rate_per_second <= 0) return kUnlimited;
  int64_t now = clock_->MonotonicMs();
  double full = std::max(traits.rate_per_second, 1.0);
  if (seat.counted_at_ms < 0) seat.allowance = full;
  else seat.allowance += static_cast<double>(now - seat.counted_at_ms) * traits.rate_per_second / 1000;
  seat.allowance = std::min(seat.allowance, full);
  seat.counted_at_ms = now;
  return static_cast<size_t>(seat.allowance);
}

absl::StatusOr<bool> Dispatcher::RunSlice(Seat& seat, int64_t now_ms, DispatchResult& result) {
  Channel& channel = *seat.channel;
  const ChannelTraits traits = channel.traits();
  const size_t allowance = Allowance(seat, traits);
  if (clock_->MonotonicMs() < seat.paused_until_ms || allowance == 0) return false;
  ClaimOptions options;
  options.channel = channel.name();
  options.max = std::min(allowance, std::max<size_t>(traits.batch_max, 1));
  options.lease_ms = traits.timeout_ms + kLeaseMarginMs;
  options.honours_idempotency_keys = traits.honours_idempotency_keys;
  options.now_ms = now_ms;
  const int64_t lease_until = clock_->MonotonicMs() + options.lease_ms;
  ASSIGN_OR_RETURN(ClaimResult claim, engine_->Claim(options));
  result.behind |= claim.behind;
  result.held_back += claim.held_back;
  if (claim.messages.empty()) return false;

  std::vector<Outcome> outcomes;
  std::string error = "the channel said nothing of this message";
  bool in_time = clock_->MonotonicMs() + traits.timeout_ms <= lease_until;
  if (in_time) {
    outcomes = SendGuarded(channel, claim.messages, &error);
    result.handed_over += static_cast<int64_t>(claim.messages.size());
  }
  for (const Message& message : claim.messages) {
    bool spoken_of = std::any_of(outcomes.begin(), outcomes.end(),
                                 [&](const Outcome& outcome) { return outcome.message_id == message.id; });
    if (spoken_of) continue;
    if (in_time) outcomes.push_back({message.id, message.token, OutcomeCode::kUnknown, error});
    else outcomes.push_back({message.id, message.token, OutcomeCode::kDefer, "too little lease was left", 1});
  }
  for (Outcome& outcome : outcomes) {
    if (outcome.token == 0) outcome.token = claim.messages.front().token;  // one claim, one token
    result.accepted += outcome.code == OutcomeCode::kAccepted || outcome.code == OutcomeCode::kDelivered;
    if (outcome.code == OutcomeCode::kConfig) seat.paused_until_ms = clock_->MonotonicMs() + kPauseMs;
  }
  seat.allowance -= static_cast<double>(claim.messages.size());
  RETURN_IF_ERROR(engine_->Settle(outcomes, now_ms).status());
  // A channel that puts everything off is asked again at the next run.
  return in_time && std::any_of(outcomes.begin(), outcomes.end(),
                                [](const Outcome& outcome) { return outcome.code != OutcomeCode::kDefer; });
}

absl::StatusOr<DispatchResult> Dispatcher::Run(int64_t now_ms) {
  DispatchResult result;
  for (Seat& seat : seats_) {
    for (bool more = true; more;) {
      ASSIGN_OR_RETURN(more, RunSlice(seat, now_ms, result));
    }
  }
  return result;
}

}  // namespace cartwheel
