// The verb Ingest for what providers report of messages.
#include "base/status.h"
#include "cartwheel/limits.h"
#include "engine/engine_impl.h"
#include "engine/outbox/claims.h"
#include "engine/outbox/provider_reports.h"
#include "fmt/format.h"

namespace cartwheel {

absl::StatusOr<IngestResult> EngineImpl::IngestReports(std::string_view text, const ReportFormat& format,
                                                       int64_t now_ms) {
  ASSIGN_OR_RETURN(SortedReports sorted, SortReports(*store_, format, text));
  if (sorted.outcomes.size() + sorted.event_records.size() > kBatchEventsMax)
    return absl::ResourceExhaustedError(fmt::format("batch_events_max: {} reports in one call, at most {} are taken",
                                                    sorted.outcomes.size() + sorted.event_records.size(),
                                                    kBatchEventsMax));
  IngestResult result;
  result.rejected = std::move(sorted.rejected);
  const size_t read = result.rejected.size();
  EventBatch batch;
  EventReader(Format::kNative)
      .Read(sorted.events, Reading(Source::kLive, now_ms), &batch, &result.rejected, &result.warnings);
  auto of_record = [&](size_t line) { return line < sorted.event_records.size() ? sorted.event_records[line] : line; };
  for (size_t i = read; i < result.rejected.size(); ++i)
    result.rejected[i].record = of_record(result.rejected[i].record);
  for (Warning& warning : result.warnings) warning.record = of_record(warning.record);
  // Both may be done again: an outcome that is known changes nothing, and an event that comes again is a duplicate.
  if (!sorted.outcomes.empty())
    RETURN_IF_ERROR(SettleMessages(*store_, channels_, sorted.outcomes, now_ms, LeaseNow()).status());
  RETURN_IF_ERROR(Write(batch, now_ms));
  wake_signal_.Notify();
  result.accepted = static_cast<int64_t>(sorted.outcomes.size() + batch.count);
  stats_.Count(Counted::kSettled, static_cast<int64_t>(sorted.outcomes.size()));
  stats_.Count(Counted::kAccepted, static_cast<int64_t>(batch.count));
  stats_.Count(Counted::kWarnings, static_cast<int64_t>(result.warnings.size()));
  stats_.Count(Counted::kRejected, static_cast<int64_t>(result.rejected.size()));
  return result;
}

}  // namespace cartwheel
