// The wheel allocates nothing below what was reserved. Counted by this program's own operator new, hence a file apart.
#include <cstdlib>
#include <new>
#include <vector>

#include "cartwheel/timer_wheel.h"
#include "tests/catch.h"

namespace {
std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace cartwheel {
namespace {

TEST_CASE("below what was reserved nothing allocates, also when cancelling and firing") {
  constexpr std::size_t kTimers = 1000;
  TimerWheel wheel(0);
  wheel.Reserve(kTimers);
  std::vector<TimerWheel::Expired> expired;
  expired.reserve(kTimers);
  std::vector<TimerWheel::Handle> handles(kTimers);
  const std::size_t before = allocations;
  for (TimerWheel::Tick round = 0; round < 20; ++round) {
    const TimerWheel::Tick now = wheel.current();
    for (std::size_t i = 0; i < kTimers; ++i)
      handles[i] = wheel.Insert(now + static_cast<TimerWheel::Tick>(i * 311), i);
    for (std::size_t i = 0; i < kTimers; i += 2) wheel.Cancel(handles[i]);
    for (std::size_t i = 0; i < kTimers; i += 2) handles[i] = wheel.Insert(now + static_cast<TimerWheel::Tick>(i), i);
    for (std::size_t i = 0; i < kTimers; i += 5) wheel.Rearm(handles[i], now + 77'777);
    wheel.NextDue();
    if (round % 3 == 2) wheel.Clear();
    expired.clear();
    wheel.PopDue(now + 400'000, kTimers, expired);
    wheel.PopDue(now + 400'000, 1, expired);
  }
  CHECK(wheel.size() == 0);
  CHECK(allocations == before);
  handles.push_back({});
  CHECK(allocations == before + 1);  // the counter counts
}

}  // namespace
}  // namespace cartwheel
