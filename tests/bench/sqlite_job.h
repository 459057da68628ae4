// Rival 1: the reminder job that a good engineer of a shop would write by hand, in C++ on SQLite.
#pragma once

#include <memory>
#include <string>

#include "tests/bench/job.h"

namespace cartwheel::bench {

std::unique_ptr<Job> MakeSqliteJob(const std::string& path);

}  // namespace cartwheel::bench
