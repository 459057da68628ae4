#include "core/model/receipt.h"

#include <string>

#include "base/packed.h"
#include "core/model/suppression.h"

namespace cartwheel {
namespace {

constexpr std::string_view kMessage = "message_id";
constexpr std::string_view kOwner = "owner";
constexpr std::string_view kOutcome = "outcome";
constexpr std::string_view kOfCall = "of_call";
constexpr std::string_view kGoneAt = "gone_at_ms";

struct TextField {
  std::string_view key;
  std::string_view Receipt::*text;
};
constexpr TextField kTextFields[] = {{"reason", &Receipt::reason},   {"channel", &Receipt::channel},
                                     {"address", &Receipt::address}, {"journey", &Receipt::journey},
                                     {"step", &Receipt::step},       {"enrolment_key", &Receipt::enrolment_key}};

void Write(PackedWriter& writer, std::string_view key, const Value& value) {
  writer.Key(key);
  writer.Scalar(value);
}

}  // namespace

void AppendReceipt(const Receipt& receipt, int64_t at_ms, EventBatch* batch) {
  std::string properties;
  PackedWriter writer(&properties);
  writer.BeginMap();
  Write(writer, kMessage, Value::Int(receipt.message.value()));
  Write(writer, kOwner, Value::Int(receipt.owner.value()));
  Write(writer, kOutcome, Value::String(ReasonName(receipt.outcome)));
  if (receipt.gone_at_ms != 0) Write(writer, kGoneAt, Value::Int(receipt.gone_at_ms));
  for (const TextField& field : kTextFields) Write(writer, field.key, Value::String(receipt.*field.text));
  if (receipt.of_call) Write(writer, kOfCall, Value::Bool(true));
  writer.End();
  Event event;
  event.type = EventType::kReceipt;
  event.customer = receipt.customer;
  event.anonymous_id = receipt.anonymous_id;
  event.at_ms = at_ms;
  event.properties = properties;
  batch->Append(event);
}

Receipt ReadReceipt(const Event& event) {
  Receipt receipt{.customer = event.customer, .anonymous_id = event.anonymous_id};
  for (PackedCursor cursor(ReadPacked(event.properties)); cursor.Next();) {
    const std::string_view key = cursor.key();
    const Value value = cursor.value();
    if (value.kind() == Kind::kInt) {
      if (key == kMessage) receipt.message = MessageId(value.integer());
      if (key == kOwner) receipt.owner = CustomerRow(value.integer());
      if (key == kGoneAt) receipt.gone_at_ms = value.integer();
      continue;
    }
    if (key == kOfCall) receipt.of_call = value.kind() == Kind::kBool && value.boolean();
    if (!value.is_string()) continue;
    if (key == kOutcome) receipt.outcome = FindReason(value.text()).value_or(Reason::kNone);
    for (const TextField& field : kTextFields)
      if (key == field.key) receipt.*field.text = value.text();
  }
  return receipt;
}

bool SaysAddressGone(const Event& event) {
  const std::string_view outcome = event.Text(kOutcome);
  if (outcome == ReasonName(Reason::kGone)) return true;
  return outcome == ReasonName(Reason::kFailedFinal) && SaysBadAddress(event.Text(kTextFields[0].key));
}

CustomerRow ReceiptOwner(const Event& event) {
  if (event.type != EventType::kReceipt) return {};
  const Value owner = event.Get(kOwner);
  return CustomerRow(owner.kind() == Kind::kInt ? owner.integer() : 0);
}

}  // namespace cartwheel
