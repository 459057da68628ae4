// What adapters share of lists that a provider is asked for: reports of messages, addresses that are blocked there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/json_tree.h"
#include "cartwheel/adapter.h"

namespace cartwheel {

inline constexpr int64_t kPollMs = int64_t{5} * 60'000;  // between two questions for reports
inline constexpr std::string_view kPollKey = "poll";     // the setting of a kind that can be asked
inline constexpr std::string_view kPollWhat = "true: asks for reports every 5 minutes, where no webhook brings them";

// The answer as an object. `who` is the provider, for errors: one that is no answer, another status than 200, or no
// JSON.
absl::StatusOr<json::Element> ReadListAnswer(std::string_view who, const Response& response,
                                             simdjson::dom::parser* parser);

// Adds the event by which the owner of a telephone number withdraws. `since`: as event times are written; empty: not
// said. The same number and time have the same id, so that a list that is read again changes nothing.
void AddWithdrawal(std::string_view where, std::string_view address, std::string_view since, ListPage* page);

}  // namespace cartwheel
