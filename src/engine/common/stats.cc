#include "engine/common/stats.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace cartwheel {

void Stats::Called(Verb verb, int64_t us, bool ok) {
  CallStats& call = calls[static_cast<size_t>(verb)];
  const auto bucket =
      static_cast<size_t>(std::lower_bound(std::begin(kBucketsUs), std::end(kBucketsUs), us) - std::begin(kBucketsUs));
  call.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  call.sum_us.fetch_add(us, std::memory_order_relaxed);
  if (!ok) call.errors.fetch_add(1, std::memory_order_relaxed);
}

int64_t Calls(const CallStats& calls) {
  int64_t sum = 0;
  for (const auto& bucket : calls.buckets) sum += bucket.load(std::memory_order_relaxed);
  return sum;
}

int64_t QuantileUs(const CallStats& calls, double quantile) {
  const int64_t all = Calls(calls);
  if (all == 0) return 0;
  auto left = static_cast<int64_t>(std::ceil(quantile * static_cast<double>(all)));
  for (size_t i = 0; i + 1 < kBuckets; ++i)
    if ((left -= calls.buckets[i].load(std::memory_order_relaxed)) <= 0) return kBucketsUs[i];
  return kBucketsUs[kBuckets - 2];
}

}  // namespace cartwheel
