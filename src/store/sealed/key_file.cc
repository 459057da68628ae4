#include "store/sealed/key_file.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "absl/container/flat_hash_map.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

std::string PlaceOf(std::string_view name) { return fmt::format("key\n{}", name); }

std::string SealOf(const SealKey& shop_key, const std::string& name, const SealKey& key) {
  std::string sealed;
  Seal(shop_key, PlaceOf(name), {reinterpret_cast<const char*>(key.data()), key.size()}, &sealed);
  return sealed;
}

std::optional<SealKey> UnsealKey(const SealKey& shop_key, const KeyRow& row) {
  const std::optional<std::string> text = Unseal(shop_key, PlaceOf(row.name), row.sealed);
  SealKey key;
  if (!text || text->size() != key.size()) return std::nullopt;
  std::memcpy(key.data(), text->data(), key.size());
  return key;
}

std::vector<std::string> BytesOf(absl::Span<const Digest> names) {
  std::vector<std::string> bytes;
  bytes.reserve(names.size());
  for (const Digest& name : names) bytes.push_back(ToBytes(name));
  return bytes;
}

bool IsThere(const std::string& path) {
  std::error_code missing;
  return std::filesystem::exists(path, missing);
}

}  // namespace

KeyFile::KeyFile(std::string path, const SealKey& shop_key, const FileAccess& access)
    : path_(std::move(path)), shop_key_(shop_key), access_(access) {}

absl::StatusOr<std::optional<KeyMark>> KeyFile::StoredMark() {
  absl::MutexLock lock(&current_.mutex);
  RETURN_IF_ERROR(Open(current_, /*make=*/false));
  if (current_.database == nullptr) return std::optional<KeyMark>();
  return current_.database->Mark();
}

absl::Status KeyFile::Copy(const std::string& path, const std::string& to) {
  if (!IsThere(path)) return absl::NotFoundError(fmt::format("{} is not there", path));
  ASSIGN_OR_RETURN(const std::unique_ptr<KeyDatabase> database, KeyDatabase::Open(path, {}));
  return database->CopyTo(to);
}

ErasureId KeyFile::erased_to() {
  absl::MutexLock lock(&mutex_);
  return erased_to_;
}

void KeyFile::Heard(ErasureId newest) {
  absl::MutexLock lock(&mutex_);
  if (newest == erased_to_) return;
  erased_to_ = newest;
  ++era_;
  in_force_.Clear();
  by_number_.Clear();
}

void KeyFile::Filed(ErasureId newest) {
  absl::MutexLock lock(&mutex_);
  erased_to_ = newest;
}

absl::Status KeyFile::Open(Opened& opened, bool make) {
  if (opened.database != nullptr || (!make && !IsThere(path_))) return absl::OkStatus();
  ASSIGN_OR_RETURN(opened.database, KeyDatabase::Open(path_, access_));
  return absl::OkStatus();
}

std::optional<SealKey> KeyFile::OpenKey(const KeyRow& row) const { return UnsealKey(shop_key_, row); }

absl::Status KeyFile::CheckMark(KeyDatabase& database) const {
  ASSIGN_OR_RETURN(const std::optional<KeyMark> stored, database.Mark());
  if (!stored || *stored == mark_) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format(
      "{} was sealed with another key while it was open: open the database again, with its new seal_key", path_));
}

absl::StatusOr<std::vector<NumberedKey>> KeyFile::Current(absl::Span<const Digest> names) {
  std::vector<NumberedKey> keys(names.size());
  std::vector<size_t> missing;
  int64_t era = 0;
  {
    absl::MutexLock lock(&mutex_);
    era = era_;
    for (size_t i = 0; i < names.size(); ++i) {
      const NumberedKey* held = in_force_.Find({names[i].low, names[i].high});
      if (held != nullptr)
        keys[i] = *held;
      else
        missing.push_back(i);
    }
  }
  if (missing.empty()) return keys;
  std::vector<std::string> asked;
  absl::flat_hash_map<Name, size_t> places;  // in `asked`
  for (const size_t i : missing)
    if (places.emplace(Name(names[i].low, names[i].high), asked.size()).second) asked.push_back(ToBytes(names[i]));
  std::vector<NumberedKey> taken;
  RETURN_IF_ERROR(TakeCurrent(asked, &taken));
  for (const size_t i : missing) keys[i] = taken[places[{names[i].low, names[i].high}]];
  absl::MutexLock lock(&mutex_);
  if (era != era_) return keys;
  for (const auto& [name, place] : places) {
    in_force_.Put(name, taken[place]);
    by_number_.Put(taken[place].number, taken[place].key);
  }
  return keys;
}

absl::Status KeyFile::TakeCurrent(absl::Span<const std::string> names, std::vector<NumberedKey>* keys) {
  absl::MutexLock lock(&current_.mutex);
  RETURN_IF_ERROR(Open(current_, /*make=*/true));
  KeyDatabase& database = *current_.database;
  ASSIGN_OR_RETURN(std::vector<KeyRow> rows, database.InForce(names));
  keys->resize(rows.size());
  std::vector<KeyDatabase::NewKey> made;
  std::vector<size_t> places;  // of them
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].number != 0) continue;
    (*keys)[i].key = NewSealKey();
    made.push_back({names[i], SealOf(shop_key_, names[i], (*keys)[i].key)});
    places.push_back(i);
  }
  if (!made.empty()) {
    ASSIGN_OR_RETURN(const std::vector<KeyRow> added, database.InForceOrNew(mark_, made));
    for (size_t i = 0; i < added.size(); ++i) {
      rows[places[i]] = added[i];
      if (added[i].sealed == made[i].sealed) (*keys)[places[i]].number = added[i].number;
    }
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    NumberedKey& key = (*keys)[i];
    if (key.number != 0) continue;  // it was made here
    const std::optional<SealKey> opened = OpenKey(rows[i]);
    if (!opened) {
      RETURN_IF_ERROR(CheckMark(database));
      return absl::FailedPreconditionError(
          fmt::format("{}: key {} cannot be read: restore the newest copy of the file", path_, rows[i].number));
    }
    key = {rows[i].number, *opened};
  }
  return absl::OkStatus();
}

absl::StatusOr<FoundKey> KeyFile::Find(int64_t number) {
  int64_t era = 0;
  {
    absl::MutexLock lock(&mutex_);
    if (const SealKey* held = by_number_.Find(number)) return FoundKey{KeyState::kFound, *held};
    era = era_;
  }
  KeyRow row;
  std::optional<SealKey> key;
  {
    absl::MutexLock lock(&found_.mutex);
    RETURN_IF_ERROR(Open(found_, /*make=*/false));
    if (found_.database == nullptr) return FoundKey();
    ASSIGN_OR_RETURN(row, found_.database->Find(number));
    if (row.number == 0) return FoundKey();
    if (row.destroyed()) return FoundKey{.state = KeyState::kDestroyed};
    key = OpenKey(row);
    if (!key) RETURN_IF_ERROR(CheckMark(*found_.database));
  }
  if (!key) return FoundKey();
  if (!row.retired) {
    absl::MutexLock lock(&mutex_);
    if (era == era_) by_number_.Put(number, *key);
  }
  return FoundKey{KeyState::kFound, *key, row.retired};
}

absl::Status KeyFile::Retire(absl::Span<const Digest> names) {
  std::vector<int64_t> retired;
  {
    absl::MutexLock lock(&current_.mutex);
    RETURN_IF_ERROR(Open(current_, /*make=*/true));
    ASSIGN_OR_RETURN(retired, current_.database->Retire(BytesOf(names)));
  }
  absl::MutexLock lock(&mutex_);
  ++era_;
  for (const Digest& name : names) in_force_.Erase({name.low, name.high});
  for (const int64_t number : retired) by_number_.Erase(number);
  return absl::OkStatus();
}

absl::Status KeyFile::RetireUntil(absl::Span<const Digest> names, ErasureId until) {
  absl::MutexLock lock(&current_.mutex);
  RETURN_IF_ERROR(Open(current_, /*make=*/true));
  return current_.database->RetireUntil(BytesOf(names), until.value());
}

absl::StatusOr<Destroyed> KeyFile::Destroy(ErasureId through) {
  absl::MutexLock lock(&current_.mutex);
  RETURN_IF_ERROR(Open(current_, /*make=*/false));
  if (current_.database == nullptr) return Destroyed::kAll;
  return current_.database->Destroy(through.value());
}

absl::Status KeyFile::Rotate(const SealKey& shop_key, const KeyMark& mark) {
  absl::MutexLock lock(&current_.mutex);
  RETURN_IF_ERROR(Open(current_, /*make=*/true));
  return current_.database->ResealAll(mark_, mark, [&](const KeyRow& row) -> absl::StatusOr<std::string> {
    const std::optional<SealKey> key = OpenKey(row);
    if (!key)
      return absl::DataLossError(
          fmt::format("{}: key {} is damaged: restore the newest copy of the file", path_, row.number));
    return SealOf(shop_key, row.name, *key);
  });
}

absl::StatusOr<std::string> KeyFile::FindDamage() {
  absl::MutexLock lock(&current_.mutex);
  RETURN_IF_ERROR(Open(current_, /*make=*/false));
  if (current_.database == nullptr) return std::string();
  ASSIGN_OR_RETURN(std::string damage, current_.database->FindDamage());
  int64_t unreadable = 0;
  RETURN_IF_ERROR(current_.database->Each([&](const KeyRow& row) { unreadable += !OpenKey(row); }));
  if (unreadable != 0)
    damage += fmt::format("{}{} keys do not open with the shop's key", damage.empty() ? "" : "; ", unreadable);
  return damage.empty() ? damage : fmt::format("{}: {}", path_, damage);
}

absl::Status KeyFile::Checkpoint() {
  absl::MutexLock lock(&current_.mutex);
  return current_.database == nullptr ? absl::OkStatus() : current_.database->Checkpoint();
}

}  // namespace cartwheel
