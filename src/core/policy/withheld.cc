#include "core/policy/withheld.h"

namespace cartwheel {
namespace {

// Whether any hold of the shop or of the journey is one that `matches`, be it a verb's or the playbook's.
template <typename Matches>
bool Any(const Holds& holds, const Policy& policy, std::string_view journey, Matches matches) {
  for (const std::string_view name : {std::string_view(), journey})
    if (auto entry = holds.entries.find(name); entry != holds.entries.end() && matches(entry->second)) return true;
  const auto own = policy.journey_holds.find(journey);
  return (policy.quiet && matches(Holds::Entry{.hold = Hold::kQuiet})) ||
         (own != policy.journey_holds.end() && matches(Holds::Entry{.hold = own->second}));
}

bool IsHeld(const Holds& holds, const Policy& policy, std::string_view journey, Hold hold) {
  return Any(holds, policy, journey, [&](const Holds::Entry& entry) { return entry.hold == hold; });
}

}  // namespace

bool IsStopped(const Holds& holds, const Policy& policy, std::string_view journey, int64_t entered_at_ms) {
  return Any(holds, policy, journey, [&](const Holds::Entry& entry) {
    return entry.hold == Hold::kStop || (entry.stopped_at_ms != 0 && entered_at_ms <= entry.stopped_at_ms);
  });
}

Reason WhyWithheld(const Holds& holds, const Policy& policy, std::string_view journey, MessageClass message_class,
                   int64_t since_ms) {
  if (IsStopped(holds, policy, journey, since_ms)) return Reason::kStopped;
  if (IsHeld(holds, policy, journey, Hold::kPause)) return Reason::kPaused;
  if (message_class != MessageClass::kAdvertisement) return Reason::kNone;
  if (IsHeld(holds, policy, journey, Hold::kQuiet)) return Reason::kQuiet;
  return holds.surge_since_ms != 0 ? Reason::kSurge : Reason::kNone;
}

Reason WhyClosed(const Holds& holds, const Policy& policy, std::string_view journey) {
  if (IsHeld(holds, policy, journey, Hold::kStop)) return Reason::kStopped;
  return IsHeld(holds, policy, journey, Hold::kDrain) ? Reason::kDraining : Reason::kNone;
}

}  // namespace cartwheel
