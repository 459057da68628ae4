#include "core/journey/suppressions.h"

#include <optional>
#include <string>

#include "base/status.h"
#include "core/journey/revoke.h"
#include "core/model/address.h"
#include "core/model/suppression.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

AddressWord WordOf(const Event& event) {
  switch (event.type) {
    case EventType::kComplained:
      return AddressWord::kComplained;
    case EventType::kAddressBlocked:
      return AddressWord::kBlocked;
    case EventType::kAddressReleased:
      return AddressWord::kReleased;
    default: {
      const Value status = event.Get("status");
      const std::string text = status.kind() == Kind::kInt ? std::to_string(status.integer())
                               : status.is_string()        ? std::string(status.text())
                                                           : std::string();
      return IsSoftStatus(text) ? AddressWord::kSoftBounce : AddressWord::kBounced;
    }
  }
}

std::string_view DetailOf(AddressWord word) {
  switch (word) {
    case AddressWord::kBounced:
      return "bounced";
    case AddressWord::kBlocked:
      return "blocked";
    case AddressWord::kComplained:
      return "complained of";
    case AddressWord::kSoftBounce:
      return "bounced for a while";
    case AddressWord::kDelivered:
      return "delivered to";
    case AddressWord::kReleased:
      return "released";
  }
  return "";
}

absl::Status Take(Customer& customer, std::string_view channel, const Digest& address, AddressWord word, int64_t at_ms,
                  const FoldContext& context, Effects& effects) {
  TakeWord(customer.suppressions, channel, address, word, at_ms);
  effects.decisions.push_back(
      {DecisionKind::kAddress, at_ms, 0, {}, "", "", Reason::kNone, fmt::format("{} was {}", channel, DetailOf(word))});
  return RevokeSuppressed(customer, context, effects);
}

}  // namespace

absl::Status ApplyToAddress(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  const std::string_view channel = ChannelOfAddress(event);
  std::optional<Digest> address = AddressOf(event, context.options.hash_key);
  if (!address) {
    if (event.Text("channel").empty()) return absl::OkStatus();  // a page that was left at once is called so too
    const Endpoint* endpoint = customer.FindEndpoint(channel);
    if (endpoint == nullptr) return absl::OkStatus();
    address = AddressDigest(context.options.hash_key, channel, endpoint->address);
  }
  effects.Count({.metric = Metric::kAddresses, .step = event.type_name});
  const AddressWord word = WordOf(event);
  if (word == AddressWord::kReleased && event.undated) return absl::OkStatus();  // it may be older than what it lifts
  return Take(customer, channel, *address, word, event.at_ms, context, effects);
}

absl::Status SuppressGone(Customer& customer, std::string_view channel, const Digest& address, int64_t at_ms,
                          const FoldContext& context, Effects& effects) {
  effects.Count({.metric = Metric::kAddresses, .step = ReasonName(Reason::kGone)});
  return Take(customer, channel, address, AddressWord::kBounced, at_ms, context, effects);
}

absl::Status RevokeSuppressed(Customer& customer, const FoldContext& context, Effects& effects) {
  for (const Suppression& suppression : customer.suppressions) {
    const Reason reason = WhySuppressed(suppression, MessageClass::kAdvertisement).reason;
    if (reason == Reason::kNone) continue;
    const uint64_t key = suppression.key();
    RETURN_IF_ERROR(RevokeWhere(
        customer,
        [&](const Enrolment&, const OpenMessage& message, const SendStep& step) {
          return message.address == key &&
                 WhySuppressed(suppression, step.message_template->message_class).reason != Reason::kNone;
        },
        reason, context, effects));
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
