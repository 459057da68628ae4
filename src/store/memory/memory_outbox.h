// The messages of the store in memory. Used under the store's mutex.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
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
  // Drops ended messages that were made before an instant, up to the first that is to stay. True: there may be more.
  bool DropOld(int64_t before_ms, size_t limit);

 private:
  // Lists an open message under its state, and takes it out; between the two nothing of it changes.
  void Enter(const MessageRow& message);
  void Leave(const MessageRow& message);

  std::map<MessageId, MessageRow> messages_;
  std::map<std::string, std::set<std::pair<int64_t, MessageId>>> waiting_;  // by channel; not_before first
  std::set<std::pair<ClaimToken, MessageId>> claimed_;
  std::set<std::tuple<uint64_t, int64_t, MessageId>> leases_;  // of the claimed: boot and end
  ClaimToken next_token_{1};
};

}  // namespace cartwheel
