#include "cartwheel/channels.h"

namespace cartwheel {

std::vector<Outcome> MemoryChannel::SendBatch(absl::Span<const Message> messages) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(messages.size());
  for (const Message& message : messages) {
    if (sent_ != nullptr) sent_->push_back(message);
    outcomes.push_back(answer_ ? answer_(message) : Outcome{message.id, message.token, OutcomeCode::kAccepted});
  }
  return outcomes;
}

}  // namespace cartwheel
