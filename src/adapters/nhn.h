// What the adapters of NHN Cloud share: one message a request (texts stand beside the list of recipients there, and an
// idempotency key is of the whole request), and an answer that is 200 whatever it says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "adapters/answer.h"
#include "adapters/korean_payload.h"

namespace cartwheel {

inline constexpr int64_t kNhnTimeoutMs = 10'000;

// What is wrong with a message, or its request's path and body.
struct NhnDraft {
  OutcomeCode code = OutcomeCode::kAccepted;  // another: nothing is sent
  std::string_view reason;
  std::string path;
  std::string body;
  bool idempotent = false;  // the path takes X-NC-API-IDEMPOTENCY-KEY
};
inline NhnDraft NhnRefusal(OutcomeCode code, std::string_view reason) { return {code, reason, {}, {}, false}; }

// Adds the request of the message at `place`, or its outcome where nothing is sent.
void AddNhnDraft(const Message& message, size_t place, NhnDraft draft, std::string_view url, std::string_view secret,
                 bool private_address, Plan* plan);

// `table` is of the API's codes; the lists of results are at `results` below the root ("message.sendResults").
std::vector<Outcome> ReadNhnAnswer(const Request& request, absl::Span<const Message> messages, const Response& response,
                                   absl::Span<const CodeRow> table, std::string_view results, int64_t now_ms,
                                   simdjson::dom::parser* parser);

// A GET that shows whether the keys are right, and what its answer says.
Request BuildNhnCheck(std::string url, std::string_view secret, bool private_address);
absl::Status ReadNhnCheck(const Response& response, absl::Span<const CodeRow> table, simdjson::dom::parser* parser);

// "이름" and a value of each of the payload's variables.
void WriteNhnVariables(const KoreanPayload& payload, JsonWriter* writer);
// type, name and links of each button. `ordering`: from 1, for Alimtalk.
void WriteNhnButtons(const KoreanPayload& payload, bool ordering, JsonWriter* writer);

}  // namespace cartwheel
