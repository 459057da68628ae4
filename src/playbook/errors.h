// What is wrong with a playbook, gathered so that one load shows all of it. A place is a node of the JSON tree; its
// pointer and its line and column are worked out only here, when there is something to say, so that nothing else
// carries paths.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

using Names = absl::Span<const std::string_view>;

inline constexpr size_t kPlaybookErrorsMax = 20;  // listed; the rest is only said to exist

class ErrorList {
 public:
  // Both must outlive it.
  ErrorList(std::string_view text, const JsonNode& root) : text_(text), root_(root) {}

  // `/journeys/a/steps/1/latest (12:30): message`. The node is one of the tree.
  void Add(const JsonNode& node, std::string_view message);
  // The same about a member's key, which is where the position points.
  void AddKey(const JsonMember& member, std::string_view message);
  // About a key that an object lacks: its pointer, the object's position.
  void AddMissing(const JsonNode& object, std::string_view key, std::string_view message);

  size_t size() const { return errors_.size(); }
  // One line for each, in the order of the text, and one more where there were too many to list.
  std::vector<std::string> Lines() const;
  // InvalidArgument, one line an error, in the order of the text; OK when there is none.
  absl::Status ToStatus() const;

 private:
  void AddLine(std::string_view pointer, size_t offset, std::string_view message);

  std::string_view text_;
  const JsonNode& root_;
  std::vector<std::pair<size_t, std::string>> errors_;  // offset, line
  bool more_ = false;
};

// A value in a message: `"12 h"`, `12`, `a list`. Long texts are shortened.
std::string Describe(const JsonNode& node);
// A text in JSON's quotes, shortened when it is long.
std::string Quote(std::string_view text);

}  // namespace cartwheel::playbook
