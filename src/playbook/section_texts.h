// The texts of a template as its author wrote them, whichever section, variant and language they stand in: for checks
// that look at what is written and not at what is compiled.
#pragma once

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "core/model/media.h"
#include "playbook/errors.h"
#include "playbook/json.h"
#include "playbook/languages.h"

namespace cartwheel::playbook {

struct SectionText {
  std::string_view section;  // "push"; of a shop's own channel its name
  std::string path;          // "title", "buttons[].label"
  const MediumField* field;  // null: the medium does not know it
  const JsonNode& node;      // a text
  const JsonNode& section_node;
};

// Calls with each section of a template and each text below it.
void ForEachSection(const JsonNode& template_node, absl::FunctionRef<void(const JsonMember& section)> call);
void ForEachText(const JsonNode& template_node, absl::FunctionRef<void(const SectionText& text)> call);

// What is printed as it is written, in Unicode's form C, with kUnknownValue where a value comes between; of HTML only
// what a reader sees. `check` returns what is wrong with it and sets *at to where. The result is that, with the line
// and column within the text before it where the text has Liquid ("1:19: …"); empty: nothing is wrong, or the text does
// not compile, which is told elsewhere.
using LiteralProblem = absl::FunctionRef<std::string(std::string_view text, size_t* at)>;
// `is_notice`: the text may speak of a consent.
std::string ProblemOfLiterals(const SectionText& text, bool is_notice, const Languages& languages,
                              LiteralProblem check);

}  // namespace cartwheel::playbook
