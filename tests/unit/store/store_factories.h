// The stores that the conformance suite runs against, and helpers that make rows.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/store.h"
#include "tests/catch.h"
#include "tests/temporary_directory.h"

namespace cartwheel {

inline constexpr LeaseTime kNow{.boot = 7, .monotonic_ms = 1'000};
inline constexpr LeaseTime kEnd{.boot = 7, .monotonic_ms = 2'000};

struct StoreFactory {
  std::string name;
  std::function<std::unique_ptr<Store>(const TemporaryDirectory&, const StoreOptions&)> open;
};
const std::vector<StoreFactory>& StoreFactories();

// Ids from numbers, to write many of them shortly.
using Ints = std::vector<int64_t>;
template <typename Id>
std::vector<Id> Typed(const Ints& numbers) {
  return std::vector<Id>(numbers.begin(), numbers.end());
}

LogRow Batch(int64_t count, int64_t ingested_at_ms, std::string data);
MessageRow Waiting(int64_t id, int64_t customer, const std::string& channel, int64_t not_before_ms);
// Every field equal.
bool Same(const MessageRow& a, const MessageRow& b);
Ints Ids(const std::vector<MessageRow>& messages);

}  // namespace cartwheel
