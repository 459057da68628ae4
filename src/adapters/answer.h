// What adapters share of reading an answer: failures of the transport, and what a server says of waiting. Tables of a
// provider's codes: providers/code_table.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "cartwheel/adapter.h"
#include "providers/code_table.h"  // IWYU pragma: export

namespace cartwheel {

// One outcome for each message of `request`.
std::vector<Outcome> OutcomeOfAll(const Request& request, absl::Span<const Message> messages, OutcomeCode code,
                                  std::string_view reason, int64_t retry_after_ms = 0);

// What became of the messages of a request without an answer: not_sent when no byte of its body left, else unknown.
// nullopt: there is an answer.
std::optional<OutcomeCode> OutcomeOfFailure(const Response& response);

// The first header of that name, written in lower case; empty: there is none.
std::string_view FindHeader(const Response& response, std::string_view name);

// How long the answer asks to wait (RFC 9110, section 10.2.3: seconds, or a date), at most kRetryAfterMaxMs; 0: it does
// not say, or it says nothing that can be read.
inline constexpr int64_t kRetryAfterMaxMs = int64_t{24} * 3'600'000;
int64_t RetryAfterMs(const Response& response, int64_t now_ms);

// "413 Payload Too Large: …" without more of the body than people read, on one line.
std::string Describe(const Response& response);

}  // namespace cartwheel
