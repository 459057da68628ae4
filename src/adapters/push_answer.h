// What the adapters that send one message a request share: reasons, and refusals that are either one address's or
// all's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "adapters/answer.h"

namespace cartwheel {

// "no such subscription (404: …)": what the row says, the status, what the server says. `hidden` is cut out of that:
// reasons are read by more people than may know addresses.
std::string ReasonOf(const CodeRow& row, const Response& response, absl::Span<const std::string_view> hidden);

// The row of a status in its table; statuses that no row covers: 5xx are kRetry, 4xx kRejectMsg, others kUnknown.
const CodeRow& FindStatus(absl::Span<const CodeRow> table, int status);

// One outcome for the only message of `request`. A row of kRetry waits for what the answer asks (Retry-After), else for
// what the row says.
std::vector<Outcome> OutcomeOfRow(const Request& request, absl::Span<const Message> messages, const CodeRow& row,
                                  OutcomeCode code, const Response& response, int64_t now_ms);

// Outcomes when there is no answer; empty: there is one.
std::vector<Outcome> OutcomesOfFailure(const Request& request, absl::Span<const Message> messages,
                                       const Response& response);

// Tells a refusal of one address from one of the sender. A provider that refuses the sender's key refuses it for every
// address; one that accepted the very same credentials a moment ago means this address, which was made with another
// key. Addresses are removed for it, so the rule errs towards the sender: after kRefusalsMax refusals one after the
// other it is the sender's again. For one thread at a time.
class Refusals {
 public:
  void Accepted(const std::string& credentials, int64_t now_ms);
  // Tells whether this refusal is of the address alone.
  bool IsOfAddress(const std::string& credentials, int64_t now_ms);
  bool HasAccepted(const std::string& credentials) const { return standings_.contains(credentials); }

  static constexpr int64_t kMomentMs = 300'000;
  static constexpr int kRefusalsMax = 3;
  static constexpr size_t kCredentialsMax = 64;  // more are forgotten together

 private:
  struct Standing {
    int64_t accepted_at_ms = 0;
    int refusals = 0;  // since then
  };
  std::map<std::string, Standing> standings_;
};

}  // namespace cartwheel
