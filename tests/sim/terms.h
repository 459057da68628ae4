// The policy of a playbook as a simulation draws it, kept twice: as JSON for the engine, and as facts for the judge.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/random.h"

namespace cartwheel::sim {

struct CapTerm {
  bool entries = false;                                  // of journeys; else messages
  std::string message_class, purpose, channel, journey;  // empty: any
  std::string per = "customer";
  int64_t max = 1;
  int64_t within_ms = 0;  // 0: a calendar window
  std::string calendar;   // day, week, month
  std::string reserved;   // a purpose for which `keep` of it are reserved; empty: none
  int64_t keep = 0;
  std::string Json() const;
};

struct Terms {
  bool korea = false;  // its rules apply; else none
  bool assumed = true;
  bool existing_customers = false;
  bool quiet = false;
  int64_t opens_minute = 0, closes_minute = 24 * 60;  // the shop's own hours
  int64_t spread_ms = 0;
  std::vector<CapTerm> caps;
  int64_t surge_max = 0;    // advertisements in an hour; 0: it is not said
  bool reconfirms = false;  // a consent is to be told again after a month
  std::string notices = R"({"result":{"i_have_checked":"the shop"},"reconfirm":{"i_have_checked":"the shop"}})";
  std::string Json() const;
};

// The policy that assumes consent and names no rule.
Terms NoTerms();
Terms DrawTerms(Random& random, bool extra_journeys);

}  // namespace cartwheel::sim
