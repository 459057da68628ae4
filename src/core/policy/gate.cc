#include "core/policy/gate.h"

#include <algorithm>

#include "base/hash.h"
#include "core/policy/caps.h"
#include "core/policy/consent_rules.h"
#include "core/policy/packs.h"
#include "core/policy/withheld.h"

namespace cartwheel {
namespace {

constexpr int64_t kHeldAgainMs = int64_t{15} * 60 * 1000;  // what is held is asked for again after it

Verdict Allow() { return {.kind = Verdict::Kind::kAllow, .closes_ms = kNeverCloses}; }
Verdict Drop(std::string_view rule, Reason reason) {
  return {.kind = Verdict::Kind::kDrop, .rule = rule, .reason = reason};
}

Verdict Capped(std::string_view rule, int64_t until_ms) {
  return {.kind = Verdict::Kind::kDrop, .rule = rule, .reason = Reason::kCapped, .until_ms = until_ms};
}

// Each answers Allow where it has nothing against the message; the first that does not decides.
Verdict CheckErased(const Ask& ask) {
  return ask.customer.erased_at_ms > ask.customer.last_seen_at_ms ? Drop("", Reason::kErased) : Allow();
}

Verdict CheckSuppressed(const Ask& ask) {
  if (ask.endpoint == nullptr) return Allow();
  const Reason reason = WhySuppressed(ask.customer.suppressions, ask.endpoint->key, ask.message.message_class).reason;
  return reason == Reason::kNone ? Allow() : Drop("", reason);
}

// What an operator holds waits, and a stop is for good.
Verdict CheckHolds(const Ask& ask) {
  const Reason reason = WhyWithheld(ask.playbooks.holds, ask.policy, ask.journey.name, ask.message.message_class,
                                    HeldSince(ask.enrolment, ask.journey));
  if (reason == Reason::kNone) return Allow();
  if (reason == Reason::kStopped) return Drop("", reason);
  return {.kind = Verdict::Kind::kDefer, .reason = reason, .until_ms = ask.now_ms + kHeldAgainMs};
}

// What the rules of advertising need to know, found once.
struct Advertisement {
  const Ask& ask;
  ConsentMedium medium;
  ConsentAnswer consent;
  Jurisdiction law;
};

Verdict CheckConsent(const Advertisement& ad) {
  const Ask& ask = ad.ask;
  if (ask.policy.consent_assumed) return Allow();
  const auto gap = FindConsentGap(ask.customer, ad.consent, ad.law.packs, ad.medium, ask.policy, ask.now_ms);
  return gap ? Drop(gap->rule, gap->reason) : Allow();
}

bool MayComeByNight(const Advertisement& ad) {
  const Ask& ask = ad.ask;
  return ConsentOf(ask.customer, ask.endpoint, ad.medium, ConsentScope::kAdNight, TopicOf(ask.message)).state ==
         ConsentState::kGranted;
}

// `place` chooses the instant after an opening.
Verdict CheckHours(const Advertisement& ad, bool night, uint64_t place) {
  const Ask& ask = ad.ask;
  std::optional<HoursOverride> shop;
  if (ask.policy.hours) shop = HoursOverride{ask.policy.hours->first, ask.policy.hours->second};
  const HoursAnswer hours =
      AskHours(ad.law, ad.medium, night, ask.now_ms, shop ? &*shop : nullptr, ask.policy.pack_numbers);
  switch (hours.state) {
    case HoursState::kOpen:
      return {.kind = Verdict::Kind::kAllow, .rule = hours.rule, .closes_ms = hours.closes_ms};
    case HoursState::kNever:
      return Drop(hours.rule, Reason::kNoCommonHours);
    case HoursState::kClosed:
      break;
  }
  return {.kind = Verdict::Kind::kDefer,
          .rule = hours.rule,
          .reason = Reason::kClosed,
          .until_ms = SpreadOpening(hours.opens_ms, hours.closes_ms, ask.policy.opening_spread_ms, place)};
}

Verdict CheckAdvertisement(const Ask& ask) {
  const auto& refused = ask.customer.refused_channels;
  if (std::find(refused.begin(), refused.end(), ask.channel) != refused.end()) return Drop("", Reason::kRefused);
  const std::optional<ConsentMedium> medium = ask.policy.MediumOf(ask.channel);
  if (!medium) return ask.policy.rules.empty() ? Allow() : Drop("", Reason::kNoMedium);
  const ConsentAnswer consent = ConsentOf(ask.customer, ask.endpoint, *medium, ConsentScope::kAd, TopicOf(ask.message));
  if (consent.state == ConsentState::kRefused) return Drop("", Reason::kRefused);
  if (ask.policy.rules.empty()) return ask.policy.consent_assumed ? Allow() : Drop("", Reason::kNoConsent);
  const std::string_view address = ask.endpoint != nullptr ? std::string_view(ask.endpoint->address) : "";
  const Advertisement ad{ask, *medium, consent, JurisdictionOf(ask.customer, address, *medium, ask.policy)};
  if (const Verdict verdict = CheckConsent(ad); !verdict.allowed()) return verdict;
  if (const std::string_view rule = TooYoung(ask.customer, ad.law.packs, ask.policy, ask.now_ms); !rule.empty())
    return Drop(rule, Reason::kTooYoung);
  if (const auto certificate = CertificateFor(ad.law.packs, *medium);
      certificate && ask.now_ms >= certificate->since_ms && !ask.policy.certified.contains(ask.channel))
    return Drop(certificate->rule, Reason::kNotCertified);
  if (const auto cap = LawCapFor(ad.law.packs, ad.law.state, *medium, ask.policy.pack_numbers);
      cap && BreaksLawCap(ask, *medium, *cap))
    return Capped(cap->rule, LawCapPasses(ask, *cap));
  Verdict verdict = CheckHours(ad, MayComeByNight(ad), ask.enrolment.id.low);
  verdict.law = ad.law.packs;
  return verdict;
}

// A notice that the law asks for is no advertisement: no consent is asked for, and no cap stands against it. It is sent
// by day all the same, in the hours in which an advertisement might arrive; where there are none, at any time.
Verdict CheckDuty(const Ask& ask) {
  const std::optional<ConsentMedium> medium = ask.policy.MediumOf(ask.channel);
  if (!medium) return Allow();
  const std::string_view address = ask.endpoint != nullptr ? std::string_view(ask.endpoint->address) : "";
  const Jurisdiction law = JurisdictionOf(ask.customer, address, *medium, ask.policy);
  // All notices of a customer have one opening, so that they come in the order of what they tell of.
  const Verdict verdict = CheckHours({ask, *medium, {}, law}, false, SipDigest(ask.customer.id).low);
  return verdict.kind == Verdict::Kind::kDrop ? Allow() : verdict;
}

Verdict CheckCaps(const Ask& ask) {
  const Cap* broken = FindBrokenCap(ask);
  return broken == nullptr ? Allow() : Capped("", CapPasses(ask, *broken));
}

}  // namespace

bool PurposeStands(const MessageTemplate& message, const Cart* cart) {
  if (message.purpose != "cart") return true;
  return cart != nullptr && cart->open() && cart->quantity() > 0;
}

Jurisdiction JurisdictionOf(const Customer& customer, std::string_view address, ConsentMedium medium,
                            const Policy& policy) {
  auto attribute = [&](std::string_view name) {
    const Value value = customer.attributes.Find(name);
    return value.is_string() ? value.text() : std::string_view();
  };
  return FindJurisdiction({medium, address, attribute("country"), attribute("timezone")},
                          {policy.rules, policy.domestic, policy.country, policy.timezone});
}

Verdict CheckGate(const Ask& ask) {
  if (const Verdict verdict = CheckErased(ask); !verdict.allowed()) return verdict;
  if (const Verdict verdict = CheckSuppressed(ask); !verdict.allowed()) return verdict;
  Verdict verdict = Allow();
  if (ask.message.message_class == MessageClass::kAdvertisement) verdict = CheckAdvertisement(ask);
  if (verdict.kind == Verdict::Kind::kDrop) return verdict;
  if (!PurposeStands(ask.message, ask.cart)) return Drop("", Reason::kPurposeEnded);
  if (const Verdict held = CheckHolds(ask); !held.allowed()) return held;
  if (ask.message.message_class == MessageClass::kCall) return verdict;
  if (ask.journey.duty != Duty::kNone) return CheckDuty(ask);
  if (verdict.kind == Verdict::Kind::kDefer) return verdict;
  if (const Verdict capped = CheckCaps(ask); !capped.allowed()) return capped;
  return verdict;
}

}  // namespace cartwheel
