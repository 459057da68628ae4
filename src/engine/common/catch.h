// Runs a call and turns std::bad_alloc, the only exception there can be, into ResourceExhausted.
#pragma once

#include <new>

#include "absl/status/status.h"

namespace cartwheel {

template <typename Call>
auto Catch(Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        "out_of_memory: the system gave no more memory; what the call was doing is undone, try again");
  }
}

}  // namespace cartwheel
