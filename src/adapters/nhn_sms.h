// NHN Cloud SMS v3.0: SMS, LMS and MMS, by the paths for advertisements where the message is one.
#pragma once

#include "adapters/settings.h"

namespace cartwheel {

extern const AdapterKind kNhnSmsKind;

}  // namespace cartwheel
