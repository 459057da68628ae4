#include "adapters/apns_answer.h"

#include "adapters/push_answer.h"
#include "base/json_tree.h"

namespace cartwheel {
namespace {

using enum OutcomeCode;

constexpr int64_t kBusyMs = 60'000;
constexpr int64_t kRenewedMs = 1'000;  // with another provider token

// Apple, "Handling notification responses from APNs", values of `reason`.
constexpr CodeRow kReasons[] = {
    {"BadCollapseId", kRejectMsg, "the collapse id is too long"},
    {"BadDeviceToken", kGone, "it is no device token, or one of the other environment"},
    {"BadExpirationDate", kRejectMsg, "the expiration is wrong"},
    {"BadMessageId", kRejectMsg, "the id is no UUID"},
    {"BadPriority", kRejectMsg, "the priority is wrong"},
    {"BadTopic", kConfig, "the topic is wrong"},
    {"DeviceTokenNotForTopic", kGone, "the device token is of another app"},
    {"DuplicateHeaders", kRejectMsg, "a header stands twice"},
    {"IdleTimeout", kRetry, "the connection was idle"},
    {"InvalidPushType", kRejectMsg, "the push type is wrong"},
    {"MissingDeviceToken", kConfig, "the device token is missing"},
    {"MissingTopic", kConfig, "the topic is missing"},
    {"PayloadEmpty", kRejectMsg, "the payload is empty"},
    {"TopicDisallowed", kConfig, "pushing to this topic is not allowed"},
    {"BadCertificate", kConfig, "the certificate is invalid"},
    {"BadCertificateEnvironment", kConfig, "the certificate is of the other environment"},
    {"ExpiredProviderToken", kConfig, "the provider token is too old", kRenewedMs},
    {"Forbidden", kConfig, "the action is not allowed"},
    {"InvalidProviderToken", kConfig, "the provider token is refused: key_id, team_id or key is wrong"},
    {"MissingProviderToken", kConfig, "the provider token is missing"},
    {"UnrelatedKeyIdInToken", kConfig, "the key is not of this topic"},
    {"BadEnvironmentKeyIdInToken", kConfig, "the key is of the other environment"},
    {"BadPath", kConfig, "the path is wrong"},
    {"MethodNotAllowed", kConfig, "the method is wrong"},
    {"ExpiredToken", kGone, "the device token expired"},
    {"Unregistered", kGone, "the app is no longer on the device"},
    {"PayloadTooLarge", kRejectMsg, "the payload is too large"},
    {"TooManyProviderTokenUpdates", kRetry, "the provider token changes too often", kBusyMs},
    {"TooManyRequests", kRetry, "too many messages to one device", kBusyMs},
    {"InternalServerError", kRetry, "APNs has trouble"},
    {"ServiceUnavailable", kRetry, "APNs is not available"},
    {"Shutdown", kRetry, "APNs is shutting down"},
};

// The same page, status codes.
constexpr CodeRow kStatuses[] = {
    {"200", kAccepted, "accepted"},
    {"400", kRejectMsg, "a bad request"},
    {"403", kConfig, "the certificate or the provider token is refused"},
    {"404", kConfig, "the path is wrong"},
    {"405", kConfig, "the method is wrong"},
    {"408", kRetry, "APNs did not get the whole request in time"},
    {"410", kGone, "the device token is no longer active"},
    {"413", kRejectMsg, "the payload is too large"},
    {"429", kRetry, "too many messages to one device", kBusyMs},
    {"4*", kRejectMsg, "refused"},
    {"5*", kRetry, "APNs has trouble"},
};

}  // namespace

const CodeRow& FindApnsRow(const Response& response) {
  simdjson::dom::parser parser;
  json::Element root;
  if (response.status != 200 &&
      parser.parse(response.body.data(), response.body.size()).get(root) == simdjson::SUCCESS && root.is_object())
    if (const CodeRow* row = FindCode(kReasons, json::Text(root, "reason")); row != nullptr) return *row;
  return FindStatus(kStatuses, response.status);
}

int64_t ApnsGoneAtMs(const Response& response) {
  simdjson::dom::parser parser;
  json::Element root;
  if (response.status != 410 ||
      parser.parse(response.body.data(), response.body.size()).get(root) != simdjson::SUCCESS || !root.is_object())
    return 0;
  return json::Whole(root, "timestamp");
}

}  // namespace cartwheel
