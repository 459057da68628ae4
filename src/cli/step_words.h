// The steps of a playbook in words, as its author reads them: for drawings and comparisons. They are read from the
// playbook's JSON, which has the conditions as they were written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "playbook/json.h"

namespace cartwheel::cli {

using playbook::JsonNode;

// A value on one line: a text as it is, a list with commas, an object as {key: value}.
std::string Brief(const JsonNode& node);
// The text of a member; empty when it is no text or not there.
std::string_view TextIn(const JsonNode& object, std::string_view key);

// The key that says what a step does: "wait", "send", …
std::string_view KindOf(const JsonNode& step);

struct StepWords {
  std::string title;                 // "send gentle"
  std::vector<std::string> details;  // "by web_push, else sms"
};
StepWords WordsOf(const JsonNode& step);
// "order_completed when event.value > 0"
std::string TriggerWords(const JsonNode& trigger);
// What a trigger says beyond these words, a member each: "max_per_day 100".
std::vector<std::string> TermsOf(const JsonNode& trigger);
// The name by which other steps and walks of other revisions know a step: its own, else a send's template; or empty.
std::string_view IdentityOf(const JsonNode& step);

// One way on from a step that has several.
struct ArmOf {
  std::string name;                 // "words", "clicked push", "else", "timeout"
  std::string label;                // the same with its condition or share
  const JsonNode* steps = nullptr;  // null: none of its own
  bool holdout = false;
  std::string as;  // of a holdout: the arm that it walks; empty: the first that is none
};
// In the order in which the playbook's compiler numbers their steps.
std::vector<ArmOf> ArmsOf(const JsonNode& step);
// Whether a walk goes on by one of the arms in any case.
bool ArmsAreAll(const JsonNode& step);

}  // namespace cartwheel::cli
