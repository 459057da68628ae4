#include "base/packed.h"

#include <bit>
#include <cstring>
#include <iterator>

namespace cartwheel {
namespace {

enum Tag : uint8_t {
  kTagNull,
  kTagFalse,
  kTagTrue,
  kTagInt,
  kTagUint,
  kTagDouble,
  kTagDecimal,
  kTagString,
  kTagBytes,
  kTagDuration,
  kTagTimestamp,
  kTagList,
  kTagMap,
  kTagCount
};

constexpr size_t kLengthBytes = 4;

char* PutBytes(std::string_view bytes, char* out) {
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  return out + bytes.size();
}

size_t Length(const char* p) {
  uint32_t length;
  std::memcpy(&length, p, kLengthBytes);
  return length;
}

// `*word`: its number in the dictionary, kNoWord for one that is written as text.
std::string_view ReadKey(ByteReader& reader, uint8_t* word) {
  const uint64_t n = reader.Varint();
  *word = kNoWord;
  if (n % 2 == 0) return reader.Raw(n / 2);
  if (n / 2 < std::size(kPackedWords)) {
    *word = static_cast<uint8_t>(n / 2);
    return kPackedWords[n / 2];
  }
  reader.Fail();
  return {};
}

std::string_view ReadKey(ByteReader& reader) {
  uint8_t word;
  return ReadKey(reader, &word);
}

void Skip(ByteReader& reader) {
  switch (reader.Byte()) {
    case kTagInt:
    case kTagUint:
    case kTagDecimal:
    case kTagDuration:
    case kTagTimestamp:
      reader.Varint();
      break;
    case kTagDouble:
      reader.Raw(8);
      break;
    case kTagString:
    case kTagBytes:
      reader.Text();
      break;
    case kTagList:
    case kTagMap:
      if (std::string_view length = reader.Raw(kLengthBytes); length.size() == kLengthBytes)
        reader.Raw(Length(length.data()));
      break;
    default:
      break;
  }
}

void SkipEntry(ByteReader& reader) {
  ReadKey(reader);
  Skip(reader);
}

std::string_view Content(const void* object) {
  const char* p = static_cast<const char*>(object) + 1;
  return {p + kLengthBytes, Length(p)};
}

Value ReadValue(ByteReader& reader);

size_t MapSize(const void* object) {
  ByteReader reader(Content(object));
  size_t count = 0;
  for (; !reader.at_end(); ++count) SkipEntry(reader);
  return count;
}

Value FindIn(ByteReader reader, const PackedKey& key) {
  // As Key writes it; 0: it is written as text.
  const uint64_t number = key.word == kNoWord ? 0 : uint64_t{key.word} * 2 + 1;
  while (!reader.at_end()) {
    const uint64_t n = reader.Varint();
    if (n % 2 == 0 ? reader.Raw(n / 2) == key.name : n == number) return ReadValue(reader);
    Skip(reader);
  }
  return Value();
}

Value MapFind(const void* object, std::string_view key) { return FindIn(ByteReader(Content(object)), key); }

Entry MapEntry(const void* object, size_t index) {
  ByteReader reader(Content(object));
  for (; index > 0; --index) SkipEntry(reader);
  std::string_view key = ReadKey(reader);
  return {Value::String(key), ReadValue(reader)};
}

size_t ListSize(const void* object) {
  ByteReader reader(Content(object));
  size_t count = 0;
  for (; !reader.at_end(); ++count) Skip(reader);
  return count;
}

Value ListAt(const void* object, size_t index) {
  ByteReader reader(Content(object));
  for (; index > 0; --index) Skip(reader);
  return ReadValue(reader);
}

constexpr ContainerOps kPackedMap{MapSize, nullptr, MapFind, MapEntry};
constexpr ContainerOps kPackedList{ListSize, ListAt, nullptr, nullptr};

Value ReadValue(ByteReader& reader) {
  const char* start = reader.position();
  switch (reader.Byte()) {
    case kTagFalse:
      return Value::Bool(false);
    case kTagTrue:
      return Value::Bool(true);
    case kTagInt:
      return Value::Int(reader.Signed());
    case kTagUint:
      return Value::Uint(reader.Varint());
    case kTagDouble:
      return Value::Double(reader.Double());
    case kTagDecimal:
      return Value::Decimal(reader.Signed());
    case kTagString:
      return Value::String(reader.Text());
    case kTagBytes:
      return Value::Bytes(reader.Text());
    case kTagDuration:
      return Value::Duration(reader.Signed());
    case kTagTimestamp:
      return Value::Timestamp(reader.Signed());
    case kTagList:
    case kTagMap: {
      std::string_view length = reader.Raw(kLengthBytes);
      if (length.size() != kLengthBytes || reader.left() < Length(length.data())) return Value();
      reader.Raw(Length(length.data()));
      return *start == kTagMap ? Value::Map(&kPackedMap, start) : Value::List(&kPackedList, start);
    }
    default:
      return Value::Null();
  }
}

bool Valid(ByteReader& reader, int depth) {
  uint8_t tag = reader.Byte();
  if (!reader.ok() || tag >= kTagCount || depth > PackedWriter::kDepthMax) return false;
  if (tag != kTagList && tag != kTagMap) {
    ByteReader scalar(std::string_view(reader.position() - 1, reader.left() + 1));
    Skip(scalar);
    reader.Raw(reader.left() - scalar.left());
    return scalar.ok();
  }
  std::string_view length = reader.Raw(kLengthBytes);
  if (length.size() != kLengthBytes) return false;
  ByteReader inner(reader.Raw(Length(length.data())));
  while (reader.ok() && inner.ok() && !inner.at_end()) {
    if (tag == kTagMap) ReadKey(inner);
    if (!inner.ok() || !Valid(inner, depth + 1)) return false;
  }
  return reader.ok() && inner.ok();
}

}  // namespace

void PackedWriter::Key(const PackedKey& key) {
  char* out = Room(kVarintBytesMax + key.name.size());
  if (key.word != kNoWord) return Took(PutVarint(uint64_t{key.word} * 2 + 1, out));
  Took(PutBytes(key.name, PutVarint(key.name.size() * 2, out)));
}

void PackedWriter::Begin(bool map) {
  char* out = Room(1 + kLengthBytes);
  *out = static_cast<char>(map ? kTagMap : kTagList);
  open_[depth_++] = static_cast<size_t>(out + 1 - out_.data());
  Took(out + 1 + kLengthBytes);  // written at the end
}

void PackedWriter::End() {
  const size_t start = open_[--depth_];
  const uint32_t length = static_cast<uint32_t>(at_ - start - kLengthBytes);
  std::memcpy(out_.data() + start, &length, kLengthBytes);
  if (depth_ == 0) out_.resize(at_);
}

void PackedWriter::Raw(std::string_view packed) { Took(PutBytes(packed, Room(packed.size()))); }

void PackedWriter::Scalar(const Value& value) {
  const bool is_text = value.kind() == Kind::kString || value.kind() == Kind::kBytes;
  char* out = Room(1 + kVarintBytesMax + (is_text ? value.text().size() : 0));
  auto tag = [&](Tag t) { *out++ = static_cast<char>(t); };
  auto integer = [&](Tag t, int64_t i) {
    tag(t);
    Took(PutVarint(ZigZag(i), out));
  };
  switch (value.kind()) {
    case Kind::kString:
    case Kind::kBytes:
      tag(value.kind() == Kind::kString ? kTagString : kTagBytes);
      return Took(PutBytes(value.text(), PutVarint(value.text().size(), out)));
    case Kind::kInt:
      return integer(kTagInt, value.integer());
    case Kind::kDecimal:
      return integer(kTagDecimal, value.decimal());
    case Kind::kDuration:
      return integer(kTagDuration, value.integer());
    case Kind::kTimestamp:
      return integer(kTagTimestamp, value.integer());
    case Kind::kUint:
      tag(kTagUint);
      return Took(PutVarint(value.unsigned_integer(), out));
    case Kind::kDouble: {
      tag(kTagDouble);
      const uint64_t bits = std::bit_cast<uint64_t>(value.real());
      std::memcpy(out, &bits, sizeof bits);
      return Took(out + sizeof bits);
    }
    case Kind::kBool:
      tag(value.boolean() ? kTagTrue : kTagFalse);
      return Took(out);
    case Kind::kAbsent:
    case Kind::kNull:
    case Kind::kList:  // these four have no packed form as a scalar
    case Kind::kMap:
    case Kind::kType:
    case Kind::kOptional:
      tag(kTagNull);
      return Took(out);
  }
}

void PackedWriter::Any(const Value& value) {
  if ((value.is_map() || value.is_list()) && IsPacked(value)) {
    const char* start = static_cast<const char*>(value.object());
    Raw({start, 1 + kLengthBytes + Length(start + 1)});
  } else if (value.is_map() && depth_ < kDepthMax) {
    BeginMap();
    for (size_t i = 0; i < value.size(); ++i) {
      Entry entry = value.entry(i);
      Key(entry.first.text());
      Any(entry.second);
    }
    End();
  } else if (value.is_list() && depth_ < kDepthMax) {
    BeginList();
    for (size_t i = 0; i < value.size(); ++i) Any(value.at(i));
    End();
  } else {
    Scalar(value);
  }
}

bool IsPacked(const Value& container) { return container.ops() == &kPackedMap || container.ops() == &kPackedList; }

PackedCursor::PackedCursor(const Value& container)
    : reader_((container.is_map() || container.is_list()) && IsPacked(container) ? Content(container.object())
                                                                                 : std::string_view()),
      map_(container.is_map()) {}

bool PackedCursor::Next() {
  if (reader_.at_end()) return false;
  const char* start = reader_.position();
  if (map_) key_ = ReadKey(reader_, &word_);
  const char* value = reader_.position();
  Skip(reader_);
  element_ = {start, static_cast<size_t>(reader_.position() - start)};
  packed_ = {value, static_cast<size_t>(reader_.position() - value)};
  return reader_.ok();
}

Value PackedCursor::value() const { return ReadPacked(packed_); }

Value ReadPacked(std::string_view packed) {
  if (packed.empty()) return Value();
  ByteReader reader(packed);
  Value value = ReadValue(reader);
  return reader.ok() ? value : Value();
}

Value FindPacked(std::string_view packed_map, const PackedKey& key) {
  ByteReader reader(packed_map);
  if (reader.Byte() != kTagMap) return Value();
  const std::string_view length = reader.Raw(kLengthBytes);
  if (length.size() != kLengthBytes || reader.left() < Length(length.data())) return Value();
  return FindIn(ByteReader(reader.Raw(Length(length.data()))), key);
}

std::string SetPacked(std::string_view packed_map, std::string_view key, const Value& value) {
  std::string out;
  PackedWriter writer(&out);
  writer.BeginMap();
  bool written = value.is_absent();
  for (PackedCursor cursor(ReadPacked(packed_map)); cursor.Next();) {
    if (cursor.key() != key) {
      writer.Raw(cursor.element());
    } else if (!written) {
      writer.Key(key);
      writer.Any(value);
      written = true;
    }
  }
  if (!written) {
    writer.Key(key);
    writer.Any(value);
  }
  writer.End();
  return out;
}

bool ValidPacked(std::string_view packed) {
  ByteReader reader(packed);
  return Valid(reader, 0) && reader.at_end();
}

}  // namespace cartwheel
