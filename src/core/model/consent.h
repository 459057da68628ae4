// The consents of a person or a device: what was granted, refused and confirmed, by medium, scope and topic. The state
// in force is a function of a few instants a unit, so that it stands in the customer's row; every event of it stands in
// the ledger. Clocks cannot undo a refusal (Refuse, Grant).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/model/consent_medium.h"

namespace cartwheel {

enum class ConsentScope : uint8_t { kAd, kAdNight, kAudienceShare, kProfiling };
inline constexpr size_t kConsentScopes = 4;
std::string_view ConsentScopeName(ConsentScope scope);  // "ad", "ad_night", "audience_share", "profiling"
std::optional<ConsentScope> FindConsentScope(std::string_view name);

// A grant heard after a refusal, but dated before it, lifts it only when it is dated later by more than this.
inline constexpr int64_t kConsentSkewMs = int64_t{48} * 3600 * 1000;

// What is known of one unit. Instants are those of the customer's expression; 0: never.
struct Consent {
  static constexpr uint8_t kEveryMedium = kConsentMediumCount;
  static constexpr uint8_t kEveryScope = kConsentScopes;
  uint8_t medium = 0;  // a ConsentMedium, or kEveryMedium
  uint8_t scope = 0;   // a ConsentScope, or kEveryScope
  uint64_t topic = 0;  // fingerprint of the topic; 0: every topic
  // whose state it is: the fingerprint of a device, or of an address (EndpointFingerprint); 0: the person's own
  uint64_t device = 0;
  int64_t granted_at_ms = 0;    // of the grant in force
  int64_t refused_at_ms = 0;    // of the newest refusal or withdrawal, also where a grant was in force after it
  int64_t confirmed_at_ms = 0;  // when the recipient last confirmed the grant
  int64_t told_at_ms = 0;       // when a notice of the grant was last accepted: no answer keeps it in force
};
using Consents = std::vector<Consent>;

// The unit that an expression is about; `medium` and `scope` may be the wildcards.
struct ConsentUnit {
  uint8_t medium = 0;
  uint8_t scope = 0;
  uint64_t topic = 0;
  uint64_t device = 0;
};

// The fingerprints of a topic and of a device's anonymous id; never 0.
uint64_t TopicFingerprint(std::string_view topic);
uint64_t DeviceFingerprint(std::string_view anonymous_id);

// Applies a refusal or withdrawal, which is in force from its ingest: it ends every matching grant that is not dated
// later by more than kConsentSkewMs.
void RefuseConsent(Consents& consents, const ConsentUnit& unit, int64_t at_ms);
// Applies a grant. It counts only when it is dated after every matching refusal known. Returns whether it counts.
bool GrantConsent(Consents& consents, const ConsentUnit& unit, int64_t at_ms);
// Takes over what a merged device said, as the state of `device` (0: of a previous id, which is the person's own).
// Refusals come first, so that a grant stands only where no refusal of either forbids it.
void MergeConsents(Consents& consents, const Consents& from, uint64_t device);
// Takes the refusals of an address over to the customer who has it now: they bind the address, and end what the person
// granted for its medium no later than they allow.
void AdoptAddressRefusals(Consents& consents, const Consents& from, uint64_t address);
// Forgets everything but refusals.
void KeepRefusals(Consents& consents);
// Remembers that the grants of a unit were confirmed.
void ConfirmConsent(Consents& consents, const ConsentUnit& unit, int64_t at_ms);
// Remembers that the recipient was told of the grants of advertising by these media, whatever their topic and device.
void TellConsent(Consents& consents, MediumSet media, int64_t at_ms);
// Returns whether it is a grant of advertising, by day or by night.
inline bool IsAdGrant(const Consent& consent) {
  return consent.granted_at_ms != 0 && (consent.scope == static_cast<uint8_t>(ConsentScope::kAd) ||
                                        consent.scope == static_cast<uint8_t>(ConsentScope::kAdNight));
}
// Returns the instant from which a grant is to be told again: the latest of the grant, its confirmation, its notice.
inline int64_t RenewedAt(const Consent& consent) {
  return std::max({consent.granted_at_ms, consent.confirmed_at_ms, consent.told_at_ms});
}

enum class ConsentState : uint8_t { kUnknown, kGranted, kRefused };
struct ConsentAnswer {
  ConsentState state = ConsentState::kUnknown;
  int64_t since_ms = 0;      // of the grant or the refusal
  int64_t confirmed_ms = 0;  // the later of the grant and its confirmation
  int64_t renewed_ms = 0;    // RenewedAt of the grant
};
// What holds for a message of `topic` by `medium`, among the consents of one device, or of the person (0). A refusal of
// the topic, the medium or everything counts against it until a grant that names no less is in force after it.
ConsentAnswer AskConsent(const Consents& consents, ConsentMedium medium, ConsentScope scope, uint64_t topic,
                         uint64_t device);

}  // namespace cartwheel
