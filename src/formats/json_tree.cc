#include "formats/json_tree.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "base/utf8.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "formats/json_escape.h"
#include "formats/json_number.h"

namespace cartwheel::formats {
namespace {

using Kind = JsonNode::Kind;

constexpr int kLevelsMax = kEventDepthMax + 1;  // the record itself is a container too
constexpr std::string_view kUnclosedText = "a text is not closed";
constexpr std::string_view kUnclosed = "it ends before its closing bracket";
constexpr std::string_view kMisplaced = "a comma, colon, bracket or value is missing or misplaced";
constexpr std::string_view kTrailing = "something follows its closing bracket";

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

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
    *control = std::any_of(inside.begin(), inside.end(), [](unsigned char c) { return c < ' '; });
    *kind = UnescapeJson(inside, out) && IsUtf8(*out) ? Kind::kText : Kind::kUnreadable;
    return true;
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
    node->kind = ReadJsonNumber(token, &node->number) ? Kind::kNumber : Kind::kUnreadable;
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
