#include "formats/json_cursor.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "formats/json.h"
#include "formats/json_escape.h"

namespace cartwheel::formats {
namespace {

constexpr size_t kIndexBytesMin = 4096;
constexpr int kSkipDepthMax = 64;

constexpr auto kKinds = [] {
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

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

JsonCursor::JsonCursor() = default;
JsonCursor::~JsonCursor() = default;

bool JsonCursor::Open(std::string_view record) {
  if (record.size() < 2 || record.front() != '{' || record.back() != '}') return false;
  if (index_ == nullptr || index_->capacity() < record.size()) {
    const size_t capacity = std::bit_ceil(std::max(record.size(), kIndexBytesMin));
    index_.reset();
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 0, index_)) return false;
  }
  const auto* bytes = reinterpret_cast<const uint8_t*>(record.data());
  if (index_->stage1(bytes, record.size(), simdjson::stage1_mode::regular)) return false;
  text_ = record.data();
  at_ = index_->structural_indexes.get();
  end_ = at_ + index_->n_structural_indexes;
  if (end_[-1] != record.size() - 1) return false;  // the last bracket stands in a text or a word
  escapes_ = std::memchr(text_, '\\', record.size()) != nullptr;
  unescaped_.clear();
  if (escapes_) unescaped_.reserve(record.size());  // texts do not grow, so what is given away stays in its place
  return true;
}

JsonKind JsonCursor::kind() const { return kKinds[static_cast<unsigned char>(text_[*at_])]; }

// Between the opening quote and the next place stand the text, its closing quote, and white space.
bool JsonCursor::Text(std::string_view* text) {
  const char* begin = text_ + at_[0] + 1;
  const char* last = text_ + at_[1] - 1;
  if (begin[-1] != '"') return false;
  while (IsSpace(*last)) --last;
  if (last < begin || *last != '"') return false;
  ++at_;
  *text = {begin, static_cast<size_t>(last - begin)};
  return !escapes_ || Unescape(text);
}

bool JsonCursor::Unescape(std::string_view* text) {
  if (std::memchr(text->data(), '\\', text->size()) == nullptr) return true;
  const size_t start = unescaped_.size();
  if (!UnescapeJson(*text, &unescaped_)) return false;
  *text = std::string_view(unescaped_).substr(start);
  return true;
}

std::string_view JsonCursor::Token() const {
  const char* begin = text_ + at_[0];
  const char* end = text_ + at_[1];
  while (IsSpace(end[-1])) --end;
  return {begin, static_cast<size_t>(end - begin)};
}

bool JsonCursor::Number(Value* number) { return ReadJsonNumber(Token(), number) && ++at_; }

bool JsonCursor::Integer(Value* number, std::string_view* as_written) {
  *as_written = Token();
  return Number(number) && (number->kind() == Kind::kInt || number->kind() == Kind::kUint);
}

bool JsonCursor::Scalar(Value* value) {
  switch (kind()) {
    case JsonKind::kText: {
      std::string_view text;
      if (!Text(&text)) return false;
      *value = Value::String(text);
      return true;
    }
    case JsonKind::kNumber:
      return Number(value);
    case JsonKind::kBool:
      *value = Value::Bool(text_[*at_] == 't');
      return Token() == (value->boolean() ? "true" : "false") && ++at_;
    case JsonKind::kNull:
      *value = Value::Null();
      return Token() == "null" && ++at_;
    case JsonKind::kList:
    case JsonKind::kMap:
    case JsonKind::kInvalid:
      break;
  }
  return false;
}

bool JsonCursor::Skip(int depth) {
  const JsonKind kind_here = kind();
  if (kind_here != JsonKind::kMap && kind_here != JsonKind::kList) {
    Value value;
    return Scalar(&value);
  }
  if (depth == kSkipDepthMax) return false;
  return kind_here == JsonKind::kMap ? Members([&](std::string_view) { return Skip(depth + 1); })
                                     : Elements([&] { return Skip(depth + 1); });
}

}  // namespace cartwheel::formats
