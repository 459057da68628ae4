#include "formats/json_cursor.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "formats/json_escape.h"
#include "formats/json_number.h"

namespace cartwheel::formats {
namespace {

constexpr size_t kIndexBytesMin = 4096;
constexpr int kSkipDepthMax = 64;

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

bool JsonCursor::Unescape(std::string_view* text) {
  if (std::memchr(text->data(), '\\', text->size()) == nullptr) return true;
  const size_t start = unescaped_.size();
  if (!UnescapeJson(*text, &unescaped_)) return false;
  *text = std::string_view(unescaped_).substr(start);
  return true;
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
