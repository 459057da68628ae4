#include "engine/outbox/claims.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/compress.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/message/settle.h"
#include "core/model/duty.h"
#include "core/model/message_body.h"
#include "core/model/receipt.h"
#include "core/policy/withheld.h"
#include "store/message_states.h"

namespace cartwheel {
namespace {

constexpr size_t kLookFurther = 4;    // times as far as the look before
constexpr size_t kLapsedMax = 1'000;  // lapsed claims of one transaction

// Receipts of one transaction, on their way into the log.
class Receipts {
 public:
  void Add(const MessageRow& message, Reason outcome, int64_t now_ms, int64_t gone_at_ms = 0) {
    const MessageBody body = DecodeMessageBody(message.body);
    const std::string reason = CauseText(message.cause());
    AppendReceipt({.message = message.id,
                   .owner = message.customer,
                   .outcome = outcome,
                   .gone_at_ms = gone_at_ms,
                   .reason = reason,
                   .channel = message.channel,
                   .address = body.address,
                   .journey = body.journey,
                   .step = body.step,
                   .enrolment_key = body.enrolment_key,
                   .customer = body.customer,
                   .anonymous_id = body.anonymous_id,
                   .of_call = message.message_class == MessageClass::kCall},
                  now_ms, &batch_);
  }
  std::optional<LogRow> Row(int64_t now_ms) const {
    if (batch_.count == 0) return std::nullopt;
    return LogRow{{}, static_cast<int64_t>(batch_.count), now_ms, Compress(batch_.bytes)};
  }

 private:
  EventBatch batch_;
};

Outcome WithoutWords(const Outcome& outcome) {
  return {.message_id = outcome.message_id,
          .token = outcome.token,
          .code = outcome.code,
          .retry_after_ms = outcome.retry_after_ms};
}

Message HandOut(const MessageRow& row) {
  const MessageBody body = DecodeMessageBody(row.body);
  Message message;
  message.id = row.id.value();
  message.token = row.token.value();
  message.key = body.key;
  message.channel = row.channel;
  message.message_class = MessageClassName(row.message_class);
  message.purpose = row.purpose;
  message.medium = row.medium;
  message.customer = body.recipient();
  message.address = body.address;
  message.journey = body.journey;
  message.step = body.step;
  message.template_name = body.template_name;
  message.payload = body.payload;
  message.made_at_ms = row.made_at_ms;
  message.expires_at_ms = row.expires_at_ms;
  message.attempt = row.attempts;
  return message;
}

bool IsOfAnotherPolicy(MessageClass message_class, const MessageBody& body, const ClaimRules& rules) {
  return message_class == MessageClass::kAdvertisement && body.policy != rules.policy();
}

// Whether its step has to decide anew: another policy judged the advertisement, or a hold came. Both only where it
// surely was not sent.
bool IsOvertakenByRules(const MessageRow& message, const ClaimRules& rules) {
  const bool is_ad = message.message_class == MessageClass::kAdvertisement;
  const bool may_be_held = !rules.holds.empty() || (rules.playbook && !rules.playbook->policy.journey_holds.empty());
  if (message.uncertain || rules.playbook == nullptr || (!is_ad && !may_be_held)) return false;
  const MessageBody body = DecodeMessageBody(message.body);
  if (IsOfAnotherPolicy(message.message_class, body, rules)) return true;
  return WhyWithheld(rules.holds, rules.playbook->policy, body.journey, message.message_class, message.made_at_ms) !=
         Reason::kNone;
}

// A message that may have arrived stays where it is while it is held.
bool WaitsForHold(const MessageRow& message, const ClaimRules& rules) {
  if (!message.uncertain || rules.playbook == nullptr) return false;
  return WhyWithheld(rules.holds, rules.playbook->policy, DecodeMessageBody(message.body).journey,
                     message.message_class, message.made_at_ms) != Reason::kNone;
}

// Of a notice that the law asks for and that may have arrived: it leaves by day, as it was decided.
bool WaitsForDay(const MessageRow& message, int64_t now_ms) {
  if (!message.uncertain || message.message_class != MessageClass::kNotice) return false;
  return DecodeMessageBody(message.body).journey.starts_with(kNoticePrefix) && OpensAgainAt(message, now_ms) > now_ms;
}

// A message that may have arrived cannot be decided anew: it is not tried under a policy that may forbid it.
bool IsForbidden(const MessageRow& message, const ClaimRules& rules) {
  return message.uncertain && rules.playbook != nullptr && !WaitsForHold(message, rules) &&
         IsOfAnotherPolicy(message.message_class, DecodeMessageBody(message.body), rules);
}

// A message that is not handed out any more gets its last state, and this is the outcome of its receipt. The step of
// one that cannot be read decides anew.
std::optional<Reason> EndUnsent(MessageRow& message, const ClaimRules& rules, int64_t idempotency_ms, int64_t now_ms) {
  if (message.expires_at_ms <= now_ms) {
    Expire(message, now_ms);
    return EndReason(message.state);
  }
  if (IsLost(message, idempotency_ms, now_ms) || IsForbidden(message, rules) ||
      (message.unreadable && message.uncertain)) {
    EndLost(message, now_ms);
    return EndReason(message.state);
  }
  if (message.unreadable || IsStale(message, now_ms) || IsOvertakenByRules(message, rules)) {
    EndStale(message, now_ms);
    return Reason::kStale;
  }
  return std::nullopt;
}

// Ends or repeats a message whose lease lapsed. Returns whether it ended.
bool LapseOne(MessageRow& message, int64_t now_ms, Receipts& receipts) {
  const bool was_uncertain = message.uncertain;
  const bool ended = Lapse(message, now_ms) == Settlement::kDone;
  if (ended || !was_uncertain)
    receipts.Add(message, ended ? EndReason(message.state) : Reason::kMayHaveArrived, now_ms);
  return ended;
}

// Ends or repeats what lapsed. Returns the customers of receipts, which no claim has seen in the log yet.
absl::flat_hash_set<CustomerRow> DecideLapses(std::vector<MessageRow> lapsed, int64_t now_ms, OutboxWrite& write,
                                              Receipts& receipts) {
  absl::flat_hash_set<CustomerRow> customers;
  for (MessageRow& message : lapsed) {
    if (LapseOne(message, now_ms, receipts)) customers.insert(message.customer);
    write.updates.push_back(std::move(message));
  }
  return customers;
}

std::vector<MessageId> IdsOf(absl::Span<const Outcome> outcomes) {
  std::vector<MessageId> ids;
  for (const Outcome& outcome : outcomes) ids.emplace_back(outcome.message_id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

struct Settled {
  SettleResult result;
  std::vector<ChannelBook::Entry> heard;
  absl::flat_hash_set<CustomerRow> customers;  // of receipts, as DecideLapses returns them
};

// Settles the messages that the view was asked for.
Settled DecideSettle(OutboxView& view, const ChannelBook& book, absl::Span<const Outcome> outcomes, int64_t now_ms,
                     const LeaseTime& now, OutboxWrite& write, Receipts& receipts) {
  Settled settled;
  SettleResult& result = settled.result;
  std::vector<ChannelBook::Entry>& heard = settled.heard;
  // In this call, or in one before.
  auto accepted_since = [&](const MessageRow& message) {
    return book.AcceptedSince(message.channel, message.token) ||
           std::any_of(heard.begin(), heard.end(), [&](const ChannelBook::Entry& entry) {
             return entry.channel == message.channel && entry.token >= message.token &&
                    entry.code == OutcomeCode::kAccepted;
           });
  };
  absl::flat_hash_map<MessageId, MessageRow*> by_id;
  for (MessageRow& message : view.messages) by_id[message.id] = &message;
  for (const Outcome& outcome : outcomes) {
    auto found = by_id.find(MessageId(outcome.message_id));
    if (found == by_id.end()) {
      ++result.unknown;
      continue;
    }
    MessageRow& message = *found->second;
    if (message.state == MessageState::kClaimed && message.lease.LapsedAt(now) && LapseOne(message, now_ms, receipts))
      settled.customers.insert(message.customer);
    bool in_time = message.state == MessageState::kClaimed && message.token == ClaimToken(outcome.token);
    ++(in_time ? result.settled : result.late);
    bool delivery_report = message.state == MessageState::kAccepted;
    if (in_time) heard.push_back({message.channel, message.token, outcome.code, outcome.reason});
    const bool was_uncertain = message.uncertain;
    const Outcome silent = WithoutWords(outcome);
    const bool erased = DecodeMessageBody(message.body).recipient().empty();  // its customer was
    const Settlement settlement = Settle(message, erased ? silent : outcome, now_ms, accepted_since(message));
    if (settlement == Settlement::kAgain && message.uncertain && !was_uncertain)
      receipts.Add(message, Reason::kMayHaveArrived, now_ms);
    if (settlement != Settlement::kDone && settlement != Settlement::kHeard) continue;
    bool by_the_engine = settlement == Settlement::kDone &&
                         (message.state == MessageState::kDead || message.state == MessageState::kExpired ||
                          message.state == MessageState::kUnknown);
    const Reason reason = by_the_engine ? EndReason(message.state) : ReasonOf(outcome.code);
    receipts.Add(message, reason, now_ms, outcome.gone_at_ms);
    if (!SaysArrived(reason) && reason != Reason::kMayHaveArrived) settled.customers.insert(message.customer);
    if (delivery_report) {
      --result.late;
      ++result.settled;
    }
  }
  write.updates.insert(write.updates.end(), std::make_move_iterator(view.messages.begin()),
                       std::make_move_iterator(view.messages.end()));
  return settled;
}

// What a claim makes of what it has read.
struct ClaimDecision {
  ClaimResult result;
  Settled settled;
  OutboxWrite write;
  bool page_blocked = false;  // a full page contained messages that are held back: others may follow
  bool page_drained = false;  // every message of a full page only had to be ended: others may follow
  bool surge = false;         // more advertisements wait than may leave in this hour
  bool copied = false;        // none may leave: the file is at home elsewhere
};

ClaimDecision DecideClaim(OutboxView& view, const HeldBack& held_back, const ChannelBook& book, const OutboxPlan& plan,
                          const ClaimRules& rules, const ClaimOptions& options, absl::Span<const Outcome> outcomes,
                          size_t max) ABSL_EXCLUSIVE_LOCKS_REQUIRED(held_back.mutex) {
  const int64_t now_ms = plan.ready->now_ms;
  const LeaseTime& now = plan.lapsed->now;
  ClaimDecision decision;
  ClaimResult& result = decision.result;
  result.behind = view.behind;
  decision.copied = view.copied;
  OutboxWrite& write = decision.write;
  Receipts receipts;
  // What is settled here is neither lapsed nor ready beside it.
  auto is_settled = [&](const MessageRow& message) {
    return std::binary_search(plan.ids.begin(), plan.ids.end(), message.id);
  };
  std::erase_if(view.lapsed, is_settled);
  decision.settled = DecideSettle(view, book, outcomes, now_ms, now, write, receipts);
  const auto lapsed = DecideLapses(std::move(view.lapsed), now_ms, write, receipts);
  const size_t page = view.ready.size();
  size_t advertisements = 0, ended = 0;
  int64_t handed_out = 0;  // advertisements
  auto left = [&](int64_t max_of_it, size_t tally) {
    return max_of_it == kNoTallyMax || view.tallies[tally].count + handed_out < max_of_it;
  };
  for (MessageRow& message : view.ready) {
    if (result.messages.size() == max) break;
    if (is_settled(message)) continue;
    if (const auto outcome = EndUnsent(message, rules, options.idempotency_ms, now_ms); outcome) {
      receipts.Add(message, *outcome, now_ms);
      write.updates.push_back(std::move(message));
      ++ended;
      continue;
    }
    if (held_back.Has(message.customer) || lapsed.contains(message.customer) ||
        decision.settled.customers.contains(message.customer)) {
      ++result.held_back;
      continue;
    }
    if (WaitsForHold(message, rules)) continue;
    if (WaitsForDay(message, now_ms)) {
      message.not_before_ms = OpensAgainAt(message, now_ms);
      write.updates.push_back(std::move(message));
      continue;
    }
    const bool is_ad = message.message_class == MessageClass::kAdvertisement;
    if (is_ad && (view.behind || view.copied || advertisements++ >= kAdvertisementsMax)) continue;
    if (is_ad && !left(rules.surge_max, 0)) {
      decision.surge = true;
      continue;
    }
    if (is_ad && !left(rules.daily_max, 1)) {
      message.not_before_ms = rules.next_day_ms;
      write.updates.push_back(std::move(message));
      continue;
    }
    if (is_ad) ++handed_out;
    message.state = MessageState::kClaimed;
    message.token = view.next_token;
    ++message.attempts;
    message.idempotency_ms = options.idempotency_ms;
    if (message.first_handed_ms == 0) message.first_handed_ms = now_ms;
    message.lease = {now.boot, now.monotonic_ms + options.lease_ms};
    result.messages.push_back(HandOut(message));
    write.updates.push_back(std::move(message));
  }
  const bool full = result.messages.size() == max || advertisements >= kAdvertisementsMax;
  decision.page_blocked = result.held_back > 0 && !full && page == plan.ready->limit;
  decision.page_drained = result.messages.empty() && ended > 0 && page == plan.ready->limit;
  if (handed_out != 0)
    for (Tally& tally : view.tallies) write.tallies.push_back({std::move(tally.channel), tally.slot, handed_out});
  write.append = receipts.Row(now_ms);
  return decision;
}

}  // namespace

absl::StatusOr<Claimed> ClaimMessages(OutboxStore& store, HeldBack& held_back, ChannelBook& book,
                                      const ClaimRules& rules, const ClaimOptions& options, int64_t claim_tail_max,
                                      int64_t now_ms, const LeaseTime& now) {
  const size_t max = std::min(options.max, kClaimMax);
  absl::Span<const Outcome> outcomes = options.outcomes;
  OutboxPlan plan;
  plan.ids = IdsOf(outcomes);
  plan.ready = {.channel = options.channel,
                .now_ms = now_ms,
                .limit = max,
                .tail_max = claim_tail_max,
                .tallies = TalliesOf(rules, options.channel)};
  plan.lapsed = {.now = now, .limit = kLapsedMax};
  SettleResult settled;
  for (;;) {
    std::unique_ptr<OutboxChange> change;
    ClaimDecision decision;
    {
      absl::MutexLock lock(&held_back.mutex);
      held_back.NoteKnown(*plan.ready);
      ASSIGN_OR_RETURN(change, store.BeginOutbox(plan));
      RETURN_IF_ERROR(held_back.Read(*change));
      decision = DecideClaim(change->view(), held_back, book, plan, rules, options, outcomes, max);
    }
    if (decision.page_blocked) {
      plan.ready->limit *= kLookFurther;
      continue;
    }
    RETURN_IF_ERROR(change->Commit(decision.write));
    if (!outcomes.empty()) {
      book.Hear(decision.settled.heard, now_ms);
      settled = decision.settled.result;
      outcomes = {};
      plan.ids.clear();
    }
    if (decision.page_drained) continue;
    decision.result.settled = settled;
    return Claimed{std::move(decision.result), decision.surge, decision.copied};
  }
}

absl::StatusOr<SettleResult> SettleMessages(OutboxStore& store, ChannelBook& book, absl::Span<const Outcome> outcomes,
                                            int64_t now_ms, const LeaseTime& now) {
  OutboxPlan plan;
  plan.ids = IdsOf(outcomes);
  ASSIGN_OR_RETURN(std::unique_ptr<OutboxChange> change, store.BeginOutbox(plan));
  OutboxWrite write;
  Receipts receipts;
  const Settled settled = DecideSettle(change->view(), book, outcomes, now_ms, now, write, receipts);
  write.append = receipts.Row(now_ms);
  RETURN_IF_ERROR(change->Commit(write));
  book.Hear(settled.heard, now_ms);
  return settled.result;
}

absl::Status LapseClaims(OutboxStore& store, int64_t now_ms, const LeaseTime& now) {
  ASSIGN_OR_RETURN(std::optional<LeaseTime> next, store.NextLapse());
  if (!next || !next->LapsedAt(now)) return absl::OkStatus();
  OutboxPlan plan;
  plan.lapsed = {.now = now, .limit = kLapsedMax};
  ASSIGN_OR_RETURN(std::unique_ptr<OutboxChange> change, store.BeginOutbox(plan));
  OutboxWrite write;
  Receipts receipts;
  DecideLapses(std::move(change->view().lapsed), now_ms, write, receipts);
  write.append = receipts.Row(now_ms);
  return change->Commit(write);
}

absl::Status MarkRestored(Store& store, int64_t now_ms) {
  RETURN_IF_ERROR(store.MarkRestored(now_ms));
  for (MessageId after;;) {
    ASSIGN_OR_RETURN(std::vector<MessageRow> open,
                     store.ListMessages({{kOpenStates.begin(), kOpenStates.end()}, after, kLapsedMax}));
    if (open.empty()) return absl::OkStatus();
    after = open.back().id;
    OutboxPlan plan;
    for (const MessageRow& message : open)
      if (message.message_class == MessageClass::kAdvertisement) plan.ids.push_back(message.id);
    ASSIGN_OR_RETURN(std::unique_ptr<OutboxChange> change, store.BeginOutbox(plan));
    OutboxWrite write;
    Receipts receipts;
    write.updates = std::move(change->view().messages);
    for (MessageRow& message : write.updates) {
      message.state = MessageState::kUnknown;
      message.reason = Reason::kRestored;
      message.reason_detail = "it may have been sent after the copy was made";
      message.settled_at_ms = now_ms;
      receipts.Add(message, EndReason(message.state), now_ms);
    }
    write.append = receipts.Row(now_ms);
    RETURN_IF_ERROR(change->Commit(write));
  }
}

}  // namespace cartwheel
