// The decision trail of one customer, from the engine's JSON to sentences.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cartwheel::cli {

struct TrailEntry {
  int64_t at_ms = 0;
  std::string decision;  // "entered", "message", …
  std::string journey;
  std::string step;
  std::string detail;
  int64_t message = 0;
  int64_t since_ms = -1;  // since the journey was entered or its wait began again; -1: not in a journey
};

// What the query "why" answers, oldest first.
std::vector<TrailEntry> ReadTrail(std::string_view why_json);
// "order_completed: stops cart_24_48_72"
std::string Sentence(const TrailEntry& entry);
// "2022-08-01 09:30:00", UTC.
std::string Clock(int64_t at_ms);
// "+24h", "+24h05m"; empty for less than a minute.
std::string Elapsed(int64_t since_ms);

}  // namespace cartwheel::cli
