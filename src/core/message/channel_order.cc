#include "core/message/channel_order.h"

#include <algorithm>
#include <string>

namespace cartwheel {

std::string_view ChannelOf(const SentMessage& sent, const Playbooks& playbooks) {
  const Journey* journey = playbooks.Find(sent.revision, sent.journey);
  if (journey == nullptr || sent.step >= journey->steps.size()) return {};
  const auto* send = std::get_if<SendStep>(&journey->steps[sent.step].does);
  return send == nullptr || sent.via >= send->via.size() ? std::string_view() : send->via[sent.via];
}

uint32_t FirstChannel(const SendStep& send, const Customer& customer, const Playbooks& playbooks) {
  if (!send.prefers_opened) return 0;
  uint32_t first = 0;
  int64_t opened_at_ms = 0;
  for (const SentMessage& sent : customer.sent) {
    if (sent.opened_at_ms <= opened_at_ms) continue;
    const std::string_view channel = ChannelOf(sent, playbooks);
    if (channel.empty()) continue;
    const auto place = std::find(send.via.begin(), send.via.end(), channel);
    if (place == send.via.end()) continue;
    first = static_cast<uint32_t>(place - send.via.begin());
    opened_at_ms = sent.opened_at_ms;
  }
  return first;
}

uint32_t ChannelAt(size_t turn, uint32_t first) {
  if (turn == 0) return first;
  return static_cast<uint32_t>(turn <= first ? turn - 1 : turn);
}

size_t TurnOf(uint32_t via, uint32_t first) {
  if (via == first) return 0;
  return via < first ? via + 1 : via;
}

}  // namespace cartwheel
