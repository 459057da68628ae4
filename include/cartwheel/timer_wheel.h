// A hierarchical timer wheel: millions of timers, 24 bytes each, constant time to insert, cancel and re-arm.
//
// It stands alone: one header, the standard library, no clock, no callback, no thread. The host says what time it is and
// gets back what became due:
//
//   cartwheel::TimerWheel wheel(/*now=*/1'790'000'000);                   // ticks are the host's unit; seconds here
//   wheel.Reserve(1'000'000);                                             // no allocation below that many timers
//   cartwheel::TimerWheel::Handle handle = wheel.Insert(now + 24 * 3600, customer_row);
//   wheel.Rearm(handle, now + 48 * 3600);                                 // the same handle stays valid
//   wheel.Cancel(handle);                                                 // false when it has fired or was cancelled
//   std::vector<cartwheel::TimerWheel::Expired> expired;
//   bool more = wheel.PopDue(now, /*limit=*/1000, expired);               // in order of due tick, never early
//   std::optional<cartwheel::TimerWheel::Tick> next = wheel.NextDue();    // how long the host may sleep
//
// Time.     Ticks are signed 64-bit numbers of any unit. `current()` only grows: it is the `now` of the last PopDue that
//           returned everything due, or the due tick of the last timer returned by one that stopped at its limit. A due at or
//           before it counts as due at `current()`: at once, and so reported. A timer lies at most kReach ticks ahead.
// Order.    By due tick. Among timers of one tick the order is unspecified, but the same calls give the same order.
// Handles.  A handle goes stale when its timer fires, is cancelled or cleared, and is recognised as such until its node was
//           reused 2^31 times. Any value is safe to pass, also a default one (the null handle) or one of another wheel.
// Cost.     Insert, Cancel, Rearm: constant. PopDue: what it returns, plus the occupied slots that it passes; idle ticks are
//           free. A slot passed above the lowest level is spread over the levels below: at most three moves in the life of
//           a timer, plus one for every 64^4 ticks that it lies ahead. NextDue: constant; once after the earliest timer of
//           a slot was cancelled or re-armed, a pass over that slot.
// Memory.   24 bytes a timer at the largest number that was ever in the wheel (Reserve sets it; beyond, it doubles), plus
//           about 11 KiB. Insert may throw std::bad_alloc beyond what was reserved and leaves the wheel as it was.
// Threads.  None of its own; one wheel is for one thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace cartwheel {

class TimerWheel {
 public:
  using Tick = std::int64_t;
  using Payload = std::uint64_t;

  // Names one timer; the default value names none.
  struct Handle {
    std::uint32_t index = 0;
    std::uint32_t generation = 0;

    explicit operator bool() const { return generation != 0; }
    friend bool operator==(const Handle&, const Handle&) = default;
  };

  struct Expired {
    Payload payload;
    Tick due;
  };

  // How far ahead of `current()` a due may lie: 136 years of seconds.
  static constexpr Tick kReach = std::numeric_limits<std::uint32_t>::max();
  // How many timers a wheel may hold.
  static constexpr std::size_t kTimersMax = std::numeric_limits<std::uint32_t>::max() - 1;

  // `now` is the first current tick. Begin near the real time: a wheel that begins at 0 sees today as far ahead.
  explicit TimerWheel(Tick now) : current_(now) { ForgetSlots(); }

  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Makes room for `timers` in all, so that up to that many are held without an allocation.
  void Reserve(std::size_t timers) { nodes_.reserve(timers); }

  // Adds a timer. The null handle, and no timer, when `due` lies beyond kReach or kTimersMax are held.
  Handle Insert(Tick due, Payload payload) {
    if (!Reaches(due)) return Handle{};
    const std::uint32_t index = Allocate();
    if (index == kNone) return Handle{};
    Node& node = nodes_[index];
    node.payload = payload;
    Link(index, due);
    ++size_;
    return Handle{index, node.generation};
  }

  // Removes a timer; false when the handle is stale.
  bool Cancel(Handle handle) {
    if (!IsLive(handle)) return false;
    Node& node = nodes_[handle.index];
    ++node.generation;
    if (node.next != kNone) Prefetch(&nodes_[node.next]);
    if (node.previous != kNone) Prefetch(&nodes_[node.previous]);
    --size_;
    cancelled_[cancelled_count_++] = handle.index;
    if (cancelled_count_ == cancelled_.size()) UnlinkCancelled();
    return true;
  }

  // Moves a timer to another due; its handle and payload stay. False, and nothing changed, when the handle is stale or
  // `due` lies beyond kReach.
  bool Rearm(Handle handle, Tick due) {
    if (!IsLive(handle) || !Reaches(due)) return false;
    Unlink(handle.index);
    Link(handle.index, due);
    return true;
  }

  // The earliest due tick, exactly; nothing when the wheel is empty. Not const: it refreshes what cancelling made stale.
  std::optional<Tick> NextDue() {
    for (int level = 0; level < kLevels; ++level) {
      if (occupied_[level] == 0) continue;
      Tick earliest = std::numeric_limits<Tick>::max();
      for (std::uint64_t slots = occupied_[level]; slots != 0;) {
        const Tick position = FirstPosition(level, slots);
        earliest = std::min(earliest, Earliest(level, position));
        // Only a slot with nothing but timers of later rounds of the top level leaves room for an earlier one behind it.
        if (earliest >> Shift(level) <= position) break;
        slots &= ~Bit(position);
      }
      return earliest;
    }
    return std::nullopt;
  }

  // Appends up to `limit` timers due at or before `now` to `expired`, in order of due tick, and removes them. Returns
  // whether more of them are due at `now`. A `now` before `current()` (a clock that stepped back) does nothing.
  // `expired` is not cleared; it allocates only when its capacity does not suffice.
  bool PopDue(Tick now, std::size_t limit, std::vector<Expired>& expired) {
    if (now < current_) return false;
    UnlinkCancelled();
    while (limit > 0) {
      if (!Advance(now)) return false;
      limit -= Drain(limit, expired);
    }
    const std::optional<Tick> next = NextDue();
    return next.has_value() && *next <= now;
  }

  // Removes every timer and keeps the current tick and the memory. Costs a pass over the nodes.
  void Clear() {
    ForgetSlots();
    free_ = kNone;
    for (std::size_t index = nodes_.size(); index-- > 0;) {
      nodes_[index].generation |= 1;
      Release(static_cast<std::uint32_t>(index));
    }
    size_ = 0;
  }

  std::size_t size() const { return size_; }
  Tick current() const { return current_; }

 private:
  // A tick is read as digits of 6 bits. A timer sits on the level of the highest digit in which its due differs from the
  // current tick (the top level takes all higher ones), in the slot of its due's digit there. Hence:
  //  * where a timer sits follows from its due and the current tick alone, and it never needs to be remembered;
  //  * everything on a level is due before everything on the levels above it;
  //  * a level's slots are entered in the order of their distance from the current digit. On levels 1 and 2 that distance is
  //    1..63; the top level wraps: its slots are 1..64 ahead, and timers of later rounds stay in theirs when it is entered.
  static constexpr int kLevels = 4;
  static constexpr int kTopLevel = kLevels - 1;
  static constexpr int kDigitBits = 6;
  static constexpr int kSlots = 1 << kDigitBits;
  // A slot is this many linked lists (by the node's index), so that walking it has that many cache misses under way at
  // once instead of one: at 10 M timers, where nearly every node is a miss, this is what the time goes into.
#ifndef CHAINS
#define CHAINS 8
#endif
  static constexpr std::uint32_t kChains = CHAINS;
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

#ifndef CSHIFT
#define CSHIFT 6
#endif
  static std::uint32_t ChainOf(std::uint32_t index) { return (index >> CSHIFT) % kChains; }

  struct Node {
    Payload payload = 0;
    std::uint32_t next = kNone;
    std::uint32_t previous = kNone;
    std::uint32_t due = 0;         // the low half; the rest follows, for current_ <= due <= current_ + kReach
    std::uint32_t generation = 0;  // odd while the timer lives
  };
  static_assert(sizeof(Node) == 24);

  using Heads = std::array<std::uint32_t, kChains>;

  struct Slot {
    Heads heads;
    Tick earliest;  // no timer here is due before it; exact unless the slot is marked in stale_
  };

  static constexpr int Shift(int level) { return level * kDigitBits; }
  static constexpr std::uint64_t Bit(Tick position) { return std::uint64_t{1} << (position & (kSlots - 1)); }

  static void Prefetch([[maybe_unused]] const void* address) {
#if defined(__GNUC__)
    __builtin_prefetch(address, 1);
#endif
  }

  bool Reaches(Tick due) const {
    return due <= current_ || static_cast<std::uint64_t>(due) - static_cast<std::uint64_t>(current_) <= kReach;
  }

  bool IsLive(Handle handle) const {
    return handle.index < nodes_.size() && handle.generation % 2 == 1 &&
           nodes_[handle.index].generation == handle.generation;
  }

  Tick DueOf(const Node& node) const { return current_ + (node.due - static_cast<std::uint32_t>(current_)); }

  int LevelOf(Tick due) const {
    const std::uint64_t difference = static_cast<std::uint64_t>(due) ^ static_cast<std::uint64_t>(current_);
    return (difference >> Shift(1) != 0) + (difference >> Shift(2) != 0) + (difference >> Shift(3) != 0);
  }

  Slot& SlotAt(int level, Tick position) { return slots_[level * kSlots + (position & (kSlots - 1))]; }

  // The first of the given occupied slots of a level, as the due ticks in it shifted by the level: position & 63 is its
  // index, position << Shift(level) the tick at which it is entered.
  Tick FirstPosition(int level, std::uint64_t slots) const {
    const Tick from = (current_ >> Shift(level)) + (level == 0 ? 0 : 1);
    return from + std::countr_zero(std::rotr(slots, static_cast<int>(from & (kSlots - 1))));
  }

  Tick Earliest(int level, Tick position) {
    if (level == 0) return position;
    Slot& slot = SlotAt(level, position);
    if ((stale_[level] & Bit(position)) != 0) {
      slot.earliest = std::numeric_limits<Tick>::max();
      Heads heads = slot.heads;
      Walk(heads, nodes_.size(), [&](std::uint32_t index) { slot.earliest = std::min(slot.earliest, DueOf(nodes_[index])); });
      stale_[level] &= ~Bit(position);
    }
    return slot.earliest;
  }

  std::uint32_t Allocate() {
    std::uint32_t index = free_;
    if (index != kNone) {
      free_ = nodes_[index].next;
      if (free_ != kNone) Prefetch(&nodes_[free_]);
    } else {
      if (nodes_.size() >= kTimersMax) return kNone;
      index = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
    }
    ++nodes_[index].generation;
    return index;
  }

  void Release(std::uint32_t index) {
    Node& node = nodes_[index];
    ++node.generation;
    node.next = free_;
    free_ = index;
  }

  void Link(std::uint32_t index, Tick due) {
    due = std::max(due, current_);
    const int level = LevelOf(due);
    const Tick position = due >> Shift(level);
    Slot& slot = SlotAt(level, position);
    std::uint32_t& head = slot.heads[ChainOf(index)];
    Node& node = nodes_[index];
    node.due = static_cast<std::uint32_t>(due);
    node.previous = kNone;
    node.next = head;
    if (head != kNone) nodes_[head].previous = index;
    head = index;
    slot.earliest = std::min(slot.earliest, due);
    occupied_[level] |= Bit(position);
  }

  void UnlinkCancelled() {
    for (std::size_t i = 0; i < cancelled_count_; ++i) {
      Unlink(cancelled_[i]);
      nodes_[cancelled_[i]].next = free_;
      free_ = cancelled_[i];
    }
    cancelled_count_ = 0;
  }

  void Unlink(std::uint32_t index) {
    const Node& node = nodes_[index];
    const Tick due = DueOf(node);
    const int level = LevelOf(due);
    const Tick position = due >> Shift(level);
    Slot& slot = SlotAt(level, position);
    if (slot.earliest == due) stale_[level] |= Bit(position);
    if (node.next != kNone) nodes_[node.next].previous = node.previous;
    if (node.previous != kNone) {
      nodes_[node.previous].next = node.next;
      return;
    }
    slot.heads[ChainOf(index)] = node.next;
    if (node.next == kNone && IsEmpty(slot)) Forget(level, position);
  }

  static bool IsEmpty(const Slot& slot) {
    return std::all_of(slot.heads.begin(), slot.heads.end(), [](std::uint32_t head) { return head == kNone; });
  }

  void Forget(int level, Tick position) {
    Slot& slot = SlotAt(level, position);
    slot.heads.fill(kNone);
    slot.earliest = std::numeric_limits<Tick>::max();
    occupied_[level] &= ~Bit(position);
    stale_[level] &= ~Bit(position);
  }

  void ForgetSlots() {
    for (int level = 0; level < kLevels; ++level) {
      for (Tick position = 0; position < kSlots; ++position) Forget(level, position);
    }
  }

  // Calls visit(index) for up to `limit` nodes of the lists, one of each list in turn, and leaves in `heads` what remains.
  // `visit` may relink its node.
  template <typename Visit>
  std::size_t Walk(Heads& heads, std::size_t limit, Visit visit) {
    Heads cursors;
    std::size_t live = 0;
    for (std::uint32_t head : heads) {
      if (head == kNone) continue;
      cursors[live++] = head;
      Prefetch(&nodes_[head]);
    }
    heads.fill(kNone);
    std::size_t visited = 0;
    while (live > 0) {
      for (std::size_t i = 0; i < live;) {
        if (visited == limit) {
          for (std::size_t rest = 0; rest < live; ++rest) heads[ChainOf(cursors[rest])] = cursors[rest];
          return visited;
        }
        const std::uint32_t index = cursors[i];
        const std::uint32_t next = nodes_[index].next;
        visit(index);
        ++visited;
        if (next == kNone) {
          cursors[i] = cursors[--live];
        } else {
          Prefetch(&nodes_[next]);
          cursors[i++] = next;
        }
      }
    }
    return visited;
  }

  // Moves the current tick to the first due tick if that is not after `now` (true), else to `now` (false).
  bool Advance(Tick now) {
    for (;;) {
      int level = 0;
      while (level < kLevels && occupied_[level] == 0) ++level;
      if (level == kLevels) break;
      const Tick position = FirstPosition(level, occupied_[level]);
      const Tick entered = position << Shift(level);
      if (entered > now) break;
      if (level == 0) {
        current_ = entered;
        return true;
      }
      // Nothing is due before slot.earliest, so the wheel may jump there at once, though not out of the slot.
      Slot& slot = SlotAt(level, position);
      const Tick left = entered + ((Tick{1} << Shift(level)) - 1);
      current_ = std::min({now, left, slot.earliest});
      Heads heads = slot.heads;
      Forget(level, position);
      Walk(heads, nodes_.size(), [&](std::uint32_t index) { Link(index, DueOf(nodes_[index])); });
    }
    current_ = now;
    return false;
  }

  // Removes up to `limit` timers of the current tick.
  std::size_t Drain(std::size_t limit, std::vector<Expired>& expired) {
    Slot& slot = SlotAt(0, current_);
    const std::size_t drained = Walk(slot.heads, limit, [&](std::uint32_t index) {
      expired.push_back(Expired{nodes_[index].payload, current_});
      Release(index);
    });
    size_ -= drained;
    if (IsEmpty(slot)) {
      Forget(0, current_);
    } else {
      for (std::uint32_t head : slot.heads) {
        if (head != kNone) nodes_[head].previous = kNone;
      }
    }
    return drained;
  }

  Tick current_;
  std::size_t size_ = 0;
  std::uint32_t free_ = kNone;
  std::array<std::uint64_t, kLevels> occupied_{};  // one bit a slot: it holds a timer
  std::array<std::uint64_t, kLevels> stale_{};     // one bit a slot: its `earliest` is only a lower bound
#ifndef PEND
#define PEND 32
#endif
  std::array<std::uint32_t, PEND> cancelled_;
  std::uint32_t cancelled_count_ = 0;
  std::array<Slot, kLevels * kSlots> slots_;
  std::vector<Node> nodes_;
};

}  // namespace cartwheel
