#include "store/sealed/sealed_store.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "base/codec.h"
#include "base/compress.h"
#include "base/status.h"
#include "core/model/split_row.h"
#include "fmt/format.h"
#include "store/sealed/key_file.h"
#include "store/sealed/sealed_events.h"
#include "store/sealed/sealed_rows.h"

namespace cartwheel {
namespace {

constexpr size_t kLostRowsMax = 100'000;  // that are told apart
constexpr size_t kDigestBytes = 16;

// As the database keeps it.
std::string WriteMark(const KeyMark& mark) {
  std::string bytes = mark.mark;
  ByteWriter(&bytes).Varint(static_cast<uint64_t>(mark.rotations));
  return bytes;
}

absl::StatusOr<KeyMark> ReadMark(std::string_view bytes) {
  ByteReader reader(bytes);
  KeyMark mark{.mark = std::string(reader.Raw(kSealMarkBytes))};
  mark.rotations = static_cast<int64_t>(reader.Varint());
  if (!reader.ok()) return absl::DataLossError("the mark of the seal key is damaged");
  return mark;
}

// Compares the key that was given, whose mark is `given`, with those of the database (`stored`; empty: it is not sealed
// yet) and of its FILE.keys, and returns the mark that both have from here on. FILE.keys is changed first when the key
// is exchanged, so it may be ahead: of a process that ended in between, or of a copy that was restored.
absl::StatusOr<KeyMark> CheckMarks(Store& store, const std::string& stored, KeyFile& keys, const std::string& given) {
  KeyMark known{given};
  if (!stored.empty()) {
    ASSIGN_OR_RETURN(known, ReadMark(stored));
  }
  ASSIGN_OR_RETURN(const std::optional<KeyMark> of_keys, keys.StoredMark());
  const KeyMark in_force = of_keys.value_or(known);
  if (in_force.rotations < known.rotations)
    return absl::FailedPreconditionError(
        fmt::format("{} is a copy of before its key was exchanged: put the newest copy there", keys.path()));
  if (in_force.mark != given)
    return absl::FailedPreconditionError(
        fmt::format("{} is sealed with another key: seal_key is not its key", store.File()));
  if (const std::string mark = WriteMark(in_force); mark != stored) RETURN_IF_ERROR(store.SetSealMark(mark));
  return in_force;
}

class SealedStore final : public Store {
 public:
  SealedStore(std::unique_ptr<Store> store, std::unique_ptr<KeyFile> keys, PersonalNames personal)
      : store_(std::move(store)),
        hash_key_(store_->hash_key()),
        personal_(std::move(personal)),
        keys_file_(std::move(keys)),
        keys_(*keys_file_) {}

  bool splits_rows() const override { return true; }
  bool wants_plain_rows() const override { return true; }

  // The log.
  absl::StatusOr<Position> Append(const LogRow& row) override {
    std::string bytes, sealed;
    RETURN_IF_ERROR(Decompress(row.data, &bytes));
    ASSIGN_OR_RETURN(const EventSealing sealing, EventSealing::Of(bytes, *Named(), hash_key_));
    LogRow written{.count = row.count, .ingested_at_ms = row.ingested_at_ms, .erases = row.erases};
    if (!sealing.changes()) {
      written.data = Compress(bytes);
      return store_->Append(written);
    }
    for (;;) {
      if (sealing.needs_keys()) written.erased_to = keys_.erased_to();
      RETURN_IF_ERROR(sealing.Write(keys_, &sealed));
      written.data = Compress(sealed);
      absl::StatusOr<Position> appended = store_->Append(written);
      if (!absl::IsAborted(appended.status())) return appended;
      ASSIGN_OR_RETURN(const ErasureId newest, store_->NewestErasure());
      keys_.Heard(newest);
    }
  }
  absl::StatusOr<LogHead> Head() override { return store_->Head(); }
  absl::StatusOr<std::vector<LogRow>> ReadLog(Position after, Position until, int64_t events_max) override {
    ASSIGN_OR_RETURN(std::vector<LogRow> rows, store_->ReadLog(after, until, events_max));
    for (LogRow& row : rows) RETURN_IF_ERROR(OpenLog(row));
    return rows;
  }

  // The fold.
  absl::StatusOr<FoldState> TakeLease(uint64_t holder, const LeaseTime& now, const LeaseTime& end) override {
    ASSIGN_OR_RETURN(FoldState state, store_->TakeLease(holder, now, end));
    keys_.Heard(state.newest_erasure);
    return state;
  }
  absl::Status ReleaseLease(Epoch epoch) override { return store_->ReleaseLease(epoch); }
  absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
    return store_->Resolve(keys);
  }
  absl::StatusOr<std::vector<std::string>> Load(absl::Span<const CustomerRow> rows) override {
    ASSIGN_OR_RETURN(std::vector<std::string> data, store_->Load(rows));
    for (size_t i = 0; i < data.size(); ++i) RETURN_IF_ERROR(OpenRow(rows[i], data[i]));
    return data;
  }
  absl::Status Alarms(int64_t from_hour, int64_t before_hour, EachAlarm each) override {
    return store_->Alarms(from_hour, before_hour, each);
  }
  absl::StatusOr<std::optional<int64_t>> FirstAlarm(int64_t from_hour) override {
    return store_->FirstAlarm(from_hour);
  }
  absl::Status Commit(FoldWrite write) override {
    std::optional<ErasureId> filed;
    if (!write.erasures.empty()) {
      ASSIGN_OR_RETURN(filed, RetireErased(write.erasures));
    }
    RETURN_IF_ERROR(SealWrite(write));
    RETURN_IF_ERROR(store_->Commit(std::move(write)));
    if (filed) keys_.Filed(*filed);
    return absl::OkStatus();
  }

  // The outbox.
  absl::StatusOr<std::unique_ptr<OutboxChange>> BeginOutbox(const OutboxPlan& plan) override {
    ASSIGN_OR_RETURN(std::unique_ptr<OutboxChange> change, store_->BeginOutbox(plan));
    OutboxView& view = change->view();
    for (std::vector<MessageRow>* messages : {&view.messages, &view.ready, &view.lapsed})
      RETURN_IF_ERROR(OpenBodies(*messages));
    for (LogRow& row : view.tail) RETURN_IF_ERROR(OpenLog(row));
    for (LogRow& row : view.erasing) RETURN_IF_ERROR(OpenLog(row));
    return std::make_unique<Change>(*this, std::move(change));
  }
  absl::StatusOr<std::optional<int64_t>> NextReady() override { return store_->NextReady(); }
  absl::StatusOr<std::optional<LeaseTime>> NextLapse() override { return store_->NextLapse(); }

  // What queries read.
  absl::StatusOr<std::vector<StoredCustomer>> Customers(CustomerRow after_row, size_t limit) override {
    ASSIGN_OR_RETURN(std::vector<StoredCustomer> customers, store_->Customers(after_row, limit));
    for (StoredCustomer& customer : customers) RETURN_IF_ERROR(OpenRow(customer.row, customer.data));
    return customers;
  }
  absl::StatusOr<std::vector<MessageRow>> Messages(absl::Span<const MessageId> ids) override {
    ASSIGN_OR_RETURN(std::vector<MessageRow> messages, store_->Messages(ids));
    RETURN_IF_ERROR(OpenBodies(messages));
    return messages;
  }
  absl::StatusOr<std::vector<MessageRow>> ListMessages(const MessageFilter& filter) override {
    ASSIGN_OR_RETURN(std::vector<MessageRow> messages, store_->ListMessages(filter));
    RETURN_IF_ERROR(OpenBodies(messages));
    return messages;
  }
  absl::StatusOr<std::optional<DecisionRow>> Decision(DecisionId id) override { return store_->Decision(id); }
  absl::StatusOr<std::vector<RefusedRow>> Refused(size_t limit) override { return store_->Refused(limit); }
  absl::StatusOr<std::vector<WarningRow>> Warnings(size_t limit) override { return store_->Warnings(limit); }
  absl::StatusOr<std::vector<ConsentRow>> Consents(CustomerRow customer, ConsentId after_id, size_t limit) override {
    ASSIGN_OR_RETURN(std::vector<ConsentRow> rows, store_->Consents(customer, after_id, limit));
    for (ConsentRow& row : rows) RETURN_IF_ERROR(OpenConsent(keys_, &row).status());
    return rows;
  }
  absl::StatusOr<std::vector<CounterRow>> Counters() override { return store_->Counters(); }
  absl::StatusOr<int64_t> BusiestTally(const std::string& channel, int64_t from_slot, int64_t before_slot) override {
    return store_->BusiestTally(channel, from_slot, before_slot);
  }
  absl::StatusOr<StoreStatus> Status() override {
    ASSIGN_OR_RETURN(StoreStatus status, store_->Status());
    absl::MutexLock lock(&mutex_);
    status.lost_customers = static_cast<int64_t>(lost_rows_.size());
    status.lost_events = lost_events_;
    return status;
  }

  // Playbooks and holds.
  absl::Status SaveDefinition(Revision revision, const std::string& content, int64_t now_ms) override {
    return store_->SaveDefinition(revision, content, now_ms);
  }
  absl::StatusOr<std::optional<std::string>> Definition(Revision revision) override {
    return store_->Definition(revision);
  }
  absl::StatusOr<Revision> LatestRevision() override { return store_->LatestRevision(); }
  absl::StatusOr<std::vector<Revision>> Revisions() override { return store_->Revisions(); }
  absl::StatusOr<StoredHolds> Holds() override { return store_->Holds(); }
  absl::Status SaveHolds(int64_t version, const std::string& data) override { return store_->SaveHolds(version, data); }

  // The sweep.
  absl::StatusOr<std::vector<ErasureRow>> Erasures(ErasureId after_id, bool pending, size_t limit) override {
    return store_->Erasures(after_id, pending, limit);
  }
  absl::StatusOr<ErasureId> NewestErasure() override { return store_->NewestErasure(); }
  absl::StatusOr<std::vector<MessageOwner>> Owners(MessageId after, size_t limit) override {
    return store_->Owners(after, limit);
  }
  absl::Status CommitSweep(const SweepWrite& write) override {
    SweepWrite sealed = write;
    for (auto& row : sealed.log) RETURN_IF_ERROR(SealLog(row.data, *Named()));
    return store_->CommitSweep(sealed);
  }
  absl::StatusOr<int64_t> MarkStates(Epoch epoch) override { return store_->MarkStates(epoch); }
  absl::StatusOr<bool> DropStates(Epoch epoch, int64_t mark, size_t limit) override {
    return store_->DropStates(epoch, mark, limit);
  }
  absl::StatusOr<bool> EmptyChanges() override { return store_->EmptyChanges(); }
  absl::StatusOr<Destroyed> DestroyKeys(ErasureId through) override { return keys_.Destroy(through); }

  // The access log, what is old, the database as a whole.
  absl::Status NoteAccess(const AccessRow& row) override { return store_->NoteAccess(row); }
  absl::StatusOr<std::vector<AccessRow>> Accesses(AccessId after_id, const std::string& subject,
                                                  size_t limit) override {
    return store_->Accesses(after_id, subject, limit);
  }
  absl::StatusOr<bool> DropOld(Epoch epoch, const KeepSpans& keep, size_t limit) override {
    return store_->DropOld(epoch, keep, limit);
  }
  HashKey hash_key() const override { return hash_key_; }
  std::string File() const override { return store_->File(); }
  std::string WrittenFile() const override { return store_->WrittenFile(); }
  absl::Status Backup(const std::string& path) override { return store_->Backup(path); }
  absl::StatusOr<std::string> FindDamage() override {
    ASSIGN_OR_RETURN(std::string damage, store_->FindDamage());
    ASSIGN_OR_RETURN(const std::string of_keys, keys_.FindDamage());
    if (!of_keys.empty()) damage += (damage.empty() ? "" : "; ") + of_keys;
    return damage;
  }
  absl::Status MarkRestored(int64_t now_ms) override { return store_->MarkRestored(now_ms); }
  absl::Status Adopt() override { return store_->Adopt(); }
  absl::StatusOr<std::string> SealMark() override { return store_->SealMark(); }
  absl::Status SetSealMark(const std::string& mark) override { return store_->SetSealMark(mark); }
  absl::Status RotateSealKey(std::string_view seal_key) override {
    ASSIGN_OR_RETURN(const SealKey key, ReadSealKey(seal_key));
    ASSIGN_OR_RETURN(const std::string stored, store_->SealMark());
    ASSIGN_OR_RETURN(const KeyMark from, ReadMark(stored));
    const KeyMark to{cartwheel::SealMark(key, hash_key_), from.rotations + 1};
    if (to.mark == from.mark) return absl::InvalidArgumentError("the new seal_key is the one that it has");
    RETURN_IF_ERROR(keys_.Rotate(key, to));
    return store_->SetSealMark(WriteMark(to));  // else the next opening with the new key does it
  }
  absl::Status Checkpoint() override {
    RETURN_IF_ERROR(store_->Checkpoint());
    return keys_.Checkpoint();
  }
  void SetCheckpointRequest(std::function<void()> request) override {
    store_->SetCheckpointRequest(std::move(request));
  }

 private:
  class Change final : public OutboxChange {
   public:
    Change(SealedStore& store, std::unique_ptr<OutboxChange> change) : store_(store), change_(std::move(change)) {
      view() = std::move(change_->view());
    }
    absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
      return change_->Resolve(keys);
    }
    // Of receipts only addresses change, which needs no key: this thread holds the database, and waits for none.
    absl::Status Commit(const OutboxWrite& write) override {
      if (!write.append) return change_->Commit(write);
      OutboxWrite sealed = write;
      RETURN_IF_ERROR(store_.SealLog(sealed.append->data, StringSet()));
      return change_->Commit(sealed);
    }

   private:
    SealedStore& store_;
    std::unique_ptr<OutboxChange> change_;
  };

  std::shared_ptr<const StringSet> Named() {
    static const auto* none = new std::shared_ptr<const StringSet>(std::make_shared<StringSet>());
    std::shared_ptr<const StringSet> named = personal_ ? personal_(*store_) : nullptr;
    return named == nullptr ? *none : named;
  }

  absl::Status SealLog(std::string& data, const StringSet& named) {
    std::string bytes, sealed;
    RETURN_IF_ERROR(Decompress(data, &bytes));
    ASSIGN_OR_RETURN(const EventSealing sealing, EventSealing::Of(bytes, named, hash_key_));
    if (!sealing.changes()) return absl::OkStatus();
    RETURN_IF_ERROR(sealing.Write(keys_, &sealed));
    data = Compress(sealed);
    return absl::OkStatus();
  }

  absl::Status OpenLog(LogRow& row) {
    std::string bytes, opened;
    RETURN_IF_ERROR(Decompress(row.data, &bytes));
    ASSIGN_OR_RETURN(const OpenedEvents found, OpenEvents(bytes, keys_, &opened));
    row.data = Uncompressed(opened);
    row.reseal = found.retired;
    if (found.lost > 0) {
      absl::MutexLock lock(&mutex_);
      lost_events_ += found.lost;
    }
    return absl::OkStatus();
  }

  absl::Status OpenRow(CustomerRow row, std::string& data) {
    if (FormOf(data) != CustomerForm::kSealed) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Opened opened, OpenCustomer(row, keys_, &data));
    absl::MutexLock lock(&mutex_);
    if (opened == Opened::kWhole)
      lost_rows_.erase(row);
    else if (lost_rows_.size() < kLostRowsMax)
      lost_rows_.insert(row);
    return absl::OkStatus();
  }

  absl::Status OpenBodies(std::vector<MessageRow>& messages) {
    for (MessageRow& message : messages) {
      ASSIGN_OR_RETURN(const Opened opened, OpenBody(keys_, &message.body));
      message.unreadable = opened == Opened::kLost;
    }
    return absl::OkStatus();
  }

  // Returns the number that the last of them will have. An erasure that is filed once more, of what came late, is of no
  // new life's keys.
  absl::StatusOr<ErasureId> RetireErased(const std::vector<ErasureRow>& erasures) {
    std::vector<Digest> names;
    for (const ErasureRow& erasure : erasures)
      for (size_t at = 0; erasure.through && at + kDigestBytes <= erasure.keys.size(); at += kDigestBytes)
        names.push_back(DigestFromBytes(std::string_view(erasure.keys).substr(at, kDigestBytes)));
    if (!names.empty()) RETURN_IF_ERROR(keys_.Retire(names));
    ASSIGN_OR_RETURN(const ErasureId newest, store_->NewestErasure());
    keys_.Heard(newest);
    const ErasureId last(newest.value() + static_cast<int64_t>(erasures.size()));
    if (!names.empty()) RETURN_IF_ERROR(keys_.RetireUntil(names, last));
    return last;
  }

  absl::Status SealWrite(FoldWrite& write) {
    // What is sealed under which key, in one question.
    std::vector<Digest> names;
    std::vector<std::function<absl::Status(const NumberedKey&)>> seals;
    for (StoredCustomer& customer : write.customers) {
      if (!HasPersonalPart(customer.data)) {
        RETURN_IF_ERROR(SealCustomer(customer.row, nullptr, &customer.data));
        continue;
      }
      names.push_back(customer.name);
      seals.emplace_back(
          [&customer](const NumberedKey& key) { return SealCustomer(customer.row, &key, &customer.data); });
    }
    for (MessageRow& message : write.messages) {
      if (!BodyIsPersonal(message.body)) continue;
      names.push_back(SealName(hash_key_, BodyOwner(message.body)));
      seals.emplace_back([&message](const NumberedKey& key) {
        SealBody(key, &message.body);
        return absl::OkStatus();
      });
    }
    for (ConsentRow& row : write.consents) {
      if (!ConsentIsPersonal(row)) continue;
      names.push_back(SealName(hash_key_, row.who));
      seals.emplace_back([&row](const NumberedKey& key) {
        SealConsent(key, &row);
        return absl::OkStatus();
      });
    }
    for (WarningRow& warning : write.warnings) warning.value.clear();  // it may be anything that was sent
    if (write.append) RETURN_IF_ERROR(SealLog(write.append->data, *Named()));
    if (names.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<NumberedKey> keys, keys_.Current(names));
    for (size_t i = 0; i < seals.size(); ++i) RETURN_IF_ERROR(seals[i](keys[i]));
    return absl::OkStatus();
  }

  const std::unique_ptr<Store> store_;
  const HashKey hash_key_;
  const PersonalNames personal_;
  const std::unique_ptr<KeyFile> keys_file_;
  KeyFile& keys_;

  absl::Mutex mutex_;
  absl::flat_hash_set<CustomerRow> lost_rows_ ABSL_GUARDED_BY(mutex_);
  int64_t lost_events_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

std::string KeyFilePath(const std::string& database) { return database + ".keys"; }

absl::StatusOr<std::unique_ptr<Store>> SealStore(std::unique_ptr<Store> store, std::string_view seal_key,
                                                 PersonalNames personal) {
  ASSIGN_OR_RETURN(const std::string stored, store->SealMark());
  if (seal_key.empty()) {
    if (stored.empty()) return store;
    return absl::FailedPreconditionError(
        fmt::format("{} is sealed: set the option seal_key (CARTWHEEL_SEAL_KEY) to its key", store->File()));
  }
  ASSIGN_OR_RETURN(const SealKey key, ReadSealKey(seal_key));
  const std::string path = KeyFilePath(store->File());
  auto keys = std::make_unique<KeyFile>(path, key, AccessOf(store->File()));
  ASSIGN_OR_RETURN(const KeyMark mark, CheckMarks(*store, stored, *keys, SealMark(key, store->hash_key())));
  keys->SetMark(mark);
  ASSIGN_OR_RETURN(const ErasureId newest, store->NewestErasure());
  keys->Heard(newest);
  return std::make_unique<SealedStore>(std::move(store), std::move(keys), std::move(personal));
}

}  // namespace cartwheel
