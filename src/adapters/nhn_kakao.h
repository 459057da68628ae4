// NHN Cloud KakaoTalk Bizmessage: Alimtalk v2.3 and brand message v1.0.
#pragma once

#include "adapters/settings.h"

namespace cartwheel {

extern const AdapterKind kNhnKakaoKind;

}  // namespace cartwheel
