// The known pitfalls of timer wheels, each by name. The expected values follow from the header's contract by hand; the
// model test (tests/model) covers what lies between.
#include "cartwheel/timer_wheel.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "tests/catch.h"

namespace cartwheel {
namespace {

using Tick = TimerWheel::Tick;
using Handle = TimerWheel::Handle;

constexpr std::size_t kAll = 1'000'000;
constexpr Tick kStart = 1'790'000'000;
constexpr Tick kSpan0 = 64;  // ticks that the lowest level covers, and so on
constexpr Tick kSpan1 = 64 * 64;
constexpr Tick kSpan2 = 64 * 64 * 64;
constexpr Tick kSpan3 = 64 * 64 * 64 * 64;

// The payloads that fire at `now`, checked to be due and in order; within a tick, where the order is free, sorted.
std::vector<std::uint64_t> Fire(TimerWheel& wheel, Tick now) {
  std::vector<TimerWheel::Expired> expired;
  CHECK_FALSE(wheel.PopDue(now, kAll, expired));
  for (std::size_t i = 0; i < expired.size(); ++i) CHECK(expired[i].due <= now);
  for (std::size_t i = 1; i < expired.size(); ++i) CHECK(expired[i - 1].due <= expired[i].due);
  std::sort(expired.begin(), expired.end(), [](const TimerWheel::Expired& a, const TimerWheel::Expired& b) {
    return std::pair(a.due, a.payload) < std::pair(b.due, b.payload);
  });
  std::vector<std::uint64_t> payloads;
  for (const TimerWheel::Expired& each : expired) payloads.push_back(each.payload);
  return payloads;
}

using Payloads = std::vector<std::uint64_t>;

TEST_CASE("a due exactly at now fires now, one tick later does not") {
  TimerWheel wheel(kStart);
  wheel.Insert(kStart, 1);
  wheel.Insert(kStart + 1, 2);
  CHECK(wheel.NextDue() == kStart);
  CHECK(Fire(wheel, kStart) == Payloads{1});
  CHECK(Fire(wheel, kStart).empty());
  CHECK(wheel.NextDue() == kStart + 1);
  CHECK(Fire(wheel, kStart + 1) == Payloads{2});
}

TEST_CASE("a due before the current tick is due at once and reported at the current tick") {
  TimerWheel wheel(kStart);
  CHECK(Fire(wheel, kStart + 100).empty());
  wheel.Insert(kStart + 3, 1);
  wheel.Insert(std::numeric_limits<Tick>::min(), 2);
  CHECK(wheel.NextDue() == kStart + 100);
  std::vector<TimerWheel::Expired> expired;
  CHECK_FALSE(wheel.PopDue(kStart + 100, kAll, expired));
  REQUIRE(expired.size() == 2);
  CHECK(expired[0].due == kStart + 100);
  CHECK(expired[1].due == kStart + 100);
}

TEST_CASE("a due at a multiple of each level's span fires then, from starts on and around the boundary") {
  for (Tick span : {kSpan0, kSpan1, kSpan2, kSpan3}) {
    for (Tick start : {Tick{0}, Tick{1}, span - 1, span, 5 * span, 5 * span + 1, -span, -span - 1}) {
      for (Tick offset : {Tick{-1}, Tick{0}, Tick{1}}) {
        for (Tick multiple : {Tick{1}, Tick{2}, Tick{64}}) {
          CAPTURE(span, start, offset, multiple);
          const Tick due = start + multiple * span + offset;
          TimerWheel wheel(start);
          wheel.Insert(due, 7);
          CHECK(wheel.NextDue() == due);
          CHECK(Fire(wheel, due - 1).empty());
          CHECK(wheel.NextDue() == due);
          CHECK(Fire(wheel, due) == Payloads{7});
        }
      }
    }
  }
}

TEST_CASE("the top level wraps: slots behind the current one are later, not earlier") {
  const Tick start = 60 * kSpan2 + 17;  // the top digit is 60 of 63
  TimerWheel wheel(start);
  const Tick before_wrap = 62 * kSpan2 + 5;
  const Tick after_wrap = kSpan3 + 2 * kSpan2 + 5;   // digit 2 of the next round
  const Tick same_digit = kSpan3 + 60 * kSpan2 + 3;  // the current digit, a whole round ahead
  wheel.Insert(same_digit, 3);
  wheel.Insert(after_wrap, 2);
  wheel.Insert(before_wrap, 1);
  CHECK(wheel.NextDue() == before_wrap);
  CHECK(Fire(wheel, after_wrap - 1) == Payloads{1});
  CHECK(wheel.NextDue() == after_wrap);
  CHECK(Fire(wheel, after_wrap) == Payloads{2});
  CHECK(wheel.NextDue() == same_digit);
  CHECK(Fire(wheel, same_digit - 1).empty());
  CHECK(Fire(wheel, same_digit) == Payloads{3});
}

TEST_CASE("one poll drains every elapsed tick, in order") {
  TimerWheel wheel(kStart);
  Payloads expected;
  for (std::uint64_t i = 0; i < 3000; ++i) expected.push_back(i);
  for (std::uint64_t i : expected) {
    const std::uint64_t scattered = i * 1009 % 3000;
    wheel.Insert(kStart + static_cast<Tick>(scattered * 97), scattered);
  }
  CHECK(Fire(wheel, kStart + 2999 * 97) == expected);
  CHECK(wheel.size() == 0);
}

TEST_CASE("re-arming keeps the handle and leaves nothing behind at the old due") {
  TimerWheel wheel(kStart);
  const Handle handle = wheel.Insert(kStart + 10, 1);
  for (Tick due : {kStart + kSpan2 * 3, kStart + 5, kStart + kSpan3 * 2, kStart + 20, kStart + 20}) {
    CHECK(wheel.Rearm(handle, due));
    CHECK(wheel.size() == 1);
    CHECK(wheel.NextDue() == due);
  }
  CHECK(Fire(wheel, kStart + 19).empty());
  CHECK(Fire(wheel, kStart + 20) == Payloads{1});
  CHECK_FALSE(wheel.Rearm(handle, kStart + 30));
  CHECK(Fire(wheel, kStart + kSpan3 * 3).empty());
}

TEST_CASE("re-arming to the past makes a timer due at once") {
  TimerWheel wheel(kStart);
  const Handle handle = wheel.Insert(kStart + kSpan1, 1);
  CHECK(wheel.Rearm(handle, kStart - 5));
  CHECK(wheel.NextDue() == kStart);
  CHECK(Fire(wheel, kStart) == Payloads{1});
}

TEST_CASE("counters hold after a double cancel") {
  TimerWheel wheel(kStart);
  const Handle first = wheel.Insert(kStart + 10, 1);
  wheel.Insert(kStart + 10, 2);
  CHECK(wheel.Cancel(first));
  CHECK_FALSE(wheel.Cancel(first));
  CHECK(wheel.size() == 1);
  CHECK(Fire(wheel, kStart + 10) == Payloads{2});
  CHECK_FALSE(wheel.Cancel(first));
  CHECK(wheel.size() == 0);
  CHECK(wheel.NextDue() == std::nullopt);
}

TEST_CASE("days of idle are one step: nothing fires early, the next timers are exact") {
  TimerWheel wheel(kStart);
  wheel.Insert(kStart + 3 * 86400, 1);
  for (Tick now = kStart; now < kStart + 3 * 86400; now += 20000) CHECK(Fire(wheel, now).empty());
  CHECK(Fire(wheel, kStart + 3 * 86400) == Payloads{1});
  // Ten thousand years over an empty wheel, and over one timer: ticks are not walked, or this would never end.
  const Tick later = kStart + Tick{10'000} * 366 * 86400;
  CHECK(Fire(wheel, later).empty());
  CHECK(wheel.current() == later);
  wheel.Insert(later + 90, 2);
  CHECK(Fire(wheel, later + 89).empty());
  CHECK(Fire(wheel, 100 * later) == Payloads{2});
}

TEST_CASE("far beyond capacity a timer goes round and stays exact") {
  TimerWheel wheel(kStart);
  const Tick due = kStart + 3 * kSpan3 + 12345;
  wheel.Insert(due, 1);
  wheel.Insert(kStart + TimerWheel::kReach, 2);
  wheel.Insert(kStart + 5 * kSpan2, 3);
  CHECK(wheel.NextDue() == kStart + 5 * kSpan2);
  CHECK(Fire(wheel, kStart + kSpan3) == Payloads{3});
  CHECK(wheel.NextDue() == due);
  for (Tick now = kStart + kSpan3; now < due; now += kSpan2 - 1) REQUIRE(Fire(wheel, now).empty());
  CHECK(Fire(wheel, due - 1).empty());
  CHECK(Fire(wheel, due) == Payloads{1});
  CHECK(wheel.NextDue() == kStart + TimerWheel::kReach);
  CHECK(Fire(wheel, kStart + TimerWheel::kReach - 1).empty());
  CHECK(Fire(wheel, kStart + TimerWheel::kReach) == Payloads{2});
}

TEST_CASE("a far timer in a near slot does not hide a nearer one in a later slot") {
  TimerWheel wheel(0);
  wheel.Insert(kSpan3 + kSpan2, 1);  // digit 1 of the next round: the first slot of the top level to be entered
  const Handle near = wheel.Insert(2 * kSpan2, 2);
  CHECK(wheel.NextDue() == 2 * kSpan2);
  CHECK(wheel.Rearm(near, 40 * kSpan2));
  CHECK(wheel.NextDue() == 40 * kSpan2);
  CHECK(Fire(wheel, kSpan3 + kSpan2 - 1) == Payloads{2});
  CHECK(Fire(wheel, kSpan3 + kSpan2) == Payloads{1});
}

TEST_CASE("a due beyond reach is refused and changes nothing") {
  TimerWheel wheel(kStart);
  CHECK_FALSE(wheel.Insert(kStart + TimerWheel::kReach + 1, 1));
  CHECK_FALSE(wheel.Insert(std::numeric_limits<Tick>::max(), 1));
  CHECK(wheel.size() == 0);
  const Handle handle = wheel.Insert(kStart + 5, 2);
  CHECK(handle);
  CHECK_FALSE(wheel.Rearm(handle, kStart + TimerWheel::kReach + 1));
  CHECK(wheel.NextDue() == kStart + 5);
  CHECK(Fire(wheel, kStart + 5) == Payloads{2});
}

TEST_CASE("the ends of time") {
  constexpr Tick kFirst = std::numeric_limits<Tick>::min();
  constexpr Tick kLast = std::numeric_limits<Tick>::max();
  TimerWheel first(kFirst);
  first.Insert(kFirst, 1);
  first.Insert(kFirst + kSpan3, 2);
  CHECK(Fire(first, kFirst) == Payloads{1});
  CHECK(first.NextDue() == kFirst + kSpan3);
  CHECK(Fire(first, kLast) == Payloads{2});
  first.Insert(0, 3);
  CHECK(first.NextDue() == kLast);
  CHECK(Fire(first, kLast) == Payloads{3});
  TimerWheel last(kLast - kSpan3);
  last.Insert(kLast, 1);
  last.Insert(kLast - 1, 2);
  CHECK(last.NextDue() == kLast - 1);
  CHECK(Fire(last, kLast - 1) == Payloads{2});
  CHECK(last.NextDue() == kLast);
  CHECK(Fire(last, kLast) == Payloads{1});
}

TEST_CASE("a clock that steps back fires and unfires nothing") {
  TimerWheel wheel(kStart);
  wheel.Insert(kStart + 10, 1);
  wheel.Insert(kStart + 50, 2);
  CHECK(Fire(wheel, kStart + 20) == Payloads{1});
  wheel.Insert(kStart + 15, 3);  // overdue: due at the current tick, kStart + 20
  std::vector<TimerWheel::Expired> expired;
  CHECK_FALSE(wheel.PopDue(kStart + 19, kAll, expired));
  CHECK_FALSE(wheel.PopDue(kStart - kSpan3, kAll, expired));
  CHECK(expired.empty());
  CHECK(wheel.current() == kStart + 20);
  CHECK(wheel.size() == 2);
  CHECK(Fire(wheel, kStart + 20) == Payloads{3});
  CHECK(Fire(wheel, kStart + 50) == Payloads{2});
}

TEST_CASE("a limit reached in the middle of a slot, with insert, cancel and re-arm in between") {
  TimerWheel wheel(kStart);
  std::vector<Handle> handles;
  for (std::uint64_t i = 0; i < 100; ++i) handles.push_back(wheel.Insert(kStart + 5, i));
  wheel.Insert(kStart + 6, 200);
  std::vector<TimerWheel::Expired> expired;
  CHECK(wheel.PopDue(kStart + 10, 30, expired));
  CHECK(expired.size() == 30);
  CHECK(wheel.current() == kStart + 5);
  Payloads fired;
  for (const TimerWheel::Expired& each : expired) fired.push_back(each.payload);
  Payloads left;
  for (std::uint64_t i = 0; i < 100; ++i) {
    if (std::find(fired.begin(), fired.end(), i) == fired.end()) left.push_back(i);
  }
  for (std::uint64_t i : fired) CHECK_FALSE(wheel.Cancel(handles[i]));
  CHECK(wheel.Cancel(handles[left[0]]));             // leaves the slot
  CHECK(wheel.Rearm(handles[left[1]], kStart + 7));  // moves after it
  CHECK(wheel.Rearm(handles[left[2]], kStart));      // overdue: stays in it
  wheel.Insert(kStart + 2, 300);                     // overdue: joins it
  CHECK(wheel.NextDue() == kStart + 5);
  Payloads expected(left.begin() + 2, left.end());
  expected.insert(expected.end(), {300, 200, left[1]});
  CHECK(wheel.size() == expected.size());
  CHECK(Fire(wheel, kStart + 10) == expected);
}

TEST_CASE("the last of a limit says exactly whether more is due") {
  TimerWheel wheel(kStart);
  for (Tick due : {1, 1, 2, 9000, 9001}) wheel.Insert(kStart + due, 1);
  std::vector<TimerWheel::Expired> expired;
  CHECK(wheel.PopDue(kStart + 9000, 0, expired));
  CHECK(wheel.PopDue(kStart + 9000, 1, expired));
  CHECK(wheel.PopDue(kStart + 9000, 2, expired));
  CHECK_FALSE(wheel.PopDue(kStart + 9000, 1, expired));
  CHECK(expired.size() == 4);
  CHECK_FALSE(wheel.PopDue(kStart + 9000, 1, expired));
  CHECK_FALSE(wheel.PopDue(kStart + 9001, 1, expired));
  CHECK(expired.size() == 5);
}

TEST_CASE("a limit that leaves only cancelled timers behind has nothing more") {
  TimerWheel wheel(kStart);
  std::vector<Handle> handles;
  for (std::uint64_t i = 0; i < 20; ++i) handles.push_back(wheel.Insert(kStart + 5, i));
  std::vector<TimerWheel::Expired> expired;
  CHECK(wheel.PopDue(kStart + 5, 8, expired));
  for (const Handle& handle : handles) wheel.Cancel(handle);
  CHECK(wheel.size() == 0);
  CHECK_FALSE(wheel.PopDue(kStart + 5, 8, expired));
  CHECK_FALSE(wheel.PopDue(kStart + 5, 0, expired));
  CHECK(expired.size() == 8);
}

TEST_CASE("the earliest due is exact after the earliest was cancelled, on every level") {
  for (Tick span : {Tick{1}, kSpan0, kSpan1, kSpan2, kSpan3}) {
    CAPTURE(span);
    TimerWheel wheel(0);
    const Handle a = wheel.Insert(3 * span, 1);
    const Handle b = wheel.Insert(3 * span + span / 2, 2);
    const Handle c = wheel.Insert(5 * span, 3);
    wheel.Insert(7 * span, 4);
    CHECK(wheel.Cancel(a));
    CHECK(wheel.NextDue() == 3 * span + span / 2);
    CHECK(wheel.Rearm(b, 6 * span));
    CHECK(wheel.NextDue() == 5 * span);
    CHECK(wheel.Cancel(c));
    CHECK(wheel.NextDue() == 6 * span);
    CHECK(Fire(wheel, 7 * span) == Payloads{2, 4});
  }
}

TEST_CASE("a reused node does not answer to its old handles") {
  TimerWheel wheel(kStart);
  const Handle old_handle = wheel.Insert(kStart + 10, 1);
  CHECK(wheel.Cancel(old_handle));
  const Handle new_handle = wheel.Insert(kStart + 20, 2);
  CHECK(new_handle.index == old_handle.index);  // it is the same node, or this test tests nothing
  CHECK_FALSE(new_handle == old_handle);
  CHECK_FALSE(wheel.Cancel(old_handle));
  CHECK_FALSE(wheel.Rearm(old_handle, kStart + 1));
  CHECK(Fire(wheel, kStart + 20) == Payloads{2});
  CHECK_FALSE(wheel.Cancel(new_handle));
}

TEST_CASE("null, foreign and invented handles are stale") {
  TimerWheel wheel(kStart);
  CHECK_FALSE(Handle{});
  CHECK_FALSE(wheel.Cancel(Handle{}));
  const Handle handle = wheel.Insert(kStart + 10, 1);
  CHECK(handle);
  CHECK_FALSE(wheel.Cancel(Handle{}));
  CHECK_FALSE(wheel.Cancel(Handle{handle.index, handle.generation + 1}));
  CHECK_FALSE(wheel.Cancel(Handle{handle.index + 1, handle.generation}));
  CHECK_FALSE(wheel.Rearm(Handle{0xFFFFFFFF, 1}, kStart));
  CHECK(wheel.Cancel(handle));
  CHECK_FALSE(wheel.Cancel(Handle{handle.index, handle.generation + 1}));  // what the free node bears
  CHECK(wheel.size() == 0);
}

TEST_CASE("after Clear old handles are stale, and the wheel works on from the same tick") {
  TimerWheel wheel(kStart);
  std::vector<Handle> handles;
  for (std::uint64_t i = 0; i < 50; ++i) handles.push_back(wheel.Insert(kStart + 100 + static_cast<Tick>(i) * 777, i));
  wheel.Cancel(handles[3]);
  CHECK(Fire(wheel, kStart + 100) == Payloads{0});
  wheel.Clear();
  CHECK(wheel.size() == 0);
  CHECK(wheel.current() == kStart + 100);
  CHECK(wheel.NextDue() == std::nullopt);
  for (const Handle& handle : handles) CHECK_FALSE(wheel.Cancel(handle));
  const Handle again = wheel.Insert(kStart + 200, 99);
  for (const Handle& handle : handles) CHECK_FALSE(wheel.Rearm(handle, kStart));
  CHECK(Fire(wheel, kStart + 1'000'000) == Payloads{99});
  CHECK_FALSE(wheel.Cancel(again));
}

TEST_CASE("cancelled nodes are reused before memory grows") {
  TimerWheel wheel(kStart);
  std::vector<Handle> handles;
  for (std::uint64_t i = 0; i < 1000; ++i) handles.push_back(wheel.Insert(kStart + static_cast<Tick>(i) * 300, i));
  for (int round = 0; round < 100; ++round) {
    for (std::size_t i = 0; i < handles.size(); i += 3) REQUIRE(wheel.Cancel(handles[i]));
    for (std::size_t i = 0; i < handles.size(); i += 3) {
      handles[i] = wheel.Insert(kStart + static_cast<Tick>(i) * 300, i);
      REQUIRE(handles[i].index < 1000);
    }
  }
  Payloads expected;
  for (std::uint64_t i = 0; i < 1000; ++i) expected.push_back(i);
  CHECK(Fire(wheel, kStart + 300'000) == expected);
}

TEST_CASE("what fired stays in the caller's vector before the new ones") {
  TimerWheel wheel(kStart);
  wheel.Insert(kStart, 1);
  std::vector<TimerWheel::Expired> expired = {{77, 5}};
  CHECK_FALSE(wheel.PopDue(kStart, kAll, expired));
  REQUIRE(expired.size() == 2);
  CHECK(expired[0].payload == 77);
  CHECK(expired[1].payload == 1);
}

}  // namespace
}  // namespace cartwheel
