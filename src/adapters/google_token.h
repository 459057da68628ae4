// Access tokens of Google's services for a service account (RFC 7523): a token that we sign with RS256 is exchanged for
// one that requests carry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "adapters/crypto.h"
#include "cartwheel/adapter.h"

namespace cartwheel {

// The file that Google gives for a service account.
struct ServiceAccount {
  std::string project_id, client_email, key_id, token_uri;
  SigningKey key;
};
// InvalidArgument says what is wrong, without showing the key.
absl::StatusOr<ServiceAccount> ReadServiceAccount(std::string_view json);

// Keeps one token. For one thread at a time.
class GoogleToken {
 public:
  explicit GoogleToken(ServiceAccount account) : account_(std::move(account)) {}

  // Tells whether the token can be used, and will be for a while. Without a token there is a Renewal to send.
  bool IsGood(int64_t now_ms) const;
  Request Renewal(int64_t now_ms) const;
  // Takes the answer. InvalidArgument: Google refuses the account, with its reason. Unavailable: there is no token now.
  absl::Status Take(const Response& response, int64_t now_ms);
  void Forget() { token_.clear(); }

  std::string Authorization() const { return "Bearer " + token_; }
  const ServiceAccount& account() const { return account_; }

 private:
  ServiceAccount account_;
  std::string token_;
  int64_t made_at_ms_ = 0, renew_at_ms_ = 0;
};

inline constexpr int64_t kGoogleAssertionMs = 3'600'000;  // the most that Google takes
inline constexpr int64_t kGoogleRenewMs = 300'000;        // so long before its end a token is renewed

}  // namespace cartwheel
