// `cartwheel why`: everything that was decided about one customer, in order, and how things stand.
#include "base/json_tree.h"
#include "base/status.h"
#include "base/time.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/trail.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kWhyOptions[] = {
    {"--db", "FILE", "the database", true},
    {"--anonymous", "", "CUSTOMER is an anonymous id"},
    {"--actor", "NAME", "who asks: noted in the access log with the time"},
    {"--reason", "TEXT", "why, noted with it"},
};

// The carts that are open, and the walks that go on.
std::string Standing(std::string_view customer_json) {
  simdjson::dom::parser parser;
  json::Element root;
  if (parser.parse(simdjson::padded_string(customer_json)).get(root)) return "";
  std::string text;
  for (json::Element cart : json::Elements(root, "carts")) {
    std::string_view id = json::Text(cart, "id");
    json::Element value;
    const bool known = !cart["value"].get(value);  // not where a price is unknown, or lines are in several currencies
    text += fmt::format("cart{}{}: {}, {}, value {}\n", id.empty() ? "" : " ", id, json::Text(cart, "stage"),
                        Plural(static_cast<int64_t>(json::Elements(cart, "items").size()), "item"),
                        known ? simdjson::minify(value) : "unknown");
  }
  for (json::Element walk : json::Elements(root, "enrolments"))
    if (std::optional<int64_t> wakes = ParseInstant(json::Text(walk, "wakes_at")))
      text += fmt::format("in the journey {}: the next look is at {}\n", json::Text(walk, "journey"), Clock(*wakes));
  return text;
}

absl::Status Why(const Args& args) {
  ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, OpenExisting(args.Get("--db")));
  QueryRequest request{
      .query = "why", .limit = kDecisionsMax, .actor = args.Get("--actor"), .reason = args.Get("--reason")};
  (args.Has("--anonymous") ? request.anonymous_id : request.customer) = args.operand(0);
  ASSIGN_OR_RETURN(std::string why, engine->Query(request));
  request.query = "customer";
  ASSIGN_OR_RETURN(std::string customer, engine->Query(request));
  std::string text =
      fmt::format("{} (times are UTC; +24h: since the journey began or its wait began again)\n", args.operand(0));
  std::vector<TrailEntry> trail = ReadTrail(why);
  for (const TrailEntry& entry : trail)
    text += fmt::format("{}  {:>8}  {}\n", Clock(entry.at_ms), Elapsed(entry.since_ms), Sentence(entry));
  if (trail.empty()) text += "nothing was decided: no journey was entered\n";
  Print(text + Standing(customer));
  return absl::OkStatus();
}

int RunWhy(const Args& args) {
  absl::Status status = Why(args);
  return status.ok() ? kOk : Fail(status);
}

}  // namespace

const Command kWhyCommand = {
    "why",
    "CUSTOMER",
    "why something was or was not sent to one customer: the trail of decisions",
    "cartwheel query why gives the same as JSON.",
    {"cartwheel why otto-17 --db build/demo/demo.db", "cartwheel why d-81f3 --anonymous --db shop.db"},
    kWhyOptions,
    RunWhy,
};

}  // namespace cartwheel::cli
