// What came back for mails: reports of bounces (RFC 3464), and of complaints (ARF, RFC 5965).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cartwheel {

struct MailReport {
  bool complained = false;  // false: bounced, for good
  std::string address;
  std::string status;  // of a bounce: "5.1.1", or the three digits of a reply without one
  std::string key;     // of the message; empty where return paths have no token
};

struct ReportKeys {
  std::string return_path, return_key;  // as the channel's settings have them; empty: reports are believed unchecked
};

// What a mail reports. nullopt: it is no such report, it is about a delay or a success, or no address that it names
// fits the token of the return path that it came to: `*why` says which.
std::optional<MailReport> ReadMailReport(std::string_view mail, const ReportKeys& keys, std::string* why);

}  // namespace cartwheel
