// The JSON of the border: messages as cartwheel_claim writes them, requests, responses, outcomes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/json_text.h"
#include "cartwheel/adapter.h"

namespace cartwheel::adapters_capi {

// A list of messages, or an object whose member `messages` is one. InvalidArgument names the place.
absl::StatusOr<std::vector<Message>> ReadMessages(std::string_view json);

struct NumberedResponse {
  int64_t request = 0;
  Response response;
};
absl::StatusOr<NumberedResponse> ReadResponse(std::string_view json);

void WriteRequest(int64_t number, const Request& request, absl::Span<const Message> messages, JsonWriter& writer);
void WriteOutcomes(absl::Span<const Outcome> outcomes, JsonWriter& writer);

// An outcome as cartwheel_settle takes it: core's OutcomeName, which this library does without.
std::string_view OutcomeWord(OutcomeCode code);

struct ReceiptToCheck {
  std::string format, body, signature, timestamp, secret, topic;
};
absl::StatusOr<ReceiptToCheck> ReadReceiptToCheck(std::string_view json);

}  // namespace cartwheel::adapters_capi
