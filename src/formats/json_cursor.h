// A strict reader of JSON records, in one pass and without a tree. simdjson's first stage finds the places of a record
// where its brackets, colons and commas stand and where its texts, numbers and words begin; the cursor walks over them
// once. Every function answers false as soon as something is no JSON; what is to be said of it is json_tree.h's work.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/value.h"

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace cartwheel::formats {

enum class JsonKind : uint8_t { kInvalid, kNull, kBool, kNumber, kText, kList, kMap };

// (Inline, where it runs for every member of every event.)
class JsonCursor {
 public:
  JsonCursor();
  ~JsonCursor();
  JsonCursor(const JsonCursor&) = delete;
  JsonCursor& operator=(const JsonCursor&) = delete;

  // Goes to the beginning of a record, which is not copied. False: it does not begin and end with the brackets of an
  // object, it is not UTF-8, or one of its texts is not closed or holds a control character.
  bool Open(std::string_view record);
  bool at_end() const { return at_ == end_; }

  // At a value: what its first character says that it is.
  JsonKind kind() const { return kKinds[static_cast<unsigned char>(text_[*at_])]; }

  // Each takes the value that stands here and goes on after it. Texts live until the next record.
  bool Text(std::string_view* text) {
    // Between the opening quote and the next place stand the text, its closing quote, and white space.
    const char* begin = text_ + at_[0] + 1;
    const char* last = text_ + at_[1] - 1;
    if (begin[-1] != '"') return false;
    while (IsSpace(*last)) --last;
    if (last < begin || *last != '"') return false;
    ++at_;
    *text = {begin, static_cast<size_t>(last - begin)};
    return !escapes_ || Unescape(text);
  }
  bool Number(Value* number);                                 // as ReadJsonNumber has it
  bool Integer(Value* number, std::string_view* as_written);  // kInt or kUint
  bool Scalar(Value* value);                                  // whatever is no list and no map
  bool Skip() { return Skip(0); }

  // Calls `one(key)` for each member of the map that stands here, which takes its value. False as soon as that is
  // false.
  template <typename One>
  bool Members(One one) {
    if (!Take('{')) return false;
    if (Take('}')) return true;
    std::string_view key;
    do {
      if (!Text(&key) || !Take(':') || !one(key)) return false;
    } while (Take(','));
    return Take('}');
  }
  // The same of a list, whose elements `one()` takes.
  template <typename One>
  bool Elements(One one) {
    if (!Take('[')) return false;
    if (Take(']')) return true;
    do {
      if (!one()) return false;
    } while (Take(','));
    return Take(']');
  }

  // To come back to a value.
  using Place = const uint32_t*;
  Place place() const { return at_; }
  void Return(Place place) { at_ = place; }

 private:
  static constexpr std::array<JsonKind, 256> kKinds = [] {
    std::array<JsonKind, 256> kinds{};
    for (unsigned char c = '0'; c <= '9'; ++c) kinds[c] = JsonKind::kNumber;
    kinds['-'] = JsonKind::kNumber;
    kinds['"'] = JsonKind::kText;
    kinds['{'] = JsonKind::kMap;
    kinds['['] = JsonKind::kList;
    kinds['t'] = kinds['f'] = JsonKind::kBool;
    kinds['n'] = JsonKind::kNull;
    return kinds;
  }();

  bool Take(char c) {
    if (at_ == end_ || text_[*at_] != c) return false;
    ++at_;
    return true;
  }
  // Of the number or word that stands here.
  std::string_view Token() const {
    const char* begin = text_ + at_[0];
    const char* end = text_ + at_[1];
    while (IsSpace(end[-1])) --end;
    return {begin, static_cast<size_t>(end - begin)};
  }
  static bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  bool Unescape(std::string_view* text);
  bool Skip(int depth);

  const char* text_ = nullptr;
  // Into the places that simdjson found. The last one is that of the closing bracket, so that a place follows wherever
  // a key or a value is expected.
  const uint32_t* at_ = nullptr;
  const uint32_t* end_ = nullptr;
  bool escapes_ = false;  // a backslash stands in the record
  std::string unescaped_;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> index_;
};

}  // namespace cartwheel::formats
