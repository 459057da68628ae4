// How the fields of a row are written and read, section by section (row_sections.h) and in the same order by the same
// description (customer_row.cc). An Instant is written as its distance from the one before in its section, and as one
// byte when there is none (0): a customer's instants lie close together.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/checksum.h"
#include "base/codec.h"
#include "base/id.h"
#include "core/model/operation_log.h"
#include "core/model/row_sections.h"
#include "core/model/split_row.h"

namespace cartwheel {

inline constexpr size_t kVarintMax = 10;
inline constexpr size_t kRowBytesUsual = 1024;  // most rows are shorter

// A row is a hundred small fields, so this writes into memory that it has made sure of. What stands before the sections
// is written when they are.
class RowEncoder {
 public:
  // `room`: memory that is used again. `personal`: what is personal is appended to it, in place of where it belongs
  // (split_row.h); null: it stays where it belongs.
  RowEncoder(std::string* room, std::string* personal) : room_(*room), personal_(personal) {
    if (room_.size() < kRowBytesUsual) room_.resize(kRowBytesUsual);
    p_ = room_.data() + kHeadBytesMax;
    end_ = room_.data() + room_.size();
  }
  RowEncoder(const RowEncoder&) = delete;
  // The plain row of all sections; of the room. The encoder is of no use after it.
  std::string_view Finish(uint8_t version) {
    char head[kLengthsBytesMax];
    const size_t lengths_bytes = WriteLengths(lengths_, head);
    char* const lengths = room_.data() + kHeadBytesMax - lengths_bytes;
    std::memcpy(lengths, head, lengths_bytes);
    const uint32_t checksum = Checksum({lengths, static_cast<size_t>(p_ - lengths)});
    std::memcpy(lengths - kChecksumBytes, &checksum, kChecksumBytes);
    char* const row = lengths - kChecksumBytes - 1;
    *row = static_cast<char>(version);
    return {row, static_cast<size_t>(p_ - row)};
  }

  // A section that `write()` writes, where it `is_there`.
  template <typename F>
  void Section(RowSection section, bool is_there, F write) {
    if (!is_there) return;
    const size_t before = size();
    last_ = 0;
    write();
    lengths_[static_cast<size_t>(section)] = size() - before;
  }
  // The same of one field.
  template <typename T, typename F>
  void FieldSection(RowSection section, bool is_there, const T&, F write) {
    Section(section, is_there, write);
  }
  // One that is a list, to its end.
  template <typename T, typename F>
  void ListSection(RowSection section, const std::vector<T>& things, F each) {
    Section(section, !things.empty(), [&] {
      for (const T& thing : things) each(*this, thing);
    });
  }
  void OperationsSection(const OperationLog& log) {
    Section(RowSection::kOperations, !log.empty(), [&] { Raw(log.bytes()); });
  }

  // Most are of one byte: only these are written in place of the call.
  void Unsigned(uint64_t x) {
    if (x >= 0x80 || p_ == end_) return LongUnsigned(x);
    *p_++ = static_cast<char>(x);
  }
  void Int(int64_t x) { Unsigned(ZigZag(x)); }
  template <typename Tag>
  void Int(Id<Tag> id) {
    Int(id.value());
  }
  void Instant(int64_t x) { NearInstant(x, x == 0 ? 0 : std::exchange(last_, x)); }
  // As its distance from another: it stays what it is when those between change.
  void NearInstant(int64_t x, int64_t other) {
    if (x == 0) return Unsigned(0);
    Unsigned(ZigZag(static_cast<int64_t>(static_cast<uint64_t>(x) - static_cast<uint64_t>(other))) + 1);
  }
  void Fixed(uint64_t x) {
    MakeRoom(sizeof x);
    std::memcpy(p_, &x, sizeof x);
    p_ += sizeof x;
  }
  void Text(std::string_view text) {
    Unsigned(text.size());
    Raw(text);
  }
  // `of`: which one of its kind it is.
  void Personal(PersonalText kind, uint64_t of, std::string_view text) {
    if (personal_ == nullptr) return Text(text);
    Text({});
    if (text.empty()) return;
    ByteWriter writer(personal_);
    writer.Byte(static_cast<uint8_t>(kind));
    writer.Fixed64(of);
    writer.Text(text);
  }
  template <typename T, typename F>
  void List(const std::vector<T>& things, F each) {
    Unsigned(things.size());
    for (const T& thing : things) each(*this, thing);
  }
  // Begins anew within a section: what comes after does not change with what was before.
  void Restart() { last_ = 0; }
  // How many there are of those whose fields are in another section.
  template <typename T>
  void Count(RowSection, const std::vector<T>& things) {
    Unsigned(things.size());
  }

 private:
  [[gnu::noinline]] void LongUnsigned(uint64_t x) {
    MakeRoom(kVarintMax);
    for (; x >= 0x80; x >>= 7) *p_++ = static_cast<char>(x | 0x80);
    *p_++ = static_cast<char>(x);
  }
  static constexpr size_t kHeadBytesMax = 1 + kChecksumBytes + kLengthsBytesMax;

  size_t size() const { return static_cast<size_t>(p_ - room_.data()); }
  void MakeRoom(size_t bytes) {
    if (static_cast<size_t>(end_ - p_) < bytes) Grow(bytes);
  }
  void Grow(size_t bytes) {
    const size_t written = size();
    room_.resize(2 * (written + bytes));
    p_ = room_.data() + written;
    end_ = room_.data() + room_.size();
  }
  void Raw(std::string_view bytes) {
    MakeRoom(bytes.size());
    if (!bytes.empty()) std::memcpy(p_, bytes.data(), bytes.size());  // an empty one may point nowhere
    p_ += bytes.size();
  }

  std::string& room_;
  std::string* personal_;
  char* p_;
  char* end_;
  int64_t last_ = 0;
  SectionLengths lengths_{};
};

class RowDecoder {
 public:
  explicit RowDecoder(const RowSections& sections) : sections_(sections) {}
  // Whether all sections so far were what they should be.
  bool ok() const { return ok_; }

  // Reads nothing where it is not there: fields that may be left out are read by the two below.
  template <typename F>
  void Section(RowSection section, bool, F read) {
    if (!ok_ || sections_[section].empty()) return;
    Begin(section);
    read();
    End();
  }
  template <typename T, typename F>
  void FieldSection(RowSection section, bool, T& field, F read) {
    if (sections_[section].empty()) field = T();
    Section(section, true, read);
  }
  template <typename T, typename F>
  void ListSection(RowSection section, std::vector<T>& things, F each) {
    size_t count = 0;
    if (ok_ && !sections_[section].empty()) {
      Begin(section);
      for (; !in_.at_end(); ++count) {
        if (count == things.size()) things.emplace_back();
        each(*this, things[count]);
      }
      End();
    }
    things.resize(count);
  }
  // They are read when all else is: what they name is in other sections (RestoreOperations).
  void OperationsSection(const OperationLog&) {}

  void Int(int64_t& x) { x = in_.Signed(); }
  template <typename Tag>
  void Int(Id<Tag>& id) {
    id = Id<Tag>(in_.Signed());
  }
  void Instant(int64_t& x) {
    NearInstant(x, last_);
    if (x != 0) last_ = x;
  }
  void NearInstant(int64_t& x, int64_t other) {
    const uint64_t distance = in_.Varint();
    x = distance == 0
            ? 0
            : static_cast<int64_t>(static_cast<uint64_t>(other) + static_cast<uint64_t>(UnZigZag(distance - 1)));
  }
  template <typename T>
  void Unsigned(T& x) {
    x = static_cast<T>(in_.Varint());
  }
  void Fixed(uint64_t& x) { x = in_.Fixed64(); }
  void Text(std::string& text) { text = in_.Text(); }
  void Personal(PersonalText, uint64_t, std::string& text) { Text(text); }
  template <typename T, typename F>
  void List(std::vector<T>& things, F each) {
    things.resize(in_.Count());
    for (T& thing : things) {
      if (!in_.ok()) return;
      each(*this, thing);
    }
  }
  void Restart() { last_ = 0; }
  // Each takes at least a byte of its section.
  template <typename T>
  void Count(RowSection section, std::vector<T>& things) {
    const uint64_t count = in_.Varint();
    counted_ += count;
    if (count > sections_[section].size() || counted_ > sections_[section].size()) in_.Fail();
    things.resize(in_.ok() ? count : 0);
  }

 private:
  void Begin(RowSection section) {
    in_ = ByteReader(sections_[section]);
    last_ = 0;
  }
  void End() { ok_ = in_.ok() && in_.at_end(); }

  const RowSections& sections_;
  ByteReader in_{{}};
  int64_t last_ = 0;
  uint64_t counted_ = 0;
  bool ok_ = true;
};

// A field of few values: a bool, an enumerator.
template <typename Codec, typename T>
void Flag(Codec& codec, T& flag) {
  auto bits = static_cast<uint64_t>(flag);
  codec.Unsigned(bits);
  if constexpr (!std::is_const_v<T>) flag = static_cast<T>(bits);
}

}  // namespace cartwheel
