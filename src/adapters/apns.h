// Apple Push Notification service: app push to Apple's devices over HTTP/2, with a signing key (.p8). An address is a
// device token as hexadecimal digits.
#pragma once

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "adapters/settings.h"
#include "cartwheel/adapter.h"

namespace cartwheel {

extern const AdapterKind kApnsKind;
absl::StatusOr<std::unique_ptr<Adapter>> MakeApns(const ChannelSettings& settings);

inline constexpr size_t kApnsBytesMax = 4096;            // of a payload
inline constexpr size_t kApnsCollapseBytesMax = 64;      // of a collapse id
inline constexpr int64_t kApnsTokenMs = 45 * 60'000;     // a provider token is made anew between 20 and 60 minutes
inline constexpr int64_t kApnsTokenMinMs = 20 * 60'000;  // sooner is refused: TooManyProviderTokenUpdates

}  // namespace cartwheel
