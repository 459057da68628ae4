// Caps: how many messages a customer gets, over all of its channels and devices. What counts is read from what is kept
// of sent messages and from the walks' open ones: an open message counts in every window, one that was accepted,
// delivered, or handed over with an unknown end counts at its hand-over, and any other end gives it back.
#pragma once

#include <string_view>

#include "cartwheel/limits.h"
#include "core/policy/ask.h"
#include "core/policy/packs.h"

namespace cartwheel {

// The largest `max` of a cap on messages: what is kept of sent messages must prove it.
inline constexpr int64_t kCapMax = static_cast<int64_t>(kSentMax) - 2;

// An address that a customer takes from another one brings what was sent to it: two accounts with one phone are one
// recipient. Such a message has its number with the other sign, counts for caps, and nothing else comes of it.
constexpr MessageId NumberOfAnothers(MessageId id) { return id.value() < 0 ? id : MessageId(-id.value()); }
constexpr bool IsAnothers(const SentMessage& sent) { return sent.id.value() < 0; }

// Returns the first cap that a message would break; null: none. Where too little is kept to prove that none is broken,
// that cap is.
const Cap* FindBrokenCap(const Ask& ask);
// Returns whether an advertisement would break the law's own cap for its medium.
bool BreaksLawCap(const Ask& ask, ConsentMedium medium, const LawCap& cap);
// Returns when to ask again of a cap that is broken: as soon as one of the messages that it counts may leave its
// window.
int64_t CapPasses(const Ask& ask, const Cap& cap);
int64_t LawCapPasses(const Ask& ask, const LawCap& cap);
// Returns the first cap on entries that an entry into a journey at `at_ms` would break; null: none.
bool CountsEntries(const Policy& policy);
void RememberEntry(Customer& customer, const JourneyEntry& entry);
const Cap* FindBrokenEntryCap(const Customer& customer, const Journey& journey, int64_t at_ms, const Policy& policy);

}  // namespace cartwheel
