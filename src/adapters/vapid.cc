#include "adapters/vapid.h"

#include "adapters/jwt.h"
#include "adapters/url.h"
#include "base/json_text.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr std::string_view kHeader = R"({"typ":"JWT","alg":"ES256"})";

// A host that mail from outside can reach has a dot, and is no machine's own name.
bool IsPublicHost(std::string_view host) {
  return host.find('.') != host.npos && !host.ends_with('.') && !host.starts_with('.') && !host.ends_with(".local") &&
         !host.ends_with(".localhost") && !host.ends_with(".invalid");
}

bool IsSubject(std::string_view subject) {
  constexpr std::string_view kMailto = "mailto:";
  if (subject.starts_with(kMailto)) {
    const size_t at = subject.rfind('@');
    return at != subject.npos && at > kMailto.size() && IsPublicHost(subject.substr(at + 1)) &&
           subject.find_first_of(" <>\r\n") == subject.npos;
  }
  const auto url = ReadHttpUrl(subject);
  return url.ok() && url->scheme == "https" && IsPublicHost(url->host);
}

}  // namespace

absl::StatusOr<SigningKey> ReadVapidKey(std::string_view text) {
  if (text.find("-----BEGIN") != text.npos) return SigningKey::ReadPem(text, SigningKey::Kind::kP256);
  const auto scalar = DecodeBase64(text);
  if (!scalar) return absl::InvalidArgumentError("expected a private key as `cartwheel vapid` writes it, or PEM");
  return SigningKey::ReadP256(*scalar);
}

absl::StatusOr<VapidSigner> VapidSigner::Make(SigningKey key, std::string_view subject) {
  if (!IsSubject(subject))
    return absl::InvalidArgumentError(fmt::format(
        "\"{}\", expected mailto: and an address, or an https:// address, that a push service can write to", subject));
  return VapidSigner(std::move(key), subject);
}

const std::string& VapidSigner::Authorization(const std::string& origin, int64_t now_ms) {
  const auto known = tokens_.find(origin);
  if (known != tokens_.end() && known->second.made_at_ms <= now_ms &&
      now_ms < known->second.made_at_ms + kVapidTokenMs - kVapidRenewMs)
    return known->second.authorization;
  if (known == tokens_.end() && tokens_.size() >= kVapidOriginsMax) tokens_.clear();
  std::string claims;
  JsonWriter json(&claims);
  json.BeginObject();
  json.Text("aud", origin);
  json.Int("exp", (now_ms + kVapidTokenMs) / 1000);
  json.Text("sub", subject_);
  json.EndObject();
  Token& token = tokens_[origin];
  token = {fmt::format("vapid t={}, k={}", MakeJwt(kHeader, claims, key_), public_key_), now_ms};
  return token.authorization;
}

}  // namespace cartwheel
