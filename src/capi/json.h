// The JSON of the border: what verbs take and give as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/json_text.h"
#include "cartwheel/engine.h"

namespace cartwheel::capi {

std::string IngestJson(const IngestResult& result);
std::string LoadJson(const LoadResult& loaded);
std::string ErrorsJson(std::string_view lines);
void WriteMessages(absl::Span<const Message> messages, JsonWriter& writer);
std::string MessagesJson(absl::Span<const Message> messages);
std::string ClaimJson(const ClaimResult& claim);

// InvalidArgument names the place and what was expected there.
absl::StatusOr<std::vector<Outcome>> ReadOutcomes(std::string_view json, bool token_needed);
absl::StatusOr<QueryRequest> ReadQuery(std::string_view json);
absl::StatusOr<HoldRequest> ReadHold(std::string_view json);

}  // namespace cartwheel::capi
