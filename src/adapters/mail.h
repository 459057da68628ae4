// A mail, whole: header and bodies, built of a message's parts. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cartwheel {

struct MailParts {
  std::string_view key;  // of the message: 32 hexadecimal digits
  std::string from, from_name, to, reply_to;
  std::string message_id_domain;
  std::string subject, text, html, preheader;
  std::string unsubscribe_url;     // of one message; empty: none. Takes the POST of RFC 8058
  std::string unsubscribe_mailto;  // an address; empty: none
  std::string feedback_id;         // "campaign:journey:class:sender"
  std::string report_header;       // a header by which a provider's reports name the message; empty: none
};

// Header and body, lines ended by CRLF. InvalidArgument: there is no text, or an address is none.
absl::StatusOr<std::string> BuildMail(const MailParts& parts, int64_t now_ms);

}  // namespace cartwheel
