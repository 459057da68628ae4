#include "adapters/web_push_answer.h"

#include "adapters/push_answer.h"
#include "base/json_tree.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

using enum OutcomeCode;

constexpr std::string_view kOtherKey = "the subscription was made with another key, or the key is refused";

// RFC 8030, sections 5, 7.2, 7.3, 8.4; RFC 8292, section 4.2. 406: Microsoft, "Push notification service request and
// response headers", which says throttled by it.
constexpr CodeRow kStatuses[] = {
    {"2*", kAccepted, "accepted"},
    {"3*", kFailedFinal, "the push service says that the subscription is elsewhere"},
    {"400", kRejectMsg, "the push service does not understand the request"},
    {"401", kConfig, kOtherKey},
    {"403", kConfig, kOtherKey},
    {"404", kGone, "no such subscription"},
    {"406", kRetry, "too many messages", 60'000},
    {"408", kRetry, "the push service did not get the whole request in time"},
    {"410", kGone, "the subscription ended"},
    {"413", kRejectMsg, "too large"},
    {"429", kRetry, "too many messages", 60'000},
    {"4*", kRejectMsg, "refused"},
    {"5*", kRetry, "the push service has trouble"},
};

// Mozilla, autopush-rs, docs/src/errors.md: `errno` in the body.
constexpr CodeRow kMozilla[] = {
    {"101", kRejectMsg, "crypto keys are missing"},
    {"108", kGone, "the endpoint names a router that there is not"},
    {"110", kRejectMsg, "crypto keys are wrong"},
    {"111", kRejectMsg, "a header is missing"},
    {"112", kRejectMsg, "the TTL is no number from 0 to 2592000"},
    {"113", kRejectMsg, "the topic is not up to 32 letters and digits"},
    {"109", kConfig, kOtherKey},
    {"102", kGone, "no such endpoint"},
    {"103", kGone, "the endpoint expired"},
    {"105", kGone, "the endpoint became unavailable"},
    {"106", kGone, "no such subscription"},
    {"104", kRejectMsg, "too large"},
    {"201", kRetry, "the push service is busy", 60'000},
    {"202", kRetry, "the push service asks to try again at once", 1'000},
    {"999", kRetry, "the push service has trouble"},
    {"900", kRetry, "the push service's bridge is misconfigured"},
    {"901", kRetry, "the push service's bridge refuses it"},
    {"902", kRetry, "the push service cannot reach its bridge"},
    {"903", kRetry, "the push service's bridge did not answer"},
};

}  // namespace

const CodeRow& FindWebPushRow(const Response& response) {
  simdjson::dom::parser parser;
  json::Element root;
  if (response.status >= 400 &&
      parser.parse(response.body.data(), response.body.size()).get(root) == simdjson::SUCCESS && root.is_object()) {
    if (const CodeRow* row = FindCode(kMozilla, fmt::format("{}", json::Whole(root, "errno"))); row != nullptr)
      return *row;
  }
  return FindStatus(kStatuses, response.status);
}

bool MayBeOfSubscription(const CodeRow& row) { return row.meaning == kOtherKey; }

}  // namespace cartwheel
