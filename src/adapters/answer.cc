#include "adapters/answer.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/time/time.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr size_t kDescribedBytesMax = 200;

}  // namespace

std::vector<Outcome> OutcomeOfAll(const Request& request, absl::Span<const Message> messages, OutcomeCode code,
                                  std::string_view reason, int64_t retry_after_ms) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(request.messages.size());
  for (size_t place : request.messages)
    outcomes.push_back({messages[place].id, messages[place].token, code, std::string(reason), retry_after_ms});
  return outcomes;
}

std::optional<OutcomeCode> OutcomeOfFailure(const Response& response) {
  using enum Response::Failure;
  if (response.failure == kNone) return std::nullopt;
  const bool left = response.failure != kNotConnected && response.body_begun;
  return left ? OutcomeCode::kUnknown : OutcomeCode::kNotSent;
}

std::string_view FindHeader(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

int64_t RetryAfterMs(const Response& response, int64_t now_ms) {
  const std::string_view text = FindHeader(response, "retry-after");
  int64_t seconds = 0, ms = 0;
  absl::Time until;
  if (absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &seconds)) {
    ms = std::min(seconds, kRetryAfterMaxMs / 1000) * 1000;
  } else if (absl::ParseTime("%a, %d %b %E4Y %H:%M:%S GMT", absl::string_view(text.data(), text.size()), &until,
                             nullptr)) {
    ms = absl::ToUnixMillis(until) - now_ms;
  }
  return std::clamp<int64_t>(ms, 0, kRetryAfterMaxMs);
}

std::string Describe(const Response& response) {
  if (response.failure != Response::Failure::kNone) return response.error;
  std::string text(CutAtCharacter(response.body, kDescribedBytesMax));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text.empty() ? fmt::format("{}", response.status) : fmt::format("{}: {}", response.status, text);
}

}  // namespace cartwheel
