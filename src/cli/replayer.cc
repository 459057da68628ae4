#include "cli/replayer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/status.h"
#include "base/time.h"
#include "cli/signals.h"
#include "engine/common/shop_settings.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

// Stands for the `at` of an event that has none, until its place in the stream is known.
constexpr int64_t kNoInstant = std::numeric_limits<int64_t>::min();
constexpr char kStopped[] = "stopped by a signal; what was read before is in the database";

}  // namespace

int64_t ReplayCounts::rejected_total() const {
  int64_t total = 0;
  for (const auto& [code, count] : rejected) total += count;
  return total;
}

void CountRejected(std::vector<Rejection> rejected, ReplayCounts* counts) {
  for (Rejection& rejection : rejected) {
    ++counts->rejected[rejection.code];
    if (counts->first_rejected.size() < kRejectedShownMax) counts->first_rejected.push_back(std::move(rejection));
  }
}

void CountWarnings(std::vector<Warning> warnings, ReplayCounts* counts) {
  for (Warning& warning : warnings) {
    ++counts->warnings[warning.code];
    if (counts->first_warnings.size() < kRejectedShownMax) counts->first_warnings.push_back(std::move(warning));
  }
}

std::string WarningsText(const ReplayCounts& counts) {
  std::string text;
  for (const auto& [code, count] : counts.warnings) text += fmt::format("warnings: {}, {}\n", count, code);
  for (const Warning& warning : counts.first_warnings)
    text += fmt::format("  record {}: {}\n", warning.record, Sentence(warning));
  const auto undated = counts.warnings.find("bad_at");
  if (undated == counts.warnings.end()) return text;
  if (const std::string line = UndatedLine(counts.accepted, undated->second); !line.empty())
    text += "error: " + line + "\n";
  return text;
}

absl::Status Replayer::Read(EventReader& reader, std::string_view chunk, EventBatch* batch) {
  if (StopRequested()) return absl::CancelledError(kStopped);
  std::vector<Rejection> rejected;
  std::vector<Warning> warnings;
  ReadOptions options = engine_.impl().Reading(Source::kHistory, SystemClock()->NowMs());
  options.default_at_ms = kNoInstant;
  reader.Read(chunk, options, batch, &rejected, &warnings);
  CountRejected(std::move(rejected), &counts_);
  CountWarnings(std::move(warnings), &counts_);
  return absl::OkStatus();
}

absl::Status Replayer::Play(EventFile& file, const InputFormat& format) {
  RETURN_IF_ERROR(Advance(/*due=*/false));  // a database that was used before has plans of its own
  EventReader reader = format.Reader();
  if (!format.in_order_of_arrival()) return PlaySorted(file, reader);
  for (std::string_view chunk = file.Next(); !chunk.empty(); chunk = file.Next()) {
    EventBatch events;
    RETURN_IF_ERROR(Read(reader, chunk, &events));
    EventCursor cursor(events.bytes);
    for (Event event; cursor.Next(&event);) RETURN_IF_ERROR(Take(event, cursor.encoded()));
    on_progress_(file.fraction_read());
  }
  return CloseBatch();
}

absl::Status Replayer::PlaySorted(EventFile& file, EventReader& reader) {
  EventBatch events;
  for (std::string_view chunk = file.Next(); !chunk.empty(); chunk = file.Next())
    RETURN_IF_ERROR(Read(reader, chunk, &events));
  std::vector<std::pair<Event, std::string_view>> sorted;
  sorted.reserve(events.count);
  EventCursor cursor(events.bytes);
  for (Event event; cursor.Next(&event);) sorted.emplace_back(event, cursor.encoded());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first.at_ms < b.first.at_ms; });
  size_t taken = 0;
  for (const auto& [event, encoded] : sorted) {
    RETURN_IF_ERROR(Take(event, encoded));
    on_progress_(static_cast<double>(++taken) / static_cast<double>(sorted.size()));
  }
  return CloseBatch();
}

absl::Status Replayer::Take(const Event& event, std::string_view encoded) {
  int64_t at_ms = event.at_ms;
  if (at_ms == kNoInstant) at_ms = counts_.first_at_ms == 0 ? SystemClock()->NowMs() : counts_.last_at_ms;
  if (counts_.first_at_ms == 0) counts_.first_at_ms = at_ms;
  bool full = batch_.count >= batch_max_ || (batch_.count > 0 && at_ms > batch_first_ms_ + kBatchSpanMs);
  if (full) RETURN_IF_ERROR(CloseBatch());
  if (batch_.count == 0) batch_first_ms_ = at_ms;
  if (at_ms == event.at_ms) {
    batch_.AppendRaw(encoded, event);
  } else {
    Event dated = event;
    dated.at_ms = at_ms;
    batch_.Append(dated);
  }
  counts_.first_at_ms = std::min(counts_.first_at_ms, at_ms);
  counts_.last_at_ms = std::max(counts_.last_at_ms, at_ms);
  ++counts_.accepted;
  return absl::OkStatus();
}

absl::Status Replayer::CloseBatch() {
  if (batch_.count == 0) return absl::OkStatus();
  RETURN_IF_ERROR(RunUpTo(batch_first_ms_));
  const EventBatch batch = std::exchange(batch_, {});
  return Arrive(batch, batch.greatest_at_ms);
}

absl::Status Replayer::PlayArrived(const EventBatch& batch, int64_t now_ms) {
  RETURN_IF_ERROR(RunUpTo(now_ms));
  counts_.accepted += static_cast<int64_t>(batch.count);
  return Arrive(batch, now_ms);
}

absl::Status Replayer::Arrive(const EventBatch& batch, int64_t now_ms) {
  clock_.Reach(now_ms);
  RETURN_IF_ERROR(engine_.impl().Append(batch, clock_.NowMs()));
  RETURN_IF_ERROR(Advance(/*due=*/false));
  return Dispatch();
}

absl::Status Replayer::RunUpTo(int64_t before_ms) {
  while (next_due_ms_ != 0 && next_due_ms_ < before_ms) {
    clock_.Reach(next_due_ms_);
    RETURN_IF_ERROR(Advance(/*due=*/true));
    bool more_soon = next_due_ms_ != 0 && next_due_ms_ < std::min(before_ms, undelivered_since_ms_ + kBatchSpanMs);
    if (!more_soon) RETURN_IF_ERROR(Dispatch());
  }
  return Dispatch();
}

absl::Status Replayer::RunOn(int64_t until_ms) {
  RETURN_IF_ERROR(RunUpTo(until_ms));
  clock_.Reach(until_ms);
  RETURN_IF_ERROR(Advance(/*due=*/true));
  return Dispatch();
}

absl::Status Replayer::Advance(bool due) {
  AdvanceResult result;
  bool to_deliver = false;
  do {
    if (StopRequested()) return absl::CancelledError(kStopped);
    ASSIGN_OR_RETURN(result, engine_.Advance(clock_.NowMs()));
    counts_.duplicates += result.duplicates;
    counts_.refused += result.refused;
    counts_.enrolments += result.enrolments;
    counts_.messages += result.messages;
    // A moment without alarms is that of a delivery to be tried again.
    to_deliver = to_deliver || result.messages > 0 || (due && result.alarms == 0);
  } while (result.more);
  if (to_deliver && undelivered_since_ms_ == 0) undelivered_since_ms_ = clock_.NowMs();
  next_due_ms_ = result.next_due_ms;
  return absl::OkStatus();
}

// Hands over what was made, and folds what the channels answered, until nothing is left.
absl::Status Replayer::Dispatch() {
  while (undelivered_since_ms_ != 0) {
    undelivered_since_ms_ = 0;
    ASSIGN_OR_RETURN(DispatchResult dispatched, dispatcher_.Run(clock_.NowMs()));
    counts_.delivered += dispatched.accepted;
    if (dispatched.handed_over == 0) break;
    RETURN_IF_ERROR(Advance(/*due=*/false));
  }
  undelivered_since_ms_ = 0;
  return absl::OkStatus();
}

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
