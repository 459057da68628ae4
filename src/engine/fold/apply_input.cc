#include "engine/fold/apply_input.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/mask.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/adopt.h"
#include "core/journey/apply.h"
#include "core/journey/dedupe.h"
#include "core/journey/engagement.h"
#include "core/journey/past.h"
#include "core/journey/schedule_entry.h"
#include "core/journey/segments.h"
#include "core/model/customer_row.h"
#include "core/model/receipt.h"
#include "engine/fold/back_fill.h"
#include "engine/fold/input_warnings.h"
#include "engine/fold/other_customers.h"

namespace cartwheel {
namespace {

// what an event may add to a row beyond its properties: an enrolment, a fingerprint
constexpr size_t kEventOverhead = 256;

bool IsLeftOut(const Applied& applied, const StepScope& scope) {
  const Batch::Quarantine& quarantined = scope.batch.quarantined;
  if (applied.cached->broken) return true;
  return quarantined.size() > 0 && (quarantined.events.contains(applied.position) ||
                                    quarantined.customers.contains(applied.cached->customer.row));
}

void Refuse(const Input& input, std::string_view who, const Refusal& refusal, Shard& shard, const StepScope& scope) {
  const bool forgotten = refusal.reason == Reason::kErased || (who.empty() && !IdOf(input.event).empty());
  shard.Refuse(refusal.reason, {.position = input.position,
                                .at_ms = scope.batch.round.now_ms,
                                .customer = forgotten     ? std::string()
                                            : who.empty() ? Mask(input.event.Text("address"))
                                                          : std::string(who),
                                .event_id = std::string(forgotten ? "" : input.event.id),
                                .message = refusal.message});
}

// Whether it is the receipt of a message of before the erasure, made while the message still named the customer.
bool IsReceiptOfErased(const Event& event, const Customer& customer) {
  if (event.type != EventType::kReceipt || customer.erased_at_ms == 0) return false;
  return !IdOf(event).empty() && ReadReceipt(event).message <= customer.erased_to;
}

// Lists what the event was refused for, or had a part refused for, and what the ingest had found in it.
void NoteFindings(const Input& input, std::string_view who, Shard& shard, const StepScope& scope) {
  Effects& effects = shard.effects;
  const std::optional<Refusal> refusal = std::exchange(effects.refusal, std::nullopt);
  if (refusal) {
    ++shard.counts.refused;
    Refuse(input, who, *refusal, shard, scope);
  }
  if (!refusal || refusal->reason != Reason::kErased) NoteWarnings(input, who, scope.batch.round.now_ms, shard);
  for (const Refusal& notice : effects.notices) Refuse(input, who, notice, shard, scope);
  effects.notices.clear();
}

// The row itself is measured only when what it was given comes near the bound.
absl::Status CheckRowBytes(const Event& event, CachedCustomer& cached) {
  cached.row_bytes_max += event.properties.size() + kEventOverhead;
  if (cached.row_bytes_max <= kCustomerBytesMax) return absl::OkStatus();
  cached.row_bytes_max = EncodeCustomer(cached.customer).size();
  return cached.row_bytes_max <= kCustomerBytesMax ? absl::OkStatus() : absl::InternalError("customer_bytes_max");
}

// Whether one of the customer's walks chooses channels by what the customer opened.
bool AsksWhatWasOpened(const Customer& customer, const Playbooks& playbooks) {
  return std::any_of(customer.enrolments.begin(), customer.enrolments.end(), [&](const Enrolment& enrolment) {
    const Journey* journey = playbooks.Find(enrolment.revision, enrolment.journey);
    return journey != nullptr && journey->prefers_opened;
  });
}

}  // namespace

std::string_view IdOf(const Event& event) { return event.customer.empty() ? event.anonymous_id : event.customer; }

bool IsAlone(const Input& input) {
  return input.concerned.role != OtherKeys::kNone || input.event.type == EventType::kErase;
}

absl::Status ApplyInput(const Input& input, Applied& applied, Shard& shard, const StepScope& scope) {
  const Event& event = input.event;
  CachedCustomer& cached = *applied.cached;
  Customer& customer = cached.customer;
  Effects& effects = shard.effects;
  const bool joins = customer.erased_at_ms == 0 || event.at_ms > customer.erased_at_ms;
  const bool erases = joins && event.type == EventType::kErase;
  // Who was erased is not to be named again.
  const std::string_view who = joins && !erases ? IdOf(event) : std::string_view();
  if (event.type != EventType::kReceipt) ++shard.counts.events;
  if (IsLeftOut(applied, scope)) {
    ++shard.counts.refused;
    Refuse(input, who, {Reason::kQuarantined, "the customer's row is damaged or cannot take this event"}, shard, scope);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(scope.EnsurePlaybooks(customer));
  if (event.type == EventType::kMessageOpened || event.type == EventType::kMessageClicked)
    RETURN_IF_ERROR(scope.EnsurePlaybooksOfSent(customer));
  const FoldContext context = scope.Context(input.ingested_at_ms, input.position);
  const OtherKeys role = joins ? input.concerned.role : OtherKeys::kNone;
  const bool changes_others_first = role == OtherKeys::kTaken || role == OtherKeys::kGiven;
  if (changes_others_first && !IsDuplicate(customer, event, context)) {
    if (role == OtherKeys::kTaken) RETURN_IF_ERROR(TakeEndpoint(input, cached, effects, scope));
    if (role == OtherKeys::kGiven) RETURN_IF_ERROR(GiveKeys(input, cached, effects, scope));
  }
  std::optional<ErasureRow> erasure;
  if (erases) erasure = ErasureOf(customer, input, scope);
  RETURN_IF_ERROR(ApplyEvent(customer, event, context, effects));
  if (std::exchange(effects.duplicate, false)) {
    ++shard.counts.duplicates;
    Refuse(input, who, {Reason::kDuplicate, "an event of this id was folded before"}, shard, scope);
    return absl::OkStatus();
  }
  applied.changed = true;
  if (erases) {
    ForgetTraces(cached, input, scope);
    customer.erased_to = erasure->message_to;
    shard.erasures.push_back(*std::move(erasure));
  } else if ((effects.refusal && effects.refusal->reason == Reason::kErased) || IsReceiptOfErased(event, customer)) {
    // It is in the log again, and is removed like the rest.
    shard.erasures.push_back(LateErasureOf(customer, input, scope));
  }
  KeepDecisions(effects, cached);
  if (role == OtherKeys::kTold) RETURN_IF_ERROR(TellOwner(input, cached, effects, scope));
  if (role == OtherKeys::kExited && !effects.refusal) RETURN_IF_ERROR(ExitDevice(input, cached, effects, scope));
  NoteFindings(input, who, shard, scope);
  return CheckRowBytes(event, cached);
}

absl::Status ApplyDueAlarm(Applied& applied, Shard& shard, const StepScope& scope) {
  Customer& customer = applied.cached->customer;
  const int64_t now_ms = scope.batch.round.now_ms;
  if (IsLeftOut(applied, scope)) {
    shard.Refuse(Reason::kQuarantined,
                 {.at_ms = now_ms, .customer = customer.id, .message = "the customer's alarm cannot be fired"});
    return absl::OkStatus();
  }
  const int64_t next = customer.NextAlarm(scope.options.cart_idle_ms);
  const bool filed = customer.filed_at_ms != 0 && customer.filed_at_ms <= now_ms;
  if (filed) {
    customer.filed_at_ms = 0;
    applied.changed = true;
  }
  // An alarm that an earlier worker already handled within this second does not count as work: otherwise a worker
  // that is always stopped early would never get past it.
  shard.counts.alarms += filed;
  if (next == 0 || next > now_ms) return absl::OkStatus();
  RETURN_IF_ERROR(scope.EnsurePlaybooks(customer));
  if (AsksWhatWasOpened(customer, scope.playbooks.playbooks())) RETURN_IF_ERROR(scope.EnsurePlaybooksOfSent(customer));
  RETURN_IF_ERROR(ApplyAlarm(customer, scope.Context(now_ms), shard.effects));
  KeepDecisions(shard.effects, *applied.cached);
  applied.changed = true;
  return absl::OkStatus();
}

absl::Status ApplyPast(const PastInput& input, Applied& applied, Shard& shard, const StepScope& scope) {
  Customer& customer = applied.cached->customer;
  if (applied.cached->broken || input.event.at_ms <= customer.erased_at_ms) return absl::OkStatus();
  if (WasByMachine(customer, input.event)) return absl::OkStatus();
  const JourneyEvent journey_event{
      .type = input.event.type, .name = input.event.type_name, .at_ms = input.event.at_ms, .event = &input.event};
  const FoldContext context = scope.Context(input.ingested_at_ms, input.position);
  applied.changed = Remember(customer, journey_event, context, shard.effects) != 0;
  return absl::OkStatus();
}

absl::Status ApplyJudgement(Applied& applied, Shard& shard, const StepScope& scope) {
  Customer& customer = applied.cached->customer;
  if (IsForgotten(customer) || IsLeftOut(applied, scope)) return absl::OkStatus();
  RETURN_IF_ERROR(scope.EnsurePlaybooks(customer));
  RETURN_IF_ERROR(JudgeSegments(customer, kPartAll, {}, scope.Context(scope.batch.round.now_ms), shard.effects));
  KeepDecisions(shard.effects, *applied.cached);
  applied.changed = true;
  return absl::OkStatus();
}

absl::Status ApplyAdoption(Applied& applied, Shard& shard, const StepScope& scope) {
  Customer& customer = applied.cached->customer;
  if (customer.enrolments.empty() || IsLeftOut(applied, scope)) return absl::OkStatus();
  RETURN_IF_ERROR(scope.EnsurePlaybooks(customer));
  const int64_t now_ms = scope.batch.round.now_ms;
  applied.changed =
      AdoptWalks(customer, scope.batch.progress_read.adoption.begun_at_ms, scope.Context(now_ms), shard.effects);
  if (applied.changed) KeepDecisions(shard.effects, *applied.cached);
  return absl::OkStatus();
}

absl::Status ApplyOccurrence(Applied& applied, Shard& shard, const StepScope& scope) {
  Customer& customer = applied.cached->customer;
  if (IsForgotten(customer) || IsLeftOut(applied, scope)) return absl::OkStatus();
  const Playbook& playbook = *scope.playbooks.playbooks().current;
  const SchedulePass& pass = scope.batch.progress_read.schedules[*scope.batch.schedule];
  const uint32_t place = JourneyOfPass(pass, playbook);
  const Occurrence* occurrence =
      shard.occurrences.Find(customer, *playbook.journeys[place].schedule, playbook.policy, pass);
  if (occurrence == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(scope.EnsurePlaybooks(customer));
  applied.changed =
      EnterOccurrence(customer, place, *occurrence, scope.Context(scope.batch.round.now_ms), shard.effects);
  if (applied.changed) KeepDecisions(shard.effects, *applied.cached);
  return absl::OkStatus();
}

}  // namespace cartwheel
