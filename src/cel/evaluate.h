// Runs code over values. An error travels as an absent value, its text beside it, so that && and || can drop it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/types/span.h"
#include "cel/cel.h"
#include "cel/code.h"

namespace cartwheel::cel {

Result EvaluateCode(const Code& code, absl::Span<const Value> variables, int64_t before_ms);
// The value of an operation that reads no variable, and what keeps it alive; empty when it is an error, which must stay
// one of run time.
std::optional<Value> Fold(const Code& code, uint32_t op, std::shared_ptr<const void>* made);

}  // namespace cartwheel::cel
