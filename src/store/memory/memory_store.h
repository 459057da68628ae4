// The store in memory: for simulations and dry runs, and the plain model that the conformance suite holds the other
// stores against. One mutex; nothing survives it.
#pragma once

#include <memory>

#include "store/store.h"

namespace cartwheel {

// Of the options, log_bytes_max and log_keep_ms count. The hash key is a constant, so that runs can be repeated.
std::unique_ptr<Store> NewMemoryStore(const StoreOptions& options = {});

}  // namespace cartwheel
