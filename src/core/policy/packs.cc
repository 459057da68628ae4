#include "core/policy/packs.h"

#include <algorithm>

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

struct SaleRow {
  PackSet packs;
  MediumSet media;
  SaleException exception;
};
constexpr SaleRow kSales[] = {
    {kKorea, kAll, {6, true, true, "KR-02"}},           // art. 50(1)1, decree 61(1)
    {kCanada, kAll, {24, false, false, "CA-02"}},       // CASL s. 10(10)
    {kEurope, kSmsAndEmail, {0, true, true, "EU-03"}},  // ePrivacy art. 13(2): electronic mail, which SMS is too
};

struct LabelRow {
  PackSet packs;
  MediumSet media;
  LabelRule label;
};
constexpr LabelRow kLabels[] = {
    {kKorea, kAll, {LabelNeed::kLiteral, "KR-05"}},          // art. 50(4), decree 61(3), annex 6
    {kUnitedStates, kEmail, {LabelNeed::kSender, "US-07"}},  // CAN-SPAM
    {kCanada, kAll, {LabelNeed::kSender, "CA-03"}},          // CASL s. 6(2)
    {kEurope, kAll, {LabelNeed::kSender, "EU-04"}},          // ePrivacy art. 13(4)
};

struct CountRow {
  PackSet packs;
  CountRule count;
};
constexpr CountRow kResultNotices[] = {{kKorea, {14, "KR-08"}}};    // days: art. 50(7), decree 62-2
constexpr CountRow kReconfirmations[] = {{kKorea, {24, "KR-09"}}};  // months: art. 50(8), decree 62-3
constexpr CountRow kAges[] = {
    {kKorea, {14, "KR-15"}},         // Privacy Act art. 22-2
    {kUnitedStates, {13, "US-08"}},  // COPPA
    {kEurope, {16, "EU-06"}},        // GDPR art. 8(1); members may go down to 13
};

constexpr int kFloridaMessagesMax = 3;  // Fla. Stat. 501.616(6): in 24 hours, about the same thing; here: about any

constexpr int64_t kCertifiedSinceMs = 1'790'780'400'000;  // 2026-10-01 in Seoul: Network Act art. 50-3

constexpr HoursRule kHours[] = {
    // Network Act art. 50(3), decree 61(2): not from 21:00 to 08:00, by arrival; e-mail is exempt.
    {"KR-04", kKorea, kAll.Without(ConsentMedium::kEmail), HoursClock::kRecipientAndSeoul, false, true, 10,
     Daily(At(8), At(21))},
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

template <size_t n, typename IsStricter>
CountRule Strictest(const CountRow (&rows)[n], PackSet packs, IsStricter is_stricter) {
  CountRule strictest;
  for (const CountRow& row : rows) {
    if (!row.packs.meets(packs)) continue;
    if (strictest.rule.empty() || is_stricter(row.count.count, strictest.count)) strictest = row.count;
  }
  return strictest;
}

constexpr auto kShorter = [](int a, int b) { return a < b; };
constexpr auto kHigher = [](int a, int b) { return a > b; };

}  // namespace

ConsentRule ConsentFor(PackSet packs, ConsentMedium medium) {
  const NeedRow* row = Strictest(kConsents, packs, medium,
                                 [](const NeedRow& a, const NeedRow& b) { return a.consent.need > b.consent.need; });
  return row == nullptr ? ConsentRule{} : row->consent;
}

std::optional<SaleException> SaleExceptionFor(PackSet packs, ConsentMedium medium) {
  std::optional<SaleException> common;
  for (size_t i = 0; i < kPackCount; ++i) {
    const PackSet pack(static_cast<Pack>(i));
    if (!packs.meets(pack) || ConsentFor(pack, medium).need == ConsentNeed::kNone) continue;
    const SaleRow* row = Strictest(kSales, pack, medium, [](const SaleRow&, const SaleRow&) { return false; });
    if (row == nullptr) return std::nullopt;
    const SaleException& own = row->exception;
    if (!common.has_value()) {
      common = own;
      continue;
    }
    if (own.months != 0 && (common->months == 0 || own.months < common->months)) {
      common->months = own.months;
      common->rule = own.rule;
    }
    common->same_goods = common->same_goods || own.same_goods;
    common->collected_directly = common->collected_directly || own.collected_directly;
  }
  return common;
}

LabelRule LabelFor(PackSet packs, ConsentMedium medium) {
  const LabelRow* row = Strictest(kLabels, packs, medium,
                                  [](const LabelRow& a, const LabelRow& b) { return a.label.need > b.label.need; });
  return row == nullptr ? LabelRule{} : row->label;
}

CountRule ResultNoticeDays(PackSet packs) { return Strictest(kResultNotices, packs, kShorter); }

CountRule ReconfirmMonths(PackSet packs) { return Strictest(kReconfirmations, packs, kShorter); }

CountRule MinimumAge(PackSet packs) { return Strictest(kAges, packs, kHigher); }

std::optional<LawCap> LawCapFor(PackSet packs, StateId state, ConsentMedium medium) {
  if (!packs.has(Pack::kUnitedStates) || medium != ConsentMedium::kSms) return std::nullopt;
  if (state != StateId::kUnknown && StateCode(state) != "FL") return std::nullopt;
  return LawCap{kFloridaMessagesMax, kDayMs, "US-FL-02"};
}

std::optional<DatedRule> CertificateFor(PackSet packs, ConsentMedium medium) {
  if (!packs.has(Pack::kKorea) || medium != ConsentMedium::kSms) return std::nullopt;
  return DatedRule{kCertifiedSinceMs, "KR-10"};
}

absl::Span<const HoursRule> HoursRules() { return kHours; }

}  // namespace cartwheel
