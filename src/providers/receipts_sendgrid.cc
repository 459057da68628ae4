// SendGrid's event webhook: an array of events, each a record. Source: Twilio SendGrid, "Event Webhook Reference". The
// message's mark is the unique argument `cartwheel` (header X-SMTPAPI), which stands beside the event's own members.
#include <string_view>

#include "fmt/format.h"
#include "providers/code_table.h"
#include "providers/mail_status.h"
#include "providers/receipts.h"

namespace cartwheel {
namespace {

using enum OutcomeCode;
using ReportKind = ProviderReport::Kind;

// Why a mail was dropped before it was sent: "Event Webhook Reference", section "Dropped".
constexpr CodeRow kDropped[] = {
    {"Bounced Address", kGone, "it bounced before"},
    {"Invalid", kGone, "the address is not valid"},
    {"Invalid SMTPAPI header", kRejectMsg, "the header X-SMTPAPI is not valid"},
    {"Spam Content", kRejectMsg, "taken for spam"},
    {"Unsubscribed Address", kSuppressed, "unsubscribed before"},
    {"Spam Reporting Address", kSuppressed, "called spam before"},
    {"Recipient List over Package Quota", kFailedFinal, "more mails than the plan has"},
};

// The events that end a message or tell of its reader; of the others (processed, deferred, resubscribed) nothing is
// taken.
struct EventRow {
  std::string_view name;
  ReportKind kind;
};
constexpr EventRow kEvents[] = {
    {"delivered", ReportKind::kOutcome},
    {"bounce", ReportKind::kOutcome},
    {"dropped", ReportKind::kOutcome},
    {"open", ReportKind::kOpened},
    {"click", ReportKind::kClicked},
    {"spamreport", ReportKind::kComplained},
    {"unsubscribe", ReportKind::kUnsubscribed},
    {"group_unsubscribe", ReportKind::kUnsubscribed},
};

void SetOutcome(json::Element record, std::string_view event, ProviderReport* report) {
  const std::string_view reason = json::Text(record, "reason");
  report->status = std::string(json::Text(record, "status").substr(0, 16));
  if (event == "delivered") {
    report->outcome = kDelivered;
  } else if (event == "dropped") {
    const CodeRow* row = FindCode(kDropped, reason);
    report->outcome = row == nullptr ? kFailedFinal : row->outcome;
    report->reason = row == nullptr ? "dropped" : fmt::format("dropped: {}", row->meaning);
  } else {
    // "blocked": the receiving server refused this mail, and says nothing of the address.
    const bool blocked = json::Text(record, "type") == "blocked";
    report->outcome = blocked ? kFailedFinal : OutcomeOfMailStatus(report->status);
    report->reason =
        fmt::format("{} {}", report->status.empty() ? "bounce" : report->status, blocked ? "blocked" : "bounced");
  }
}

}  // namespace

std::string ReadSendGridReport(json::Element record, std::vector<ProviderReport>* reports) {
  const std::string_view event = json::Text(record, "event");
  if (event.empty()) return "expected event, as in SendGrid's event webhook";
  bool machine = false;
  const EventRow* found = nullptr;
  for (const EventRow& row : kEvents)
    if (row.name == event) found = &row;
  // A machine that fetches pictures for its users has read nothing.
  if (found == nullptr || (record["sg_machine_open"].get_bool().get(machine) == simdjson::SUCCESS && machine))
    return {};
  ProviderReport report;
  report.kind = found->kind;
  report.medium = "email";
  ReadMark(json::Text(record, "cartwheel"), &report.message);
  report.address = std::string(json::Text(record, "email"));
  report.id = fmt::format("sendgrid-{}", json::Text(record, "sg_event_id"));
  if (const int64_t seconds = json::Whole(record, "timestamp"); seconds > 0) report.at = fmt::format("{}", seconds);
  if (report.kind == ReportKind::kOutcome) SetOutcome(record, event, &report);
  if (report.kind == ReportKind::kClicked) report.url = std::string(json::Text(record, "url"));
  if (report.kind == ReportKind::kClicked || report.kind == ReportKind::kOpened)
    report.agent = std::string(json::Text(record, "useragent"));
  reports->push_back(std::move(report));
  return {};
}

}  // namespace cartwheel
