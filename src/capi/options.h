// What the structs of the border mean to the engine: a field that is zero keeps the engine's own default.
#pragma once

#include "cartwheel.h"
#include "cartwheel/options.h"

namespace cartwheel::capi {

Options EngineOptions(const cartwheel_options& given);

}  // namespace cartwheel::capi
