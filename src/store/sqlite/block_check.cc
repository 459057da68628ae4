#include "store/sqlite/block_check.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/block_table.h"
#include "store/sqlite/claim_rows.h"
#include "store/sqlite/message_state_sql.h"

namespace cartwheel {
namespace {

constexpr char kBlocks[] =
    "SELECT first, span, ids, states, ready_at, present, h.data, b.data FROM message_states LEFT JOIN message_heads h "
    "USING(first) LEFT JOIN message_bodies b USING(first) ORDER BY first";
// Rows that belong to no block.
constexpr char kOrphans[] =
    "SELECT (SELECT count(*) FROM message_heads) + (SELECT count(*) FROM message_bodies) - 2 * (SELECT count(*) FROM "
    "message_states)";
constexpr char kLinks[] = "SELECT count(*) FROM message_link";
constexpr size_t kFindingsMax = 10;

class Findings {
 public:
  void Add(const std::string& finding) {
    if (++count_ <= kFindingsMax) text_ += (text_.empty() ? "" : "; ") + finding;
  }
  const std::string& text() const { return text_; }

 private:
  size_t count_ = 0;
  std::string text_;
};

// Of the blocks so far.
struct Seen {
  int64_t span = 0;
  MessageId last;  // the greatest id of the blocks before this span
  MessageId last_of_span;
  std::map<ClaimKey, int64_t> out;  // messages of each claim
  int64_t linked = 0;               // messages that tracked links name
};

void CheckBlock(const Statement& row, Seen& seen, Findings& findings) {
  const MessageId first(row.Integer(0));
  auto damaged = [&](std::string_view part) { findings.Add(StatusText(DamagedBlock(first, part))); };
  std::vector<MessageId> ids;
  if (!DecodeIds(first, row.View(2), &ids)) return damaged("ids");
  if (const int64_t span = row.Integer(1); span != seen.span) {
    seen.last = std::max(seen.last, seen.last_of_span);
    seen.span = span;
    if (span <= seen.last.value() || span > first.value()) damaged("ids");
  }
  seen.last_of_span = std::max(seen.last_of_span, ids.back());
  BlockStates states;
  if (!DecodeStates(row.View(3), ids.size(), &states)) return damaged("states");
  if (states.ReadyAt() != row.Integer(4) || states.Present() != row.Integer(5)) damaged("states");
  for (size_t at = 0; at < states.size(); ++at)
    if (states[at].message_state() == MessageState::kClaimed) ++seen.out[ClaimOf(states[at])];
  std::vector<HeadOfMessage> heads;
  if (!DecodeHeads(row.View(6), ids.size(), &heads)) damaged("heads");
  for (const HeadOfMessage& head : heads) seen.linked += head.link != 0;
  std::string room;
  std::vector<std::string_view> bodies;
  if (!DecodeBodies(row.View(7), ids.size(), &room, &bodies)) damaged("bodies");
}

}  // namespace

absl::StatusOr<std::string> FindBlockDamage(Connection& connection) {
  Findings findings;
  Seen seen;
  {
    ASSIGN_OR_RETURN(Statement blocks, connection.Prepare(kBlocks));
    ASSIGN_OR_RETURN(bool found, blocks.First());
    while (found) {
      CheckBlock(blocks, seen, findings);
      ASSIGN_OR_RETURN(found, blocks.Step());
    }
  }
  RETURN_IF_ERROR(EachClaim(connection, {}, [&](const ClaimRow& claim) -> absl::StatusOr<bool> {
    if (const auto out = seen.out.find(claim.key); out == seen.out.end() || out->second != claim.open)
      findings.Add(fmt::format("claim {} says that {} messages are out, {} are", claim.key.token, claim.open,
                               out == seen.out.end() ? 0 : out->second));
    seen.out.erase(claim.key);
    return true;
  }));
  for (const auto& [key, out] : seen.out)
    findings.Add(fmt::format("{} messages of claim {} are out, and it has no row", out, key.token));
  ASSIGN_OR_RETURN(Statement orphans, connection.Prepare(kOrphans));
  RETURN_IF_ERROR(orphans.First().status());
  if (orphans.Integer(0) != 0) findings.Add("messages have heads or bodies, and no states");
  ASSIGN_OR_RETURN(Statement links, connection.Prepare(kLinks));
  RETURN_IF_ERROR(links.First().status());
  if (links.Integer(0) != seen.linked)
    findings.Add(fmt::format("links name {} messages, {} say so", links.Integer(0), seen.linked));
  return findings.text();
}

}  // namespace cartwheel
