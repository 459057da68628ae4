// Applies one input of a batch to its customer: an event, an alarm, an event of the past, a judgement by all segments.
// What it asks for goes to the shard. Internal: the input breaks an invariant; what was done is of no use.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "engine/fold/batch.h"
#include "engine/fold/step_scope.h"

namespace cartwheel {

// The customer's id, as refusals name it and a new customer gets it; empty: the event names an address only.
std::string_view IdOf(const Event& event);
// Whether an event changes other customers than its own, or what the batch has gathered: it is stepped alone, after all
// inputs before it and before all after it.
bool IsAlone(const Input& input);

[[nodiscard]] absl::Status ApplyInput(const Input& input, Applied& applied, Shard& shard, const StepScope& scope);
[[nodiscard]] absl::Status ApplyDueAlarm(Applied& applied, Shard& shard, const StepScope& scope);
[[nodiscard]] absl::Status ApplyPast(const PastInput& input, Applied& applied, Shard& shard, const StepScope& scope);
[[nodiscard]] absl::Status ApplyJudgement(Applied& applied, Shard& shard, const StepScope& scope);
// Moves the walks of a customer that the playbook in force adopts.
[[nodiscard]] absl::Status ApplyAdoption(Applied& applied, Shard& shard, const StepScope& scope);
// Asks a customer for what a schedule's pass is about.
[[nodiscard]] absl::Status ApplyOccurrence(Applied& applied, Shard& shard, const StepScope& scope);

}  // namespace cartwheel
