// A lenient reader of JSON, for records that the strict one gives up: every member that can be told from the next is
// read, and a value that is no JSON is marked with its text. Only broken brackets and texts without an end make a
// record unreadable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "formats/problem.h"

namespace cartwheel::formats {

struct JsonNode {
  enum class Kind : uint8_t {
    kNull,
    kBool,
    kNumber,
    kText,
    kList,
    kMap,
    kUnreadable,  // NaN, 1e400, 012, a text with half a surrogate, with an unknown escape or with bytes that are not
                  // UTF-8
    kTooDeep,     // a list or a map below event_depth_max
  };
  Kind kind = Kind::kNull;
  bool boolean = false;
  bool quoted = false;                // kUnreadable: it was a text
  bool control = false;               // kText: it holds a control character that JSON would have escaped
  Value number;                       // kNumber; exact as ReadJsonNumber's
  std::string_view raw;               // as it stands in the record
  std::string text;                   // kText
  std::vector<std::string> keys;      // kMap: of the children; of equal keys the first
  std::vector<std::string> repeated;  // kMap: keys that stood there again
  std::vector<JsonNode> children;     // kMap, kList

  bool is(Kind k) const { return kind == k; }
  const JsonNode* Find(std::string_view key) const;
  bool HoldsTooDeep() const;
};

// The object that is the whole record. Views into `record` stay in the nodes. False with the problem when it is none.
bool ParseTree(std::string_view record, JsonNode* root, Problem* problem);
// Any one value. False when the text is none.
bool ParseValueTree(std::string_view text, JsonNode* root);

// `"free"`, 12, "a list", NaN: for messages; at most 64 bytes of it.
std::string Show(const JsonNode& node);

}  // namespace cartwheel::formats
