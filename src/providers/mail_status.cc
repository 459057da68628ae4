#include "providers/mail_status.h"

#include "providers/code_table.h"

namespace cartwheel {
namespace {

using enum OutcomeCode;

// RFC 3463, sections 3.2 to 3.7, and IANA's registry of enhanced status codes.
constexpr CodeRow kStatuses[] = {
    {"5.1.1", kGone, "no such mailbox"},
    {"5.1.2", kGone, "no such domain"},
    {"5.1.3", kGone, "the address is not valid"},
    {"5.1.6", kGone, "the mailbox has moved"},
    {"5.1.10", kGone, "the domain takes no mail"},
    {"5.2.1", kGone, "the mailbox is closed"},
    {"5.2.3", kRejectMsg, "the mail is too large for the mailbox"},
    {"5.3.4", kRejectMsg, "the mail is too large"},
    {"5.6.*", kRejectMsg, "the mail's content"},
};

}  // namespace

OutcomeCode OutcomeOfMailStatus(std::string_view status) {
  const CodeRow* row = FindCode(kStatuses, status);
  return row == nullptr ? kFailedFinal : row->outcome;
}

}  // namespace cartwheel
