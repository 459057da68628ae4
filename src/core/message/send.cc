#include "core/message/send.h"

#include "base/packed.h"
#include "base/status.h"
#include "core/message/compose.h"
#include "core/message/message_key.h"
#include "core/message/world.h"
#include "core/policy/gate.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// `reason` is counted; `detail` is for people.
void Note(DecisionKind kind, const Journey& journey, const JourneyStep& step, int64_t planned_at_ms,
          std::string_view reason, std::string detail, const FoldContext& context, Effects& effects) {
  effects.Count(fmt::format("{}\t{}\t{}\t{}", DecisionName(kind), journey.name, step.name, reason));
  effects.decisions.push_back({kind, context.now_ms, planned_at_ms, 0, journey.name, step.name, std::move(detail)});
}

// The address on a channel; empty when it does not reach the customer.
std::string_view AddressOf(const Customer& customer, std::string_view channel, const Playbook& playbook,
                           const FoldOptions& options) {
  if (const Endpoint* endpoint = customer.FindEndpoint(channel); endpoint != nullptr) return endpoint->address;
  const bool by_id = options.address_by_id || playbook.addressed_by_id.contains(channel);
  return by_id ? std::string_view(customer.id) : std::string_view();
}

// Packs what is kept of a message, so that its text and the values it was made of can be shown later.
std::string Body(const Customer& customer, const Enrolment& enrolment, const Journey& journey, const JourneyStep& step,
                 std::string_view key, std::string_view address, const Content& content, const Composed& composed) {
  std::string body;
  PackedWriter writer(&body);
  writer.BeginMap();
  auto text = [&](std::string_view name, std::string_view value) {
    writer.Key(name), writer.Scalar(Value::String(value));
  };
  text("key", key);
  text(customer.anonymous ? "anonymous_id" : "customer", customer.id);
  text("address", address);
  text("journey", journey.name);
  text("enrolment_key", enrolment.key);
  text("step", step.name);
  text("template", step.send().message_template->name);
  if (!content.variant.empty()) text("variant", content.variant);
  if (!content.locale.empty()) text("locale", content.locale);
  writer.Key("revision"), writer.Scalar(Value::Int(enrolment.revision));
  text("payload", composed.payload);
  if (!composed.used.empty()) {
    writer.Key("values");
    writer.BeginMap();
    for (const auto& [name, value] : composed.used) writer.Key(name), writer.Scalar(value);
    writer.End();
  }
  writer.End();
  return body;
}

std::string_view LocaleOf(const Customer& customer) {
  const Value locale = customer.attributes.Find("locale");
  return locale.is_string() ? locale.text() : std::string_view();
}

// The reason that is counted for a message that could not be composed.
std::string_view ReasonOf(const absl::Status& status) {
  return absl::IsAborted(status) ? "aborted" : absl::IsOutOfRange(status) ? "does_not_fit" : "template_error";
}

}  // namespace

bool Send(Customer& customer, Enrolment& enrolment, const Journey& journey, size_t place, size_t via,
          int64_t planned_at_ms, const FoldContext& context, Effects& effects) {
  const JourneyStep& step = journey.steps[place];
  const SendStep& send = step.send();
  const MessageTemplate& message_template = *send.message_template;
  const Playbook& playbook = *context.playbooks.Revision(enrolment.revision);
  const Cart* cart = enrolment.has_cart ? customer.FindCart(enrolment.cart) : nullptr;
  std::string_view why = "unreachable";
  World world(customer, cart, nullptr, playbook.shop, context.now_ms);
  world.SetWalk(enrolment, journey.name, step.name);
  world.SetMessages(customer, journey);
  auto drop = [&](std::string_view reason, std::string detail) {
    Note(DecisionKind::kDropped, journey, step, planned_at_ms, reason, std::move(detail), context, effects);
    return false;
  };
  if (message_template.require != nullptr && !message_template.require->Holds(world)) return drop("require", "require");
  const std::string_view variant = ChooseVariant(send, journey.name, customer.id);
  std::string misfit;  // what a channel before could not carry: the next one may
  for (; via < send.via.size(); ++via) {
    const std::string& channel = send.via[via];
    std::string_view address = AddressOf(customer, channel, playbook, context.options);
    if (address.empty()) continue;
    if (Verdict verdict = CheckGate(customer, cart, message_template, channel, playbook.policy); !verdict.allowed) {
      why = verdict.reason;
      continue;
    }
    const Digest key = MessageKey(enrolment.id, step.name, channel);
    world.TrackLinks(context.options.hash_key, key.low);
    const Content& content = *message_template.FindContent(MediumOf(channel), variant, LocaleOf(customer));
    Composed composed;
    if (absl::Status status = Compose(content, world, &composed); !status.ok()) {
      const std::string_view reason = ReasonOf(status);
      std::string detail = fmt::format("{}: {}", reason, StatusText(status));
      if (reason != "does_not_fit") return drop(reason, std::move(detail));
      misfit = std::move(detail);
      continue;
    }
    MessageRow row;
    row.customer = customer.row;
    row.message_class = message_template.message_class;
    row.channel = channel;
    row.purpose = message_template.purpose;
    row.medium = content.medium;
    row.made_at_ms = row.not_before_ms = context.now_ms;
    row.expires_at_ms = planned_at_ms + send.latest_ms;
    if (message_template.fresh_for_ms != 0) row.fresh_until_ms = context.now_ms + message_template.fresh_for_ms;
    if (world.links.tracks()) row.link = key.low;
    row.body = Body(customer, enrolment, journey, step, ToHex(key), address, content, composed);
    effects.Count(fmt::format("messages\t{}\t{}", journey.name, step.name));
    if (!send.shares.empty())
      effects.Count(fmt::format("variants\t{}\t{}\t{}", journey.name, step.name,
                                content.variant.empty() ? kBaseVariant : content.variant));
    if (!composed.sms_type.empty())
      effects.Count(fmt::format("sms_types\t{}\t{}\t{}", journey.name, step.name, composed.sms_type));
    const int64_t expires_at_ms = row.expires_at_ms, message = effects.Add(std::move(row));
    enrolment.messages.push_back({message, static_cast<uint32_t>(place), static_cast<uint32_t>(via), expires_at_ms});
    effects.decisions.push_back(
        {DecisionKind::kMessage, context.now_ms, planned_at_ms, message, journey.name, step.name, channel});
    return true;
  }
  if (!misfit.empty()) return drop("does_not_fit", std::move(misfit));
  Note(why == "unreachable" ? DecisionKind::kSkipped : DecisionKind::kDropped, journey, step, planned_at_ms, why,
       std::string(why), context, effects);
  return false;
}

}  // namespace cartwheel
