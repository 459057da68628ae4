#include "engine/fold/retention.h"

#include "base/status.h"
#include "base/time.h"

namespace cartwheel {
namespace {

constexpr size_t kRowsOfSlice = 500;  // of each table

}  // namespace

Retention::Retention(RetentionStore* store, const Options& options)
    : store_(store),
      keep_{.messages_ms = options.message_keep_ms,
            .decisions_ms = options.decision_keep_ms,
            .findings_ms = options.finding_keep_ms,
            .consents_ms = options.consent_keep_ms,
            .accesses_ms = options.access_keep_ms} {}

absl::StatusOr<bool> Retention::Slice(Epoch epoch, int64_t now_ms) {
  if (!keep_.any() || now_ms < next_ms_) return false;
  ASSIGN_OR_RETURN(const bool more, store_->DropOld(epoch, keep_, kRowsOfSlice));
  if (!more) next_ms_ = now_ms + kHourMs;
  return more;
}

}  // namespace cartwheel
