#include "store/memory/memory_outbox.h"

#include <algorithm>
#include <string>
#include <utility>

#include "store/message_states.h"

namespace cartwheel {
namespace {

// What claims, settles and revocations change of a message; the rest of a row is as it was made.
void TakeOver(MessageRow& message, const MessageRow& update) {
  message.state = update.state;
  message.not_before_ms = update.not_before_ms;
  message.attempts = update.attempts;
  message.token = update.token;
  message.first_handed_ms = update.first_handed_ms;
  message.idempotency_ms = update.idempotency_ms;
  message.revoked = update.revoked;
  message.uncertain = update.uncertain;
  message.lease = update.lease;
  message.settled_at_ms = update.settled_at_ms;
  message.reason = update.reason;
  message.reason_detail = update.reason_detail;
}

}  // namespace

std::vector<MessageRow> MemoryOutbox::Find(absl::Span<const MessageId> ids) const {
  std::vector<MessageRow> rows;
  for (MessageId id : ids) {
    if (auto it = messages_.find(id); it != messages_.end()) rows.push_back(it->second);
  }
  return rows;
}

std::vector<MessageRow> MemoryOutbox::FindReady(const OutboxPlan::Ready& plan, bool behind) const {
  std::vector<MessageRow> rows;
  const auto channel = waiting_.find(plan.channel);
  if (channel == waiting_.end()) return rows;
  for (const auto& [not_before_ms, id] : channel->second) {
    if (rows.size() == plan.limit || not_before_ms > plan.now_ms) break;
    const MessageRow& message = messages_.at(id);
    if (behind && message.message_class == MessageClass::kAdvertisement) continue;
    rows.push_back(message);
  }
  return rows;
}

std::vector<MessageRow> MemoryOutbox::FindLapsed(const OutboxPlan::Lapsed& plan) const {
  std::vector<MessageRow> rows;
  for (const auto& [token, id] : claimed_)
    if (const MessageRow& message = messages_.at(id); message.lease.LapsedAt(plan.now)) rows.push_back(message);
  std::sort(rows.begin(), rows.end(), [](const MessageRow& a, const MessageRow& b) { return a.id < b.id; });
  if (rows.size() > plan.limit) rows.resize(plan.limit);
  return rows;
}

std::vector<MessageRow> MemoryOutbox::List(const MessageFilter& filter) const {
  std::vector<MessageRow> rows;
  for (auto it = messages_.upper_bound(filter.after_id); it != messages_.end() && rows.size() < filter.limit; ++it) {
    const bool of_state = filter.states.empty() || std::find(filter.states.begin(), filter.states.end(),
                                                             it->second.state) != filter.states.end();
    if (of_state && (filter.link == 0 || filter.link == it->second.link)) rows.push_back(it->second);
  }
  return rows;
}

std::optional<int64_t> MemoryOutbox::NextReady() const {
  std::optional<int64_t> earliest;
  for (const auto& [channel, waiting] : waiting_)
    if (!waiting.empty()) earliest = std::min(earliest.value_or(INT64_MAX), waiting.begin()->first);
  return earliest;
}

// A lease of another boot than the latest claim's has lapsed: nothing is earlier.
std::optional<LeaseTime> MemoryOutbox::NextLapse() const {
  if (claimed_.empty()) return std::nullopt;
  const uint64_t boot = messages_.at(claimed_.rbegin()->second).lease.boot;
  const bool last_is_other = std::get<0>(*leases_.rbegin()) != boot;
  return messages_.at(std::get<2>(last_is_other ? *leases_.rbegin() : *leases_.begin())).lease;
}

std::vector<StoreStatus::Channel> MemoryOutbox::Channels() const {
  std::map<std::string, StoreStatus::Channel> channels;
  for (const auto& [name, waiting] : waiting_) {
    if (waiting.empty()) continue;
    StoreStatus::Channel& channel = channels[name];
    channel.waiting = static_cast<int64_t>(waiting.size());
    channel.oldest_ready_at_ms = waiting.begin()->first;
  }
  for (const auto& [token, id] : claimed_) ++channels[messages_.at(id).channel].claimed;
  std::vector<StoreStatus::Channel> listed;
  for (auto& [name, channel] : channels) {
    channel.name = name;
    listed.push_back(std::move(channel));
  }
  return listed;
}

void MemoryOutbox::Add(const MessageRow& message) {
  messages_[message.id] = message;
  Enter(message);
}

void MemoryOutbox::Update(const MessageRow& update) {
  MessageRow& message = messages_.at(update.id);
  Leave(message);
  TakeOver(message, update);
  next_token_ = std::max(next_token_, update.token.Next());
  Enter(message);
}

void MemoryOutbox::Move(const FoldWrite::Move& move) {
  if (auto it = messages_.find(move.message); it != messages_.end()) it->second.customer = move.customer;
}

void MemoryOutbox::Revoke(const Revocation& revocation) {
  auto it = messages_.find(revocation.message);
  if (it == messages_.end() || !IsOpen(it->second.state)) return;
  MessageRow& message = it->second;
  message.revoked = true;
  if (message.state == MessageState::kClaimed) return;
  Leave(message);
  message.state = revocation.state;
  message.reason = revocation.reason;
  message.reason_detail = revocation.detail;
  Enter(message);
}

void MemoryOutbox::Enter(const MessageRow& message) {
  if (message.state == MessageState::kClaimed) {
    claimed_.emplace(message.token, message.id);
    leases_.emplace(message.lease.boot, message.lease.monotonic_ms, message.id);
  } else if (IsOpen(message.state)) {
    waiting_[message.channel].emplace(message.not_before_ms, message.id);
  }
}

void MemoryOutbox::Leave(const MessageRow& message) {
  if (message.state == MessageState::kClaimed) {
    claimed_.erase({message.token, message.id});
    leases_.erase({message.lease.boot, message.lease.monotonic_ms, message.id});
  } else if (IsOpen(message.state)) {
    waiting_[message.channel].erase({message.not_before_ms, message.id});
  }
}

void MemoryOutbox::Replace(const SweepWrite::Replaced<MessageId>& body) {
  auto message = messages_.find(body.id);
  if (message == messages_.end()) return;
  message->second.body = body.data;
  message->second.reason_detail.clear();
}

std::vector<MessageOwner> MemoryOutbox::Owners(MessageId after, size_t limit) const {
  std::vector<MessageOwner> owners;
  for (auto it = messages_.upper_bound(after); it != messages_.end() && owners.size() < limit; ++it)
    owners.push_back({.message = it->first,
                      .customer = it->second.customer,
                      .made_at_ms = it->second.made_at_ms,
                      .may_leave = IsOpen(it->second.state) && !it->second.revoked});
  return owners;
}

bool MemoryOutbox::DropOld(int64_t before_ms, size_t limit) {
  size_t dropped = 0;
  for (auto it = messages_.begin(); it != messages_.end() && dropped < limit; ++dropped) {
    if (it->second.made_at_ms >= before_ms || IsOpen(it->second.state)) return false;
    it = messages_.erase(it);
  }
  return dropped == limit;
}

}  // namespace cartwheel
