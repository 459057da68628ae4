#include "adapters/solapi.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "adapters/answer.h"
#include "adapters/crypto.h"
#include "adapters/listing.h"
#include "adapters/solapi_lists.h"
#include "adapters/solapi_message.h"
#include "base/time.h"
#include "fmt/format.h"
#include "providers/korean_number.h"
#include "providers/message_mark.h"
#include "providers/solapi_codes.h"

namespace cartwheel {
namespace {

constexpr std::string_view kUrl = "https://api.solapi.com";
constexpr std::string_view kSendMany = "/messages/v4/send-many/detail";
constexpr std::string_view kBalance = "/cash/v1/balance";
constexpr size_t kBatchMax = 1'000;  // SOLAPI takes 10,000; an answer with each result must stay small
constexpr size_t kSaltBytes = 16;    // 32 characters
constexpr int64_t kTimeoutMs = 20'000;
constexpr int64_t kAloneAfterMs = 1'000;
constexpr size_t kAloneMax = 10'000;
constexpr size_t kErrorCodeMax = 64;

// RFC 9110, section 15.6: a gateway that got no answer, or one it could not read. The messages may have been taken.
constexpr bool IsOfGateway(int status) { return status == 502 || status == 504; }

class Solapi final : public Adapter {
 public:
  Solapi(std::string url, std::string key, std::string secret, SolapiSender sender, bool private_address, bool polls)
      : url_(std::move(url)),
        key_(std::move(key)),
        secret_(std::move(secret)),
        sender_(std::move(sender)),
        private_address_(private_address),
        polls_(polls) {}

  ChannelTraits traits() const override {
    return {.timeout_ms = kTimeoutMs, .batch_max = kBatchMax, .poll_ms = polls_ ? kPollMs : 0};
  }

  Plan Build(absl::Span<const Message> messages, int64_t now_ms) override {
    Plan plan;
    std::vector<size_t> together;
    for (size_t i = 0; i < messages.size(); ++i) {
      if (!alone_.empty() && alone_.contains(messages[i].id))
        AddRequest(messages, {i}, now_ms, &plan);
      else
        together.push_back(i);
    }
    for (size_t from = 0; from < together.size(); from += kBatchMax) {
      const size_t to = std::min(together.size(), from + kBatchMax);
      AddRequest(messages, {together.begin() + static_cast<int64_t>(from), together.begin() + static_cast<int64_t>(to)},
                 now_ms, &plan);
    }
    return plan;
  }

  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response& response,
                                 int64_t now_ms) override {
    if (const auto failed = OutcomeOfFailure(response))
      return OutcomeOfAll(request, messages, *failed, Describe(response));
    if (response.status < 200 || response.status > 299) return Refused(request, messages, response, now_ms);
    Forget(request, messages);
    return ReadResults(request, messages, response, now_ms);
  }

  std::optional<Request> BuildCheck(int64_t now_ms) override { return MakeGet(kBalance, now_ms); }

  std::optional<Request> BuildList(const ListQuery& query, int64_t now_ms) override {
    return MakeGet(SolapiListPath(query), now_ms);
  }
  absl::StatusOr<ListPage> InterpretList(const ListQuery& query, const Response& response, int64_t) override {
    return ReadSolapiList(query, response, &parser_);
  }

  absl::Status InterpretCheck(const Request&, const Response& response, int64_t) override {
    if (response.failure != Response::Failure::kNone) return absl::UnavailableError(response.error);
    if (response.status == 200) return absl::OkStatus();
    const std::string code = ErrorCodeOf(response);
    const CodeRow* row = FindCode(SolapiErrors(), code);
    return absl::FailedPreconditionError(fmt::format("SOLAPI answers {}{}{}{}", response.status,
                                                     code.empty() ? "" : " ", code,
                                                     row == nullptr ? "" : fmt::format(": {}", row->meaning)));
  }

 private:
  Request MakeGet(std::string_view path, int64_t now_ms) const {
    Request request = MakeRequest("GET", path, now_ms);
    request.headers.pop_back();  // no body, no type of it
    return request;
  }

  Request MakeRequest(std::string_view method, std::string_view path, int64_t now_ms) const {
    Request request;
    request.method = std::string(method);
    request.url = fmt::format("{}{}", url_, path);
    request.headers = {{"Authorization",
                        SolapiAuthorization(key_, secret_, FormatInstant(now_ms), EncodeHex(RandomBytes(kSaltBytes)))},
                       {"Content-Type", "application/json"}};
    request.timeout_ms = kTimeoutMs;
    request.private_address = private_address_;
    return request;
  }

  // Letters and digits of the provider's errorCode: its texts may hold addresses.
  std::string ErrorCodeOf(const Response& response) {
    json::Element root;
    if (parser_.parse(response.body.data(), response.body.size()).get(root) != simdjson::SUCCESS) return {};
    std::string code(json::Text(root, "errorCode").substr(0, kErrorCodeMax));
    std::erase_if(code, [](char c) { return !absl::ascii_isalnum(static_cast<unsigned char>(c)); });
    return code;
  }

  void AddRequest(absl::Span<const Message> messages, const std::vector<size_t>& places, int64_t now_ms, Plan* plan) {
    Request request = MakeRequest("POST", kSendMany, now_ms);
    request.body = R"({"allowDuplicates":true,"messages":[)";
    request.body.reserve(places.size() * 512);
    JsonWriter writer(&request.body);
    for (const size_t i : places) {
      KoreanPayload payload;
      const Message& message = messages[i];
      const Refusal refusal = ReadKoreanPayload(message.payload, &parser_, &payload)
                                  ? WriteSolapiMessage(message, payload, sender_, &writer)
                                  : Refusal{OutcomeCode::kRejectMsg, "the payload is no JSON object"};
      if (refusal.code == OutcomeCode::kAccepted)
        request.messages.push_back(i);
      else
        plan->outcomes.push_back({message.id, message.token, refusal.code, std::string(refusal.reason)});
    }
    if (request.messages.empty()) return;
    request.body += R"(],"showMessageList":true})";
    plan->requests.push_back(std::move(request));
  }

  void Forget(const Request& request, absl::Span<const Message> messages) {
    if (alone_.empty()) return;
    for (const size_t i : request.messages) alone_.erase(messages[i].id);
  }

  // The whole request was refused. Where that may be for one message of many, each is sent by itself next.
  std::vector<Outcome> Refused(const Request& request, absl::Span<const Message> messages, const Response& response,
                               int64_t now_ms) {
    const int status = response.status;
    const std::string code = ErrorCodeOf(response);
    const std::string reason = fmt::format("{}{}{}", status, code.empty() ? "" : " ", code);
    const int64_t asked_ms = RetryAfterMs(response, now_ms);
    if (const CodeRow* row = FindCode(SolapiErrors(), code))
      return OutcomeOfAll(request, messages, row->outcome, fmt::format("{}: {}", reason, row->meaning),
                          asked_ms > 0 ? asked_ms : row->retry_after_ms);
    if (IsOfGateway(status)) return OutcomeOfAll(request, messages, OutcomeCode::kUnknown, reason);
    if (status >= 500 || status == 429 || status == 408)
      return OutcomeOfAll(request, messages, OutcomeCode::kRetry, reason, asked_ms);
    if (status < 400 || status == 401 || status == 402 || status == 403 || status == 404)
      return OutcomeOfAll(request, messages, OutcomeCode::kConfig, reason);
    if (request.messages.size() == 1) {
      Forget(request, messages);
      return OutcomeOfAll(request, messages, OutcomeCode::kRejectMsg, reason);
    }
    if (alone_.size() + request.messages.size() > kAloneMax) alone_.clear();
    for (const size_t i : request.messages) alone_.insert(messages[i].id);
    return OutcomeOfAll(request, messages, OutcomeCode::kNotSent, reason + ": each is sent by itself", kAloneAfterMs);
  }

  std::vector<Outcome> ReadResults(const Request& request, absl::Span<const Message> messages, const Response& response,
                                   int64_t now_ms) {
    std::vector<Outcome> outcomes =
        OutcomeOfAll(request, messages, OutcomeCode::kUnknown, "the answer does not say what became of it");
    json::Element root;
    if (parser_.parse(response.body.data(), response.body.size()).get(root) != simdjson::SUCCESS) return outcomes;
    absl::flat_hash_map<int64_t, Outcome*> by_id;
    by_id.reserve(outcomes.size());
    for (Outcome& outcome : outcomes) by_id[outcome.message_id] = &outcome;
    MessageMark mark;
    for (const std::string_view list : {"messageList", "failedMessageList"})
      for (json::Element result : json::Elements(root, list)) {
        const json::Object fields = json::Members(result, "customFields");
        if (!ReadMark(json::Or<std::string_view>(fields[kSolapiMarkField].get_string(), {}), &mark)) continue;
        const auto found = by_id.find(mark.id);
        if (found != by_id.end()) Decide(json::Text(result, "statusCode"), now_ms, found->second);
      }
    return outcomes;
  }

  void Decide(std::string_view code, int64_t now_ms, Outcome* outcome) {
    const CodeRow* row = FindCode(SolapiStatusCodes(), code);
    if (row == nullptr) {
      outcome->reason = fmt::format("{}: not a status that SOLAPI documents", code.substr(0, kErrorCodeMax));
      outcome->code = OutcomeCode::kRejectMsg;
      return;
    }
    outcome->code = row->outcome;
    outcome->reason = fmt::format("{}: {}", code, row->meaning);
    outcome->retry_after_ms = row->outcome == OutcomeCode::kDefer ? UntilMorningInKorea(now_ms) : row->retry_after_ms;
  }

  const std::string url_, key_, secret_;
  const SolapiSender sender_;
  const bool private_address_, polls_;
  simdjson::dom::parser parser_;
  // Messages of requests that were refused as a whole: what is wrong may be one of them.
  absl::flat_hash_set<int64_t> alone_;
};

constexpr SettingKey kKeys[] = {
    {"api_key", SettingType::kText, true, "the API key"},
    {"api_secret", SettingType::kSecret, true, "the API secret"},
    {"from", SettingType::kText, true, "the sender number that is registered there"},
    {"pf_id", SettingType::kText, false, "the id of the Kakao channel, for Alimtalk and brand messages"},
    {"fallback", SettingType::kFlag, false,
     "whether SOLAPI sends a text message where Kakao fails; the journey's `via` does it better"},
    {kPollKey, SettingType::kFlag, false, kPollWhat},
    {"url", SettingType::kText, false, "where the API is, when it is not https://api.solapi.com"},
};

absl::StatusOr<std::unique_ptr<Adapter>> Make(const ChannelSettings& settings) {
  const PhoneNumber from = ReadPhoneNumber(settings.Text("from"));
  if (!from.korean) return absl::InvalidArgumentError("from: expected a Korean telephone number");
  return std::make_unique<Solapi>(settings.Text("url", kUrl), settings.Text("api_key"), settings.Secret("api_secret"),
                                  SolapiSender{from.digits, settings.Text("pf_id"), settings.Flag("fallback")},
                                  settings.Flag("private_address"), settings.Flag(kPollKey));
}

}  // namespace

std::string SolapiAuthorization(std::string_view key, std::string_view secret, std::string_view date,
                                std::string_view salt) {
  const std::string signature = EncodeHex(HmacSha256(secret, fmt::format("{}{}", date, salt)));
  return fmt::format("HMAC-SHA256 apiKey={}, date={}, salt={}, signature={}", key, date, salt, signature);
}

const AdapterKind kSolapiKind = {"solapi", "", "SOLAPI: SMS, LMS, MMS, Alimtalk, brand messages", kKeys, Make};

}  // namespace cartwheel
