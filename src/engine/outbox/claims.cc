#include "engine/outbox/claims.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "base/compress.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/message/settle.h"
#include "core/model/message_body.h"
#include "core/model/receipt.h"

namespace cartwheel {
namespace {

constexpr size_t kLookFurther = 4;    // times as far as the look before
constexpr size_t kLapsedMax = 1'000;  // lapsed claims of one transaction

// Receipts of one transaction, on their way into the log.
class Receipts {
 public:
  void Add(const MessageRow& message, Reason outcome, int64_t now_ms) {
    const MessageBody body = DecodeMessageBody(message.body);
    const std::string reason = CauseText(message.cause());
    AppendReceipt({.message = message.id,
                   .owner = message.customer,
                   .outcome = outcome,
                   .reason = reason,
                   .channel = message.channel,
                   .address = body.address,
                   .journey = body.journey,
                   .step = body.step,
                   .enrolment_key = body.enrolment_key,
                   .customer = body.customer,
                   .anonymous_id = body.anonymous_id},
                  now_ms, &batch_);
  }
  std::optional<LogRow> Row(int64_t now_ms) const {
    if (batch_.count == 0) return std::nullopt;
    return LogRow{0, static_cast<int64_t>(batch_.count), now_ms, Compress(batch_.bytes)};
  }

 private:
  EventBatch batch_;
};

Message HandOut(const MessageRow& row) {
  const MessageBody body = DecodeMessageBody(row.body);
  Message message;
  message.id = row.id;
  message.token = row.token;
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

}  // namespace

absl::StatusOr<ClaimResult> ClaimMessages(Store& store, HeldBack& held_back, const ClaimOptions& options,
                                          int64_t claim_tail_max, int64_t now_ms, const LeaseTime& now) {
  RETURN_IF_ERROR(LapseClaims(store, now_ms, now));
  ClaimResult result;
  const size_t max = std::min(options.max, kClaimMax);
  OutboxQuery query;
  query.find = OutboxQuery::Find::kReady;
  query.channel = options.channel;
  query.now_ms = now_ms;
  query.tail_max = claim_tail_max;
  bool page_blocked = false;  // a full page contained messages that are held back: others may follow
  bool page_drained = false;  // every message of a full page only had to be ended: others may follow
  auto decide = [&](OutboxView& view) -> absl::StatusOr<OutboxWrite> {
    result = ClaimResult();
    result.behind = view.behind;
    page_blocked = page_drained = false;
    RETURN_IF_ERROR(held_back.Read(view));
    OutboxWrite write;
    Receipts receipts;
    size_t advertisements = 0;
    for (MessageRow& message : view.messages) {
      if (result.messages.size() == max) break;
      if (message.expires_at_ms <= now_ms) {
        Expire(message, now_ms);
        receipts.Add(message, Reason::kExpired, now_ms);
        write.updates.push_back(std::move(message));
        continue;
      }
      if (IsLost(message, options.idempotency_ms, now_ms)) {
        EndLost(message, now_ms);
        receipts.Add(message, EndReason(message.state), now_ms);
        write.updates.push_back(std::move(message));
        continue;
      }
      if (IsStale(message, now_ms)) {
        EndStale(message, now_ms);
        receipts.Add(message, Reason::kStale, now_ms);
        write.updates.push_back(std::move(message));
        continue;
      }
      if (held_back.Has(message.customer)) {
        ++result.held_back;
        continue;
      }
      if (message.message_class == MessageClass::kAdvertisement &&
          (view.behind || advertisements++ >= kAdvertisementsMax))
        continue;
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
    page_blocked = result.held_back > 0 && !full && view.messages.size() == query.limit;
    if (page_blocked) return OutboxWrite();
    page_drained = result.messages.empty() && !write.updates.empty() && view.messages.size() == query.limit;
    write.append = receipts.Row(now_ms);
    return write;
  };
  query.limit = max;
  do {
    RETURN_IF_ERROR(store.UpdateOutbox(query, decide));
    if (page_blocked) query.limit *= kLookFurther;
  } while (page_blocked || page_drained);
  return result;
}

absl::StatusOr<SettleResult> SettleMessages(Store& store, ChannelBook& book, absl::Span<const Outcome> outcomes,
                                            int64_t now_ms) {
  SettleResult result;
  OutboxQuery query;
  query.find = OutboxQuery::Find::kIds;
  for (const Outcome& outcome : outcomes) query.ids.push_back(outcome.message_id);
  std::sort(query.ids.begin(), query.ids.end());
  query.ids.erase(std::unique(query.ids.begin(), query.ids.end()), query.ids.end());
  std::vector<ChannelBook::Entry> heard;
  // In this call, or in one before.
  auto accepted_since = [&](const MessageRow& message) {
    return book.AcceptedSince(message.channel, message.token) ||
           std::any_of(heard.begin(), heard.end(), [&](const ChannelBook::Entry& entry) {
             return entry.channel == message.channel && entry.token >= message.token &&
                    entry.code == OutcomeCode::kAccepted;
           });
  };
  auto decide = [&](OutboxView& view) -> absl::StatusOr<OutboxWrite> {
    result = SettleResult();
    heard.clear();
    OutboxWrite write;
    Receipts receipts;
    write.updates = std::move(view.messages);
    absl::flat_hash_map<int64_t, MessageRow*> by_id;
    for (MessageRow& message : write.updates) by_id[message.id] = &message;
    for (const Outcome& outcome : outcomes) {
      auto found = by_id.find(outcome.message_id);
      if (found == by_id.end()) {
        ++result.unknown;
        continue;
      }
      MessageRow& message = *found->second;
      bool in_time = message.state == MessageState::kClaimed && message.token == outcome.token;
      ++(in_time ? result.settled : result.late);
      bool delivery_report = message.state == MessageState::kAccepted;
      if (in_time) heard.push_back({message.channel, message.token, outcome.code, outcome.reason});
      const Settlement settlement = Settle(message, outcome, now_ms, accepted_since(message));
      if (settlement != Settlement::kDone && settlement != Settlement::kHeard) continue;
      bool by_the_engine = settlement == Settlement::kDone &&
                           (message.state == MessageState::kDead || message.state == MessageState::kExpired);
      receipts.Add(message, by_the_engine ? EndReason(message.state) : ReasonOf(outcome.code), now_ms);
      if (delivery_report) {
        --result.late;
        ++result.settled;
      }
    }
    write.append = receipts.Row(now_ms);
    return write;
  };
  RETURN_IF_ERROR(store.UpdateOutbox(query, decide));
  book.Hear(heard, now_ms);
  return result;
}

absl::Status LapseClaims(Store& store, int64_t now_ms, const LeaseTime& now) {
  ASSIGN_OR_RETURN(std::optional<LeaseTime> next, store.NextLapse());
  if (!next || !next->LapsedAt(now)) return absl::OkStatus();
  OutboxQuery query;
  query.find = OutboxQuery::Find::kLapsed;
  query.now_ms = now_ms;
  query.now = now;
  query.limit = kLapsedMax;
  return store.UpdateOutbox(query, [&](OutboxView& view) -> absl::StatusOr<OutboxWrite> {
    OutboxWrite write;
    Receipts receipts;
    write.updates = std::move(view.messages);
    for (MessageRow& message : write.updates)
      if (Lapse(message, now_ms) == Settlement::kDone) receipts.Add(message, EndReason(message.state), now_ms);
    write.append = receipts.Row(now_ms);
    return write;
  });
}

absl::Status MarkRestored(Store& store, int64_t now_ms) {
  RETURN_IF_ERROR(store.MarkRestored(now_ms));
  for (int64_t after = 0;;) {
    ASSIGN_OR_RETURN(std::vector<MessageRow> open,
                     store.ListMessages({{MessageState::kWaiting, MessageState::kClaimed}, after, kLapsedMax}));
    if (open.empty()) return absl::OkStatus();
    OutboxQuery query;
    query.find = OutboxQuery::Find::kIds;
    for (const MessageRow& message : open)
      if (message.message_class == MessageClass::kAdvertisement) query.ids.push_back(message.id);
    after = open.back().id;
    RETURN_IF_ERROR(store.UpdateOutbox(query, [&](OutboxView& view) -> absl::StatusOr<OutboxWrite> {
      OutboxWrite write;
      Receipts receipts;
      write.updates = std::move(view.messages);
      for (MessageRow& message : write.updates) {
        message.state = MessageState::kUnknown;
        message.reason = Reason::kRestored;
        message.reason_detail = "it may have been sent after the copy was made";
        message.settled_at_ms = now_ms;
        receipts.Add(message, EndReason(message.state), now_ms);
      }
      write.append = receipts.Row(now_ms);
      return write;
    }));
  }
}

}  // namespace cartwheel
