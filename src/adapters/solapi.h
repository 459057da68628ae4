// SOLAPI (CoolSMS), messages v4: SMS, LMS, MMS, Alimtalk and brand messages, many of them in one request.
#pragma once

#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "adapters/settings.h"

namespace cartwheel {

extern const AdapterKind kSolapiKind;

// The value of the header Authorization. `date` is ISO 8601, at most 15 minutes off; `salt` has 12 to 64 characters and
// is not used twice.
std::string SolapiAuthorization(std::string_view key, std::string_view secret, std::string_view date,
                                std::string_view salt);

}  // namespace cartwheel
