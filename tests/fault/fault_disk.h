// A disk that fails when it is told to: an SQLite VFS over the system's own, registered as the default, so that
// everything the library does with files goes through it. Operations are numbered from Arm on: open, read, write, sync,
// truncate, size, delete, access, lock, and those of the shared memory.
//
// Power loss: from the operation on nothing works. Restart() then makes of every file what a disk may hold: all that
// was there at its last sync, and of what was written since, sector by sector, what a seed says: arrived, lost, or
// garbage. Only files that are opened while Install is in force are known. One thread.
#pragma once

#include <cstdint>
#include <string>

namespace cartwheel::fault {

enum class Fault {
  kNone,       // counts
  kOnce,       // one operation fails
  kFromThere,  // it and all after it
  kFull,       // from there on there is no room: writes fail, all else works
  kPowerLoss,
};

namespace disk {

void Install();
void Forget();  // files of before, when none is open: others may have their names now
void Arm(Fault fault, int64_t at, uint64_t seed);
bool Fired();
bool PowerIsLost();
void Heal();     // what fails from there on works again
void Restart();  // after a power loss, when no file is open

// What was done to a file, by its full name, since it was opened first.
struct Deeds {
  int64_t flushes = 0, written = 0;  // written: bytes
  std::string cut;                   // what it held when it was cut to nothing last
};
Deeds DeedsOf(const std::string& path);

}  // namespace disk
}  // namespace cartwheel::fault
