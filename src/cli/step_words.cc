#include "cli/step_words.h"

#include <algorithm>
#include <charconv>

#include "fmt/format.h"
#include "playbook/keys.h"

namespace cartwheel::cli {
namespace {

using NodeKind = JsonNode::Kind;

std::string Joined(const JsonNode& list, std::string_view between) {
  std::string text;
  for (const auto& member : list.members) text += fmt::format("{}{}", text.empty() ? "" : between, Brief(member.value));
  return text;
}

// ", mon, tue, on the recipient's clock"
std::string ClockWords(const JsonNode& wait) {
  std::string text;
  if (const JsonNode* days = wait.Find("weekdays")) text += ", " + Joined(*days, ", ");
  if (TextIn(wait, "zone") == "recipient") text += ", on the recipient's clock";
  return text;
}

StepWords WaitWords(const JsonNode&, const JsonNode& wait) {
  if (!wait.is_object()) return {"wait " + Brief(wait), {}};
  if (const JsonNode* until = wait.Find("until"))
    return {fmt::format("wait until {}{}", Brief(*until), ClockWords(wait)), {}};
  if (const JsonNode* hours = wait.Find("business_hours"))
    return {fmt::format("wait for the hours {}{}", Brief(*hours), ClockWords(wait)), {}};
  std::string title = fmt::format("wait until {}", TextIn(wait, "until_field"));
  if (const JsonNode* offset = wait.Find("offset")) title += ", " + Brief(*offset);
  return {title, {}};
}

StepWords SendWords(const JsonNode& step, const JsonNode& send) {
  StepWords words{"send " + Brief(send), {}};
  if (const JsonNode* via = step.Find("via"))
    words.details.push_back("by " + (via->is_list() ? Joined(*via, ", else ") : Brief(*via)));
  if (const JsonNode* variant = step.Find("variant")) words.details.push_back("variant " + Brief(*variant));
  if (const JsonNode* variants = step.Find("variants")) words.details.push_back("variants " + Brief(*variants));
  if (const JsonNode* latest = step.Find("latest"))
    words.details.push_back(fmt::format("at most {} late", Brief(*latest)));
  if (const JsonNode* gap = step.Find("min_gap"))
    words.details.push_back(fmt::format("{} after the message before", Brief(*gap)));
  if (TextIn(step, "closed") == "skip") words.details.push_back("skipped outside of the hours");
  if (TextIn(step, "prefer") == "last_opened") words.details.push_back("first by the channel that was opened last");
  for (const auto& [key, when] : {std::pair<std::string_view, std::string_view>{"on_capped", "capped"},
                                  {"on_unreachable", "unreachable"},
                                  {"on_failed", "it did not arrive"}})
    if (const std::string_view then = TextIn(step, key); !then.empty())
      words.details.push_back(fmt::format("{}: {}", when, then));
  return words;
}

StepWords ExitWords(const JsonNode&, const JsonNode& reason) {
  return {reason.is_text() ? "end: " + reason.text : "end", {}};
}
StepWords BranchWords(const JsonNode&, const JsonNode&) { return {"choose by conditions", {}}; }
StepWords SplitWords(const JsonNode&, const JsonNode&) { return {"share the customers out", {}}; }
StepWords WaitForWords(const JsonNode& step, const JsonNode&) {
  return {fmt::format("wait up to {} for", TextIn(step, "within")), {}};
}
StepWords SetWords(const JsonNode&, const JsonNode& fields) {
  StepWords words{"set attributes", {}};
  for (const auto& member : fields.members)
    words.details.push_back(fmt::format("{}: {}", member.key, Brief(member.value)));
  return words;
}
StepWords EmitWords(const JsonNode& step, const JsonNode& event) {
  StepWords words{"tell the event " + Brief(event), {}};
  if (const JsonNode* properties = step.Find("properties")) words.details.push_back("with " + Brief(*properties));
  return words;
}
StepWords AddToWords(const JsonNode&, const JsonNode& audience) { return {"add to " + Brief(audience), {}}; }
StepWords RemoveFromWords(const JsonNode&, const JsonNode& audience) { return {"remove from " + Brief(audience), {}}; }
StepWords CallWords(const JsonNode& step, const JsonNode& channel) {
  StepWords words{fmt::format("ask by {}, up to {}", Brief(channel), TextIn(step, "within")), {}};
  if (const JsonNode* payload = step.Find("payload")) words.details.push_back("with " + Brief(*payload));
  if (const JsonNode* answer = step.Find("answer")) words.details.push_back("for " + Brief(*answer));
  if (const std::string_view latest = TextIn(step, "latest"); !latest.empty())
    words.details.push_back(fmt::format("at most {} late", latest));
  return words;
}
StepWords GotoWords(const JsonNode& step, const JsonNode& where) {
  const JsonNode* max = step.Find("max");
  return {fmt::format("back to {}, at most {} times", Brief(where), max == nullptr ? "1" : Brief(*max)), {}};
}

constexpr struct {
  std::string_view kind;
  StepWords (*words)(const JsonNode& step, const JsonNode& what);
} kStepWordings[] = {{"wait", WaitWords},    {"send", SendWords},
                     {"exit", ExitWords},    {"branch", BranchWords},
                     {"split", SplitWords},  {"wait_for", WaitForWords},
                     {"set", SetWords},      {"emit", EmitWords},
                     {"add_to", AddToWords}, {"remove_from", RemoveFromWords},
                     {"call", CallWords},    {"goto", GotoWords}};

std::vector<ArmOf> BranchArms(const JsonNode& step, const JsonNode& arms) {
  std::vector<ArmOf> all;
  for (const auto& member : arms.members) {
    const std::string when(TextIn(member.value, "when")), name(TextIn(member.value, "name"));
    all.push_back({name.empty() ? when : name, name.empty() ? when : fmt::format("{}: {}", name, when),
                   member.value.Find("steps")});
  }
  all.push_back({"else", "else", step.Find("else")});
  return all;
}

std::vector<ArmOf> CallArms(const JsonNode& step, const JsonNode&) {
  const JsonNode* then = step.Find("then");
  std::vector<ArmOf> all;
  if (then != nullptr)
    all = BranchArms(step, *then);
  else
    all.push_back({"else", "else", step.Find("else")});
  all.push_back({"timeout", fmt::format("no answer within {}", TextIn(step, "within")), step.Find("timeout")});
  return all;
}

int64_t WeightOf(const JsonNode& arm) {
  int64_t weight = 1;
  if (const JsonNode* given = arm.Find("weight"))
    std::from_chars(given->text.data(), given->text.data() + given->text.size(), weight);
  return weight;
}

std::vector<ArmOf> SplitArms(const JsonNode&, const JsonNode& arms) {
  int64_t total = 0;
  for (const auto& member : arms.members) total += WeightOf(member.value);
  std::vector<ArmOf> all;
  for (const auto& member : arms.members) {
    const JsonNode* holdout = member.value.Find("holdout");
    const std::string name = member.value.Find("name") == nullptr ? std::to_string(all.size() + 1)
                                                                  : std::string(TextIn(member.value, "name"));
    all.push_back({name, fmt::format("{}: {} of {}", name, WeightOf(member.value), total), member.value.Find("steps"),
                   holdout != nullptr && holdout->boolean, std::string(TextIn(member.value, "as"))});
  }
  return all;
}

std::vector<ArmOf> WaitForArms(const JsonNode& step, const JsonNode& arms) {
  std::vector<ArmOf> all;
  for (const auto& member : arms.members) {
    std::string name = TriggerWords(member.value);
    for (std::string_view fate : playbook::kFates)
      if (const JsonNode* of = member.value.Find(fate)) name = fmt::format("{} {}", fate, Brief(*of));
    all.push_back({name, name, member.value.Find("then")});
  }
  all.push_back({"timeout", fmt::format("not within {}", TextIn(step, "within")), step.Find("timeout")});
  return all;
}

constexpr struct {
  std::string_view kind;
  std::vector<ArmOf> (*arms)(const JsonNode& step, const JsonNode& what);
} kArms[] = {{"branch", BranchArms}, {"split", SplitArms}, {"wait_for", WaitForArms}, {"call", CallArms}};

bool IsListOfSteps(const JsonNode& node) {
  return node.is_list() && !node.members.empty() &&
         std::all_of(node.members.begin(), node.members.end(),
                     [](const auto& member) { return member.value.is_object() && !KindOf(member.value).empty(); });
}

}  // namespace

std::string Brief(const JsonNode& node) {
  std::string text;
  switch (node.kind) {
    case NodeKind::kNull:
      return "null";
    case NodeKind::kBool:
      return node.boolean ? "true" : "false";
    case NodeKind::kNumber:
    case NodeKind::kText:
      return node.text;
    case NodeKind::kList:
      return Joined(node, ", ");
    case NodeKind::kObject:
      for (const auto& member : node.members)
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", member.key, Brief(member.value));
      return "{" + text + "}";
  }
  return text;
}

std::string_view TextIn(const JsonNode& object, std::string_view key) {
  const JsonNode* node = object.Find(key);
  return node != nullptr && node->is_text() ? std::string_view(node->text) : std::string_view();
}

std::string_view KindOf(const JsonNode& step) {
  for (std::string_view kind : playbook::kStepKinds)
    if (step.Find(kind) != nullptr) return kind;
  return {};
}

StepWords WordsOf(const JsonNode& step) {
  const std::string_view kind = KindOf(step);
  if (kind.empty()) return {Brief(step), {}};
  const JsonNode& what = *step.Find(kind);
  const auto wording =
      std::find_if(std::begin(kStepWordings), std::end(kStepWordings), [&](const auto& w) { return w.kind == kind; });
  StepWords words = wording == std::end(kStepWordings) ? StepWords{fmt::format("{} {}", kind, Brief(what)), {}}
                                                       : wording->words(step, what);
  if (const std::string_view name = TextIn(step, "name"); !name.empty()) words.title += fmt::format(" ({})", name);
  return words;
}

std::string TriggerWords(const JsonNode& trigger) {
  if (trigger.is_text()) return trigger.text;
  std::string text(TextIn(trigger, "on"));
  if (const JsonNode* schedule = trigger.Find("schedule")) text = "the schedule " + Brief(*schedule);
  if (const std::string_view segment = TextIn(trigger, "segment"); !segment.empty())
    text += fmt::format(" {}", segment);
  if (const std::string_view when = TextIn(trigger, "when"); !when.empty()) text += fmt::format(" when {}", when);
  return text;
}

std::vector<std::string> TermsOf(const JsonNode& trigger) {
  std::vector<std::string> terms;
  for (const auto& member : trigger.members)
    if (member.key != "on" && member.key != "segment" && member.key != "when" && member.key != "schedule")
      terms.push_back(fmt::format("{} {}", member.key, Brief(member.value)));
  return terms;
}

std::string_view IdentityOf(const JsonNode& step) {
  const std::string_view name = TextIn(step, "name");
  return name.empty() ? TextIn(step, "send") : name;
}

std::vector<ArmOf> ArmsOf(const JsonNode& step) {
  const std::string_view kind = KindOf(step);
  for (const auto& row : kArms)
    if (row.kind == kind && (kind == "call" || step.Find(kind)->is_list())) return row.arms(step, *step.Find(kind));
  // What any other step does instead: a list of steps under a key of its own.
  std::vector<ArmOf> all;
  for (const auto& member : step.members)
    if (IsListOfSteps(member.value)) all.push_back({member.key, member.key, &member.value});
  return all;
}

bool ArmsAreAll(const JsonNode& step) {
  const std::string_view kind = KindOf(step);
  return std::any_of(std::begin(kArms), std::end(kArms), [&](const auto& row) { return row.kind == kind; });
}

}  // namespace cartwheel::cli
