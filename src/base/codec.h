// Bytes: how rows and log records are written down. Integers are LEB128 varints (signed ones zigzag first), texts are a
// length and bytes. A reader never reads past its end: the first short or impossible field sets !ok() and everything
// after it reads as zero or empty, so that a decoder checks once, at its end.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace cartwheel {

inline uint64_t ZigZag(int64_t x) { return (static_cast<uint64_t>(x) << 1) ^ static_cast<uint64_t>(x >> 63); }
inline int64_t UnZigZag(uint64_t x) { return static_cast<int64_t>(x >> 1) ^ -static_cast<int64_t>(x & 1); }

inline constexpr size_t kVarintBytesMax = 10;
// Writes a varint where there is room for one; returns the place after it.
inline char* PutVarint(uint64_t x, char* out) {
  for (; x >= 0x80; x >>= 7) *out++ = static_cast<char>(x | 0x80);
  *out++ = static_cast<char>(x);
  return out;
}

class ByteWriter {
 public:
  explicit ByteWriter(std::string* out) : out_(*out) {}

  void Byte(uint8_t b) { out_.push_back(static_cast<char>(b)); }
  void Varint(uint64_t x) {
    if (x < 0x80) return Byte(static_cast<uint8_t>(x));
    char bytes[kVarintBytesMax];
    out_.append(bytes, static_cast<size_t>(PutVarint(x, bytes) - bytes));
  }
  void Signed(int64_t x) { Varint(ZigZag(x)); }
  void Fixed64(uint64_t x) {
    char bytes[8];
    std::memcpy(bytes, &x, 8);
    out_.append(bytes, 8);
  }
  void Double(double d) { Fixed64(std::bit_cast<uint64_t>(d)); }
  void Text(std::string_view text) {
    Varint(text.size());
    out_.append(text);
  }

 private:
  std::string& out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : p_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  bool at_end() const { return p_ == end_; }
  const char* position() const { return p_; }
  size_t left() const { return static_cast<size_t>(end_ - p_); }

  uint8_t Byte() {
    if (p_ != end_) return static_cast<uint8_t>(*p_++);
    Fail();
    return 0;
  }
  uint64_t Varint() {
    if (p_ != end_ && static_cast<uint8_t>(*p_) < 0x80) return static_cast<uint8_t>(*p_++);
    uint64_t x = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      uint8_t b = Byte();
      x |= static_cast<uint64_t>(b & 0x7f) << shift;
      if (b < 0x80) return x;
    }
    Fail();
    return 0;
  }
  int64_t Signed() { return UnZigZag(Varint()); }
  uint64_t Fixed64() {
    uint64_t x = 0;
    if (std::string_view bytes = Raw(8); bytes.size() == 8) std::memcpy(&x, bytes.data(), 8);
    return x;
  }
  double Double() { return std::bit_cast<double>(Fixed64()); }
  std::string_view Text() { return Raw(Varint()); }
  std::string_view Raw(uint64_t size) {
    if (size > left()) {
      Fail();
      return {};
    }
    std::string_view bytes(p_, size);
    p_ += size;
    return bytes;
  }
  // A count of things that take at least one byte each: never more than the bytes that are left.
  uint64_t Count() {
    uint64_t count = Varint();
    if (count <= left()) return count;
    Fail();
    return 0;
  }
  // What was read so far is impossible.
  void Fail() {
    ok_ = false;
    p_ = end_;
  }

 private:
  const char* p_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace cartwheel
