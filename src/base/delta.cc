#include "base/delta.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/codec.h"

namespace cartwheel {
namespace {

constexpr size_t kWord = 8;          // so many equal bytes are no accident
constexpr size_t kReplacedMax = 16;  // how far a difference is searched through before it is looked up
constexpr size_t kInsertedMax = 32;
constexpr size_t kLookedUpMax = 192;
constexpr size_t kSlots = 512;

uint64_t Word(const char* p) {
  uint64_t word;
  std::memcpy(&word, p, kWord);
  return word;
}

size_t SamePrefix(std::string_view a, std::string_view b) {
  const size_t size = std::min(a.size(), b.size());
  size_t same = 0;
  for (; same + kWord <= size; same += kWord)
    if (const uint64_t differs = Word(a.data() + same) ^ Word(b.data() + same); differs != 0)
      return same + static_cast<size_t>((std::endian::native == std::endian::little ? std::countr_zero(differs)
                                                                                    : std::countl_zero(differs)) /
                                        8);
  while (same < size && a[same] == b[same]) ++same;
  return same;
}

struct Edit {
  size_t skip = 0;    // bytes of the base
  size_t insert = 0;  // bytes of the target
};

// The last place of each word of the base's beginning, in reverse, so that of equal ones the first stays.
class Places {
 public:
  explicit Places(std::string_view base) : base_(base.substr(0, kLookedUpMax + kWord)) {
    for (size_t at = base_.size() < kWord ? 0 : base_.size() - kWord + 1; at-- > 0;)
      places_[Slot(Word(base_.data() + at))] = static_cast<uint16_t>(at + 1);
  }
  // Where the word stands; npos when it is not known.
  size_t Find(uint64_t word) const {
    const size_t place = places_[Slot(word)];
    return place != 0 && Word(base_.data() + place - 1) == word ? place - 1 : std::string_view::npos;
  }

 private:
  static size_t Slot(uint64_t word) { return (word * 0x9e3779b97f4a7c15ull) >> 55; }  // the upper 9 bits: kSlots

  std::string_view base_;
  std::array<uint16_t, kSlots> places_{};
};

// Where the two agree again: after a few replaced bytes (one more or less of them too), after a few inserted ones, else
// at the nearest word that both have.
Edit NextAgreement(std::string_view base, std::string_view target) {
  auto agree = [&](size_t skip, size_t insert) {
    return skip + kWord <= base.size() && insert + kWord <= target.size() &&
           Word(base.data() + skip) == Word(target.data() + insert);
  };
  for (size_t n = 1; n <= kReplacedMax; ++n) {
    if (agree(n, n)) return {n, n};
    if (agree(n - 1, n)) return {n - 1, n};
    if (agree(n, n - 1)) return {n, n - 1};
  }
  for (size_t n = 2; n <= kInsertedMax; ++n) {
    if (agree(0, n)) return {0, n};
    if (agree(1, n)) return {1, n};  // after a count
  }
  const Places places(base);
  Edit nearest{base.size(), target.size()};
  for (size_t insert = 0; insert + kWord <= target.size() && insert < nearest.skip + nearest.insert; ++insert) {
    const size_t skip = places.Find(Word(target.data() + insert));
    if (skip != std::string_view::npos && skip + insert < nearest.skip + nearest.insert) nearest = {skip, insert};
  }
  return nearest;
}

}  // namespace

void WriteDelta(std::string_view base, std::string_view target, std::string* out) {
  ByteWriter writer(out);
  while (!target.empty()) {
    const size_t same = SamePrefix(base, target);
    base.remove_prefix(same);
    target.remove_prefix(same);
    const Edit edit = target.empty() ? Edit() : NextAgreement(base, target);
    writer.Varint(same);
    writer.Varint(edit.skip);
    writer.Text(target.substr(0, edit.insert));
    base.remove_prefix(edit.skip);
    target.remove_prefix(edit.insert);
  }
}

bool ApplyDelta(std::string_view base, std::string_view delta, std::string* target) {
  target->clear();
  ByteReader copied(base), edits(delta);
  while (copied.ok() && edits.ok() && !edits.at_end()) {
    *target += copied.Raw(edits.Varint());
    copied.Raw(edits.Varint());
    *target += edits.Text();
  }
  return copied.ok() && edits.ok();
}

}  // namespace cartwheel
