#include "adapters/smtp_codes.h"

#include <algorithm>

#include "fmt/format.h"

namespace cartwheel {
namespace {

using enum OutcomeCode;

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kGreylistMs = 15 * kMinuteMs;
constexpr int64_t kHourMs = 60 * kMinuteMs;

// IANA, "Simple Mail Transfer Protocol (SMTP) Enhanced Status Codes Registry" (RFC 3463 and those after it). These are
// answers of the shop's own submission server: what it refuses for want of a right is for the shop to set right.
constexpr CodeRow kEnhanced[] = {
    {"4.2.1", kRetry, "mailbox disabled, or too many mails to it", kGreylistMs},
    {"4.2.2", kRetry, "mailbox full", kHourMs},
    {"4.3.1", kRetry, "mail system full", kGreylistMs},
    {"4.3.2", kRetry, "system not accepting mail", kGreylistMs},
    {"4.4.*", kRetry, "network or routing", kGreylistMs},
    {"4.7.0", kRetry, "policy, or a temporary failure of authentication", kGreylistMs},
    {"4.7.*", kRetry, "policy, greylisting or a rate limit", kGreylistMs},
    {"4.*", kRetry, "temporary failure"},
    {"5.1.1", kGone, "no such mailbox"},
    {"5.1.10", kGone, "the recipient's domain takes no mail"},
    {"5.1.2", kGone, "no such domain"},
    {"5.1.3", kGone, "the address is none"},
    {"5.1.6", kGone, "mailbox moved"},
    {"5.1.7", kConfig, "the sender's address is none"},
    {"5.1.8", kConfig, "the sender's domain is none"},
    {"5.1.*", kFailedFinal, "address"},
    {"5.2.1", kGone, "mailbox disabled"},
    {"5.2.2", kFailedFinal, "mailbox full"},
    {"5.2.3", kRejectMsg, "message too long for the mailbox"},
    {"5.2.*", kFailedFinal, "mailbox"},
    {"5.3.4", kRejectMsg, "message too big for the system"},
    {"5.3.*", kFailedFinal, "mail system"},
    {"5.4.*", kFailedFinal, "network or routing"},
    {"5.5.*", kConfig, "protocol"},
    {"5.6.*", kRejectMsg, "content"},
    {"5.7.0", kConfig, "security"},
    {"5.7.1", kConfig, "refused by policy, or relaying denied"},
    {"5.7.15", kConfig, "priority too low"},
    {"5.7.20", kConfig, "no passing DKIM signature"},
    {"5.7.23", kConfig, "SPF failed"},
    {"5.7.26", kConfig, "not authenticated by SPF or DKIM"},
    {"5.7.515", kConfig, "not authenticated (Outlook)"},
    {"5.7.8", kConfig, "user or password is wrong"},
    {"5.7.9", kConfig, "authentication too weak, or policy (Yahoo)"},
    {"5.7.*", kConfig, "security or policy"},
    {"5.*", kFailedFinal, "permanent failure"},
};

// RFC 5321, section 4.2.3, and RFC 4954, section 4.
constexpr CodeRow kReplies[] = {
    {"421", kRetry, "service not available", kGreylistMs},
    {"432", kConfig, "a password transition is needed"},
    {"450", kRetry, "mailbox busy", kGreylistMs},
    {"451", kRetry, "error in processing", kGreylistMs},
    {"452", kRetry, "insufficient storage", kGreylistMs},
    {"454", kRetry, "temporary failure of authentication or TLS", kGreylistMs},
    {"455", kRetry, "parameters cannot be met now", kGreylistMs},
    {"500", kConfig, "command not recognized"},
    {"501", kConfig, "error in parameters"},
    {"502", kConfig, "command not implemented"},
    {"503", kConfig, "bad sequence of commands"},
    {"504", kConfig, "parameter not implemented"},
    {"521", kConfig, "the server takes no mail"},
    {"530", kConfig, "authentication required"},
    {"534", kConfig, "authentication too weak"},
    {"535", kConfig, "user or password is wrong"},
    {"538", kConfig, "encryption required for authentication"},
    {"550", kFailedFinal, "mailbox unavailable"},
    {"551", kFailedFinal, "user not local"},
    {"552", kFailedFinal, "mailbox full"},
    {"553", kFailedFinal, "mailbox name not allowed"},
    {"554", kFailedFinal, "transaction failed"},
    {"555", kConfig, "parameters not recognized"},
    {"556", kGone, "the recipient's domain takes no mail"},
};

constexpr CodeRow kTemporary = {"4", kRetry, "temporary failure"};
constexpr CodeRow kPermanent = {"5", kRejectMsg, "refused"};

}  // namespace

absl::Span<const CodeRow> EnhancedCodes() { return kEnhanced; }
absl::Span<const CodeRow> ReplyCodes() { return kReplies; }

std::string EnhancedCodeOf(std::string_view reply) {
  if (reply.size() < 5) return {};
  const char digit = reply[0];
  const std::string_view text = reply.substr(4);
  const std::string_view code = text.substr(0, text.find_first_not_of("0123456789."));
  const bool has_class = code.size() >= 5 && code[0] == digit && code[1] == '.';
  return has_class && std::count(code.begin(), code.end(), '.') == 2 && code.back() != '.' ? std::string(code)
                                                                                           : std::string();
}

const CodeRow& RowOfReply(int status, std::string_view reply) {
  if (const std::string enhanced = EnhancedCodeOf(reply); !enhanced.empty())
    if (const CodeRow* row = FindCode(kEnhanced, enhanced)) return *row;
  if (const CodeRow* row = FindCode(kReplies, fmt::format("{}", status))) return *row;
  return status < 500 ? kTemporary : kPermanent;
}

}  // namespace cartwheel
