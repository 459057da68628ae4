// Firebase Cloud Messaging, HTTP v1: app push to Android, and to iOS where the project has an APNs key. An address is
// the registration token of an installation.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/settings.h"
#include "cartwheel/adapter.h"

namespace cartwheel {

extern const AdapterKind kFcmKind;
absl::StatusOr<std::unique_ptr<Adapter>> MakeFcm(const ChannelSettings& settings);

inline constexpr size_t kFcmBytesMax = 4096;  // of what the device gets

}  // namespace cartwheel
