// Consents as they were told, one word after the other, and what holds then: worked out from all of them each time.
// It shares no line with src/core.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/shop_events.h"

namespace cartwheel::sim {

struct ConsentWord {
  int64_t order = 0;  // of its ingest
  bool grant = false;
  std::vector<std::string> media, scopes;  // empty: every one
  std::string topic;                       // empty: every one
  int64_t at_ms = 0;
  std::string whose;  // the name of the device that said it by itself; empty: the person's own
};
using ConsentWords = std::vector<ConsentWord>;

bool IsAboutConsent(const std::string& type);
ConsentWord WordOfConsent(const ShopEvent& event, int64_t order);

enum class Standing { kUnknown, kGranted, kRefused };
// Of the words of one person at one address, or of one device.
Standing StandingOf(const ConsentWords& words, const std::string& medium, const std::string& scope,
                    const std::string& topic);

}  // namespace cartwheel::sim
