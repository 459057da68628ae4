#include "cli/trail.h"

#include <algorithm>
#include <map>

#include "base/json_tree.h"
#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

struct DecisionWording {
  std::string_view decision;
  std::string_view text;
};
constexpr DecisionWording kDecisionWordings[] = {
    {"entered", "{detail}: enters {journey}"},
    {"reset", "{detail}: the wait begins again"},
    {"message", "{step}: message {message} by {detail}"},
    {"skipped", "{step}: skipped, {detail}"},
    {"dropped", "{step}: dropped, {detail}"},
    {"exited", "{detail}: stops {journey}"},
    {"completed", "{journey}: the last step is done"},
    {"revoked", "{step}: message {message} revoked, {detail}"},
    {"receipt", "{step}: message {message} {detail}"},
    {"merged", "the device {detail} became this customer"},
    {"erased", "erased"},
    {"not_entered", "does not enter {journey}: {detail}"},
    {"converted", "{detail}: a success of {journey}"},
    {"cart_expired", "the cart expired, {detail}"},
    {"consent", "consent {detail}"},
    {"deferred", "{step}: deferred {detail}"},
    {"way", "{step}: on with {detail}"},
    {"address", "an address of {detail}"},
    {"set", "{step}: sets {detail}"},
    {"added_to", "{step}: into the audience {detail}"},
    {"removed_from", "{step}: out of the audience {detail}"},
    {"emitted", "{step}: tells {detail}"},
};

}  // namespace

std::vector<TrailEntry> ReadTrail(std::string_view why_json) {
  std::vector<TrailEntry> trail;
  simdjson::dom::parser parser;
  json::Element root;
  if (parser.parse(simdjson::padded_string(why_json)).get(root)) return trail;
  std::map<std::string, int64_t> began;  // by journey
  for (json::Element decision : json::Elements(root, "decisions")) {
    TrailEntry entry{.at_ms = ParseInstant(json::Text(decision, "at")).value_or(0),
                     .decision = std::string(json::Text(decision, "decision")),
                     .journey = std::string(json::Text(decision, "journey")),
                     .step = std::string(json::Text(decision, "step")),
                     .detail = std::string(json::Text(decision, "detail")),
                     .message = json::Whole(decision, "message")};
    if (entry.decision == "entered" || entry.decision == "reset") began[entry.journey] = entry.at_ms;
    if (auto found = began.find(entry.journey); found != began.end()) entry.since_ms = entry.at_ms - found->second;
    trail.push_back(std::move(entry));
  }
  return trail;
}

std::string Sentence(const TrailEntry& entry) {
  auto wording = std::find_if(std::begin(kDecisionWordings), std::end(kDecisionWordings),
                              [&](const DecisionWording& w) { return w.decision == entry.decision; });
  if (wording == std::end(kDecisionWordings)) return fmt::format("{} {}", entry.decision, entry.detail);
  return fmt::format(fmt::runtime(wording->text), fmt::arg("journey", entry.journey), fmt::arg("step", entry.step),
                     fmt::arg("detail", entry.detail), fmt::arg("message", entry.message));
}

std::string Clock(int64_t at_ms) {
  std::string text = FormatInstant(at_ms).substr(0, std::string_view("2022-08-01T09:30:00").size());
  text[text.find('T')] = ' ';
  return text;
}

std::string Elapsed(int64_t since_ms) {
  int64_t minutes = since_ms / kMinuteMs;
  if (minutes <= 0) return "";
  return minutes % 60 == 0 ? fmt::format("+{}h", minutes / 60) : fmt::format("+{}h{:02}m", minutes / 60, minutes % 60);
}

}  // namespace cartwheel::cli
