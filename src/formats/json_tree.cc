#include "formats/json_tree.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "absl/container/flat_hash_set.h"
#include "base/utf8.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "formats/json.h"

namespace cartwheel::formats {
namespace {

using Kind = JsonNode::Kind;

constexpr int kLevelsMax = kEventDepthMax + 1;  // the record itself is a container too
constexpr char32_t kHighSurrogate = 0xD800, kLowSurrogate = 0xDC00, kSurrogateEnd = 0xE000;
constexpr std::string_view kUnclosedText = "a text is not closed";
constexpr std::string_view kUnclosed = "it ends before its closing bracket";
constexpr std::string_view kMisplaced = "a comma, colon, bracket or value is missing or misplaced";
constexpr std::string_view kTrailing = "something follows its closing bracket";

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool IsJsonNumber(std::string_view text) {
  size_t i = 0;
  auto digits = [&] {
    const size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - start;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const bool zero = i < text.size() && text[i] == '0';
  const size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  bool Whole(JsonNode* root, Problem* problem) {
    SkipSpace();
    if (!ReadValue(root, 0)) return Explain(problem);
    SkipSpace();
    if (at_ == text_.size()) return true;
    wrong_ = kTrailing;
    return Explain(problem);
  }

 private:
  bool Explain(Problem* problem) const {
    const bool placed = wrong_ == kMisplaced || wrong_ == kTrailing;
    const std::string where = placed ? fmt::format(" near byte {}", at_) : std::string();
    return problem->Set("bad_json", fmt::format("not JSON{}: {}; expected one whole object", where, wrong_));
  }

  bool Wrong(std::string_view wrong) {
    wrong_ = at_ >= text_.size() && wrong == kMisplaced ? kUnclosed : wrong;
    return false;
  }

  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool ReadValue(JsonNode* node, int level) {
    if (at_ >= text_.size()) return Wrong(kUnclosed);
    const size_t start = at_;
    bool read = false;
    switch (text_[at_]) {
      case '{':
      case '[':
        if (level >= kLevelsMax) {
          node->kind = Kind::kTooDeep;
          read = SkipContainer();
        } else {
          read = text_[at_] == '{' ? ReadMap(node, level) : ReadList(node, level);
        }
        break;
      case '"':
        read = ReadText(&node->text, &node->kind, &node->control);
        node->quoted = true;
        break;
      default:
        read = ReadBare(node);
        break;
    }
    node->raw = text_.substr(start, at_ - start);
    return read;
  }

  bool ReadMap(JsonNode* node, int level) {
    node->kind = Kind::kMap;
    ++at_;
    absl::flat_hash_set<std::string> seen;
    for (SkipSpace(); !Take('}'); SkipSpace()) {
      if (at_ < text_.size() && text_[at_] != '"') return Wrong(kMisplaced);
      if (at_ >= text_.size()) return Wrong(kUnclosed);
      std::string key;
      Kind kind;
      bool control = false;
      const size_t key_start = at_;
      if (!ReadText(&key, &kind, &control)) return false;
      if (kind != Kind::kText) key = ToValidUtf8(text_.substr(key_start + 1, at_ - key_start - 2));
      SkipSpace();
      if (!Take(':')) return Wrong(kMisplaced);
      SkipSpace();
      JsonNode value;
      if (!ReadValue(&value, level + 1)) return false;
      if (seen.insert(key).second) {
        node->keys.push_back(std::move(key));
        node->children.push_back(std::move(value));
      } else {
        node->repeated.push_back(std::move(key));
      }
      SkipSpace();
      if (!Take(',') && (at_ >= text_.size() || text_[at_] != '}')) return Wrong(kMisplaced);
    }
    return true;
  }

  bool ReadList(JsonNode* node, int level) {
    node->kind = Kind::kList;
    ++at_;
    for (SkipSpace(); !Take(']'); SkipSpace()) {
      if (!ReadValue(&node->children.emplace_back(), level + 1)) return false;
      SkipSpace();
      if (!Take(',') && (at_ >= text_.size() || text_[at_] != ']')) return Wrong(kMisplaced);
    }
    return true;
  }

  // Over brackets and texts, without looking at what they hold.
  bool SkipContainer() {
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!SkipText()) return false;
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return Wrong(kUnclosed);
  }

  bool SkipText() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    if (at_ >= text_.size()) return Wrong(kUnclosedText);
    ++at_;
    return true;
  }

  // kText, or kUnreadable when the text is closed and cannot be read.
  bool ReadText(std::string* out, Kind* kind, bool* control) {
    const size_t start = at_ + 1;
    if (!SkipText()) return false;
    const std::string_view inside = text_.substr(start, at_ - 1 - start);
    *kind = Unescape(inside, out, control) && IsUtf8(*out) ? Kind::kText : Kind::kUnreadable;
    return true;
  }

  static bool Unescape(std::string_view inside, std::string* out, bool* control) {
    for (size_t i = 0; i < inside.size(); ++i) {
      if (static_cast<unsigned char>(inside[i]) < ' ') *control = true;
      if (inside[i] != '\\') {
        out->push_back(inside[i]);
        continue;
      }
      constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
      if (++i == inside.size()) return false;
      if (size_t escape = kEscapes.find(inside[i]); escape != kEscapes.npos) {
        out->push_back(kMeant[escape]);
      } else if (inside[i] != 'u' || !UnescapeUnicode(inside, &i, out)) {
        return false;
      }
    }
    return true;
  }

  // At the u of \uXXXX; leaves the place at the last digit of it, or of the pair that it begins.
  static bool UnescapeUnicode(std::string_view inside, size_t* at, std::string* out) {
    auto hex = [&](size_t digits_at, char32_t* c) {
      if (digits_at + 4 > inside.size()) return false;
      uint32_t unit = 0;
      const char* digits = inside.data() + digits_at;
      auto [end, error] = std::from_chars(digits, digits + 4, unit, 16);
      *c = unit;
      return error == std::errc() && end == digits + 4;
    };
    char32_t c = 0, low = 0;
    if (!hex(*at + 1, &c)) return false;
    *at += 4;
    if (c >= kLowSurrogate && c < kSurrogateEnd) return false;
    if (c >= kHighSurrogate && c < kLowSurrogate) {
      if (inside.substr(*at + 1, 2) != "\\u" || !hex(*at + 3, &low) || low < kLowSurrogate || low >= kSurrogateEnd)
        return false;
      *at += 6;
      c = 0x10000 + ((c - kHighSurrogate) << 10) + (low - kLowSurrogate);
    }
    return AppendUtf8(c, out);
  }

  // true, false, null, a number, or a word that JSON does not know, up to the next comma or bracket.
  bool ReadBare(JsonNode* node) {
    const size_t start = at_;
    while (at_ < text_.size() && std::string_view(",}]{[\":\n\r").find(text_[at_]) == std::string_view::npos) ++at_;
    std::string_view token = text_.substr(start, at_ - start);
    while (!token.empty() && IsSpace(token.back())) token.remove_suffix(1);
    at_ = start + token.size();
    if (token.empty()) return Wrong(kMisplaced);
    if (token == "null") return true;
    if (token == "true" || token == "false") {
      node->kind = Kind::kBool;
      node->boolean = token == "true";
      return true;
    }
    node->kind = Kind::kUnreadable;
    if (!IsJsonNumber(token)) return true;
    if (std::optional<Value> number = NumberFromToken(token)) {
      node->kind = Kind::kNumber;
      node->number = *number;
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string_view wrong_;
};

}  // namespace

const JsonNode* JsonNode::Find(std::string_view key) const {
  auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? nullptr : &children[static_cast<size_t>(found - keys.begin())];
}

bool JsonNode::HoldsTooDeep() const {
  return kind == Kind::kTooDeep ||
         std::any_of(children.begin(), children.end(), [](const JsonNode& child) { return child.HoldsTooDeep(); });
}

bool ParseTree(std::string_view record, JsonNode* root, Problem* problem) {
  if (record.empty())
    return problem->Set("bad_json", "nothing stands here: expected an object, or the end of the array");
  if (record.front() != '{')
    return problem->Set("bad_json", fmt::format("expected a JSON object, found {}", Quote(record)));
  return Parser(record).Whole(root, problem);
}

bool ParseValueTree(std::string_view text, JsonNode* root) {
  Problem problem;
  return Parser(text).Whole(root, &problem);
}

std::string Show(const JsonNode& node) {
  switch (node.kind) {
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "an object";
    case Kind::kTooDeep:
      return node.raw.front() == '[' ? "a list" : "an object";
    case Kind::kText:
      return Quote(node.text);
    case Kind::kUnreadable:
      if (node.quoted) return Quote(node.raw.substr(1, node.raw.size() - 2));
      [[fallthrough]];
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kNumber:
      break;
  }
  const bool plain =
      node.raw.size() <= kQuotedBytesMax &&
      std::all_of(node.raw.begin(), node.raw.end(), [](unsigned char c) { return c >= ' ' && c < 0x7F; });
  return plain ? std::string(node.raw) : Quote(node.raw);
}

}  // namespace cartwheel::formats
