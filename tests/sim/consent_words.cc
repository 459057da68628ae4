#include "tests/sim/consent_words.h"

#include <algorithm>

#include "base/time.h"

namespace cartwheel::sim {
namespace {

constexpr int64_t kLiesMs = 48 * kHourMs;  // as far as clocks of consents are believed to lie

bool Names(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool IsAboutConsent(const std::string& type) {
  return type.starts_with("consent_") || type == "unsubscribed" || type == "message_received";
}

ConsentWord WordOfConsent(const ShopEvent& event, int64_t order) {
  ConsentWord word{order, event.type == "consent_granted", event.media, event.scopes, event.topic, event.at_ms};
  if (word.grant && word.scopes.empty()) word.scopes = {"ad"};
  return word;
}

Standing StandingOf(const ConsentWords& words, const std::string& medium, const std::string& scope,
                    const std::string& topic) {
  ConsentWords grants, refusals;
  for (const ConsentWord& word : words)
    if (Names(word.media, medium) && Names(word.scopes, scope) && (word.topic.empty() || word.topic == topic))
      (word.grant ? grants : refusals).push_back(word);
  for (const ConsentWord& grant : grants) {
    const bool stands = std::all_of(refusals.begin(), refusals.end(), [&](const ConsentWord& refusal) {
      const bool later =
          (grant.order > refusal.order && grant.at_ms > refusal.at_ms) || grant.at_ms > refusal.at_ms + kLiesMs;
      // A topic that was refused by its name is granted again by its name.
      return later && (refusal.topic.empty() || !grant.topic.empty());
    });
    if (stands) return Standing::kGranted;
  }
  return refusals.empty() ? Standing::kUnknown : Standing::kRefused;
}

}  // namespace cartwheel::sim
