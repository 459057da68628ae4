// The tree of a parsed template: what the parser makes and the renderer walks. Names are resolved: a variable is a slot of
// the frame, an index of the roots, or both (an assigned name hides a root once it is set). All texts are views of
// Tree::source. A new tag is a new alternative of Node, a function of the parser and a function of the renderer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/value.h"
#include "liquid/filters.h"

namespace cartwheel::liquid {

struct Expression;

struct PathStep {
  // The words are what `.size`, `.first` and `.last` mean where the value has no field of that name.
  enum class Kind : uint8_t { kField, kSize, kFirst, kLast, kIndex };
  Kind kind = Kind::kField;
  std::string_view name;
  std::unique_ptr<Expression> index;
};

struct Expression {
  enum class Kind : uint8_t { kLiteral, kVariable, kRange };
  Kind kind = Kind::kLiteral;
  int32_t slot = -1;  // of the frame
  int32_t root = -1;
  int32_t counter = -1;  // the slot of the counter of its name, which stands in for a variable that is nowhere else
  Value literal;
  std::vector<PathStep> path;
  std::unique_ptr<Expression> first, last;  // of a range
  std::string_view text;                    // as written
};

struct FilterArgument {
  size_t position;
  Expression value;
};

struct FilterCall {
  const Filter* filter = nullptr;
  std::vector<FilterArgument> arguments;
  std::string_view name;  // as written
};

// An expression and the filters it goes through.
struct Filtered {
  Expression input;
  std::vector<FilterCall> filters;
  std::string_view text;
};

enum class Operator : uint8_t { kTruth, kEqual, kUnequal, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kContains };
enum class Relation : uint8_t { kNone, kAnd, kOr };

// One link of a condition: `left operator right`, then what joins it to the rest. `a and b or c` is `a and (b or c)`.
struct Comparison {
  Expression left;
  Operator op = Operator::kTruth;
  Expression right;
  Relation next = Relation::kNone;
};
using Condition = std::vector<Comparison>;  // empty: always true (else)

struct Node;
using Block = std::vector<Node>;

struct TextNode {
  std::string_view text;
};
struct OutputNode {
  Filtered value;
};
struct AssignNode {
  int32_t slot;
  Filtered value;
};
struct CaptureNode {
  int32_t slot;
  Block body;
};
struct IfNode {
  struct Branch {
    Condition condition;
    bool negated = false;  // unless
    Block body;
  };
  std::vector<Branch> branches;
};
struct CaseNode {
  struct Branch {
    std::vector<Expression> values;
    bool otherwise = false;
    Block body;
  };
  Expression subject;
  std::vector<Branch> branches;
};
struct ForNode {
  int32_t item_slot;
  int32_t forloop_slot;
  int32_t parent_slot = -1;   // the forloop around it
  int32_t resume_slot;        // where `offset: continue` goes on: one for each pair of variable and collection
  std::string name;           // forloop.name: "item-cart.items"
  Expression collection;
  std::optional<Expression> limit, offset;
  bool resumes = false;
  bool reversed = false;
  Block body, otherwise;
};
struct CounterNode {
  int32_t slot;
  int64_t step;  // 1: increment, which prints and then counts; -1: decrement, the other way round
};
struct CycleNode {
  std::optional<Expression> name;
  std::vector<Expression> items;
  std::string_view text;  // as written: what tells cycles without a name apart
};
struct IfChangedNode {
  Block body;
};
struct BreakNode {};
struct ContinueNode {};

struct Node {
  std::variant<TextNode, OutputNode, AssignNode, CaptureNode, IfNode, CaseNode, ForNode, CounterNode, CycleNode, IfChangedNode, BreakNode, ContinueNode> body;
  bool blank = false;  // prints at most whitespace: a block of only such nodes prints nothing
};

struct Tree {
  std::string source;
  Block body;
  int32_t slots = 0;    // of the frame
  int32_t resumes = 0;  // of the loops' registers
};

}  // namespace cartwheel::liquid
