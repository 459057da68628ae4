// A hierarchical timer wheel: millions of timers, 24 bytes each, constant time to insert, cancel and re-arm.
//
// It stands alone: one header, the standard library, no clock, no callback, no thread. The host says what time it is
// and gets back what became due:
//
//   cartwheel::TimerWheel wheel(now);                      // ticks are any unit of the host's, say Unix seconds
//   wheel.Reserve(1'000'000);                              // no allocation up to that many timers
//   cartwheel::TimerWheel::Handle handle = wheel.Insert(now + 24 * 3600, customer_row);
//   wheel.Rearm(handle, now + 48 * 3600);                  // the same handle stays valid
//   wheel.Cancel(handle);                                  // false when it has fired or was cancelled
//   std::vector<cartwheel::TimerWheel::Expired> expired;
//   bool more = wheel.PopDue(now, /*limit=*/1000, expired);             // in order of due tick, never early
//   std::optional<cartwheel::TimerWheel::Tick> next = wheel.NextDue();  // how long the host may sleep
//
// Time: ticks are signed 64-bit numbers. current() only grows: it is the `now` of the last PopDue that stayed below its
//   limit, or the due tick of the last timer returned by one that reached it. A due at or before current() counts as
//   due at current(): at once, and is reported so. A timer lies at most kReach ticks ahead.
// Order: by due tick. Among timers of one tick it is unspecified, but the same calls give the same order.
// Handles: one goes stale when its timer fires, is cancelled or cleared, and is recognised as such until its node was
//   reused 2^31 times. Any value is safe to pass, also the null handle or one of another wheel.
// Cost: Insert, Cancel, Rearm are constant. PopDue costs what it returns plus the occupied slots that it passes; idle
//   ticks are free. A slot passed above the lowest level is spread over the levels below in one go: at most three moves
//   in the life of a timer, plus one for every 64^4 ticks that it lies ahead. NextDue is constant, except for one pass
//   over a slot after that slot's earliest timer was cancelled or re-armed.
// Memory: 24 bytes a timer at the largest number ever held (Reserve sets it; beyond, it doubles), plus about 12 KiB.
//   When memory runs out, Insert and PopDue throw std::bad_alloc and no timer is lost.
// Threads: one wheel is for one thread at a time.
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
  static constexpr std::size_t kTimersMax = std::numeric_limits<std::uint32_t>::max() - 2;

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
    ++node.generation;
    node.payload = payload;
    Link(index, due);
    ++size_;
    return Handle{index, node.generation};
  }

  // Removes a timer; false when the handle is stale.
  bool Cancel(Handle handle) {
    if (!IsLive(handle)) return false;
    Free(handle.index);
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

  // The earliest due tick, exactly; nothing when the wheel is empty. Not const: it clears away what cancelling left.
  std::optional<Tick> NextDue() {
    if (size_ == 0) return std::nullopt;
    Tick earliest = kNever;
    for (int level = 0; level < kLevels && earliest == kNever; ++level) {
      for (std::uint64_t slots = occupied_[level]; slots != 0;) {
        const Tick position = FirstPosition(level, slots);
        earliest = std::min(earliest, Earliest(level, position));
        // Nothing in later slots is earlier, unless all found so far is of a later round of the top level.
        if (earliest >> Shift(level) == position) break;
        slots &= ~Bit(position);
      }
    }
    return earliest;
  }

  // Appends up to `limit` timers due at or before `now` to `expired`, in order of due tick, and removes them. Returns
  // whether more of them are due at `now`. A `now` before `current()` (a clock that stepped back) does nothing.
  // `expired` is not cleared; it allocates only when its capacity does not suffice.
  bool PopDue(Tick now, std::size_t limit, std::vector<Expired>& expired) {
    if (now < current_) return false;
    while (limit > 0) {
      if (!Advance(now)) return false;
      if (expired.size() == expired.capacity()) expired.reserve(std::max<std::size_t>(64, 2 * expired.capacity()));
      limit -= Drain(std::min(limit, expired.capacity() - expired.size()), expired);
    }
    const std::optional<Tick> next = NextDue();
    return next.has_value() && *next <= now;
  }

  // Removes every timer and keeps the current tick and the memory. Costs a pass over the nodes.
  void Clear() {
    ForgetSlots();
    free_ = kNone;
    for (std::size_t index = nodes_.size(); index-- > 0;) {
      Node& node = nodes_[index];
      node.generation += node.generation % 2;
      node.previous = kUnlinked;
      node.payload = free_;
      free_ = static_cast<std::uint32_t>(index);
    }
    size_ = 0;
  }

  std::size_t size() const { return size_; }
  Tick current() const { return current_; }

 private:
  // A tick is read as digits of 6 bits. A timer sits on the level of the highest digit in which its due differs from
  // the current tick (the top level takes all higher ones), in the slot of its due's digit there. Hence:
  //  * where a timer sits follows from its due and the current tick alone, and it never needs to be remembered;
  //  * everything on a level is due before everything on the levels above it;
  //  * a level's slots are entered in the order of their distance from the current digit: 1..63 ahead on levels 1 and
  //    2; the top level wraps, its slots are 1..64 ahead, and timers of a later round stay there when theirs is
  //    entered.
  static constexpr int kLevels = 4;
  static constexpr int kTopLevel = kLevels - 1;
  static constexpr int kDigitBits = 6;
  static constexpr int kSlots = 1 << kDigitBits;
  // A slot is this many linked lists (by the node's index), so that walking it has that many cache misses under way at
  // once instead of one: among 10 M timers nearly every node is a miss, and waiting for them is most of the work.
  static constexpr std::uint32_t kChains = 8;
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kUnlinked = kNone - 1;  // as `previous`: in no slot
  static constexpr Tick kNever = std::numeric_limits<Tick>::max();

  // A cancelled timer's node goes to the free list at once but stays linked in its slot, and leaves that when the slot
  // is walked or the node reused: unlinking touches two more nodes, which would make Cancel cost three misses instead
  // of one.
  struct Node {
    Payload payload = 0;  // in a free node: the next free one
    std::uint32_t next = kNone;
    std::uint32_t previous = kUnlinked;
    std::uint32_t due = 0;         // the low half; the rest follows, for current_ <= due <= current_ + kReach
    std::uint32_t generation = 0;  // odd while the timer lives

    bool IsLive() const { return generation % 2 == 1; }
  };
  static_assert(sizeof(Node) == 24);

  using Heads = std::array<std::uint32_t, kChains>;

  struct Slot {
    Heads heads;
    Tick earliest;          // no timer here is due before it
    std::uint32_t witness;  // noted with it: while this node lives and is due then, `earliest` is exact
  };

  static constexpr std::uint32_t ChainOf(std::uint32_t index) { return index % kChains; }
  static constexpr int Shift(int level) { return level * kDigitBits; }
  static constexpr std::uint64_t Bit(Tick position) { return std::uint64_t{1} << (position & (kSlots - 1)); }

  // Both ends: every fourth node lies across two cache lines.
  void PrefetchNode([[maybe_unused]] std::uint32_t index) const {
#if defined(__GNUC__)
    __builtin_prefetch(&nodes_[index].payload, 1);
    __builtin_prefetch(&nodes_[index].generation, 1);
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

  // The earliest due in a slot; kNever, and the slot is empty then, if nothing in it lives.
  Tick Earliest(int level, Tick position) {
    const Slot& slot = SlotAt(level, position);
    const Node& witness = nodes_[slot.witness];
    if (!witness.IsLive() || DueOf(witness) != slot.earliest) Refile(level, position);
    return slot.earliest;
  }

  std::uint32_t Allocate() {
    if (free_ == kNone) {
      if (nodes_.size() == kTimersMax) return kNone;
      nodes_.emplace_back();
      return static_cast<std::uint32_t>(nodes_.size() - 1);
    }
    const std::uint32_t index = free_;
    if (nodes_[index].previous != kUnlinked) Unlink(index);
    free_ = static_cast<std::uint32_t>(nodes_[index].payload);
    if (free_ != kNone) PrefetchNode(free_);
    return index;
  }

  // Ends a timer's life. Its node may still be linked.
  void Free(std::uint32_t index) {
    Node& node = nodes_[index];
    ++node.generation;
    node.payload = free_;
    free_ = index;
    --size_;
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
    if (due < slot.earliest) {
      slot.earliest = due;
      slot.witness = index;
    }
    occupied_[level] |= Bit(position);
  }

  void Unlink(std::uint32_t index) {
    const Node& node = nodes_[index];
    if (node.next != kNone) nodes_[node.next].previous = node.previous;
    if (node.previous != kNone) {
      nodes_[node.previous].next = node.next;
      return;
    }
    const Tick due = DueOf(node);
    const int level = LevelOf(due);
    const Tick position = due >> Shift(level);
    Slot& slot = SlotAt(level, position);
    slot.heads[ChainOf(index)] = node.next;
    if (node.next == kNone && IsEmpty(slot)) Forget(level, position);
  }

  static bool IsEmpty(const Slot& slot) {
    return std::all_of(slot.heads.begin(), slot.heads.end(), [](std::uint32_t head) { return head == kNone; });
  }

  void Forget(int level, Tick position) {
    Slot& slot = SlotAt(level, position);
    slot.heads.fill(kNone);
    slot.earliest = kNever;
    slot.witness = 0;
    occupied_[level] &= ~Bit(position);
  }

  void ForgetSlots() {
    for (int level = 0; level < kLevels; ++level) {
      for (Tick position = 0; position < kSlots; ++position) Forget(level, position);
    }
  }

  // Takes the nodes out of the lists, one of each list in turn, calls visit(index) for up to `limit` live ones, and
  // leaves in `heads` what remains.
  template <typename Visit>
  void Walk(Heads& heads, std::size_t limit, Visit visit) {
    Heads cursors;
    std::size_t lists = 0;
    for (std::uint32_t& head : heads) {
      if (head == kNone) continue;
      PrefetchNode(head);
      cursors[lists++] = head;
      head = kNone;
    }
    while (lists > 0 && limit > 0) {
      for (std::size_t list = 0; list < lists && limit > 0;) {
        const std::uint32_t index = cursors[list];
        Node& node = nodes_[index];
        const std::uint32_t next = node.next;
        node.previous = kUnlinked;
        if (next != kNone) {
          PrefetchNode(next);
          cursors[list++] = next;
        } else {
          cursors[list] = cursors[--lists];
        }
        if (node.IsLive()) {
          visit(index);
          --limit;
        }
      }
    }
    for (std::size_t list = 0; list < lists; ++list) {
      heads[ChainOf(cursors[list])] = cursors[list];
      nodes_[cursors[list]].previous = kNone;
    }
  }

  // Links every timer of a slot anew, as the current tick says.
  void Refile(int level, Tick position) {
    Heads heads = SlotAt(level, position).heads;
    Forget(level, position);
    Walk(heads, kTimersMax, [this](std::uint32_t index) { Link(index, DueOf(nodes_[index])); });
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
      const Tick left = entered + ((Tick{1} << Shift(level)) - 1);
      current_ = std::min({now, left, SlotAt(level, position).earliest});
      Refile(level, position);
    }
    current_ = now;
    return false;
  }

  // Removes up to `limit` timers of the current tick; returns how many.
  std::size_t Drain(std::size_t limit, std::vector<Expired>& expired) {
    Slot& slot = SlotAt(0, current_);
    const std::size_t before = size_;
    Walk(slot.heads, limit, [&](std::uint32_t index) {
      expired.push_back(Expired{nodes_[index].payload, current_});
      Free(index);
    });
    if (IsEmpty(slot)) Forget(0, current_);
    return before - size_;
  }

  Tick current_;
  std::size_t size_ = 0;
  std::uint32_t free_ = kNone;
  std::array<std::uint64_t, kLevels> occupied_{};  // one bit a slot: it holds a timer
  std::array<Slot, kLevels * kSlots> slots_;
  std::vector<Node> nodes_;
};

}  // namespace cartwheel
