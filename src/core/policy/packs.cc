#include "core/policy/packs.h"

#include <algorithm>
#include <iterator>

#include "base/time.h"

namespace cartwheel {
namespace {

constexpr PackSet kKorea(Pack::kKorea);
constexpr PackSet kUnitedStates(Pack::kUnitedStates);
constexpr PackSet kCanada(Pack::kCanada);
constexpr PackSet kEurope(Pack::kEurope);

constexpr MediumSet kAll = MediumSet::All();
constexpr MediumSet kSms(ConsentMedium::kSms);
constexpr MediumSet kEmail(ConsentMedium::kEmail);
constexpr MediumSet kKakao(ConsentMedium::kKakao);
constexpr MediumSet kSmsAndEmail(ConsentMedium::kSms, ConsentMedium::kEmail);
constexpr MediumSet kKakaoAndPush(ConsentMedium::kKakao, ConsentMedium::kAppPush, ConsentMedium::kWebPush);

struct NeedRow {
  PackSet packs;
  MediumSet media;
  ConsentRule consent;
};
constexpr NeedRow kConsents[] = {
    {kKorea, kAll, {ConsentNeed::kExpress, "KR-01"}},                  // Network Act art. 50(1)
    {kUnitedStates, kSms, {ConsentNeed::kExpressWritten, "US-01"}},    // 47 CFR 64.1200(a)(2)
    {kUnitedStates, kEmail, {ConsentNeed::kNone, "US-04"}},            // CAN-SPAM: opt-out
    {kUnitedStates, kKakaoAndPush, {ConsentNeed::kExpress, "US-05"}},  // no statute: the platforms' terms
    {kCanada, kAll, {ConsentNeed::kExpressOrImplied, "CA-01"}},        // CASL s. 6(1), 10
    {kEurope, kAll, {ConsentNeed::kExpress, "EU-01"}},                 // ePrivacy art. 13(1)
    {kEurope, kEmail, {ConsentNeed::kDoubleOptIn, "EU-02"}},           // how GDPR art. 7(1) is proved
};

using Form = PackNumberRow::Form;
constexpr int kMonthsMax = 1200, kAgeMax = 100;
constexpr PackNumberRow kNumbers[] = {
    // Network Act art. 50(3), decree 61(2): not from 21:00 to 08:00, by arrival; carriers' queues take ten minutes.
    {PackNumber::kKoreaOpens, Pack::kKorea, "opens", "KR-04", At(8), Form::kTime, true, At(0), At(24)},
    {PackNumber::kKoreaCloses, Pack::kKorea, "closes", "KR-04", At(21), Form::kTime, false, At(0), At(24)},
    {PackNumber::kKoreaCutOff, Pack::kKorea, "cut_off", "KR-04", At(20, 50), Form::kTime, false, At(0), At(24)},
    // art. 50(1)1, decree 61(1)
    {PackNumber::kKoreaSaleMonths, Pack::kKorea, "sale_months", "KR-02", 6, Form::kCount, false, 1, kMonthsMax},
    // art. 50(8), decree 62-3
    {PackNumber::kKoreaReconfirmMonths, Pack::kKorea, "reconfirm_months", "KR-09", 24, Form::kCount, false, 1,
     kMonthsMax},
    {PackNumber::kKoreaAge, Pack::kKorea, "age", "KR-15", 14, Form::kCount, true, 0, kAgeMax},  // Privacy Act art. 22-2
    {PackNumber::kUnitedStatesAge, Pack::kUnitedStates, "age", "US-08", 13, Form::kCount, true, 0, kAgeMax},  // COPPA
    // Fla. Stat. 501.616(6): in 24 hours, about the same thing; here: about any
    {PackNumber::kFloridaMessagesMax, Pack::kUnitedStates, "florida_sms_max", "US-FL-02", 3, Form::kCount, false, 1,
     30},
    // CASL s. 10(10)
    {PackNumber::kCanadaSaleMonths, Pack::kCanada, "sale_months", "CA-02", 24, Form::kCount, false, 1, kMonthsMax},
    // ePrivacy art. 13(2): electronic mail, which SMS is too
    {PackNumber::kEuropeSaleMonths, Pack::kEurope, "sale_months", "EU-03", kWithoutEnd, Form::kCount, false, 1,
     kMonthsMax},
    // GDPR art. 8(1); members may go down to 13
    {PackNumber::kEuropeAge, Pack::kEurope, "age", "EU-06", 16, Form::kCount, true, 0, kAgeMax},
};

constexpr bool IsInOrder() {
  for (size_t i = 0; i < std::size(kNumbers); ++i)
    if (static_cast<size_t>(kNumbers[i].number) != i) return false;
  return std::size(kNumbers) == kPackNumberCount;
}
static_assert(IsInOrder());

constexpr const PackNumberRow& RowOf(PackNumber number) { return kNumbers[static_cast<size_t>(number)]; }
int ValueOf(PackNumber number, const PackNumbers& numbers) { return numbers.Or(number, RowOf(number).law); }

struct SaleRow {
  MediumSet media;
  PackNumber months;
  bool same_goods = false;
  bool collected_directly = false;
};
constexpr SaleRow kSales[] = {
    {kAll, PackNumber::kKoreaSaleMonths, true, true},
    {kAll, PackNumber::kCanadaSaleMonths, false, false},
    {kSmsAndEmail, PackNumber::kEuropeSaleMonths, true, true},
};

struct MediumLabel {
  PackSet packs;
  MediumSet media;
  LabelRule label;
};
constexpr MediumLabel kLabels[] = {
    {kKorea, kAll, {LabelNeed::kLiteral, "KR-05"}},          // art. 50(4), decree 61(3), annex 6
    {kUnitedStates, kEmail, {LabelNeed::kSender, "US-07"}},  // CAN-SPAM
    {kCanada, kAll, {LabelNeed::kSender, "CA-03"}},          // CASL s. 6(2)
    {kEurope, kAll, {LabelNeed::kSender, "EU-04"}},          // ePrivacy art. 13(4)
};

constexpr CountRule kKoreaResultNotice = {14, "KR-08"};  // days: art. 50(7), decree 62-2
constexpr PackNumber kReconfirmations[] = {PackNumber::kKoreaReconfirmMonths};
constexpr PackNumber kAges[] = {PackNumber::kKoreaAge, PackNumber::kUnitedStatesAge, PackNumber::kEuropeAge};

constexpr int64_t kCertifiedSinceMs = 1'790'780'400'000;  // 2026-10-01 in Seoul: Network Act art. 50-3

constexpr std::string_view kKoreaHours = RowOf(PackNumber::kKoreaOpens).rule;
constexpr HoursRule kHours[] = {
    // E-mail is exempt. The hours are among the numbers above.
    {kKoreaHours, kKorea, kAll.Without(ConsentMedium::kEmail), HoursClock::kRecipientAndSeoul, false, true,
     RowOf(PackNumber::kKoreaCloses).law - RowOf(PackNumber::kKoreaCutOff).law,
     Daily(RowOf(PackNumber::kKoreaOpens).law, RowOf(PackNumber::kKoreaCloses).law)},
    // Kakao refuses brand messages outside of these hours (code 3022), whatever the consent and the country.
    {"KAKAO-01", PackSet::All(), kKakao, HoursClock::kSeoul, false, false, 0, Daily(At(8), At(20, 50))},
    {{}, kUnitedStates, kSms, HoursClock::kRecipient, true, false, 0, {}},
};

// Returns the one row for which `is_stricter` holds against all others, null where no row applies.
template <typename Row, size_t n, typename IsStricter>
const Row* Strictest(const Row (&rows)[n], PackSet packs, ConsentMedium medium, IsStricter is_stricter) {
  const Row* strictest = nullptr;
  for (const Row& row : rows) {
    if (!row.packs.meets(packs) || !row.media.has(medium)) continue;
    if (strictest == nullptr || is_stricter(row, *strictest)) strictest = &row;
  }
  return strictest;
}

template <size_t n>
CountRule Strictest(const PackNumber (&of)[n], PackSet packs, const PackNumbers& numbers) {
  CountRule strictest;
  for (const PackNumber number : of) {
    const PackNumberRow& row = RowOf(number);
    if (!packs.has(row.pack)) continue;
    const int value = ValueOf(number, numbers);
    const bool is_stricter = row.higher_is_stricter ? value > strictest.count : value < strictest.count;
    if (strictest.rule.empty() || is_stricter) strictest = {value, row.rule};
  }
  return strictest;
}

// Of a pack; null: it has no exception for the medium.
const SaleRow* FindSale(Pack pack, ConsentMedium medium) {
  for (const SaleRow& row : kSales)
    if (RowOf(row.months).pack == pack && row.media.has(medium)) return &row;
  return nullptr;
}

}  // namespace

ConsentRule ConsentFor(PackSet packs, ConsentMedium medium) {
  const NeedRow* row = Strictest(kConsents, packs, medium,
                                 [](const NeedRow& a, const NeedRow& b) { return a.consent.need > b.consent.need; });
  return row == nullptr ? ConsentRule{} : row->consent;
}

std::optional<SaleException> SaleExceptionFor(PackSet packs, ConsentMedium medium, const PackNumbers& numbers) {
  std::optional<SaleException> common;
  for (size_t i = 0; i < kPackCount; ++i) {
    const PackSet pack(static_cast<Pack>(i));
    if (!packs.meets(pack) || ConsentFor(pack, medium).need == ConsentNeed::kNone) continue;
    const SaleRow* row = FindSale(static_cast<Pack>(i), medium);
    if (row == nullptr) return std::nullopt;
    const SaleException own{ValueOf(row->months, numbers), row->same_goods, row->collected_directly,
                            RowOf(row->months).rule};
    if (!common.has_value()) {
      common = own;
      continue;
    }
    if (own.months != kWithoutEnd && (common->months == kWithoutEnd || own.months < common->months)) {
      common->months = own.months;
      common->rule = own.rule;
    }
    common->same_goods = common->same_goods || own.same_goods;
    common->collected_directly = common->collected_directly || own.collected_directly;
  }
  return common;
}

LabelRule LabelFor(PackSet packs, ConsentMedium medium) {
  const MediumLabel* row = Strictest(
      kLabels, packs, medium, [](const MediumLabel& a, const MediumLabel& b) { return a.label.need > b.label.need; });
  return row == nullptr ? LabelRule{} : row->label;
}

CountRule ResultNoticeDays(PackSet packs) { return packs.has(Pack::kKorea) ? kKoreaResultNotice : CountRule{}; }

CountRule ReconfirmMonths(PackSet packs, const PackNumbers& numbers) {
  return Strictest(kReconfirmations, packs, numbers);
}

CountRule MinimumAge(PackSet packs, const PackNumbers& numbers) { return Strictest(kAges, packs, numbers); }

std::optional<LawCap> LawCapFor(PackSet packs, StateId state, ConsentMedium medium, const PackNumbers& numbers) {
  if (!packs.has(Pack::kUnitedStates) || medium != ConsentMedium::kSms) return std::nullopt;
  if (state != StateId::kUnknown && StateCode(state) != "FL") return std::nullopt;
  return LawCap{ValueOf(PackNumber::kFloridaMessagesMax, numbers), kDayMs, RowOf(PackNumber::kFloridaMessagesMax).rule};
}

std::optional<DatedRule> CertificateFor(PackSet packs, ConsentMedium medium) {
  if (!packs.has(Pack::kKorea) || medium != ConsentMedium::kSms) return std::nullopt;
  return DatedRule{kCertifiedSinceMs, "KR-10"};
}

absl::Span<const HoursRule> HoursRules() { return kHours; }

HoursRule WithNumbers(const HoursRule& rule, const PackNumbers& numbers) {
  if (rule.rule != kKoreaHours) return rule;
  HoursRule with = rule;
  const int closes = ValueOf(PackNumber::kKoreaCloses, numbers);
  // Where only the end is set, hand-overs end as long before it as before the law's.
  const int cut_off = numbers.Or(PackNumber::kKoreaCutOff, closes - rule.cut_off_minutes);
  with.week = Daily(static_cast<int16_t>(ValueOf(PackNumber::kKoreaOpens, numbers)), static_cast<int16_t>(closes));
  with.cut_off_minutes = static_cast<int16_t>(closes - cut_off);
  return with;
}

absl::Span<const PackNumberRow> PackNumberRows() { return kNumbers; }

bool IsLooser(const PackNumberRow& row, int value) {
  if (row.law == kWithoutEnd) return false;
  return row.higher_is_stricter ? value < row.law : value > row.law;
}

}  // namespace cartwheel
