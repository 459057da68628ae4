#include "core/policy/consent_rules.h"

#include <algorithm>

#include "absl/time/time.h"
#include "base/time.h"
#include "core/policy/packs.h"

namespace cartwheel {
namespace {

constexpr int kMonthsOfYear = 12;

// Found once: its look-up takes longer than what is done with it.
absl::TimeZone Seoul() {
  static const absl::TimeZone seoul = absl::FixedTimeZone(9 * 3600);
  return seoul;
}

// The same day of the calendar so many months later, on Seoul's clock; the last of its month where it has no such day.
int64_t MonthsAfter(int64_t at_ms, int months) {
  const absl::CivilSecond at = absl::ToCivilSecond(absl::FromUnixMillis(at_ms), Seoul());
  const absl::CivilMonth month = absl::CivilMonth(at) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  const absl::CivilSecond then(month.year(), month.month(), std::min(at.day(), last.day()), at.hour(), at.minute(),
                               at.second());
  return absl::ToUnixMillis(absl::FromCivil(then, Seoul()));
}

// The person's own state, unless the address refused since: a number that is called to refuse knows no person.
ConsentAnswer OfPersonAtAddress(const Customer& customer, const Endpoint* endpoint, ConsentMedium medium,
                                ConsentScope scope, uint64_t topic) {
  const Consents& consents = customer.consents;
  const ConsentAnswer own = AskConsent(consents, medium, scope, topic, 0);
  const bool bound = endpoint != nullptr &&
                     std::any_of(consents.begin(), consents.end(), [](const Consent& c) { return c.device != 0; });
  if (!bound) return own;
  const ConsentAnswer address = AskConsent(consents, medium, scope, topic, endpoint->key);
  const bool refused = address.state == ConsentState::kRefused &&
                       (own.state != ConsentState::kGranted || own.since_ms <= address.since_ms);
  return refused ? address : own;
}

// Whether an order stands for consent: where the shop says that the conditions of the exception are met.
bool BoughtLately(const Customer& customer, PackSet law, ConsentMedium medium, const Policy& policy, int64_t now_ms) {
  if (!policy.existing_customers || customer.last_order_at_ms == 0) return false;
  const std::optional<SaleException> sale = SaleExceptionFor(law, medium, policy.pack_numbers);
  if (!sale) return false;
  return sale->months == 0 || now_ms < MonthsAfter(customer.last_order_at_ms, sale->months);
}

}  // namespace

ConsentAnswer ConsentOf(const Customer& customer, const Endpoint* endpoint, ConsentMedium medium, ConsentScope scope,
                        uint64_t topic) {
  const ConsentAnswer own = OfPersonAtAddress(customer, endpoint, medium, scope, topic);
  if (!IsPush(medium) || endpoint == nullptr || endpoint->device == 0) return own;
  const ConsentAnswer device = AskConsent(customer.consents, medium, scope, topic, endpoint->device);
  if (device.state == ConsentState::kRefused || own.state == ConsentState::kUnknown) return device;
  return own;
}

std::optional<ConsentGap> FindConsentGap(const Customer& customer, const ConsentAnswer& answer, PackSet law,
                                         ConsentMedium medium, const Policy& policy, int64_t now_ms) {
  const ConsentRule rule = ConsentFor(law, medium);
  if (rule.need == ConsentNeed::kNone) return std::nullopt;
  const bool confirmed = rule.need != ConsentNeed::kDoubleOptIn || answer.confirmed_ms > answer.since_ms;
  if (answer.state != ConsentState::kGranted || !confirmed) {
    if (BoughtLately(customer, law, medium, policy, now_ms)) return std::nullopt;
    return ConsentGap{rule.rule, answer.state == ConsentState::kGranted ? Reason::kNotConfirmed : Reason::kNoConsent};
  }
  const int64_t due_ms = ReconfirmDueAt(answer, law, policy);
  if (due_ms != 0 && now_ms >= due_ms) return ConsentGap{ReconfirmMonths(law).rule, Reason::kReconfirmDue};
  return std::nullopt;
}

int64_t ReconfirmDueAt(const ConsentAnswer& answer, PackSet law, const Policy& policy) {
  const CountRule again = ReconfirmMonths(law, policy.pack_numbers);
  if (again.count == 0 || answer.state != ConsentState::kGranted) return 0;
  return MonthsAfter(answer.renewed_ms, again.count);
}

int64_t ReconfirmDayOf(int64_t renewed_ms, PackSet law, const PackNumbers& numbers) {
  const CountRule again = ReconfirmMonths(law, numbers);
  if (again.count == 0) return 0;
  const absl::CivilDay day(absl::ToCivilDay(absl::FromUnixMillis(MonthsAfter(renewed_ms, again.count)), Seoul()));
  return absl::ToUnixMillis(absl::FromCivil(day, Seoul()));
}

std::string_view TooYoung(const Customer& customer, PackSet law, const Policy& policy, int64_t now_ms) {
  const CountRule least = MinimumAge(law, policy.pack_numbers);
  if (least.count == 0) return {};
  if (const Value age = customer.attributes.Find("age"); age.kind() == Kind::kInt)
    return age.integer() < least.count ? least.rule : std::string_view();
  const Value born = customer.attributes.Find("birth_date");
  const auto born_ms = born.is_string() ? ParseInstant(born.text()) : std::nullopt;
  return born_ms && now_ms < MonthsAfter(*born_ms, least.count * kMonthsOfYear) ? least.rule : std::string_view();
}

uint64_t TopicOf(const MessageTemplate& message) { return TopicFingerprint(message.purpose); }

bool IsRefused(const Customer& customer, const MessageTemplate& message, std::string_view channel,
               const Playbook& playbook) {
  const auto& refused = customer.refused_channels;
  if (std::find(refused.begin(), refused.end(), channel) != refused.end()) return true;
  const auto medium = playbook.policy.MediumOf(channel);
  return medium &&
         ConsentOf(customer, customer.FindEndpoint(channel), *medium, ConsentScope::kAd, TopicOf(message)).state ==
             ConsentState::kRefused;
}

}  // namespace cartwheel
