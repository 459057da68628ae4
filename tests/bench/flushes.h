// How often this process told the disk to hold on to what it wrote: fsync and fdatasync, by whomever, SQLite included.
// On a shop's disk they take 10 to 50 times as long as on a fast one, so they are counted and not only timed.
#pragma once

#include <cstdint>

namespace cartwheel::bench {

int64_t Flushes();

}  // namespace cartwheel::bench
