// How the fields of a row are written and read, in the same order by the same description (customer_row.cc). An Instant
// is written as its distance from the one before, and one byte when there is none (0): a customer's instants lie close
// together.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/codec.h"
#include "base/id.h"
#include "core/model/operation_log.h"
#include "core/model/split_row.h"

namespace cartwheel {

inline constexpr size_t kVarintMax = 10;
inline constexpr size_t kRowBytesUsual = 1024;  // most rows are shorter

// A row is a hundred small fields, so this writes into memory that it has made sure of.
class RowEncoder {
 public:
  RowEncoder(uint8_t version, std::string* out) : out_(*out) {
    out_.resize(std::max(out_.size(), kRowBytesUsual));
    p_ = out_.data();
    end_ = p_ + out_.size();
    *p_++ = static_cast<char>(version);
  }
  // With what is personal in `*personal`, appended, in the place of where it belongs (split_row.h).
  RowEncoder(uint8_t version, std::string* out, std::string* personal) : RowEncoder(version, out) {
    personal_ = personal;
  }
  ~RowEncoder() { out_.resize(size()); }
  RowEncoder(const RowEncoder&) = delete;

  void Unsigned(uint64_t x) {
    MakeRoom(kVarintMax);
    for (; x >= 0x80; x >>= 7) *p_++ = static_cast<char>(x | 0x80);
    *p_++ = static_cast<char>(x);
  }
  void Int(int64_t x) { Unsigned(ZigZag(x)); }
  template <typename Tag>
  void Int(Id<Tag> id) {
    Int(id.value());
  }
  void Instant(int64_t x) {
    if (x == 0) return Unsigned(0);
    Unsigned(ZigZag(static_cast<int64_t>(static_cast<uint64_t>(x) - static_cast<uint64_t>(std::exchange(last_, x)))) +
             1);
  }
  void Fixed(uint64_t x) {
    MakeRoom(sizeof x);
    std::memcpy(p_, &x, sizeof x);
    p_ += sizeof x;
  }
  void Text(std::string_view text) {
    Unsigned(text.size());
    MakeRoom(text.size());
    if (!text.empty()) std::memcpy(p_, text.data(), text.size());  // an empty one may point nowhere
    p_ += text.size();
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
  void Operations(const OperationLog& log) { Text(log.bytes()); }
  template <typename T, typename F>
  void List(const std::vector<T>& things, F each) {
    Unsigned(things.size());
    for (const T& thing : things) each(*this, thing);
  }

 private:
  size_t size() const { return static_cast<size_t>(p_ - out_.data()); }
  void MakeRoom(size_t bytes) {
    if (static_cast<size_t>(end_ - p_) < bytes) Grow(bytes);
  }
  void Grow(size_t bytes) {
    const size_t written = size();
    out_.resize(2 * (written + bytes));
    p_ = out_.data() + written;
    end_ = out_.data() + out_.size();
  }

  std::string& out_;
  char* p_;
  char* end_;
  int64_t last_ = 0;
  std::string* personal_ = nullptr;
};

struct RowDecoder {
  ByteReader in;
  int64_t last = 0;
  void Int(int64_t& x) { x = in.Signed(); }
  template <typename Tag>
  void Int(Id<Tag>& id) {
    id = Id<Tag>(in.Signed());
  }
  void Instant(int64_t& x) {
    const uint64_t distance = in.Varint();
    x = distance == 0
            ? 0
            : last = static_cast<int64_t>(static_cast<uint64_t>(last) + static_cast<uint64_t>(UnZigZag(distance - 1)));
  }
  template <typename T>
  void Unsigned(T& x) {
    x = static_cast<T>(in.Varint());
  }
  void Fixed(uint64_t& x) { x = in.Fixed64(); }
  void Text(std::string& text) { text = in.Text(); }
  void Personal(PersonalText, uint64_t, std::string& text) { Text(text); }
  void Operations(OperationLog& log) {
    if (!log.Restore(in.Text())) in.Fail();
  }
  template <typename T, typename F>
  void List(std::vector<T>& things, F each) {
    things.resize(in.Count());
    for (T& thing : things) {
      if (!in.ok()) return;
      each(*this, thing);
    }
  }
};

// A field of few values: a bool, an enumerator.
template <typename Codec, typename T>
void Flag(Codec& codec, T& flag) {
  auto bits = static_cast<uint64_t>(flag);
  codec.Unsigned(bits);
  if constexpr (!std::is_const_v<T>) flag = static_cast<T>(bits);
}

}  // namespace cartwheel
