#include "store/sqlite/queries.h"

#include <algorithm>
#include <map>

#include "base/compress.h"
#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/block_table.h"
#include "store/sqlite/claim_rows.h"
#include "store/sqlite/erasures.h"
#include "store/sqlite/log.h"
#include "store/sqlite/message_state_sql.h"

namespace cartwheel {
namespace {

// All by the primary key, but where an index is named.
constexpr char kFindDefinition[] = "SELECT content FROM definition WHERE revision = ?1";
constexpr char kAddDefinition[] = "INSERT INTO definition(revision, saved_at, content) VALUES(?1, ?2, ?3)";
constexpr char kLatest[] = "SELECT coalesce(max(revision), 0) FROM definition";
constexpr char kRevisions[] = "SELECT revision FROM definition ORDER BY revision";
constexpr char kHolds[] = "SELECT version, data FROM holds WHERE id = 1";
constexpr char kSaveHolds[] = "INSERT OR REPLACE INTO holds VALUES(1, ?1, ?2)";
constexpr char kDecision[] = "SELECT id, data FROM decision WHERE id = ?1";
constexpr char kWarnings[] =
    "SELECT position, at, type, code, field, value, expected, customer, event_id FROM warning ORDER BY id DESC LIMIT "
    "?1";
constexpr char kRefused[] =
    "SELECT position, at, code, customer, event_id, message FROM refused ORDER BY id DESC LIMIT ?1";
constexpr char kCounters[] =
    "SELECT metric, journey, step, variant, reason, detail, day, count, value FROM counter ORDER BY 1, 2, 3, 4, 5, 6, "
    "7";
constexpr char kFoldStatus[] = "SELECT cursor, holder, lease_boot, lease_end, back_fill FROM fold WHERE id = 1";
constexpr char kNewest[] = "SELECT ingested_at FROM log ORDER BY last DESC LIMIT 1";
constexpr char kOldestUnfolded[] = "SELECT ingested_at FROM log WHERE last > ?1 ORDER BY last LIMIT 1";
// Index message_ready, all of it.
constexpr char kWaiting[] =
    "SELECT channel, ready_at, first, ids, states FROM message_states WHERE " CARTWHEEL_SQL_WAITING
    " ORDER BY channel, ready_at";
constexpr char kHashKey[] = "SELECT key_low, key_high FROM fold WHERE id = 1";
constexpr char kSealMark[] = "SELECT seal FROM fold WHERE id = 1";
constexpr char kSetSealMark[] = "UPDATE fold SET seal = ?1 WHERE id = 1";

// By the states of blocks, not their columns: a count of either would have to be written with each claim.
absl::Status CountOpen(Connection& connection, std::map<std::string, StoreStatus::Channel>& channels) {
  std::vector<MessageId> ids;
  BlockStates states;
  ASSIGN_OR_RETURN(Statement waiting, connection.Prepare(kWaiting));
  ASSIGN_OR_RETURN(bool found, waiting.First());
  while (found) {
    const MessageId first(waiting.Integer(2));
    if (!DecodeIds(first, waiting.View(3), &ids) || !DecodeStates(waiting.View(4), ids.size(), &states))
      return DamagedBlock(first, "states");
    StoreStatus::Channel& channel = channels[waiting.Bytes(0)];
    if (channel.waiting == 0) channel.oldest_ready_at_ms = waiting.Integer(1);
    for (size_t at = 0; at < states.size(); ++at)
      channel.waiting += states[at].message_state() == MessageState::kWaiting;
    ASSIGN_OR_RETURN(found, waiting.Step());
  }
  Blocks blocks(connection);
  return EachClaim(connection, {}, [&](const ClaimRow& claim) -> absl::StatusOr<bool> {
    for (const MessageId first : claim.blocks) {
      ASSIGN_OR_RETURN(const Block* block, blocks.Load(first));
      for (size_t at = 0; block != nullptr && at < block->ids.size(); ++at) {
        const StateOfMessage& state = block->states[at];
        if (state.message_state() == MessageState::kClaimed && ClaimOf(state) == claim.key)
          ++channels[block->channel].claimed;
      }
    }
    return true;
  });
}

}  // namespace

absl::Status InsertDefinition(Connection& connection, Revision revision, const std::string& content, int64_t now_ms) {
  ASSIGN_OR_RETURN(std::optional<std::string> there, ReadDefinition(connection, revision));
  if (there) return absl::AlreadyExistsError(fmt::format("revision {} is saved already", revision.value()));
  ASSIGN_OR_RETURN(Statement add, connection.Prepare(kAddDefinition));
  return add.Run(revision, now_ms, content);
}

absl::StatusOr<std::optional<std::string>> ReadDefinition(Connection& connection, Revision revision) {
  ASSIGN_OR_RETURN(Statement find, connection.Prepare(kFindDefinition));
  ASSIGN_OR_RETURN(bool found, find.First(revision));
  if (!found) return std::optional<std::string>();
  return std::optional<std::string>(find.Bytes(0));
}

absl::StatusOr<Revision> ReadLatestRevision(Connection& connection) {
  ASSIGN_OR_RETURN(Statement latest, connection.Prepare(kLatest));
  RETURN_IF_ERROR(latest.First().status());
  return Revision(latest.Integer(0));
}

absl::StatusOr<std::vector<Revision>> ReadRevisions(Connection& connection) {
  std::vector<Revision> revisions;
  ASSIGN_OR_RETURN(Statement list, connection.Prepare(kRevisions));
  ASSIGN_OR_RETURN(bool found, list.First());
  while (found) {
    revisions.emplace_back(list.Integer(0));
    ASSIGN_OR_RETURN(found, list.Step());
  }
  return revisions;
}

absl::StatusOr<StoredHolds> ReadHolds(Connection& connection) {
  ASSIGN_OR_RETURN(Statement find, connection.Prepare(kHolds));
  ASSIGN_OR_RETURN(bool found, find.First());
  if (!found) return StoredHolds();
  return StoredHolds{.version = find.Integer(0), .data = find.Bytes(1)};
}

absl::Status ReplaceHolds(Connection& connection, int64_t version, const std::string& data) {
  ASSIGN_OR_RETURN(const StoredHolds there, ReadHolds(connection));
  if (there.version != version) return absl::AbortedError("the holds were changed meanwhile");
  ASSIGN_OR_RETURN(Statement save, connection.Prepare(kSaveHolds));
  return save.Run(version + 1, Blob{data});
}

absl::StatusOr<std::optional<DecisionRow>> ReadDecision(Connection& connection, DecisionId id) {
  ASSIGN_OR_RETURN(Statement find, connection.Prepare(kDecision));
  ASSIGN_OR_RETURN(bool found, find.First(id));
  if (!found) return std::optional<DecisionRow>();
  DecisionRow row{.id = DecisionId(find.Integer(0))};
  RETURN_IF_ERROR(Decompress(find.Bytes(1), &row.data));
  return std::optional<DecisionRow>(std::move(row));
}

absl::StatusOr<std::vector<RefusedRow>> ListRefused(Connection& connection, size_t limit) {
  std::vector<RefusedRow> refused;
  ASSIGN_OR_RETURN(Statement list, connection.Prepare(kRefused));
  ASSIGN_OR_RETURN(bool found, list.First(static_cast<int64_t>(limit)));
  while (found) {
    refused.push_back({.position = Position(list.Integer(0)),
                       .at_ms = list.Integer(1),
                       .code = list.Bytes(2),
                       .customer = list.Bytes(3),
                       .event_id = list.Bytes(4),
                       .message = list.Bytes(5)});
    ASSIGN_OR_RETURN(found, list.Step());
  }
  return refused;
}

absl::StatusOr<std::vector<WarningRow>> ListWarnings(Connection& connection, size_t limit) {
  std::vector<WarningRow> warnings;
  ASSIGN_OR_RETURN(Statement list, connection.Prepare(kWarnings));
  ASSIGN_OR_RETURN(bool found, list.First(static_cast<int64_t>(limit)));
  while (found) {
    warnings.push_back({.position = Position(list.Integer(0)),
                        .at_ms = list.Integer(1),
                        .type = list.Bytes(2),
                        .code = list.Bytes(3),
                        .field = list.Bytes(4),
                        .value = list.Bytes(5),
                        .expected = list.Bytes(6),
                        .customer = list.Bytes(7),
                        .event_id = list.Bytes(8)});
    ASSIGN_OR_RETURN(found, list.Step());
  }
  return warnings;
}

absl::StatusOr<std::vector<CounterRow>> ListCounters(Connection& connection) {
  std::vector<CounterRow> rows;
  ASSIGN_OR_RETURN(Statement list, connection.Prepare(kCounters));
  ASSIGN_OR_RETURN(bool found, list.First());
  while (found) {
    CounterRow& row = rows.emplace_back();
    row.counter.metric = static_cast<Metric>(list.Integer(0));
    row.counter.journey = list.Bytes(1);
    row.counter.step = list.Bytes(2);
    row.counter.variant = list.Bytes(3);
    row.counter.reason = static_cast<Reason>(list.Integer(4));
    row.counter.detail = list.Bytes(5);
    row.counter.day = list.Integer(6);
    row.count = list.Integer(7);
    row.value = list.Integer(8);
    ASSIGN_OR_RETURN(found, list.Step());
  }
  return rows;
}

absl::StatusOr<StoreStatus> ReadStoreStatus(Connection& connection) {
  StoreStatus status;
  {
    ASSIGN_OR_RETURN(Statement fold, connection.Prepare(kFoldStatus));
    RETURN_IF_ERROR(fold.First().status());
    status.cursor = Position(fold.Integer(0));
    status.back_fill = fold.Bytes(4);
    if (fold.Integer(1) != 0)
      status.lease_end = LeaseTime{.boot = static_cast<uint64_t>(fold.Integer(2)), .monotonic_ms = fold.Integer(3)};
  }
  ASSIGN_OR_RETURN(status.head, ReadHead(connection));
  {
    ASSIGN_OR_RETURN(Statement oldest, connection.Prepare(kOldestUnfolded));
    ASSIGN_OR_RETURN(bool found, oldest.First(status.cursor));
    if (found) status.oldest_unfolded_at_ms = oldest.Integer(0);
  }
  {
    ASSIGN_OR_RETURN(Statement newest, connection.Prepare(kNewest));
    ASSIGN_OR_RETURN(bool found, newest.First());
    if (found) status.newest_ingested_at_ms = newest.Integer(0);
  }
  ASSIGN_OR_RETURN(const PendingErasures pending, CountPending(connection));
  status.erasures_pending = pending.count;
  status.oldest_erasure_at_ms = pending.oldest_at_ms;
  std::map<std::string, StoreStatus::Channel> channels;
  RETURN_IF_ERROR(CountOpen(connection, channels));
  for (auto& [name, channel] : channels) {
    channel.name = name;
    status.channels.push_back(std::move(channel));
  }
  return status;
}

absl::StatusOr<HashKey> ReadHashKey(Connection& connection) {
  ASSIGN_OR_RETURN(Statement read, connection.Prepare(kHashKey));
  RETURN_IF_ERROR(read.First().status());
  return HashKey{.low = static_cast<uint64_t>(read.Integer(0)), .high = static_cast<uint64_t>(read.Integer(1))};
}

absl::StatusOr<std::string> ReadSealMark(Connection& connection) {
  ASSIGN_OR_RETURN(Statement read, connection.Prepare(kSealMark));
  RETURN_IF_ERROR(read.First().status());
  return std::string(read.Bytes(0));
}

absl::Status WriteSealMark(Connection& connection, const std::string& mark) {
  ASSIGN_OR_RETURN(Statement set, connection.Prepare(kSetSealMark));
  return set.Run(Blob{mark});
}

}  // namespace cartwheel
