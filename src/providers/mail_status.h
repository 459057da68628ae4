// What a mail's enhanced status code (RFC 3463) says of its address, as far as a provider's report leaves it open.
#pragma once

#include <string_view>

#include "cartwheel/channel.h"

namespace cartwheel {

// gone for an address that does not exist or was closed (5.1.x of addresses, 5.2.1), reject_msg for the mail's size or
// content (5.2.3, 5.3.4, 5.6.x), else failed_final.
OutcomeCode OutcomeOfMailStatus(std::string_view status);

}  // namespace cartwheel
