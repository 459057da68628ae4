// Mail and settings: a report of a mail names only the address that its return path was made for, a reply of a mail
// server has an outcome, no text of a message makes a header of its own, and channels.json is read or refused with a
// place.
#include "adapters/mail.h"

#include "adapters/channels_json.h"
#include "adapters/kinds.h"
#include "adapters/mail_report.h"
#include "adapters/smtp_codes.h"
#include "adapters/verp.h"
#include "base/status.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

constexpr std::string_view kKey = "0123456789abcdef0123456789abcdef";

ReportKeys Keys() { return {"bounce@b.example", "a secret of the tests"}; }

void FuzzReport(std::string_view input) {
  std::string why;
  const std::optional<MailReport> report = ReadMailReport(input, Keys(), &why);
  Check(report.has_value() != !why.empty(), "a report, or why there is none");
  if (report)
    Check(WasSentTo(*FindReturnPath(MakeReturnPath(Keys().return_path, report->key, report->address, Keys().return_key),
                                    Keys().return_path),
                    report->address, Keys().return_key) &&
              report->address == "kim@m.example",
          "only the address that the mail was sent to");
  ReadMailReport(input, {}, &why);
}

void FuzzMail(std::string_view input) {
  MailParts parts;
  parts.key = kKey;
  parts.from = "shop@b.example";
  parts.to = "kim@m.example";
  parts.message_id_domain = "b.example";
  parts.subject = parts.from_name = parts.text = parts.html = parts.preheader = std::string(input);
  parts.unsubscribe_url = parts.feedback_id = std::string(input);
  const absl::StatusOr<std::string> mail = BuildMail(parts, 1'767'225'600'000);
  if (input.empty()) return Check(!mail.ok(), "a mail without texts is none");
  Check(mail.ok(), "a mail of any text");
  const std::string_view header = std::string_view(*mail).substr(0, mail->find("\r\n\r\n") + 2);
  for (size_t begin = 0; begin < header.size();) {
    const size_t end = header.find("\r\n", begin);
    const std::string_view line = header.substr(begin, end - begin);
    begin = end + 2;
    Check(line.find_first_of("\r\n") == line.npos, "lines end with CRLF");
    bool known = line.starts_with(' ');
    for (std::string_view name : {"Date: ", "From: ", "To: ", "Subject: ", "Message-ID: ", "List-Unsubscribe: ",
                                  "List-Unsubscribe-Post: ", "Feedback-ID: ", "MIME-Version: ", "Content-Type: "})
      known |= line.starts_with(name);
    Check(known, "no header but the mail's own");
    for (char c : line) Check(c >= ' ' && c <= '~', "headers are printable ASCII");
  }
}

void FuzzSettings(std::string_view input) {
  const SecretSources sources{"", [](const std::string&) -> absl::StatusOr<std::string> { return std::string("s"); },
                              [](const std::string&) -> absl::StatusOr<std::string> { return std::string("s"); }};
  const absl::StatusOr<ChannelsJson> file = ReadChannelsJson(input, sources, AdapterKinds());
  if (!file.ok()) Check(StatusText(file.status()).find("): ") != std::string::npos, "an error has its place");
}

}  // namespace

void Fuzz(std::string_view input) {
  switch (Choose(input, 4)) {
    case 0:
      return FuzzReport(input);
    case 1:
      return FuzzMail(input);
    case 2:
      return FuzzSettings(input);
    default:
      Check(!RowOfReply(550, input).meaning.empty(), "every reply has a row");
  }
}

std::vector<std::string> Seeds() {
  const std::string path = MakeReturnPath(Keys().return_path, kKey, "kim@m.example", Keys().return_key);
  const std::string fields = "Final-Recipient: rfc822; kim@m.example\nAction: failed\nStatus: 5.1.1\n";
  return {
      std::string(1, '\0') + "To: " + path + "\nContent-Type: multipart/report; boundary=\"b\"\n\n--b\n" +
          "Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\n" + fields + "\n--b--\n",
      std::string(1, '\0') +
          "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\n" +
          "Feedback-Type: abuse\nOriginal-Mail-From: " + path + "\nOriginal-Rcpt-To: kim@m.example\n--b\n" +
          "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nVG86IGtpbUBtLmV4YW1wbGU=\n--b--\n",
      "\1(광고) 온도상점 <body> & \"quoted\" =?UTF-8?B?aGk=?=",
      "\1https://shop.example/o?t=abc",
      R"()"
      "\2"
      R"({"channels": {"email": {"kind": "smtp", "url": "smtp://m.example:587", "from": "a@b.example"}}})",
      R"()"
      "\2"
      R"({"channels": {"a": {"kind": "solapi", "api_key": {"env": "A"}, "routes": {"a": "b"}, "rate_per_second": 1}}, "deliver_only_to": ["*"]})",
      "\3"
      "550 5.1.1 no such user",
      "\3"
      "550-5.7.26 unauthenticated\r\n550 5.7.26 see",
  };
}

}  // namespace cartwheel::fuzz
