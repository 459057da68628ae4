#include "adapters/google_token.h"

#include <algorithm>

#include "adapters/answer.h"
#include "adapters/jwt.h"
#include "adapters/url.h"
#include "base/json_text.h"
#include "base/json_tree.h"
#include "base/percent.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kScope = "https://www.googleapis.com/auth/firebase.messaging";
constexpr std::string_view kGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";

std::string Assertion(const ServiceAccount& account, int64_t now_ms) {
  std::string header, claims;
  JsonWriter head(&header), json(&claims);
  head.BeginObject();
  head.Text("alg", "RS256");
  head.Text("typ", "JWT");
  head.Text("kid", account.key_id);
  head.EndObject();
  json.BeginObject();
  json.Text("iss", account.client_email);
  json.Text("scope", kScope);
  json.Text("aud", account.token_uri);
  json.Int("iat", now_ms / 1000);
  json.Int("exp", (now_ms + kGoogleAssertionMs) / 1000);
  json.EndObject();
  return MakeJwt(header, claims, account.key);
}

}  // namespace

absl::StatusOr<ServiceAccount> ReadServiceAccount(std::string_view text) {
  simdjson::dom::parser parser;
  json::Element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS || !root.is_object())
    return absl::InvalidArgumentError("expected the JSON file of a service account");
  for (std::string_view key : {"project_id", "client_email", "private_key_id", "private_key", "token_uri"})
    if (json::Text(root, key).empty())
      return absl::InvalidArgumentError(fmt::format("{} is missing; expected the JSON file of a service account", key));
  auto key = SigningKey::ReadPem(json::Text(root, "private_key"), SigningKey::Kind::kRsa);
  if (!key.ok()) return absl::InvalidArgumentError("private_key: " + StatusText(key.status()));
  if (const auto url = ReadHttpUrl(json::Text(root, "token_uri")); !url.ok())
    return absl::InvalidArgumentError("token_uri: " + StatusText(url.status()));
  return ServiceAccount{std::string(json::Text(root, "project_id")), std::string(json::Text(root, "client_email")),
                        std::string(json::Text(root, "private_key_id")), std::string(json::Text(root, "token_uri")),
                        *std::move(key)};
}

// A clock that was set back before its making says nothing of its end.
bool GoogleToken::IsGood(int64_t now_ms) const {
  return !token_.empty() && made_at_ms_ <= now_ms && now_ms < renew_at_ms_;
}

Request GoogleToken::Renewal(int64_t now_ms) const {
  Request request;
  request.method = "POST";
  request.url = account_.token_uri;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = fmt::format("grant_type={}&assertion={}", PercentEncode(kGrant), Assertion(account_, now_ms));
  request.renews = true;
  return request;
}

absl::Status GoogleToken::Take(const Response& response, int64_t now_ms) {
  simdjson::dom::parser parser;
  json::Element root;
  const bool readable = response.failure == Response::Failure::kNone &&
                        parser.parse(response.body.data(), response.body.size()).get(root) == simdjson::SUCCESS &&
                        root.is_object();
  if (response.status == 200 && readable && !json::Text(root, "access_token").empty()) {
    const int64_t lives_ms = json::Whole(root, "expires_in") * 1000;
    token_ = std::string(json::Text(root, "access_token"));
    made_at_ms_ = now_ms;
    renew_at_ms_ = now_ms + std::max(lives_ms - kGoogleRenewMs, lives_ms / 2);
    return absl::OkStatus();
  }
  // RFC 6749, section 5.2: 400 or 401 and an error. Nothing else says that the account is refused.
  if (response.status == 400 || response.status == 401)
    return absl::InvalidArgumentError(
        fmt::format("Google refuses the service account: {} {}", readable ? json::Text(root, "error") : "",
                    readable ? json::Text(root, "error_description") : Describe(response)));
  return absl::UnavailableError(
      "no access token: " + (response.status == 200 ? std::string("an answer without a token") : Describe(response)));
}

}  // namespace cartwheel
