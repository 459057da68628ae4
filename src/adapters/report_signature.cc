// SOLAPI: the header is SHA-1 of the webhook's secret, in hex. NHN Cloud: the header is the value set for the webhook.
// SendGrid: ECDSA of timestamp and body, by the verification key of its settings. Amazon SNS, which brings the events
// of SES, signs in the body.
#include "adapters/report_signature.h"

#include <optional>
#include <string>

#include "adapters/crypto.h"
#include "adapters/sns_signature.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

bool CheckSolapi(std::string_view, const ReportSignature& by) {
  return EqualInConstantTime(by.signature, EncodeHex(Sha1(by.secret)));
}

bool CheckNhn(std::string_view, const ReportSignature& by) { return EqualInConstantTime(by.signature, by.secret); }

bool CheckSendGrid(std::string_view body, const ReportSignature& by) {
  const std::optional<std::string> key = DecodeBase64(by.secret), signature = DecodeBase64(by.signature);
  return key && signature && VerifyEcdsa(*key, fmt::format("{}{}", by.timestamp, body), *signature);
}

bool CheckSes(std::string_view body, const ReportSignature& by) { return IsSignedBySns(body, by.secret, by.topic); }

struct SignatureRow {
  std::string_view format;
  std::string_view header;  // empty: the signature is in the body
  bool timestamp = false;
  bool (*check)(std::string_view body, const ReportSignature& by);
};
constexpr SignatureRow kRows[] = {
    {"receipts/nhn", "x-toast-webhook-signature", false, CheckNhn},
    {"receipts/sendgrid", "x-twilio-email-event-webhook-signature", true, CheckSendGrid},
    {"receipts/ses", "", false, CheckSes},
    {"receipts/solapi", "x-solapi-secret", false, CheckSolapi},
};

const SignatureRow* FindRow(std::string_view format) {
  for (const SignatureRow& row : kRows)
    if (row.format == format) return &row;
  return nullptr;
}

}  // namespace

std::string_view SignatureHeader(std::string_view format) {
  const SignatureRow* row = FindRow(format);
  return row == nullptr ? std::string_view() : row->header;
}

absl::Status CheckReportSignature(std::string_view format, std::string_view body, const ReportSignature& signed_by) {
  const SignatureRow* row = FindRow(format);
  if (row == nullptr) return absl::InvalidArgumentError(fmt::format("{} has no signature to check", format));
  const bool in_body = row->header.empty();
  if (signed_by.secret.empty())
    return absl::InvalidArgumentError(in_body ? "expected the certificate of Amazon SNS, in PEM"
                                              : "expected the webhook's secret");
  if (in_body && signed_by.topic.empty()) return absl::InvalidArgumentError("expected the ARN of the topic");
  if (!in_body && signed_by.signature.empty())
    return absl::InvalidArgumentError(fmt::format("expected the header {}", row->header));
  if (row->timestamp && signed_by.timestamp.empty())
    return absl::InvalidArgumentError("expected the header x-twilio-email-event-webhook-timestamp");
  if (row->check(body, signed_by)) return absl::OkStatus();
  if (in_body) return absl::PermissionDeniedError("the signature is not that of this topic by this certificate");
  return absl::PermissionDeniedError(fmt::format("the header {} is not that of this webhook", row->header));
}

}  // namespace cartwheel
