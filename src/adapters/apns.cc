#include "adapters/apns.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "adapters/apns_answer.h"
#include "adapters/crypto.h"
#include "adapters/jwt.h"
#include "adapters/push_answer.h"
#include "adapters/push_text.h"
#include "adapters/url.h"
#include "base/json_text.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kUrl = "https://api.push.apple.com";
constexpr std::string_view kSandboxUrl = "https://api.sandbox.push.apple.com";
constexpr size_t kTokenDigitsMin = 64;
constexpr size_t kTokenDigitsMax = 200;  // Apple: "device tokens vary in size"

constexpr SettingKey kKeys[] = {
    {"key", SettingType::kSecret, true, "the signing key, Apple's .p8 file"},
    {"key_id", SettingType::kText, true, "the key's id, 10 characters"},
    {"team_id", SettingType::kText, true, "the team's id, 10 characters"},
    {"topic", SettingType::kText, true, "the app's bundle id"},
    {"sandbox", SettingType::kFlag, false, "apps that come from Xcode"},
    {"sound", SettingType::kText, false, "the sound of messages: default, or a file of the app"},
    {"url", SettingType::kText, false, "APNs' address; https://api.push.apple.com"},
};

bool IsDeviceToken(std::string_view address) {
  return address.size() >= kTokenDigitsMin && address.size() <= kTokenDigitsMax && address.size() % 2 == 0 &&
         std::all_of(address.begin(), address.end(),
                     [](char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); });
}

// The message's key as a UUID: the same whenever it is handed out, so that APNs' logs name one message once.
std::string Uuid(std::string_view key) {
  if (key.size() != 32) return {};
  return fmt::format("{}-{}-{}-{}-{}", key.substr(0, 8), key.substr(8, 4), key.substr(12, 4), key.substr(16, 4),
                     key.substr(20));
}

// Immediately; as suits the device's power; only that.
std::string_view Priority(std::string_view urgency) {
  if (urgency == "very-low") return "1";
  return urgency == "low" ? "5" : "10";
}

std::string CollapseId(const std::string& topic) {
  return topic.size() <= kApnsCollapseBytesMax ? topic : EncodeHex(Sha256(topic));
}

// Tokens of a provider: one for all connections, renewed at the pace that APNs allows.
class ProviderToken {
 public:
  ProviderToken(SigningKey key, std::string key_id, std::string team_id)
      : key_(std::move(key)), key_id_(std::move(key_id)), team_id_(std::move(team_id)) {}

  const std::string& Authorization(int64_t now_ms) {
    if (authorization_.empty() || now_ms < made_at_ms_ || now_ms >= made_at_ms_ + kApnsTokenMs) Make(now_ms);
    return authorization_;
  }
  // Lets the next request have another, where `refused` is the one in use and old enough to be replaced.
  void Forget(const std::string& refused, int64_t now_ms) {
    if (refused == authorization_ && now_ms >= made_at_ms_ + kApnsTokenMinMs) authorization_.clear();
  }

 private:
  void Make(int64_t now_ms) {
    std::string header, claims;
    JsonWriter head(&header), json(&claims);
    head.BeginObject();
    head.Text("alg", "ES256");
    head.Text("kid", key_id_);
    head.EndObject();
    json.BeginObject();
    json.Text("iss", team_id_);
    json.Int("iat", now_ms / 1000);
    json.EndObject();
    authorization_ = "bearer " + MakeJwt(header, claims, key_);
    made_at_ms_ = now_ms;
  }

  SigningKey key_;
  std::string key_id_, team_id_;
  std::string authorization_;
  int64_t made_at_ms_ = 0;
};

class Apns final : public Adapter {
 public:
  Apns(ProviderToken token, const ChannelSettings& settings, const HttpUrl& url)
      : token_(std::move(token)),
        topic_(settings.Text("topic")),
        sound_(settings.Text("sound")),
        origin_(url.Origin()),
        private_address_(settings.Flag("private_address")) {}

  ChannelTraits traits() const override { return {}; }

  Plan Build(absl::Span<const Message> messages, int64_t now_ms) override {
    Plan plan;
    for (size_t i = 0; i < messages.size(); ++i) {
      const Message& message = messages[i];
      auto stop = [&](OutcomeCode code, std::string reason) {
        plan.outcomes.push_back({message.id, message.token, code, std::move(reason)});
      };
      const auto text = ReadPushText(message.payload);
      const std::string body = text.ok() ? Body(message, *text) : "";
      if (!IsDeviceToken(message.address))
        stop(OutcomeCode::kFailedFinal, "the address is no device token");
      else if (!text.ok())
        stop(OutcomeCode::kRejectMsg, StatusText(text.status()));
      else if (body.size() > kApnsBytesMax)
        stop(OutcomeCode::kRejectMsg,
             fmt::format("{} bytes, at most {} fit into a message of APNs", body.size(), kApnsBytesMax));
      else
        plan.requests.push_back(MakeRequest(message, *text, i, body, now_ms));
    }
    return plan;
  }

  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response& response,
                                 int64_t now_ms) override {
    if (auto failed = OutcomesOfFailure(request, messages, response); !failed.empty()) return failed;
    const CodeRow& row = FindApnsRow(response);
    const std::string& credentials = request.headers.front().second;
    OutcomeCode code = row.outcome;
    if (code == OutcomeCode::kAccepted) refusals_.Accepted(credentials, now_ms);
    if (row.code == "ExpiredProviderToken") {
      token_.Forget(credentials, now_ms);
      // A token that never did any work is too old by APNs' clock: this machine's is wrong.
      if (refusals_.HasAccepted(credentials)) code = OutcomeCode::kRetry;
    }
    // Every token of a shop that mixed up its environments or apps would be removed.
    if (row.code == "BadDeviceToken" || row.code == "DeviceTokenNotForTopic")
      if (!refusals_.IsOfAddress(credentials, now_ms)) code = OutcomeCode::kFailedFinal;
    std::vector<Outcome> outcomes = OutcomeOfRow(request, messages, row, code, response, now_ms);
    if (code == OutcomeCode::kGone) outcomes.front().gone_at_ms = ApnsGoneAtMs(response);
    return outcomes;
  }

 private:
  Request MakeRequest(const Message& message, const PushText& text, size_t place, const std::string& body,
                      int64_t now_ms) {
    Request request;
    request.method = "POST";
    request.url = fmt::format("{}/3/device/{}", origin_, message.address);
    request.headers = {{"authorization", token_.Authorization(now_ms)},
                       {"apns-topic", topic_},
                       {"apns-push-type", "alert"},
                       {"apns-priority", std::string(Priority(text.urgency))},
                       {"apns-expiration", fmt::format("{}", now_ms / 1000 + PushTtlSeconds(text, message, now_ms))}};
    if (const std::string id = Uuid(message.key); !id.empty()) request.headers.emplace_back("apns-id", id);
    if (!text.topic.empty()) request.headers.emplace_back("apns-collapse-id", CollapseId(text.topic));
    request.body = body;
    request.http2 = true;
    request.private_address = private_address_;
    request.messages = {place};
    return request;
  }

  std::string Body(const Message& message, const PushText& text) const {
    std::string body;
    JsonWriter json(&body);
    json.BeginObject();
    json.Key("aps");
    json.BeginObject();
    json.Key("alert");
    json.BeginObject();
    WriteTextIfAny("title", text.title, json);
    WriteTextIfAny("body", text.body, json);
    json.EndObject();
    WriteTextIfAny("sound", sound_, json);
    if (!text.image.empty()) json.Int("mutable-content", 1);  // the app's extension loads it
    json.EndObject();
    json.Text("message_id", fmt::format("{}", message.id));
    WriteTextIfAny("url", text.url, json);
    WriteTextIfAny("image", text.image, json);
    if (!text.buttons.empty()) {
      json.Key("buttons");
      WriteButtons(text, json);
    }
    json.EndObject();
    return body;
  }

  ProviderToken token_;
  const std::string topic_, sound_, origin_;
  const bool private_address_;
  Refusals refusals_;
};

}  // namespace

const AdapterKind kApnsKind = {"apns", "push", "Apple Push Notification service: apps on Apple's devices", kKeys,
                               MakeApns};

absl::StatusOr<std::unique_ptr<Adapter>> MakeApns(const ChannelSettings& settings) {
  auto key = SigningKey::ReadPem(settings.Secret("key"), SigningKey::Kind::kP256);
  if (!key.ok()) return absl::InvalidArgumentError("key: " + StatusText(key.status()));
  const auto url = ReadHttpUrl(settings.Text("url", settings.Flag("sandbox") ? kSandboxUrl : kUrl));
  if (!url.ok()) return absl::InvalidArgumentError("url: " + StatusText(url.status()));
  ProviderToken token(*std::move(key), settings.Text("key_id"), settings.Text("team_id"));
  return std::make_unique<Apns>(std::move(token), settings, *url);
}

}  // namespace cartwheel
