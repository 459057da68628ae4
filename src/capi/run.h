// What the functions of the C ABI have in common: a text that was given, and a call whose status becomes a code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "capi/error.h"
#include "fmt/format.h"

namespace cartwheel::capi {

inline absl::StatusOr<std::string_view> Text(const char* data, size_t size, const char* name) {
  if (data == nullptr && size > 0)
    return absl::InvalidArgumentError(fmt::format("{} is NULL and {} bytes long", name, size));
  if (size > static_cast<size_t>(PTRDIFF_MAX))
    return absl::InvalidArgumentError(fmt::format("{} is {} bytes long: more than there can be", name, size));
  return std::string_view(data, size);
}

// `call()` answers StatusOr<code>.
template <typename Call>
int32_t Run(cartwheel_error* error, Call call) {
  return Guarded(error, [&]() -> int32_t {
    absl::StatusOr<int32_t> code = call();
    return code.ok() ? *code : Fail(code.status(), error);
  });
}

}  // namespace cartwheel::capi
