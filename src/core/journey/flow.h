// Where a walk goes next: waits, branches, splits, waits for something, jumps. What a walk has heard and what became of
// its messages is kept in the enrolment (Reactions), so that what came early counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/journey/journey_event.h"
#include "core/message/world.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Returns the instant that a wait which begins at `from_ms` plans the next step for: `from_ms` or later.
int64_t WaitEnd(const WaitStep& wait, Customer& customer, const Enrolment& enrolment, int64_t from_ms,
                const FoldContext& context);

// Returns the arm that is walked on.
const BranchStep::Arm& ChooseBranch(const BranchStep& branch, Customer& customer, const Enrolment& enrolment,
                                    const Journey& journey, const FoldContext& context);
// The same of a split: the customer's own arm, which is remembered.
const SplitStep::Arm& ChooseSplit(const SplitStep& split, Customer& customer, int64_t now_ms);

// What a wait for something came to.
struct Awaited {
  uint32_t next = 0;
  int64_t at_ms = 0;  // when it came: what follows is planned from then
  std::string_view name;
};
// Empty: nothing of it has come, and its time is not over; *wake_at_ms is when to look again.
std::optional<Awaited> LookForAwaited(const WaitForStep& wait, uint32_t place, const Customer& customer,
                                      const Enrolment& enrolment, const Journey& journey, int64_t now_ms,
                                      int64_t* wake_at_ms);

// Lets the walks that wait for such an event hear of it, also those that have not come to their wait yet.
absl::Status Hear(Customer& customer, const JourneyEvent& journey_event, const World& world,
                  const FoldContext& context);
// Notes whether the send at the walk's position made a message, where something asks what becomes of it. What became of
// the one of its visit before is forgotten.
void NoteMade(Enrolment& enrolment, const Journey& journey, bool made);
// Notes that the message of a step's visit was delivered, or will not arrive, and has the walk look. `fate` is one of
// these two.
void NoteFate(Enrolment& enrolment, const Journey& journey, uint32_t step, uint32_t visit, MessageFate fate,
              int64_t at_ms, int64_t now_ms);
// Returns whether the message of the step's last visit is noted as failed.
bool HasFailed(const Enrolment& enrolment, uint32_t step);
// Notes when the message of a step failed, where the walk stands at the step until that is known: what follows is
// planned from then.
void NoteFailure(Enrolment& enrolment, uint32_t step, int64_t at_ms);
// Has the walks look again whose send waits for an address or a consent.
absl::Status WakeUnreached(Customer& customer, const FoldContext& context);
// The same of those that wait for a cap.
absl::Status WakeCapped(Customer& customer, const FoldContext& context);
// Has the walk of a message look whether it waited for what became of it.
void WakeWalkOf(Customer& customer, uint64_t walk, const FoldContext& context);
// Takes over the arms that a merged device was given; of two for one split the older stays.
void MergeArms(Customer& customer, const Customer& device);
// Forgets what was heard up to the making of a step's message: events count from then on.
void ForgetHeard(Enrolment& enrolment, const Journey& journey, int64_t made_at_ms);
// Forgets what a wait heard that is over.
void ForgetHeardBy(Enrolment& enrolment, uint32_t place);

// Counts a jump; false when it was made as often as it may.
bool Jump(Enrolment& enrolment, uint32_t place, const GotoStep& jump);

}  // namespace cartwheel
