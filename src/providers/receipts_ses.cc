// Amazon SES: event publishing and notifications, as SNS, EventBridge or Firehose hand them on. Source: the SES
// Developer Guide, "Contents of event data that Amazon SES publishes to Amazon SNS". The message's mark is the value of
// the tag `cartwheel` (header X-SES-MESSAGE-TAGS).
#include "fmt/format.h"
#include "providers/mail_status.h"
#include "providers/receipts.h"

namespace cartwheel {
namespace {

using ReportKind = ProviderReport::Kind;

constexpr std::string_view kHttps = "https://";
constexpr size_t kUrlMax = 2'000;

struct Common {
  json::Element event;
  std::string_view mail_id;
  MessageMark mark;
  std::string_view address;  // the first destination
};

ProviderReport MakeReport(const Common& common, ReportKind kind, std::string_view name, std::string_view at) {
  ProviderReport report;
  report.kind = kind;
  report.medium = "email";
  report.message = common.mark;
  report.address = std::string(common.address);
  report.id = fmt::format("ses-{}-{}-{}", common.mail_id, name, at);
  report.at = std::string(at);
  return report;
}

// "smtp; 550 5.1.1 no such user" has a status where the report has none of its own.
std::string StatusOf(json::Element recipient) {
  const std::string_view status = json::Text(recipient, "status");
  return std::string(status.substr(0, 16));
}

void ReadBounce(const Common& common, std::vector<ProviderReport>* reports) {
  json::Element bounce;
  if (common.event["bounce"].get(bounce) != simdjson::SUCCESS) return;
  const std::string_view type = json::Text(bounce, "bounceType"), subtype = json::Text(bounce, "bounceSubType");
  for (json::Element recipient : json::Elements(bounce, "bouncedRecipients")) {
    ProviderReport report = MakeReport(common, ReportKind::kOutcome, "bounce", json::Text(bounce, "timestamp"));
    report.status = StatusOf(recipient);
    // Suppressed: the address is on SES's own list, and nothing was sent.
    report.outcome = subtype == "Suppressed" || subtype == "OnAccountSuppressionList" ? OutcomeCode::kSuppressed
                     : type == "Permanent" && (subtype == "General" || subtype == "NoEmail")
                         ? OutcomeCode::kGone
                         : OutcomeOfMailStatus(report.status);
    report.reason = fmt::format("{} {} {}", report.status.empty() ? "bounce" : report.status, type.substr(0, 32),
                                subtype.substr(0, 32));
    report.address = std::string(json::Text(recipient, "emailAddress"));
    reports->push_back(std::move(report));
  }
}

void ReadComplaint(const Common& common, std::vector<ProviderReport>* reports) {
  json::Element complaint;
  if (common.event["complaint"].get(complaint) != simdjson::SUCCESS) return;
  for (json::Element recipient : json::Elements(complaint, "complainedRecipients")) {
    ProviderReport report =
        MakeReport(common, ReportKind::kComplained, "complaint", json::Text(complaint, "timestamp"));
    report.reason = std::string(json::Text(complaint, "complaintFeedbackType").substr(0, 32));
    report.address = std::string(json::Text(recipient, "emailAddress"));
    reports->push_back(std::move(report));
  }
}

ProviderReport ReadOne(const Common& common, ReportKind kind, const char* part) {
  json::Element detail;
  std::string_view at;
  if (common.event[part].get(detail) == simdjson::SUCCESS) at = json::Text(detail, "timestamp");
  ProviderReport report = MakeReport(common, kind, part, at);
  if (kind == ReportKind::kClicked) report.url = std::string(json::Text(detail, "link"));
  if (kind == ReportKind::kClicked || kind == ReportKind::kOpened)
    report.agent = std::string(json::Text(detail, "userAgent"));
  return report;
}

// Whether the owner took the last step out: a subscription also tells of topics that were chosen.
bool LeftAll(json::Element event) {
  json::Element preferences;
  bool all = false;
  return event["subscription"]["newTopicPreferences"].get(preferences) == simdjson::SUCCESS &&
         preferences["unsubscribeAll"].get_bool().get(all) == simdjson::SUCCESS && all;
}

std::string ReadEvent(json::Element event, std::vector<ProviderReport>* reports) {
  std::string_view type = json::Text(event, "eventType");
  if (type.empty()) type = json::Text(event, "notificationType");
  json::Element mail;
  if (type.empty() || event["mail"].get(mail) != simdjson::SUCCESS)
    return "expected eventType and mail, as in SES's events";
  Common common{event, json::Text(mail, "messageId"), {}, {}};
  json::Element tags;
  if (mail["tags"].get(tags) == simdjson::SUCCESS)
    for (json::Element value : json::Elements(tags, "cartwheel")) ReadMark(json::Text(value), &common.mark);
  for (json::Element destination : json::Elements(mail, "destination"))
    if (common.address.empty()) common.address = json::Text(destination);
  if (type == "Bounce") ReadBounce(common, reports);
  if (type == "Complaint") ReadComplaint(common, reports);
  if (type == "Delivery") reports->push_back(ReadOne(common, ReportKind::kOutcome, "delivery"));
  if (type == "Open") reports->push_back(ReadOne(common, ReportKind::kOpened, "open"));
  if (type == "Click") reports->push_back(ReadOne(common, ReportKind::kClicked, "click"));
  if (type == "Subscription" && LeftAll(event))
    reports->push_back(ReadOne(common, ReportKind::kUnsubscribed, "subscription"));
  if (type == "Reject" || type == "Rendering Failure") {
    ProviderReport report = ReadOne(common, ReportKind::kOutcome, type == "Reject" ? "reject" : "failure");
    report.outcome = OutcomeCode::kRejectMsg;
    report.reason = type == "Reject" ? "SES refused the mail" : "SES could not make the mail";
    reports->push_back(std::move(report));
  }
  return {};
}

// The address is shown where it is one of Amazon's: a forged message may name any other.
std::string AskToConfirm(std::string_view url) {
  const std::string_view host = url.substr(0, url.find('/', kHttps.size()));
  const bool of_sns = url.starts_with("https://sns.") && host.ends_with(".amazonaws.com") && url.size() <= kUrlMax;
  return fmt::format("SNS asks to confirm its subscription: open {} once", of_sns ? url : "its SubscribeURL");
}

}  // namespace

std::string ReadSesReport(json::Element record, std::vector<ProviderReport>* reports) {
  if (json::Text(record, "Type") == "SubscriptionConfirmation") return AskToConfirm(json::Text(record, "SubscribeURL"));
  if (json::Text(record, "Type") == "Notification") {
    const std::string_view text = json::Text(record, "Message");
    simdjson::dom::parser parser;
    json::Element event;
    if (parser.parse(text.data(), text.size()).get(event) != simdjson::SUCCESS)
      return "SNS's Message is no JSON: expected an event of SES";
    return ReadEvent(event, reports);
  }
  json::Element detail;
  if (record["detail"].get(detail) == simdjson::SUCCESS) return ReadEvent(detail, reports);  // of EventBridge
  return ReadEvent(record, reports);
}

}  // namespace cartwheel
