// What differs between two playbooks, each difference as a line that a marketer reads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/step_words.h"

namespace cartwheel::cli {

// One part of the playbook that differs: a journey, a template, the policy.
struct Change {
  std::string_view about;  // "journey", "template", "segment", "policy", "shop", "channels", "partials", "history"
  std::string name;        // of the journey, template or segment
  std::string_view kind;   // "added", "removed", "changed"
  std::vector<std::string> words;
  std::vector<std::string> sent_by;  // of a template: journey/step
  std::string_view concerns;         // whom, and from when on
};

// Both are of playbooks that compile. In the order in which the new one has its parts, then what it has no more.
std::vector<Change> ChangesOf(const JsonNode& before, const JsonNode& after);
bool AreEqual(const JsonNode& one, const JsonNode& other);
// Compares two values (null: not there), part by part; `path` names them.
void CompareValues(const std::string& path, const JsonNode* before, const JsonNode* after,
                   std::vector<std::string>* words);
// The same of two lists in which the order does not count; `more` and `less` begin the lines.
void CompareSets(std::string_view more, std::string_view less, const JsonNode* before, const JsonNode* after,
                 std::vector<std::string>* words);
// Says which walks of the old revision a journey with "adopt" takes over, and which stay; false: it takes over none.
bool TellAdoption(const JsonNode& before, const JsonNode& after, int64_t old_revision, std::vector<std::string>* words);
// Compares two lists of steps; `within` says where they lie, and ends in a space where it is not empty.
void CompareSteps(const std::string& within, const JsonNode* before, const JsonNode* after,
                  std::vector<std::string>* words);

}  // namespace cartwheel::cli
