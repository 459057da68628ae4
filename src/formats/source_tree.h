// A foreign record as a tree whose parts are views of its text, so that a mapping can copy values as they stand: 12.50
// stays 12.50, and what is no JSON value (NaN, half a surrogate, a control character in a text) is handed on for the
// reader of events to judge, without the rest of the record being lost. Only the structure must hold: brackets, quotes,
// colons and commas.
//
// Invariant: every `raw` lies in the text that was read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cartwheel::formats {

inline constexpr int kSourceDepthMax = 64;

struct SourceMember;

struct SourceNode {
  enum class Kind : uint8_t { kNull, kBool, kNumber, kText, kList, kMap, kUnreadable } kind = Kind::kNull;
  std::string_view raw;               // as it stands, a text with its quotes
  std::vector<SourceMember> members;  // of a map, and of a list, whose keys are empty

  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_text() const { return kind == Kind::kText; }
  // Null and "" are how many systems write what they do not know.
  bool absent() const { return kind == Kind::kNull || raw == "\"\""; }
  // The first member of that name; null when there is none.
  const SourceNode* Find(std::string_view key) const;
  // A text without its quotes and escapes; of anything else what stands there.
  std::string Text() const;
};

struct SourceMember {
  std::string key;
  std::string_view key_raw;
  SourceNode value;
};

struct SourceError {
  size_t offset = 0;
  std::string message;
};

// One value and nothing after it.
bool ReadSource(std::string_view text, SourceNode* root, SourceError* error);

}  // namespace cartwheel::formats
