#include "engine/fold/sweep.h"

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/compress.h"
#include "base/status.h"
#include "core/model/address.h"
#include "core/model/message_body.h"
#include "core/model/receipt.h"
#include "engine/common/erased_names.h"
#include "engine/common/trail.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// Of one slice.
constexpr size_t kStatesOfSlice = 500;
constexpr int64_t kEventsOfSlice = 4'000;
constexpr size_t kMessagesOfSlice = 4'000;
constexpr size_t kLinksOfSlice = 100;
constexpr int64_t kErasuresOfSlice = 2'000;
// Of one pass: their names are held in memory.
constexpr size_t kErasuresOfPass = 200'000;

constexpr size_t kDigestBytes = 16;

std::string EmptyMap() {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.End();
  return packed;
}

// What became of a message stays, by which step it was made, and the keyed hash of its address: it may still bounce, or
// its reader withdraw.
std::string BlankBody(const MessageRow& message, const HashKey& hash_key) {
  const MessageBody body = DecodeMessageBody(message.body);
  const std::string address =
      body.address.empty() ? std::string() : HashedAddress(AddressDigest(hash_key, message.channel, body.address));
  return EncodeMessageBody({.key = body.key,
                            .address = address,
                            .journey = body.journey,
                            .step = body.step,
                            .template_name = body.template_name,
                            .variant = body.variant,
                            .revision = body.revision,
                            .policy = body.policy});
}

}  // namespace

void Sweep::Begin(const std::string& state) {
  Forget();
  Note();
  Go(Stage::kIdle);
  if (state.empty()) return;
  ByteReader reader(state);
  const auto stage = static_cast<Stage>(reader.Byte());
  at_ = reader.Signed();
  erasures_to_ = ErasureId(reader.Signed());
  log_to_ = Position(reader.Signed());
  mark_ = reader.Signed();
  links_.resize(reader.Count());
  for (DecisionLink& link : links_) link = DecisionLink(reader.Signed());
  if (reader.ok() && stage <= Stage::kDone)
    stage_ = stage;
  else
    Go(Stage::kIdle);
  if (stage_ == Stage::kStates) Go(Stage::kIdle);  // the mark was of the holder before
}

std::string Sweep::EncodeState() const {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.Byte(static_cast<uint8_t>(stage_));
  for (int64_t number : {at_, erasures_to_.value(), log_to_.value(), mark_}) writer.Signed(number);
  writer.Varint(links_.size());
  for (DecisionLink link : links_) writer.Signed(link.value());
  return bytes;
}

void Sweep::Go(Stage stage) {
  stage_ = stage;
  at_ = 0;
  links_.clear();
}

absl::Status Sweep::Load() {
  if (loaded_) return absl::OkStatus();
  names_.clear();
  rows_.clear();
  trails_.clear();
  ASSIGN_OR_RETURN(const std::vector<ErasureRow> pending, store_->Erasures({}, /*pending=*/true, kErasuresOfPass));
  for (const ErasureRow& row : pending) {
    if (stage_ != Stage::kIdle && row.id > erasures_to_) break;
    auto widen = [&](Before& before) {
      before.through = std::max(before.through, row.through);
      before.erased_at_ms = std::max(before.erased_at_ms, row.erased_at_ms);
      before.message_to = std::max(before.message_to, row.message_to);
    };
    widen(rows_[row.customer]);
    ByteReader merged(row.merged);
    while (!merged.at_end() && merged.ok()) widen(rows_[CustomerRow(merged.Signed())]);
    for (size_t at = 0; at + kDigestBytes <= row.keys.size(); at += kDigestBytes)
      widen(names_[row.keys.substr(at, kDigestBytes)]);
    if (row.trail) trails_.emplace_back(row.id, row.trail);
    if (stage_ == Stage::kIdle) erasures_to_ = row.id;
  }
  loaded_ = true;
  return absl::OkStatus();
}

absl::Status Sweep::BeginPass(Epoch epoch, Position cursor) {
  loaded_ = false;
  RETURN_IF_ERROR(Load());
  if (rows_.empty()) {
    idle_ = true;
    return absl::OkStatus();
  }
  log_to_ = cursor;
  ASSIGN_OR_RETURN(mark_, store_->MarkStates(epoch));
  Go(Stage::kStates);
  return absl::OkStatus();
}

absl::StatusOr<bool> Sweep::Slice(Epoch epoch, Position cursor, int64_t now_ms) {
  if (stage_ == Stage::kIdle) {
    if (begin_at_ < Position()) {
      ASSIGN_OR_RETURN(const LogHead head, store_->Head());
      begin_at_ = head.last;
    }
    if (cursor < begin_at_) return false;
    RETURN_IF_ERROR(BeginPass(epoch, cursor));
    if (idle_) return false;
  }
  RETURN_IF_ERROR(Load());
  SweepWrite write{.epoch = epoch};
  ASSIGN_OR_RETURN(const bool went, Run(now_ms, write));
  write.state = EncodeState();
  if (went) RETURN_IF_ERROR(store_->CommitSweep(write));
  return went;
}

// The stage moves on before the slice is committed: after an error all is read anew.
absl::StatusOr<bool> Sweep::Run(int64_t now_ms, SweepWrite& write) {
  switch (stage_) {
    case Stage::kIdle:
      return false;
    case Stage::kStates: {
      ASSIGN_OR_RETURN(const bool done, store_->DropStates(write.epoch, mark_, kStatesOfSlice));
      if (done) Go(Stage::kLog);
      return true;
    }
    case Stage::kLog:
      RETURN_IF_ERROR(SweepLog(write));
      return true;
    case Stage::kMessages:
      RETURN_IF_ERROR(SweepMessages(write));
      return true;
    case Stage::kTrail:
      RETURN_IF_ERROR(SweepTrail(write));
      return true;
    case Stage::kChanges: {
      ASSIGN_OR_RETURN(const bool emptied, store_->EmptyChanges());
      if (!emptied) return false;
      ASSIGN_OR_RETURN(const Destroyed destroyed, store_->DestroyKeys(erasures_to_));
      if (destroyed != Destroyed::kAll) return destroyed == Destroyed::kPart;
      Go(Stage::kDone);
      return true;
    }
    case Stage::kDone:
      at_ = std::min(at_ + kErasuresOfSlice, erasures_to_.value());
      write.done_through = ErasureId(at_);
      write.done_at_ms = now_ms;
      if (write.done_through == erasures_to_) Go(Stage::kIdle);
      return true;
  }
  return false;
}

bool Sweep::IsBefore(const Digest& name, Position position, const Event& event) const {
  const auto found = names_.find(ToBytes(name));
  return found != names_.end() && (position <= found->second.through || event.at_ms <= found->second.erased_at_ms);
}

bool Sweep::Blank(Position position, Event& event) const {
  static const auto* empty = new std::string(EmptyMap());
  bool owned = false;
  if (const CustomerRow owner = ReceiptOwner(event)) {
    const auto row = rows_.find(owner);
    if (row != rows_.end()) {
      const Before& before = row->second;
      owned = position <= before.through || event.at_ms <= before.erased_at_ms ||
              ReadReceipt(event).message <= before.message_to;
    }
  }
  const bool unnamed = event.customer.empty() && event.anonymous_id.empty();
  if (unnamed || IsAboutAddress(event.type)) {
    const std::optional<Digest> address = AddressOf(event, hash_key_);
    owned = owned || (address && IsBefore(*address, position, event));
  }
  if (!event.customer.empty())
    owned = owned || IsBefore(NameDigest(hash_key_, CustomerKey(event.customer)), position, event);
  const bool device =
      !event.anonymous_id.empty() && IsBefore(NameDigest(hash_key_, AnonymousKey(event.anonymous_id)), position, event);
  if (owned || (device && event.customer.empty())) {
    event.id = event.customer = event.anonymous_id = event.warnings = {};
    event.sent_fingerprint = 0;
    event.properties = *empty;
    return true;
  }
  if (device) event.anonymous_id = {};  // another customer's event, on a device of hers
  return device;
}

absl::Status Sweep::SweepLog(SweepWrite& write) {
  ASSIGN_OR_RETURN(const std::vector<LogRow> rows, store_->ReadLog(Position(at_), log_to_, kEventsOfSlice));
  std::string bytes;
  for (const LogRow& row : rows) {
    at_ = row.last.value();
    RETURN_IF_ERROR(Decompress(row.data, &bytes));
    EventCursor cursor(bytes);
    EventBatch batch;
    bool changed = false;
    Position position = row.first();
    for (Event event; cursor.Next(&event); ++position) {
      if (Blank(position, event)) {
        changed = true;
        batch.Append(event);
      } else {
        batch.AppendRaw(cursor.encoded(), event);
      }
    }
    if (!cursor.ok()) return absl::DataLossError(fmt::format("the log row of event {} is damaged", row.last.value()));
    if (changed || row.reseal) write.log.push_back({row.last, Compress(batch.bytes)});
  }
  if (rows.empty() || at_ >= log_to_.value()) Go(Stage::kMessages);
  return absl::OkStatus();
}

absl::Status Sweep::SweepMessages(SweepWrite& write) {
  ASSIGN_OR_RETURN(const std::vector<MessageOwner> owners, store_->Owners(MessageId(at_), kMessagesOfSlice));
  std::vector<MessageId> ids;
  for (const MessageOwner& owner : owners) {
    at_ = owner.message.value();
    const auto row = rows_.find(owner.customer);
    if (row == rows_.end() || owner.may_leave) continue;  // one that may leave came with a device since
    const Before& before = row->second;
    if (owner.message <= before.message_to || owner.made_at_ms <= before.erased_at_ms) ids.push_back(owner.message);
  }
  ASSIGN_OR_RETURN(const std::vector<MessageRow> messages, store_->Messages(ids));
  for (const MessageRow& message : messages) write.bodies.push_back({message.id, BlankBody(message, hash_key_)});
  if (owners.empty()) Go(Stage::kTrail);
  return absl::OkStatus();
}

// `at_`: the erasure whose trail is gone along.
absl::Status Sweep::SweepTrail(SweepWrite& write) {
  absl::flat_hash_map<DecisionId, std::string> rows;
  for (size_t gone = 0; gone < kLinksOfSlice;) {
    if (links_.empty()) {
      const auto next =
          std::find_if(trails_.begin(), trails_.end(), [&](const auto& trail) { return trail.first.value() > at_; });
      if (next == trails_.end()) {
        Go(Stage::kChanges);
        break;
      }
      at_ = next->first.value();
      links_.push_back(next->second);
    }
    const DecisionLink link = links_.back();
    links_.pop_back();
    if (!link) continue;
    ++gone;
    const DecisionId id = TrailRowOf(link);
    if (!rows.contains(id)) {
      ASSIGN_OR_RETURN(std::optional<DecisionRow> row, store_->Decision(id));
      if (!row) continue;
      rows[id] = std::move(row->data);
    }
    ASSIGN_OR_RETURN(const TrailLinks before, BlankEntry(link, rows[id]));
    links_.push_back(before.previous);
    links_.push_back(before.merged);
  }
  for (auto& [id, data] : rows) write.decisions.push_back({id, std::move(data)});
  return absl::OkStatus();
}

}  // namespace cartwheel
