// Packed values: a tree of Values in bytes, read in place. Event properties, customer attributes and cart items are
// kept this way: written once by the ingest, copied as bytes after that, and decoded only where a value is read.
//
//   value := tag, payload        map := tag, length in 4 bytes, (key, value)*      list := tag, length in 4 bytes,
//   value* key   := varint n; n odd: the n/2-th word of the dictionary; n even: a text of n/2 bytes
//
// The dictionary (packed_words.h) holds the words of the commerce vocabulary.
#pragma once

#include <string>
#include <string_view>

#include "base/codec.h"
#include "base/packed_words.h"
#include "base/value.h"

namespace cartwheel {

// Writes one packed value. Maps and lists are begun and ended; inside a map every value follows its key.
//   PackedWriter w(&bytes); w.BeginMap(); w.Key("price"); w.Scalar(Value::Decimal(129000)); w.End();
// The string is to be read when everything is ended.
class PackedWriter {
 public:
  explicit PackedWriter(std::string* out) : out_(*out) {}

  void Key(const PackedKey& key);
  void Scalar(const Value& value);    // any kind but a list or a map; absent is written as null
  void Any(const Value& value);       // any kind, containers copied element by element
  void Raw(std::string_view packed);  // one whole packed value, or one element of a PackedCursor
  void BeginMap() { Begin(true); }
  void BeginList() { Begin(false); }
  void End();
  int depth() const { return depth_; }
  size_t size() const { return at_; }  // of the string up to here

  static constexpr int kDepthMax = 16;  // Begin beyond it is the caller's mistake: check depth() first

 private:
  void Begin(bool map);

  // A place for `bytes` at most, and what was written there. While a container is open the string is longer than what
  // it holds: to append each part by itself would cost more than what is written.
  char* Room(size_t bytes) {
    if (depth_ == 0) at_ = out_.size();
    if (out_.size() - at_ < bytes) out_.resize(out_.size() + bytes + kRoomBytes);
    return out_.data() + at_;
  }
  void Took(const char* end) {
    at_ = static_cast<size_t>(end - out_.data());
    if (depth_ == 0) out_.resize(at_);
  }

  static constexpr size_t kRoomBytes = 256;

  std::string& out_;
  size_t at_ = 0;           // where the next part goes
  size_t open_[kDepthMax];  // where the length of each open container stands
  int depth_ = 0;
};

// Walks a packed map or list from its first element to its last; at(i) and entry(i) of the Value begin anew for each i.
//   for (PackedCursor cursor(ReadPacked(bytes)); cursor.Next();) Use(cursor.key(), cursor.value());
class PackedCursor {
 public:
  // Any other value, and a container that is not packed, has no elements.
  explicit PackedCursor(const Value& container);
  bool Next();
  std::string_view key() const { return key_; }  // of a map's element
  uint8_t word() const { return word_; }         // the key's number in the dictionary; kNoWord: it is written as text
  Value value() const;
  std::string_view element() const {
    return element_;
  }  // the element's bytes, in a map with its key: for PackedWriter::Raw
  std::string_view packed() const { return packed_; }  // the value's bytes

 private:
  ByteReader reader_;
  bool map_ = false;
  uint8_t word_ = kNoWord;
  std::string_view key_, element_, packed_;
};

// Whether a list or a map is read out of packed bytes.
[[nodiscard]] bool IsPacked(const Value& container);
// A Value over packed bytes (which must outlive it). Absent when the bytes are empty or broken.
Value ReadPacked(std::string_view packed);
// The value of a key in a packed map, without building anything. Absent when missing.
Value FindPacked(std::string_view packed_map, const PackedKey& key);
// A copy of a packed map with one key set (or removed, when the value is absent).
[[nodiscard]] std::string SetPacked(std::string_view packed_map, std::string_view key, const Value& value);
// Structure, lengths and depth are right: what a decoder asks before it trusts bytes from a disk.
[[nodiscard]] bool ValidPacked(std::string_view packed);

}  // namespace cartwheel
