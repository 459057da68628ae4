#include "adapters/webhook.h"

#include <utility>

#include "adapters/crypto.h"
#include "adapters/push_answer.h"
#include "adapters/url.h"
#include "base/json_text.h"
#include "base/json_tree.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

using enum OutcomeCode;

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::string_view kType = "message";
constexpr int64_t kTimeoutMs = 20'000;  // Standard Webhooks: "15 to 30 s"

constexpr SettingKey kKeys[] = {
    {"secret", SettingType::kSecret, true, "what requests are signed with: whsec_ and base64 of 24 to 64 bytes"},
    {"old_secret", SettingType::kSecret, false, "signs as well, while receivers change over"},
    {"url", SettingType::kText, false, "where all messages go; without it to the address of the endpoint"},
    {"idempotency_ms", SettingType::kWhole, false, "so long the receiver knows a webhook-id again; 0: it does not"},
};

// Standard Webhooks 1.0, "Webhook status codes": 2xx is success, all else failure, 410 wants no more. What may succeed
// at another time is tried again; what the receiver says of the request itself is not.
constexpr CodeRow kStatuses[] = {
    {"2*", kAccepted, "accepted"},
    {"3*", kConfig, "the address has moved: redirects are not followed"},
    {"401", kConfig, "the receiver refuses the signature"},
    {"403", kConfig, "the receiver refuses the signature"},
    {"404", kRetry, "the receiver has no such address now"},
    {"405", kConfig, "the address takes no POST"},
    {"408", kRetry, "the receiver did not get the whole request in time"},
    {"409", kRetry, "the receiver is at work on it"},
    {"410", kGone, "the receiver wants no more"},
    {"425", kRetry, "too early"},
    {"429", kRetry, "too many messages"},
    {"4*", kRejectMsg, "the receiver refuses the message"},
    {"5*", kRetry, "the receiver has trouble"},
};

std::string Body(const Message& message) {
  std::string body;
  JsonWriter json(&body);
  json.BeginObject();
  json.Text("type", kType);
  json.Time("timestamp", message.made_at_ms);
  json.Key("data");
  json.BeginObject();
  json.Int("id", message.id);
  json.Text("key", message.key);
  json.Text("channel", message.channel);
  json.Text("class", message.message_class);
  json.Text("purpose", message.purpose);
  json.Text("medium", message.medium);
  json.Text("customer", message.customer);
  json.Text("address", message.address);
  json.Text("journey", message.journey);
  json.Text("step", message.step);
  json.Text("template", message.template_name);
  json.Raw("payload", message.payload);
  json.Time("made_at", message.made_at_ms);
  json.Time("expires_at", message.expires_at_ms);
  json.EndObject();
  json.EndObject();
  return body;
}

class Webhook final : public Adapter {
 public:
  Webhook(std::vector<std::string> secrets, std::string url, const ChannelSettings& settings)
      : secrets_(std::move(secrets)), url_(std::move(url)), private_address_(settings.Flag("private_address")) {
    traits_.timeout_ms = kTimeoutMs;
    traits_.idempotency_ms = settings.Whole("idempotency_ms");
  }

  ChannelTraits traits() const override { return traits_; }

  Plan Build(absl::Span<const Message> messages, int64_t now_ms) override {
    Plan plan;
    for (size_t i = 0; i < messages.size(); ++i) {
      const Message& message = messages[i];
      auto stop = [&](OutcomeCode code, std::string_view reason) {
        plan.outcomes.push_back({message.id, message.token, code, std::string(reason)});
      };
      auto url = ReadHttpUrl(url_.empty() ? message.address : url_);
      simdjson::dom::parser parser;
      if (!url.ok())
        stop(kFailedFinal, "the address is no address of a webhook: " + StatusText(url.status()));
      else if (url->scheme != "https" && !private_address_)
        stop(kFailedFinal, "the address is no address of a webhook: it is not https");
      else if (parser.parse(message.payload.data(), message.payload.size()).error() != simdjson::SUCCESS)
        stop(kRejectMsg, "the payload is no JSON");
      else
        plan.requests.push_back(MakeRequest(message, i, url->Text(), now_ms));
    }
    return plan;
  }

  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response& response,
                                 int64_t now_ms) override {
    if (auto failed = OutcomesOfFailure(request, messages, response); !failed.empty()) return failed;
    const CodeRow& row = FindStatus(kStatuses, response.status);
    // One address for all: it is not the customer's that ended.
    const OutcomeCode code = row.outcome == kGone && !url_.empty() ? kConfig : row.outcome;
    return OutcomeOfRow(request, messages, row, code, response, now_ms);
  }

 private:
  Request MakeRequest(const Message& message, size_t place, std::string url, int64_t now_ms) const {
    Request request;
    request.method = "POST";
    request.url = std::move(url);
    request.body = Body(message);
    const int64_t timestamp_s = now_ms / 1000;
    request.headers = {{"Content-Type", "application/json"},
                       {"webhook-id", message.key},
                       {"webhook-timestamp", fmt::format("{}", timestamp_s)},
                       {"webhook-signature", SignWebhook(secrets_, message.key, timestamp_s, request.body)}};
    request.timeout_ms = kTimeoutMs;
    request.private_address = private_address_;
    request.messages = {place};
    return request;
  }

  const std::vector<std::string> secrets_;
  const std::string url_;  // empty: that of each message
  const bool private_address_;
  ChannelTraits traits_;
};

}  // namespace

absl::StatusOr<std::string> ReadWebhookSecret(std::string_view text) {
  if (text.starts_with(kSecretPrefix)) text.remove_prefix(kSecretPrefix.size());
  auto bytes = DecodeBase64(text);
  if (!bytes || bytes->size() < kWebhookSecretBytesMin || bytes->size() > kWebhookSecretBytesMax)
    return absl::InvalidArgumentError(
        fmt::format("expected whsec_ and base64 of {} to {} bytes", kWebhookSecretBytesMin, kWebhookSecretBytesMax));
  return *std::move(bytes);
}

std::string SignWebhook(absl::Span<const std::string> secrets, std::string_view id, int64_t timestamp_s,
                        std::string_view body) {
  const std::string content = fmt::format("{}.{}.{}", id, timestamp_s, body);
  std::string signatures;
  for (const std::string& secret : secrets) {
    if (!signatures.empty()) signatures += ' ';
    signatures += "v1," + EncodeBase64(HmacSha256(secret, content));
  }
  return signatures;
}

const AdapterKind kWebhookKind = {"webhook", "", "Standard Webhooks: a server of the shop's own", kKeys, MakeWebhook};

absl::StatusOr<std::unique_ptr<Adapter>> MakeWebhook(const ChannelSettings& settings) {
  std::vector<std::string> secrets;
  for (std::string_view setting : {"secret", "old_secret"}) {
    if (!settings.Has(setting)) continue;
    auto secret = ReadWebhookSecret(settings.Secret(setting));
    if (!secret.ok()) return absl::InvalidArgumentError(fmt::format("{}: {}", setting, StatusText(secret.status())));
    secrets.push_back(*std::move(secret));
  }
  std::string url = settings.Text("url");
  if (!url.empty()) {
    const auto read = ReadHttpUrl(url);
    if (!read.ok()) return absl::InvalidArgumentError("url: " + StatusText(read.status()));
    if (read->scheme != "https" && !settings.Flag("private_address"))
      return absl::InvalidArgumentError("url: expected an address that begins with https://");
    url = read->Text();
  }
  return std::make_unique<Webhook>(std::move(secrets), std::move(url), settings);
}

}  // namespace cartwheel
