// The messages of the store in memory. Used under the store's mutex.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "absl/types/span.h"
#include "store/store.h"

namespace cartwheel {

class MemoryOutbox {
 public:
  bool Has(MessageId id) const { return messages_.contains(id); }
  ClaimToken next_token() const { return next_token_; }

  std::vector<MessageRow> Find(absl::Span<const MessageId> ids) const;
  std::vector<MessageRow> FindReady(const OutboxPlan::Ready& plan, bool behind) const;
  std::vector<MessageRow> FindLapsed(const OutboxPlan::Lapsed& plan) const;
  std::vector<MessageRow> List(const MessageFilter& filter) const;
  std::optional<int64_t> NextReady() const;
  std::optional<LeaseTime> NextLapse() const;
  std::vector<StoreStatus::Channel> Channels() const;

  void Add(const MessageRow& message);
  // Takes over what a claim or a settlement changes of a message that is there.
  void Update(const MessageRow& update);
  void Move(const FoldWrite::Move& move);
  // Writes another body, and empties the words of the reason.
  void Replace(const SweepWrite::Replaced<MessageId>& body);
  std::vector<MessageOwner> Owners(MessageId after, size_t limit) const;
  void Revoke(const Revocation& revocation);

 private:
  void NoteState(const MessageRow& message);

  std::map<MessageId, MessageRow> messages_;
  std::set<MessageId> open_;  // those that IsOpen
  ClaimToken next_token_{1};
};

}  // namespace cartwheel
