#include "engine/fold/step_scope.h"

#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"

namespace cartwheel {
namespace {

bool IsGone(const absl::Status& status) { return absl::IsNotFound(status) || absl::IsInvalidArgument(status); }

}  // namespace

FoldContext StepScope::Context(int64_t ingested_at_ms, Position position) const {
  return {.playbooks = playbooks.playbooks(),
          .options = options,
          .now_ms = batch.round.now_ms,
          .ingested_at_ms = ingested_at_ms,
          .position = position,
          .segments = batch.progress_before.back_fill.mode(),
          .restored_at_ms = batch.before.restored_at_ms};
}

absl::Status StepScope::EnsurePlaybooks(const Customer& customer) const {
  for (const Enrolment& enrolment : customer.enrolments) {
    absl::Status status = Ensure(enrolment.revision);
    if (IsGone(status)) return absl::InternalError(StatusText(status));
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

absl::Status StepScope::EnsurePlaybooksOfSent(const Customer& customer) const {
  for (const SentMessage& sent : customer.sent)
    if (absl::Status status = Ensure(sent.revision); !status.ok() && !IsGone(status)) return status;
  return absl::OkStatus();
}

absl::Status StepScope::Ensure(Revision revision) const ABSL_NO_THREAD_SAFETY_ANALYSIS {  // locked by the caller
  if (playbooks.playbooks().Find(revision) != nullptr) return absl::OkStatus();
  playbooks_mutex.ReaderUnlock();
  const absl::Cleanup relock = [this] { playbooks_mutex.ReaderLock(); };  // also where there is no memory
  absl::WriterMutexLock lock(&playbooks_mutex);
  return playbooks.Ensure(revision);
}

CachedCustomer& StepScope::MakeCustomer(const std::string& key, std::string_view id, bool anonymous) const {
  ++batch.customers_made;
  return customers.Create(batch.state.next_customer++, key, id, anonymous);
}

void KeepDecisions(Effects& effects, CachedCustomer& cached) {
  for (Decision& decision : effects.decisions) cached.decisions.push_back(std::move(decision));
  effects.decisions.clear();
}

}  // namespace cartwheel
