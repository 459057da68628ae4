// What two lanes sent, laid beside each other.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/types/span.h"
#include "cartwheel/channel.h"

namespace cartwheel::cli {

// A message that only one playbook sends, or that both send otherwise.
struct Difference {
  std::string customer, journey, step;
  int64_t old_at_ms = 0, new_at_ms = 0;  // 0: not sent
  std::string old_channel, new_channel;
  int64_t at_ms() const { return old_at_ms != 0 ? old_at_ms : new_at_ms; }
};

struct StepCounts {
  int64_t old_sent = 0, new_sent = 0, alike = 0;
};

struct WhatIfResult {
  int64_t old_messages = 0, new_messages = 0, alike = 0;
  int64_t old_customers = 0, new_customers = 0;                                   // who get any
  std::map<std::tuple<std::string, std::string, std::string>, StepCounts> steps;  // by journey, step and channel
  std::vector<Difference> differences;                                            // in the order of their instants
};

// Of what was made from `from_ms` on. Messages of one customer, journey and step belong together in their order; they
// are alike when they were made within a second and went by the same channel.
WhatIfResult CompareSent(absl::Span<const Message> before, absl::Span<const Message> after, int64_t from_ms);

}  // namespace cartwheel::cli
