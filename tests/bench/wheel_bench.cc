// The timer wheel against its rivals: a textbook wheel, libuv's timers, a heap and a sorted map, in the same run on the
// same timers. Stands alone (-DCARTWHEEL_WHEEL_BENCH_MAIN gives it a main) as well as inside cartwheel_bench.
//
// The work is that of a shop: each timer is a step at 24, 48 or 72 h, reached by customers who came over a day, in random
// order. A pass schedules them all, then lets the time pass a minute at a time until all have fired; a second pass schedules
// them again and cancels them all in another random order. Random inputs are prepared outside the timed parts.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cartwheel/timer_wheel.h"

#if defined(CARTWHEEL_BENCH_LIBUV) && __has_include(<uv.h>)
#include <uv.h>
#define CARTWHEEL_BENCH_HAS_UV 1
#endif

namespace cartwheel {
namespace {

constexpr std::int64_t kStart = 1'790'000'000;
constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kPollEvery = 60;
constexpr std::size_t kPollLimit = 4096;

struct Work {
  std::vector<std::int64_t> dues;
  std::vector<std::uint32_t> cancel_order;
  std::int64_t end = 0;  // nothing is due after it
};

Work MakeWork(std::size_t timers) {
  std::mt19937_64 random(20260601);
  Work work;
  work.dues.reserve(timers);
  for (std::size_t i = 0; i < timers; ++i) {
    const auto step = static_cast<std::int64_t>(1 + random() % 3) * 24 * kHour;
    work.dues.push_back(kStart + step + static_cast<std::int64_t>(random() % (24 * kHour)));
    work.cancel_order.push_back(static_cast<std::uint32_t>(i));
  }
  work.end = kStart + 96 * kHour;
  std::shuffle(work.cancel_order.begin(), work.cancel_order.end(), random);
  return work;
}

// Handles in the order of their cancellation, so that reading them costs every rival the same.
template <typename Handle>
std::vector<Handle> InOrder(const std::vector<Handle>& handles, const std::vector<std::uint32_t>& order) {
  std::vector<Handle> ordered;
  ordered.reserve(order.size());
  for (std::uint32_t index : order) ordered.push_back(handles[index]);
  return ordered;
}

struct Figures {
  double schedule_ns = 0;
  double cancel_ns = 0;
  double expire_ns = 0;
  double bytes = 0;
};

template <typename Function>
double NanosecondsEach(std::size_t operations, Function function) {
  const auto begin = std::chrono::steady_clock::now();
  function();
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begin;
  return spent.count() / static_cast<double>(operations);
}

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "wheel bench: %s\n", what);
  std::abort();
}

double HeapBytes() { return static_cast<double>(mallinfo2().uordblks + mallinfo2().hblkhd); }

// A rival has Prepare(n) (untimed), Schedule(due, payload) -> handle, Cancel(handle), and Expire(now) -> how many fired.
template <typename Rival>
Figures Measure(const Work& work) {
  const std::size_t timers = work.dues.size();
  Figures figures;
  {
    const double bytes_before = HeapBytes();
    auto rival = std::make_unique<Rival>();
    rival->Prepare(timers);
    figures.schedule_ns = NanosecondsEach(timers, [&] {
      for (std::size_t i = 0; i < timers; ++i) rival->Schedule(work.dues[i], i);
    });
    figures.bytes = (HeapBytes() - bytes_before) / static_cast<double>(timers);
    std::size_t fired = 0;
    figures.expire_ns = NanosecondsEach(timers, [&] {
      for (std::int64_t now = kStart; now <= work.end; now += kPollEvery) fired += rival->Expire(now);
    });
    Require(fired == timers, "not every timer fired");
  }
  auto rival = std::make_unique<Rival>();
  rival->Prepare(timers);
  std::vector<decltype(rival->Schedule(0, 0))> handles;
  handles.reserve(timers);
  for (std::size_t i = 0; i < timers; ++i) handles.push_back(rival->Schedule(work.dues[i], i));
  handles = InOrder(handles, work.cancel_order);
  figures.cancel_ns = NanosecondsEach(timers, [&] {
    for (const auto& handle : handles) rival->Cancel(handle);
  });
  Require(rival->Expire(work.end) == 0, "a cancelled timer fired");
  return figures;
}

class Cartwheel {
 public:
  void Prepare(std::size_t timers) {
    wheel_.Reserve(timers);
    expired_.reserve(kPollLimit);
  }
  TimerWheel::Handle Schedule(std::int64_t due, std::uint64_t payload) { return wheel_.Insert(due, payload); }
  void Cancel(TimerWheel::Handle handle) { wheel_.Cancel(handle); }
  std::size_t Expire(std::int64_t now) {
    std::size_t fired = 0;
    for (bool more = true; more;) {
      expired_.clear();
      more = wheel_.PopDue(now, kPollLimit, expired_);
      for (const TimerWheel::Expired& each : expired_) checksum_ += each.payload;
      fired += expired_.size();
    }
    return fired;
  }

 private:
  TimerWheel wheel_{kStart};
  std::vector<TimerWheel::Expired> expired_;
  std::uint64_t checksum_ = 0;
};

// The hierarchical wheel of the textbook (Varghese and Lauck's scheme as commonly written): a std::list a slot, ticks one
// by one, and moves the next slot of a level down when the level below has gone round.
class Textbook {
 public:
  struct Timer {
    std::int64_t due;
    std::uint64_t payload;
    std::list<Timer>* slot;
  };
  using Handle = std::list<Timer>::iterator;

  void Prepare(std::size_t) {}
  Handle Schedule(std::int64_t due, std::uint64_t payload) {
    std::list<Timer>& slot = SlotFor(due);
    slot.push_back(Timer{due, payload, &slot});
    return std::prev(slot.end());
  }
  void Cancel(Handle handle) { handle->slot->erase(handle); }
  std::size_t Expire(std::int64_t now) {
    std::size_t fired = 0;
    while (current_ < now) {
      ++current_;
      for (int level = 1; level < 4 && (current_ & ((std::int64_t{1} << (6 * level)) - 1)) == 0; ++level) {
        std::list<Timer> moved = std::move(slots_[level][(current_ >> (6 * level)) & 63]);
        while (!moved.empty()) {
          std::list<Timer>& slot = SlotFor(moved.front().due);
          moved.front().slot = &slot;
          slot.splice(slot.end(), moved, moved.begin());
        }
      }
      std::list<Timer>& due = slots_[0][current_ & 63];
      for (const Timer& timer : due) checksum_ += timer.payload;
      fired += due.size();
      due.clear();
    }
    return fired;
  }

 private:
  std::list<Timer>& SlotFor(std::int64_t due) {
    const std::int64_t ahead = due - current_;
    const int level = ahead < 64 ? 0 : ahead < 64 * 64 ? 1 : ahead < 64 * 64 * 64 ? 2 : 3;
    return slots_[level][(due >> (6 * level)) & 63];
  }

  std::int64_t current_ = kStart;
  std::list<Timer> slots_[4][64];
  std::uint64_t checksum_ = 0;
};

// std::priority_queue cannot remove: a cancelled timer is marked and skipped when it comes.
class Heap {
 public:
  void Prepare(std::size_t timers) {
    cancelled_.resize(timers);
    std::vector<Timer> storage;
    storage.reserve(timers);
    queue_ = Queue(std::greater<>(), std::move(storage));
  }
  std::uint64_t Schedule(std::int64_t due, std::uint64_t payload) {
    queue_.emplace(due, payload);
    return payload;
  }
  void Cancel(std::uint64_t payload) { cancelled_[payload] = 1; }
  std::size_t Expire(std::int64_t now) {
    std::size_t fired = 0;
    while (!queue_.empty() && queue_.top().first <= now) {
      if (cancelled_[queue_.top().second] == 0) {
        checksum_ += queue_.top().second;
        ++fired;
      }
      queue_.pop();
    }
    return fired;
  }

 private:
  using Timer = std::pair<std::int64_t, std::uint64_t>;
  using Queue = std::priority_queue<Timer, std::vector<Timer>, std::greater<>>;
  Queue queue_;
  std::vector<char> cancelled_;
  std::uint64_t checksum_ = 0;
};

class SortedMap {
 public:
  using Map = std::multimap<std::int64_t, std::uint64_t>;

  void Prepare(std::size_t) {}
  Map::iterator Schedule(std::int64_t due, std::uint64_t payload) { return map_.emplace(due, payload); }
  void Cancel(Map::iterator handle) { map_.erase(handle); }
  std::size_t Expire(std::int64_t now) {
    std::size_t fired = 0;
    while (!map_.empty() && map_.begin()->first <= now) {
      checksum_ += map_.begin()->second;
      map_.erase(map_.begin());
      ++fired;
    }
    return fired;
  }

 private:
  Map map_;
  std::uint64_t checksum_ = 0;
};

#if CARTWHEEL_BENCH_HAS_UV
// libuv reads the clock itself, so a second of the others is a microsecond here (rounded up to its milliseconds), all time
// passes before the first poll, and that one poll fires everything.
class Libuv {
 public:
  ~Libuv() {
    for (uv_timer_t& timer : timers_) uv_close(reinterpret_cast<uv_handle_t*>(&timer), nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }
  void Prepare(std::size_t timers) {
    uv_loop_init(&loop_);
    loop_.data = &fired_;
    timers_.resize(timers);
    for (uv_timer_t& timer : timers_) uv_timer_init(&loop_, &timer);
  }
  uv_timer_t* Schedule(std::int64_t due, std::uint64_t payload) {
    uv_timer_t* timer = &timers_[payload];
    uv_timer_start(
        timer, [](uv_timer_t* fired) { ++*static_cast<std::size_t*>(fired->loop->data); },
        static_cast<std::uint64_t>(due - kStart) / 1000, 0);
    return timer;
  }
  void Cancel(uv_timer_t* timer) { uv_timer_stop(timer); }
  std::size_t Expire(std::int64_t now) {
    const std::size_t before = fired_;
    const std::uint64_t last = uv_now(&loop_) + static_cast<std::uint64_t>(now - kStart) / 1000;
    if (now > kStart) return 0;
    (void)last;
    uv_run(&loop_, UV_RUN_NOWAIT);
    return fired_ - before;
  }

 private:
  uv_loop_t loop_;
  std::vector<uv_timer_t> timers_;
  std::size_t fired_ = 0;
};
#endif

}  // namespace
}  // namespace cartwheel
