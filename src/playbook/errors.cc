#include "playbook/errors.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/place.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel::playbook {
namespace {

constexpr size_t kQuotedBytesMax = 64;

// RFC 6901: "~" and "/" in a key are escaped.
void AppendToken(std::string_view key, std::string* pointer) {
  pointer->push_back('/');
  for (char c : key) {
    if (c == '~')
      *pointer += "~0";
    else if (c == '/')
      *pointer += "~1";
    else if (c == '\n')
      *pointer += "\\n";  // an error is one line
    else
      pointer->push_back(c);
  }
}

// Appends the way from `node` to `target`. False, and nothing appended, when it is not in there.
bool AppendPath(const JsonNode& node, const JsonNode* target, std::string* pointer) {
  if (&node == target) return true;
  size_t size = pointer->size();
  for (size_t i = 0; i < node.members.size(); ++i) {
    AppendToken(node.is_list() ? std::to_string(i) : node.members[i].key, pointer);
    if (AppendPath(node.members[i].value, target, pointer)) return true;
    pointer->resize(size);
  }
  return false;
}

}  // namespace

void ErrorList::Add(const JsonNode& node, std::string_view message) {
  std::string pointer;
  AppendPath(root_, &node, &pointer);
  AddLine(pointer, node.offset, message);
}

void ErrorList::AddKey(const JsonMember& member, std::string_view message) {
  std::string pointer;
  AppendPath(root_, &member.value, &pointer);
  AddLine(pointer, member.key_offset, message);
}

void ErrorList::AddMissing(const JsonNode& object, std::string_view key, std::string_view message) {
  std::string pointer;
  AppendPath(root_, &object, &pointer);
  AppendToken(key, &pointer);
  AddLine(pointer, object.offset, message);
}

void ErrorList::AddLine(std::string_view pointer, size_t offset, std::string_view message) {
  if (errors_.size() == kPlaybookErrorsMax) {
    more_ = true;
    return;
  }
  errors_.emplace_back(
      offset, fmt::format("{}{}({}): {}", pointer, pointer.empty() ? "" : " ", LineAndColumn(text_, offset), message));
}

std::vector<std::string> ErrorList::Lines() const {
  auto sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> lines;
  for (auto& [offset, line] : sorted) lines.push_back(std::move(line));
  if (more_) lines.push_back(fmt::format("there are more errors: playbook_errors_max is {}", kPlaybookErrorsMax));
  return lines;
}

absl::Status ErrorList::ToStatus() const {
  if (errors_.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("{}", fmt::join(Lines(), "\n")));
}

std::string Describe(const JsonNode& node) {
  switch (node.kind) {
    case JsonNode::Kind::kNull:
      return "null";
    case JsonNode::Kind::kBool:
      return node.boolean ? "true" : "false";
    case JsonNode::Kind::kNumber:
      return node.text.substr(0, kQuotedBytesMax);
    case JsonNode::Kind::kText:
      return Quote(node.text);
    case JsonNode::Kind::kList:
      return "a list";
    case JsonNode::Kind::kObject:
      return "an object";
  }
  return "";
}

std::string Quote(std::string_view text) {
  const std::string_view cut = CutAtCharacter(text, kQuotedBytesMax);
  const std::string shortened = fmt::format("{}{}", cut, cut.size() < text.size() ? "…" : "");
  std::string quoted;
  AppendJsonString(shortened, &quoted);
  return quoted;
}

}  // namespace cartwheel::playbook
