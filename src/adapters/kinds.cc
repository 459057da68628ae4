#include "adapters/kinds.h"

#include "adapters/apns.h"
#include "adapters/fcm.h"
#include "adapters/nhn_kakao.h"
#include "adapters/nhn_sms.h"
#include "adapters/smtp.h"
#include "adapters/solapi.h"
#include "adapters/web_push.h"
#include "adapters/webhook.h"

namespace cartwheel {

absl::Span<const AdapterKind* const> AdapterKinds() {
  // In alphabetical order.
  static const std::vector<const AdapterKind*> kinds = {&kApnsKind, &kFcmKind,    &kNhnKakaoKind, &kNhnSmsKind,
                                                        &kSmtpKind, &kSolapiKind, &kWebPushKind,  &kWebhookKind};
  return kinds;
}

const AdapterKind* FindKind(std::string_view name, absl::Span<const AdapterKind* const> kinds) {
  for (const AdapterKind* kind : kinds)
    if (kind->name == name) return kind;
  return nullptr;
}

}  // namespace cartwheel
