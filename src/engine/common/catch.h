// What a thread that does the engine's work does with the only exception there can be: memory that the system does not
// give becomes a status.
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
