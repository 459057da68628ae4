// What is kept of a customer beside what `customer` shows: the rest of the row, for export.
#include "base/status.h"
#include "core/policy/caps.h"
#include "engine/query/query.h"
#include "playbook/compile.h"

namespace cartwheel {
namespace {

// Writes a list of objects.
template <typename Things, typename Each>
void WriteList(PackedWriter& writer, std::string_view key, const Things& things, Each&& each) {
  writer.Key(key);
  writer.BeginList();
  for (const auto& thing : things) {
    writer.BeginMap();
    each(thing);
    writer.End();
  }
  writer.End();
}

// A unit of consents: a name, or every one of them.
template <typename Enum>
std::string_view UnitName(uint8_t unit, uint8_t every, std::string_view (*name)(Enum)) {
  return unit == every ? "every" : name(static_cast<Enum>(unit));
}

void WriteConsents(PackedWriter& writer, const Customer& customer) {
  WriteList(writer, "consents", customer.consents, [&](const Consent& consent) {
    Field(writer, "medium", UnitName<ConsentMedium>(consent.medium, Consent::kEveryMedium, ConsentMediumName));
    Field(writer, "scope", UnitName<ConsentScope>(consent.scope, Consent::kEveryScope, ConsentScopeName));
    Field(writer, "of_topic", Value::Bool(consent.topic != 0));
    Field(writer, "of_device", Value::Bool(consent.device != 0));
    OptionalInstant(writer, "granted_at", consent.granted_at_ms);
    OptionalInstant(writer, "refused_at", consent.refused_at_ms);
    OptionalInstant(writer, "confirmed_at", consent.confirmed_at_ms);
    OptionalInstant(writer, "told_at", consent.told_at_ms);
  });
  OptionalInstant(writer, "reconfirm_at", customer.reconfirm_at_ms);
  if (customer.push_ask.answer == PushAnswer::kNone) return;
  Field(writer, "push_asked_at", Value::Timestamp(customer.push_ask.at_ms));
  Field(writer, "push_answer", kPushAnswerNames[static_cast<size_t>(customer.push_ask.answer)]);
}

// The names of the segments that the customer is in; of definitions that are gone none is known.
absl::Status WriteSegments(PackedWriter& writer, DefinitionStore& definitions, const Customer& customer) {
  std::shared_ptr<const Playbook> playbook;
  if (!customer.segments.empty()) {
    ASSIGN_OR_RETURN(const std::string content, AnswerPlaybook(definitions));
    ASSIGN_OR_RETURN(playbook, CompilePlaybook(content));
    if (playbook->segments_version != customer.segments_version) playbook = nullptr;
  }
  WriteList(writer, "segments", customer.segments, [&](const Membership& membership) {
    if (playbook != nullptr && membership.segment < playbook->segments.size())
      Field(writer, "segment", playbook->segments[membership.segment].name);
    Field(writer, "since", Value::Timestamp(membership.since_ms));
  });
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteKept(PackedWriter& writer, DefinitionStore& definitions, const Customer& customer) {
  writer.BeginMap();
  writer.Key("refused_channels");
  writer.BeginList();
  for (const std::string& channel : customer.refused_channels) writer.Scalar(Value::String(channel));
  writer.End();
  std::vector<Endpoint> removed;
  for (const Endpoint& endpoint : customer.endpoints)
    if (!endpoint.live()) removed.push_back(endpoint);
  WriteList(writer, "removed_endpoints", removed, [&](const Endpoint& endpoint) {
    Field(writer, "channel", endpoint.channel);
    Field(writer, "address", endpoint.address);
    OptionalInstant(writer, "added_at", endpoint.added_at_ms);
    Field(writer, "removed_at", Value::Timestamp(endpoint.removed_at_ms));
  });
  RETURN_IF_ERROR(WriteSegments(writer, definitions, customer));
  WriteList(writer, "orders", customer.recent_orders, [&](const Order& order) {
    OptionalInstant(writer, "at", order.at_ms);
    Field(writer, "value", Value::Decimal(order.value));
    Field(writer, "refunded", Value::Decimal(order.back));
    Field(writer, "cancelled", Value::Bool(order.cancelled));
  });
  std::vector<SentMessage> own;
  for (const SentMessage& sent : customer.sent)
    if (!IsAnothers(sent)) own.push_back(sent);
  WriteList(writer, "sent", own, [&](const SentMessage& sent) {
    Field(writer, "message", Value::Int(sent.id.value()));
    OptionalInstant(writer, "sent_at", sent.at_ms);
    OptionalInstant(writer, "opened_at", sent.opened_at_ms);
    OptionalInstant(writer, "clicked_at", sent.clicked_at_ms);
    OptionalInstant(writer, "machine_opened_at", sent.machine_opened_at_ms);
    OptionalInstant(writer, "machine_clicked_at", sent.machine_clicked_at_ms);
  });
  WriteList(writer, "history", customer.history, [&](const PastEvent& past) {
    Field(writer, "at", Value::Timestamp(past.at_ms));
    if (past.properties.empty()) return;
    writer.Key("properties");
    writer.Raw(past.properties);
  });
  WriteConsents(writer, customer);
  WriteList(writer, "entries", customer.entries,
            [&](const JourneyEntry& entry) { Field(writer, "at", Value::Timestamp(entry.at_ms)); });
  WriteList(writer, "splits", customer.arms, [&](const SplitArm& arm) {
    Field(writer, "arm", Value::Int(static_cast<int64_t>(arm.arm) + 1));
    Field(writer, "at", Value::Timestamp(arm.at_ms));
  });
  Field(writer, "event_ids", Value::Int(static_cast<int64_t>(customer.seen.size())));
  writer.End();
  return absl::OkStatus();
}

}  // namespace cartwheel
