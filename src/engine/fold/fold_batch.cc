// One batch of the fold: begun with the numbers that are free, filled by steps, gathered, and committed whole
// (fold_commit.cc) or forgotten whole.
#include <algorithm>

#include "base/status.h"
#include "base/time.h"
#include "engine/fold/fold.h"

namespace cartwheel {

void Fold::Begin() {
  write_ = FoldWrite();
  effects_ = Effects();
  counts_ = AdvanceResult();
  next_ = *state_;
  next_back_fill_ = back_fill_;
  back_filled_ = 0;
  trail_ = TrailWriter(next_.next_decision++);
}

void Fold::Forget() {
  if (std::exchange(commit_started_, false)) commit_thread_->Wait().IgnoreError();
  pending_write_.reset();
  customer_cache_.Forget();
  alarms_.Forget();
  round_.reset();
  quarantined_.clear();
}

FoldContext Fold::Context(int64_t ingested_at_ms) {
  return {.playbooks = playbook_cache_.playbooks(),
          .options = fold_options_,
          .now_ms = round_->now_ms,
          .ingested_at_ms = ingested_at_ms,
          .next_message = &next_.next_message,
          .segments = back_fill_.mode(),
          .restored_at_ms = state_->restored_at_ms};
}

absl::Status Fold::EnsurePlaybooks(const CachedCustomer& cached) {
  for (const Enrolment& enrolment : cached.customer.enrolments) {
    if (playbook_cache_.playbooks().Revision(enrolment.revision) != nullptr) continue;
    absl::Status status = playbook_cache_.Ensure(enrolment.revision);
    if (absl::IsNotFound(status) || absl::IsInvalidArgument(status)) return absl::InternalError(StatusText(status));
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

// The walks of what was sent may be over, and their playbooks not at hand. One that is gone is not counted under its
// names.
absl::Status Fold::EnsurePlaybooksOfSent(const CachedCustomer& cached) {
  for (const SentMessage& sent : cached.customer.sent)
    if (absl::Status status = playbook_cache_.Ensure(sent.revision);
        !status.ok() && !absl::IsNotFound(status) && !absl::IsInvalidArgument(status))
      return status;
  return absl::OkStatus();
}

// The decisions of a step go to the customer it was about.
void Fold::Keep(CachedCustomer& cached) {
  for (Decision& decision : effects_.decisions) cached.decisions.push_back(std::move(decision));
  effects_.decisions.clear();
}

void Fold::LinkDecisions(CachedCustomer& cached, int64_t merged) {
  if (cached.decisions.empty() && merged == 0) return;
  cached.customer.last_decision = trail_.Add(cached.customer.last_decision, merged, cached.decisions);
  cached.decisions.clear();
}

void Fold::Refuse(Reason reason, std::string_view message, int64_t position, std::string_view customer,
                  std::string_view event_id) {
  if (reason == Reason::kDuplicate)
    effects_.Count({.metric = Metric::kDuplicates});
  else
    effects_.Count({.metric = Metric::kRefused, .reason = reason});
  write_.refused.push_back({position, round_->now_ms, std::string(ReasonName(reason)), std::string(customer),
                            std::string(event_id), std::string(message)});
}

// Internal: a row is over its bound, and was quarantined.
absl::Status Fold::Gather() {
  for (CachedCustomer* cached : customer_cache_.changed()) {
    if (cached->removed) continue;
    LinkDecisions(*cached, 0);
    alarms_.File(cached->customer, round_->now_ms, next_.alarms_done_before_ms, write_);
  }
  if (!trail_.empty()) write_.decisions.push_back(trail_.Row());
  std::vector<int64_t> oversize;
  customer_cache_.Collect(write_, oversize);
  for (int64_t row : oversize) quarantined_.insert(-row);
  if (!oversize.empty()) return absl::InternalError("customer_bytes_max");

  // A message of this very batch that is revoked again never becomes visible as waiting.
  for (Revocation& revocation : effects_.revocations) {
    auto made = std::find_if(effects_.messages.begin(), effects_.messages.end(),
                             [&](const MessageRow& row) { return row.id == revocation.message; });
    if (made == effects_.messages.end()) {
      write_.revocations.push_back(std::move(revocation));
    } else {
      made->state = revocation.state;
      made->revoked = true;
      made->reason = revocation.reason;
      made->reason_detail = std::move(revocation.detail);
    }
  }
  counts_.messages = static_cast<int64_t>(effects_.messages.size());
  counts_.enrolments = effects_.enrolments;
  counts_.exits = effects_.exits;
  if (effects_.seen_overflow > 0) effects_.Count({.metric = Metric::kDedupeOverflow}, effects_.seen_overflow);
  write_.messages = std::move(effects_.messages);
  write_.consents = std::move(effects_.consents);
  write_.counters = effects_.counters.Rows(round_->now_ms / kDayMs);

  if (std::string encoded = EncodeBackFill(next_back_fill_); encoded != state_->back_fill)
    write_.back_fill = next_.back_fill = std::move(encoded);
  write_.epoch = next_.epoch;
  write_.cursor = next_.cursor;
  write_.alarms_done_before_ms = next_.alarms_done_before_ms;
  write_.lease_end = LeaseEnd();
  return absl::OkStatus();
}

}  // namespace cartwheel
