#include "base/json_source.h"

#include <algorithm>
#include <optional>

#include "base/place.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel::json {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordByte(char c) { return IsDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_'; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) at_ = kByteOrderMark.size();
  }

  absl::StatusOr<Node> Document() {
    Node root;
    SkipSpace();
    if (at_ == text_.size()) {
      Fail("the text is empty, expected a JSON object");
    } else if (ReadValue(&root, 0)) {
      SkipSpace();
      if (at_ < text_.size()) Fail(fmt::format("expected nothing after the last bracket, found {}", Here()));
    }
    if (error_) return absl::InvalidArgumentError(*error_);
    return root;
  }

 private:
  // Always false. The first error stands.
  bool FailAt(size_t offset, std::string_view what) {
    if (!error_) error_ = fmt::format("({}): {}", LineAndColumn(text_, offset), what);
    return false;
  }
  bool Fail(std::string_view what) { return FailAt(at_, what); }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool TakeIf(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void SkipSpace() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  // What stands here, for messages.
  std::string Here() const {
    if (at_ == text_.size()) return "the end";
    if (IsWordByte(text_[at_])) return fmt::format("\"{}\"", Word());
    const std::string_view character = Character();
    unsigned char byte = static_cast<unsigned char>(text_[at_]);
    if (character.empty() || byte < ' ') return fmt::format("byte 0x{:02x}", byte);
    if (byte == '"') return "a text";
    return fmt::format("\"{}\"", character);
  }
  // The character here; empty at the end, and of a byte that is not UTF-8.
  std::string_view Character() const {
    size_t length = 0;
    if (at_ == text_.size() || DecodeAt(text_, at_, &length) == kNotUtf8) return {};
    return text_.substr(at_, length);
  }
  std::string_view Word() const {
    size_t end = at_;
    while (end < text_.size() && IsWordByte(text_[end]) && end - at_ < 32) ++end;
    return text_.substr(at_, end - at_);
  }

  // The mistakes that deserve their own words; where none applies, what was expected.
  bool Unexpected(std::string_view expected) {
    std::string_view rest = text_.substr(at_);
    if (rest.substr(0, 2) == "//" || rest.substr(0, 2) == "/*" || Peek() == '#') return Fail("JSON has no comments");
    if (Peek() == '\'') return Fail("texts stand in double quotes (\") in JSON, found \"'\"");
    for (std::string_view quote : {"“", "”", "„", "‘", "’"})
      if (rest.substr(0, quote.size()) == quote)
        return Fail(fmt::format("texts stand in straight double quotes (\") in JSON, found \"{}\"", quote));
    return Fail(fmt::format("expected {}, found {}", expected, Here()));
  }

  bool ReadValue(Node* node, int depth) {
    node->offset = at_;
    switch (Peek()) {
      case '{':
      case '[':
        if (depth == kDepthMax) return Fail(fmt::format("nested too deeply: json_depth_max is {}", kDepthMax));
        return ReadContainer(node, depth);
      case '"':
        node->kind = Node::Kind::kText;
        return ReadText(&node->text);
      default:
        return Peek() == '-' || IsDigit(Peek()) ? ReadNumber(node) : ReadWord(node);
    }
  }

  bool ReadContainer(Node* node, int depth) {
    bool object = Peek() == '{';
    char close = object ? '}' : ']';
    node->kind = object ? Node::Kind::kObject : Node::Kind::kList;
    size_t open = at_++;
    SkipSpace();
    if (TakeIf(close)) return true;
    while (true) {
      Member& member = node->members.emplace_back();
      member.key_offset = at_;
      if (object && !ReadKey(&member.key)) return false;
      if (!ReadValue(&member.value, depth + 1)) return false;
      SkipSpace();
      if (TakeIf(close)) return true;
      if (at_ == text_.size())
        return FailAt(open,
                      fmt::format("\"{}\" is never closed, expected \"{}\" before the end", object ? '{' : '[', close));
      if (Peek() != ',') return Unexpected(fmt::format("\",\" or \"{}\"", close));
      size_t comma = at_++;
      SkipSpace();
      if (Peek() == close)
        return FailAt(comma, fmt::format("\",\" before \"{}\": no comma follows the last one", close));
    }
  }

  bool ReadKey(std::string* key) {
    if (Peek() != '"') return Unexpected("a key in double quotes");
    if (!ReadText(key)) return false;
    SkipSpace();
    if (Peek() != ':') return Unexpected(fmt::format("\":\" after the key \"{}\"", *key));
    ++at_;
    SkipSpace();
    return true;
  }

  bool ReadText(std::string* out) {
    size_t open = at_++;
    while (true) {
      if (at_ == text_.size()) return FailAt(open, "this text is never closed, expected \"");
      char c = text_[at_];
      if (TakeIf('"')) return true;
      if (c == '\\') {
        if (!ReadEscape(out)) return false;
        continue;
      }
      if (c == '\n' || c == '\r')
        return FailAt(open, "this text is not closed on its line, expected \" (a line break in a text is written \\n)");
      if (static_cast<unsigned char>(c) < ' ')
        return Fail(fmt::format("a control character (byte 0x{:02x}) in a text, expected \\u{:04x}", c, c));
      const std::string_view character = Character();
      if (character.empty()) return Fail(fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(c)));
      out->append(character);
      at_ += character.size();
    }
  }

  bool ReadEscape(std::string* out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    size_t start = at_++;
    if (size_t i = kLetters.find(Peek()); at_ < text_.size() && i != kLetters.npos) {
      out->push_back(kMeanings[i]);
      ++at_;
      return true;
    }
    if (Peek() != 'u')
      return FailAt(start, fmt::format("unknown escape \"\\{}\", expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u",
                                       Character()));
    char32_t c = HexDigits();
    if (c >= 0xd800 && c < 0xdc00 && text_.substr(at_, 2) == "\\u") {
      ++at_;
      char32_t low = HexDigits();
      c = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : kNotUtf8;
    }
    return AppendUtf8(c, out) ||
           FailAt(start, "\\u without a character, expected four hexadecimal digits (two such escapes for an emoji)");
  }

  // After the 'u'; kNotUtf8: there are not four of them.
  char32_t HexDigits() {
    ++at_;
    char32_t c = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      char digit = Peek();
      if (!IsDigit(digit) && !((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')) return kNotUtf8;
      c = c * 16 + static_cast<char32_t>(IsDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    return c;
  }

  size_t Digits() {
    size_t from = at_;
    while (IsDigit(Peek())) ++at_;
    return at_ - from;
  }

  bool ReadNumber(Node* node) {
    size_t from = at_;
    if (Peek() == '-') ++at_;
    bool zero = Peek() == '0';
    bool good = true;
    if (size_t digits = Digits(); digits == 0 || (zero && digits > 1)) good = false;
    if (good && TakeIf('.')) good = Digits() > 0;
    if (good && (Peek() | 0x20) == 'e') {
      ++at_;
      if (Peek() == '+' || Peek() == '-') ++at_;
      good = Digits() > 0;
    }
    if (!good || IsWordByte(Peek()) || Peek() == '.') {
      while (IsWordByte(Peek()) || Peek() == '.') ++at_;
      return FailAt(
          from, fmt::format("{} is no JSON number, expected one like 7, 0.5 (spans such as \"24h\" stand in quotes)",
                            text_.substr(from, std::min<size_t>(at_ - from, 32))));
    }
    node->kind = Node::Kind::kNumber;
    node->text = std::string(text_.substr(from, at_ - from));
    return true;
  }

  bool ReadWord(Node* node) {
    std::string_view word = Word();
    if (word != "true" && word != "false" && word != "null") {
      if (word.empty()) return Unexpected("a value");
      return Fail(
          fmt::format("{} is no JSON value, expected a text in double quotes, a number, true, false, null, a list or "
                      "an object",
                      word));
    }
    node->kind = word == "null" ? Node::Kind::kNull : Node::Kind::kBool;
    node->boolean = word == "true";
    at_ += word.size();
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::optional<std::string> error_;
};

}  // namespace

const Node* Node::Find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const Member& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}

absl::StatusOr<Node> ReadJson(std::string_view text) { return Reader(text).Document(); }

}  // namespace cartwheel::json
