#include "cli/replay_setup.h"

#include "base/status.h"
#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::cli {

absl::StatusOr<int64_t> UntilSpan(const Args& args) {
  std::string text = args.Get("--until", kDefaultUntil);
  if (text.starts_with('+'))
    if (std::optional<int64_t> span = ParseSpan(std::string_view(text).substr(1))) return *span;
  return absl::InvalidArgumentError(fmt::format("--until is \"{}\", expected a span such as +96h or +7d", text));
}

absl::StatusOr<int64_t> PlayAndRunOn(Replayer& replayer, EventFile& file, const InputFormat& format,
                                     int64_t until_span_ms) {
  RETURN_IF_ERROR(replayer.Play(file, format));
  const ReplayCounts& counts = replayer.counts();
  if (counts.accepted == 0) return 0;
  int64_t until_ms = counts.last_at_ms + until_span_ms;
  RETURN_IF_ERROR(replayer.RunOn(until_ms));
  return until_ms;
}

}  // namespace cartwheel::cli
