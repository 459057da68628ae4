#include "capi/turn.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/adopted_lock.h"
#include "base/status.h"
#include "capi/json.h"
#include "fmt/format.h"

namespace cartwheel::capi {

// The host sends; this is only what the dispatcher must know of its channel.
class Turns::Remote final : public Channel {
 public:
  explicit Remote(std::string name) : name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  ChannelTraits traits() const override { return traits_; }
  void set_traits(const ChannelTraits& traits) { traits_ = traits; }
  std::vector<Outcome> SendBatch(absl::Span<const Message>) override { return {}; }

 private:
  const std::string name_;
  ChannelTraits traits_;
};

absl::Status Turns::AddChannels(const std::map<std::string, ChannelTraits>& channels) {
  for (const auto& [name, traits] : channels) {
    auto found = channels_.find(name);
    if (found == channels_.end()) {
      auto remote = std::make_unique<Remote>(name);
      found = channels_.emplace(name, remote.get()).first;
      RETURN_IF_ERROR(dispatcher_.Add(std::move(remote)));
    }
    found->second->set_traits(traits);
  }
  for (const auto& [name, remote] : channels_)
    if (channels.count(name) == 0)
      return absl::InvalidArgumentError(fmt::format(
          "turn: channels: \"{}\" of the turn before is missing; expected the same ones at every turn", name));
  return absl::OkStatus();
}

absl::Status Turns::Answer(const TurnRequest& request, TurnResult& result) {
  if (!dispatcher_.has_taken()) return absl::OkStatus();
  ChannelAnswer answer{{}, request.failure, request.not_sent};
  if (!request.has_answer) answer.failure = "the channel gave no answer";
  if (!request.outcomes.empty() && !request.released) {
    absl::StatusOr<std::vector<Outcome>> outcomes = ReadOutcomes(request.outcomes, /*token_needed=*/false);
    if (outcomes.ok())
      answer.outcomes = *std::move(outcomes);
    else
      answer.failure = "the channel's answer is not understood: " + StatusText(outcomes.status());
  }
  if (request.released)
    for (const Message& message : taken_)
      answer.outcomes.push_back({message.id, message.token, OutcomeCode::kReleased, request.failure});
  if (answer.failure.empty()) answer.failure = "the channel said nothing of this message";
  ASSIGN_OR_RETURN(result.failure, dispatcher_.Answer(std::move(answer), request.now_ms, result.dispatched));
  taken_.clear();
  return absl::OkStatus();
}

// What cannot be read is told with the rest of the answer, which makes its messages unknown.
absl::Status Turns::AnswerSome(const TurnRequest& request) {
  absl::StatusOr<std::vector<Outcome>> outcomes = ReadOutcomes(request.outcomes, /*token_needed=*/false);
  return outcomes.ok() ? dispatcher_.SettleSome(*std::move(outcomes), request.now_ms) : absl::OkStatus();
}

absl::StatusOr<bool> Turns::Round(const TurnRequest& request, TurnResult& result) {
  absl::StatusOr<AdvanceResult> advanced = engine_->Advance(request.now_ms);
  result.folds = advanced.ok();
  if (!advanced.ok() && !absl::IsUnavailable(advanced.status()) && !absl::IsAborted(advanced.status()))
    return advanced.status();
  if (advanced.ok()) result.next_due_ms = advanced->next_due_ms;
  ASSIGN_OR_RETURN(std::optional<Dispatcher::Taken> taken, dispatcher_.Take(request.now_ms, result.dispatched));
  if (!result.failure) result.failure = dispatcher_.NextUnknown();
  if (!taken) return !advanced.ok() || !advanced->more;
  result.channel = taken->channel;
  result.messages.assign(taken->messages.begin(), taken->messages.end());
  taken_ = result.messages;
  return false;
}

int64_t Turns::WaitMs(const TurnRequest& request, const TurnResult& result) const {
  int64_t wait_ms = engine_->IdleMs(result.next_due_ms, request.wait_ms, request.now_ms);
  if (const std::optional<int64_t> idle_ms = dispatcher_.IdleMs()) wait_ms = std::min(wait_ms, *idle_ms);
  return std::max<int64_t>(wait_ms, 0);
}

absl::StatusOr<TurnResult> Turns::Turn(const TurnRequest& request) {
  if (!mutex_.TryLock()) return absl::UnavailableError("another thread has a turn of this handle");
  AdoptedLock lock(&mutex_);
  RETURN_IF_ERROR(AddChannels(request.channels));
  TurnResult result;
  if (request.more) {
    RETURN_IF_ERROR(AnswerSome(request));
    return result;
  }
  RETURN_IF_ERROR(Answer(request, result));
  if (request.stop) return result;
  ASSIGN_OR_RETURN(result.idle, Round(request, result));
  const int64_t wait_ms = WaitMs(request, result);
  if (!result.idle || result.failure || wait_ms == 0) return result;
  engine_->Wait(wait_ms);
  ASSIGN_OR_RETURN(result.idle, Round(request, result));
  return result;
}

}  // namespace cartwheel::capi
