#include "adapters/push_answer.h"

#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr CodeRow kOtherStatuses[] = {
    {"4*", OutcomeCode::kRejectMsg, "refused"},
    {"5*", OutcomeCode::kRetry, "the provider has trouble"},
    {"*", OutcomeCode::kUnknown, "an answer that is not documented"},
};

}  // namespace

std::string ReasonOf(const CodeRow& row, const Response& response, absl::Span<const std::string_view> hidden) {
  std::string said = Describe(response);
  for (std::string_view text : hidden)
    for (size_t at = 0; !text.empty() && (at = said.find(text, at)) != said.npos;) said.replace(at, text.size(), "…");
  return fmt::format("{} ({})", row.meaning, said);
}

const CodeRow& FindStatus(absl::Span<const CodeRow> table, int status) {
  const std::string code = fmt::format("{}", status);
  const CodeRow* row = FindCode(table, code);
  return row != nullptr ? *row : *FindCode(kOtherStatuses, code);
}

std::vector<Outcome> OutcomeOfRow(const Request& request, absl::Span<const Message> messages, const CodeRow& row,
                                  OutcomeCode code, const Response& response, int64_t now_ms) {
  int64_t retry_after_ms = 0;
  if (code == OutcomeCode::kRetry) {
    const int64_t asked_ms = RetryAfterMs(response, now_ms);
    retry_after_ms = asked_ms > 0 ? asked_ms : row.retry_after_ms;
  }
  const std::string& address = messages[request.messages.front()].address;
  return OutcomeOfAll(request, messages, code, ReasonOf(row, response, {address, request.url}), retry_after_ms);
}

std::vector<Outcome> OutcomesOfFailure(const Request& request, absl::Span<const Message> messages,
                                       const Response& response) {
  const auto code = OutcomeOfFailure(response);
  return code ? OutcomeOfAll(request, messages, *code, Describe(response)) : std::vector<Outcome>();
}

void Refusals::Accepted(const std::string& credentials, int64_t now_ms) {
  if (standings_.size() >= kCredentialsMax && !standings_.contains(credentials)) standings_.clear();
  standings_[credentials] = {now_ms, 0};
}

bool Refusals::IsOfAddress(const std::string& credentials, int64_t now_ms) {
  const auto found = standings_.find(credentials);
  if (found == standings_.end()) return false;
  Standing& standing = found->second;
  const int64_t age_ms = now_ms - standing.accepted_at_ms;
  return age_ms >= 0 && age_ms <= kMomentMs && ++standing.refusals <= kRefusalsMax;
}

}  // namespace cartwheel
