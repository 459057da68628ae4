// Sets of message states that rules of every store speak of, named once. How SQL says them is in
// sqlite/message_state_sql.h, and a test holds both against each other.
#pragma once

#include <algorithm>
#include <array>

#include "core/model/message.h"

namespace cartwheel {

// May still leave: a claim finds it, or a settlement ends it. A revocation stops these, and no other.
inline constexpr std::array kOpenStates{MessageState::kWaiting, MessageState::kClaimed};
// Did not arrive, or it is not known: what an operator looks for. Few among many.
inline constexpr std::array kTroubledStates{MessageState::kFailed, MessageState::kUnknown, MessageState::kDead};

constexpr bool IsOpen(MessageState state) {
  return std::find(kOpenStates.begin(), kOpenStates.end(), state) != kOpenStates.end();
}
constexpr bool IsTroubled(MessageState state) {
  return std::find(kTroubledStates.begin(), kTroubledStates.end(), state) != kTroubledStates.end();
}

}  // namespace cartwheel
