// How the library's statuses become codes and one line in the caller's cartwheel_error, and how nothing but codes
// leaves a function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cartwheel.h"
#include "fmt/format.h"

namespace cartwheel::capi {

// The code of a status that is not OK; fills `error`, which may be null.
int32_t Fail(const absl::Status& status, cartwheel_error* error);

// What every function is inside: `call()` answers a code, and whatever it throws becomes one.
template <typename Call>
int32_t Guarded(cartwheel_error* error, Call call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return Fail(
        absl::ResourceExhaustedError("out_of_memory: the system gave no more memory; nothing was done, try again"),
        error);
  } catch (...) {
    return Fail(absl::InternalError("an exception came out of the library: please report what was called"), error);
  }
}

// A text that the caller gave.
inline absl::StatusOr<std::string_view> Text(const char* data, size_t size, const char* name) {
  if (data == nullptr && size > 0)
    return absl::InvalidArgumentError(fmt::format("{} is NULL and {} bytes long", name, size));
  if (size > static_cast<size_t>(PTRDIFF_MAX))
    return absl::InvalidArgumentError(fmt::format("{} is {} bytes long: more than there can be", name, size));
  return std::string_view(data, size);
}

// The same of a `call()` that answers StatusOr<code>: what each function of the C ABI is.
template <typename Call>
int32_t Run(cartwheel_error* error, Call call) {
  return Guarded(error, [&]() -> int32_t {
    absl::StatusOr<int32_t> code = call();
    return code.ok() ? *code : Fail(code.status(), error);
  });
}

}  // namespace cartwheel::capi
