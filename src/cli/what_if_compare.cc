#include "cli/what_if_compare.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace cartwheel::cli {
namespace {

constexpr int64_t kAlikeMs = 1000;

struct Beside {
  std::vector<const Message*> before, after;
};

bool AreAlike(const Message& one, const Message& other) {
  return one.channel == other.channel && std::abs(one.made_at_ms - other.made_at_ms) < kAlikeMs;
}

Difference DifferenceOf(const Message* before, const Message* after) {
  const Message& known = before != nullptr ? *before : *after;
  Difference difference{.customer = known.customer, .journey = known.journey, .step = known.step};
  if (before != nullptr) {
    difference.old_at_ms = before->made_at_ms;
    difference.old_channel = before->channel;
  }
  if (after != nullptr) {
    difference.new_at_ms = after->made_at_ms;
    difference.new_channel = after->channel;
  }
  return difference;
}

}  // namespace

WhatIfResult CompareSent(absl::Span<const Message> before, absl::Span<const Message> after, int64_t from_ms) {
  WhatIfResult result;
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, Beside> beside;
  std::set<std::string_view> old_customers, new_customers;
  auto gather = [&](absl::Span<const Message> sent, auto list, int64_t StepCounts::*count, int64_t* total,
                    std::set<std::string_view>* customers) {
    for (const Message& message : sent) {
      if (message.made_at_ms < from_ms || IsCall(message)) continue;
      (beside[{message.customer, message.journey, message.step}].*list).push_back(&message);
      ++(result.steps[{message.journey, message.step, message.channel}].*count);
      ++*total;
      customers->insert(message.customer);
    }
  };
  gather(before, &Beside::before, &StepCounts::old_sent, &result.old_messages, &old_customers);
  gather(after, &Beside::after, &StepCounts::new_sent, &result.new_messages, &new_customers);
  result.old_customers = static_cast<int64_t>(old_customers.size());
  result.new_customers = static_cast<int64_t>(new_customers.size());
  for (const auto& [key, both] : beside)
    for (size_t i = 0; i < std::max(both.before.size(), both.after.size()); ++i) {
      const Message* one = i < both.before.size() ? both.before[i] : nullptr;
      const Message* other = i < both.after.size() ? both.after[i] : nullptr;
      if (one != nullptr && other != nullptr && AreAlike(*one, *other)) {
        ++result.alike;
        ++result.steps[{one->journey, one->step, one->channel}].alike;
      } else {
        result.differences.push_back(DifferenceOf(one, other));
      }
    }
  std::stable_sort(result.differences.begin(), result.differences.end(),
                   [](const Difference& a, const Difference& b) { return a.at_ms() < b.at_ms(); });
  return result;
}

}  // namespace cartwheel::cli
