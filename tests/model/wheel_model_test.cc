// The timer wheel against std::multimap: after every operation of every sequence both must have fired the same, hold
// the same number, and name the same earliest due. Random sequences over many seeds, and all sequences of a few
// operations over the ticks around the boundaries of the levels.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "cartwheel/timer_wheel.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

using Tick = TimerWheel::Tick;

// A wheel and its model, driven in step. Every method returns whether they agree.
class Pair {
 public:
  explicit Pair(Tick start) : wheel_(start), current_(start) {}

  bool Insert(Tick due) {
    const std::uint64_t payload = timers_.size();
    const TimerWheel::Handle handle = wheel_.Insert(due, payload);
    if (due > current_ && due - current_ > TimerWheel::kReach) return !handle && Agrees();
    timers_.push_back({handle, model_.emplace(std::max(due, current_), payload), true});
    return handle && Agrees();
  }

  bool Cancel(std::size_t number) {
    Timer& timer = timers_[number];
    if (wheel_.Cancel(timer.handle) != timer.lives) return false;
    if (timer.lives) model_.erase(timer.place);
    timer.lives = false;
    return Agrees();
  }

  bool Rearm(std::size_t number, Tick due) {
    Timer& timer = timers_[number];
    const bool reaches = due <= current_ || due - current_ <= TimerWheel::kReach;
    if (wheel_.Rearm(timer.handle, due) != (timer.lives && reaches)) return false;
    if (timer.lives && reaches) {
      model_.erase(timer.place);
      timer.place = model_.emplace(std::max(due, current_), number);
    }
    return Agrees();
  }

  bool Pop(Tick now, std::size_t limit) {
    expired_.clear();
    const bool more = wheel_.PopDue(now, limit, expired_);
    if (now < current_) return expired_.empty() && !more && Agrees();
    std::size_t due_count = 0;
    for (auto each = model_.begin(); each != model_.end() && each->first <= now && due_count <= limit; ++each)
      ++due_count;
    if (expired_.size() != std::min(limit, due_count) || more != (due_count > limit)) return false;
    for (const TimerWheel::Expired& each : expired_) {
      Timer& timer = timers_[each.payload];
      // The order within a tick is free, so: it is one of the earliest, and not twice.
      if (!timer.lives || timer.place->first != each.due || each.due != model_.begin()->first) return false;
      current_ = each.due;
      model_.erase(timer.place);
      timer.lives = false;
    }
    if (expired_.size() < limit) current_ = now;
    return Agrees();
  }

  bool Clear() {
    wheel_.Clear();
    model_.clear();
    for (Timer& timer : timers_) timer.lives = false;
    return Agrees();
  }

  // Whether a look at the earliest due belongs to every operation; it tidies the wheel, so runs without it matter too.
  void set_looks(bool looks) { looks_ = looks; }
  Tick current() const { return current_; }
  std::size_t timers() const { return timers_.size(); }
  Tick last_due() const { return model_.empty() ? current_ : model_.rbegin()->first; }

 private:
  using Model = std::multimap<Tick, std::uint64_t>;
  struct Timer {
    TimerWheel::Handle handle;
    Model::iterator place;
    bool lives;
  };

  bool Agrees() {
    if (wheel_.size() != model_.size() || wheel_.current() != current_) return false;
    if (!looks_) return true;
    const std::optional<Tick> next = wheel_.NextDue();
    return model_.empty() ? !next.has_value() : next == model_.begin()->first;
  }

  TimerWheel wheel_;
  Tick current_;
  Model model_;
  std::vector<Timer> timers_;
  std::vector<TimerWheel::Expired> expired_;
  bool looks_ = true;
};

// A distance of a random magnitude, often exactly at, before or after a boundary of a level.
Tick RandomDistance(std::mt19937_64& random, int bits_max) {
  const int bits = static_cast<int>(random() % static_cast<std::uint64_t>(bits_max + 1));
  const Tick power = Tick{1} << bits;
  if (random() % 3 == 0) return power + static_cast<Tick>(random() % 3) - 1;
  return static_cast<Tick>(random() % static_cast<std::uint64_t>(power));
}

bool RandomSequence(std::uint64_t seed, int operations) {
  std::mt19937_64 random(seed);
  const int bits_max = static_cast<int>(4 + random() % 30);  // from crowded slots to beyond reach
  const std::uint64_t pops = 1 + random() % 30;              // of 100 operations
  const std::uint64_t cancels = random() % 40;
  Pair pair(seed % 5 == 0 ? -RandomDistance(random, 40) : RandomDistance(random, 40));
  pair.set_looks(seed % 3 != 0);
  for (int i = 0; i < operations; ++i) {
    const std::uint64_t choice = random() % 100;
    const Tick backwards = random() % 8 == 0 ? -1 : 1;
    const Tick tick = pair.current() + backwards * RandomDistance(random, bits_max);
    bool agrees = true;
    if (choice < pops) {
      agrees = pair.Pop(tick, random() % 4 == 0 ? 1000 : random() % 8);
    } else if (choice < pops + cancels && pair.timers() > 0) {
      const std::size_t number = random() % pair.timers();
      agrees = random() % 2 == 0 ? pair.Cancel(number) : pair.Rearm(number, tick);
    } else if (random() % 2000 == 0) {
      agrees = pair.Clear();
    } else {
      agrees = pair.Insert(tick);
    }
    if (!agrees) return false;
  }
  pair.set_looks(true);
  return pair.Pop(pair.last_due(), pair.timers() + 1);
}

TEST_CASE("the wheel agrees with a multimap on random sequences of operations") {
  constexpr std::uint64_t kSeeds = 3000;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    CAPTURE(seed);
    REQUIRE(RandomSequence(seed, 400));
  }
}

TEST_CASE("the wheel agrees with a multimap on a few long sequences") {
  for (std::uint64_t seed = 100'000; seed < 100'010; ++seed) {
    CAPTURE(seed);
    REQUIRE(RandomSequence(seed, 40'000));
  }
}

// Every sequence of `depth` operations: insert at a tick, re-arm the newest timer to a tick, cancel one of the two
// oldest, let time come to a tick with a limit of 1 or none. A sequence is replayed from the start, as wheels are not
// copied.
bool EverySequence(Tick start, const std::vector<Tick>& ticks, int depth, bool looks) {
  const std::size_t choices = ticks.size() * 4 + 2;
  std::size_t sequences = 1;
  for (int i = 0; i < depth; ++i) sequences *= choices;
  for (std::size_t sequence = 0; sequence < sequences; ++sequence) {
    Pair pair(start);
    pair.set_looks(looks);
    std::size_t rest = sequence;
    for (int i = 0; i < depth; ++i, rest /= choices) {
      const std::size_t choice = rest % choices;
      bool agrees = true;
      if (choice < 2) {
        if (choice < pair.timers()) agrees = pair.Cancel(choice);
      } else {
        const Tick tick = ticks[(choice - 2) / 4];
        switch ((choice - 2) % 4) {
          case 0:
            agrees = pair.Insert(tick);
            break;
          case 1:
            agrees = pair.timers() == 0 || pair.Rearm(pair.timers() - 1, tick);
            break;
          case 2:
            agrees = pair.Pop(tick, 1);
            break;
          default:
            agrees = pair.Pop(tick, 100);
            break;
        }
      }
      if (!agrees) {
        CAPTURE(sequence, i);
        CHECK(agrees);
        return false;
      }
    }
    pair.set_looks(true);
    if (!pair.Pop(pair.last_due(), 100)) {
      CAPTURE(sequence);
      CHECK(false);
      return false;
    }
  }
  return true;
}

TEST_CASE("the wheel agrees with a multimap on every short sequence around each boundary") {
  for (int bits : {6, 12, 18, 24}) {
    const Tick span = Tick{1} << bits;
    for (bool looks : {true, false}) {
      CAPTURE(bits, looks);
      CHECK(EverySequence(span - 1, {span - 1, span, 2 * span}, 4, looks));
      CHECK(EverySequence(0, {1, span - 1, span, span + 1}, 3, looks));
      CHECK(EverySequence(-span - 1, {-span, -1, 0, span}, 3, looks));
    }
  }
}

TEST_CASE("the wheel agrees with a multimap on every sequence of five operations around two boundaries") {
  CHECK(EverySequence(63, {64, 4096}, 5, true));
  CHECK(EverySequence((Tick{1} << 24) - 1, {Tick{1} << 24, Tick{1} << 25}, 5, false));
}

}  // namespace
}  // namespace cartwheel
