// What the structs of the border mean to the engine: a field that is zero keeps the engine's own default.
#pragma once

#include "absl/status/status.h"
#include "cartwheel.h"
#include "cartwheel/options.h"

namespace cartwheel::capi {

// InvalidArgument names a field that is negative, or none of its values.
absl::Status CheckOptions(const cartwheel_options& given);
Options EngineOptions(const cartwheel_options& given);

}  // namespace cartwheel::capi
