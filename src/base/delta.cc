#include "base/delta.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/codec.h"

namespace cartwheel {
namespace {

constexpr size_t kWord = 8;          // so many equal bytes are no accident
constexpr size_t kReplacedMax = 32;  // how far a difference is searched through
constexpr size_t kInsertedMax = 256;

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

// Where the two agree again, as near as can be: replaced bytes (a byte more or less of them too), then inserted ones,
// then bytes left out.
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
    if (agree(n, 0)) return {n, 0};
    if (agree(n, 1)) return {n, 1};
  }
  return {base.size(), target.size()};
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
