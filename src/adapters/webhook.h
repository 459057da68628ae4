// Webhooks as Standard Webhooks 1.0 signs them: a message as a POST to the shop's own server, or to the address of the
// endpoint.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "adapters/settings.h"
#include "cartwheel/adapter.h"

namespace cartwheel {

extern const AdapterKind kWebhookKind;
absl::StatusOr<std::unique_ptr<Adapter>> MakeWebhook(const ChannelSettings& settings);

// Reads a secret: "whsec_" and base64, or only base64, of 24 to 64 bytes.
absl::StatusOr<std::string> ReadWebhookSecret(std::string_view text);
// "v1,…", and one more for each further secret, separated by spaces.
std::string SignWebhook(absl::Span<const std::string> secrets, std::string_view id, int64_t timestamp_s,
                        std::string_view body);

inline constexpr size_t kWebhookSecretBytesMin = 24;
inline constexpr size_t kWebhookSecretBytesMax = 64;

}  // namespace cartwheel
