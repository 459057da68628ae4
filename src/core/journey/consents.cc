#include "core/journey/consents.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/consent_ledger.h"
#include "core/journey/duties.h"
#include "core/journey/enrolment.h"
#include "core/journey/opt_out_counts.h"
#include "core/journey/revoke.h"
#include "core/model/address.h"
#include "core/model/consent.h"
#include "core/policy/consent_rules.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// FCC 47 CFR 64.1200(a)(10) lists the English words; KISA's guide and carriers use the Korean ones.
constexpr std::string_view kStopWords[] = {"stop",   "stopall", "quit", "end",      "revoke",   "cancel", "unsubscribe",
                                           "optout", "opt-out", "거부", "수신거부", "무료거부", "중단",   "수신중단"};

// What an event names of media or scopes. Empty: nothing that can be read.
template <typename Find>
std::vector<uint8_t> NamesOf(const Value& value, Find find) {
  std::vector<uint8_t> named;
  auto add = [&](const Value& name) {
    const auto found = name.is_string() ? find(name.text()) : decltype(find({})){};
    if (found) named.push_back(static_cast<uint8_t>(*found));
    return found.has_value();
  };
  if (!value.is_list()) {
    add(value);
    return named;
  }
  for (size_t i = 0; i < value.size(); ++i)
    if (!add(value.at(i))) return {};
  return named;
}

// The device whose state an event is about: one that was merged keeps its own. 0: the person's, or all that the row is.
uint64_t DeviceOf(const Event& event, const Customer& customer) {
  return customer.anonymous || !event.customer.empty() || event.anonymous_id.empty()
             ? 0
             : DeviceFingerprint(event.anonymous_id);
}

bool IsByNight(const Customer& customer, const MessageTemplate& message, std::string_view channel,
               const Policy& policy) {
  const std::optional<ConsentMedium> medium = policy.MediumOf(channel);
  return medium && message.message_class == MessageClass::kAdvertisement &&
         ConsentOf(customer, customer.FindEndpoint(channel), *medium, ConsentScope::kAdNight, TopicOf(message)).state ==
             ConsentState::kGranted;
}

// The fingerprint of the topic that an event names; 0: every topic.
uint64_t TopicOf(const Event& event) {
  const std::string_view topic = event.Text("topic");
  return topic.empty() ? 0 : TopicFingerprint(topic);
}

// The units that an event is about. `wildcards`: what is missing or unreadable stands for all.
std::vector<ConsentUnit> UnitsOf(const Event& event, const Customer& customer, bool wildcards) {
  std::vector<uint8_t> media = NamesOf(event.Get("medium"), FindConsentMedium);
  if (event.type == EventType::kComplained)
    if (const auto medium = MediumOfChannel(ChannelOfAddress(event))) media = {static_cast<uint8_t>(*medium)};
  std::vector<uint8_t> scopes = NamesOf(event.Get("scope"), FindConsentScope);
  if (media.empty() && wildcards) media = {Consent::kEveryMedium};
  if (scopes.empty() && wildcards) scopes = {Consent::kEveryScope};
  // A grant that says no scope at all is of advertising.
  if (scopes.empty() && event.Get("scope").is_absent()) scopes = {static_cast<uint8_t>(ConsentScope::kAd)};
  // A withdrawal of a topic that cannot be read is of all topics.
  const uint64_t topic = TopicOf(event);
  if (!wildcards && topic == 0 && !event.Get("topic").is_absent()) return {};
  std::vector<ConsentUnit> units;
  for (const uint8_t medium : media)
    for (const uint8_t scope : scopes) units.push_back({medium, scope, topic, DeviceOf(event, customer)});
  return units;
}

std::string Describe(std::string_view what, const Event& event) {
  auto words = [&](std::string_view key) {
    const std::string text = WordsOf(event, key);
    return text.empty() ? text : " " + text;
  };
  return fmt::format("{}{}{}{}", what, words("medium"), words("scope"), words("topic"));
}

// Counted once, whatever number of media the event names.
void CountWithdrawal(const Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  const std::string_view how = !event.Get("token").is_absent()             ? kOptOutByToken
                               : event.type == EventType::kMessageReceived ? kOptOutByStop
                                                                           : kOptOutByRefusal;
  std::optional<ConsentMedium> medium;
  size_t media = 0;
  for (const ConsentUnit& unit : UnitsOf(event, customer, true)) {
    if (unit.scope != static_cast<uint8_t>(ConsentScope::kAd) && unit.scope != Consent::kEveryScope) continue;
    ++media;
    if (unit.medium != Consent::kEveryMedium) medium = static_cast<ConsentMedium>(unit.medium);
  }
  if (media == 0) return;
  CountOptOut(customer, media == 1 ? medium : std::nullopt, how, event.at_ms, context, effects);
}

absl::Status Withdraw(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  CountWithdrawal(customer, event, context, effects);
  const std::optional<Digest> address = AddressOf(event, context.options.hash_key);
  const bool unnamed = event.customer.empty() && event.anonymous_id.empty();
  const bool by_address = address && (unnamed || IsAboutAddress(event.type));
  ASSIGN_OR_RETURN(const std::vector<MessageId> by_night, ListByNight(customer, context));
  for (ConsentUnit unit : UnitsOf(event, customer, true)) {
    const bool full = customer.consents.size() >= kConsentsMax;
    if (full) unit.topic = 0;  // what there is no room for errs towards silence
    RefuseConsent(customer.consents, unit, event.at_ms);
    if (!by_address) continue;
    unit.device = EndpointFingerprint(*address);
    RefuseConsent(customer.consents, unit, event.at_ms);
  }
  return RevokeRefused(customer, by_night, context, effects);
}

bool IsRefusal(const Event& event) {
  switch (event.type) {
    case EventType::kConsentWithdrawn:
    case EventType::kConsentRefused:
      return true;
    case EventType::kUnsubscribed: {
      // A link is opened by scanners too: only a POST is the recipient's own act (RFC 8058).
      const Value method = event.Get("method");
      return !method.is_string() || method.text() == "POST";
    }
    case EventType::kMessageReceived:
      return AsksToStop(event.Text("text"));
    default:
      return false;
  }
}

bool Grant(Customer& customer, const Event& event, Effects& effects) {
  bool counts = false;
  for (const ConsentUnit& unit : UnitsOf(event, customer, false)) {
    if (customer.consents.size() >= kConsentsMax) {
      effects.refusal = Refusal{Reason::kConsentsMax,
                                fmt::format("consents_max: {} consents of this customer are kept", kConsentsMax)};
      return false;
    }
    counts |= GrantConsent(customer.consents, unit, event.at_ms);
  }
  return counts;
}

std::string_view ActionOf(EventType type) {
  if (type == EventType::kConsentGranted) return "granted";
  return type == EventType::kConsentRefused ? "refused" : "withdrawn";
}

absl::Status Apply(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  // In the trail, the counters and the ledger. `counts`: whether it changed the state.
  auto note = [&](std::string_view what, bool counts) {
    effects.decisions.push_back(
        {DecisionKind::kConsent, event.at_ms, 0, {}, "", "", Reason::kNone, Describe(what, event)});
    effects.Count({.metric = Metric::kConsents, .step = event.type_name});
    effects.consents.push_back(LedgerRow(customer, event, context, counts));
  };
  switch (event.type) {
    case EventType::kConsentWithdrawn:
    case EventType::kConsentRefused:
      note(event.type == EventType::kConsentRefused ? "refused" : "withdrawn", true);
      return Withdraw(customer, event, context, effects);
    case EventType::kUnsubscribed:
      if (!IsRefusal(event)) {
        note("not withdrawn: the link was only opened", false);
        return absl::OkStatus();
      }
      note("withdrawn", true);
      return Withdraw(customer, event, context, effects);
    case EventType::kMessageReceived:
      if (!IsRefusal(event)) return absl::OkStatus();
      note("withdrawn by an answer", true);
      return Withdraw(customer, event, context, effects);
    case EventType::kComplained:
      if (event.Text("channel").empty() && !AddressOf(event, context.options.hash_key)) return absl::OkStatus();
      note("withdrawn by a complaint", true);
      return Withdraw(customer, event, context, effects);
    case EventType::kConsentGranted:
      if (event.undated) {
        note("not granted: it has no date", false);
      } else {
        const bool counts = Grant(customer, event, effects);
        note(counts ? "granted" : "not granted: a newer refusal stands", counts);
      }
      return absl::OkStatus();
    case EventType::kConsentReconfirmed:
      note(event.undated ? "not reconfirmed: it has no date" : "reconfirmed", !event.undated);
      if (event.undated) return absl::OkStatus();
      for (const ConsentUnit& unit : UnitsOf(event, customer, true))
        ConfirmConsent(customer.consents, unit, event.at_ms);
      return absl::OkStatus();
    case EventType::kConsentRequested:
      note("requested", false);
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

}  // namespace

absl::Status ApplyConsent(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  if (TellsResults(context)) {
    const uint64_t topic = TopicOf(event), device = DeviceOf(event, customer);
    const AdConsents before = AdConsentsOf(customer, topic, device);
    RETURN_IF_ERROR(Apply(customer, event, context, effects));
    const AdConsents after = AdConsentsOf(customer, topic, device);
    if (before != after) ScheduleResult(customer, event, ActionOf(event.type), before, after, context, effects);
  } else {
    RETURN_IF_ERROR(Apply(customer, event, context, effects));
  }
  return EndNeedlessReconfirmations(customer, Cause::OfEvent(event.type_name), context, effects);
}

absl::Status ApplyRefusalAlone(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  return IsRefusal(event) ? Withdraw(customer, event, context, effects) : absl::OkStatus();
}

absl::StatusOr<std::vector<MessageId>> ListByNight(const Customer& customer, const FoldContext& context) {
  std::vector<MessageId> by_night;
  const Playbook* current = context.playbooks.current.get();
  if (current == nullptr) return by_night;
  for (const Enrolment& enrolment : customer.enrolments) {
    if (enrolment.messages.empty()) continue;
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    for (const OpenMessage& message : enrolment.messages) {
      const SendStep& step = journey->steps[message.step].send();
      if (IsByNight(customer, *step.message_template, step.via[message.via], current->policy))
        by_night.push_back(message.id);
    }
  }
  return by_night;
}

absl::Status RevokeRefused(Customer& customer, const std::vector<MessageId>& by_night, const FoldContext& context,
                           Effects& effects) {
  const Playbook* current = context.playbooks.current.get();
  if (current == nullptr) return absl::OkStatus();
  return RevokeWhere(
      customer,
      [&](const Enrolment&, const OpenMessage& message, const SendStep& step) {
        const MessageTemplate& text = *step.message_template;
        const std::string& channel = step.via[message.via];
        if (text.message_class != MessageClass::kAdvertisement) return false;
        const bool was_by_night = std::find(by_night.begin(), by_night.end(), message.id) != by_night.end();
        return IsRefused(customer, text, channel, *current) ||
               (was_by_night && !IsByNight(customer, text, channel, current->policy));
      },
      Reason::kWithdrawn, context, effects);
}

absl::Status AdoptDevice(Customer& customer, const Customer& from, std::string_view anonymous_id,
                         const FoldContext& context, Effects& effects) {
  const uint64_t device = DeviceFingerprint(anonymous_id);
  Consents of_device;
  for (const Consent& consent : from.consents)
    if (consent.device == device) of_device.push_back(consent);
  if (of_device.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<MessageId> by_night, ListByNight(customer, context));
  MergeConsents(customer.consents, of_device, device);
  return RevokeRefused(customer, by_night, context, effects);
}

absl::Status RevokeAdvertisements(Customer& customer, const Cause& cause, const FoldContext& context,
                                  Effects& effects) {
  return RevokeWhere(
      customer,
      [](const Enrolment&, const OpenMessage&, const SendStep& step) {
        return step.message_template->message_class == MessageClass::kAdvertisement;
      },
      cause, context, effects);
}

bool AsksToStop(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '.' || c == '!') continue;
    plain.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return std::find(std::begin(kStopWords), std::end(kStopWords), plain) != std::end(kStopWords);
}

}  // namespace cartwheel
