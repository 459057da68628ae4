#include "cartwheel/dispatcher.h"

#include <algorithm>
#include <iterator>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/status.h"
#include "engine/common/channel_book.h"
#include "engine/common/given_now.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kLeaseMarginMs = 30'000;  // beyond the channel's timeout: for settling
constexpr size_t kUnlimited = 1'000'000;
constexpr int64_t kDoublingsMax = 20;
constexpr size_t kPollPagesMax = 100;  // of one call, so that sending is not put off for long

// A channel is a stranger's code: whatever it throws must not end the worker.
ChannelAnswer SendGuarded(Channel& channel, absl::Span<const Message> messages) {
  try {
    return {channel.SendBatch(messages), "the channel said nothing of this message", false};
  } catch (const NotSent& e) {
    return {{}, e.what(), true};
  } catch (const std::exception& e) {
    return {{}, e.what(), false};
  } catch (...) {
    return {{}, "the channel threw something", false};
  }
}

absl::StatusOr<ChannelReports> PollGuarded(Channel& channel) {
  try {
    return channel.Poll();
  } catch (const std::exception& e) {
    return absl::UnknownError(e.what());
  } catch (...) {
    return absl::UnknownError("the channel threw something");
  }
}

const Outcome* Find(const std::vector<Outcome>& outcomes, int64_t id) {
  auto found =
      std::find_if(outcomes.begin(), outcomes.end(), [&](const Outcome& outcome) { return outcome.message_id == id; });
  return found == outcomes.end() ? nullptr : &*found;
}

// What a channel says of messages that it was not given counts only with a token of its own.
void FillTokens(std::vector<Outcome>& outcomes, absl::Span<const Message> messages) {
  std::erase_if(outcomes, [&](const Outcome& outcome) {
    return outcome.token == 0 && std::none_of(messages.begin(), messages.end(),
                                              [&](const Message& message) { return message.id == outcome.message_id; });
  });
  for (Outcome& outcome : outcomes)
    if (outcome.token == 0) outcome.token = messages.front().token;  // one claim, one token
}

// Every message of the call with an outcome: what the channel said, or what its silence means.
void Complete(ChannelAnswer& answer, absl::Span<const Message> messages) {
  FillTokens(answer.outcomes, messages);
  const OutcomeCode silence = answer.not_sent ? OutcomeCode::kNotSent : OutcomeCode::kUnknown;
  absl::flat_hash_set<int64_t> told;
  told.reserve(answer.outcomes.size());
  for (const Outcome& outcome : answer.outcomes) told.insert(outcome.message_id);
  for (const Message& message : messages)
    if (!told.contains(message.id)) answer.outcomes.push_back({message.id, message.token, silence, answer.failure});
}

}  // namespace

Dispatcher::Dispatcher(Engine* engine, Clock* clock)
    : engine_(engine), clock_(clock != nullptr ? clock : engine->impl().clock()) {}

absl::Status Dispatcher::Add(std::unique_ptr<Channel> channel) {
  for (const ChannelState& state : channels_)
    if (state.channel->name() == channel->name())
      return absl::AlreadyExistsError(fmt::format("a channel \"{}\" is already there", channel->name()));
  channels_.push_back({std::move(channel)});
  return absl::OkStatus();
}

// A bucket that holds one second's messages and starts full.
size_t Dispatcher::RateTokens(ChannelState& state, const ChannelTraits& traits) {
  if (traits.rate_per_second <= 0) return kUnlimited;
  int64_t now = clock_->MonotonicMs();
  double full = std::max(traits.rate_per_second, 1.0);
  if (state.counted_at_ms < 0)
    state.tokens = full;
  else
    state.tokens += static_cast<double>(now - state.counted_at_ms) * traits.rate_per_second / 1000;
  state.tokens = std::min(state.tokens, full);
  state.counted_at_ms = now;
  return static_cast<size_t>(state.tokens);
}

absl::StatusOr<bool> Dispatcher::TakeSlice(size_t place, int64_t now_ms, DispatchResult& result) {
  ChannelState& state = channels_[place];
  RETURN_IF_ERROR(CheckGivenNow(now_ms));
  if (clock_->MonotonicMs() < state.unknown_until_ms) return false;
  const ChannelTraits traits = state.channel->traits();
  const size_t tokens = RateTokens(state, traits);
  state.put_off = clock_->MonotonicMs() < state.paused_until_ms || tokens == 0;
  if (state.put_off) return false;
  ClaimOptions options;
  options.channel = state.channel->name();
  options.max = std::min({tokens, std::max<size_t>(traits.batch_max, 1), state.batch});
  options.lease_ms = traits.timeout_ms + kLeaseMarginMs;
  options.idempotency_ms = traits.idempotency_ms;
  options.now_ms = now_ms;
  options.outcomes = unsettled_;
  absl::StatusOr<ClaimResult> claimed = engine_->Claim(options);
  if (absl::IsInvalidArgument(claimed.status())) {  // its name, which the log was told: nothing else of the options is
                                                    // the host's. The other channels go on
    state.unknown_until_ms = clock_->MonotonicMs() + kFailurePauseFirstMs;
    unknown_.push_back({options.channel, StatusText(claimed.status()), 0, kFailurePauseFirstMs});
    return false;
  }
  RETURN_IF_ERROR(claimed.status());
  unsettled_.clear();
  ClaimResult& claim = *claimed;
  result.behind |= claim.behind;
  result.held_back += claim.held_back;
  if (claim.messages.empty()) return false;
  state.tokens -= static_cast<double>(claim.messages.size());
  messages_ = std::move(claim.messages);
  settled_.clear();
  taken_by_ = place;
  return true;
}

// What a call says of the channel: its next batch, and whether it is left alone for a while.
void Dispatcher::LearnFrom(ChannelState& state, const std::vector<Outcome>& outcomes,
                           std::optional<ChannelFailure>& failure) {
  bool certain = true, fails = true, takes_nothing = true, loses = false, config = false;
  std::string reason;
  absl::flat_hash_map<int64_t, const Outcome*> by_message;
  by_message.reserve(outcomes.size());
  for (const Outcome& outcome : outcomes) by_message.emplace(outcome.message_id, &outcome);
  for (const Message& message : messages_) {
    const Outcome& outcome = *by_message.at(message.id);
    const bool failed = SaysChannelFails(outcome.code), put_off = outcome.code == OutcomeCode::kRetry;
    if (put_off) ++state.retries;
    if (SaysChannelWorks(outcome.code)) state.retries = 0;
    certain &= outcome.code != OutcomeCode::kUnknown;
    fails &= failed;
    takes_nothing &= failed || put_off;
    loses |= outcome.code == OutcomeCode::kUnknown;
    config |= outcome.code == OutcomeCode::kConfig;
    if (failed || put_off) reason = outcome.reason.empty() ? OutcomeName(outcome.code) : outcome.reason;
  }
  fails |= takes_nothing && state.retries >= kRetriesMeanFailure;
  const size_t batch_max = std::max<size_t>(state.channel->traits().batch_max, 1);
  state.batch = certain && !fails ? std::min(batch_max, std::max(state.batch, messages_.size()) * 2) : 1;
  int64_t pause_ms = config ? kPauseMs : 0;
  if (!fails) {
    state.failures = 0;
  } else {
    const int64_t last_ms = loses ? kFailurePauseLastMs : kNotSentPauseLastMs;
    pause_ms = std::max(pause_ms, std::min(last_ms, kFailurePauseFirstMs << std::min(state.failures, kDoublingsMax)));
    ++state.failures;
    failure = ChannelFailure{std::string(state.channel->name()), std::move(reason), state.failures, pause_ms};
    engine_->impl().Say(LogLevel::kWarning,
                        fmt::format("channel {} fails, {} in a row: {}; it is tried again in {} s", failure->channel,
                                    failure->failures, failure->reason, pause_ms / 1000));
  }
  if (pause_ms == 0) return;
  state.paused_until_ms = clock_->MonotonicMs() + pause_ms;
  state.put_off = true;
}

std::optional<ChannelFailure> Dispatcher::Hear(ChannelAnswer answer, DispatchResult& result) {
  std::optional<ChannelFailure> failure;
  if (messages_.empty()) return failure;
  std::erase_if(answer.outcomes, [&](const Outcome& outcome) { return Find(settled_, outcome.message_id) != nullptr; });
  answer.outcomes.insert(answer.outcomes.begin(), settled_.begin(), settled_.end());
  Complete(answer, messages_);
  for (const Outcome& outcome : answer.outcomes)
    result.accepted += outcome.code == OutcomeCode::kAccepted || outcome.code == OutcomeCode::kDelivered;
  LearnFrom(channels_[taken_by_], answer.outcomes, failure);
  unsettled_.insert(unsettled_.end(), std::make_move_iterator(answer.outcomes.begin() + std::ssize(settled_)),
                    std::make_move_iterator(answer.outcomes.end()));
  messages_.clear();
  return failure;
}

absl::Status Dispatcher::SettleRest(int64_t now_ms) {
  if (unsettled_.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(engine_->Settle(unsettled_, now_ms).status());
  unsettled_.clear();
  return absl::OkStatus();
}

absl::StatusOr<std::optional<ChannelFailure>> Dispatcher::Answer(ChannelAnswer answer, int64_t now_ms,
                                                                 DispatchResult& result) {
  std::optional<ChannelFailure> failure = Hear(std::move(answer), result);
  RETURN_IF_ERROR(SettleRest(now_ms));
  return failure;
}

absl::Status Dispatcher::SettleSome(std::vector<Outcome> outcomes, int64_t now_ms) {
  if (messages_.empty()) return absl::OkStatus();
  FillTokens(outcomes, messages_);
  std::erase_if(outcomes, [&](const Outcome& outcome) { return Find(settled_, outcome.message_id) != nullptr; });
  RETURN_IF_ERROR(engine_->Settle(outcomes, now_ms).status());
  settled_.insert(settled_.end(), outcomes.begin(), outcomes.end());
  return absl::OkStatus();
}

absl::StatusOr<bool> Dispatcher::RunSlice(size_t place, int64_t now_ms, DispatchResult& result) {
  Channel& channel = *channels_[place].channel;
  const int64_t lease_until = clock_->MonotonicMs() + channel.traits().timeout_ms + kLeaseMarginMs;
  ASSIGN_OR_RETURN(const bool taken, TakeSlice(place, now_ms, result));
  if (!taken) return false;
  ChannelAnswer answer;
  const bool in_time = clock_->MonotonicMs() + channel.traits().timeout_ms <= lease_until;
  if (in_time) {
    answer = SendGuarded(channel, messages_);
    result.handed_over += static_cast<int64_t>(messages_.size());
  } else {
    for (const Message& message : messages_)
      answer.outcomes.push_back({message.id, message.token, OutcomeCode::kReleased, "too little lease was left"});
  }
  // A channel that puts everything off, or gives everything back, is asked again at the next run.
  const bool more = in_time && (answer.outcomes.empty() ||
                                std::any_of(answer.outcomes.begin(), answer.outcomes.end(), [](const Outcome& outcome) {
                                  return outcome.code != OutcomeCode::kDefer && outcome.code != OutcomeCode::kReleased;
                                }));
  (void)Hear(std::move(answer), result);  // settled with the next claim
  return more;
}

void Dispatcher::PollReports(ChannelState& state, int64_t now_ms, const std::atomic<bool>* stop) {
  const int64_t every_ms = state.channel->traits().poll_ms;
  if (every_ms <= 0 || clock_->MonotonicMs() < state.poll_at_ms) return;
  state.poll_at_ms = clock_->MonotonicMs() + every_ms;
  absl::Status failed;
  for (size_t page = 0; page < kPollPagesMax && (stop == nullptr || !*stop); ++page) {
    if (!state.reports) {
      absl::StatusOr<ChannelReports> reports = PollGuarded(*state.channel);
      failed = reports.status();
      if (!failed.ok()) break;
      state.reports = *std::move(reports);
    }
    if (!state.reports->records.empty())
      failed = engine_->Ingest(state.reports->records, {.format = state.reports->format, .now_ms = now_ms}).status();
    if (absl::IsResourceExhausted(failed) || absl::IsUnavailable(failed)) break;  // there may be room for them later
    const bool more = state.reports->more && failed.ok();
    state.reports.reset();
    if (!more) break;
  }
  if (!failed.ok())
    engine_->impl().Say(LogLevel::kWarning,
                        fmt::format("channel {}: its reports could not be had: {}; asked again in {} s",
                                    state.channel->name(), StatusText(failed), every_ms / 1000));
}

absl::StatusOr<DispatchResult> Dispatcher::Run(int64_t now_ms, const std::atomic<bool>* stop) {
  DispatchResult result;
  messages_.clear();
  unknown_.clear();
  for (size_t place = 0; place < channels_.size(); ++place) {
    for (bool more = true; more && (stop == nullptr || !*stop);) {
      ASSIGN_OR_RETURN(more, RunSlice(place, now_ms, result));
    }
    RETURN_IF_ERROR(SettleRest(now_ms));
    PollReports(channels_[place], now_ms, stop);
  }
  return result;
}

absl::StatusOr<std::optional<Dispatcher::Taken>> Dispatcher::Take(int64_t now_ms, DispatchResult& result) {
  for (size_t asked = 0; asked < channels_.size(); ++asked) {
    const size_t place = (next_ + asked) % channels_.size();
    ASSIGN_OR_RETURN(const bool taken, TakeSlice(place, now_ms, result));
    if (!taken) continue;
    next_ = (place + 1) % channels_.size();
    result.handed_over += static_cast<int64_t>(messages_.size());
    return Taken{channels_[place].channel->name(), messages_};
  }
  return std::nullopt;
}

std::optional<ChannelFailure> Dispatcher::NextUnknown() {
  if (unknown_.empty()) return std::nullopt;
  ChannelFailure next = std::move(unknown_.front());
  unknown_.erase(unknown_.begin());
  return next;
}

std::optional<int64_t> Dispatcher::IdleMs() const {
  std::optional<int64_t> idle_ms;
  const int64_t now_ms = clock_->MonotonicMs();
  auto consider = [&](int64_t ms) { idle_ms = std::min(idle_ms.value_or(INT64_MAX), std::max<int64_t>(ms, 1)); };
  for (const ChannelState& state : channels_) {
    const ChannelTraits traits = state.channel->traits();
    if (traits.poll_ms > 0) consider(state.poll_at_ms - now_ms);
    if (!state.put_off) continue;
    int64_t ms = state.paused_until_ms - now_ms;
    const double rate = traits.rate_per_second;
    if (ms <= 0 && rate > 0) ms = static_cast<int64_t>((1 - state.tokens) * 1000 / rate) + 1;
    consider(ms);
  }
  return idle_ms;
}

}  // namespace cartwheel
