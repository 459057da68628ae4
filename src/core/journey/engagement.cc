#include "core/journey/engagement.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <variant>

#include "cartwheel/limits.h"
#include "core/journey/clicks.h"
#include "core/journey/flow.h"
#include "core/journey/machine.h"
#include "core/journey/opt_out_counts.h"
#include "core/message/channel_order.h"
#include "core/policy/caps.h"

namespace cartwheel {
namespace {

void Trim(std::vector<SentMessage>& sent) {
  if (sent.size() > kSentMax) sent.erase(sent.begin(), sent.end() - static_cast<int64_t>(kSentMax));
}

// Of a message that is here twice, as the customer's own and as another's, the own one stays.
void PutInOrder(std::vector<SentMessage>& sent) {
  std::stable_sort(sent.begin(), sent.end(), [](const SentMessage& a, const SentMessage& b) {
    const int64_t number_a = std::abs(a.id.value()), number_b = std::abs(b.id.value());
    return number_a != number_b ? number_a < number_b : a.id > b.id;
  });
  const auto same = [](const SentMessage& a, const SentMessage& b) {
    return NumberOfAnothers(a.id) == NumberOfAnothers(b.id);
  };
  sent.erase(std::unique(sent.begin(), sent.end(), same), sent.end());
  std::stable_sort(sent.begin(), sent.end(),
                   [](const SentMessage& a, const SentMessage& b) { return a.at_ms < b.at_ms; });
  Trim(sent);
}

// Null: it is not known, or a call, which no person reads.
SentMessage* FindSent(Customer& customer, MessageId id, const Playbooks& playbooks) {
  for (SentMessage& sent : customer.sent)
    if (sent.id == id) return &sent;
  for (const Enrolment& enrolment : customer.enrolments)  // its receipt is still on its way
    for (const OpenMessage& message : enrolment.messages) {
      if (message.id != id) continue;
      const Journey* journey = playbooks.Find(enrolment.revision, enrolment.journey);
      const bool is_send = journey != nullptr && message.step < journey->steps.size() &&
                           std::holds_alternative<SendStep>(journey->steps[message.step].does);
      return is_send ? &RememberSent(customer, enrolment, message, 0) : nullptr;
    }
  return nullptr;
}

// Where in the playbook a message comes from, by the names in its receipt; a place in no journey where these are of
// another revision.
SentMessage PlaceOf(const Receipt& receipt, const Playbook* playbook) {
  constexpr uint32_t kNoJourney = std::numeric_limits<uint32_t>::max();
  if (playbook == nullptr) return {.journey = kNoJourney};
  for (uint32_t place = 0; place < playbook->journeys.size(); ++place) {
    const Journey& journey = playbook->journeys[place];
    if (journey.name != receipt.journey) continue;
    for (uint32_t step = 0; step < journey.steps.size(); ++step) {
      const auto* send = std::get_if<SendStep>(&journey.steps[step].does);
      if (send == nullptr || journey.steps[step].name != receipt.step) continue;
      const auto via = std::find(send->via.begin(), send->via.end(), receipt.channel);
      if (via == send->via.end()) continue;
      return {.revision = playbook->revision,
              .journey = place,
              .step = step,
              .via = static_cast<uint32_t>(via - send->via.begin())};
    }
  }
  return {.journey = kNoJourney};
}

// The channel that a message went by; empty where its step is not known any more.
std::string_view ChannelOf(const SentMessage& sent, const Journey* journey) {
  if (journey == nullptr) return {};
  const auto* send = std::get_if<SendStep>(&journey->steps[sent.step].does);
  return send == nullptr || sent.via >= send->via.size() ? std::string_view() : std::string_view(send->via[sent.via]);
}

}  // namespace

SentMessage& RememberSent(Customer& customer, const Enrolment& enrolment, const OpenMessage& message, int64_t at_ms) {
  for (SentMessage& sent : customer.sent) {
    if (sent.id != message.id) continue;
    sent.at_ms = std::max(sent.at_ms, at_ms);  // one that may have arrived was handed over again
    return sent;
  }
  customer.sent.push_back({.id = message.id,
                           .walk = enrolment.id.low,
                           .revision = enrolment.revision,
                           .journey = enrolment.journey,
                           .step = message.step,
                           .via = message.via,
                           .visit = message.visit,
                           .at_ms = at_ms});
  Trim(customer.sent);
  return customer.sent.back();
}

void RememberUnwalked(Customer& customer, const Receipt& receipt, int64_t at_ms, const FoldContext& context) {
  if (customer.erased_at_ms > customer.last_seen_at_ms) return;
  for (SentMessage& sent : customer.sent) {
    if (sent.id != receipt.message) continue;
    sent.at_ms = std::max(sent.at_ms, at_ms);  // one that may have arrived was handed over again
    return;
  }
  SentMessage left = PlaceOf(receipt, context.playbooks.current.get());
  left.id = receipt.message;
  left.at_ms = at_ms;
  customer.sent.push_back(left);
  Trim(customer.sent);
}

Engagement RecordEngagement(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  const Value id = event.Get("message_id");
  SentMessage* sent =
      id.kind() == Kind::kInt ? FindSent(customer, MessageId(id.integer()), context.playbooks) : nullptr;
  bool by_machine = IsMachineAgent(event);
  if (sent == nullptr) return by_machine ? Engagement::kOfMachine : Engagement::kOfReader;
  const int64_t accepted_at_ms = sent->at_ms;
  // Caps count it from then: at its ingest it had surely left, whatever the reader's clock said.
  if (sent->at_ms == 0) {
    sent->at_ms = context.ingested_at_ms;
    CountHandedOver(customer, sent->id, context, effects);
  }
  const Journey* journey = context.playbooks.Find(sent->revision, sent->journey);
  if (journey != nullptr && sent->step >= journey->steps.size()) journey = nullptr;
  auto count = [&](Metric metric, int64_t by) {
    if (journey != nullptr)
      effects.Count({.metric = metric, .journey = journey->name, .step = journey->steps[sent->step].name}, by);
  };
  auto first = [&](int64_t& at_ms, Metric metric) {
    if (at_ms != 0) return;
    at_ms = event.at_ms;
    count(metric, 1);
  };
  auto take_back = [&](int64_t& at_ms, Metric metric) {
    at_ms = 0;
    count(metric, -1);
  };
  const bool clicked = event.type == EventType::kMessageClicked;
  by_machine = by_machine || (accepted_at_ms != 0 && IsTooSoon(event, accepted_at_ms, ChannelOf(*sent, journey)));
  if (clicked && JoinsBurst(*sent, event)) {
    // The clicks around it were made by the machine too.
    by_machine = true;
    ForgetBurst(customer, sent->id, event.at_ms);
    if (sent->clicked_at_ms != 0 && IsAtOnce(sent->clicked_at_ms, event.at_ms)) {
      if (sent->opened_at_ms == sent->clicked_at_ms) take_back(sent->opened_at_ms, Metric::kOpened);
      take_back(sent->clicked_at_ms, Metric::kClicked);
    }
  }
  if (by_machine) {
    clicked ? first(sent->machine_clicked_at_ms, Metric::kMachineClicked)
            : first(sent->machine_opened_at_ms, Metric::kMachineOpened);
    return Engagement::kOfMachine;
  }
  first(sent->opened_at_ms, Metric::kOpened);  // who clicked has opened it, also where that could not be seen
  if (clicked) first(sent->clicked_at_ms, Metric::kClicked);
  WakeWalkOf(customer, sent->walk, context);
  const bool names_link = clicked && !event.Text(kLinkProperty).empty();
  return names_link && Postpone(customer, event, sent->id, context) ? Engagement::kUnjudged : Engagement::kOfReader;
}

bool WasByMachine(const Customer& customer, const Event& event) {
  const bool clicked = event.type == EventType::kMessageClicked;
  if (!clicked && event.type != EventType::kMessageOpened) return false;
  if (IsMachineAgent(event)) return true;
  const Value id = event.Get("message_id");
  if (id.kind() != Kind::kInt) return false;
  return std::any_of(customer.sent.begin(), customer.sent.end(), [&](const SentMessage& sent) {
    const int64_t by_machine_at_ms = clicked ? sent.machine_clicked_at_ms : sent.machine_opened_at_ms;
    return sent.id == MessageId(id.integer()) && by_machine_at_ms != 0 &&
           (clicked ? sent.clicked_at_ms : sent.opened_at_ms) == 0;
  });
}

void MergeSent(Customer& customer, const Customer& device) {
  customer.sent.insert(customer.sent.end(), device.sent.begin(), device.sent.end());
  PutInOrder(customer.sent);
}

void AdoptSent(Customer& customer, const Customer& owner, std::string_view channel, const Playbooks& playbooks) {
  for (const SentMessage& theirs : owner.sent) {
    const std::string_view via = ChannelOf(theirs, playbooks);
    if (theirs.at_ms == 0 || (!via.empty() && via != channel)) continue;
    SentMessage& ours = customer.sent.emplace_back(theirs);
    ours.id = NumberOfAnothers(theirs.id);
    ours.walk = 0;
    ours.opened_at_ms = ours.clicked_at_ms = 0;
  }
  PutInOrder(customer.sent);
}

}  // namespace cartwheel
