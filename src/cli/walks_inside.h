// Who is inside of which journey of a database, by the revision that they walk by.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "engine/engine_impl.h"

namespace cartwheel::cli {

// Walks that are not over, by journey and revision. A revision that cannot be read any more counts as journey "".
using WalksInside = std::map<std::string, std::map<int64_t, int64_t>>;
absl::StatusOr<WalksInside> CountWalks(Engine& engine);

}  // namespace cartwheel::cli
