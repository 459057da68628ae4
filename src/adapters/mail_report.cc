#include "adapters/mail_report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "adapters/lower.h"
#include "adapters/mail_text.h"
#include "adapters/mime.h"
#include "adapters/verp.h"

namespace cartwheel {
namespace {

// What was found on the way through the parts.
struct Findings {
  bool is_report = false;  // a part of one of the two kinds was there
  bool complained = false, bounced = false;
  std::string status;
  std::vector<std::string> addresses;  // in the order of trust
  std::optional<ReturnPath> path;
};

// "rfc822; <kim@shop.example>", "Kim <kim@shop.example>", "kim@shop.example".
void AddAddress(std::string_view text, Findings* findings) {
  if (const size_t semicolon = text.find(';'); semicolon != text.npos) text.remove_prefix(semicolon + 1);
  if (const size_t open = text.rfind('<'); open != text.npos)
    text = text.substr(open + 1, text.find('>', open) - open - 1);
  const size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text = text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
  if (IsMailAddress(text)) findings->addresses.emplace_back(text);
}

// "5.1.1" of "5.1.1 (no such user)"; of "smtp; 550 5.1.1 …" and "smtp; 550 no" what stands after the type.
std::string StatusOf(std::string_view text) {
  if (const size_t semicolon = text.find(';'); semicolon != text.npos) text.remove_prefix(semicolon + 1);
  std::string digits;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = text.find_first_of("245", at);
    if (begin == text.npos) break;
    const size_t end = std::min(text.find_first_not_of("0123456789.", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (std::count(word.begin(), word.end(), '.') == 2 && word[1] == '.' && word.back() != '.')
      return std::string(word);
    if (digits.empty() && word.size() == 3 && word.find('.') == word.npos) digits = word;
    at = std::max(end, begin + 1);
  }
  return digits;
}

// The fields of each block of a delivery status; the first is about the mail as a whole.
void ReadDeliveryStatus(std::string_view body, Findings* findings) {
  findings->is_report = true;
  while (!body.empty()) {
    const MimeHeader block = ReadMimeHeader(body, &body);
    if (Lower(FindField(block, "action")) != "failed") continue;
    findings->bounced = true;
    if (findings->status.empty()) findings->status = StatusOf(FindField(block, "status"));
    if (findings->status.empty()) findings->status = StatusOf(FindField(block, "diagnostic-code"));
    AddAddress(FindField(block, "original-recipient"), findings);
    AddAddress(FindField(block, "final-recipient"), findings);
  }
}

void ReadFeedback(std::string_view body, const ReportKeys& keys, Findings* findings) {
  findings->is_report = true;
  std::string_view rest;
  const MimeHeader fields = ReadMimeHeader(body, &rest);
  findings->complained = Lower(FindField(fields, "feedback-type")) == "abuse";
  AddAddress(FindField(fields, "original-rcpt-to"), findings);
  if (!findings->path && !keys.return_path.empty())
    findings->path = FindReturnPath(FindField(fields, "original-mail-from"), keys.return_path);
}

}  // namespace

std::optional<MailReport> ReadMailReport(std::string_view mail, const ReportKeys& keys, std::string* why) {
  Findings findings;
  bool is_first = true;
  WalkMail(mail, [&](const MimePart& part) {
    const bool is_outer = std::exchange(is_first, false);
    for (const auto& [name, value] : part.header)
      if (!findings.path && !keys.return_path.empty()) findings.path = FindReturnPath(value, keys.return_path);
    if (part.type.type == "message/delivery-status") ReadDeliveryStatus(part.body, &findings);
    if (part.type.type == "message/feedback-report") ReadFeedback(part.body, keys, &findings);
    // The mail that came back, or its header alone.
    std::string_view rest;
    if (part.type.type == "text/rfc822-headers")
      AddAddress(FindField(ReadMimeHeader(part.body, &rest), "to"), &findings);
    else if (!is_outer)
      AddAddress(FindField(part.header, "to"), &findings);
  });
  auto none = [&](std::string_view reason) {
    *why = reason;
    return std::nullopt;
  };
  if (!findings.is_report) return none("this mail is no report of a bounce or a complaint");
  if (!findings.bounced && !findings.complained) return none("the report is about neither a failure nor a complaint");
  if (!keys.return_path.empty() && !findings.path) return none("the report came to no return path of this channel");
  for (const std::string& address : findings.addresses) {
    if (findings.path && !WasSentTo(*findings.path, address, keys.return_key)) continue;
    return MailReport{findings.complained, address, findings.complained ? "" : findings.status,
                      findings.path ? findings.path->key : ""};
  }
  return none(findings.addresses.empty() ? "the report names no address"
                                         : "no address of the report fits the return path that it came to");
}

}  // namespace cartwheel
