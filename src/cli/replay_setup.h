// What `replay` and `simulate` share: the options that say how to read and how far to run, and the way from a file to a
// finished replay.
#pragma once

#include <string>

#include "cli/args.h"
#include "cli/event_file.h"
#include "cli/replayer.h"

namespace cartwheel::cli {

inline constexpr std::string_view kDefaultUntil = "+96h";

// The span of --until: "+96h" and the like.
absl::StatusOr<int64_t> UntilSpan(const Args& args);
// Plays the file, then runs on; returns the instant it ran on to (0 when there was no event).
absl::StatusOr<int64_t> PlayAndRunOn(Replayer& replayer, EventFile& file, const InputFormat& format,
                                     int64_t until_span_ms);

}  // namespace cartwheel::cli
