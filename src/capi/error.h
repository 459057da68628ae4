// How the library's statuses become codes and one line in the caller's cartwheel_error, and how nothing but codes
// leaves a function.
#pragma once

#include <cstdint>
#include <new>

#include "absl/status/status.h"
#include "cartwheel.h"

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

}  // namespace cartwheel::capi
