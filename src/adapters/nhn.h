// What the adapters of NHN Cloud share: the account, one message a request (texts stand beside the list of recipients
// there, and an idempotency key is of the whole request), and an answer that is 200 whatever it says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "adapters/answer.h"
#include "adapters/korean_payload.h"
#include "adapters/settings.h"
#include "providers/korean_number.h"

namespace cartwheel {

inline constexpr int64_t kNhnTimeoutMs = 10'000;
inline constexpr size_t kNhnBatchMax = 100;

// What is wrong with a message, or its request's path and body.
struct NhnDraft {
  OutcomeCode code = OutcomeCode::kAccepted;  // another: nothing is sent
  std::string_view reason;
  std::string path;
  std::string body;
  bool idempotent = false;  // the path takes X-NC-API-IDEMPOTENCY-KEY
};
inline NhnDraft NhnRefusal(OutcomeCode code, std::string_view reason) { return {code, reason, {}, {}, false}; }

// A product of NHN Cloud, as its console gives it to a shop.
struct NhnAccount {
  std::string url, app_key, secret_key;
  bool private_address = false;
};
NhnAccount ReadNhnAccount(const ChannelSettings& settings, std::string_view url);

// An adapter of one product: what it writes of a message, and the path that shows whether its keys are right.
class NhnAdapter : public Adapter {
 public:
  Plan Build(absl::Span<const Message> messages, int64_t now_ms) final;
  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response& response,
                                 int64_t now_ms) final;
  std::optional<Request> BuildCheck(int64_t now_ms) final;
  absl::Status InterpretCheck(const Request& request, const Response& response, int64_t now_ms) final;

 protected:
  // `codes` is of the API's; the lists of results are at `results` below the root ("message.sendResults").
  NhnAdapter(NhnAccount account, absl::Span<const CodeRow> codes, std::string_view results)
      : account_(std::move(account)), codes_(codes), results_(results) {}

  virtual NhnDraft Draft(const Message& message, const KoreanPayload& payload, const PhoneNumber& to) const = 0;
  virtual std::string CheckPath() const = 0;

  const std::string& app_key() const { return account_.app_key; }
  simdjson::dom::parser* parser() { return &parser_; }
  Request Get(std::string_view path) const;

 private:
  void AddDraft(const Message& message, size_t place, NhnDraft draft, Plan* plan) const;

  const NhnAccount account_;
  const absl::Span<const CodeRow> codes_;
  const std::string_view results_;
  simdjson::dom::parser parser_;
};

// "이름" and a value of each of the payload's variables.
void WriteNhnVariables(const KoreanPayload& payload, JsonWriter* writer);
// type, name and links of each button. `ordering`: from 1, for Alimtalk.
void WriteNhnButtons(const KoreanPayload& payload, bool ordering, JsonWriter* writer);

}  // namespace cartwheel
