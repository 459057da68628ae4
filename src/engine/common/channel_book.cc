#include "engine/common/channel_book.h"

#include <algorithm>

namespace cartwheel {

bool SaysChannelFails(OutcomeCode code) {
  return code == OutcomeCode::kUnknown || code == OutcomeCode::kNotSent || code == OutcomeCode::kConfig;
}

void ChannelBook::Hear(absl::Span<const Entry> entries, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  for (const Entry& entry : entries) {
    if (entry.code == OutcomeCode::kReleased || entry.code == OutcomeCode::kDefer)
      continue;  // says nothing of the channel
    Known& known = channels_[entry.channel];
    if (SaysChannelFails(entry.code)) {
      if (known.failing_since_ms == 0) known.failing_since_ms = now_ms;
      known.reason = entry.reason.empty() ? std::string(OutcomeName(entry.code)) : entry.reason;
      continue;
    }
    known.failing_since_ms = 0;
    known.reason.clear();
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
