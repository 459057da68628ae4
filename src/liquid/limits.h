// Every bound of the template language, by name. One over a bound is an error that names it; nothing is silently cut.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cartwheel::liquid {

// At load.
inline constexpr size_t kSourceBytesMax = 64 * 1024;
inline constexpr int kNestingMax = 64;            // blocks within blocks
inline constexpr int kExpressionNestingMax = 16;  // brackets within brackets: a[b[c]], ((1..2)..3)
inline constexpr int kPartialDepthMax = 16;       // partials within partials
inline constexpr int kPartialsMax = 256;          // that one template is put together of
inline constexpr size_t kPathStepsMax = 32;       // a.b.c…

// At render. A step is about one node, one filter, one element looked at, or kBytesPerStep bytes moved.
inline constexpr size_t kOutputBytesMax = 256 * 1024;        // the default of RenderOptions::output_bytes_max
inline constexpr uint64_t kStepsMax = 100'000;               // the default of RenderOptions::steps_max
inline constexpr size_t kScratchBytesMax = 4 * 1024 * 1024;  // captured texts and what filters make
inline constexpr size_t kBytesPerStep = 256;

}  // namespace cartwheel::liquid
