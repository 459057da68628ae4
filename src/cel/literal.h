// What a literal token says: its number, or its text with the escapes resolved.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/value.h"
#include "cel/token.h"

namespace cartwheel::cel {

// kInt, kUint or kDouble; `negative` when a minus stands before it, so that the smallest int can be written.
absl::StatusOr<Value> ReadNumber(std::string_view source, const Token& token, bool negative);
// kString or kBytes.
absl::StatusOr<std::string> ReadText(std::string_view source, const Token& token);

}  // namespace cartwheel::cel
