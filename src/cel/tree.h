// The syntax tree: nodes by index, children before their parents. The parser makes it, the checker annotates it beside,
// the compiler turns it into code. Macros are resolved: a has() or an exists() is a node of its own.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/value.h"
#include "cel/functions.h"

namespace cartwheel::cel {

using NodeId = uint32_t;

enum class NodeKind : uint8_t {
  kLiteral,      // literal
  kIdentifier,   // name; `absolute` when written ".name"
  kSelect,       // children[0].name
  kHas,          // has(children[0].name)
  kOperator,     // function, children
  kCall,         // name(children…)
  kMemberCall,   // children[0].name(children…)
  kAnd,          // children: two or more
  kOr,           // children: two or more
  kConditional,  // children[0] ? children[1] : children[2]
  kList,         // children
  kMap,          // children: key, value, key, value, …
  kMacro,  // macro over children[0], with `name` (and `second`) bound in children[1], and in the filter children[2] if
           // there is one
};

// kBind: cel.bind(name, value, body).
enum class Macro : uint8_t {
  kExists,
  kAll,
  kExistsOne,
  kMap,
  kFilter,
  kTransformList,
  kTransformMap,
  kTransformMapEntry,
  kBind,
  kOptMap,
  kOptFlatMap
};

struct Node {
  NodeKind kind = NodeKind::kLiteral;
  Function function = Function::kNone;
  Macro macro = Macro::kExists;
  bool absolute = false;
  bool optional = false;        // written ?e in a list, ?k: e in a map: left out when it is none
  uint32_t begin = 0, end = 0;  // its text in the source
  uint32_t at = 0;              // what an error points at: the operator, the name
  int depth = 1;
  Value literal;
  std::string name, second;
  std::vector<NodeId> children;
};

struct Tree {
  std::string_view source;
  std::vector<Node> nodes;
  NodeId root = 0;
  std::deque<std::string> texts;  // what text literals point into: a deque, so that nothing moves

  const Node& operator[](NodeId id) const { return nodes[id]; }
  std::string_view Text(NodeId id) const { return source.substr(nodes[id].begin, nodes[id].end - nodes[id].begin); }
};

// The tree keeps a view of `source`.
absl::StatusOr<Tree> Parse(std::string_view source);

}  // namespace cartwheel::cel
