// Rival 2: what it costs to make the input durable and do nothing else. No job can be faster than these.
#pragma once

#include <memory>
#include <string>

#include "tests/bench/job.h"

namespace cartwheel::bench {

std::unique_ptr<Job> MakeLogAppend(const std::string& path);   // SQLite, one row of zstd-1 a batch, synchronous FULL
std::unique_ptr<Job> MakeFileAppend(const std::string& path);  // a plain file, fdatasync after each batch

}  // namespace cartwheel::bench
