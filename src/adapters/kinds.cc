#include "adapters/kinds.h"

#include "adapters/nhn_kakao.h"
#include "adapters/nhn_sms.h"
#include "adapters/solapi.h"
#include "adapters/web_push.h"

namespace cartwheel {

absl::Span<const AdapterKind* const> AdapterKinds() {
  // In alphabetical order.
  static const std::vector<const AdapterKind*> kinds = {&kNhnKakaoKind, &kNhnSmsKind, &kSolapiKind, &kWebPushKind};
  return kinds;
}

const AdapterKind* FindKind(std::string_view name, absl::Span<const AdapterKind* const> kinds) {
  for (const AdapterKind* kind : kinds)
    if (kind->name == name) return kind;
  return nullptr;
}

}  // namespace cartwheel
