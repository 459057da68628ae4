#include "cli/report_table.h"

#include <simdjson.h>

#include "cli/output.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

int64_t Whole(element parent, std::string_view key) {
  int64_t number = 0;
  (void)parent[key].get_int64().get(number);
  return number;
}

// Money as the engine wrote it: exact.
std::string Money(element parent, std::string_view key) {
  element value;
  return parent[key].get(value) ? "0" : simdjson::minify(value);
}

object Members(element parent, std::string_view key) {
  object members;
  (void)parent[key].get_object().get(members);
  return members;
}

int64_t Sum(element node) {
  if (int64_t number; !node.get_int64().get(number)) return number;
  int64_t sum = 0;
  object members;
  if (!node.get_object().get(members))
    for (auto [key, value] : members) sum += Sum(value);
  return sum;
}

// "late 3, min_gap 1"
std::string Reasons(object members) {
  std::string text;
  for (auto [reason, count] : members) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", reason, Count(Sum(count)));
  return text;
}

void Line(std::string_view name, int64_t number, std::string_view more, std::string* out) {
  *out += fmt::format("{:<22}{:>12}{}{}\n", name, Count(number), more.empty() ? "" : "   ", more);
}

// Sent, skipped and dropped by step: steps that only skip have a line too.
void Steps(element journey, std::string* out) {
  object messages = Members(journey, "messages");
  for (auto [step, count] : messages) {
    element outcomes;
    std::string how = journey["outcomes"][step].get(outcomes) ? "" : Reasons(outcomes.get_object().value());
    Line(fmt::format("  message {}", step), Sum(count), how, out);
  }
  for (std::string_view what : {"skipped", "dropped"})
    for (auto [step, reasons] : Members(journey, what))
      Line(fmt::format("  {} {}", what, step), Sum(reasons), Reasons(reasons.get_object().value()), out);
}

void Journey(std::string_view name, element journey, std::string* out) {
  *out += fmt::format("\njourney {}\n", name);
  Line("  entered", Whole(journey, "entered"), "", out);
  Steps(journey, out);
  element stopped;
  if (!journey["stopped"].get(stopped)) Line("  stopped", Sum(stopped), Reasons(stopped.get_object().value()), out);
  Line("  walked to the end", Whole(journey, "completed"), "", out);
  Line("  bought after message", Whole(journey, "bought_after_message"),
       fmt::format("value {}", Money(journey, "bought_value")), out);
}

}  // namespace

std::string ReportTable(std::string_view report_json) {
  simdjson::dom::parser parser;
  element report;
  if (parser.parse(simdjson::padded_string(report_json)).get(report)) return std::string(report_json);
  std::string out;
  std::string_view consent;
  bool assumed = !report["consent"].get_string().get(consent) && consent == "assumed_by_shop";
  out += fmt::format("consent: {}\n\n", assumed ? "assumed by the shop" : consent);
  Line("customers", Whole(report, "customers"), "", &out);
  if (element carts; !report["carts"].get(carts))
    Line("carts", Whole(carts, "opened"),
         fmt::format("{} ordered, {} emptied, {} abandoned", Count(Whole(carts, "ordered")),
                     Count(Whole(carts, "emptied")), Count(Whole(carts, "abandoned"))),
         &out);
  if (element orders; !report["orders"].get(orders))
    Line("orders", Whole(orders, "count"), fmt::format("value {}", Money(orders, "value")), &out);
  if (int64_t duplicates = Whole(report, "duplicates"); duplicates > 0) Line("duplicate events", duplicates, "", &out);
  if (object refused = Members(report, "refused"); refused.size() > 0)
    Line("refused events", Sum(report["refused"].value()), Reasons(refused), &out);
  for (auto [name, journey] : Members(report, "journeys")) Journey(name, journey, &out);
  return out;
}

}  // namespace cartwheel::cli
