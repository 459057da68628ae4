// The walks of a customer as its row has them (customer_row.h): what each struct's fields are, in the order of the
// file, for reading and for writing.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/model/customer.h"
#include "core/model/row_codec.h"

namespace cartwheel {

inline constexpr auto kOpenMessage = [](auto& codec, auto& message) {
  constexpr bool kReads = !std::is_const_v<std::remove_reference_t<decltype(message)>>;
  codec.Int(message.id);
  codec.Unsigned(message.step);
  codec.Unsigned(message.via);
  codec.Instant(message.expires_at_ms);
  codec.Fixed(message.address);
  codec.Unsigned(message.turn);
  constexpr uint64_t kFromOpening = 1, kHasFirst = 2, kIsAccepted = 4;
  constexpr int kVisitShift = 3;
  uint64_t rest = uint64_t{message.visit} << kVisitShift;
  if (message.from_opening) rest |= kFromOpening;
  if (message.first != 0) rest |= kHasFirst;
  if (message.accepted()) rest |= kIsAccepted;
  codec.Unsigned(rest);
  if constexpr (kReads) {
    message.visit = static_cast<uint32_t>(rest >> kVisitShift);
    message.from_opening = (rest & kFromOpening) != 0;
  }
  if ((rest & kHasFirst) != 0) codec.Unsigned(message.first);
  if ((rest & kIsAccepted) != 0) codec.Instant(message.reported_by_ms);
};

inline constexpr auto kHeard = [](auto& codec, auto& heard) {
  codec.Unsigned(heard.step);
  codec.Unsigned(heard.alternative);
  codec.Instant(heard.at_ms);
};

inline constexpr auto kFate = [](auto& codec, auto& fate) {
  codec.Unsigned(fate.step);
  codec.Unsigned(fate.visit);
  Flag(codec, fate.made);
  codec.Instant(fate.delivered_at_ms);
  codec.Instant(fate.failed_at_ms);
};

inline constexpr auto kJumps = [](auto& codec, auto& jumps) {
  codec.Unsigned(jumps.step);
  codec.Unsigned(jumps.count);
};

inline constexpr auto kCall = [](auto& codec, auto& call) {
  codec.Text(call.step);
  codec.Unsigned(call.visit);
  codec.Fixed(call.key.low);
  codec.Fixed(call.key.high);
  codec.Instant(call.made_at_ms);
  codec.Instant(call.answered_at_ms);
  codec.Text(call.packed);
};

inline constexpr auto kArm = [](auto& codec, auto& arm) {
  codec.Fixed(arm.split);
  codec.Unsigned(arm.arm);
  codec.Instant(arm.at_ms);
};

inline constexpr auto kSpoken = [](auto& codec, auto& spoken) {
  codec.Unsigned(spoken.step);
  codec.Unsigned(spoken.visit);
};

template <typename Codec, typename R>
void VisitReactions(Codec& codec, R& reactions) {
  codec.List(reactions.heard, kHeard);
  codec.Instant(reactions.hears_from_ms);
  codec.List(reactions.fates, kFate);
  codec.List(reactions.jumps, kJumps);
  codec.List(reactions.calls, kCall);
  codec.Instant(reactions.begun_at_ms);
  Flag(codec, reactions.acted);
  codec.List(reactions.spoken, kSpoken);
}

inline constexpr auto kEnrolment = [](auto& codec, auto& e) {
  constexpr bool kReads = !std::is_const_v<std::remove_reference_t<decltype(e)>>;
  constexpr uint64_t kHasCart = 1, kFinished = 2, kHeldOut = 4, kReacts = 8, kHasData = 16;
  constexpr int kChainShift = 5;
  uint64_t flags = e.has_cart ? kHasCart : 0;
  if (e.finished) flags |= kFinished;
  if (e.held_out) flags |= kHeldOut;
  if (e.reactions.is_set()) flags |= kReacts;
  flags |= uint64_t{e.chain} << kChainShift;
  if (!e.data.empty()) flags |= kHasData;
  codec.Unsigned(flags);
  codec.Fixed(e.id.low);
  codec.Fixed(e.id.high);
  codec.Int(e.revision);
  codec.Unsigned(e.journey);
  codec.Text(e.key);
  codec.Text(e.cart);
  if ((flags & kHasData) != 0)
    codec.Personal(PersonalText::kWalkData, e.id.low, e.data);
  else if constexpr (kReads)
    e.data.clear();
  codec.Instant(e.entered_at_ms);
  codec.Unsigned(e.position);
  codec.Unsigned(e.turn);
  codec.Instant(e.planned_at_ms);
  codec.Instant(e.wake_at_ms);
  codec.Instant(e.last_message_at_ms);
  codec.Instant(e.deferred_to_ms);
  codec.Instant(e.later_at_ms);
  codec.Fixed(e.later_event);
  if constexpr (kReads) {
    e.has_cart = (flags & kHasCart) != 0;
    e.finished = (flags & kFinished) != 0;
    e.held_out = (flags & kHeldOut) != 0;
    e.chain = static_cast<uint32_t>(flags >> kChainShift);
    e.reactions.Reset();
    if ((flags & kReacts) != 0) VisitReactions(codec, e.reactions.Change());
  } else if ((flags & kReacts) != 0) {
    VisitReactions(codec, *e.reactions);
  }
  codec.List(e.messages, kOpenMessage);
};

}  // namespace cartwheel
