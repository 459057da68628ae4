// The timer wheel against its rivals: a textbook wheel, libuv's timers, a heap and a sorted map, in the same run on the
// same timers. Stands alone (-DCARTWHEEL_WHEEL_BENCH_MAIN gives it a main) as well as inside cartwheel_bench; libuv
// takes part where the build defines CARTWHEEL_BENCH_LIBUV and links it.
//
// The work is that of a shop: each timer is a step at 24, 48 or 72 h, reached by customers who came over a day, in
// random order. One pass schedules them all and lets the time pass a minute at a time until all have fired; one
// schedules and moves each by an hour, one schedules and cancels each, in another random order. The inputs are made
// outside the timed parts. Times are CPU time of the thread, as the machine may be shared.
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <queue>
#include <random>
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
  std::vector<std::uint32_t> shuffled;
  std::int64_t end = 0;  // nothing is due after it
};

Work MakeWork(std::size_t timers) {
  std::mt19937_64 random(20260601);
  Work work;
  work.dues.reserve(timers);
  for (std::size_t i = 0; i < timers; ++i) {
    const auto step = static_cast<std::int64_t>(1 + random() % 3) * 24 * kHour;
    work.dues.push_back(kStart + step + static_cast<std::int64_t>(random() % (24 * kHour)));
    work.shuffled.push_back(static_cast<std::uint32_t>(i));
  }
  work.end = kStart + 96 * kHour;
  std::shuffle(work.shuffled.begin(), work.shuffled.end(), random);
  return work;
}

// Handles in the order of their use, so that reading them costs every rival the same.
template <typename Handle>
std::vector<Handle> InOrder(const std::vector<Handle>& handles, const std::vector<std::uint32_t>& order) {
  std::vector<Handle> ordered;
  ordered.reserve(order.size());
  for (std::uint32_t index : order) ordered.push_back(handles[index]);
  return ordered;
}

struct Figures {
  double schedule_ns = 0;
  double move_ns = 0;
  double cancel_ns = 0;
  double expire_ns = 0;
  double bytes = 0;
};

double CpuNanoseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

template <typename Function>
double NanosecondsEach(std::size_t operations, Function function) {
  const double begin = CpuNanoseconds();
  function();
  return (CpuNanoseconds() - begin) / static_cast<double>(operations);
}

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "wheel bench: %s\n", what);
  std::abort();
}

double HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

// A rival has Prepare(timers) (untimed), Schedule(due, payload) -> handle, Move(handle, due), Cancel(handle), and
// Expire(now) -> how many fired. One that reads the clock itself has WaitUntilDue(), called before it expires.
template <typename Rival>
std::size_t ExpireAll(Rival& rival, const Work& work) {
  std::size_t fired = 0;
  for (std::int64_t now = kStart; now <= work.end; now += kPollEvery) fired += rival.Expire(now);
  return fired;
}

template <typename Rival>
auto ScheduleAll(Rival& rival, const Work& work) {
  rival.Prepare(work.dues.size());
  std::vector<decltype(rival.Schedule(0, 0))> handles;
  handles.reserve(work.dues.size());
  for (std::size_t i = 0; i < work.dues.size(); ++i) handles.push_back(rival.Schedule(work.dues[i], i));
  return InOrder(handles, work.shuffled);
}

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
    if constexpr (requires { rival->WaitUntilDue(); }) rival->WaitUntilDue();
    std::size_t fired = 0;
    figures.expire_ns = NanosecondsEach(timers, [&] { fired = ExpireAll(*rival, work); });
    Require(fired == timers, "not every timer fired");
  }
  {
    auto rival = std::make_unique<Rival>();
    const auto handles = ScheduleAll(*rival, work);
    figures.move_ns = NanosecondsEach(timers, [&] {
      for (std::size_t i = 0; i < timers; ++i) rival->Move(handles[i], work.dues[work.shuffled[i]] + kHour);
    });
  }
  auto rival = std::make_unique<Rival>();
  const auto handles = ScheduleAll(*rival, work);
  figures.cancel_ns = NanosecondsEach(timers, [&] {
    for (const auto& handle : handles) rival->Cancel(handle);
  });
  if constexpr (requires { rival->WaitUntilDue(); }) rival->WaitUntilDue();
  Require(ExpireAll(*rival, work) == 0, "a cancelled timer fired");
  return figures;
}

class Cartwheel {
 public:
  void Prepare(std::size_t timers) {
    wheel_.Reserve(timers);
    expired_.reserve(kPollLimit);
  }
  TimerWheel::Handle Schedule(std::int64_t due, std::uint64_t payload) { return wheel_.Insert(due, payload); }
  void Move(TimerWheel::Handle handle, std::int64_t due) { wheel_.Rearm(handle, due); }
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

// The hierarchical wheel of the textbook (Varghese and Lauck's scheme as commonly written): a std::list a slot, ticks
// one by one, and moves the next slot of a level down when the level below has gone round.
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
  void Move(Handle handle, std::int64_t due) {
    std::list<Timer>& slot = SlotFor(due);
    slot.splice(slot.end(), *handle->slot, handle);
    handle->due = due;
    handle->slot = &slot;
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

// std::priority_queue cannot remove: an entry counts only if it is at the due that its timer has now.
class Heap {
 public:
  void Prepare(std::size_t timers) {
    dues_.resize(timers);
    std::vector<Entry> storage;
    storage.reserve(timers);
    queue_ = Queue(std::greater<>(), std::move(storage));
  }
  std::uint64_t Schedule(std::int64_t due, std::uint64_t payload) {
    Move(payload, due);
    return payload;
  }
  void Move(std::uint64_t payload, std::int64_t due) {
    dues_[payload] = due;
    queue_.emplace(due, payload);
  }
  void Cancel(std::uint64_t payload) { dues_[payload] = 0; }
  std::size_t Expire(std::int64_t now) {
    std::size_t fired = 0;
    while (!queue_.empty() && queue_.top().first <= now) {
      if (dues_[queue_.top().second] == queue_.top().first) {
        checksum_ += queue_.top().second;
        ++fired;
      }
      queue_.pop();
    }
    return fired;
  }

 private:
  using Entry = std::pair<std::int64_t, std::uint64_t>;
  using Queue = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;
  Queue queue_;
  std::vector<std::int64_t> dues_;
  std::uint64_t checksum_ = 0;
};

class SortedMap {
 public:
  using Map = std::multimap<std::int64_t, std::uint64_t>;

  void Prepare(std::size_t) {}
  Map::iterator Schedule(std::int64_t due, std::uint64_t payload) { return map_.emplace(due, payload); }
  void Move(Map::iterator handle, std::int64_t due) {
    Map::node_type node = map_.extract(handle);
    node.key() = due;
    map_.insert(std::move(node));
  }
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

#ifdef CARTWHEEL_BENCH_HAS_UV
// libuv reads the clock itself, so a thousand seconds of the others are one of its milliseconds here, all of them pass
// before the first poll, and that poll fires everything.
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
    Move(&timers_[payload], due);
    return &timers_[payload];
  }
  void Move(uv_timer_t* timer, std::int64_t due) {
    const auto fire = [](uv_timer_t* fired) { ++*static_cast<std::size_t*>(fired->loop->data); };
    uv_timer_start(timer, fire, static_cast<std::uint64_t>(due - kStart) / 1000, 0);
  }
  void Cancel(uv_timer_t* timer) { uv_timer_stop(timer); }
  void WaitUntilDue() { std::this_thread::sleep_for(std::chrono::milliseconds(100 * kHour / 1000)); }
  std::size_t Expire(std::int64_t) {
    const std::size_t before = fired_;
    uv_run(&loop_, UV_RUN_NOWAIT);
    return fired_ - before;
  }

 private:
  uv_loop_t loop_;
  std::vector<uv_timer_t> timers_;
  std::size_t fired_ = 0;
};
#endif

double Median(std::vector<Figures> runs, double Figures::*figure) {
  const auto middle = runs.begin() + static_cast<std::ptrdiff_t>(runs.size() / 2);
  std::nth_element(runs.begin(), middle, runs.end(),
                   [figure](const Figures& a, const Figures& b) { return a.*figure < b.*figure; });
  return (*middle).*figure;
}

void PrintRow(const char* name, const std::vector<Figures>& runs) {
  std::printf("%-24s %10.1f %10.1f %10.1f %10.1f %10.1f\n", name, Median(runs, &Figures::schedule_ns),
              Median(runs, &Figures::move_ns), Median(runs, &Figures::cancel_ns), Median(runs, &Figures::expire_ns),
              Median(runs, &Figures::bytes));
  std::fflush(stdout);
}

}  // namespace

// Prints the table for so many timers; 0, or 2 for a number that cannot be.
int WheelBench(long long timers) {
  constexpr long long kTimersMax = 100'000'000;
  constexpr long long kManyTimers = 5'000'000;  // from here on one run: the rivals take minutes
  if (timers < 1 || timers > kTimersMax) {
    std::fprintf(stderr, "wheel bench: timers is %lld, expected 1 to %lld\n", timers, kTimersMax);
    return 2;
  }
  const Work work = MakeWork(static_cast<std::size_t>(timers));
  const int runs = timers < kManyTimers ? 5 : 1;
  std::vector<Figures> cartwheel, textbook, heap, map;
  [[maybe_unused]] std::vector<Figures> libuv;
  for (int run = 0; run < runs; ++run) {  // in turns, so that a busy minute of the machine strikes all alike
    cartwheel.push_back(Measure<Cartwheel>(work));
    textbook.push_back(Measure<Textbook>(work));
#ifdef CARTWHEEL_BENCH_HAS_UV
    libuv.push_back(Measure<Libuv>(work));
#endif
    heap.push_back(Measure<Heap>(work));
    map.push_back(Measure<SortedMap>(work));
  }
  std::printf("%lld timers, CPU ns per operation, median of %d\n", timers, runs);
  std::printf("%-24s %10s %10s %10s %10s %10s\n", "", "schedule", "move", "cancel", "expire", "bytes");
  PrintRow("cartwheel", cartwheel);
  PrintRow("textbook wheel", textbook);
#ifdef CARTWHEEL_BENCH_HAS_UV
  PrintRow("libuv", libuv);
#else
  std::printf("%-24s %10s\n", "libuv", "skipped: not found by the build");
#endif
  PrintRow("std::priority_queue (*)", heap);
  PrintRow("std::multimap", map);
  std::printf("(*) cancels and moves by leaving the old entry in place, to be skipped when it comes\n");
  return 0;
}

}  // namespace cartwheel

#ifdef CARTWHEEL_WHEEL_BENCH_MAIN
int main(int argc, char** argv) { return cartwheel::WheelBench(argc > 1 ? std::atoll(argv[1]) : 1'000'000); }
#endif
