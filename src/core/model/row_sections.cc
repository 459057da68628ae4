#include "core/model/row_sections.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/checksum.h"
#include "base/codec.h"
#include "core/model/split_row.h"

namespace cartwheel {
namespace {

constexpr size_t kWordBytes = 8;

// Fails where the number could be written in fewer bytes.
uint64_t ShortVarint(ByteReader& reader) {
  const char* begin = reader.position();
  const uint64_t number = reader.Varint();
  if (reader.ok() && reader.position() - begin > 1 && reader.position()[-1] == 0) reader.Fail();
  return number;
}

uint32_t ReadChecksum(std::string_view bytes) {
  uint32_t checksum = 0;
  if (bytes.size() == kChecksumBytes) std::memcpy(&checksum, bytes.data(), kChecksumBytes);
  return checksum;
}

void AppendChecksum(uint32_t checksum, std::string* out) {
  char bytes[kChecksumBytes];
  std::memcpy(bytes, &checksum, kChecksumBytes);
  out->append(bytes, kChecksumBytes);
}

uint64_t RowWord(const char* p) {
  uint64_t word;
  std::memcpy(&word, p, kWordBytes);
  return word;
}

bool IsPlain(char first) { return FormOf({&first, 1}) == CustomerForm::kPlain; }

// A row in its sections and what is after them. False: it has none.
bool ReadRow(std::string_view row, RowSections* sections) {
  if (row.empty()) return false;
  sections->first = row.front();
  row.remove_prefix(1);
  if (IsPlain(sections->first)) return ReadClearPart(row, sections);
  ByteReader reader(row);
  const std::string_view clear = reader.Raw(ShortVarint(reader));
  if (!reader.ok() || !ReadClearPart(clear, sections)) return false;
  sections->bytes[kAfterClearPart] = reader.Raw(reader.left());
  return true;
}

// How many bytes two sections share at their beginnings, and of the rest at their ends.
struct Shared {
  size_t begin = 0, end = 0;
};

Shared SharedOf(std::string_view before, std::string_view after) {
  const size_t size = std::min(before.size(), after.size());
  Shared shared;
  const char *a = before.data(), *b = after.data();
  while (shared.begin + kWordBytes <= size && RowWord(a + shared.begin) == RowWord(b + shared.begin))
    shared.begin += kWordBytes;
  while (shared.begin < size && a[shared.begin] == b[shared.begin]) ++shared.begin;
  const size_t rest = size - shared.begin;
  while (shared.end < rest && before[before.size() - 1 - shared.end] == after[after.size() - 1 - shared.end])
    ++shared.end;
  return shared;
}

// A section of a row that is put together: bytes at its beginning, those that are new, bytes at its end.
struct Pieces {
  std::string_view begin, middle, end;
  size_t size() const { return begin.size() + middle.size() + end.size(); }
  void AppendTo(std::string* out) const {
    for (const std::string_view piece : {begin, middle, end}) out->append(piece);
  }
};

}  // namespace

bool ReadClearPart(std::string_view clear, RowSections* sections) {
  ByteReader reader(clear);
  sections->checksum = ReadChecksum(reader.Raw(kChecksumBytes));
  uint64_t there = ShortVarint(reader);
  if (there >> kRowSections != 0) return false;
  sections->bytes.fill({});
  size_t lengths[kRowSections];
  for (uint64_t left = there; left != 0; left &= left - 1) {
    size_t& length = lengths[std::countr_zero(left)];
    length = ShortVarint(reader);
    if (length == 0) return false;
  }
  for (; there != 0; there &= there - 1) {
    const auto section = static_cast<size_t>(std::countr_zero(there));
    sections->bytes[section] = reader.Raw(lengths[section]);
  }
  return reader.ok() && reader.at_end();
}

bool IsSound(std::string_view clear) {
  return clear.size() >= kChecksumBytes &&
         ReadChecksum(clear.substr(0, kChecksumBytes)) == Checksum(clear.substr(kChecksumBytes));
}

size_t WriteLengths(const SectionLengths& lengths, char* to) {
  char* p = to;
  uint64_t there = 0;
  for (size_t section = 0; section < kRowSections; ++section)
    if (lengths[section] != 0) there |= uint64_t{1} << section;
  p = PutVarint(there, p);
  for (; there != 0; there &= there - 1) p = PutVarint(lengths[static_cast<size_t>(std::countr_zero(there))], p);
  return static_cast<size_t>(p - to);
}

bool WriteRowChange(std::string_view before, std::string_view after, std::string* change) {
  RowSections old, now;
  if (!ReadRow(before, &old) || !ReadRow(after, &now)) return false;
  uint64_t changed = 0;
  for (size_t section = 0; section < now.bytes.size(); ++section)
    if (old.bytes[section] != now.bytes[section]) changed |= uint64_t{1} << section;
  ByteWriter writer(change);
  writer.Byte(static_cast<uint8_t>(now.first));
  AppendChecksum(now.checksum, change);
  writer.Varint(changed);
  for (; changed != 0; changed &= changed - 1) {
    const auto section = static_cast<size_t>(std::countr_zero(changed));
    const std::string_view bytes = now.bytes[section];
    const Shared shared = SharedOf(old.bytes[section], bytes);
    writer.Varint(shared.begin);
    writer.Varint(shared.end);
    writer.Text(bytes.substr(shared.begin, bytes.size() - shared.begin - shared.end));
  }
  return true;
}

bool ApplyRowChange(std::string_view before, std::string_view change, std::string* after) {
  RowSections old;
  if (!ReadRow(before, &old)) return false;
  ByteReader reader(change);
  const char first = static_cast<char>(reader.Byte());
  const uint32_t checksum = ReadChecksum(reader.Raw(kChecksumBytes));
  uint64_t changed = reader.Varint();
  if (!reader.ok() || changed >> (kRowSections + 1) != 0) return false;
  std::array<Pieces, kRowSections + 1> sections;
  for (size_t section = 0; section < sections.size(); ++section) sections[section].begin = old.bytes[section];
  for (; changed != 0; changed &= changed - 1) {
    Pieces& pieces = sections[static_cast<size_t>(std::countr_zero(changed))];
    const std::string_view bytes = pieces.begin;
    const uint64_t begin = reader.Varint(), end = reader.Varint();
    if (begin > bytes.size() || end > bytes.size() - begin) return false;
    pieces = {bytes.substr(0, begin), reader.Text(), bytes.substr(bytes.size() - end)};
  }
  if (!reader.ok() || !reader.at_end()) return false;
  SectionLengths lengths;
  for (size_t section = 0; section < kRowSections; ++section) lengths[section] = sections[section].size();
  char head[kLengthsBytesMax];
  const size_t head_bytes = WriteLengths(lengths, head);
  size_t clear_bytes = kChecksumBytes + head_bytes;
  for (const size_t length : lengths) clear_bytes += length;
  after->clear();
  after->push_back(first);
  if (!IsPlain(first)) ByteWriter(after).Varint(clear_bytes);
  AppendChecksum(checksum, after);
  after->append(head, head_bytes);
  for (const Pieces& pieces : sections) pieces.AppendTo(after);
  return true;
}

}  // namespace cartwheel
