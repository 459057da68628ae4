// A VFS that writes the WAL in large pieces. SQLite writes it in two calls a page, a header of 24 bytes and the page;
// through this one a commit of two hundred pages is one call. All other files are the underlying VFS's own.
//
// Invariant: what a commit wrote is in the file before any reader can see that it was committed. SQLite asks for a
// flush between the two (synchronous = FULL); here that request writes what was gathered, and its errors fail the
// commit, but it does not flush: kWalFlush does. The requests of a checkpoint (checkpoint_fullfsync = ON tells them
// apart) write and flush.
//
// And nothing is written after the write lock is gone: a transaction that is not committed may have spilled pages, and
// its place in the WAL is the next writer's. SQLite does not tell a WAL of a rollback; a caller that rolls back says
// kWalDrop.
#pragma once

#include <sqlite3.h>

namespace cartwheel {

// The name of the VFS over the one that is the default now; registered when it is asked for first. Null: out of memory.
const char* WalVfs();

// sqlite3_file_control opcode for a WAL of this VFS: flushes what was written, from any thread.
inline constexpr int kWalFlush = 0x63'77'66'6c;
// The same: what was gathered is forgotten. From the connection's own thread.
inline constexpr int kWalDrop = 0x63'77'64'72;
// The same: from now on the WAL is overwritten before it is cut to nothing, so that the disk keeps none of it.
inline constexpr int kWalOverwrite = 0x63'77'6f'76;
// The pragmas that the invariant needs.
inline constexpr char kWalVfsPragmas[] = "PRAGMA synchronous = FULL; PRAGMA checkpoint_fullfsync = ON;";
// The same, of a connection whose commits flush: what another one sees is durable then.
inline constexpr char kFlushingPragmas[] =
    "PRAGMA synchronous = FULL; PRAGMA checkpoint_fullfsync = ON; PRAGMA fullfsync = ON;";

}  // namespace cartwheel
