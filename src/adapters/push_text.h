// What a message of the medium "push" says (core/model/media.cc), read from its payload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json_text.h"
#include "cartwheel/channel.h"

namespace cartwheel {

struct PushText {
  struct Button {
    std::string label, url;
  };
  std::string title, body, icon, image, url;
  std::vector<Button> buttons;
  std::optional<int64_t> ttl_s;
  std::string urgency;  // very-low, low, normal, high; empty: not said
  std::string topic;
};

// InvalidArgument: it is no JSON object, or it has neither title nor body.
absl::StatusOr<PushText> ReadPushText(std::string_view payload);

// How long a push service keeps it for a device that is away: what the text says, and no longer than the message may
// be delivered. At most kPushTtlMaxS, and 0 when its time is over.
int64_t PushTtlSeconds(const PushText& text, const Message& message, int64_t now_ms);
inline constexpr int64_t kPushTtlMaxS =
    2'592'000;  // Mozilla takes no more (errno 112), FCM and RFC 8030's services less

// Writes `"key":"text"` unless the text is empty.
void WriteTextIfAny(std::string_view key, std::string_view text, JsonWriter& json);

// Writes [{"label": …, "url": …}].
void WriteButtons(const PushText& text, JsonWriter& json);

}  // namespace cartwheel
