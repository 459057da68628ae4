// Reports of bounces and complaints, as servers write them, and such as try to speak of an address that is not theirs.
#include "adapters/mail_report.h"

#include "adapters/mime.h"
#include "adapters/verp.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

const std::string kKey = "0123456789abcdef0123456789abcdef";
const ReportKeys kKeys{"bounce@bounces.shop.example", "a secret of the tests"};
const std::string kPath = MakeReturnPath(kKeys.return_path, kKey, "kim@mail.example", kKeys.return_key);

// A report in Postfix's shape, with one block of a recipient.
std::string Dsn(const std::string& to, const std::string& block, const std::string& returned = "") {
  return "From: MAILER-DAEMON@mx.example\r\nTo: " + to +
         "\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
         "report-type=delivery-status;\r\n"
         "\tboundary=\"AA/mx\"\r\n\r\nThis is MIME.\r\n\r\n--AA/mx\r\nContent-Type: "
         "text/plain\r\n\r\nSorry.\r\n\r\n--AA/mx\r\n"
         "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\nArrival-Date: now\r\n\r\n" +
         block + "\r\n--AA/mx\r\nContent-Type: message/rfc822\r\n\r\nFrom: shop@shop.example\r\n" + returned +
         "Subject: cart\r\n\r\nhello\r\n--AA/mx--\r\n";
}

std::string Arf(const std::string& fields, const std::string& to) {
  return "From: fbl@isp.example\r\nTo: abuse@shop.example\r\nContent-Type: multipart/report; "
         "report-type=feedback-report; "
         "boundary=b1\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n--b1\r\nContent-Type: "
         "message/feedback-report\r\n\r\n" +
         fields + "\r\n--b1\r\nContent-Type: message/rfc822\r\n\r\nFrom: shop@shop.example\r\nTo: " + to +
         "\r\nSubject: cart\r\n\r\nhello\r\n--b1--\r\n";
}

// "bounced kim@mail.example 5.1.1 KEY", or why there is none.
std::string Said(const std::string& mail, const ReportKeys& keys = kKeys) {
  std::string why;
  const std::optional<MailReport> report = ReadMailReport(mail, keys, &why);
  if (!report) return why;
  return std::string(report->complained ? "complained " : "bounced ") + report->address +
         (report->status.empty() ? "" : " " + report->status) + (report->key == kKey ? " KEY" : report->key);
}

constexpr const char* kFailed =
    "Final-Recipient: rfc822; kim@mail.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 "
    "no\r\n";

}  // namespace

TEST_CASE("mail report: bounces, as they come") {
  struct Case {
    std::string mail;
    std::string said;
  };
  const Case kCases[] = {
      {Dsn(kPath, kFailed), "bounced kim@mail.example 5.1.1 KEY"},
      {Dsn("<" + kPath + ">",
           "Original-Recipient: rfc822;kim@mail.example\r\nFinal-Recipient: rfc822;k1@inner.example\r\n"
           "Action: FAILED\r\nStatus: 5.2.2 (full)\r\n"),
       "bounced kim@mail.example 5.2.2 KEY"},
      {Dsn(kPath, "Final-Recipient: rfc822; Kim@Mail.Example\r\nAction: failed\r\nStatus: 4.4.7\r\n"),
       "bounced Kim@Mail.Example 4.4.7 KEY"},
      {Dsn(kPath,
           "Final-Recipient: rfc822; kim@mail.example\r\nAction: failed\r\nDiagnostic-Code: smtp; 550 no such\r\n"
           " user here\r\n"),
       "bounced kim@mail.example 550 KEY"},
      // An address that was forwarded: the mail that came back says whom it was for.
      {Dsn(kPath, "Final-Recipient: rfc822; other@inner.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
           "To: Kim <kim@mail.example>\r\n"),
       "bounced kim@mail.example 5.1.1 KEY"},
      {Dsn(kPath, "Final-Recipient: rfc822; kim@mail.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n"),
       "the report is about neither a failure nor a complaint"},
      {Dsn(kPath, "Final-Recipient: rfc822; kim@mail.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n"),
       "the report is about neither a failure nor a complaint"},
      {Dsn(kPath, "Final-Recipient: rfc822; lee@mail.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"),
       "no address of the report fits the return path that it came to"},
      {Dsn("postmaster@bounces.shop.example", kFailed), "the report came to no return path of this channel"},
      {Dsn(kPath.substr(0, 20) + "x" + kPath.substr(21), kFailed), "the report came to no return path of this channel"},
      {Dsn(kPath, "Action: failed\r\nStatus: 5.1.1\r\n"), "the report names no address"},
      {"From: a@b.example\r\nTo: " + kPath + "\r\n\r\nI am on holiday.\r\n",
       "this mail is no report of a bounce or a complaint"},
      {"", "this mail is no report of a bounce or a complaint"},
  };
  for (const Case& c : kCases) {
    INFO(c.mail);
    CHECK(Said(c.mail) == c.said);
    std::string with_line_feeds = c.mail;  // as pipes of mail servers deliver it
    std::erase(with_line_feeds, '\r');
    CHECK(Said(with_line_feeds) == c.said);
  }
}

TEST_CASE("mail report: without return paths a report is believed unchecked") {
  CHECK(Said(Dsn("shop@shop.example", kFailed), {}) == "bounced kim@mail.example 5.1.1");
}

TEST_CASE("mail report: a status that is encoded is read") {
  std::string mail = Dsn(kPath, "@");
  const std::string part =
      "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\nArrival-Date: now\r\n\r\n@";
  REQUIRE(mail.find(part) != std::string::npos);
  std::string base64 = mail, quoted = mail;
  // "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; kim@mail.example\nAction: failed\nStatus: 5.1.1\n", by base64(1)
  base64.replace(mail.find(part), part.size(),
                 "Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                 "UmVwb3J0aW5nLU1UQTogZG5zOyBhCgpGaW5hbC1SZWNpcGllbnQ6IHJmYzgyMjsga2ltQG1haWwu\r\n"
                 "ZXhhbXBsZQpBY3Rpb246IGZhaWxlZApTdGF0dXM6IDUuMS4xCg==\r\n");
  quoted.replace(mail.find(part), part.size(),
                 "Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\n"
                 "Reporting-MTA: dns; a\r\n\r\nFinal-Recipient: rfc822; kim=40mail.=\r\nexample\r\nAction: failed\r\n"
                 "Status: 5.1.1\r\n");
  CHECK(Said(base64) == "bounced kim@mail.example 5.1.1 KEY");
  CHECK(Said(quoted) == "bounced kim@mail.example 5.1.1 KEY");
}

TEST_CASE("mail report: complaints") {
  struct Case {
    std::string mail;
    std::string said;
  };
  const Case kCases[] = {
      {Arf("Feedback-Type: abuse\r\nUser-Agent: isp/1\r\nVersion: 1\r\nOriginal-Mail-From: <" + kPath +
               ">\r\nOriginal-Rcpt-To: <kim@mail.example>\r\n",
           "redacted"),
       "complained kim@mail.example KEY"},
      {Arf("Feedback-Type: abuse\r\nOriginal-Mail-From: " + kPath + "\r\n", "kim@mail.example"),
       "complained kim@mail.example KEY"},
      {Arf("Feedback-Type: abuse\r\nOriginal-Mail-From: " + kPath + "\r\n", "lee@mail.example"),
       "no address of the report fits the return path that it came to"},
      {Arf("Feedback-Type: abuse\r\n", "kim@mail.example"), "the report came to no return path of this channel"},
      {Arf("Feedback-Type: not-spam\r\nOriginal-Mail-From: " + kPath + "\r\n", "kim@mail.example"),
       "the report is about neither a failure nor a complaint"},
  };
  for (const Case& c : kCases) {
    INFO(c.mail);
    CHECK(Said(c.mail) == c.said);
  }
}

TEST_CASE("mail report: whatever is broken, or nested without end, is read to an end") {
  const std::string whole = Dsn(kPath, kFailed);
  for (size_t size = 0; size <= whole.size(); ++size) Said(whole.substr(0, size));
  std::string nested;
  for (int i = 0; i < 1000; ++i) nested += "Content-Type: message/rfc822\r\n\r\n";
  CHECK(Said(nested) == "this mail is no report of a bounce or a complaint");
  std::string many = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 10000; ++i) many += "--b\r\n\r\nx\r\n";
  size_t parts = 0;
  WalkMail(many, [&](const MimePart&) { ++parts; });
  CHECK(parts == 1 + kMimePartsMax);
  parts = 0;
  WalkMail(nested, [&](const MimePart&) { ++parts; });
  CHECK(parts == 1 + kMimeDepthMax);
}

TEST_CASE("mail report: content types are read with their parameters") {
  struct Case {
    const char *value, *type, *name, *parameter;
  };
  constexpr Case kCases[] = {
      {"multipart/report; boundary=abc", "multipart/report", "boundary", "abc"},
      {"Multipart/Report; report-type=x; BOUNDARY=\"a b;c\"; charset=utf-8", "multipart/report", "boundary", "a b;c"},
      {"multipart/report; boundary=\"a\\\"b\"", "multipart/report", "boundary", "a\"b"},
      {"text/plain;charset=utf-8;format=flowed", "text/plain", "format", "flowed"},
      {"", "text/plain", "boundary", ""},
      {"multipart/report; boundary", "multipart/report", "boundary", ""},
      {"multipart/report; boundary=\"open", "multipart/report", "boundary", "open"},
  };
  for (const Case& c : kCases) {
    INFO(c.value);
    ContentType type = ReadContentType(c.value);
    CHECK(type.type == c.type);
    CHECK(type.parameters[c.name] == c.parameter);
  }
}
