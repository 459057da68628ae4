#include "formats/source_tree.h"

#include <charconv>

#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel::formats {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool EndsToken(char c) {
  return IsSpace(c) || c == ',' || c == ':' || c == ']' || c == '}' || c == '[' || c == '{' || c == '"';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// -?digits[.digits][e[+-]digits]
bool IsNumber(std::string_view token) {
  size_t i = token.starts_with('-') ? 1 : 0;
  auto digits = [&] {
    const size_t begin = i;
    while (i < token.size() && IsDigit(token[i])) ++i;
    return i > begin;
  };
  if (!digits()) return false;
  if (i < token.size() && token[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
    ++i;
    if (i < token.size() && (token[i] == '+' || token[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == token.size();
}

SourceNode::Kind KindOfToken(std::string_view token) {
  if (token == "null") return SourceNode::Kind::kNull;
  if (token == "true" || token == "false") return SourceNode::Kind::kBool;
  return IsNumber(token) ? SourceNode::Kind::kNumber : SourceNode::Kind::kUnreadable;
}

class Reader {
 public:
  Reader(std::string_view text, SourceError* error) : text_(text), error_(*error) {}

  bool Whole(SourceNode* root) {
    if (!Value(root, 0)) return false;
    SkipSpace();
    return at_ == text_.size() || Fail("something follows the value");
  }

 private:
  bool Fail(std::string_view message) {
    error_ = {at_, std::string(message)};
    return false;
  }
  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  bool Next(char c) {
    SkipSpace();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool Value(SourceNode* node, int depth) {
    SkipSpace();
    if (depth > kSourceDepthMax) return Fail(fmt::format("it lies deeper than {} levels", kSourceDepthMax));
    const size_t begin = at_;
    if (at_ == text_.size()) return Fail("the text ends where a value is expected");
    if (text_[at_] == '"') {
      node->kind = SourceNode::Kind::kText;
      if (!Quoted()) return false;
    } else if (text_[at_] == '{') {
      node->kind = SourceNode::Kind::kMap;
      if (!Members(node, '}', depth)) return false;
    } else if (text_[at_] == '[') {
      node->kind = SourceNode::Kind::kList;
      if (!Members(node, ']', depth)) return false;
    } else {
      while (at_ < text_.size() && !EndsToken(text_[at_])) ++at_;
      if (at_ == begin) return Fail("expected a value");
      node->kind = KindOfToken(text_.substr(begin, at_ - begin));
    }
    node->raw = text_.substr(begin, at_ - begin);
    return true;
  }

  bool Quoted() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return true;
      }
    }
    at_ = text_.size();
    return Fail("a text is not closed");
  }

  // From the opening bracket over the closing one.
  bool Members(SourceNode* node, char close, int depth) {
    ++at_;
    if (Next(close)) return true;
    do {
      SourceMember& member = node->members.emplace_back();
      if (close == '}') {
        SkipSpace();
        const size_t begin = at_;
        if (at_ == text_.size() || text_[at_] != '"') return Fail("expected a name in quotes");
        if (!Quoted()) return false;
        member.key_raw = text_.substr(begin, at_ - begin);
        SourceNode key;
        key.kind = SourceNode::Kind::kText;
        key.raw = member.key_raw;
        member.key = key.Text();
        if (!Next(':')) return Fail("expected a colon after the name");
      }
      if (!Value(&member.value, depth + 1)) return false;
    } while (Next(','));
    if (Next(close)) return true;
    return Fail(fmt::format("expected a comma or {}", close));
  }

  std::string_view text_;
  SourceError& error_;
  size_t at_ = 0;
};

// Four digits of a \u escape; false where there are none.
bool HexDigits(std::string_view text, size_t at, uint32_t* unit) {
  if (at + 4 > text.size()) return false;
  auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 4, *unit, 16);
  return error == std::errc() && end == text.data() + at + 4;
}

// The character of the escape at `at` (its backslash), and the bytes it takes.
void AppendEscape(std::string_view text, size_t at, size_t* bytes, std::string* out) {
  constexpr char32_t kReplacement = 0xfffd;
  *bytes = 2;
  switch (const char c = text[at + 1]; c) {
    case 'n':
      out->push_back('\n');
      return;
    case 't':
      out->push_back('\t');
      return;
    case 'r':
      out->push_back('\r');
      return;
    case 'b':
      out->push_back('\b');
      return;
    case 'f':
      out->push_back('\f');
      return;
    case 'u':
      break;
    default:
      out->push_back(c);
      return;
  }
  uint32_t unit = 0, second = 0;
  char32_t character = kReplacement;
  if (HexDigits(text, at + 2, &unit)) {
    *bytes = 6;
    const bool pair = unit >= 0xd800 && unit < 0xdc00 && text.substr(at + 6, 2) == "\\u" &&
                      HexDigits(text, at + 8, &second) && second >= 0xdc00 && second <= 0xdfff;
    if (pair) {
      *bytes = 12;
      character = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      character = unit;
    }
  }
  (void)AppendUtf8(character, out);  // which is no surrogate
}

}  // namespace

const SourceNode* SourceNode::Find(std::string_view key) const {
  for (const SourceMember& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}

std::string SourceNode::Text() const {
  if (!is_text()) return std::string(raw);
  const std::string_view inner = raw.substr(1, raw.size() - 2);
  std::string out;
  for (size_t i = 0, bytes = 1; i < inner.size(); i += bytes) {
    bytes = 1;
    if (inner[i] == '\\' && i + 1 < inner.size()) {
      AppendEscape(inner, i, &bytes, &out);
    } else {
      out.push_back(inner[i]);
    }
  }
  return out;
}

bool ReadSource(std::string_view text, SourceNode* root, SourceError* error) { return Reader(text, error).Whole(root); }

}  // namespace cartwheel::formats
