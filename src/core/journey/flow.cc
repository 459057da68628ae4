#include "core/journey/flow.h"

#include <algorithm>

#include "base/status.h"
#include "base/time_text.h"
#include "cartwheel/limits.h"
#include "core/journey/enrolment.h"
#include "core/journey/machine.h"
#include "core/journey/walk_world.h"
#include "core/policy/zone_clock.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kHoursLookMs = int64_t{400} * 24 * 3600 * 1000;  // hours that do not come in so long do not exist

// The recipient's zone where the step asks for it and it is known, else the shop's, else UTC.
std::optional<ZoneId> ZoneOf(const WaitStep& wait, const Customer& customer, const FoldContext& context) {
  if (wait.recipient_zone)
    if (const Value own = customer.attributes.Find("timezone"); own.is_string())
      if (const auto zone = FindZone(own.text())) return zone;
  const Playbook* current = context.playbooks.current.get();
  if (current != nullptr)
    if (const auto zone = FindZone(current->policy.timezone)) return zone;
  return FindZone("UTC");
}

int64_t NextInside(const WaitStep& wait, const Customer& customer, int64_t from_ms, const FoldContext& context) {
  Week week{};
  for (size_t day = 0; day < kDaysOfWeek; ++day)
    if ((wait.weekdays >> day & 1) != 0) week[day] = {wait.opens, wait.closes};
  const std::optional<ZoneId> zone = ZoneOf(wait, customer, context);
  if (!zone) return from_ms;
  const int64_t limit_ms = from_ms + kHoursLookMs;
  for (int64_t at_ms = from_ms; at_ms < limit_ms;) {
    const Stretch stretch = StretchAt(week, *zone, at_ms, limit_ms);
    if (stretch.inside) return at_ms;
    if (stretch.until_ms <= at_ms) break;
    at_ms = stretch.until_ms;
  }
  return from_ms;
}

std::optional<int64_t> InstantOf(const Value& value) {
  if (value.kind() == Kind::kTimestamp) return value.integer();
  if (!value.is_string()) return std::nullopt;
  const TimeText read = ReadTimeText(value.text());
  if (read.kind == TimeText::Kind::kNotATime) return std::nullopt;
  return read.ms;
}

// What became of the step's last visit; null: the walk has not come to it, so that it has made no message.
const StepFate* FateOf(const Enrolment& enrolment, uint32_t step) {
  for (const StepFate& fate : enrolment.reactions->fates)
    if (fate.step == step) return &fate;
  return nullptr;
}

bool WasMade(const Enrolment& enrolment, uint32_t step) {
  const StepFate* fate = FateOf(enrolment, step);
  return fate != nullptr && fate->made;
}

// The newest message that the step made at its last visit and its channel took; null: none.
const SentMessage* SentBy(const Customer& customer, const Enrolment& enrolment, const StepFate& fate) {
  const SentMessage* newest = nullptr;
  for (const SentMessage& sent : customer.sent)
    if (sent.walk == enrolment.id.low && sent.step == fate.step && sent.visit == fate.visit && sent.at_ms != 0)
      newest = &sent;
  return newest;
}

// The message of the step's last visit that its channel has not taken yet; null: none.
const OpenMessage* OpenOf(const Enrolment& enrolment, const StepFate& fate) {
  for (const OpenMessage& open : enrolment.messages)
    if (open.step == fate.step && open.visit == fate.visit && !open.overtaken() && !open.accepted()) return &open;
  return nullptr;
}

// When it came true; 0: it is not. What was never made is so from the moment for which the wait is planned.
int64_t FateAt(const WaitForStep::Alternative& asked, const Customer& customer, const Enrolment& enrolment,
               int64_t now_ms) {
  const bool made = WasMade(enrolment, asked.step);
  if (asked.fate == MessageFate::kUnreachable) return made ? 0 : enrolment.planned_at_ms;
  if (!made) return 0;
  const StepFate& fate = *FateOf(enrolment, asked.step);
  const SentMessage* sent = SentBy(customer, enrolment, fate);
  switch (asked.fate) {
    case MessageFate::kAccepted:
      return sent == nullptr ? 0 : sent->at_ms;
    case MessageFate::kOpened:
      return sent == nullptr ? 0 : sent->opened_at_ms;
    case MessageFate::kClicked:
      return sent == nullptr ? 0 : sent->clicked_at_ms;
    case MessageFate::kDelivered:
      return fate.delivered_at_ms;
    case MessageFate::kFailed:
      if (fate.failed_at_ms != 0) return fate.failed_at_ms;
      if (const OpenMessage* open = OpenOf(enrolment, fate); open != nullptr && open->expires_at_ms <= now_ms)
        return open->expires_at_ms;
      return 0;
    case MessageFate::kUnreachable:
      break;
  }
  return 0;
}

// StandsFrom (machine.h) of an opening or click that is asked for; 0: it stands, or something else is asked for.
int64_t EngagementStandsFrom(const WaitForStep::Alternative& asked, const Customer& customer,
                             const Enrolment& enrolment, int64_t at_ms, int64_t now_ms) {
  if (asked.fate != MessageFate::kOpened && asked.fate != MessageFate::kClicked) return 0;
  const StepFate* fate = FateOf(enrolment, asked.step);
  const SentMessage* sent = fate == nullptr ? nullptr : SentBy(customer, enrolment, *fate);
  return sent == nullptr ? 0 : StandsFrom(*sent, at_ms, now_ms);
}

// When the time of a wait begins: with the acceptance of the message that it is about, else as planned. Empty: that
// message has not left yet; *wake_at_ms is when it is over.
std::optional<int64_t> TimeBegins(const WaitForStep& wait, const Customer& customer, const Enrolment& enrolment,
                                  int64_t now_ms, int64_t* wake_at_ms) {
  for (const WaitForStep::Alternative& asked : wait.alternatives) {
    if (!asked.of_message || !WasMade(enrolment, asked.step)) continue;
    const StepFate& fate = *FateOf(enrolment, asked.step);
    if (const SentMessage* sent = SentBy(customer, enrolment, fate); sent != nullptr) return sent->at_ms;
    if (const OpenMessage* open = OpenOf(enrolment, fate); open != nullptr && open->expires_at_ms > now_ms) {
      *wake_at_ms = open->expires_at_ms;
      return std::nullopt;
    }
  }
  return enrolment.planned_at_ms;
}

// When an event came that the wait asks for as one of its alternatives; 0: none did.
int64_t HeardAt(const Enrolment& enrolment, uint32_t place, int64_t alternative) {
  for (const HeardEvent& heard : enrolment.reactions->heard)
    if (heard.step == place && heard.alternative == alternative) return heard.at_ms;
  return 0;
}

// Whether it asks for messages alone, none of which was made.
bool CannotCome(const WaitForStep& wait, const Enrolment& enrolment) {
  return std::all_of(wait.alternatives.begin(), wait.alternatives.end(), [&](const WaitForStep::Alternative& asked) {
    return asked.of_message && !WasMade(enrolment, asked.step);
  });
}

// An event about one cart is none of a walk about another.
bool IsOfOtherCart(const JourneyEvent& journey_event, const Enrolment& enrolment, const Journey& journey) {
  return journey_event.has_cart && IsAboutCart(enrolment, journey) && journey_event.cart != enrolment.cart;
}

// A walk that waits for something looks at once whether it came.
void LookAgain(Enrolment& enrolment, const Journey& journey, int64_t now_ms) {
  const bool waits = enrolment.position < journey.steps.size() &&
                     (enrolment.reactions->begun_at_ms != 0 ||
                      std::holds_alternative<WaitForStep>(journey.steps[enrolment.position].does));
  if (waits) enrolment.wake_at_ms = std::min(enrolment.wake_at_ms, now_ms);
}

void HearAt(Enrolment& enrolment, uint32_t step, uint32_t alternative, int64_t at_ms, int64_t now_ms) {
  auto& heard = enrolment.reactions.Change().heard;
  const auto known = std::find_if(heard.begin(), heard.end(), [&](const HeardEvent& h) { return h.step == step; });
  if (known == heard.end())
    heard.push_back({step, alternative, at_ms});
  else if (at_ms < known->at_ms)
    *known = {step, alternative, at_ms};
  if (enrolment.position == step) enrolment.wake_at_ms = std::min(enrolment.wake_at_ms, now_ms);
}

// The sends look again that wait where there is this trouble.
absl::Status WakeDeferred(Customer& customer, OnTrouble SendStep::*trouble, const FoldContext& context) {
  for (Enrolment& enrolment : customer.enrolments) {
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    if (enrolment.finished || enrolment.position >= journey->steps.size()) continue;
    const auto* send = std::get_if<SendStep>(&journey->steps[enrolment.position].does);
    if (send != nullptr && (send->*trouble).does == OnTrouble::Does::kDefer)
      enrolment.wake_at_ms = std::max(enrolment.planned_at_ms, std::min(enrolment.wake_at_ms, context.now_ms));
  }
  return absl::OkStatus();
}

}  // namespace

int64_t WaitEnd(const WaitStep& wait, Customer& customer, const Enrolment& enrolment, int64_t from_ms,
                const FoldContext& context) {
  switch (wait.kind) {
    case WaitStep::Kind::kSpan:
      return from_ms + wait.span_ms;
    case WaitStep::Kind::kHours:
      return NextInside(wait, customer, from_ms, context);
    case WaitStep::Kind::kInstant:
      break;
  }
  const World world(customer, CartOfWalk(customer, enrolment), nullptr, ShopOfWalk(enrolment, context), context.now_ms);
  const absl::StatusOr<Evaluated> value = wait.field->Evaluate(world);
  const std::optional<int64_t> at_ms = value.ok() ? InstantOf(*value) : std::nullopt;
  return at_ms ? std::max(from_ms, *at_ms + wait.span_ms) : from_ms;
}

const BranchStep::Arm& ChooseBranch(const BranchStep& branch, Customer& customer, const Enrolment& enrolment,
                                    const Journey& journey, const FoldContext& context) {
  const WalkWorld world(customer, enrolment, journey, context);
  for (const BranchStep::Arm& arm : branch.arms)
    if (arm.when == nullptr || arm.when->Holds(world)) return arm;
  return branch.arms.back();
}

const SplitStep::Arm& ChooseSplit(const SplitStep& split, Customer& customer, int64_t now_ms) {
  for (const SplitArm& known : customer.arms)
    if (known.split == split.fingerprint && known.arm < split.arms.size()) return split.arms[known.arm];
  uint64_t total = 0;
  for (const SplitStep::Arm& arm : split.arms) total += arm.weight;
  uint64_t at = SipDigest(fmt::format("{:016x}\n{}", split.fingerprint, customer.id)).low % total;
  uint32_t place = 0;
  while (at >= split.arms[place].weight) at -= split.arms[place++].weight;
  customer.arms.push_back({split.fingerprint, place, now_ms});
  if (customer.arms.size() > kSplitArmsMax) customer.arms.erase(customer.arms.begin());
  return split.arms[place];
}

std::optional<Awaited> LookForAwaited(const WaitForStep& wait, uint32_t place, const Customer& customer,
                                      const Enrolment& enrolment, const Journey& journey, int64_t now_ms,
                                      int64_t* wake_at_ms) {
  const WaitForStep::Alternative* first = nullptr;  // of two at the same moment the one that stands before
  int64_t first_at_ms = 0, stands_from_ms = 0;      // the latter of what came and may be taken back
  for (const WaitForStep::Alternative& asked : wait.alternatives) {
    const int64_t at_ms = asked.of_message ? FateAt(asked, customer, enrolment, now_ms)
                                           : HeardAt(enrolment, place, &asked - wait.alternatives.data());
    if (at_ms == 0) continue;
    const int64_t from_ms = EngagementStandsFrom(asked, customer, enrolment, at_ms, now_ms);
    stands_from_ms = std::max(stands_from_ms, from_ms);
    if (from_ms != 0 || (first != nullptr && at_ms >= first_at_ms)) continue;
    first = &asked;
    first_at_ms = at_ms;
  }
  const std::optional<int64_t> from_ms = TimeBegins(wait, customer, enrolment, now_ms, wake_at_ms);
  const int64_t end_ms = from_ms ? std::max(enrolment.planned_at_ms, *from_ms + wait.within_ms) : 0;
  // What came after its time does not count, though nothing looked meanwhile. It was not over while its message waited:
  // the failure of that one is in time.
  const bool in_time = !from_ms || first_at_ms <= end_ms ||
                       (first != nullptr && first->of_message && first->fate == MessageFate::kFailed);
  if (first != nullptr && in_time)
    return Awaited{first->next, std::max(enrolment.planned_at_ms, first_at_ms), first->name};
  if (first == nullptr && stands_from_ms != 0) {
    *wake_at_ms = stands_from_ms;
    return std::nullopt;
  }
  const uint32_t timeout = journey.steps[place].next;
  if (CannotCome(wait, enrolment)) return Awaited{timeout, enrolment.planned_at_ms, "timeout"};
  if (!from_ms) return std::nullopt;
  if (end_ms <= now_ms) return Awaited{timeout, end_ms, "timeout"};
  *wake_at_ms = end_ms;
  return std::nullopt;
}

absl::Status Hear(Customer& customer, const JourneyEvent& journey_event, const World& world,
                  const FoldContext& context) {
  for (Enrolment& enrolment : customer.enrolments) {
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    if (!journey->hears || enrolment.finished || IsOfOtherCart(journey_event, enrolment, *journey)) continue;
    if (journey_event.at_ms < enrolment.entered_at_ms) continue;
    if (journey_event.at_ms <= enrolment.reactions->hears_from_ms) continue;
    for (uint32_t step = 0; step < journey->steps.size(); ++step) {
      const auto* wait = std::get_if<WaitForStep>(&journey->steps[step].does);
      if (wait == nullptr) continue;
      for (uint32_t i = 0; i < wait->alternatives.size(); ++i) {
        const WaitForStep::Alternative& asked = wait->alternatives[i];
        if (asked.of_message || !asked.on.Matches(journey_event.type, journey_event.name, journey_event.segment) ||
            (asked.when != nullptr && !asked.when->Holds(world)))
          continue;
        HearAt(enrolment, step, i, journey_event.at_ms, context.now_ms);
        break;
      }
    }
  }
  return absl::OkStatus();
}

void NoteMade(Enrolment& enrolment, const Journey& journey, bool made) {
  const uint32_t step = enrolment.position;
  if (!journey.steps[step].send().awaited) return;
  auto& fates = enrolment.reactions.Change().fates;
  std::erase_if(fates, [&](const StepFate& fate) { return fate.step == step; });
  fates.push_back({.step = step, .visit = enrolment.visit(), .made = made});
}

void NoteFate(Enrolment& enrolment, const Journey& journey, uint32_t step, uint32_t visit, MessageFate fate,
              int64_t at_ms, int64_t now_ms) {
  const StepFate* known = FateOf(enrolment, step);
  if (known == nullptr || known->visit != visit) return;
  auto& fates = enrolment.reactions.Change().fates;
  const auto change = std::find_if(fates.begin(), fates.end(), [&](const StepFate& f) { return f.step == step; });
  int64_t& known_at_ms = fate == MessageFate::kFailed ? change->failed_at_ms : change->delivered_at_ms;
  if (known_at_ms == 0) known_at_ms = at_ms;
  LookAgain(enrolment, journey, now_ms);
}

bool HasFailed(const Enrolment& enrolment, uint32_t step) {
  const StepFate* fate = FateOf(enrolment, step);
  return fate != nullptr && fate->failed_at_ms != 0;
}

void NoteFailure(Enrolment& enrolment, uint32_t step, int64_t at_ms) {
  if (enrolment.position == step && enrolment.reactions->begun_at_ms != 0)
    enrolment.planned_at_ms = std::max(enrolment.planned_at_ms, at_ms);
}

absl::Status WakeUnreached(Customer& customer, const FoldContext& context) {
  return WakeDeferred(customer, &SendStep::on_unreachable, context);
}

absl::Status WakeCapped(Customer& customer, const FoldContext& context) {
  return WakeDeferred(customer, &SendStep::on_capped, context);
}

void WakeWalkOf(Customer& customer, uint64_t walk, const FoldContext& context) {
  for (Enrolment& enrolment : customer.enrolments) {
    if (enrolment.id.low != walk || enrolment.finished) continue;
    if (const Journey* journey = context.playbooks.Find(enrolment.revision, enrolment.journey); journey != nullptr)
      LookAgain(enrolment, *journey, context.now_ms);
  }
}

void MergeArms(Customer& customer, const Customer& device) {
  for (const SplitArm& theirs : device.arms) {
    auto ours = std::find_if(customer.arms.begin(), customer.arms.end(),
                             [&](const SplitArm& arm) { return arm.split == theirs.split; });
    if (ours == customer.arms.end())
      customer.arms.push_back(theirs);
    else if (theirs.at_ms < ours->at_ms)
      *ours = theirs;
  }
  if (customer.arms.size() > kSplitArmsMax)
    customer.arms.erase(customer.arms.begin(), customer.arms.end() - static_cast<int64_t>(kSplitArmsMax));
}

void ForgetHeard(Enrolment& enrolment, const Journey& journey, int64_t made_at_ms) {
  if (!journey.hears) return;
  Reactions& reactions = enrolment.reactions.Change();
  reactions.hears_from_ms = made_at_ms;
  std::erase_if(reactions.heard, [&](const HeardEvent& heard) { return heard.at_ms <= made_at_ms; });
}

void ForgetHeardBy(Enrolment& enrolment, uint32_t place) {
  if (!enrolment.reactions.is_set()) return;
  std::erase_if(enrolment.reactions.Change().heard, [&](const HeardEvent& heard) { return heard.step == place; });
}

bool Jump(Enrolment& enrolment, uint32_t place, const GotoStep& jump) {
  auto& jumps = enrolment.reactions.Change().jumps;
  auto known = std::find_if(jumps.begin(), jumps.end(), [&](const Jumps& j) { return j.step == place; });
  if (known == jumps.end()) known = jumps.insert(jumps.end(), {place, 0});
  if (known->count >= jump.max) return false;
  ++known->count;
  return true;
}

}  // namespace cartwheel
