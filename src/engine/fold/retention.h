// Drops what is older than the options keep it, a slice at a time, and looks again each hour.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "cartwheel/options.h"
#include "store/retention_store.h"

namespace cartwheel {

class Retention {
 public:
  Retention(RetentionStore* store, const Options& options);
  // Does a slice when it is time. Returns whether there is more to do at once. `now_ms`: of a clock that only goes on.
  [[nodiscard]] absl::StatusOr<bool> Slice(Epoch epoch, int64_t now_ms);

 private:
  RetentionStore* store_;
  const KeepSpans keep_;
  int64_t next_ms_ = 0;
};

}  // namespace cartwheel
