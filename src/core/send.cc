// Making a message: the gate's word, a channel that reaches the customer, the rendered texts, and a row for the outbox.
#include "base/packed.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/gate.h"
#include "core/walk.h"
#include "core/world.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// The same in every replay, and another for another channel: what a provider recognises a repetition by.
Digest MessageKey(const Enrolment& enrolment, size_t step, std::string_view channel) {
  return SipDigest(fmt::format("{}\n{}\n{}", ToHex(enrolment.id), step, channel));
}

// `reason` is counted; `detail` is for people.
void Note(DecisionKind kind, const Journey& journey, const Step& step, int64_t planned_at_ms, std::string_view reason,
          std::string detail, const StepContext& context, Effects& effects) {
  effects.Count(fmt::format("{}\t{}\t{}\t{}", DecisionName(kind), journey.name, step.name, reason));
  effects.decisions.push_back({kind, context.now_ms, planned_at_ms, 0, journey.name, step.name, std::move(detail)});
}

// The address on a channel; empty when it does not reach the customer.
std::string_view AddressOf(const Customer& customer, std::string_view channel, const StepOptions& options) {
  if (const Endpoint* endpoint = customer.FindEndpoint(channel); endpoint != nullptr) return endpoint->address;
  return options.address_by_id ? std::string_view(customer.id) : std::string_view();
}

absl::Status Render(const Content& content, const World& world, std::string* payload) {
  for (const Content::Piece& piece : content.pieces) {
    *payload += piece.literal;
    if (piece.text == nullptr) continue;
    absl::Status status = piece.text->Render(world, payload);
    if (!status.ok()) return status;
  }
  if (payload->size() <= kMessageBytesMax) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      fmt::format("message_bytes_max: the message takes {} bytes, at most {} are sent", payload->size(), kMessageBytesMax));
}

std::string Body(const Customer& customer, const Enrolment& enrolment, const Journey& journey, const Step& step,
                 size_t place, std::string_view channel, std::string_view address, std::string_view payload) {
  std::string body;
  PackedWriter writer(&body);
  writer.BeginMap();
  auto text = [&](std::string_view key, std::string_view value) { writer.Key(key), writer.Scalar(Value::String(value)); };
  text("key", ToHex(MessageKey(enrolment, place, channel)));
  text(customer.anonymous ? "anonymous_id" : "customer", customer.id);
  text("address", address);
  text("journey", journey.name);
  text("enrolment_key", enrolment.key);
  text("step", step.name);
  text("template", step.message_template->name);
  text("payload", payload);
  writer.End();
  return body;
}

}  // namespace

bool Send(Customer& customer, Enrolment& enrolment, const Journey& journey, size_t place, size_t via,
          int64_t planned_at_ms, const StepContext& context, Effects& effects) {
  const Step& step = journey.steps[place];
  const MessageTemplate& message_template = *step.message_template;
  const Playbook& playbook = *context.playbooks.Revision(enrolment.revision);
  const Cart* cart = enrolment.has_cart ? customer.FindCart(enrolment.cart) : nullptr;
  std::string_view why = "unreachable";
  for (; via < step.via.size(); ++via) {
    const std::string& channel = step.via[via];
    std::string_view address = AddressOf(customer, channel, context.options);
    if (address.empty()) continue;
    if (Verdict verdict = Judge(customer, cart, message_template, channel, playbook.policy); !verdict.allowed) {
      why = verdict.reason;
      continue;
    }
    World world(customer, cart, nullptr, playbook.shop, context.now_ms);
    const Content& content = *message_template.FindContent(MediumOf(channel));
    std::string payload;
    payload.reserve(512);
    if (absl::Status status = Render(content, world, &payload); !status.ok()) {
      if (absl::IsAborted(status)) {
        Note(DecisionKind::kDropped, journey, step, planned_at_ms, "aborted", "aborted: " + StatusText(status), context, effects);
        return false;
      }
      Note(DecisionKind::kDropped, journey, step, planned_at_ms, "template_error", "template_error: " + StatusText(status),
           context, effects);
      return false;
    }
    MessageRow row;
    row.id = (*context.next_message)++;
    row.customer = customer.row;
    row.message_class = message_template.message_class;
    row.channel = channel;
    row.purpose = message_template.purpose;
    row.medium = content.medium;
    row.made_at_ms = row.not_before_ms = context.now_ms;
    row.expires_at_ms = planned_at_ms + step.latest_ms;
    row.body = Body(customer, enrolment, journey, step, place, channel, address, payload);
    enrolment.messages.push_back(
        {row.id, static_cast<uint32_t>(place), static_cast<uint32_t>(via), row.expires_at_ms});
    effects.Count(fmt::format("messages\t{}\t{}", journey.name, step.name));
    effects.decisions.push_back({DecisionKind::kMessage, context.now_ms, planned_at_ms, row.id, journey.name,
                                 step.name, channel});
    effects.messages.push_back(std::move(row));
    return true;
  }
  Note(why == "unreachable" ? DecisionKind::kSkipped : DecisionKind::kDropped, journey, step, planned_at_ms, why,
       std::string(why), context, effects);
  return false;
}

}  // namespace cartwheel
