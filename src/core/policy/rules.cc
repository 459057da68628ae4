#include "core/policy/rules.h"

namespace cartwheel {
namespace {

constexpr PolicyRule kPolicyRules[] = {
    {"KR-01", "Consent before any advertisement, for each medium", RuleKind::kEnforced},
    {"KR-02",
     "An order of the last 6 months stands for consent to advertisements for the same kind of goods, where the "
     "address was collected in the sale",
     RuleKind::kEnforced},
    {"KR-03", "No advertisement after a refusal or withdrawal, whatever was bought", RuleKind::kEnforced},
    {"KR-04",
     "No advertisement arrives from 21:00 to 08:00 without a consent for the night; e-mail is exempt; carriers "
     "are handed none after 20:50",
     RuleKind::kEnforced},
    {"KR-05", "The mark (광고), the sender, the contact and the way to opt out, in the form of the medium",
     RuleKind::kEnforced},
    {"KR-06", "No hindered opt-out, no generated or harvested addresses, no hidden sender", RuleKind::kOutside},
    {"KR-07", "Opting out costs the recipient nothing", RuleKind::kConfigured},
    {"KR-08", "The result of a consent, refusal or withdrawal is told within 14 days", RuleKind::kEnforced},
    {"KR-09", "The recipient is told of a consent again every 2 years", RuleKind::kEnforced},
    {"KR-10", "Bulk advertisements by SMS go through a certified provider only", RuleKind::kConfigured, "2026-10-01"},
    {"KR-11", "No advertisement for goods whose sale is illegal", RuleKind::kOutside},
    {"KR-12", "Consent before software that shows advertisements or collects data is installed", RuleKind::kOutside},
    {"KR-13", "A page that was refused asks again after 7 days at the earliest", RuleKind::kEnforced, "2025-02-14"},
    {"KR-14", "What is said of stock, time and other buyers is true when it is sent", RuleKind::kOutside},
    {"KR-15", "No advertisement to a person who is known to be under 14", RuleKind::kEnforced},
    {"KAKAO-01", "Brand messages from 08:00 to 20:50 in Seoul, whatever the consent and the country",
     RuleKind::kEnforced},
    {"KAKAO-02",
     "No Alimtalk about a cart, about what was looked at or wished for, about prices, coupons, birthdays, or to win "
     "customers back",
     RuleKind::kEnforced},
    {"KAKAO-03", "A brand message is an advertisement", RuleKind::kEnforced},
    {"KAKAO-04", "An Alimtalk is no advertisement", RuleKind::kEnforced},
    {"KAKAO-05", "Friendtalk has ended; a brand message is sent instead", RuleKind::kEnforced, "2025-12-31"},
    {"KAKAO-06", "Targeting M and N are for channels that Kakao has admitted to them", RuleKind::kConfigured},
    {"KAKAO-07", "A button that adds the channel stands in messages with the targeting M or N only",
     RuleKind::kEnforced},

    {"CLASS-01", "A transactional message or a notice does not promote: it has no word of coupons, discounts, sales",
     RuleKind::kEnforced},

    {"US-01", "SMS: prior express written consent", RuleKind::kEnforced},
    {"US-02", "SMS from 08:00 to 21:00 of the recipient's time, where the state has no hours of its own",
     RuleKind::kEnforced},
    {"US-03",
     "SMS where the state is not known: Monday to Friday 10:00 to 18:00, Saturday 10:00 to 17:00, which is "
     "inside the hours of every state",
     RuleKind::kEnforced},
    {"US-04", "E-mail needs no consent; a refusal binds", RuleKind::kEnforced},
    {"US-05", "Push and Kakao messages need consent, as the platforms' terms ask", RuleKind::kEnforced},
    {"US-06", "One STOP ends all advertisements by SMS, of every topic; applied already", RuleKind::kEnforced,
     "2027-01-31"},
    {"US-07", "E-mail says that it is an advertisement, who sends it from which postal address, and how to opt out",
     RuleKind::kEnforced},
    {"US-08", "No advertisement to a person who is known to be under 13", RuleKind::kEnforced},
    {"US-09", "SMS says who sends it and how to stop it, as carriers ask", RuleKind::kEnforced},
    {"US-AL-01", "Alabama: no SMS on Sunday", RuleKind::kEnforced},
    {"US-CT-01", "Connecticut: SMS from 09:00 to 20:00", RuleKind::kEnforced},
    {"US-FL-01", "Florida: SMS from 08:00 to 20:00", RuleKind::kEnforced},
    {"US-FL-02", "Florida, and where the state is not known: at most 3 SMS in any 24 hours", RuleKind::kEnforced},
    {"US-KY-01", "Kentucky: SMS from 10:00 to 21:00", RuleKind::kEnforced},
    {"US-LA-01", "Louisiana: no SMS on Sunday", RuleKind::kEnforced},
    {"US-MA-01", "Massachusetts: SMS from 08:00 to 20:00", RuleKind::kEnforced},
    {"US-MD-01", "Maryland: SMS from 08:00 to 20:00", RuleKind::kEnforced},
    {"US-MS-01", "Mississippi: SMS from 08:00 to 20:00, none on Sunday", RuleKind::kEnforced},
    {"US-NJ-01", "New Jersey: SMS from 08:00 to 20:00", RuleKind::kEnforced},
    {"US-NV-01", "Nevada: SMS from 09:00 to 20:00", RuleKind::kEnforced},
    {"US-OK-01", "Oklahoma: SMS from 08:00 to 20:00", RuleKind::kEnforced},
    {"US-RI-01", "Rhode Island: SMS from 09:00 to 18:00, on weekends from 10:00 to 17:00", RuleKind::kEnforced},
    {"US-TX-01", "Texas: SMS from 09:00 to 21:00, on Sunday from 12:00", RuleKind::kEnforced},
    {"US-VA-01", "Virginia: a STOP is honoured for 10 years; here without end", RuleKind::kEnforced},

    {"CA-01", "Consent before any advertisement, express or implied", RuleKind::kEnforced},
    {"CA-02", "An order of the last 2 years implies consent", RuleKind::kEnforced},
    {"CA-03", "The sender and a way to opt out in every message", RuleKind::kEnforced},
    {"CA-04", "An inquiry implies consent for 6 months; the shop tells it as a consent", RuleKind::kOutside},

    {"EU-01", "Consent before any advertisement", RuleKind::kEnforced},
    {"EU-02", "E-mail: the consent is in force when the address has confirmed it", RuleKind::kEnforced},
    {"EU-03",
     "E-mail and SMS: an order stands for consent to advertisements for similar goods, where the address was "
     "collected in the sale",
     RuleKind::kEnforced},
    {"EU-04", "The sender and a way to opt out in every message", RuleKind::kEnforced},
    {"EU-05", "No advertisement after an objection", RuleKind::kEnforced},
    {"EU-06", "No advertisement to a person who is known to be under 16", RuleKind::kEnforced},

    {"SHOP-01", "The playbook's own hours, inside those of the law", RuleKind::kConfigured},
};

}  // namespace

absl::Span<const PolicyRule> PolicyRules() { return kPolicyRules; }

const PolicyRule* FindPolicyRule(std::string_view id) {
  for (const PolicyRule& rule : kPolicyRules) {
    if (rule.id == id) return &rule;
  }
  return nullptr;
}

}  // namespace cartwheel
