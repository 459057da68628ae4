#include "core/message/send.h"

#include <algorithm>
#include <vector>

#include "base/packed.h"
#include "base/status.h"
#include "base/time.h"
#include "core/message/channel_order.h"
#include "core/message/compose.h"
#include "core/message/message_key.h"
#include "core/message/world.h"
#include "core/model/message_body.h"
#include "core/policy/gate.h"
#include "core/policy/holdout.h"
#include "core/policy/labels.h"
#include "core/policy/token.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// Null: the message carries none.
const LabelPlan* LabelOf(const Playbook& in_force, const Verdict& verdict, const Content& content,
                         std::optional<ConsentMedium> medium) {
  if (verdict.law.empty() || in_force.labels == nullptr) return nullptr;
  // A shop's own channel is labelled as the section of its medium is: where it has no place for that, nothing leaves.
  const bool own = content.rules == nullptr && medium.has_value();
  return in_force.labels->Find(verdict.law,
                               own ? MediumOf(ConsentMediumName(*medium)) : std::string_view(content.medium));
}

// The token of the message's opt-out link, which only an e-mail's label has; empty where no key is set.
std::string OptOutToken(const Customer& customer, const LabelPlan* label, std::optional<ConsentMedium> medium,
                        const FoldContext& context, const Digest& key) {
  if (label == nullptr || medium != ConsentMedium::kEmail || context.options.token_key == nullptr) return {};
  return MakeToken({.kind = TokenKind::kOptOut,
                    .customer = customer.row,
                    .message = static_cast<int64_t>(key.low >> 1),
                    .medium = static_cast<uint8_t>(*medium),
                    .scope = static_cast<uint8_t>(ConsentScope::kAd),
                    .made_at_ms = context.now_ms},
                   *context.options.token_key);
}

// The token of the message's tracked links; empty where it has none, or no key is set.
std::string ClickToken(const Customer& customer, const World& world, const FoldContext& context, const Digest& key) {
  if (!world.links.tracks() || context.options.token_key == nullptr) return {};
  return MakeToken({.kind = TokenKind::kClick,
                    .customer = customer.row,
                    .message = static_cast<int64_t>(key.low >> 1),
                    .made_at_ms = context.now_ms},
                   *context.options.token_key);
}

// `reason` is counted; `detail` is for people.
void Note(DecisionKind kind, const Journey& journey, const JourneyStep& step, int64_t planned_at_ms, Reason reason,
          std::string detail, const FoldContext& context, Effects& effects) {
  const Metric metric = kind == DecisionKind::kSkipped    ? Metric::kSkipped
                        : kind == DecisionKind::kDeferred ? Metric::kDeferred
                                                          : Metric::kDropped;
  effects.Count({.metric = metric, .journey = journey.name, .step = step.name, .reason = reason});
  effects.decisions.push_back(
      {kind, context.now_ms, planned_at_ms, {}, journey.name, step.name, reason, std::move(detail)});
}

// What the gate said of a channel.
struct Against {
  std::string_view channel;
  Verdict verdict;
};

// The id of the rule; of several channels that are forbidden for different reasons, each with its own.
std::string Because(const std::vector<Against>& against) {
  const Verdict& first = against.front().verdict;
  const bool alike = std::all_of(against.begin(), against.end(), [&](const Against& other) {
    return other.verdict.reason == first.reason && other.verdict.rule == first.rule;
  });
  std::string all(first.rule);
  if (alike) return all;
  all += fmt::format("{}by {}", all.empty() ? "" : " ", against.front().channel);
  for (size_t i = 1; i < against.size(); ++i)
    all +=
        fmt::format("; {} by {}", CauseText({against[i].verdict.reason, against[i].verdict.rule}), against[i].channel);
  return all;
}

// Whether the customer wants no such message there.
bool IsUnwanted(Reason reason) {
  static constexpr Reason kUnwanted[] = {Reason::kRefused, Reason::kNoConsent, Reason::kWithdrawn,
                                         Reason::kNotConfirmed, Reason::kReconfirmDue};
  return std::find(std::begin(kUnwanted), std::end(kUnwanted), reason) != std::end(kUnwanted);
}

// What to call it when no channel took the message, each for the reason that the gate gave.
Sent KindOf(const std::vector<Against>& against) {
  auto all = [&](bool (*test)(Reason)) {
    return std::all_of(against.begin(), against.end(), [&](const Against& one) { return test(one.verdict.reason); });
  };
  if (!all([](Reason reason) { return reason != Reason::kCapped; })) return Sent::kCapped;
  return all(IsUnwanted) ? Sent::kUnreachable : Sent::kNothing;
}

void CountRule(const Verdict& verdict, Effects& effects) {
  if (!verdict.rule.empty())
    effects.Count({.metric = Metric::kByRule, .variant = verdict.rule, .reason = verdict.reason});
}

void NoteDeferred(const Verdict& verdict, const Journey& journey, const JourneyStep& step, std::string_view channel,
                  int64_t planned_at_ms, const FoldContext& context, Effects& effects) {
  CountRule(verdict, effects);
  Note(DecisionKind::kDeferred, journey, step, planned_at_ms, verdict.reason,
       fmt::format("{}{}by {}, until {}", verdict.rule, verdict.rule.empty() ? "" : ", ", channel,
                   FormatInstant(verdict.until_ms)),
       context, effects);
}

// When the step that made a message decides anew about it: its text is old, its hours are over. One that was made
// outside of them is decided anew as soon as they begin. 0: never.
int64_t FreshUntil(const MessageTemplate& message, const Verdict& verdict, int64_t now_ms) {
  if (verdict.kind == Verdict::Kind::kDefer) return now_ms;
  int64_t until_ms = verdict.closes_ms;
  if (message.fresh_for_ms != 0) until_ms = std::min(until_ms, now_ms + message.fresh_for_ms);
  return until_ms == kNeverCloses ? 0 : until_ms;
}

// The address on a channel; empty when it does not reach the customer.
std::string_view AddressOf(const Customer& customer, const Endpoint* endpoint, std::string_view channel,
                           const Playbook& playbook, const FoldOptions& options) {
  if (endpoint != nullptr) return endpoint->address;
  const bool by_id = options.address_by_id || playbook.addressed_by_id.contains(channel);
  return by_id ? std::string_view(customer.id) : std::string_view();
}

constexpr size_t kValuesBytesUsual = 256;  // of most messages

std::string PackedValues(const UsedValues& used) {
  std::string packed;
  if (used.empty()) return packed;
  packed.reserve(kValuesBytesUsual);
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
                 std::string_view key, std::string_view address, const Content& content, const Composed& composed,
                 uint64_t policy) {
  const std::string values = PackedValues(composed.used);
  const bool by_device = customer.by_device();
  return EncodeMessageBody({.key = key,
                            .customer = by_device ? std::string_view() : customer.id,
                            .anonymous_id = by_device ? customer.id : std::string_view(),
                            .address = address,
                            .journey = journey.name,
                            .step = step.name,
                            .template_name = step.send().message_template->name,
                            .enrolment_key = enrolment.key,
                            .variant = content.variant,
                            .locale = content.locale,
                            .revision = enrolment.revision,
                            .policy = policy,
                            .payload = composed.payload,
                            .values = values});
}

std::string_view LocaleOf(const Customer& customer) {
  const Value locale = customer.attributes.Find("locale");
  return locale.is_string() ? locale.text() : std::string_view();
}

// Why a message could not be composed.
Reason ReasonOf(const absl::Status& status) {
  if (absl::IsFailedPrecondition(status)) return Reason::kNoLabel;
  if (absl::IsAborted(status)) return Reason::kAborted;
  return absl::IsOutOfRange(status) ? Reason::kDoesNotFit : Reason::kTemplateError;
}

}  // namespace

Sent Send(Customer& customer, Enrolment& enrolment, const Journey& journey, size_t place, size_t turn,
          int64_t planned_at_ms, const FoldContext& context, Effects& effects, const OpenMessage* before) {
  const JourneyStep& step = journey.steps[place];
  const SendStep& send = step.send();
  const MessageTemplate& message_template = *send.message_template;
  const Playbook& playbook = *context.playbooks.Find(enrolment.revision);
  // Its policy counts, whatever the revision that is walked by.
  const Playbook& in_force = context.playbooks.current != nullptr ? *context.playbooks.current : playbook;
  const uint32_t visit = before != nullptr ? before->visit : enrolment.visit();
  const bool counts_from_opening = before != nullptr ? before->from_opening : enrolment.deferred_to_ms != 0;
  const Cart* cart = enrolment.has_cart ? customer.FindCart(enrolment.cart) : nullptr;
  const bool is_call = message_template.message_class == MessageClass::kCall;
  const bool waits_for_address = before == nullptr && send.on_unreachable.does == OnTrouble::Does::kDefer;
  std::vector<Against> against;
  World world(customer, cart, nullptr, playbook.shop, context.now_ms);
  world.SetWalk(enrolment, journey.name, step.name);
  world.SetMessages(customer, journey);
  if (journey.duty != Duty::kNone) world.SetConsent(enrolment.key, enrolment.entered_at_ms);
  auto drop = [&](Reason reason, std::string detail) {
    Note(DecisionKind::kDropped, journey, step, planned_at_ms, reason, std::move(detail), context, effects);
    return Sent::kNothing;
  };
  if (message_template.require != nullptr && !message_template.require->Holds(world)) return drop(Reason::kRequire, "");
  const std::string_view variant = ChooseVariant(send, journey.name, customer.id);
  std::string misfit;  // what a channel before could not carry: the next one may
  const uint32_t first = before != nullptr ? before->first : FirstChannel(send, customer, context.playbooks);
  for (; turn < send.via.size(); ++turn) {
    const uint32_t via = ChannelAt(turn, first);
    const std::string& channel = send.via[via];
    const Endpoint* endpoint = is_call ? nullptr : customer.FindEndpoint(channel);
    const std::string_view address =
        is_call ? std::string_view() : AddressOf(customer, endpoint, channel, playbook, context.options);
    if (address.empty() && !is_call) continue;
    const Verdict verdict = CheckGate({customer, cart, message_template, channel, endpoint, journey, enrolment,
                                       context.now_ms, in_force.policy, context.playbooks});
    auto note_deferred = [&] { NoteDeferred(verdict, journey, step, channel, planned_at_ms, context, effects); };
    if (verdict.kind == Verdict::Kind::kDrop) {
      const bool capped = verdict.reason == Reason::kCapped && before == nullptr;
      if (capped && send.on_capped.does == OnTrouble::Does::kDefer) {
        note_deferred();
        enrolment.wake_at_ms = std::min(verdict.until_ms, planned_at_ms + send.latest_ms);
        return Sent::kDeferred;
      }
      against.push_back({channel, verdict});
      if (capped && send.on_capped.does == OnTrouble::Does::kSkip) break;
      continue;
    }
    const bool deferred = verdict.kind == Verdict::Kind::kDefer;
    if (deferred && before == nullptr) {
      if (send.skip_when_closed && verdict.reason == Reason::kClosed)
        return drop(verdict.reason, std::string(verdict.rule));
      note_deferred();
      enrolment.wake_at_ms = verdict.until_ms;
      if (verdict.reason == Reason::kClosed && !counts_from_opening && !send.until_told)
        enrolment.deferred_to_ms = verdict.until_ms;
      return Sent::kDeferred;
    }
    if (message_template.message_class == MessageClass::kAdvertisement &&
        (enrolment.held_out || IsHeldOut(in_force.holdout_share, customer.id, context.options.hash_key)))
      return drop(Reason::kHeldOut, channel);
    const Digest key = MessageKey(enrolment.id, step.name, visit, channel);
    world.TrackLinks(context.options.hash_key, key.low);
    world.links.token = ClickToken(customer, world, context, key);
    const Content& content = *message_template.FindContent(MediumOf(channel), variant, LocaleOf(customer));
    Composed composed;
    const std::optional<ConsentMedium> medium = in_force.policy.MediumOf(channel);
    const LabelPlan* label = LabelOf(in_force, verdict, content, medium);
    const std::string token = OptOutToken(customer, label, medium, context, key);
    if (absl::Status status = Compose(content, world, &composed, label, token); !status.ok()) {
      const Reason reason = ReasonOf(status);
      std::string detail(StatusText(status));
      if (reason != Reason::kDoesNotFit) return drop(reason, std::move(detail));
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
    // `latest` counts from the first opening that a message waits for, and from no later one.
    const bool moves = deferred && verdict.reason == Reason::kClosed && !counts_from_opening && !send.until_told;
    row.expires_at_ms = (moves ? verdict.until_ms : planned_at_ms) + send.latest_ms;
    row.fresh_until_ms = FreshUntil(message_template, verdict, context.now_ms);
    if (deferred) row.not_before_ms = verdict.until_ms;
    if (row.not_before_ms >= row.expires_at_ms) return drop(Reason::kLate, std::string(verdict.rule));
    if (deferred) note_deferred();
    if (world.links.tracks() || !token.empty()) row.link = key.low;
    const bool is_ad = message_template.message_class == MessageClass::kAdvertisement;
    const uint64_t judged_by = is_ad ? in_force.policy.fingerprint : 0;
    row.body = Body(customer, enrolment, journey, step, ToHex(key), address, content, composed, judged_by);
    if (!is_call) effects.Count({.metric = Metric::kMessages, .journey = journey.name, .step = step.name});
    if (!send.shares.empty())
      effects.Count({.metric = Metric::kVariants,
                     .journey = journey.name,
                     .step = step.name,
                     .variant = content.variant.empty() ? kBaseVariant : content.variant});
    if (!composed.sms_type.empty())
      effects.Count(
          {.metric = Metric::kSmsTypes, .journey = journey.name, .step = step.name, .variant = composed.sms_type});
    const int64_t expires_at_ms = row.expires_at_ms;
    const MessageId message = effects.Add(std::move(row));
    enrolment.messages.push_back(
        {message, static_cast<uint32_t>(place), via, expires_at_ms, endpoint == nullptr ? 0 : endpoint->key,
         before != nullptr ? before->turn : enrolment.turn, visit, counts_from_opening || moves, first});
    effects.decisions.push_back({DecisionKind::kMessage, context.now_ms, planned_at_ms, message, journey.name,
                                 step.name, Reason::kNone, channel});
    return Sent::kMade;
  }
  if (!misfit.empty()) return drop(Reason::kDoesNotFit, std::move(misfit));
  if (!against.empty()) {
    const Sent kind = KindOf(against);
    for (const Against& one : against) CountRule(one.verdict, effects);
    const bool waits = kind == Sent::kUnreachable && waits_for_address;
    Note(waits ? DecisionKind::kDeferred : DecisionKind::kDropped, journey, step, planned_at_ms,
         against.front().verdict.reason, Because(against), context, effects);
    return kind;
  }
  Note(waits_for_address ? DecisionKind::kDeferred : DecisionKind::kSkipped, journey, step, planned_at_ms,
       Reason::kUnreachable, "", context, effects);
  return Sent::kUnreachable;
}

}  // namespace cartwheel
