// What Amazon SNS signs: messages signed by OpenSSL's command line over the text that SNS's guide describes.
#include "adapters/report_signature.h"
#include "base/status.h"
#include "fmt/format.h"
#include "providers/receipts.h"
#include "tests/catch.h"
#include "tests/unit/adapters/keys.h"
#include "tests/unit/adapters/sns_vectors.h"

namespace cartwheel {
namespace {

absl::StatusCode Check(std::string_view body, std::string_view certificate = kSnsCertificate,
                       std::string_view topic = kSnsTopic) {
  return CheckReportSignature("receipts/ses", body, {.secret = certificate, .topic = topic}).code();
}

std::string Changed(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

std::string Said(std::string_view record) {
  simdjson::dom::parser parser;
  std::vector<ProviderReport> reports;
  return ReadSesReport(parser.parse(record.data(), record.size()).value(), &reports);
}

}  // namespace

TEST_CASE("SNS: notifications and confirmations of both versions are right as they were sent") {
  for (const std::string_view body : {kSnsNotification1, kSnsNotification2, kSnsWithoutSubject, kSnsConfirmation}) {
    INFO(body);
    CHECK(Check(body) == absl::StatusCode::kOk);
  }
}

TEST_CASE("SNS: every member that is signed counts, and the version says by what") {
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"kim@shop", "lee@shop"},
                                 {"22b80b92", "22b80b93"},
                                 {"Amazon SES Email", "Amazon SES"},
                                 {"2026-05-02", "2026-05-03"},
                                 {R"("SignatureVersion": "2")", R"("SignatureVersion": "1")"},
                                 {R"("SignatureVersion": "2")", R"("SignatureVersion": "3")"},
                                 {R"("SignatureVersion": "2")", R"("Version": "2")"},
                                 {R"("Signature": ")", R"("Signature": "!)"},
                                 {R"("Signature": ")", R"("Signed": ")"},
                                 {"\"Notification\"", "\"UnsubscribeConfirmation\""}}) {
    INFO(from << " as " << to);
    CHECK(Check(Changed(kSnsNotification2, from, to)) == absl::StatusCode::kPermissionDenied);
  }
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"Action=Confirm", "Action=confirm"},
                                 {"\"Token\": \"2336412f37\"", "\"Token\": \"2336412f38\""}}) {
    INFO(from << " as " << to);
    CHECK(Check(Changed(kSnsConfirmation, from, to)) == absl::StatusCode::kPermissionDenied);
  }
  // What is not signed may be anything.
  CHECK(Check(Changed(kSnsNotification2, "x.pem", "y.pem")) == absl::StatusCode::kOk);
}

TEST_CASE("SNS: the topic is ours, and the certificate one that can be read") {
  CHECK(Check(kSnsNotification2, kSnsCertificate, "arn:aws:sns:ap-northeast-2:123456789012:other") ==
        absl::StatusCode::kPermissionDenied);
  CHECK(Check(kSnsNotification2, "no PEM") == absl::StatusCode::kPermissionDenied);
  CHECK(Check(kSnsNotification2, kP256Pem) == absl::StatusCode::kPermissionDenied);
  CHECK(Check(kSnsNotification2, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") ==
        absl::StatusCode::kPermissionDenied);
  CHECK(Check(kSnsNotification2, "") == absl::StatusCode::kInvalidArgument);
  CHECK(Check(kSnsNotification2, kSnsCertificate, "") == absl::StatusCode::kInvalidArgument);
  for (const std::string_view body : {"", "[]", "{}", "7", "{"}) {
    INFO(body);
    CHECK(Check(body) == absl::StatusCode::kPermissionDenied);
  }
}

TEST_CASE("SNS: the address to confirm at is shown where it is Amazon's") {
  CHECK(Said(kSnsConfirmation) ==
        "SNS asks to confirm its subscription: open "
        "https://sns.ap-northeast-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn="
        "arn:aws:sns:ap-northeast-2:123456789012:mail&Token=2336412f37 once");
  for (const std::string_view url : {"https://sns.evil.example/?x=.amazonaws.com", "http://sns.x.amazonaws.com/",
                                     "https://sns.x.amazonaws.com.evil.example/", "https://evil.example/", ""}) {
    INFO(url);
    CHECK(Said(fmt::format(R"({{"Type":"SubscriptionConfirmation","SubscribeURL":"{}"}})", url)) ==
          "SNS asks to confirm its subscription: open its SubscribeURL once");
  }
}

}  // namespace cartwheel
