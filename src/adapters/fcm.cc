#include "adapters/fcm.h"

#include <utility>

#include "adapters/fcm_answer.h"
#include "adapters/google_token.h"
#include "adapters/push_answer.h"
#include "adapters/push_text.h"
#include "adapters/url.h"
#include "base/json_text.h"
#include "base/percent.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kUrl = "https://fcm.googleapis.com";
constexpr size_t kAppleTopicBytesMax = 64;

constexpr SettingKey kKeys[] = {
    {"service_account", SettingType::kSecret, true, "the JSON file of a service account that may send"},
    {"project", SettingType::kText, false, "the project, where it is not that of the account"},
    {"android_channel", SettingType::kText, false, "the notification channel of the app on Android"},
    {"url", SettingType::kText, false, "FCM's address; https://fcm.googleapis.com"},
};

// `data` is for the app: every value a text. FCM reserves "from", "gcm" and what begins with "google".
void WriteData(const PushText& text, const Message& message, JsonWriter& json) {
  json.Key("data");
  json.BeginObject();
  json.Text("message_id", fmt::format("{}", message.id));
  WriteTextIfAny("url", text.url, json);
  if (!text.buttons.empty()) {
    std::string buttons;
    JsonWriter list(&buttons);
    WriteButtons(text, list);
    json.Text("buttons", buttons);
  }
  json.EndObject();
}

void WriteAndroid(const PushText& text, int64_t ttl_s, const std::string& channel, JsonWriter& json) {
  json.Key("android");
  json.BeginObject();
  json.Text("priority", text.urgency == "high" ? "HIGH" : "NORMAL");
  json.Text("ttl", fmt::format("{}s", ttl_s));
  WriteTextIfAny("collapse_key", text.topic, json);
  if (!channel.empty() || !text.topic.empty()) {
    json.Key("notification");
    json.BeginObject();
    WriteTextIfAny("channel_id", channel, json);
    WriteTextIfAny("tag", text.topic, json);
    json.EndObject();
  }
  json.EndObject();
}

void WriteApple(const PushText& text, int64_t expires_s, JsonWriter& json) {
  json.Key("apns");
  json.BeginObject();
  json.Key("headers");
  json.BeginObject();
  json.Text("apns-expiration", fmt::format("{}", expires_s));
  if (!text.topic.empty() && text.topic.size() <= kAppleTopicBytesMax) json.Text("apns-collapse-id", text.topic);
  json.EndObject();
  json.EndObject();
}

class Fcm final : public Adapter {
 public:
  Fcm(ServiceAccount account, const ChannelSettings& settings, const HttpUrl& url)
      : token_(std::move(account)),
        android_channel_(settings.Text("android_channel")),
        private_address_(settings.Flag("private_address")),
        url_(fmt::format("{}/v1/projects/{}/messages:send", url.Origin(),
                         PercentEncode(settings.Text("project", token_.account().project_id)))) {}

  ChannelTraits traits() const override { return {}; }

  Plan Build(absl::Span<const Message> messages, int64_t now_ms) override {
    Plan plan;
    if (!token_.IsGood(now_ms)) {
      plan.requests.push_back(token_.Renewal(now_ms));
      plan.requests.back().private_address = private_address_;
      return plan;
    }
    for (size_t i = 0; i < messages.size(); ++i) {
      const auto text = ReadPushText(messages[i].payload);
      std::string wrong = text.ok() ? CheckSize(*text) : StatusText(text.status());
      if (!wrong.empty()) {
        plan.outcomes.push_back({messages[i].id, messages[i].token, OutcomeCode::kRejectMsg, std::move(wrong)});
        continue;
      }
      Request& request = plan.requests.emplace_back();
      request.method = "POST";
      request.url = url_;
      request.headers = {{"Authorization", token_.Authorization()}, {"Content-Type", "application/json"}};
      request.body = Body(messages[i], *text, now_ms);
      request.private_address = private_address_;
      request.messages = {i};
    }
    return plan;
  }

  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response& response,
                                 int64_t now_ms) override {
    if (request.renews) return TakeToken(messages, response, now_ms);
    if (auto failed = OutcomesOfFailure(request, messages, response); !failed.empty()) return failed;
    const CodeRow& row = FindFcmRow(response);
    const std::string& credentials = request.headers.front().second;
    OutcomeCode code = row.outcome;
    if (code == OutcomeCode::kAccepted) refusals_.Accepted(credentials, now_ms);
    if (row.code == "SENDER_ID_MISMATCH" && refusals_.IsOfAddress(credentials, now_ms)) code = OutcomeCode::kGone;
    if (row.code == "UNAUTHENTICATED" || row.code == "401") {
      if (credentials == token_.Authorization()) token_.Forget();
      // Another token will do, unless this one never did any work: then it is the account that is refused.
      if (refusals_.HasAccepted(credentials)) code = OutcomeCode::kRetry;
    }
    return OutcomeOfRow(request, messages, row, code, response, now_ms);
  }

 private:
  std::vector<Outcome> TakeToken(absl::Span<const Message> messages, const Response& response, int64_t now_ms) {
    const absl::Status taken = token_.Take(response, now_ms);
    if (taken.ok()) return {};
    // No message has left, whatever became of the request for a token.
    const OutcomeCode code = absl::IsInvalidArgument(taken) ? OutcomeCode::kConfig : OutcomeCode::kNotSent;
    std::vector<Outcome> outcomes;
    for (const Message& message : messages)
      outcomes.push_back({message.id, message.token, code, StatusText(taken), RetryAfterMs(response, now_ms)});
    return outcomes;
  }

  // What FCM counts: the texts that the device gets, without the names of the parts. Empty: it fits.
  static std::string CheckSize(const PushText& text) {
    size_t size = text.title.size() + text.body.size() + text.image.size() + text.url.size();
    for (const PushText::Button& button : text.buttons) size += button.label.size() + button.url.size();
    if (size <= kFcmBytesMax) return {};
    return fmt::format("{} bytes, at most {} fit into a message of FCM", size, kFcmBytesMax);
  }

  std::string Body(const Message& message, const PushText& text, int64_t now_ms) const {
    const int64_t ttl_s = PushTtlSeconds(text, message, now_ms);
    std::string body;
    JsonWriter json(&body);
    json.BeginObject();
    json.Key("message");
    json.BeginObject();
    json.Text("token", message.address);
    json.Key("notification");
    json.BeginObject();
    WriteTextIfAny("title", text.title, json);
    WriteTextIfAny("body", text.body, json);
    WriteTextIfAny("image", text.image, json);
    json.EndObject();
    WriteData(text, message, json);
    WriteAndroid(text, ttl_s, android_channel_, json);
    WriteApple(text, now_ms / 1000 + ttl_s, json);
    json.EndObject();
    json.EndObject();
    return body;
  }

  GoogleToken token_;
  const std::string android_channel_;
  const bool private_address_;
  const std::string url_;
  Refusals refusals_;
};

}  // namespace

const AdapterKind kFcmKind = {"fcm", "push", "Firebase Cloud Messaging: apps on Android and iOS", kKeys, MakeFcm};

absl::StatusOr<std::unique_ptr<Adapter>> MakeFcm(const ChannelSettings& settings) {
  auto account = ReadServiceAccount(settings.Secret("service_account"));
  if (!account.ok()) return absl::InvalidArgumentError("service_account: " + StatusText(account.status()));
  const auto url = ReadHttpUrl(settings.Text("url", kUrl));
  if (!url.ok()) return absl::InvalidArgumentError("url: " + StatusText(url.status()));
  return std::make_unique<Fcm>(*std::move(account), settings, *url);
}

}  // namespace cartwheel
