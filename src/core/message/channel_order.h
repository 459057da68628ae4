// The order in which a send tries its channels: as `via` lists them, but for one that the customer's habits put first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/model/customer.h"
#include "core/model/playbook.h"

namespace cartwheel {

// Returns the channel by which a message left; empty: its playbook is not at hand.
std::string_view ChannelOf(const SentMessage& sent, const Playbooks& playbooks);
// Returns the channel of `via` that comes first for a customer, by its place there.
uint32_t FirstChannel(const SendStep& send, const Customer& customer, const Playbooks& playbooks);
// Returns the place in `via` of the channel whose turn it is, and the turn of a channel. `first` is tried first, the
// others follow in the order of `via`.
uint32_t ChannelAt(size_t turn, uint32_t first);
size_t TurnOf(uint32_t via, uint32_t first);

}  // namespace cartwheel
