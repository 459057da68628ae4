// `cartwheel query`: any of the engine's queries, its answer as it is.
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kQueryOptions[] = {
    {"--db", "FILE", "the database", true},
    {"--customer", "ID", "of customer, why, export, preview, consent, prompt"},
    {"--anonymous", "ID", "the same by an anonymous id"},
    {"--state", "NAME", "of messages: waiting, claimed, accepted, delivered, failed, expired, revoked, unknown, dead"},
    {"--segment", "NAME", "of segment"},
    {"--expression", "CEL", "of evaluate: a condition like a segment's"},
    {"--template", "NAME", "of preview"},
    {"--link", "URL", "of link"},
    {"--token", "TOKEN", "of token; CARTWHEEL_TOKEN_KEY has the key"},
    {"--value-moment", "NAME", "of prompt: product_added, product_added_to_wishlist, order_completed, page_read_30s"},
    {"--actor", "NAME", "who asks: noted in the access log with the time, when the query shows personal data"},
    {"--reason", "TEXT", "why, noted with it"},
    {"--after", "ID", "of messages, dead_letters, segment, consent: behind this; 0"},
    {"--limit", "N", "at most so many; 100"},
};

int RunQuery(const Args& args) {
  absl::StatusOr<int64_t> after = args.Number("--after", 0, 0), limit = args.Number("--limit", 100, 1);
  for (const auto& number : {after, limit})
    if (!number.ok()) return Fail(kUsage, StatusText(number.status()));
  Options options;
  if (const std::string& query = args.operand(0); query == "token" || query == "link" || query == "preview")
    options.token_key = TokenKeyOfEnvironment();
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(args.Get("--db"), options);
  if (!engine.ok()) return Fail(engine.status());
  absl::StatusOr<std::string> answer = (*engine)->Query({.query = args.operand(0),
                                                         .customer = args.Get("--customer"),
                                                         .anonymous_id = args.Get("--anonymous"),
                                                         .state = args.Get("--state"),
                                                         .after = *after,
                                                         .limit = static_cast<size_t>(*limit),
                                                         .segment = args.Get("--segment"),
                                                         .expression = args.Get("--expression"),
                                                         .message_template = args.Get("--template"),
                                                         .link = args.Get("--link"),
                                                         .token = args.Get("--token"),
                                                         .actor = args.Get("--actor"),
                                                         .reason = args.Get("--reason"),
                                                         .value_moment = args.Get("--value-moment")});
  if (absl::IsInvalidArgument(answer.status())) return Fail(kUsage, StatusText(answer.status()));
  if (!answer.ok()) return Fail(answer.status());
  return Print(*answer + "\n");
}

}  // namespace

const Command kQueryCommand = {
    "query",
    "NAME",
    "asks the engine and prints its answer, one JSON object",
    "NAME is customer, why, export, preview, report, consent, prompt, suppressions, erasures, access, "
    "segments, segment, evaluate, messages, dead_letters, link, token, "
    "refused, health, metrics or playbook.",
    {"cartwheel query health --db shop.db", "cartwheel query customer --db shop.db --customer kim",
     "cartwheel query messages --db shop.db --state waiting --limit 20",
     "cartwheel query segment --db shop.db --segment regulars",
     "cartwheel query evaluate --db shop.db --expression 'customer.orders >= 3'"},
    kQueryOptions,
    RunQuery,
};

}  // namespace cartwheel::cli
