// Two macros that carry an absl::Status upwards, and its text in the string type the rest of the code uses.
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define RETURN_IF_ERROR(expression)                                         \
  do {                                                                      \
    if (absl::Status status_ = (expression); !status_.ok()) return status_; \
  } while (false)

#define CARTWHEEL_CONCAT_INNER(a, b) a##b
#define CARTWHEEL_CONCAT(a, b) CARTWHEEL_CONCAT_INNER(a, b)
#define ASSIGN_OR_RETURN(target, expression) \
  ASSIGN_OR_RETURN_INNER(CARTWHEEL_CONCAT(result_, __LINE__), target, expression)
#define ASSIGN_OR_RETURN_INNER(result, target, expression) \
  auto result = (expression);                              \
  if (!result.ok()) return std::move(result).status();     \
  target = *std::move(result)

namespace cartwheel {

inline std::string StatusText(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

}  // namespace cartwheel
