// Web push (RFC 8030, 8188, 8291, 8292): an encrypted message to the push service of a browser.
//
// An address is what `JSON.stringify(subscription)` gives in the browser, or the same with "vapid": the public key that
// the page subscribed with, as `applicationServerKey` in base64url. Only a channel whose key was changed needs it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "adapters/push_text.h"
#include "adapters/settings.h"
#include "adapters/url.h"
#include "cartwheel/adapter.h"

namespace cartwheel {

extern const AdapterKind kWebPushKind;
absl::StatusOr<std::unique_ptr<Adapter>> MakeWebPush(const ChannelSettings& settings);

struct Subscription {
  HttpUrl endpoint;
  std::string point;  // of the browser, 65 bytes
  std::string auth;   // its secret, 16 bytes
  std::string vapid;  // the public key it was made with, base64url; empty: not said
};
// InvalidArgument says what is wrong, without the address.
absl::StatusOr<Subscription> ReadSubscription(std::string_view address);

// The text that is encrypted: JSON that service workers read, and that browsers with Declarative Web Push show without
// one. It is declarative where it has what that needs, a title and an address.
std::string WebPushText(const PushText& text);

// A topic as push services take it, up to 32 letters and digits: another one becomes part of its hash.
std::string WebPushTopic(std::string_view topic);

}  // namespace cartwheel
