#include "store/memory/memory_store.h"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "base/money.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "store/memory/message_update.h"
#include "store/memory/ring.h"

namespace cartwheel {
namespace {

constexpr HashKey kHashKey{.low = 0x0706050403020100, .high = 0x0f0e0d0c0b0a0908};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const StoreOptions& options) : options_(options) {}

  HashKey hash_key() const override { return kHashKey; }
  std::string WrittenFile() const override { return ""; }

  absl::StatusOr<int64_t> Append(const LogRow& row) override {
    std::lock_guard lock(mutex_);
    if (row.count <= 0)
      return absl::InvalidArgumentError(fmt::format("a log row of {} events, expected at least 1", row.count));
    const int64_t unfolded = head_.bytes_end - folded_bytes_;
    if (options_.log_bytes_max > 0 && unfolded + static_cast<int64_t>(row.data.size()) > options_.log_bytes_max) {
      return absl::ResourceExhaustedError(fmt::format(
          "backlog_full: the unfolded log holds {} bytes, log_bytes_max is {}", unfolded, options_.log_bytes_max));
    }
    return Push(row);
  }
  absl::StatusOr<LogHead> Head() override {
    std::lock_guard lock(mutex_);
    return head_;
  }
  absl::StatusOr<std::vector<LogRow>> ReadLog(int64_t after, int64_t until, int64_t events_max) override {
    std::lock_guard lock(mutex_);
    std::vector<LogRow> rows;
    int64_t events = 0;
    for (auto it = FirstAfter(after); it != log_.end() && it->row.first() <= until; ++it) {
      events += it->row.count;
      if (events > events_max && !rows.empty()) break;
      rows.push_back(it->row);
    }
    return rows;
  }

  absl::StatusOr<FoldState> TakeLease(uint64_t holder, const LeaseTime& now, const LeaseTime& end) override {
    std::lock_guard lock(mutex_);
    const bool mine = holder_ == holder && holder != 0;
    if (!mine && holder_ != 0 && !lease_.LapsedAt(now)) {
      return absl::UnavailableError(
          fmt::format("another worker holds the fold lease for {} ms more", lease_.monotonic_ms - now.monotonic_ms));
    }
    if (!mine) ++fold_.epoch;
    holder_ = holder;
    lease_ = end;
    return fold_;
  }
  absl::Status ReleaseLease(int64_t epoch) override {
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(CheckEpoch(epoch));
    return FreeLease();
  }

  absl::StatusOr<std::vector<int64_t>> Resolve(absl::Span<const std::string> keys) override {
    std::lock_guard lock(mutex_);
    return ResolveLocked(keys);
  }
  absl::StatusOr<std::vector<std::string>> Load(absl::Span<const int64_t> rows) override {
    std::lock_guard lock(mutex_);
    std::vector<std::string> customers;
    for (int64_t row : rows) {
      auto it = customers_.find(row);
      customers.push_back(it == customers_.end() ? std::string() : it->second);
    }
    return customers;
  }
  absl::Status Alarms(int64_t from_hour, int64_t before_hour, EachAlarm each) override {
    std::lock_guard lock(mutex_);
    for (auto it = alarms_.lower_bound(from_hour); it != alarms_.end() && it->first < before_hour; ++it)
      each(it->second);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<int64_t>> FirstAlarm(int64_t from_hour) override {
    std::lock_guard lock(mutex_);
    std::optional<int64_t> due_at_ms;
    const auto first = alarms_.lower_bound(from_hour);
    for (auto it = first; it != alarms_.end() && it->first == first->first; ++it)
      due_at_ms = std::min(due_at_ms.value_or(INT64_MAX), it->second.due_at_ms);
    return due_at_ms;
  }

  absl::Status Commit(FoldWrite write) override {
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(CheckEpoch(write.epoch));
    RETURN_IF_ERROR(CheckNew(write));
    // Nothing below can go wrong: all of it happens.
    lease_ = write.lease_end;
    fold_.cursor = write.cursor;
    fold_.alarms_done_before_ms = write.alarms_done_before_ms;
    if (write.back_fill) fold_.back_fill = *write.back_fill;
    CommitCustomers(write);
    CommitOutbox(write);
    CommitRecords(write);
    CommitLog();
    return absl::OkStatus();
  }

  absl::Status UpdateOutbox(const OutboxQuery& query, Decide decide) override {
    std::lock_guard lock(mutex_);
    auto resolve = [this](absl::Span<const std::string> keys) -> absl::StatusOr<std::vector<int64_t>> {
      return ResolveLocked(keys);
    };
    auto tail = [&](int64_t after) -> absl::StatusOr<std::vector<LogRow>> {
      std::vector<LogRow> rows;
      for (auto it = FirstAfter(std::max(after, fold_.cursor));
           it != log_.end() && it->row.last <= fold_.cursor + query.tail_max; ++it)
        rows.push_back(it->row);
      return rows;
    };
    OutboxView view{.tail = tail, .resolve = resolve};
    view.cursor = fold_.cursor;
    view.next_token = next_token_;
    view.behind = query.find == OutboxQuery::Find::kReady && head_.last - fold_.cursor > query.tail_max;
    view.messages = Find(query, view.behind);
    ASSIGN_OR_RETURN(OutboxWrite write, decide(view));
    for (const MessageRow& update : write.updates) {
      if (messages_.contains(update.id)) continue;
      return absl::InternalError(fmt::format("message {} is not in the outbox, it cannot be changed", update.id));
    }
    for (const MessageRow& update : write.updates) Update(update);
    if (write.append) Push(*write.append);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<int64_t>> NextReady() override {
    std::lock_guard lock(mutex_);
    std::optional<int64_t> earliest;
    for (int64_t id : open_) {
      const MessageRow& message = messages_.at(id);
      if (message.state != MessageState::kWaiting) continue;
      earliest = std::min(earliest.value_or(INT64_MAX), message.not_before_ms);
    }
    return earliest;
  }
  absl::StatusOr<std::optional<LeaseTime>> NextLapse() override {
    std::lock_guard lock(mutex_);
    // A lease of another boot than the latest claim's has lapsed: nothing is earlier.
    const MessageRow* latest = nullptr;
    for (int64_t id : open_) {
      const MessageRow& message = messages_.at(id);
      if (message.state != MessageState::kClaimed) continue;
      if (latest == nullptr || message.token > latest->token) latest = &message;
    }
    if (latest == nullptr) return std::optional<LeaseTime>();
    LeaseTime earliest = latest->lease;
    for (int64_t id : open_) {
      const MessageRow& message = messages_.at(id);
      if (message.state != MessageState::kClaimed) continue;
      if (message.lease.boot != latest->lease.boot) return std::optional<LeaseTime>(message.lease);
      if (message.lease.monotonic_ms < earliest.monotonic_ms) earliest = message.lease;
    }
    return std::optional<LeaseTime>(earliest);
  }

  absl::Status SaveDefinition(int64_t revision, const std::string& content, int64_t) override {
    std::lock_guard lock(mutex_);
    if (definitions_.emplace(revision, content).second) return absl::OkStatus();
    return absl::AlreadyExistsError(fmt::format("revision {} is saved already", revision));
  }
  absl::StatusOr<std::optional<std::string>> Definition(int64_t revision) override {
    std::lock_guard lock(mutex_);
    auto it = definitions_.find(revision);
    return it == definitions_.end() ? std::nullopt : std::optional<std::string>(it->second);
  }
  absl::StatusOr<int64_t> LatestRevision() override {
    std::lock_guard lock(mutex_);
    return definitions_.empty() ? 0 : definitions_.rbegin()->first;
  }
  absl::StatusOr<std::vector<int64_t>> Revisions() override {
    std::lock_guard lock(mutex_);
    std::vector<int64_t> revisions;
    for (const auto& [revision, definition] : definitions_) revisions.push_back(revision);
    return revisions;
  }

  absl::StatusOr<std::vector<FoldWrite::CustomerRow>> Customers(int64_t after_row, size_t limit) override {
    std::lock_guard lock(mutex_);
    std::vector<FoldWrite::CustomerRow> rows;
    for (auto it = customers_.upper_bound(after_row); it != customers_.end() && rows.size() < limit; ++it) {
      rows.push_back({.row = it->first, .data = it->second});
    }
    return rows;
  }
  absl::StatusOr<std::vector<MessageRow>> Messages(absl::Span<const int64_t> ids) override {
    std::lock_guard lock(mutex_);
    return MessagesLocked(ids);
  }
  absl::StatusOr<std::vector<MessageRow>> ListMessages(const MessageFilter& filter) override {
    std::lock_guard lock(mutex_);
    std::vector<MessageRow> rows;
    for (auto it = messages_.upper_bound(filter.after_id); it != messages_.end() && rows.size() < filter.limit; ++it) {
      const bool of_state = filter.states.empty() || std::find(filter.states.begin(), filter.states.end(),
                                                               it->second.state) != filter.states.end();
      if (of_state && (filter.link == 0 || filter.link == it->second.link)) rows.push_back(it->second);
    }
    return rows;
  }
  absl::StatusOr<std::optional<DecisionRow>> Decision(int64_t id) override {
    std::lock_guard lock(mutex_);
    auto it = decisions_.find(id);
    return it == decisions_.end() ? std::nullopt : std::optional<DecisionRow>(it->second);
  }
  absl::StatusOr<std::vector<WarningRow>> Warnings(size_t limit) override {
    std::lock_guard lock(mutex_);
    return warnings_.Newest(limit);
  }
  absl::StatusOr<std::vector<RefusedRow>> Refused(size_t limit) override {
    std::lock_guard lock(mutex_);
    return refused_.Newest(limit);
  }
  absl::StatusOr<std::vector<TallyDelta>> Tallies() override {
    std::lock_guard lock(mutex_);
    std::vector<TallyDelta> rows;
    for (const auto& [name, tally] : tallies_) rows.push_back(tally);
    return rows;
  }
  absl::StatusOr<StoreStatus> Status() override {
    std::lock_guard lock(mutex_);
    StoreStatus status{.cursor = fold_.cursor, .back_fill = fold_.back_fill, .head = head_};
    if (auto it = FirstAfter(fold_.cursor); it != log_.end()) status.oldest_unfolded_at_ms = it->row.ingested_at_ms;
    if (!log_.empty()) status.newest_ingested_at_ms = log_.back().row.ingested_at_ms;
    if (holder_ != 0) status.lease_end = lease_;
    std::map<std::string, StoreStatus::Channel> channels;
    for (const auto& [id, message] : messages_) {
      if (message.state != MessageState::kWaiting && message.state != MessageState::kClaimed) continue;
      StoreStatus::Channel& channel = channels[message.channel];
      channel.name = message.channel;
      if (message.state == MessageState::kClaimed)
        ++channel.claimed;
      else if (++channel.waiting == 1 || message.not_before_ms < channel.oldest_ready_at_ms)
        channel.oldest_ready_at_ms = message.not_before_ms;
    }
    for (auto& [name, channel] : channels) status.channels.push_back(std::move(channel));
    return status;
  }
  absl::Status Backup(const std::string&) override {
    return absl::FailedPreconditionError("a database in memory has no file to copy");
  }
  absl::StatusOr<std::string> FindDamage() override { return std::string(); }
  absl::Status MarkRestored(int64_t now_ms) override {
    std::lock_guard lock(mutex_);
    fold_.restored_at_ms = std::max(fold_.restored_at_ms, now_ms);
    return FreeLease();
  }
  absl::Status Checkpoint() override { return absl::OkStatus(); }
  void SetCheckpointRequest(std::function<void()>) override {}

 private:
  struct Logged {
    LogRow row;
    int64_t bytes_end = 0;
  };

  // The first row with an event after `position`.
  std::deque<Logged>::const_iterator FirstAfter(int64_t position) const {
    return std::upper_bound(log_.begin(), log_.end(), position,
                            [](int64_t p, const Logged& logged) { return p < logged.row.last; });
  }

  int64_t Push(LogRow row) {
    row.last = head_.last += row.count;
    head_.bytes_end += static_cast<int64_t>(row.data.size());
    log_.push_back({.row = std::move(row), .bytes_end = head_.bytes_end});
    return head_.last;
  }

  absl::Status FreeLease() {
    ++fold_.epoch, holder_ = 0, lease_ = LeaseTime{};
    return absl::OkStatus();
  }

  absl::Status CheckEpoch(int64_t epoch) const {
    if (epoch == fold_.epoch) return absl::OkStatus();
    return absl::AbortedError(fmt::format("lease_lost: epoch {} of the fold lease is over", epoch));
  }

  absl::Status CheckNew(const FoldWrite& write) const {
    for (const MessageRow& message : write.messages) {
      if (messages_.contains(message.id))
        return absl::InternalError(fmt::format("message {} is there already", message.id));
    }
    for (const DecisionRow& decision : write.decisions) {
      if (decisions_.contains(decision.id))
        return absl::InternalError(fmt::format("decision {} is there already", decision.id));
    }
    return absl::OkStatus();
  }

  void CommitCustomers(const FoldWrite& write) {
    for (const FoldWrite::CustomerRow& customer : write.customers) {
      fold_.next_customer = std::max(fold_.next_customer, customer.row + 1);
      if (customer.data.empty()) {
        customers_.erase(customer.row);
      } else {
        customers_[customer.row] = customer.data;
      }
    }
    for (const FoldWrite::Alias& alias : write.aliases) {
      if (alias.customer == 0) {
        aliases_.erase(alias.key);
      } else {
        aliases_[alias.key] = alias.customer;
      }
    }
    alarms_.erase(alarms_.begin(), alarms_.lower_bound(write.alarms_done_before_ms / kHourMs));
    for (const AlarmEntry& alarm : write.alarms) alarms_.emplace(alarm.hour, alarm);
  }

  void CommitOutbox(const FoldWrite& write) {
    for (const MessageRow& message : write.messages) {
      fold_.next_message = std::max(fold_.next_message, message.id + 1);
      messages_[message.id] = message;
      NoteState(message);
    }
    for (const FoldWrite::Move& move : write.moves) {
      if (auto it = messages_.find(move.message); it != messages_.end()) it->second.customer = move.customer;
    }
    for (const FoldWrite::Revocation& revocation : write.revocations) {
      auto it = messages_.find(revocation.message);
      if (it == messages_.end()) continue;
      MessageRow& message = it->second;
      if (message.state == MessageState::kWaiting) {
        message.state = revocation.state;
        message.reason = revocation.reason;
        message.revoked = true;
      } else if (message.state == MessageState::kClaimed) {
        message.revoked = true;
      }
      NoteState(message);
    }
  }

  void CommitRecords(const FoldWrite& write) {
    for (const DecisionRow& decision : write.decisions) {
      fold_.next_decision = std::max(fold_.next_decision, decision.id + 1);
      decisions_[decision.id] = decision;
    }
    for (const TallyDelta& delta : write.tallies) {
      TallyDelta& tally = tallies_[delta.name];
      tally.name = delta.name;
      tally.count += delta.count;
      tally.value = AddMoney(tally.value, delta.value);
    }
    Forget(write.forgotten, refused_, warnings_);
    refused_.Add(write.refused);
    warnings_.Add(write.warnings);
  }

  // The newest row stays in any case, as in every store.
  void CommitLog() {
    if (auto it = FirstAfter(fold_.cursor); it != log_.begin()) folded_bytes_ = std::prev(it)->bytes_end;
    while (log_.size() > 1 && log_.front().row.last <= fold_.cursor &&
           log_.front().row.ingested_at_ms < log_.back().row.ingested_at_ms - options_.log_keep_ms) {
      log_.pop_front();
    }
  }

  std::vector<int64_t> ResolveLocked(absl::Span<const std::string> keys) const {
    std::vector<int64_t> rows;
    for (const std::string& key : keys) {
      auto it = aliases_.find(key);
      rows.push_back(it == aliases_.end() ? 0 : it->second);
    }
    return rows;
  }

  std::vector<MessageRow> MessagesLocked(absl::Span<const int64_t> ids) const {
    std::vector<MessageRow> rows;
    for (int64_t id : ids) {
      if (auto it = messages_.find(id); it != messages_.end()) rows.push_back(it->second);
    }
    return rows;
  }

  std::vector<MessageRow> Find(const OutboxQuery& query, bool behind) const {
    if (query.find == OutboxQuery::Find::kIds) return MessagesLocked(query.ids);
    std::vector<MessageRow> rows;
    for (int64_t id : open_) {
      const MessageRow& message = messages_.at(id);
      const bool ready = query.find == OutboxQuery::Find::kReady && message.state == MessageState::kWaiting &&
                         message.channel == query.channel && message.not_before_ms <= query.now_ms &&
                         !(behind && message.message_class == MessageClass::kAdvertisement);
      const bool lapsed = query.find == OutboxQuery::Find::kLapsed && message.state == MessageState::kClaimed &&
                          message.lease.LapsedAt(query.now);
      if (ready || lapsed) rows.push_back(message);
    }
    if (query.find == OutboxQuery::Find::kReady)
      std::stable_sort(rows.begin(), rows.end(),
                       [](const MessageRow& a, const MessageRow& b) { return a.not_before_ms < b.not_before_ms; });
    if (rows.size() > query.limit) rows.resize(query.limit);
    return rows;
  }

  void Update(const MessageRow& update) {
    MessageRow& message = messages_.at(update.id);
    TakeOver(message, update);
    next_token_ = std::max(next_token_, update.token + 1);
    NoteState(message);
  }

  void NoteState(const MessageRow& message) {
    if (message.state == MessageState::kWaiting || message.state == MessageState::kClaimed) {
      open_.insert(message.id);
    } else {
      open_.erase(message.id);
    }
  }

  const StoreOptions options_;
  std::mutex mutex_;
  std::deque<Logged> log_;
  LogHead head_;
  int64_t folded_bytes_ = 0;
  FoldState fold_;
  uint64_t holder_ = 0;  // of the lease; 0: none
  LeaseTime lease_;
  std::map<int64_t, std::string> customers_;
  std::map<std::string, int64_t> aliases_;
  std::multimap<int64_t, AlarmEntry> alarms_;  // by hour
  std::map<int64_t, MessageRow> messages_;
  std::set<int64_t> open_;  // those waiting or claimed
  int64_t next_token_ = 1;
  std::map<int64_t, DecisionRow> decisions_;
  std::map<std::string, TallyDelta> tallies_;
  Ring<RefusedRow> refused_{kRefusedKeptMax};
  Ring<WarningRow> warnings_{kWarningsKeptMax};
  std::map<int64_t, std::string> definitions_;
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore(const StoreOptions& options) { return std::make_unique<MemoryStore>(options); }

}  // namespace cartwheel
