// Whether a provider's report comes from that provider: what its webhook sends beside the body.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace cartwheel {

struct ReportSignature {
  std::string_view signature;  // of the header that SignatureHeader names
  std::string_view timestamp;  // of SendGrid's X-Twilio-Email-Event-Webhook-Timestamp
  std::string_view secret;     // the webhook's secret; of SendGrid the verification key, of SES the certificate of SNS
  std::string_view topic;      // of SES: the ARN of the SNS topic that is ours
};

// "x-solapi-secret"; empty: the provider's signature is no header. `format` is "receipts/solapi", ….
std::string_view SignatureHeader(std::string_view format);

// OK: it is right. InvalidArgument says what is missing, PermissionDenied that it is wrong; neither shows it. `body` is
// what was sent, byte by byte. Takes as long for a wrong signature as for a right one.
[[nodiscard]] absl::Status CheckReportSignature(std::string_view format, std::string_view body,
                                                const ReportSignature& signed_by);

}  // namespace cartwheel
