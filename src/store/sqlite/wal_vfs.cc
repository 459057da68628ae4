#include "store/sqlite/wal_vfs.h"

#include <algorithm>
#include <memory>
#include <new>
#include <string>

#include "absl/synchronization/mutex.h"
#include "store/sqlite/database_file.h"

namespace cartwheel {
namespace {

constexpr size_t kGatheredMax = 0x1ffff;  // the most that SQLite's own VFS writes in one call; thirty-one pages

// The WAL's layout: https://www.sqlite.org/walformat.html.
constexpr int kWalHeader = 32, kFrameHeader = 24, kPageSizeAt = 8, kPageMin = 512;
constexpr int kOverwriteBytes = 64 << 10;  // of one write

// The underlying file follows in the same allocation, as SQLite gives it.
struct WalFile {
  sqlite3_file file;
  sqlite3_file* base;
  char* gathered;       // kGatheredMax bytes, from the first write on
  size_t size;          // of what is gathered
  sqlite3_int64 begin;  // its place in the file
  int page;             // bytes; 0: not known yet
  bool overwrites;      // before it is cut to nothing
};

struct Wrapped {
  sqlite3_vfs vfs = {};
  sqlite3_vfs* base = nullptr;
  std::string name;
};

WalFile& Of(sqlite3_file* file) { return *reinterpret_cast<WalFile*>(file); }
sqlite3_vfs* Base(sqlite3_vfs* vfs) { return static_cast<Wrapped*>(vfs->pAppData)->base; }

int WriteOut(WalFile& wal) {
  if (wal.size == 0) return SQLITE_OK;
  const int code = wal.base->pMethods->xWrite(wal.base, wal.gathered, static_cast<int>(wal.size), wal.begin);
  wal.size = 0;  // after an error too: the commit that wrote it fails
  return code;
}

int ReadPageSize(const unsigned char* bytes) { return bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]; }

// Whether a write begins the header of the WAL, or of a frame. Learns the size of pages from the former.
bool BeginsFrame(WalFile& wal, const void* bytes, int size, sqlite3_int64 at) {
  if (at == 0 && size == kWalHeader) wal.page = ReadPageSize(static_cast<const unsigned char*>(bytes) + kPageSizeAt);
  if (at == 0) return true;
  if (size != kFrameHeader) return false;
  unsigned char stored[4];
  if (wal.page == 0 && wal.base->pMethods->xRead(wal.base, stored, sizeof stored, kPageSizeAt) == SQLITE_OK)
    wal.page = ReadPageSize(stored);
  return wal.page >= kPageMin && (at - kWalHeader) % (kFrameHeader + wal.page) == 0;
}

// The header goes first, for itself: of a WAL without one nothing is recovered, of one that lost its last frames a
// part.
int Overwrite(WalFile& wal) {
  sqlite3_int64 size = 0;
  int code = wal.base->pMethods->xFileSize(wal.base, &size);
  static constexpr char kZeros[kOverwriteBytes] = {};
  for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size;) {
    const auto count = static_cast<int>(std::min<sqlite3_int64>(size - at, at == 0 ? kWalHeader : kOverwriteBytes));
    code = wal.base->pMethods->xWrite(wal.base, kZeros, count, at);
    at += count;
    if (code == SQLITE_OK && (at == count || at == size)) code = wal.base->pMethods->xSync(wal.base, SQLITE_SYNC_FULL);
  }
  return code;
}

int Close(sqlite3_file* file) {
  WalFile& wal = Of(file);
  int code = WriteOut(wal);
  const int closed = wal.base->pMethods->xClose(wal.base);
  sqlite3_free(wal.gathered);
  return code != SQLITE_OK ? code : closed;
}

int Read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at) {
  WalFile& wal = Of(file);
  const int code = WriteOut(wal);
  return code != SQLITE_OK ? code : wal.base->pMethods->xRead(wal.base, bytes, size, at);
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  WalFile& wal = Of(file);
  const auto count = static_cast<size_t>(size);
  const bool follows = at == wal.begin + static_cast<sqlite3_int64>(wal.size);
  if (!follows || wal.size + count > kGatheredMax)
    if (const int code = WriteOut(wal); code != SQLITE_OK) return code;
  // On a disk that may tear its sectors a commit ends with frames that fill the last one, and asks for the flush in the
  // middle of them: what follows it is not followed by another.
  if (wal.size == 0 && !BeginsFrame(wal, bytes, size, at)) return wal.base->pMethods->xWrite(wal.base, bytes, size, at);
  if (wal.gathered == nullptr) wal.gathered = static_cast<char*>(sqlite3_malloc64(kGatheredMax));
  if (wal.gathered == nullptr || count > kGatheredMax) return wal.base->pMethods->xWrite(wal.base, bytes, size, at);
  if (wal.size == 0) wal.begin = at;
  std::copy_n(static_cast<const char*>(bytes), count, wal.gathered + wal.size);
  wal.size += count;
  return SQLITE_OK;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  WalFile& wal = Of(file);
  int code = WriteOut(wal);
  if (code == SQLITE_OK && size == 0 && wal.overwrites) code = Overwrite(wal);
  return code != SQLITE_OK ? code : wal.base->pMethods->xTruncate(wal.base, size);
}

int Sync(sqlite3_file* file, int flags) {
  WalFile& wal = Of(file);
  const int code = WriteOut(wal);
  const bool of_commit = (flags & 0x0f) == SQLITE_SYNC_NORMAL;
  return code != SQLITE_OK || of_commit ? code : wal.base->pMethods->xSync(wal.base, flags);
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  WalFile& wal = Of(file);
  const int code = WriteOut(wal);
  return code != SQLITE_OK ? code : wal.base->pMethods->xFileSize(wal.base, size);
}

int Control(sqlite3_file* file, int operation, void* argument) {
  WalFile& wal = Of(file);
  if (operation == kWalFlush) return wal.base->pMethods->xSync(wal.base, SQLITE_SYNC_FULL);
  if (operation == kWalDrop) {
    wal.size = 0;
    return SQLITE_OK;
  }
  if (operation == kWalOverwrite) {
    wal.overwrites = true;
    return SQLITE_OK;
  }
  return wal.base->pMethods->xFileControl(wal.base, operation, argument);
}

int Lock(sqlite3_file* file, int level) { return Of(file).base->pMethods->xLock(Of(file).base, level); }
int Unlock(sqlite3_file* file, int level) { return Of(file).base->pMethods->xUnlock(Of(file).base, level); }
int CheckLock(sqlite3_file* file, int* held) {
  return Of(file).base->pMethods->xCheckReservedLock(Of(file).base, held);
}
int SectorSize(sqlite3_file* file) { return Of(file).base->pMethods->xSectorSize(Of(file).base); }
int Characteristics(sqlite3_file* file) { return Of(file).base->pMethods->xDeviceCharacteristics(Of(file).base); }

constexpr sqlite3_io_methods kMethods = {1,    Close,  Read,      Write,   Truncate,   Sync,           FileSize,
                                         Lock, Unlock, CheckLock, Control, SectorSize, Characteristics};

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* base = Base(vfs);
  if ((flags & SQLITE_OPEN_WAL) == 0) return base->xOpen(base, name, file, flags, out_flags);
  auto* under = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(WalFile));
  new (file) WalFile{{nullptr}, under, nullptr, 0, 0, 0, false};
  if (name != nullptr) ShareWalFiles(name);
  const int code = base->xOpen(base, name, under, flags, out_flags);
  if (under->pMethods != nullptr) file->pMethods = &kMethods;  // SQLite closes what has methods, also after an error
  return code;
}

// Everything but the opening of a WAL is the underlying VFS's.
int Delete(sqlite3_vfs* vfs, const char* name, int sync) { return Base(vfs)->xDelete(Base(vfs), name, sync); }
int Access(sqlite3_vfs* vfs, const char* name, int flags, int* answer) {
  return Base(vfs)->xAccess(Base(vfs), name, flags, answer);
}
int FullPath(sqlite3_vfs* vfs, const char* name, int size, char* out) {
  return Base(vfs)->xFullPathname(Base(vfs), name, size, out);
}
void* DlOpen(sqlite3_vfs* vfs, const char* name) { return Base(vfs)->xDlOpen(Base(vfs), name); }
void DlError(sqlite3_vfs* vfs, int size, char* text) { Base(vfs)->xDlError(Base(vfs), size, text); }
void (*DlSym(sqlite3_vfs* vfs, void* library, const char* symbol))() {
  return Base(vfs)->xDlSym(Base(vfs), library, symbol);
}
void DlClose(sqlite3_vfs* vfs, void* library) { Base(vfs)->xDlClose(Base(vfs), library); }
int Randomness(sqlite3_vfs* vfs, int size, char* out) { return Base(vfs)->xRandomness(Base(vfs), size, out); }
int Sleep(sqlite3_vfs* vfs, int microseconds) { return Base(vfs)->xSleep(Base(vfs), microseconds); }
int CurrentTime(sqlite3_vfs* vfs, double* now) { return Base(vfs)->xCurrentTime(Base(vfs), now); }
int LastError(sqlite3_vfs* vfs, int size, char* text) { return Base(vfs)->xGetLastError(Base(vfs), size, text); }

}  // namespace

const char* WalVfs() {
  static absl::Mutex mutex(absl::kConstInit);
  absl::MutexLock lock(&mutex);
  sqlite3_vfs* base = sqlite3_vfs_find(nullptr);
  if (base == nullptr) return nullptr;
  const std::string name = std::string("cartwheel-wal-") + base->zName;
  if (sqlite3_vfs* known = sqlite3_vfs_find(name.c_str()); known != nullptr) return known->zName;
  auto wrapped = std::make_unique<Wrapped>();
  wrapped->base = base;
  wrapped->name = name;
  wrapped->vfs = {.iVersion = 1,
                  .szOsFile = static_cast<int>(sizeof(WalFile)) + base->szOsFile,
                  .mxPathname = base->mxPathname,
                  .zName = wrapped->name.c_str(),
                  .pAppData = wrapped.get(),
                  .xOpen = Open,
                  .xDelete = Delete,
                  .xAccess = Access,
                  .xFullPathname = FullPath,
                  .xDlOpen = DlOpen,
                  .xDlError = DlError,
                  .xDlSym = DlSym,
                  .xDlClose = DlClose,
                  .xRandomness = Randomness,
                  .xSleep = Sleep,
                  .xCurrentTime = CurrentTime,
                  .xGetLastError = LastError};
  if (sqlite3_vfs_register(&wrapped->vfs, /*makeDflt=*/0) != SQLITE_OK) return nullptr;
  return wrapped.release()->vfs.zName;  // for as long as the process lives
}

}  // namespace cartwheel
