#include "store/sealed/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {

enum class RecordType : uint8_t { kNone = 0, kKey = 1, kRetires = 2, kDestroyed = 3 };

struct KeyFile::Record {
  RecordType type = RecordType::kNone;
  uint8_t unused[3] = {};
  uint32_t retires = 0;  // the record of a key
  uint64_t name_low = 0, name_high = 0;
  int64_t through = 0;
  uint8_t sealed[kSealOverhead + kSealKeyBytes] = {};
  uint8_t room[16] = {};
  uint64_t checksum = 0;  // of what stands before it
};

namespace {

constexpr int kWaitsByte = 0, kInUseByte = 1, kRecordsByte = 2;
constexpr size_t kRecordsOfRead = 4'096;
constexpr size_t kOpenedMax = 32'768;

std::string PlaceOf(const Digest& name) { return "key\n" + ToBytes(name); }

// Waits for a lock of one byte of an open file: F_RDLCK is shared, F_WRLCK is not, F_UNLCK gives it back. It is the
// open file's, not the process's.
bool LockByte(int file, int byte, short kind) {
  struct flock lock {};
  lock.l_type = kind;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  int code = 0;
  do code = fcntl(file, F_OFD_SETLKW, &lock);
  while (code != 0 && errno == EINTR);
  return code == 0;
}

bool FlushFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  const int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  const bool flushed = fsync(directory) == 0;
  close(directory);
  return flushed;
}

}  // namespace

KeyFile::KeyFile(std::string path, const SealKey& shop_key, const HashKey& hash_key, const FileAccess& access,
                 const KeyFileCalls& calls)
    : path_(std::move(path)), shop_key_(shop_key), hash_key_(hash_key), access_(access), calls_(calls) {
  static_assert(sizeof(Record) == kKeyRecordBytes);
}

KeyFile::Hold::~Hold() {
  if (file_ < 0) return;
  (void)LockByte(file_, kInUseByte, F_UNLCK);  // a child of fork may have it open too
  close(file_);
}

KeyFile::~KeyFile() {
  if (file_ >= 0) close(file_);
}

absl::Status KeyFile::Failed() const {
  return absl::UnavailableError(fmt::format("{}: {}", path_, std::strerror(errno)));
}

uint64_t KeyFile::Checksum(const Record& record) const {
  return SipHash(hash_key_, {reinterpret_cast<const char*>(&record), offsetof(Record, checksum)});
}

// Makes the file when it is not there.
absl::Status KeyFile::Open() {
  if (file_ >= 0) return absl::OkStatus();
  file_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0 && errno == ENOENT) {
    file_ = OpenNewFile(path_, O_RDWR | O_CLOEXEC, access_);
    if (file_ >= 0 && !FlushFolderOf(path_)) return Failed();
    if (file_ < 0 && errno == EEXIST) file_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  }
  return file_ >= 0 ? absl::OkStatus() : Failed();
}

void KeyFile::Take(uint32_t number, const Record& record) {
  if (record.checksum != Checksum(record)) return;
  const Name name(record.name_low, record.name_high);
  if (record.type == RecordType::kKey) {
    in_force_[name] = number;
  } else if (record.type == RecordType::kRetires) {
    const auto found = in_force_.find(name);
    if (found != in_force_.end() && found->second == record.retires) in_force_.erase(found);
    opened_.erase(record.retires);
    Record retired;
    if (ReadRecord(record.retires, &retired) && retired.type == RecordType::kKey)
      retired_[record.retires] = Position(record.through);
  }
}

bool KeyFile::ReadRecord(uint32_t number, Record* record) const {
  const auto at = static_cast<off_t>(number) * static_cast<off_t>(kKeyRecordBytes);
  return file_ >= 0 && pread(file_, record, sizeof *record, at) == static_cast<ssize_t>(sizeof *record) &&
         record->checksum == Checksum(*record);
}

absl::Status KeyFile::Refresh() {
  struct stat about {};
  if (fstat(file_, &about) != 0) return Failed();
  const auto records = static_cast<uint32_t>(about.st_size / static_cast<off_t>(kKeyRecordBytes));
  if (records < read_)
    return absl::FailedPreconditionError(
        fmt::format("{} has {} records and had {}: it was replaced while it was in use; open the database again", path_,
                    records, read_));
  std::vector<Record> room;
  while (read_ < records) {
    room.resize(std::min<size_t>(records - read_, kRecordsOfRead));
    const auto bytes = static_cast<ssize_t>(room.size() * kKeyRecordBytes);
    if (pread(file_, room.data(), static_cast<size_t>(bytes), static_cast<off_t>(read_) * off_t{kKeyRecordBytes}) !=
        bytes)
      return Failed();
    for (const Record& record : room) Take(read_++, record);
  }
  return absl::OkStatus();
}

// What another process reads of them before they are flushed is taken back when they cannot be: it waits for the lock.
absl::Status KeyFile::AppendRecords(const std::vector<Record>& records) {
  const auto end = static_cast<off_t>(read_) * off_t{kKeyRecordBytes};
  const size_t bytes = records.size() * kKeyRecordBytes;
  if (calls_.write(file_, records.data(), bytes, end) != static_cast<ssize_t>(bytes) || calls_.flush(file_) != 0) {
    const absl::Status failed = Failed();
    if (ftruncate(file_, end) != 0) return failed;
    return failed;
  }
  for (const Record& record : records) Take(read_++, record);
  return absl::OkStatus();
}

absl::StatusOr<KeyFile::Hold> KeyFile::HoldKeys() {
  {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(Open());
  }
  const int file = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return Failed();
  Hold hold(file);
  // After one who waits to retire keys: else that one might wait without end.
  if (!LockByte(file, kWaitsByte, F_RDLCK) || !LockByte(file, kInUseByte, F_RDLCK) ||
      !LockByte(file, kWaitsByte, F_UNLCK))
    return Failed();
  return hold;
}

absl::StatusOr<std::vector<NumberedKey>> KeyFile::Current(absl::Span<const Digest> names) {
  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(Open());
  if (!LockByte(file_, kRecordsByte, F_WRLCK)) return Failed();
  const absl::Cleanup unlock = [file = file_] { (void)LockByte(file, kRecordsByte, F_UNLCK); };
  RETURN_IF_ERROR(Refresh());
  std::vector<Record> made;
  absl::flat_hash_map<Name, uint32_t> made_for;
  for (const Digest& name : names) {
    const Name of(name.low, name.high);
    if (in_force_.contains(of) || !made_for.emplace(of, 0).second) continue;
    Record& record = made.emplace_back();
    record.type = RecordType::kKey;
    record.name_low = name.low;
    record.name_high = name.high;
    const SealKey key = NewSealKey();
    std::string sealed;
    Seal(shop_key_, PlaceOf(name), {reinterpret_cast<const char*>(key.data()), key.size()}, &sealed);
    std::memcpy(record.sealed, sealed.data(), sizeof record.sealed);
    record.checksum = Checksum(record);
  }
  if (!made.empty()) RETURN_IF_ERROR(AppendRecords(made));
  std::vector<NumberedKey> keys;
  keys.reserve(names.size());
  for (const Digest& name : names) {
    NumberedKey key{.record = in_force_.at({name.low, name.high})};
    if (FindKey(key.record, &key.key) != KeyState::kFound)
      return absl::FailedPreconditionError(fmt::format(
          "{}: the key of record {} cannot be read: restore the newest copy of the file", path_, key.record));
    keys.push_back(key);
  }
  return keys;
}

KeyState KeyFile::FindKey(uint32_t number, SealKey* key) {
  if (const auto found = opened_.find(number); found != opened_.end()) {
    *key = found->second;
    return KeyState::kFound;
  }
  Record record;
  if (!ReadRecord(number, &record)) return KeyState::kLost;
  if (record.type == RecordType::kDestroyed) return KeyState::kDestroyed;
  if (record.type != RecordType::kKey) return KeyState::kLost;
  const std::optional<std::string> text = Unseal(shop_key_, PlaceOf({record.name_low, record.name_high}),
                                                 {reinterpret_cast<const char*>(record.sealed), sizeof record.sealed});
  if (!text || text->size() != key->size()) return KeyState::kLost;
  std::memcpy(key->data(), text->data(), key->size());
  const auto in_force = in_force_.find({record.name_low, record.name_high});
  if (in_force != in_force_.end() && in_force->second == number) {
    if (opened_.size() >= kOpenedMax) opened_.clear();
    opened_[number] = *key;
  }
  return KeyState::kFound;
}

KeyState KeyFile::Find(uint32_t record, SealKey* key) {
  absl::MutexLock lock(&mutex_);
  if (record >= read_ && !RefreshAlone().ok()) return KeyState::kLost;
  return FindKey(record, key);
}

// Of a file that is not there nothing is read.
absl::Status KeyFile::RefreshAlone() {
  if (file_ < 0) file_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0) return errno == ENOENT ? absl::OkStatus() : Failed();
  if (!LockByte(file_, kRecordsByte, F_WRLCK)) return Failed();
  const absl::Cleanup unlock = [file = file_] { (void)LockByte(file, kRecordsByte, F_UNLCK); };
  return Refresh();
}

absl::Status KeyFile::Update() {
  absl::MutexLock lock(&mutex_);
  return RefreshAlone();
}

bool KeyFile::IsRetired(uint32_t record) {
  absl::MutexLock lock(&mutex_);
  return retired_.contains(record);
}

absl::Status KeyFile::Retire(absl::Span<const Digest> names, absl::FunctionRef<absl::StatusOr<Position>()> head) {
  const int file = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return errno == ENOENT ? absl::OkStatus() : Failed();
  const absl::Cleanup let_go = [file] {
    for (const int byte : {kWaitsByte, kInUseByte}) (void)LockByte(file, byte, F_UNLCK);
    close(file);
  };
  if (!LockByte(file, kWaitsByte, F_WRLCK) || !LockByte(file, kInUseByte, F_WRLCK)) return Failed();
  ASSIGN_OR_RETURN(const Position through, head());
  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(Open());
  if (!LockByte(file_, kRecordsByte, F_WRLCK)) return Failed();
  const absl::Cleanup unlock = [file = file_] { (void)LockByte(file, kRecordsByte, F_UNLCK); };
  RETURN_IF_ERROR(Refresh());
  std::vector<Record> retiring;
  absl::flat_hash_set<uint32_t> known;
  for (const Digest& name : names) {
    const auto found = in_force_.find({name.low, name.high});
    if (found == in_force_.end() || !known.insert(found->second).second) continue;
    Record& record = retiring.emplace_back();
    record.type = RecordType::kRetires;
    record.retires = found->second;
    record.name_low = name.low;
    record.name_high = name.high;
    record.through = through.value();
    record.checksum = Checksum(record);
  }
  return retiring.empty() ? absl::OkStatus() : AppendRecords(retiring);
}

absl::Status KeyFile::Destroy(Position through) {
  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(RefreshAlone());
  std::vector<uint32_t> due;
  for (const auto& [number, needed_to] : retired_)
    if (needed_to <= through) due.push_back(number);
  if (due.empty()) return absl::OkStatus();
  Record record;
  record.type = RecordType::kDestroyed;
  record.checksum = Checksum(record);
  for (const uint32_t number : due) {
    const auto at = static_cast<off_t>(number) * off_t{kKeyRecordBytes};
    if (calls_.write(file_, &record, sizeof record, at) != static_cast<ssize_t>(sizeof record)) return Failed();
  }
  if (calls_.flush(file_) != 0) return Failed();
  for (const uint32_t number : due) retired_.erase(number);
  return absl::OkStatus();
}

}  // namespace cartwheel
