// From a source to a tree: texts, outputs and tags, blocks within blocks. Each tag is a method and a line of the table
// in parser.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "liquid/expression_parser.h"
#include "liquid/lexer.h"
#include "liquid/scope.h"
#include "liquid/tree.h"

namespace cartwheel::liquid {

class Parser {
 public:
  // The tree's source is set; both must outlive the parser.
  Parser(Tree* tree, const Environment& environment);
  // Of a partial: its source is the tree's, its names are those of `scope`. `depth` partials are around it.
  Parser(Tree* tree, const Environment& environment, std::string_view source, Scope* scope, int depth);

  absl::Status Parse();

 private:
  struct Tag {
    std::string_view name;
    absl::Status (Parser::*parse)(const Segment& opening, Block* block);
  };
  static const Tag kTags[];

  // Up to a tag named in `ends`, which is returned; of an empty `ends` up to the end of the source.
  absl::StatusOr<Segment> ParseBlock(const Segment& opening, absl::Span<const std::string_view> ends, Block* block);
  absl::Status ParseTag(const Segment& tag, Block* block);
  absl::Status UnexpectedEnd(const Segment& opening, absl::Span<const std::string_view> ends,
                             const Segment& found) const;

  absl::Status ParseAbort(const Segment& tag, Block* block);
  absl::Status ParseAssign(const Segment& tag, Block* block);
  absl::Status ParseBreak(const Segment& tag, Block* block);
  absl::Status ParseCapture(const Segment& tag, Block* block);
  absl::Status ParseCase(const Segment& tag, Block* block);
  absl::Status ParseComment(const Segment& tag, Block* block);
  absl::Status ParseContinue(const Segment& tag, Block* block);
  absl::Status ParseCycle(const Segment& tag, Block* block);
  absl::Status ParseDecrement(const Segment& tag, Block* block);
  absl::Status ParseDoc(const Segment& tag, Block* block);
  absl::Status ParseEcho(const Segment& tag, Block* block);
  absl::Status ParseFor(const Segment& tag, Block* block);
  absl::Status ParseIf(const Segment& tag, Block* block);
  absl::Status ParseIfChanged(const Segment& tag, Block* block);
  absl::Status ParseIncrement(const Segment& tag, Block* block);
  absl::Status ParseInlineComment(const Segment& tag, Block* block);
  absl::Status ParseLiquid(const Segment& tag, Block* block);
  absl::Status ParseRaw(const Segment& tag, Block* block);
  absl::Status ParseInclude(const Segment& tag, Block* block);
  absl::Status ParseRender(const Segment& tag, Block* block);
  absl::Status ParseTablerow(const Segment& tag, Block* block);
  absl::Status ParseUnless(const Segment& tag, Block* block);

  absl::Status ParseBranches(const Segment& tag, bool negated, std::string_view end, Block* block);
  absl::Status ParseForHeader(const Segment& tag, ForNode* node, std::string_view* item, Shape* item_shape);
  absl::Status ParseForParameters(ForNode* node);
  absl::Status ParsePartial(const Segment& tag, bool isolated, Block* block);
  absl::Status ParseChoice(const Segment& tag, std::string_view name, std::string_view alias, Scope* scope,
                           PartialNode* node);
  absl::Status ParseWhen(const Segment& tag, CaseNode::Branch* branch);
  absl::Status ParseCounter(const Segment& tag, int64_t step, Block* block);
  absl::StatusOr<std::string_view> ParseNewName(std::string_view after);
  absl::Status ParseLoopControl(const Segment& tag, Node node, Block* block);
  absl::Status ErrorAtTag(const Segment& tag, std::string_view message) const;

  Tree& tree_;
  const Environment& environment_;
  const std::string_view source_;
  const int partial_depth_ = 0;
  Scanner scanner_;
  std::unique_ptr<Scope> own_scope_;  // null in an included partial
  Scope& scope_;
  ExpressionParser expressions_;
  int depth_ = 0;
};

}  // namespace cartwheel::liquid
