// What a condition says of values, as far as it can be told without evaluating it: the parts that must all hold, and of
// comparisons with a literal which ones exclude or imply one another. What is not understood says nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "cel/functions.h"

namespace cartwheel::playbook {

// One of the parts of a condition that must all hold.
struct Fact {
  std::string source;  // as it is written
  std::string about;   // what is compared, or what holds by itself, as it is written
  // kNone: `about` holds; kNot: it does not; else how it compares with the literal.
  cel::Function how = cel::Function::kNone;
  std::optional<double> number;  // the literal; empty: it is none
  std::string text;              // of a literal that is no number: its kind and content
};

// The facts of a condition; none where it cannot be parsed.
std::vector<Fact> FactsOf(std::string_view condition);

// Whether a fact holds whenever one of the others does.
bool Follows(const Fact& fact, absl::Span<const Fact> from);
// The same of all of several facts. False for none.
bool AllFollow(absl::Span<const Fact> facts, absl::Span<const Fact> from);
// Two of the facts that never hold together; empty: there are none.
struct Conflict {
  std::string_view one, other;  // as they are written
};
std::optional<Conflict> FindConflict(absl::Span<const Fact> facts);

}  // namespace cartwheel::playbook
