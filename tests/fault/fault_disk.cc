#include "tests/fault/fault_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <new>
#include <string>
#include <vector>

#include "base/hash.h"

namespace cartwheel::fault {
namespace {

constexpr int64_t kSector = 512;

// What the disk is sure of, and what it was given since.
struct Content {
  struct Change {
    int64_t at;
    std::string bytes;
    bool truncates;
  };
  std::string durable;
  std::vector<Change> changes;
  std::string name;
  disk::Deeds deeds;
};

struct State {
  Fault fault = Fault::kNone;
  int64_t at = 0;
  int64_t operations = 0;
  bool healed = false;
  bool lost = false;  // the power is
  uint64_t random = 1;
  std::map<std::string, Content> files;
} state;

uint64_t Random() { return state.random = Mix(state.random); }

sqlite3_vfs* base = nullptr;

// The system's file follows in the same allocation.
struct File {
  sqlite3_file file;
  sqlite3_file* under;
  Content* content;  // null: of no interest
};
File& Of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

// Whether this operation fails.
bool Fails(bool takes_room = false) {
  ++state.operations;
  if (state.lost) return true;
  if (state.healed || state.fault == Fault::kNone || state.operations < state.at) return false;
  switch (state.fault) {
    case Fault::kOnce:
      return state.operations == state.at;
    case Fault::kFull:
      return takes_room;
    case Fault::kPowerLoss:
      state.lost = true;
      return true;
    default:
      return true;
  }
}

void Apply(std::string& bytes, const Content::Change& change) {
  const auto at = static_cast<size_t>(change.at);
  if (change.truncates) return bytes.resize(std::min(bytes.size(), at));
  bytes.resize(std::max(bytes.size(), at + change.bytes.size()));
  std::copy(change.bytes.begin(), change.bytes.end(), bytes.begin() + change.at);
}

int Close(sqlite3_file* file) { return Of(file).under->pMethods->xClose(Of(file).under); }
int Read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at) {
  return Fails() ? SQLITE_IOERR_READ : Of(file).under->pMethods->xRead(Of(file).under, bytes, size, at);
}
int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  File& f = Of(file);
  // The write that the power is lost in may have arrived in part.
  const bool was_lost = state.lost;
  const bool fails = Fails(true);
  if (f.content != nullptr && (!fails || (state.lost && !was_lost)))
    f.content->changes.push_back({at, std::string(static_cast<const char*>(bytes), static_cast<size_t>(size)), false});
  if (fails) return state.fault == Fault::kFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  if (f.content != nullptr) f.content->deeds.written += size;
  return f.under->pMethods->xWrite(f.under, bytes, size, at);
}
std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  File& f = Of(file);
  if (Fails()) return SQLITE_IOERR_TRUNCATE;
  if (f.content != nullptr && size == 0) f.content->deeds.cut = ReadWhole(f.content->name);
  if (f.content != nullptr) f.content->changes.push_back({size, "", true});
  return f.under->pMethods->xTruncate(f.under, size);
}
// The system's flush is left out: the machine keeps its power.
int Sync(sqlite3_file* file, int) {
  if (Fails()) return SQLITE_IOERR_FSYNC;
  Content* content = Of(file).content;
  if (content == nullptr) return SQLITE_OK;
  ++content->deeds.flushes;
  for (const Content::Change& change : content->changes) Apply(content->durable, change);
  content->changes.clear();
  return SQLITE_OK;
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Fails() ? SQLITE_IOERR_FSTAT : Of(file).under->pMethods->xFileSize(Of(file).under, size);
}
int Lock(sqlite3_file* file, int level) {
  return Fails() ? SQLITE_IOERR_LOCK : Of(file).under->pMethods->xLock(Of(file).under, level);
}
int Unlock(sqlite3_file* file, int level) { return Of(file).under->pMethods->xUnlock(Of(file).under, level); }
int CheckLock(sqlite3_file* file, int* held) {
  return Of(file).under->pMethods->xCheckReservedLock(Of(file).under, held);
}
int Control(sqlite3_file* file, int operation, void* argument) {
  return Of(file).under->pMethods->xFileControl(Of(file).under, operation, argument);
}
int SectorSize(sqlite3_file* file) { return Of(file).under->pMethods->xSectorSize(Of(file).under); }
int Characteristics(sqlite3_file*) { return 0; }
int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** at) {
  return Fails() ? SQLITE_IOERR_SHMMAP : Of(file).under->pMethods->xShmMap(Of(file).under, region, size, extend, at);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  if ((flags & SQLITE_SHM_LOCK) != 0 && Fails()) return SQLITE_IOERR_SHMLOCK;
  return Of(file).under->pMethods->xShmLock(Of(file).under, offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) { Of(file).under->pMethods->xShmBarrier(Of(file).under); }
int ShmUnmap(sqlite3_file* file, int remove) { return Of(file).under->pMethods->xShmUnmap(Of(file).under, remove); }

constexpr sqlite3_io_methods kMethods = {
    2,         Close,   Read,       Write,           Truncate, Sync,    FileSize,   Lock,    Unlock,
    CheckLock, Control, SectorSize, Characteristics, ShmMap,   ShmLock, ShmBarrier, ShmUnmap};

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* under = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(File));
  new (file) File{{nullptr}, under, nullptr};
  if (Fails()) return SQLITE_CANTOPEN;
  const int code = base->xOpen(base, name, under, flags, out_flags);
  if (under->pMethods == nullptr) return code;
  file->pMethods = &kMethods;
  if (name == nullptr || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) == 0) return code;
  auto [known, inserted] = state.files.try_emplace(name);
  if (inserted) known->second.durable = ReadWhole(name);
  known->second.name = name;
  Of(file).content = &known->second;
  return code;
}

int Delete(sqlite3_vfs*, const char* name, int sync) {
  if (Fails()) return SQLITE_IOERR_DELETE;
  if (auto known = state.files.find(name); known != state.files.end()) known->second = Content();
  return base->xDelete(base, name, sync);
}
int Access(sqlite3_vfs*, const char* name, int flags, int* answer) {
  return Fails() ? SQLITE_IOERR_ACCESS : base->xAccess(base, name, flags, answer);
}

int FullPath(sqlite3_vfs*, const char* name, int size, char* out) { return base->xFullPathname(base, name, size, out); }
int Randomness(sqlite3_vfs*, int size, char* out) { return base->xRandomness(base, size, out); }
int Sleep(sqlite3_vfs*, int microseconds) { return base->xSleep(base, microseconds); }
int CurrentTime(sqlite3_vfs*, double* now) { return base->xCurrentTime(base, now); }
int LastError(sqlite3_vfs*, int size, char* text) { return base->xGetLastError(base, size, text); }

}  // namespace

namespace disk {

void Install() {
  if (base != nullptr) return;
  base = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs vfs = {};
  vfs.iVersion = 1;
  vfs.szOsFile = static_cast<int>(sizeof(File)) + base->szOsFile;
  vfs.mxPathname = base->mxPathname;
  vfs.zName = "fault";
  vfs.xOpen = Open, vfs.xDelete = Delete, vfs.xAccess = Access, vfs.xFullPathname = FullPath;
  vfs.xRandomness = Randomness, vfs.xSleep = Sleep, vfs.xCurrentTime = CurrentTime, vfs.xGetLastError = LastError;
  if (sqlite3_vfs_register(&vfs, /*makeDflt=*/1) != SQLITE_OK) std::abort();
}

void Forget() { state.files.clear(); }

void Arm(Fault fault, int64_t at, uint64_t seed) {
  std::map<std::string, Content> files = std::move(state.files);  // open files point into it
  state = State();
  state.fault = fault, state.at = at, state.random = seed + 1;
  state.files = std::move(files);
}
bool Fired() { return state.fault != Fault::kNone && state.operations >= state.at; }
Deeds DeedsOf(const std::string& path) { return state.files[path].deeds; }
bool PowerIsLost() { return state.lost; }
void Heal() { state.healed = true; }

void Restart() {
  state.lost = false;
  state.healed = true;
  for (auto& [path, content] : state.files) {
    for (const Content::Change& change : content.changes) {
      if (change.truncates) {
        if (Random() % 2 == 0) Apply(content.durable, change);
        continue;
      }
      for (size_t from = 0; from < change.bytes.size();) {
        const size_t to_boundary = static_cast<size_t>(kSector - (change.at + static_cast<int64_t>(from)) % kSector);
        Content::Change sector{change.at + static_cast<int64_t>(from), change.bytes.substr(from, to_boundary), false};
        from += sector.bytes.size();
        const uint64_t fate = Random() % 8;
        if (fate >= 4) continue;  // lost
        if (fate == 0)
          for (char& byte : sector.bytes) byte = static_cast<char>(Random());
        Apply(content.durable, sector);
      }
    }
    content.changes.clear();
    if (!std::filesystem::exists(path)) continue;
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content.durable;
    std::filesystem::remove(path + "-shm");
  }
  state.files.clear();
}

}  // namespace disk
}  // namespace cartwheel::fault
