// What providers report later: each report of each provider, as their documents show it.
#include "providers/receipts.h"

#include "adapters/crypto.h"
#include "adapters/report_signature.h"
#include "adapters/smtp.h"
#include "base/json_text.h"
#include "fmt/format.h"
#include "tests/unit/adapters/korean.h"

namespace cartwheel {
namespace {

using ReportKind = ProviderReport::Kind;
using enum OutcomeCode;

constexpr char kMark[] = "42.7.00112233445566778899aabbccddeeff";

// One record; `wrong` is what the reader said of it.
std::vector<ProviderReport> Read(std::string_view format, std::string record, std::string* wrong = nullptr) {
  const ReportFormat* reader = FindReportFormat(format);
  REQUIRE(reader != nullptr);
  simdjson::dom::parser parser;
  std::vector<ProviderReport> reports;
  const std::string said = reader->read(parser.parse(record).value(), &reports);
  if (wrong != nullptr) {
    *wrong = said;
  } else {
    INFO(record);
    CHECK(said == "");
  }
  return reports;
}

std::string WrongOf(std::string_view format, std::string record) {
  std::string wrong;
  CHECK(Read(format, std::move(record), &wrong).empty());
  return wrong;
}

std::string NhnHook(std::string_view kind, std::string_view code) {
  return fmt::format(R"({{"hooksId":"h","event":"MESSAGE_RESULT_UPDATE","hooks":[{{"hookId":"20240429","{}":"X",)"
                     R"("recipientNo":"01012341234","resultCode":"{}","receiveDate":"2024-04-29T20:58:04",)"
                     R"("recipientGroupingKey":"{}"}}]}})",
                     kind, code, kMark);
}

std::string Ses(std::string_view type, std::string_view part, bool notification = false) {
  return fmt::format(R"({{"{}":"{}","mail":{{"messageId":"0100","timestamp":"2026-11-12T09:00:00.000Z",)"
                     R"("destination":["kim@shop.example"],"tags":{{"cartwheel":["{}"]}}}},{}}})",
                     notification ? "notificationType" : "eventType", type, kMark, part);
}

std::string SendGrid(std::string_view event, std::string_view more) {
  return fmt::format(R"({{"email":"kim@shop.example","timestamp":1794474000,"event":"{}","sg_event_id":"E1",)"
                     R"("cartwheel":"{}"{}}})",
                     event, kMark, more);
}

std::string ToBase64(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return EncodeBase64(bytes);
}

}  // namespace

TEST_CASE("SOLAPI's reports") {
  const auto reports =
      Read("receipts/solapi",
           fmt::format(R"({{"messageId":"M1","groupId":"G","statusCode":"4000","to":"01012345678",)"
                       R"("dateReceived":"2026-11-12T09:00:05.000Z","customFields":{{"cartwheel":"{}"}}}})",
                       kMark));
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].kind == ReportKind::kOutcome);
  CHECK(reports[0].outcome == kDelivered);
  CHECK(reports[0].message.id == 42);
  CHECK(reports[0].message.token == 7);
  CHECK(reports[0].message.key == kMessageKey);
  CHECK(reports[0].id == "solapi-M1-4000");
  CHECK(reports[0].at == "2026-11-12T09:00:05.000Z");
  // What the code means once the message was taken.
  const std::pair<const char*, OutcomeCode> ends[] = {{"3032", kGone},        {"3047", kSuppressed},
                                                      {"3054", kFailedFinal}, {"3108", kFailedFinal},
                                                      {"3103", kRejectMsg},   {"3999", kFailedFinal}};
  for (const auto& [code, outcome] : ends) {
    INFO(code);
    const auto ended = Read("receipts/solapi", fmt::format(R"({{"messageId":"M","statusCode":"{}"}})", code));
    REQUIRE(ended.size() == 1);
    CHECK(OutcomeName(ended[0].outcome) == OutcomeName(outcome));
    CHECK(ended[0].message.id == 0);
  }
  CHECK(Read("receipts/solapi", R"({"messageId":"M","statusCode":"3000"})").empty());  // still on its way
  CHECK(Read("receipts/solapi", R"({"groupId":"G","status":"COMPLETE"})").empty());
  CHECK(WrongOf("receipts/solapi", R"({"messageId":"M","statusCode":"9"})") ==
        "statusCode \"9\" is none that SOLAPI documents");
  CHECK(WrongOf("receipts/solapi", "{}") == "expected messageId and statusCode, as in SOLAPI's report");
}

TEST_CASE("NHN's webhooks") {
  auto one = [](std::string_view kind, std::string_view code) {
    auto reports = Read("receipts/nhn", NhnHook(kind, code));
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].message.id == 42);
    CHECK(reports[0].id == "nhn-20240429");
    CHECK(reports[0].at == "2024-04-29T20:58:04+09:00");
    return reports[0];
  };
  CHECK(one("kakaoMessageType", "1000").outcome == kDelivered);
  CHECK(one("kakaoMessageType", "1000").medium == "kakao");
  CHECK(one("kakaoMessageType", "3020").outcome == kSuppressed);
  CHECK(one("kakaoMessageType", "3008").outcome == kGone);
  CHECK(one("kakaoMessageType", "3022").outcome == kFailedFinal);
  CHECK(one("kakaoMessageType", "MRC02").outcome == kFailedFinal);
  CHECK(one("senderType", "1000").medium == "sms");
  CHECK(one("senderType", "3001").outcome == kGone);
  CHECK(one("senderType", "3006").outcome == kSuppressed);
  CHECK(one("senderType", "3012").outcome == kFailedFinal);
  CHECK(one("senderType", "E919").outcome == kFailedFinal);
  CHECK(Read("receipts/nhn", NhnHook("kakaoMessageType", "3005")).empty());  // it may still arrive
  CHECK(Read("receipts/nhn", R"({"event":"TEMPLATE_STATUS_UPDATE","hooks":[{"status":"TSC03"}]})").empty());
  const auto left =
      Read("receipts/nhn", R"({"event":"UNSUBSCRIBE","hooks":[{"hookId":"U","recipientNo":"01012341234",)"
                           R"("unsubscribeNo":"08012341234","createdDateTime":"2020-09-09T11:25:10.000+09:00"}]})");
  REQUIRE(left.size() == 1);
  CHECK(left[0].kind == ReportKind::kUnsubscribed);
  CHECK(left[0].medium == "sms");
  CHECK(left[0].address == "01012341234");
  CHECK(left[0].at == "2020-09-09T11:25:10.000+09:00");
  CHECK(WrongOf("receipts/nhn", NhnHook("senderType", "0000")) == "resultCode \"0000\" is none that NHN documents");
  CHECK(WrongOf("receipts/nhn", "{}") == "expected event and hooks, as in NHN's webhooks");
}

TEST_CASE("SES's events, by themselves and wrapped") {
  const std::string delivery = Ses("Delivery", R"("delivery":{"timestamp":"2026-11-12T09:00:05.000Z"})");
  std::string quoted;
  AppendJsonString(delivery, &quoted);
  for (const std::string& record :
       {delivery, Ses("Delivery", R"("delivery":{"timestamp":"2026-11-12T09:00:05.000Z"})", true),
        fmt::format(R"({{"Type":"Notification","MessageId":"S","Message":{}}})", quoted),
        fmt::format(R"({{"detail-type":"Email Delivered","detail":{}}})", delivery)}) {
    const auto reports = Read("receipts/ses", record);
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].outcome == kDelivered);
    CHECK(reports[0].message.id == 42);
    CHECK(reports[0].medium == "email");
    CHECK(reports[0].id == "ses-0100-delivery-2026-11-12T09:00:05.000Z");
  }
  struct Bounce {
    const char *type, *subtype, *status;
    OutcomeCode outcome;
  };
  for (const Bounce& row : {Bounce{"Permanent", "General", "5.1.1", kGone}, Bounce{"Permanent", "NoEmail", "", kGone},
                            Bounce{"Permanent", "Suppressed", "5.1.1", kSuppressed},
                            Bounce{"Permanent", "OnAccountSuppressionList", "", kSuppressed},
                            Bounce{"Transient", "MailboxFull", "5.2.2", kFailedFinal},
                            Bounce{"Transient", "MessageTooLarge", "5.3.4", kRejectMsg},
                            Bounce{"Undetermined", "Undetermined", "5.2.1", kGone},
                            Bounce{"Transient", "General", "4.4.7", kFailedFinal}}) {
    INFO(row.type << " " << row.subtype << " " << row.status);
    const auto reports =
        Read("receipts/ses", Ses("Bounce", fmt::format(R"("bounce":{{"bounceType":"{}",)"
                                                       R"("bounceSubType":"{}","timestamp":"t","bouncedRecipients":[)"
                                                       R"({{"emailAddress":"kim@shop.example","status":"{}"}}]}})",
                                                       row.type, row.subtype, row.status)));
    REQUIRE(reports.size() == 1);
    CHECK(OutcomeName(reports[0].outcome) == OutcomeName(row.outcome));
    CHECK(reports[0].status == row.status);
    CHECK(reports[0].address == "kim@shop.example");
  }
  const auto complaint =
      Read("receipts/ses", Ses("Complaint", R"("complaint":{"timestamp":"t","complaintFeedbackType":"abuse",)"
                                            R"("complainedRecipients":[{"emailAddress":"kim@shop.example"}]})"));
  REQUIRE(complaint.size() == 1);
  CHECK(complaint[0].kind == ReportKind::kComplained);
  CHECK(Read("receipts/ses", Ses("Open", R"("open":{"timestamp":"t"})")).at(0).kind == ReportKind::kOpened);
  const auto click =
      Read("receipts/ses",
           Ses("Click", R"("click":{"timestamp":"t","link":"https://shop.example","userAgent":"Mimecast"})"));
  REQUIRE(click.size() == 1);
  CHECK(click[0].kind == ReportKind::kClicked);
  CHECK(click[0].url == "https://shop.example");
  CHECK(click[0].agent == "Mimecast");
  CHECK(Read("receipts/sendgrid", SendGrid("open", R"(,"useragent":"Mozilla/5.0")")).at(0).agent == "Mozilla/5.0");
  CHECK(Read("receipts/ses", Ses("Reject", R"("reject":{"reason":"Bad content"})")).at(0).outcome == kRejectMsg);
  CHECK(Read("receipts/ses", Ses("Rendering Failure", R"("failure":{})")).at(0).outcome == kRejectMsg);
  CHECK(Read("receipts/ses", Ses("Send", R"("send":{})")).empty());
  CHECK(Read("receipts/ses", Ses("DeliveryDelay", R"("deliveryDelay":{})")).empty());
  CHECK(Read("receipts/ses", Ses("Subscription", R"("subscription":{"newTopicPreferences":{"unsubscribeAll":false}})"))
            .empty());
  CHECK(Read("receipts/ses", Ses("Subscription", R"("subscription":{"timestamp":"t","newTopicPreferences":)"
                                                 R"({"unsubscribeAll":true}})"))
            .at(0)
            .kind == ReportKind::kUnsubscribed);
  CHECK(WrongOf("receipts/ses", R"({"Type":"SubscriptionConfirmation"})") ==
        "SNS asks to confirm its subscription: open its SubscribeURL once");
  CHECK(WrongOf("receipts/ses", R"({"Type":"Notification","Message":"Hello"})") ==
        "SNS's Message is no JSON: expected an event of SES");
  CHECK(WrongOf("receipts/ses", R"({"Type":"Notification"})") == "SNS's Message is no JSON: expected an event of SES");
  CHECK(WrongOf("receipts/ses", "{}") == "expected eventType and mail, as in SES's events");
}

TEST_CASE("SendGrid's events") {
  struct Row {
    const char *event, *more;
    ReportKind kind;
    OutcomeCode outcome;
  };
  for (const Row& row : {
           Row{"delivered", "", ReportKind::kOutcome, kDelivered},
           Row{"bounce", R"(,"type":"bounce","status":"5.1.1")", ReportKind::kOutcome, kGone},
           Row{"bounce", R"(,"type":"bounce","status":"5.2.2")", ReportKind::kOutcome, kFailedFinal},
           Row{"bounce", R"(,"type":"blocked","status":"5.1.1")", ReportKind::kOutcome, kFailedFinal},
           Row{"dropped", R"(,"reason":"Bounced Address")", ReportKind::kOutcome, kGone},
           Row{"dropped", R"(,"reason":"Invalid")", ReportKind::kOutcome, kGone},
           Row{"dropped", R"(,"reason":"Unsubscribed Address")", ReportKind::kOutcome, kSuppressed},
           Row{"dropped", R"(,"reason":"Spam Reporting Address")", ReportKind::kOutcome, kSuppressed},
           Row{"dropped", R"(,"reason":"Spam Content")", ReportKind::kOutcome, kRejectMsg},
           Row{"dropped", R"(,"reason":"Invalid SMTPAPI header")", ReportKind::kOutcome, kRejectMsg},
           Row{"dropped", R"(,"reason":"Recipient List over Package Quota")", ReportKind::kOutcome, kFailedFinal},
           Row{"dropped", R"(,"reason":"another")", ReportKind::kOutcome, kFailedFinal},
           Row{"open", R"(,"sg_machine_open":false)", ReportKind::kOpened, kDelivered},
           Row{"click", R"(,"url":"https://shop.example")", ReportKind::kClicked, kDelivered},
           Row{"spamreport", "", ReportKind::kComplained, kDelivered},
           Row{"unsubscribe", "", ReportKind::kUnsubscribed, kDelivered},
           Row{"group_unsubscribe", "", ReportKind::kUnsubscribed, kDelivered},
       }) {
    INFO(row.event << row.more);
    const auto reports = Read("receipts/sendgrid", SendGrid(row.event, row.more));
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].kind == row.kind);
    CHECK(OutcomeName(reports[0].outcome) == OutcomeName(row.outcome));
    CHECK(reports[0].message.id == 42);
    CHECK(reports[0].id == "sendgrid-E1");
    CHECK(reports[0].at == "1794474000");
    CHECK(reports[0].address == "kim@shop.example");
  }
  for (const char* event : {"processed", "deferred", "group_resubscribe"})
    CHECK(Read("receipts/sendgrid", SendGrid(event, "")).empty());
  CHECK(Read("receipts/sendgrid", SendGrid("open", R"(,"sg_machine_open":true)")).empty());
  CHECK(WrongOf("receipts/sendgrid", "{}") == "expected event, as in SendGrid's event webhook");
}

// SOLAPI: the vector of section 9 of the protocols' sheet. SendGrid: a key and a signature made by OpenSSL's command
// line (ecparam -name prime256v1; dgst -sha256 -sign), of "1600112502" and "[{}]\r\n".
TEST_CASE("a report's signature is checked") {
  auto check = [](std::string_view format, std::string_view body, ReportSignature by) {
    return absl::StatusCodeToString(CheckReportSignature(format, body, by).code());
  };
  CHECK(SignatureHeader("receipts/solapi") == "x-solapi-secret");
  CHECK(SignatureHeader("receipts/ses").empty());
  CHECK(check("receipts/solapi", "[]", {"e9fe51f94eadabf54dbf2fbbd57188b9abee436e", "", "mysecret"}) == "OK");
  CHECK(check("receipts/solapi", "[]", {"e9fe51f94eadabf54dbf2fbbd57188b9abee436f", "", "mysecret"}) ==
        "PERMISSION_DENIED");
  CHECK(check("receipts/solapi", "[]", {"", "", "mysecret"}) == "INVALID_ARGUMENT");
  CHECK(check("receipts/nhn", "{}", {"mysecret", "", "mysecret"}) == "OK");
  CHECK(check("receipts/nhn", "{}", {"mysecreT", "", "mysecret"}) == "PERMISSION_DENIED");
  CHECK(check("receipts/nhn", "{}", {"mysecret", "", ""}) == "INVALID_ARGUMENT");
  CHECK(check("receipts/ses", "{}", {"a", "", "b"}) == "INVALID_ARGUMENT");
  const std::string key = ToBase64(
      "3059301306072a8648ce3d020106082a8648ce3d0301070342000431c7f959eeed15ae3ed405ef130a277be7e1cd6b87"
      "304fa45dac8ded0da61e24bde68206fdd84b4fa8187045db2ca41e60e838ff2f761a568f27db6f0aeba234");
  const std::string signature = ToBase64(
      "304502204837ef9953f247152adbebeab25487b277c8dd1e8d21d79c7175d2ced4e2fdd2022100b0015f0ac9d8b88a01"
      "0c0260d21fd9eb443e900f1c0dbc099016f473c3bec12e");
  const std::string body = "[{}]\r\n";
  CHECK(check("receipts/sendgrid", body, {signature, "1600112502", key}) == "OK");
  CHECK(check("receipts/sendgrid", body, {signature, "1600112503", key}) == "PERMISSION_DENIED");
  CHECK(check("receipts/sendgrid", "[{}]", {signature, "1600112502", key}) == "PERMISSION_DENIED");
  CHECK(check("receipts/sendgrid", body, {key, "1600112502", key}) == "PERMISSION_DENIED");
  CHECK(check("receipts/sendgrid", body, {signature, "1600112502", signature}) == "PERMISSION_DENIED");
  CHECK(check("receipts/sendgrid", body, {"!", "1600112502", "?"}) == "PERMISSION_DENIED");
  CHECK(check("receipts/sendgrid", body, {signature, "", key}) == "INVALID_ARGUMENT");
}

TEST_CASE("a mail carries the mark that a provider's reports give back") {
  auto header = [](const char* reports) {
    const auto adapter = MakeAdapter(
        kSmtpKind, {{"url", "smtp://mail.example:587"}, {"from", "shop@shop.example"}, {"reports", reports}});
    Message message = MakeMessage(42, "email", R"({"subject":"s","text":"t"})");
    message.address = "kim@shop.example";
    const Plan plan = adapter->Build({{message}}, kNowMs);
    REQUIRE(plan.requests.size() == 1);
    const std::string& mail = plan.requests[0].body;
    const size_t at = mail.find("\r\nX-S");
    return at == mail.npos ? std::string() : mail.substr(at + 2, mail.find("\r\n", at + 2) - at - 2);
  };
  CHECK(header("ses") == "X-SES-MESSAGE-TAGS: cartwheel=42.7.00112233445566778899aabbccddeeff");
  CHECK(header("sendgrid") == R"(X-SMTPAPI: {"unique_args":{"cartwheel":"42.7.00112233445566778899aabbccddeeff"}})");
  CHECK(header("") == "");
}

}  // namespace cartwheel
