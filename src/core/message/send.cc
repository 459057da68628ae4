#include "core/message/send.h"

#include "base/packed.h"
#include "base/status.h"
#include "core/message/compose.h"
#include "core/message/world.h"
#include "core/model/message_body.h"
#include "core/policy/gate.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// The same in every replay, and another for another channel: what a provider recognises a repetition by.
Digest MessageKey(const Enrolment& enrolment, size_t step, std::string_view channel) {
  return SipDigest(fmt::format("{}\n{}\n{}", ToHex(enrolment.id), step, channel));
}

// `reason` is counted; `detail` is for people.
void Note(DecisionKind kind, const Journey& journey, const JourneyStep& step, int64_t planned_at_ms, Reason reason,
          std::string detail, const FoldContext& context, Effects& effects) {
  const Metric metric = kind == DecisionKind::kSkipped ? Metric::kSkipped : Metric::kDropped;
  effects.Count({.metric = metric, .journey = journey.name, .step = step.name, .reason = reason});
  effects.decisions.push_back(
      {kind, context.now_ms, planned_at_ms, 0, journey.name, step.name, reason, std::move(detail)});
}

// The address on a channel; empty when it does not reach the customer.
std::string_view AddressOf(const Customer& customer, std::string_view channel, const Playbook& playbook,
                           const FoldOptions& options) {
  if (const Endpoint* endpoint = customer.FindEndpoint(channel); endpoint != nullptr) return endpoint->address;
  const bool by_id = options.address_by_id || playbook.addressed_by_id.contains(channel);
  return by_id ? std::string_view(customer.id) : std::string_view();
}

std::string PackedValues(const UsedValues& used) {
  std::string packed;
  if (used.empty()) return packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (const auto& [name, value] : used) {
    writer.Key(name);
    writer.Scalar(value);
  }
  writer.End();
  return packed;
}

std::string Body(const Customer& customer, const Enrolment& enrolment, const Journey& journey, const JourneyStep& step,
                 std::string_view key, std::string_view address, const Content& content, const Composed& composed) {
  const std::string values = PackedValues(composed.used);
  return EncodeMessageBody({.key = key,
                            .customer = customer.anonymous ? std::string_view() : customer.id,
                            .anonymous_id = customer.anonymous ? customer.id : std::string_view(),
                            .address = address,
                            .journey = journey.name,
                            .step = step.name,
                            .template_name = step.send().message_template->name,
                            .enrolment_key = enrolment.key,
                            .variant = content.variant,
                            .locale = content.locale,
                            .revision = enrolment.revision,
                            .payload = composed.payload,
                            .values = values});
}

std::string_view LocaleOf(const Customer& customer) {
  const Value locale = customer.attributes.Find("locale");
  return locale.is_string() ? locale.text() : std::string_view();
}

// Why a message could not be composed.
Reason ReasonOf(const absl::Status& status) {
  if (absl::IsAborted(status)) return Reason::kAborted;
  return absl::IsOutOfRange(status) ? Reason::kDoesNotFit : Reason::kTemplateError;
}

}  // namespace

bool Send(Customer& customer, Enrolment& enrolment, const Journey& journey, size_t place, size_t via,
          int64_t planned_at_ms, const FoldContext& context, Effects& effects) {
  const JourneyStep& step = journey.steps[place];
  const SendStep& send = step.send();
  const MessageTemplate& message_template = *send.message_template;
  const Playbook& playbook = *context.playbooks.Revision(enrolment.revision);
  const Cart* cart = enrolment.has_cart ? customer.FindCart(enrolment.cart) : nullptr;
  Reason why = Reason::kUnreachable;
  World world(customer, cart, nullptr, playbook.shop, context.now_ms);
  world.SetWalk(enrolment, journey.name, step.name);
  world.SetMessages(customer, journey);
  auto drop = [&](Reason reason, std::string detail) {
    Note(DecisionKind::kDropped, journey, step, planned_at_ms, reason, std::move(detail), context, effects);
    return false;
  };
  if (message_template.require != nullptr && !message_template.require->Holds(world)) return drop(Reason::kRequire, "");
  const std::string_view variant = ChooseVariant(send, journey.name, customer.id);
  world.TrackLinks(context.options.hash_key, *context.next_message);
  std::string misfit;  // what a channel before could not carry: the next one may
  for (; via < send.via.size(); ++via) {
    const std::string& channel = send.via[via];
    std::string_view address = AddressOf(customer, channel, playbook, context.options);
    if (address.empty()) continue;
    if (Verdict verdict = CheckGate(customer, cart, message_template, channel, playbook.policy); !verdict.allowed) {
      why = verdict.reason;
      continue;
    }
    const Content& content = *message_template.FindContent(MediumOf(channel), variant, LocaleOf(customer));
    Composed composed;
    if (absl::Status status = Compose(content, world, &composed); !status.ok()) {
      const Reason reason = ReasonOf(status);
      std::string detail(StatusText(status));
      if (reason != Reason::kDoesNotFit) return drop(reason, std::move(detail));
      misfit = std::move(detail);
      continue;
    }
    MessageRow row;
    row.id = (*context.next_message)++;
    row.customer = customer.row;
    row.message_class = message_template.message_class;
    row.channel = channel;
    row.purpose = message_template.purpose;
    row.medium = content.medium;
    row.made_at_ms = row.not_before_ms = context.now_ms;
    row.expires_at_ms = planned_at_ms + send.latest_ms;
    if (message_template.fresh_for_ms != 0) row.fresh_until_ms = context.now_ms + message_template.fresh_for_ms;
    row.body = Body(customer, enrolment, journey, step, ToHex(MessageKey(enrolment, place, channel)), address, content,
                    composed);
    const bool by_id = customer.FindEndpoint(channel) == nullptr;
    enrolment.messages.push_back({row.id, static_cast<uint32_t>(place), static_cast<uint32_t>(via), row.expires_at_ms,
                                  by_id ? 0 : EndpointFingerprint(channel, address)});
    effects.Count({.metric = Metric::kMessages, .journey = journey.name, .step = step.name});
    if (!send.shares.empty())
      effects.Count({.metric = Metric::kVariants,
                     .journey = journey.name,
                     .step = step.name,
                     .variant = content.variant.empty() ? kBaseVariant : content.variant});
    if (!composed.sms_type.empty())
      effects.Count(
          {.metric = Metric::kSmsTypes, .journey = journey.name, .step = step.name, .variant = composed.sms_type});
    effects.decisions.push_back({DecisionKind::kMessage, context.now_ms, planned_at_ms, row.id, journey.name, step.name,
                                 Reason::kNone, channel});
    effects.messages.push_back(std::move(row));
    return true;
  }
  if (!misfit.empty()) return drop(Reason::kDoesNotFit, std::move(misfit));
  Note(why == Reason::kUnreachable ? DecisionKind::kSkipped : DecisionKind::kDropped, journey, step, planned_at_ms, why,
       "", context, effects);
  return false;
}

}  // namespace cartwheel
