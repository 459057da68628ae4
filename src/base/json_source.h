// JSON as a tree that remembers where each part stood. A playbook or a file of settings is read once and by people who
// make mistakes: what counts is that every message can say line and column, which a fast parser does not keep. So this
// reader is our own, and strict: RFC 8259, UTF-8 checked, no comments, no trailing commas, with words for the slips
// that editors and other languages teach.
//
// Invariants: every offset lies in the text; texts are valid UTF-8; nesting is at most kDepthMax.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace cartwheel::json {

inline constexpr int kDepthMax = 32;

struct Member;

struct Node {
  enum class Kind : uint8_t { kNull, kBool, kNumber, kText, kList, kObject } kind = Kind::kNull;
  size_t offset = 0;  // of its first byte
  bool boolean = false;
  std::string text;             // kText: decoded; kNumber: as written
  std::vector<Member> members;  // kObject, and kList, whose keys are empty; in the order of the text

  bool is_text() const { return kind == Kind::kText; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_object() const { return kind == Kind::kObject; }
  // The first member of that key; null when there is none.
  const Node* Find(std::string_view key) const;
};

struct Member {
  std::string key;
  size_t key_offset = 0;  // of a list's element: its own offset
  Node value;
};

// One value and nothing after it. The error is InvalidArgument with one line, "(12:30): what".
absl::StatusOr<Node> ReadJson(std::string_view text);

}  // namespace cartwheel::json
