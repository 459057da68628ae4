// The addresses and consents of a customer as its row has them (customer_row.h): what each struct's fields are, in the
// order of the file, for reading and for writing.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/model/customer.h"
#include "core/model/row_codec.h"

namespace cartwheel {

inline constexpr auto kEndpoint = [](auto& codec, auto& e) {
  codec.Text(e.channel);
  codec.Personal(PersonalText::kAddress, e.key, e.address);
  codec.Instant(e.added_at_ms);
  codec.Instant(e.removed_at_ms);
  codec.Unsigned(e.device);
  codec.Fixed(e.key);
};

// Medium and scope share a byte. Topics and devices are rare: one byte says that there is none.
inline constexpr auto kKeptConsent = [](auto& codec, auto& c) {
  constexpr uint64_t kScopeUnit = Consent::kEveryMedium + 1;
  uint64_t unit = c.medium + kScopeUnit * c.scope;
  codec.Unsigned(unit);
  if constexpr (!std::is_const_v<std::remove_reference_t<decltype(c)>>) {
    c.medium = static_cast<uint8_t>(unit % kScopeUnit);
    c.scope = static_cast<uint8_t>(unit / kScopeUnit);
  }
  codec.Unsigned(c.topic);
  codec.Unsigned(c.device);
  codec.Instant(c.granted_at_ms);
  codec.Instant(c.refused_at_ms);
  codec.Instant(c.confirmed_at_ms);
  codec.Instant(c.told_at_ms);
};

inline constexpr auto kSuppression = [](auto& codec, auto& s) {
  codec.Text(s.channel);
  codec.Fixed(s.address.low);
  codec.Fixed(s.address.high);
  codec.Instant(s.bounced_at_ms);
  codec.Instant(s.complained_at_ms);
  codec.Instant(s.blocked_at_ms);
  codec.Instant(s.released_at_ms);
  codec.Instant(s.delivered_at_ms);
  codec.List(s.soft_bounces, [](auto& inner, auto& at_ms) { inner.Instant(at_ms); });
};

}  // namespace cartwheel
