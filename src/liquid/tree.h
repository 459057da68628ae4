// The tree of a parsed template: what the parser makes and the renderer walks. Names are resolved: a variable is a slot
// of the frame, an index of the roots, or both (an assigned name hides a root once it is set). All texts are views of
// Tree::source, or of a partial's. A new tag is a new alternative of Node, a function of the parser and a function of
// the renderer.
#pragma once

#include <cstdint>
#include <deque>
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
  enum class Kind : uint8_t { kLiteral, kVariable, kRange, kNamed };
  Kind kind = Kind::kLiteral;
  int32_t slot = -1;  // of the frame
  int32_t root = -1;
  int32_t counter = -1;  // the slot of the counter of its name, which stands in for a variable that is nowhere else
  Value literal;
  std::vector<PathStep> path;
  std::unique_ptr<Expression> first, last;  // of a range; first alone: what names a kNamed variable
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
  bool raw = false;  // of a text that is HTML: it is printed as it is
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
  int32_t parent_slot = -1;  // the forloop around it
  int32_t resume_slot;       // where `offset: continue` goes on: one for each pair of variable and collection
  std::string name;          // forloop.name: "item-cart.items"
  Expression collection;
  std::optional<Expression> limit, offset;
  bool resumes = false;
  bool reversed = false;
  Block body, otherwise;
};
struct TablerowNode {
  int32_t item_slot;
  int32_t loop_slot;  // tablerowloop
  int32_t resume_slot;
  Expression collection;
  std::optional<Expression> limit, offset, cols;
  Block body;
};
// {% include %} and {% render %}: the body of the partial, parsed in its place. An include shares the names around it;
// a render has its own.
struct PartialNode {
  struct Choice {
    std::string_view name;
    int32_t bound_slot;  // of the variable named like it, or by `as`
    Block body;
  };
  std::optional<Expression> name;  // which of the choices; absent: there is one
  std::vector<Choice> choices;
  std::optional<Expression> bound;
  std::vector<std::pair<int32_t, Expression>> arguments;
  bool isolated = false;
  bool each = false;  // render … for: once for each element, with a forloop
  int32_t forloop_slot = -1;
  int32_t slots_begin = 0, slots_end = 0, resumes_begin = 0, resumes_end = 0;  // its own, when isolated
  std::string_view text;
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
struct AbortNode {
  std::optional<Expression> reason;
};
struct BreakNode {};
struct ContinueNode {};

struct Node {
  std::variant<TextNode, OutputNode, AssignNode, CaptureNode, IfNode, CaseNode, ForNode, TablerowNode, PartialNode,
               CounterNode, CycleNode, IfChangedNode, AbortNode, BreakNode, ContinueNode>
      body;
  bool blank = false;  // prints at most whitespace: a block of only such nodes prints nothing
};

struct Tree {
  std::string source;
  struct Partial {
    std::string name, source;
  };
  std::deque<Partial> partials;  // those that are used, each once
  // What [names] written as expressions may mean; filled when there is one.
  struct Known {
    std::string name;
    int32_t slot, root;
  };
  std::vector<Known> names;
  bool escapes = false;           // the text is HTML
  std::vector<int32_t> captured;  // slots that only captures fill, which were escaped when they were made
  Block body;
  int32_t slots = 0;    // of the frame
  int32_t resumes = 0;  // of the loops' registers
};

}  // namespace cartwheel::liquid
