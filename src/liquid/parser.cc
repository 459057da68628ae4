#include "liquid/parser.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/place.h"
#include "base/status.h"
#include "base/suggest.h"
#include "fmt/format.h"
#include "liquid/limits.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

// What closes or divides blocks.
constexpr std::string_view kDividers[] = {"else",    "elsif",        "when",       "endif",  "endunless",
                                          "endcase", "endfor",       "endcapture", "endraw", "endcomment",
                                          "enddoc",  "endifchanged", "endtablerow"};

bool AllBlank(const Block& block) {
  return std::all_of(block.begin(), block.end(), [](const Node& node) { return node.blank; });
}

// A block of nothing but whitespace and silent tags prints nothing.
void DropBlankTexts(Block* block) {
  std::erase_if(*block, [](const Node& node) { return std::holds_alternative<TextNode>(node.body); });
}

}  // namespace

const Parser::Tag Parser::kTags[] = {
    {"#", &Parser::ParseInlineComment},
    {"abort_message", &Parser::ParseAbort},
    {"assign", &Parser::ParseAssign},
    {"break", &Parser::ParseBreak},
    {"capture", &Parser::ParseCapture},
    {"case", &Parser::ParseCase},
    {"comment", &Parser::ParseComment},
    {"continue", &Parser::ParseContinue},
    {"cycle", &Parser::ParseCycle},
    {"decrement", &Parser::ParseDecrement},
    {"doc", &Parser::ParseDoc},
    {"echo", &Parser::ParseEcho},
    {"for", &Parser::ParseFor},
    {"if", &Parser::ParseIf},
    {"ifchanged", &Parser::ParseIfChanged},
    {"increment", &Parser::ParseIncrement},
    {"liquid", &Parser::ParseLiquid},
    {"raw", &Parser::ParseRaw},
    {"unless", &Parser::ParseUnless},
    {"include", &Parser::ParseInclude},
    {"render", &Parser::ParseRender},
    {"tablerow", &Parser::ParseTablerow},
};

Parser::Parser(Tree* tree, const Environment& environment)
    : tree_(*tree),
      environment_(environment),
      source_(tree->source),
      scanner_(source_),
      own_scope_(std::make_unique<Scope>(tree, source_, environment)),
      scope_(*own_scope_),
      expressions_(source_, &scope_) {}

Parser::Parser(Tree* tree, const Environment& environment, std::string_view source, Scope* scope, int depth)
    : tree_(*tree),
      environment_(environment),
      source_(source),
      partial_depth_(depth),
      scanner_(source),
      scope_(*scope),
      expressions_(source, scope) {}

absl::Status Parser::Parse() {
  RETURN_IF_ERROR(ParseBlock(Segment{}, {}, &tree_.body).status());
  return scope_.Finish();
}

absl::Status Parser::ErrorAtTag(const Segment& tag, std::string_view message) const {
  return ErrorAt(source_, tag.whole.data() - source_.data(), message);
}

absl::StatusOr<Segment> Parser::ParseBlock(const Segment& opening, absl::Span<const std::string_view> ends,
                                           Block* block) {
  if (++depth_ > kNestingMax)
    return ErrorAtTag(opening, fmt::format("more than kNestingMax ({}) blocks deep", kNestingMax));
  while (true) {
    ASSIGN_OR_RETURN(Segment segment, scanner_.Next());
    if (segment.kind == Segment::Kind::kTag && std::find(ends.begin(), ends.end(), segment.name) != ends.end()) {
      --depth_;
      return segment;
    }
    switch (segment.kind) {
      case Segment::Kind::kEnd:
        if (ends.empty()) {
          --depth_;
          return segment;
        }
        return ErrorAtTag(opening,
                          fmt::format("\"{}\" is never closed: expected {{% {} %}}", opening.name, ends.back()));
      case Segment::Kind::kText:
        block->push_back({TextNode{segment.text}, Strip(segment.text).empty()});
        break;
      case Segment::Kind::kOutput:
        RETURN_IF_ERROR(ParseEcho(segment, block));
        break;
      case Segment::Kind::kTag:
        if (std::find(std::begin(kDividers), std::end(kDividers), segment.name) != std::end(kDividers))
          return UnexpectedEnd(opening, ends, segment);
        RETURN_IF_ERROR(ParseTag(segment, block));
        break;
    }
  }
}

absl::Status Parser::UnexpectedEnd(const Segment& opening, absl::Span<const std::string_view> ends,
                                   const Segment& found) const {
  if (ends.empty()) return ErrorAtTag(found, fmt::format("\"{}\" belongs to no open block", found.name));
  return ErrorAtTag(found,
                    fmt::format("expected {{% {} %}} for the \"{}\" at {}, found \"{}\"", ends.back(), opening.name,
                                LineAndColumn(source_, opening.whole.data() - source_.data()), found.name));
}

absl::Status Parser::ParseTag(const Segment& tag, Block* block) {
  auto known = std::find_if(std::begin(kTags), std::end(kTags), [&](const Tag& t) { return t.name == tag.name; });
  if (known != std::end(kTags)) return (this->*known->parse)(tag, block);
  if (tag.name.empty()) return ErrorAtTag(tag, "expected the name of a tag");
  std::vector<std::string_view> names(std::begin(kDividers), std::end(kDividers));
  for (const Tag& t : kTags) names.push_back(t.name);
  return ErrorAtTag(tag, fmt::format("unknown tag \"{}\"{}", tag.name, DidYouMean(tag.name, names)));
}

absl::StatusOr<std::string_view> Parser::ParseNewName(std::string_view after) {
  const Token& name = expressions_.Peek();
  if (name.kind != TokenKind::kName || name.text.ends_with('?'))
    return expressions_.Expected(fmt::format("a name after {}", after));
  return expressions_.Take().text;
}

absl::Status Parser::ParseAssign(const Segment& tag, Block* block) {
  // The lexer knows no "="; it is the first one of the tag, a name stands before it.
  size_t equals = tag.text.find('=');
  if (equals == tag.text.npos || tag.text.substr(equals).starts_with("=="))
    return ErrorAtTag(tag, "expected {% assign name = value %}");
  RETURN_IF_ERROR(expressions_.Start(tag.text.substr(0, equals)));
  ASSIGN_OR_RETURN(std::string_view name, ParseNewName("assign"));
  RETURN_IF_ERROR(expressions_.ExpectEnd());
  RETURN_IF_ERROR(expressions_.Start(tag.text.substr(equals + 1)));
  ASSIGN_OR_RETURN(Filtered value, expressions_.ParseFiltered());
  block->push_back({AssignNode{scope_.Assign(name), std::move(value)}, true});
  return absl::OkStatus();
}

absl::Status Parser::ParseCapture(const Segment& tag, Block* block) {
  RETURN_IF_ERROR(expressions_.Start(tag.text));
  std::string_view name;
  if (expressions_.Peek().kind == TokenKind::kString) {
    name = expressions_.Take().text;
  } else {
    ASSIGN_OR_RETURN(name, ParseNewName("capture"));
  }
  RETURN_IF_ERROR(expressions_.ExpectEnd());
  CaptureNode node{-1, {}};
  RETURN_IF_ERROR(ParseBlock(tag, {"endcapture"}, &node.body).status());
  node.slot = scope_.Capture(name);
  block->push_back({std::move(node), true});
  return absl::OkStatus();
}

absl::Status Parser::ParseComment(const Segment& tag, Block*) { return scanner_.SkipComment(tag); }

absl::Status Parser::ParseInlineComment(const Segment& tag, Block*) {
  for (std::string_view rest = tag.text; !rest.empty();) {
    size_t line_end = rest.find('\n');
    if (line_end == rest.npos) break;
    rest = StripLeft(rest.substr(line_end));
    if (!rest.empty() && !rest.starts_with('#'))
      return ErrorAtTag(tag, "every line of an inline comment begins with #");
  }
  return absl::OkStatus();
}

// abort_message('reason'), as Braze writes it.
absl::Status Parser::ParseAbort(const Segment& tag, Block* block) {
  AbortNode node;
  if (!Strip(tag.text).empty()) {
    RETURN_IF_ERROR(expressions_.Start(tag.text));
    RETURN_IF_ERROR(expressions_.Expect(TokenKind::kOpen, "(: {% abort_message('reason') %}"));
    ASSIGN_OR_RETURN(node.reason, expressions_.ParseExpression());
    RETURN_IF_ERROR(expressions_.Expect(TokenKind::kClose, ")"));
    RETURN_IF_ERROR(expressions_.ExpectEnd());
  }
  block->push_back({std::move(node)});
  return absl::OkStatus();
}

absl::Status Parser::ParseEcho(const Segment& output, Block* block) {
  RETURN_IF_ERROR(expressions_.Start(output.text));
  ASSIGN_OR_RETURN(Filtered value, expressions_.ParseFiltered());
  const bool raw = std::any_of(value.filters.begin(), value.filters.end(),
                               [](const FilterCall& call) { return call.filter->makes_html; });
  block->push_back({OutputNode{std::move(value), raw}});
  return absl::OkStatus();
}

absl::Status Parser::ParseRaw(const Segment& tag, Block* block) {
  ASSIGN_OR_RETURN(std::string_view text, scanner_.Raw(tag));
  if (!text.empty()) block->push_back({TextNode{text}});
  return absl::OkStatus();
}

// What describes a template to people: as it stands, never parsed.
absl::Status Parser::ParseDoc(const Segment& tag, Block*) {
  if (!Strip(tag.text).empty()) return ErrorAtTag(tag, "{% doc %} takes nothing");
  ASSIGN_OR_RETURN(std::string_view text, scanner_.Raw(tag));
  for (size_t at = 0; (at = text.find("{%", at)) != text.npos; at += 2)
    if (StripLeft(text.substr(at + 2)).starts_with("doc")) return ErrorAtTag(tag, "one {% doc %} inside of another");
  return absl::OkStatus();
}

absl::Status Parser::ParseLiquid(const Segment& tag, Block* block) {
  const Scanner around = std::exchange(scanner_, Scanner::OfLines(source_, tag.text));
  absl::Status status = ParseBlock(tag, {}, block).status();
  scanner_ = around;
  return status;
}

absl::Status Parser::ParseCounter(const Segment& tag, int64_t step, Block* block) {
  RETURN_IF_ERROR(expressions_.Start(tag.text));
  ASSIGN_OR_RETURN(std::string_view name, ParseNewName(tag.name));
  RETURN_IF_ERROR(expressions_.ExpectEnd());
  block->push_back({CounterNode{scope_.Counter(name), step}});
  return absl::OkStatus();
}
absl::Status Parser::ParseIncrement(const Segment& tag, Block* block) { return ParseCounter(tag, 1, block); }
absl::Status Parser::ParseDecrement(const Segment& tag, Block* block) { return ParseCounter(tag, -1, block); }

absl::Status Parser::ParseCycle(const Segment& tag, Block* block) {
  CycleNode node;
  node.text = Strip(tag.text);
  RETURN_IF_ERROR(expressions_.Start(tag.text));
  ASSIGN_OR_RETURN(Expression first, expressions_.ParseExpression());
  if (expressions_.TakeIf(TokenKind::kColon)) {
    node.name = std::move(first);
    ASSIGN_OR_RETURN(first, expressions_.ParseExpression());
  }
  node.items.push_back(std::move(first));
  while (expressions_.TakeIf(TokenKind::kComma) && !expressions_.AtEnd()) {
    ASSIGN_OR_RETURN(Expression item, expressions_.ParseExpression());
    node.items.push_back(std::move(item));
  }
  RETURN_IF_ERROR(expressions_.ExpectEnd());
  block->push_back({std::move(node)});
  return absl::OkStatus();
}

absl::Status Parser::ParseIfChanged(const Segment& tag, Block* block) {
  IfChangedNode node;
  RETURN_IF_ERROR(ParseBlock(tag, {"endifchanged"}, &node.body).status());
  block->push_back({std::move(node)});
  return absl::OkStatus();
}

absl::Status Parser::ParseIf(const Segment& tag, Block* block) { return ParseBranches(tag, false, "endif", block); }
absl::Status Parser::ParseUnless(const Segment& tag, Block* block) {
  return ParseBranches(tag, true, "endunless", block);
}

absl::Status Parser::ParseBranches(const Segment& tag, bool negated, std::string_view end, Block* block) {
  IfNode node;
  Segment divider = tag;
  bool blank = true;
  while (divider.name != end) {
    // What follows an else is parsed, but as in the reference it is never reached.
    IfNode::Branch branch;
    branch.negated = negated && node.branches.empty();
    if (divider.name != "else") {
      RETURN_IF_ERROR(expressions_.Start(divider.text));
      ASSIGN_OR_RETURN(branch.condition, expressions_.ParseCondition());
    }
    ASSIGN_OR_RETURN(divider, ParseBlock(tag, {"elsif", "else", end}, &branch.body));
    blank &= AllBlank(branch.body);
    node.branches.push_back(std::move(branch));
  }
  if (blank)
    for (IfNode::Branch& branch : node.branches) DropBlankTexts(&branch.body);
  block->push_back({std::move(node), blank});
  return absl::OkStatus();
}

absl::Status Parser::ParseWhen(const Segment& tag, CaseNode::Branch* branch) {
  RETURN_IF_ERROR(expressions_.Start(tag.text));
  do {
    ASSIGN_OR_RETURN(Expression value, expressions_.ParseExpression());
    branch->values.push_back(std::move(value));
  } while (expressions_.TakeIf(TokenKind::kComma) || expressions_.TakeName("or"));
  return expressions_.AtEnd() ? absl::OkStatus() : expressions_.Expected(", or the end");
}

absl::Status Parser::ParseCase(const Segment& tag, Block* block) {
  CaseNode node;
  RETURN_IF_ERROR(expressions_.Start(tag.text));
  ASSIGN_OR_RETURN(node.subject, expressions_.ParseExpression());
  RETURN_IF_ERROR(expressions_.ExpectEnd());
  constexpr std::string_view kEnds[] = {"when", "else", "endcase"};
  Block before_first;  // never printed, as in the reference
  ASSIGN_OR_RETURN(Segment divider, ParseBlock(tag, kEnds, &before_first));
  bool blank = true;
  while (divider.name != "endcase") {
    CaseNode::Branch branch;
    branch.otherwise = divider.name == "else";
    if (!branch.otherwise) RETURN_IF_ERROR(ParseWhen(divider, &branch));
    ASSIGN_OR_RETURN(divider, ParseBlock(tag, kEnds, &branch.body));
    blank &= AllBlank(branch.body);
    node.branches.push_back(std::move(branch));
  }
  if (blank)
    for (CaseNode::Branch& branch : node.branches) DropBlankTexts(&branch.body);
  block->push_back({std::move(node), blank});
  return absl::OkStatus();
}

absl::Status Parser::ParseForParameters(ForNode* node) {
  while (!expressions_.AtEnd()) {
    if (expressions_.TakeIf(TokenKind::kComma)) continue;
    if (expressions_.TakeName("reversed")) {
      node->reversed = true;
      continue;
    }
    bool limit = expressions_.AtName("limit");
    if (!limit && !expressions_.AtName("offset")) return expressions_.Expected("reversed, limit: or offset:");
    expressions_.Take();
    RETURN_IF_ERROR(expressions_.Expect(TokenKind::kColon, limit ? ": after limit" : ": after offset"));
    if (!limit && expressions_.TakeName("continue")) {
      node->resumes = true;
      continue;
    }
    ASSIGN_OR_RETURN(Expression value, expressions_.ParseExpression());
    (limit ? node->limit : node->offset) = std::move(value);
  }
  return absl::OkStatus();
}

absl::Status Parser::ParseForHeader(const Segment& tag, ForNode* node, std::string_view* item, Shape* item_shape) {
  RETURN_IF_ERROR(expressions_.Start(tag.text));
  const Token& name = expressions_.Peek();
  if (name.kind != TokenKind::kName) return expressions_.Expected("{% for item in items %}");
  *item = expressions_.Take().text;
  if (!expressions_.TakeName("in")) return expressions_.Expected(fmt::format("in after \"for {}\"", *item));
  Shape shape;
  ASSIGN_OR_RETURN(node->collection, expressions_.ParseExpression(&shape));
  *item_shape = shape.is_list() ? Shape{shape.variable, true} : Shape{};
  node->name = fmt::format("{}-{}", *item, node->collection.text);
  return ParseForParameters(node);
}

absl::Status Parser::ParseFor(const Segment& tag, Block* block) {
  ForNode node{};
  std::string_view item;
  Shape item_shape;
  RETURN_IF_ERROR(ParseForHeader(tag, &node, &item, &item_shape));
  node.resume_slot = scope_.ResumeSlot(node.name);
  node.parent_slot = scope_.forloop_slot();
  node.item_slot = scope_.NewSlot();
  node.forloop_slot = scope_.NewSlot();
  scope_.EnterLoop(item, node.item_slot, "forloop", node.forloop_slot, item_shape);
  ASSIGN_OR_RETURN(Segment divider, ParseBlock(tag, {"else", "endfor"}, &node.body));
  scope_.LeaveLoop();
  if (divider.name == "else") RETURN_IF_ERROR(ParseBlock(tag, {"endfor"}, &node.otherwise).status());
  bool blank = AllBlank(node.body) && AllBlank(node.otherwise);
  if (blank) {
    DropBlankTexts(&node.body);
    DropBlankTexts(&node.otherwise);
  }
  block->push_back({std::move(node), blank});
  return absl::OkStatus();
}

absl::Status Parser::ParseLoopControl(const Segment& tag, Node node, Block* block) {
  if (!scope_.in_loop()) return ErrorAtTag(tag, fmt::format("\"{}\" stands outside of a for loop", tag.name));
  block->push_back(std::move(node));
  return absl::OkStatus();
}

absl::Status Parser::ParseBreak(const Segment& tag, Block* block) {
  return ParseLoopControl(tag, {BreakNode{}}, block);
}
absl::Status Parser::ParseContinue(const Segment& tag, Block* block) {
  return ParseLoopControl(tag, {ContinueNode{}}, block);
}

}  // namespace cartwheel::liquid
