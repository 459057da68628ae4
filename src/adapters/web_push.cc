#include "adapters/web_push.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "adapters/crypto.h"
#include "adapters/push_answer.h"
#include "adapters/vapid.h"
#include "adapters/web_push_answer.h"
#include "adapters/web_push_body.h"
#include "base/json_text.h"
#include "base/json_tree.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr size_t kTopicCharactersMax = 32;
constexpr int kDeclarative = 8030;  // what the member "web_push" of a declarative message must be

constexpr SettingKey kKeys[] = {
    {"private_key", SettingType::kSecret, true, "the VAPID private key: `cartwheel vapid` makes it"},
    {"subject", SettingType::kText, true, "mailto: or https:, whom push services may write to"},
    {"old_private_key", SettingType::kSecret, false, "the key of subscriptions from before it was changed"},
};

bool IsTopic(std::string_view topic) {
  return topic.size() <= kTopicCharactersMax && std::all_of(topic.begin(), topic.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c));
         });
}

class WebPush final : public Adapter {
 public:
  WebPush(std::vector<VapidSigner> signers, bool private_address)
      : signers_(std::move(signers)), private_address_(private_address) {}

  ChannelTraits traits() const override { return {}; }

  Plan Build(absl::Span<const Message> messages, int64_t now_ms) override {
    Plan plan;
    plan.requests.reserve(messages.size());
    for (size_t i = 0; i < messages.size(); ++i) {
      Request request;
      Outcome wrong{messages[i].id, messages[i].token};
      if (BuildOne(messages[i], now_ms, &request, &wrong)) {
        request.messages = {i};
        plan.requests.push_back(std::move(request));
      } else {
        plan.outcomes.push_back(std::move(wrong));
      }
    }
    return plan;
  }

  std::vector<Outcome> Interpret(const Request& request, absl::Span<const Message> messages, const Response& response,
                                 int64_t now_ms) override {
    if (auto failed = OutcomesOfFailure(request, messages, response); !failed.empty()) return failed;
    const CodeRow& row = FindWebPushRow(response);
    const std::string& credentials = request.headers.front().second;
    OutcomeCode code = row.outcome;
    if (code == OutcomeCode::kAccepted) refusals_.Accepted(credentials, now_ms);
    if (MayBeOfSubscription(row) && refusals_.IsOfAddress(credentials, now_ms)) code = OutcomeCode::kGone;
    std::vector<Outcome> outcomes = OutcomeOfRow(request, messages, row, code, response, now_ms);
    if (response.status == 413) outcomes.front().reason += fmt::format(", a body of {} bytes", request.body.size());
    return outcomes;
  }

 private:
  // False: `wrong` says why there is no request.
  bool BuildOne(const Message& message, int64_t now_ms, Request* request, Outcome* wrong) {
    auto stop = [&](OutcomeCode code, std::string reason) {
      wrong->code = code;
      wrong->reason = std::move(reason);
      return false;
    };
    const auto subscription = ReadSubscription(message.address);
    if (!subscription.ok())
      return stop(OutcomeCode::kFailedFinal,
                  "the address is no push subscription: " + StatusText(subscription.status()));
    if (subscription->endpoint.scheme != "https" && !private_address_)
      return stop(OutcomeCode::kFailedFinal, "the address is no push subscription: its endpoint is not https");
    VapidSigner* signer = FindSigner(subscription->vapid);
    if (signer == nullptr)
      return stop(OutcomeCode::kFailedFinal,
                  fmt::format("the subscription was made with the key {}, which this channel does not have",
                              subscription->vapid));
    const auto text = ReadPushText(message.payload);
    if (!text.ok()) return stop(OutcomeCode::kRejectMsg, StatusText(text.status()));
    const std::string plain = WebPushText(*text);
    if (plain.size() > kWebPushTextBytesMax)
      return stop(OutcomeCode::kRejectMsg,
                  fmt::format("{} bytes, at most {} fit into a web push", plain.size(), kWebPushTextBytesMax));
    auto body = EncryptWebPush(plain, subscription->point, subscription->auth, SigningKey::MakeP256(),
                               RandomBytes(kWebPushSaltBytes));
    if (!body.ok())
      return stop(OutcomeCode::kFailedFinal, "the address is no push subscription: " + StatusText(body.status()));

    request->method = "POST";
    request->url = subscription->endpoint.Text();
    request->headers = {{"Authorization", signer->Authorization(subscription->endpoint.Origin(), now_ms)},
                        {"Content-Encoding", "aes128gcm"},
                        {"Content-Type", "application/octet-stream"},
                        {"TTL", fmt::format("{}", PushTtlSeconds(*text, message, now_ms))}};
    if (!text->urgency.empty()) request->headers.emplace_back("Urgency", text->urgency);
    if (!text->topic.empty()) request->headers.emplace_back("Topic", WebPushTopic(text->topic));
    request->body = *std::move(body);
    request->private_address = private_address_;
    return true;
  }

  // The signer of a subscription; the first where it does not say which key it was made with.
  VapidSigner* FindSigner(std::string_view vapid) {
    for (VapidSigner& signer : signers_)
      if (vapid.empty() || signer.public_key() == vapid) return &signer;
    return nullptr;
  }

  std::vector<VapidSigner> signers_;  // the newest key first
  const bool private_address_;
  Refusals refusals_;
};

}  // namespace

absl::StatusOr<Subscription> ReadSubscription(std::string_view address) {
  simdjson::dom::parser parser;
  json::Element root;
  if (parser.parse(address.data(), address.size()).get(root) != simdjson::SUCCESS || !root.is_object())
    return absl::InvalidArgumentError("expected the JSON of a subscription");
  Subscription subscription;
  ASSIGN_OR_RETURN(subscription.endpoint, ReadHttpUrl(json::Text(root, "endpoint")));
  json::Element keys;
  if (root["keys"].get(keys) != simdjson::SUCCESS || !keys.is_object())
    return absl::InvalidArgumentError("expected keys, which a subscription has after subscribe()");
  subscription.point = DecodeBase64(json::Text(keys, "p256dh")).value_or("");
  subscription.auth = DecodeBase64(json::Text(keys, "auth")).value_or("");
  if (subscription.point.size() != kP256PointBytes)
    return absl::InvalidArgumentError(
        fmt::format("keys.p256dh: {} bytes, expected {}", subscription.point.size(), kP256PointBytes));
  if (subscription.auth.size() != kWebPushAuthBytes)
    return absl::InvalidArgumentError(fmt::format("keys.auth: {} bytes, expected 16", subscription.auth.size()));
  if (const std::string_view vapid = json::Text(root, "vapid"); !vapid.empty()) {
    const auto point = DecodeBase64(vapid);
    if (!point || point->size() != kP256PointBytes)
      return absl::InvalidArgumentError("vapid is no public key in base64url");
    subscription.vapid = EncodeBase64Url(*point);
  }
  return subscription;
}

std::string WebPushText(const PushText& text) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  if (!text.title.empty() && !text.url.empty()) json.Int("web_push", kDeclarative);
  json.Key("notification");
  json.BeginObject();
  WriteTextIfAny("title", text.title, json);
  WriteTextIfAny("body", text.body, json);
  WriteTextIfAny("navigate", text.url, json);
  WriteTextIfAny("icon", text.icon, json);
  WriteTextIfAny("image", text.image, json);
  WriteTextIfAny("tag", text.topic, json);
  if (!text.buttons.empty()) {
    json.Key("actions");
    json.BeginList();
    for (size_t i = 0; i < text.buttons.size(); ++i) {
      json.BeginObject();
      json.Text("action", fmt::format("{}", i));
      json.Text("title", text.buttons[i].label);
      WriteTextIfAny("navigate", text.buttons[i].url, json);
      json.EndObject();
    }
    json.EndList();
  }
  json.EndObject();
  json.EndObject();
  return out;
}

std::string WebPushTopic(std::string_view topic) {
  return IsTopic(topic) ? std::string(topic) : EncodeHex(Sha256(topic)).substr(0, kTopicCharactersMax);
}

const AdapterKind kWebPushKind = {"web_push", "push", "browsers' push services", kKeys, MakeWebPush};

absl::StatusOr<std::unique_ptr<Adapter>> MakeWebPush(const ChannelSettings& settings) {
  std::vector<VapidSigner> signers;
  for (std::string_view setting : {"private_key", "old_private_key"}) {
    if (!settings.Has(setting)) continue;
    auto key = ReadVapidKey(settings.Secret(setting));
    if (!key.ok()) return absl::InvalidArgumentError(fmt::format("{}: {}", setting, StatusText(key.status())));
    auto signer = VapidSigner::Make(*std::move(key), settings.Text("subject"));
    if (!signer.ok()) return absl::InvalidArgumentError("subject: " + StatusText(signer.status()));
    signers.push_back(*std::move(signer));
  }
  return std::make_unique<WebPush>(std::move(signers), settings.Flag("private_address"));
}

}  // namespace cartwheel
