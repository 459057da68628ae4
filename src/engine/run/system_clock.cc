// The one file that asks the machine what time it is.
#include <ctime>
#include <fstream>
#include <string>

#include "base/hash.h"
#include "cartwheel/clock.h"

namespace cartwheel {
namespace {

int64_t Microseconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<int64_t>(t.tv_sec) * 1'000'000 + t.tv_nsec / 1'000;
}

uint64_t ReadBootId() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return SipDigest(id).low >> 1;  // fits the store's signed integers
}

class MachineClock final : public Clock {
 public:
  MachineClock() : boot_(ReadBootId()) {}
  int64_t NowMs() override { return Microseconds(CLOCK_REALTIME) / 1000; }
  int64_t MonotonicMs() override { return MonotonicUs() / 1000; }
  int64_t MonotonicUs() override { return Microseconds(CLOCK_BOOTTIME); }
  uint64_t BootId() override { return boot_; }

 private:
  const uint64_t boot_;
};

}  // namespace

Clock* SystemClock() {
  static auto* clock = new MachineClock;
  return clock;
}

}  // namespace cartwheel
