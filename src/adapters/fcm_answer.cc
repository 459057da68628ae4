#include "adapters/fcm_answer.h"

#include "adapters/push_answer.h"
#include "base/json_tree.h"

namespace cartwheel {
namespace {

using enum OutcomeCode;

constexpr int64_t kQuotaMs = 60'000;     // "the quota is replenished each minute"
constexpr int64_t kOverloadMs = 10'000;  // "the minimum retry interval of 10 seconds"
constexpr int64_t kRenewedMs = 1'000;    // with another access token

// Google, "FCM error codes": details[].errorCode, which FcmError names.
constexpr CodeRow kErrors[] = {
    {"UNSPECIFIED_ERROR", kRetry, "FCM does not say why", kOverloadMs},
    {"INVALID_ARGUMENT", kRejectMsg, "FCM does not understand the message"},
    {"UNREGISTERED", kGone, "no such installation any more"},
    {"SENDER_ID_MISMATCH", kConfig, "the token is of another project"},
    {"QUOTA_EXCEEDED", kRetry, "too many messages", kQuotaMs},
    {"UNAVAILABLE", kRetry, "FCM is overloaded", kOverloadMs},
    {"INTERNAL", kRetry, "FCM has trouble", kOverloadMs},
    {"THIRD_PARTY_AUTH_ERROR", kConfig, "the project's APNs or web push key is missing or wrong"},
};

// Google, "Cloud APIs: errors": error.status, where FCM adds no code of its own.
constexpr CodeRow kStatuses[] = {
    {"INVALID_ARGUMENT", kRejectMsg, "FCM does not understand the message"},
    {"FAILED_PRECONDITION", kConfig, "the project cannot send"},
    {"OUT_OF_RANGE", kRejectMsg, "FCM does not understand the message"},
    {"UNAUTHENTICATED", kConfig, "the access token is refused", kRenewedMs},
    {"PERMISSION_DENIED", kConfig, "the service account may not send for this project"},
    {"NOT_FOUND", kFailedFinal, "no such installation, or no such project"},
    {"RESOURCE_EXHAUSTED", kRetry, "too many messages", kQuotaMs},
    {"CANCELLED", kRetry, "FCM did not end the request", kOverloadMs},
    {"UNKNOWN", kRetry, "FCM has trouble", kOverloadMs},
    {"INTERNAL", kRetry, "FCM has trouble", kOverloadMs},
    {"UNAVAILABLE", kRetry, "FCM is overloaded", kOverloadMs},
    {"DEADLINE_EXCEEDED", kRetry, "FCM did not end in time", kOverloadMs},
};

// The same by status, of an answer whose body cannot be read: a proxy's.
constexpr CodeRow kNumbers[] = {
    {"401", kConfig, "the access token is refused", kRenewedMs},
    {"403", kConfig, "the service account may not send for this project"},
    {"404", kConfig, "no such address of FCM's, or no such project"},
    {"429", kRetry, "too many messages", kQuotaMs},
    {"4*", kRejectMsg, "refused"},
    {"5*", kRetry, "FCM has trouble", kOverloadMs},
};

constexpr CodeRow kAccepted200 = {"200", kAccepted, "accepted"};
constexpr CodeRow kEmpty200 = {"200", kUnknown, "an answer without the message's name"};
constexpr CodeRow kBadToken = {"INVALID_ARGUMENT", kGone, "it is no registration token"};

bool NamesToken(json::Element error) {
  for (json::Element detail : json::Elements(error, "details"))
    for (json::Element violation : json::Elements(detail, "fieldViolations"))
      if (json::Text(violation, "field") == "message.token") return true;
  return false;
}

std::string_view FcmCode(json::Element error) {
  for (json::Element detail : json::Elements(error, "details"))
    if (const std::string_view code = json::Text(detail, "errorCode"); !code.empty()) return code;
  return {};
}

}  // namespace

const CodeRow& FindFcmRow(const Response& response) {
  simdjson::dom::parser parser;
  json::Element root, error;
  const bool readable =
      parser.parse(response.body.data(), response.body.size()).get(root) == simdjson::SUCCESS && root.is_object();
  const bool has_error = readable && root["error"].get(error) == simdjson::SUCCESS && error.is_object();
  if (response.status == 200 && !has_error)
    return readable && !json::Text(root, "name").empty() ? kAccepted200 : kEmpty200;
  if (!has_error) return FindStatus(kNumbers, response.status);
  const CodeRow* row = FindCode(kErrors, FcmCode(error));
  if (row == nullptr) row = FindCode(kStatuses, json::Text(error, "status"));
  if (row == nullptr) row = response.status == 200 ? &kEmpty200 : &FindStatus(kNumbers, response.status);
  return row->code == "INVALID_ARGUMENT" && NamesToken(error) ? kBadToken : *row;
}

}  // namespace cartwheel
