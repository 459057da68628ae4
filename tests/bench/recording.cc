#include "tests/bench/recording.h"

#include <fcntl.h>
#include <unistd.h>

namespace cartwheel::bench {

Recording::Recording(int64_t events, int64_t customers) {
  const std::string path = scratch_.File("workload.ndjson");
  file_ = open(path.c_str(), O_CREAT | O_RDWR, 0600);
  Require(file_ >= 0, path + ": expected a file that can be written");
  Workload workload(events, customers);
  int64_t end = 0;
  for (Batch batch; workload.Next(&batch); end += static_cast<int64_t>(batch.ndjson.size())) {
    Require(write(file_, batch.ndjson.data(), batch.ndjson.size()) == static_cast<ssize_t>(batch.ndjson.size()),
            path + ": expected room to write");
    batches_.push_back({end, batch.ndjson.size(), batch.events, batch.now_ms});
  }
  expected_ = workload.expected();
  fsync(file_);  // so that no job pays for it
}

Recording::~Recording() { close(file_); }

void Recording::Read(size_t number, Batch* batch) const {
  const Place& place = batches_[number];
  batch->ndjson.resize(place.size);
  batch->events = place.events;
  batch->now_ms = place.now_ms;
  Require(pread(file_, batch->ndjson.data(), place.size, place.begin) == static_cast<ssize_t>(place.size),
          "the recorded workload: expected its bytes");
}

}  // namespace cartwheel::bench
