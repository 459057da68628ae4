#include "core/journey/engagement.h"

#include <algorithm>

#include "cartwheel/limits.h"

namespace cartwheel {
namespace {

void Trim(std::vector<SentMessage>& sent) {
  if (sent.size() > kSentMax) sent.erase(sent.begin(), sent.end() - static_cast<int64_t>(kSentMax));
}

SentMessage* FindSent(Customer& customer, int64_t id) {
  for (SentMessage& sent : customer.sent)
    if (sent.id == id) return &sent;
  for (const Enrolment& enrolment : customer.enrolments)  // its receipt is still on its way
    for (const OpenMessage& message : enrolment.messages)
      if (message.id == id) return &RememberSent(customer, enrolment, message, 0);
  return nullptr;
}

}  // namespace

SentMessage& RememberSent(Customer& customer, const Enrolment& enrolment, const OpenMessage& message, int64_t at_ms) {
  for (SentMessage& sent : customer.sent) {
    if (sent.id != message.id) continue;
    if (sent.at_ms == 0) sent.at_ms = at_ms;
    return sent;
  }
  customer.sent.push_back({.id = message.id,
                           .walk = enrolment.id.low,
                           .revision = enrolment.revision,
                           .journey = enrolment.journey,
                           .step = message.step,
                           .via = message.via,
                           .at_ms = at_ms});
  Trim(customer.sent);
  return customer.sent.back();
}

void RecordEngagement(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  const Value id = event.Get("message_id");
  SentMessage* sent = id.kind() == Kind::kInt ? FindSent(customer, id.integer()) : nullptr;
  if (sent == nullptr) return;
  if (sent->at_ms == 0) sent->at_ms = event.at_ms;
  const Journey* journey = context.playbooks.Find(sent->revision, sent->journey);
  if (journey != nullptr && sent->step >= journey->steps.size()) journey = nullptr;
  auto first = [&](int64_t& at_ms, Metric metric) {
    if (at_ms != 0) return;
    at_ms = event.at_ms;
    if (journey != nullptr)
      effects.Count({.metric = metric, .journey = journey->name, .step = journey->steps[sent->step].name});
  };
  first(sent->opened_at_ms, Metric::kOpened);  // who clicked has opened it, also where that could not be seen
  if (event.type == EventType::kMessageClicked) first(sent->clicked_at_ms, Metric::kClicked);
}

void MergeSent(Customer& customer, const Customer& device) {
  customer.sent.insert(customer.sent.end(), device.sent.begin(), device.sent.end());
  std::stable_sort(customer.sent.begin(), customer.sent.end(),
                   [](const SentMessage& a, const SentMessage& b) { return a.at_ms < b.at_ms; });
  Trim(customer.sent);
}

}  // namespace cartwheel
