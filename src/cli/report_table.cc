#include "cli/report_table.h"

#include "base/json_tree.h"
#include "cli/output.h"
#include "core/policy/policy_warnings.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

// Money as the engine wrote it: exact.
std::string Money(json::Element parent, std::string_view key) {
  json::Element value;
  return parent[key].get(value) == simdjson::SUCCESS ? simdjson::minify(value) : "0";
}

int64_t Sum(json::Element node) {
  if (node.is_int64()) return json::Whole(node);
  int64_t sum = 0;
  for (auto [key, value] : json::Members(node)) sum += Sum(value);
  return sum;
}

// "late 3, min_gap 1"
std::string Reasons(json::Object members) {
  std::string text;
  for (auto [reason, count] : members)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", reason, Count(Sum(count)));
  return text;
}

void Line(std::string_view name, int64_t number, std::string_view more, std::string* out) {
  *out += fmt::format("{:<28}{:>10}{}{}\n", name, Count(number), more.empty() ? "" : "   ", more);
}

// Sent, skipped and dropped by step: steps that only skip have a line too.
void Steps(json::Element journey, std::string* out) {
  json::Object messages = json::Members(journey, "messages");
  for (auto [step, count] : messages) {
    json::Element outcomes;
    std::string how = journey["outcomes"][step].get(outcomes) ? "" : Reasons(outcomes.get_object().value());
    for (std::string_view what : {"opened", "clicked"})
      if (json::Element counts; !journey[what].get(counts) && json::Whole(counts, step) != 0)
        how += fmt::format("{}{} {}", how.empty() ? "" : ", ", what, Count(json::Whole(counts, step)));
    Line(fmt::format("  message {}", step), Sum(count), how, out);
  }
  for (std::string_view what : {"variants", "sms_types"})
    for (auto [step, counts] : json::Members(journey, what))
      *out += fmt::format("    {} of {}: {}\n", what == "variants" ? "variants" : "kinds of SMS", step,
                          Reasons(counts.get_object().value()));
  for (std::string_view what : {"skipped", "dropped", "deferred"})
    for (auto [step, reasons] : json::Members(journey, what))
      Line(fmt::format("  {} {}", what, step), Sum(reasons), Reasons(reasons.get_object().value()), out);
}

void Journey(std::string_view name, json::Element journey, std::string* out) {
  *out += fmt::format("\njourney {}\n", name);
  Line("  entered", json::Whole(journey, "entered"), "", out);
  Steps(journey, out);
  for (auto [channel, doors] : json::Members(journey, "opt_outs"))
    Line(fmt::format("  opt-outs by {}", channel), Sum(doors),
         fmt::format("{}; of {}", Reasons(doors.get_object().value()),
                     Count(json::Whole(journey["handed_over"].value(), channel))),
         out);
  json::Element exited;
  if (!journey["exited"].get(exited)) Line("  exited", Sum(exited), Reasons(exited.get_object().value()), out);
  Line("  walked to the end", json::Whole(journey, "completed"), "", out);
  Line("  bought after message", json::Whole(journey, "bought_after_message"),
       fmt::format("value {}", Money(journey, "bought_value")), out);
}

// Whose proof of consent and whose rules are in force, and what that leaves to the shop.
std::string PolicyLines(json::Element report) {
  const bool assumed = json::Text(report, "consent") == "assumed_by_shop";
  std::string rules;
  for (json::Element rule : json::Elements(report, "rules"))
    rules += fmt::format("{}{}", rules.empty() ? "" : ", ", json::Text(rule));
  std::string out = fmt::format("consent: {}; rules: {}\n", assumed ? "assumed by the shop" : "proved by events",
                                rules.empty() ? "none" : rules);
  if (!assumed && rules.empty()) return out;  // no playbook is loaded: nothing is sent
  std::vector<Policy::Statement> statements;
  if (json::Object said; !report["statements"].get(said))
    for (auto [about, words] : said) statements.push_back({std::string(about), std::string(json::Text(words))});
  for (const std::string& warning : PolicyWarnings(assumed, !rules.empty(), statements))
    out += fmt::format("warning: {}\n", warning);
  return out;
}

}  // namespace

std::string PolicyText(std::string_view report_json) {
  simdjson::dom::parser parser;
  json::Element report;
  if (parser.parse(simdjson::padded_string(report_json)).get(report)) return "";
  return PolicyLines(report);
}

std::string ReportTable(std::string_view report_json) {
  simdjson::dom::parser parser;
  json::Element report;
  if (parser.parse(simdjson::padded_string(report_json)).get(report)) return std::string(report_json);
  std::string out;
  out += PolicyLines(report) + "\n";
  Line("customers", json::Whole(report, "customers"), "", &out);
  if (json::Element carts; !report["carts"].get(carts))
    Line("carts", json::Whole(carts, "opened"),
         fmt::format("{} ordered, {} emptied, {} abandoned", Count(json::Whole(carts, "ordered")),
                     Count(json::Whole(carts, "emptied")), Count(json::Whole(carts, "abandoned"))),
         &out);
  if (json::Element orders; !report["orders"].get(orders))
    Line("orders", json::Whole(orders, "count"), fmt::format("value {}", Money(orders, "value")), &out);
  if (int64_t duplicates = json::Whole(report, "duplicates"); duplicates > 0)
    Line("duplicate events", duplicates, "", &out);
  if (json::Object refused = json::Members(report, "refused"); refused.size() > 0)
    Line("refused events", Sum(report["refused"].value()), Reasons(refused), &out);
  if (json::Object events = json::Members(report, "events"); events.size() > 0)
    Line("newest events by type", Sum(report["events"].value()), Reasons(events), &out);
  if (json::Object consents = json::Members(report, "consents"); consents.size() > 0)
    Line("consents by event", Sum(report["consents"].value()), Reasons(consents), &out);
  for (auto [rule, reasons] : json::Members(report, "by_rule"))
    Line(fmt::format("rule {}", rule), Sum(reasons), Reasons(reasons.get_object().value()), &out);
  for (auto [name, journey] : json::Members(report, "journeys")) Journey(name, journey, &out);
  return out;
}

}  // namespace cartwheel::cli
