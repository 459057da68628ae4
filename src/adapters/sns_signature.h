// The signatures of Amazon SNS, in the body of what it sends (Amazon SNS Developer Guide, "Verifying the signatures of
// Amazon SNS messages").
#pragma once

#include <string_view>

namespace cartwheel {

// Whether a notification, or the question to confirm a subscription, is signed by the owner of the certificate (PEM)
// and comes from this topic. SNS signs everyone's topics with one key, so that the topic tells whose message it is. The
// address of a certificate in the body is not followed: its sender chose it.
bool IsSignedBySns(std::string_view body, std::string_view certificate, std::string_view topic);

}  // namespace cartwheel
