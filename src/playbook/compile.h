// Playbooks from their JSON: read, checked whole, compiled. What comes out is complete: every template that a step
// names exists and speaks each of the step's channels, every condition and text is compiled, every default is filled
// in, so that no later code looks for mistakes again.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model/playbook.h"

namespace cartwheel {

// The error is InvalidArgument with one line per error, at most kPlaybookErrorsMax (errors.h) and in the order of the
// text:
//   /journeys/cart_24_48_72/steps/1/latest (12:30): "12 h" is no span, expected one like "90s", "5m", "24h", "7d"
// (JSON pointer, line and column in the text, what is wrong and what was expected). Within a condition or a text the
// language's own line and column follow: `/journeys/a/enter/when (4:30): 1:6: unknown variable …`. A text that is no
// JSON has one error, "(line:column): what".
// `warnings` (may be null) gets a line of the same form for each part of a good playbook that can have no effect
// (unreachable.h).
absl::StatusOr<std::shared_ptr<const Playbook>> CompilePlaybook(std::string_view json,
                                                                std::vector<std::string>* warnings = nullptr);

// A condition of a customer that is not in the playbook, in its world: whole, and in the parts that must all
// hold.
struct QueryCondition {
  std::shared_ptr<const Playbook> playbook;
  std::unique_ptr<Condition> condition;
  struct Part {
    std::string source;
    std::unique_ptr<Condition> condition;
  };
  std::vector<Part> parts;
};
// InvalidArgument `1:6: unknown variable …`; also when it asks of the past what the playbook does not keep.
absl::StatusOr<QueryCondition> CompileQueryCondition(std::string_view playbook_json, std::string_view expression);

}  // namespace cartwheel
