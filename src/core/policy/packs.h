// The rule packs: the law of Korea, the United States, Canada and the European Union on advertisements, as tables. Each
// number has its rule's id (rules.h). Pure.
//
// Asked for several packs, each function answers the strictest of them: the strongest consent, the shortest exception,
// the highest age. Asked for no pack it answers that nothing is needed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/types/span.h"
#include "core/model/consent_medium.h"
#include "core/model/pack.h"
#include "core/model/pack_numbers.h"
#include "core/policy/us_states.h"
#include "core/policy/week.h"

namespace cartwheel {

// From the weakest to the strongest. A refusal binds under each of them.
enum class ConsentNeed : uint8_t {
  kNone,
  kExpressOrImplied,  // an order of the last time stands for consent (SaleExceptionFor)
  kExpress,
  kExpressWritten,  // with the wording that was agreed to
  kDoubleOptIn,     // in force when the address itself has confirmed
};
struct ConsentRule {
  ConsentNeed need = ConsentNeed::kNone;
  std::string_view rule;
};
// Returns the consent that an advertisement needs.
[[nodiscard]] ConsentRule ConsentFor(PackSet packs, ConsentMedium medium);

// An order that stands for consent: for how long after it, and under which conditions.
struct SaleException {
  int months = 0;                   // 0: without end
  bool same_goods = false;          // only for the kind of goods that were bought
  bool collected_directly = false;  // only where the recipient gave the address to the shop in the sale
  std::string_view rule;
};
// Returns the exception for existing customers; empty where a pack that asks for consent has none. `numbers`, here and
// below: of the playbook, which stand in the place of the law's.
[[nodiscard]] std::optional<SaleException> SaleExceptionFor(PackSet packs, ConsentMedium medium,
                                                            const PackNumbers& numbers = {});

enum class LabelNeed : uint8_t {
  kNone,
  kSender,   // who sends it, and how to opt out
  kLiteral,  // that, and the literal mark of an advertisement
};
struct LabelRule {
  LabelNeed need = LabelNeed::kNone;
  std::string_view rule;
};
[[nodiscard]] LabelRule LabelFor(PackSet packs, ConsentMedium medium);

// A duty or bound that counts days, months or years; empty rule: there is none.
struct CountRule {
  int count = 0;
  std::string_view rule;
};
[[nodiscard]] CountRule ResultNoticeDays(PackSet packs);  // after a consent, refusal or withdrawal
[[nodiscard]] CountRule ReconfirmMonths(PackSet packs, const PackNumbers& numbers = {});  // after a consent, and again
[[nodiscard]] CountRule MinimumAge(PackSet packs, const PackNumbers& numbers = {});  // of who is known to be younger,
                                                                                     // no advertisement

// The law's own cap of messages in a span that rolls.
struct LawCap {
  int messages_max = 0;
  int64_t within_ms = 0;
  std::string_view rule;
};
[[nodiscard]] std::optional<LawCap> LawCapFor(PackSet packs, StateId state, ConsentMedium medium,
                                              const PackNumbers& numbers = {});

// Returns from when on a bulk channel of the medium must be certified.
struct DatedRule {
  int64_t since_ms = 0;
  std::string_view rule;
};
[[nodiscard]] std::optional<DatedRule> CertificateFor(PackSet packs, ConsentMedium medium);

// Whose clock hours are read from.
enum class HoursClock : uint8_t {
  kRecipient,
  kRecipientAndSeoul,  // Seoul where Jurisdiction::seoul says so
  kSeoul,
};

// Hours in which advertisements may arrive.
struct HoursRule {
  std::string_view rule;  // of the United States: each state's own
  PackSet packs;          // applies where one of them does
  MediumSet media;
  HoursClock clock = HoursClock::kRecipient;
  bool by_state = false;         // `week` is StateHours
  bool lifted_by_night = false;  // a consent for the night lifts it
  int16_t cut_off_minutes = 0;   // hand-overs end so long before it closes: carriers' queues cannot be called back
  Week week{};
};
[[nodiscard]] absl::Span<const HoursRule> HoursRules();
// Returns the rule with its hours and cut-off as the playbook has them.
[[nodiscard]] HoursRule WithNumbers(const HoursRule& rule, const PackNumbers& numbers);

// A number that a playbook may set otherwise, in either direction.
struct PackNumberRow {
  PackNumber number;
  Pack pack;
  std::string_view key;  // of policy.packs.KR
  std::string_view rule;
  int law = 0;
  enum class Form : uint8_t { kCount, kTime } form = Form::kCount;
  bool higher_is_stricter = false;
  int least = 1, most = 0;  // that can be set
};
inline constexpr int kWithoutEnd = 0;  // as the law's number of months
// In the order of PackNumber.
[[nodiscard]] absl::Span<const PackNumberRow> PackNumberRows();
// Returns whether a playbook's number allows what the law's forbids.
[[nodiscard]] bool IsLooser(const PackNumberRow& row, int value);

}  // namespace cartwheel
