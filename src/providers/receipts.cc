#include "providers/receipts.h"

#include <iterator>

namespace cartwheel {
namespace {

constexpr ReportFormat kFormats[] = {
    {"receipts/nhn", "webhooks of NHN Cloud: KakaoTalk Bizmessage and SMS", ReadNhnReport},
    {"receipts/sendgrid", "SendGrid's event webhook", ReadSendGridReport},
    {"receipts/ses", "events of Amazon SES, by SNS, EventBridge or by themselves", ReadSesReport},
    {"receipts/solapi", "SOLAPI's report webhook", ReadSolapiReport},
};

}  // namespace

absl::Span<const ReportFormat> ReportFormats() { return kFormats; }

const ReportFormat* FindReportFormat(std::string_view name) {
  for (const ReportFormat& format : kFormats)
    if (format.name == name) return &format;
  return nullptr;
}

std::string ReportFormatNames() {
  std::string names;
  for (const ReportFormat& format : kFormats)
    names.append(names.empty() ? "" : &format == std::end(kFormats) - 1 ? " or " : ", ").append(format.name);
  return names;
}

bool EndsMessage(OutcomeCode code, OutcomeCode* end) {
  switch (code) {
    case OutcomeCode::kAccepted:
    case OutcomeCode::kUnknown:
    case OutcomeCode::kReleased:
    case OutcomeCode::kNotSent:
      return false;
    case OutcomeCode::kRetry:
    case OutcomeCode::kConfig:
    case OutcomeCode::kDefer:
      *end = OutcomeCode::kFailedFinal;
      return true;
    case OutcomeCode::kDelivered:
    case OutcomeCode::kFailedFinal:
    case OutcomeCode::kGone:
    case OutcomeCode::kRejectMsg:
    case OutcomeCode::kSuppressed:
      *end = code;
      return true;
  }
  return false;
}

}  // namespace cartwheel
