#include "core/model/message.h"

namespace cartwheel {

std::string_view MessageClassName(MessageClass message_class) {
  static constexpr std::string_view kNames[] = {"ad", "transactional", "notice", "call"};
  return kNames[static_cast<size_t>(message_class)];
}

std::string_view MessageStateName(MessageState state) {
  static constexpr std::string_view kNames[] = {"waiting", "claimed", "accepted", "delivered", "failed",
                                                "expired", "revoked", "unknown",  "dead"};
  return kNames[static_cast<size_t>(state)];
}

}  // namespace cartwheel
