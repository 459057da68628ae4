// A workload made beforehand, in a file: every job gets the same bytes, no job's time or memory holds the generator's,
// and threads of a job may go on while the next batch is fetched. A copy of 285 bytes an event is in every job's time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/bench.h"
#include "tests/bench/workload.h"

namespace cartwheel::bench {

class Recording {
 public:
  Recording(int64_t events, int64_t customers);
  ~Recording();
  Recording(const Recording&) = delete;

  size_t batches() const { return batches_.size(); }
  void Read(size_t number, Batch* batch) const;
  const Expected& expected() const { return expected_; }

 private:
  struct Place {
    int64_t begin;
    size_t size;
    int64_t events;
    int64_t now_ms;
  };

  ScratchDirectory scratch_;
  int file_ = -1;
  std::vector<Place> batches_;
  Expected expected_;
};

}  // namespace cartwheel::bench
