// What this engine has done since it was opened, and how long its calls took. Counted without locks, from any thread; a
// reader sees each number as it is at some moment, not all of them at the same.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace cartwheel {

enum class Verb { kLoad, kIngest, kAdvance, kClaim, kSettle, kQuery, kHold };
inline constexpr std::string_view kVerbNames[] = {"load", "ingest", "advance", "claim", "settle", "query", "hold"};
inline constexpr size_t kVerbs = std::size(kVerbNames);

// Upper ends of the buckets; one more is open.
inline constexpr int64_t kBucketsUs[] = {100,    250,    500,     1'000,   2'500,     5'000,     10'000,
                                         25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000, 30'000'000};
inline constexpr size_t kBuckets = std::size(kBucketsUs) + 1;

struct CallStats {
  std::array<std::atomic<int64_t>, kBuckets> buckets{};
  std::atomic<int64_t> errors{0};
  std::atomic<int64_t> sum_us{0};
};

enum class Counted {
  kAccepted,
  kRejected,
  kWarnings,
  kFolded,
  kDuplicates,
  kRefused,
  kAlarms,
  kEnrolments,
  kExits,
  kMessages,
  kClaimed,
  kSettled
};
inline constexpr std::string_view kCountedNames[] = {"accepted",   "rejected", "warnings", "folded",
                                                     "duplicates", "refused",  "alarms",   "enrolments",
                                                     "exits",      "messages", "claimed",  "settled"};
inline constexpr size_t kCounted = std::size(kCountedNames);

struct Stats {
  int64_t opened_at_ms = 0;
  std::array<CallStats, kVerbs> calls;
  std::array<std::atomic<int64_t>, kCounted> counts{};

  void Count(Counted what, int64_t n) { counts[static_cast<size_t>(what)].fetch_add(n, std::memory_order_relaxed); }
  void Called(Verb verb, int64_t us, bool ok);
};

// The number of calls, and the upper end of the bucket that holds the quantile: 0 when there were no calls; of the open
// bucket, the end of the last but one.
int64_t Calls(const CallStats& calls);
int64_t QuantileUs(const CallStats& calls, double quantile);

}  // namespace cartwheel
