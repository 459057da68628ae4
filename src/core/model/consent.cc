#include "core/model/consent.h"

#include <algorithm>
#include <iterator>

#include "base/hash.h"
#include "cartwheel/limits.h"

namespace cartwheel {
namespace {

constexpr std::string_view kScopes[] = {"ad", "ad_night", "audience_share", "profiling"};
static_assert(std::size(kScopes) == kConsentScopes);

// Whether what is said of `wide` is said of `narrow` too.
bool Covers(uint8_t wide, uint8_t narrow, uint8_t every) { return wide == every || wide == narrow; }

bool Covers(const ConsentUnit& wide, const Consent& narrow) {
  return narrow.device == wide.device && Covers(wide.medium, narrow.medium, Consent::kEveryMedium) &&
         Covers(wide.scope, narrow.scope, Consent::kEveryScope) && (wide.topic == 0 || wide.topic == narrow.topic);
}

// Whether a refusal of `refused` is one of `granted` too. A refusal of one topic leaves a grant of every topic: that
// topic is asked for by AskConsent.
bool Refuses(const Consent& refused, const ConsentUnit& granted) {
  return refused.device == granted.device && Covers(refused.medium, granted.medium, Consent::kEveryMedium) &&
         Covers(refused.scope, granted.scope, Consent::kEveryScope) &&
         (refused.topic == 0 || refused.topic == granted.topic);
}

Consent& FindOrAdd(Consents& consents, const ConsentUnit& unit) {
  for (Consent& consent : consents)
    if (consent.device == unit.device && consent.medium == unit.medium && consent.scope == unit.scope &&
        consent.topic == unit.topic)
      return consent;
  return consents.emplace_back(
      Consent{.medium = unit.medium, .scope = unit.scope, .topic = unit.topic, .device = unit.device});
}

}  // namespace

uint64_t TopicFingerprint(std::string_view topic) { return SipDigest(topic).low | 1; }
uint64_t DeviceFingerprint(std::string_view anonymous_id) { return SipDigest(anonymous_id).high | 1; }

std::string_view ConsentScopeName(ConsentScope scope) { return kScopes[static_cast<size_t>(scope)]; }
std::optional<ConsentScope> FindConsentScope(std::string_view name) {
  const auto found = std::find(std::begin(kScopes), std::end(kScopes), name);
  if (found == std::end(kScopes)) return std::nullopt;
  return static_cast<ConsentScope>(found - std::begin(kScopes));
}

void RefuseConsent(Consents& consents, const ConsentUnit& unit, int64_t at_ms) {
  for (Consent& consent : consents) {
    if (!Covers(unit, consent)) continue;
    if (consent.granted_at_ms <= at_ms + kConsentSkewMs)
      consent.granted_at_ms = consent.confirmed_at_ms = consent.told_at_ms = 0;
  }
  Consent& consent = FindOrAdd(consents, unit);
  consent.refused_at_ms = std::max(consent.refused_at_ms, at_ms);
}

bool GrantConsent(Consents& consents, const ConsentUnit& unit, int64_t at_ms) {
  for (const Consent& consent : consents)
    if (Refuses(consent, unit) && consent.refused_at_ms >= at_ms) return false;
  Consent& consent = FindOrAdd(consents, unit);
  consent.granted_at_ms = std::max(consent.granted_at_ms, at_ms);
  return true;
}

void MergeConsents(Consents& consents, const Consents& from, uint64_t device) {
  const auto unit_of = [&](const Consent& consent) {
    return ConsentUnit{consent.medium, consent.scope, consent.topic, consent.device != 0 ? consent.device : device};
  };
  for (const Consent& theirs : from)
    if (theirs.refused_at_ms != 0) RefuseConsent(consents, unit_of(theirs), theirs.refused_at_ms);
  for (const Consent& theirs : from) {
    if (theirs.granted_at_ms == 0 || consents.size() >= kConsentsMax) continue;
    GrantConsent(consents, unit_of(theirs), theirs.granted_at_ms);
    if (theirs.confirmed_at_ms != 0) ConfirmConsent(consents, unit_of(theirs), theirs.confirmed_at_ms);
    for (Consent& ours : consents)
      if (Covers(unit_of(theirs), ours) && ours.granted_at_ms != 0)
        ours.told_at_ms = std::max(ours.told_at_ms, theirs.told_at_ms);
  }
}

void AdoptAddressRefusals(Consents& consents, const Consents& from, uint64_t address) {
  for (const Consent& refused : from) {
    if (refused.device != address || refused.refused_at_ms == 0) continue;
    for (const uint64_t whose : {address, uint64_t{0}})
      RefuseConsent(consents, {refused.medium, refused.scope, refused.topic, whose}, refused.refused_at_ms);
  }
}

void KeepRefusals(Consents& consents) {
  std::erase_if(consents, [](const Consent& consent) { return consent.refused_at_ms == 0; });
  for (Consent& consent : consents) consent.granted_at_ms = consent.confirmed_at_ms = consent.told_at_ms = 0;
}

void ConfirmConsent(Consents& consents, const ConsentUnit& unit, int64_t at_ms) {
  for (Consent& consent : consents)
    if (Covers(unit, consent) && consent.granted_at_ms != 0)
      consent.confirmed_at_ms = std::max(consent.confirmed_at_ms, at_ms);
}

void TellConsent(Consents& consents, MediumSet media, int64_t at_ms) {
  for (Consent& consent : consents)
    if (IsAdGrant(consent) && consent.granted_at_ms <= at_ms && consent.medium < kConsentMediumCount &&
        media.has(static_cast<ConsentMedium>(consent.medium)))
      consent.told_at_ms = std::max(consent.told_at_ms, at_ms);
}

ConsentAnswer AskConsent(const Consents& consents, ConsentMedium medium, ConsentScope scope, uint64_t topic,
                         uint64_t device) {
  const auto m = static_cast<uint8_t>(medium), s = static_cast<uint8_t>(scope);
  int64_t refused = 0, refused_topic = 0;
  const Consent* granted = nullptr;        // of this topic
  const Consent* granted_every = nullptr;  // of every topic
  for (const Consent& consent : consents) {
    if (consent.device != device || !Covers(consent.medium, m, Consent::kEveryMedium) ||
        !Covers(consent.scope, s, Consent::kEveryScope))
      continue;
    if (consent.topic != 0 && consent.topic != topic) continue;
    int64_t& newest = consent.topic == 0 ? refused : refused_topic;
    newest = std::max(newest, consent.refused_at_ms);
    if (consent.granted_at_ms != 0) (consent.topic == 0 ? granted_every : granted) = &consent;
  }
  auto holds = [&](const Consent* consent, int64_t since) {
    return consent != nullptr && consent->granted_at_ms > since;
  };
  const int64_t either = std::max(refused, refused_topic);
  if (!holds(granted, either)) granted = refused_topic == 0 && holds(granted_every, refused) ? granted_every : nullptr;
  if (granted != nullptr)
    return {ConsentState::kGranted, granted->granted_at_ms, std::max(granted->granted_at_ms, granted->confirmed_at_ms),
            RenewedAt(*granted)};
  if (either != 0) return {ConsentState::kRefused, either, 0, 0};
  return {};
}

}  // namespace cartwheel
