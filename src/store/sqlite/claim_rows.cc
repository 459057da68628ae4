#include "store/sqlite/claim_rows.h"

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// All by the primary key (lease_boot, lease_end, token), but where it is said otherwise.
#define CARTWHEEL_CLAIMS "SELECT lease_boot, lease_end, token, open, blocks FROM claim"
constexpr char kFind[] = CARTWHEEL_CLAIMS " WHERE lease_boot = ?1 AND lease_end = ?2 AND token = ?3";
// Three ranges: leases of other boots have lapsed whatever they say.
constexpr char kLapsed[] =
    CARTWHEEL_CLAIMS " WHERE lease_boot < ?1 UNION ALL " CARTWHEEL_CLAIMS
                     " WHERE lease_boot > ?1 UNION ALL " CARTWHEEL_CLAIMS " WHERE lease_boot = ?1 AND lease_end <= ?2";
constexpr char kAll[] = CARTWHEEL_CLAIMS;
constexpr char kFirst[] = "SELECT lease_boot, lease_end FROM claim ORDER BY lease_boot, lease_end LIMIT 1";
constexpr char kLastBoot[] = "SELECT lease_boot FROM claim ORDER BY lease_boot DESC LIMIT 1";
// The whole table, once after a reboot.
constexpr char kOfOldBoot[] =
    "SELECT lease_boot, lease_end FROM claim WHERE lease_boot <> (SELECT lease_boot FROM claim ORDER BY token DESC "
    "LIMIT 1) LIMIT 1";
constexpr char kInsert[] = "INSERT INTO claim(lease_boot, lease_end, token, open, blocks) VALUES(?1, ?2, ?3, ?4, ?5)";
constexpr char kUpdate[] =
    "UPDATE claim SET open = ?4, blocks = ?5 WHERE lease_boot = ?1 AND lease_end = ?2 AND token = ?3";
constexpr char kDrop[] = "DELETE FROM claim WHERE lease_boot = ?1 AND lease_end = ?2 AND token = ?3";

LeaseTime LeaseOf(const Statement& statement) {
  return LeaseTime{.boot = static_cast<uint64_t>(statement.Integer(0)), .monotonic_ms = statement.Integer(1)};
}

absl::Status ReadClaim(const Statement& statement, ClaimRow* row) {
  row->key = {statement.Integer(0), statement.Integer(1), statement.Integer(2)};
  row->open = statement.Integer(3);
  row->blocks.clear();
  ByteReader reader(statement.View(4));
  while (reader.ok() && !reader.at_end()) row->blocks.emplace_back(reader.Signed());
  return reader.ok() ? absl::OkStatus()
                     : absl::DataLossError(fmt::format("the row of claim {} is damaged", row->key.token));
}

void AddBlock(MessageId block, std::vector<MessageId>& blocks) {
  if (std::find(blocks.rbegin(), blocks.rend(), block) == blocks.rend()) blocks.push_back(block);
}

}  // namespace

ClaimKey ClaimOf(const StateOfMessage& state) { return {state.lease_boot, state.lease_end_ms, state.token}; }

void ClaimChanges::Note(const StateOfMessage* before, const StateOfMessage& now, MessageId block) {
  const bool was_out = before != nullptr && before->message_state() == MessageState::kClaimed;
  const bool is_out = now.message_state() == MessageState::kClaimed;
  if (was_out && is_out && ClaimOf(*before) == ClaimOf(now)) return;
  if (was_out) --changes_[ClaimOf(*before)].open;
  if (!is_out) return;
  Change& change = changes_[ClaimOf(now)];
  ++change.open;
  AddBlock(block, change.blocks);
}

absl::Status ClaimChanges::Write(Connection& connection) {
  std::string bytes;
  for (const auto& [key, change] : changes_) {
    ClaimRow row{.key = key};
    bool is_there = false;
    {
      ASSIGN_OR_RETURN(Statement find, connection.Prepare(kFind));
      ASSIGN_OR_RETURN(is_there, find.First(key.lease_boot, key.lease_end_ms, key.token));
      if (is_there) RETURN_IF_ERROR(ReadClaim(find, &row));
    }
    row.open += change.open;
    if (row.open < 0)
      return absl::DataLossError(fmt::format("more messages of claim {} are out than it has", key.token));
    for (const MessageId block : change.blocks) AddBlock(block, row.blocks);
    bytes.clear();
    ByteWriter writer(&bytes);
    for (const MessageId block : row.blocks) writer.Signed(block.value());
    if (row.open == 0) {
      ASSIGN_OR_RETURN(Statement drop, connection.Prepare(kDrop));
      RETURN_IF_ERROR(drop.Run(key.lease_boot, key.lease_end_ms, key.token));
    } else {
      ASSIGN_OR_RETURN(Statement write, connection.Prepare(is_there ? kUpdate : kInsert));
      RETURN_IF_ERROR(write.Run(key.lease_boot, key.lease_end_ms, key.token, row.open, Blob{bytes}));
    }
  }
  changes_.clear();
  return absl::OkStatus();
}

absl::Status EachClaim(Connection& connection, const std::optional<LeaseTime>& lapsed_at,
                       absl::FunctionRef<absl::StatusOr<bool>(const ClaimRow&)> each) {
  ASSIGN_OR_RETURN(Statement list, connection.Prepare(lapsed_at ? kLapsed : kAll));
  const LeaseTime now = lapsed_at.value_or(LeaseTime());
  ASSIGN_OR_RETURN(bool found, lapsed_at ? list.First(BootColumn(now.boot), now.monotonic_ms) : list.First());
  ClaimRow row;
  while (found) {
    RETURN_IF_ERROR(ReadClaim(list, &row));
    ASSIGN_OR_RETURN(const bool on, each(row));
    if (!on) return absl::OkStatus();
    ASSIGN_OR_RETURN(found, list.Step());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<LeaseTime>> ReadNextLapse(Connection& connection) {
  ASSIGN_OR_RETURN(Statement first, connection.Prepare(kFirst));
  ASSIGN_OR_RETURN(bool found, first.First());
  if (!found) return std::optional<LeaseTime>();
  const LeaseTime lease = LeaseOf(first);
  ASSIGN_OR_RETURN(Statement last, connection.Prepare(kLastBoot));
  RETURN_IF_ERROR(last.First().status());
  if (last.Integer(0) == BootColumn(lease.boot)) return std::optional<LeaseTime>(lease);
  // Leases of two boots: those that are not of the latest claim's have lapsed, and nothing can be earlier.
  ASSIGN_OR_RETURN(Statement old, connection.Prepare(kOfOldBoot));
  RETURN_IF_ERROR(old.First().status());
  return std::optional<LeaseTime>(LeaseOf(old));
}

}  // namespace cartwheel
