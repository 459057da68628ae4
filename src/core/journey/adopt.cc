#include "core/journey/adopt.h"

#include <algorithm>
#include <limits>
#include <string>

#include "core/journey/enrolment.h"
#include "core/journey/flow.h"
#include "core/journey/revoke.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr uint32_t kNoStep = std::numeric_limits<uint32_t>::max();  // of jumps whose step is lost

// A walk, and what it walks by before and after.
class Adopter {
 public:
  Adopter(Customer& customer, Enrolment& enrolment, const Journey& old_journey, uint32_t place,
          const FoldContext& context, Effects& effects)
      : customer_(customer),
        enrolment_(enrolment),
        old_(old_journey),
        place_(place),
        new_(context.playbooks.current->journeys[place]),
        context_(context),
        effects_(effects) {}

  // False: the walk stays where it is.
  bool Adopt(int64_t at_ms) {
    if (enrolment_.finished || enrolment_.position >= old_.steps.size()) return false;
    const std::optional<uint32_t> position = PlaceOfAdopted(old_, enrolment_.position, new_);
    if (!position) return false;
    const int64_t planned_at_ms = PlanAnew(*position, at_ms);
    MoveReactions();
    MoveMessages();
    const Revision before = enrolment_.revision;
    enrolment_.revision = context_.playbooks.current->revision;
    enrolment_.journey = place_;
    enrolment_.position = *position;
    enrolment_.planned_at_ms = enrolment_.wake_at_ms = planned_at_ms;
    enrolment_.deferred_to_ms = 0;
    effects_.decisions.push_back({DecisionKind::kAdopted,
                                  at_ms,
                                  planned_at_ms,
                                  {},
                                  new_.name,
                                  new_.steps[*position].name,
                                  Reason::kNone,
                                  fmt::format("revision {}", before.value())});
    return true;
  }

 private:
  // The waits that lead to a step, in the order in which they are walked.
  static std::vector<const WaitStep*> WaitsBefore(const Journey& journey, uint32_t place) {
    std::vector<const WaitStep*> waits;
    for (; place > 0 && journey.steps[place - 1].next == place; --place) {
      const auto* wait = std::get_if<WaitStep>(&journey.steps[place - 1].does);
      if (wait == nullptr) break;
      waits.push_back(wait);
    }
    std::reverse(waits.begin(), waits.end());
    return waits;
  }

  // The waits count anew from the moment from which the old ones did. Where that is not known any more, because they
  // were no spans, it is the adoption.
  int64_t PlanAnew(uint32_t position, int64_t at_ms) {
    int64_t planned_at_ms = enrolment_.planned_at_ms;
    for (const WaitStep* wait : WaitsBefore(old_, enrolment_.position)) {
      if (wait->kind != WaitStep::Kind::kSpan) {
        planned_at_ms = at_ms;
        break;
      }
      planned_at_ms -= wait->span_ms;
    }
    for (const WaitStep* wait : WaitsBefore(new_, position))
      planned_at_ms = WaitEnd(*wait, customer_, enrolment_, planned_at_ms, context_);
    if (planned_at_ms > at_ms) return planned_at_ms;
    return at_ms + static_cast<int64_t>(Mix(enrolment_.id.low) % kAdoptionSpreadMs);
  }

  // The place and channel of a message of the old revision in the new one; false: they are lost.
  bool MoveSend(uint32_t* step, uint32_t* via) const {
    const std::optional<uint32_t> place = PlaceOfAdopted(old_, *step, new_);
    const auto* send = place ? new_.steps[*place].FindSend() : nullptr;
    const auto* made_by = place ? old_.steps[*step].FindSend() : nullptr;
    if (send == nullptr || made_by == nullptr || *via >= made_by->via.size()) return false;
    const std::string& channel = made_by->via[*via];
    const auto known = std::find(send->via.begin(), send->via.end(), channel);
    if (known == send->via.end()) return false;
    *step = *place;
    *via = static_cast<uint32_t>(known - send->via.begin());
    return true;
  }

  // Its steps do not send again what the same names have sent.
  void NoteSpoken(uint32_t old_step, uint32_t visit) {
    const std::optional<uint32_t> place = PlaceOfAdopted(old_, old_step, new_);
    if (!place || !std::holds_alternative<SendStep>(new_.steps[*place].does)) return;
    auto& spoken = enrolment_.reactions.Change().spoken;
    for (const SpokenStep& known : spoken)
      if (known.step == *place && known.visit == visit) return;
    spoken.push_back({*place, visit});
  }

  void MoveMessages() {
    for (SentMessage& sent : customer_.sent) {
      if (sent.walk != enrolment_.id.low || sent.revision != enrolment_.revision) continue;
      NoteSpoken(sent.step, sent.visit);
      if (MoveSend(&sent.step, &sent.via)) {
        sent.revision = context_.playbooks.current->revision;
        sent.journey = place_;
      } else {
        sent.walk = 0;  // no step of the walk asks for it any more; caps do
      }
    }
    for (size_t i = enrolment_.messages.size(); i-- > 0;) {
      OpenMessage& message = enrolment_.messages[i];
      NoteSpoken(message.step, message.visit);
      const OpenMessage before = message;
      uint32_t step = before.step;
      if (!MoveSend(&step, &message.first)) message.first = 0;
      if (MoveSend(&message.step, &message.via)) continue;
      message = before;
      RevokeOpen(enrolment_, old_, i, Reason::kAdopted, context_.now_ms, effects_);
    }
  }

  void MoveReactions() {
    if (!enrolment_.reactions.is_set()) return;
    Reactions& reactions = enrolment_.reactions.Change();
    std::erase_if(reactions.heard, [&](const HeardEvent& heard) { return !SameAlternative(heard); });
    for (HeardEvent& heard : reactions.heard) heard.step = *PlaceOfAdopted(old_, heard.step, new_);
    auto move = [&](auto& list) {
      std::erase_if(list, [&](const auto& entry) { return !PlaceOfAdopted(old_, entry.step, new_); });
      for (auto& entry : list) entry.step = *PlaceOfAdopted(old_, entry.step, new_);
    };
    // What the send at its position waited for is not known to the new one; the answer to a call is.
    const bool keeps_call = KeepsCall();
    if (!keeps_call) reactions.begun_at_ms = 0;
    MoveCalls(keeps_call, reactions.calls);
    move(reactions.fates);
    move(reactions.spoken);
    // A jump that is lost still tells the visits of the steps apart.
    for (Jumps& jumps : reactions.jumps)
      jumps.step = jumps.step == kNoStep ? kNoStep : PlaceOfAdopted(old_, jumps.step, new_).value_or(kNoStep);
  }

  // Whether it stands at a call that the new revision makes by the same channel.
  bool KeepsCall() const {
    const std::optional<uint32_t> place = PlaceOfAdopted(old_, enrolment_.position, new_);
    const auto* before = std::get_if<CallStep>(&old_.steps[enrolment_.position].does);
    const auto* after = place ? std::get_if<CallStep>(&new_.steps[*place].does) : nullptr;
    return before != nullptr && after != nullptr && enrolment_.reactions->begun_at_ms != 0 &&
           before->send.via == after->send.via;
  }

  // Calls are known by the names of their steps. One that is made anew, by another channel, is forgotten.
  void MoveCalls(bool keeps_call, std::vector<StoredCall>& calls) const {
    std::erase_if(calls, [&](StoredCall& call) {
      const auto step = std::find_if(old_.steps.begin(), old_.steps.end(),
                                     [&](const JourneyStep& one) { return one.name == call.step; });
      const auto old_place = static_cast<uint32_t>(step - old_.steps.begin());
      const std::optional<uint32_t> place = PlaceOfAdopted(old_, old_place, new_);
      if (!place || (old_place == enrolment_.position && !keeps_call && call.answered_at_ms == 0)) return true;
      call.step = new_.steps[*place].name;
      return false;
    });
  }

  // Whether a wait of the new revision asks for the same in the same place.
  bool SameAlternative(const HeardEvent& heard) const {
    const std::optional<uint32_t> place = PlaceOfAdopted(old_, heard.step, new_);
    const auto* before = std::get_if<WaitForStep>(&old_.steps[heard.step].does);
    const auto* after = place ? std::get_if<WaitForStep>(&new_.steps[*place].does) : nullptr;
    return before != nullptr && after != nullptr && heard.alternative < before->alternatives.size() &&
           heard.alternative < after->alternatives.size() &&
           before->alternatives[heard.alternative].name == after->alternatives[heard.alternative].name;
  }

  Customer& customer_;
  Enrolment& enrolment_;
  const Journey& old_;
  const uint32_t place_;
  const Journey& new_;
  const FoldContext& context_;
  Effects& effects_;
};

}  // namespace

std::optional<uint32_t> PlaceOfAdopted(const Journey& adopted, uint32_t place, const Journey& journey) {
  if (place >= adopted.steps.size() || !journey.adopt) return std::nullopt;
  const JourneyStep& step = adopted.steps[place];
  std::string_view name = step.name;
  if (const auto said = journey.adopt->steps.find(name); said != journey.adopt->steps.end())
    name = said->second;
  else if (!std::holds_alternative<SendStep>(step.does) && name == std::to_string(place + 1))
    return std::nullopt;
  const auto found = std::find_if(journey.steps.begin(), journey.steps.end(),
                                  [&](const JourneyStep& other) { return other.name == name; });
  if (found == journey.steps.end()) return std::nullopt;
  return static_cast<uint32_t>(found - journey.steps.begin());
}

bool AdoptWalks(Customer& customer, int64_t at_ms, const FoldContext& context, Effects& effects) {
  const Playbook* current = context.playbooks.current.get();
  if (current == nullptr || !current->adopts) return false;
  bool moved = false;
  for (Enrolment& enrolment : customer.enrolments) {
    if (enrolment.revision >= current->revision) continue;
    const absl::StatusOr<const Journey*> walked = JourneyOf(enrolment, context);
    if (!walked.ok()) continue;  // damaged: the step that walks it reports it
    for (uint32_t place = 0; place < current->journeys.size(); ++place) {
      const Journey& journey = current->journeys[place];
      if (journey.fingerprint != (*walked)->fingerprint || !journey.adopt) continue;
      if (journey.adopt->from && journey.adopt->from != enrolment.revision) continue;
      moved |= Adopter(customer, enrolment, **walked, place, context, effects).Adopt(at_ms);
    }
  }
  return moved;
}

}  // namespace cartwheel
