#include "engine/common/channel_book.h"

#include <algorithm>

namespace cartwheel {

bool SaysChannelFails(OutcomeCode code) {
  return code == OutcomeCode::kUnknown || code == OutcomeCode::kNotSent || code == OutcomeCode::kConfig;
}

bool SaysChannelWorks(OutcomeCode code) {
  return !SaysChannelFails(code) && code != OutcomeCode::kReleased && code != OutcomeCode::kDefer &&
         code != OutcomeCode::kRetry;
}

void ChannelBook::Hear(absl::Span<const Entry> entries, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  for (const Entry& entry : entries) {
    Known& known = channels_[entry.channel];
    const bool put_off = entry.code == OutcomeCode::kRetry;
    if (put_off && known.retries++ == 0) known.retries_since_ms = now_ms;
    if (SaysChannelWorks(entry.code)) {
      known.failing_since_ms = known.retries = 0;
      known.reason.clear();
    } else if (SaysChannelFails(entry.code) || (put_off && known.retries >= kRetriesMeanFailure)) {
      if (known.failing_since_ms == 0) known.failing_since_ms = put_off ? known.retries_since_ms : now_ms;
      known.reason = entry.reason.empty() ? std::string(OutcomeName(entry.code)) : entry.reason;
    }
    if (entry.code == OutcomeCode::kAccepted || entry.code == OutcomeCode::kDelivered)
      known.accepted_token = std::max(known.accepted_token, entry.token);
  }
}

bool ChannelBook::AcceptedSince(std::string_view channel, ClaimToken token) const {
  absl::MutexLock lock(&mutex_);
  auto found = channels_.find(channel);
  return found != channels_.end() && found->second.accepted_token >= token;
}

std::vector<ChannelBook::Failing> ChannelBook::Failures() const {
  absl::MutexLock lock(&mutex_);
  std::vector<Failing> failures;
  for (const auto& [channel, known] : channels_)
    if (known.failing_since_ms != 0) failures.push_back({channel, known.failing_since_ms, known.reason});
  return failures;
}

}  // namespace cartwheel
