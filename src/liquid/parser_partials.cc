// Partials, read in the place of the tag that names them, and tables.
#include "base/status.h"
#include "base/suggest.h"
#include "fmt/format.h"
#include "liquid/limits.h"
#include "liquid/parser.h"
#include "liquid/text.h"

namespace cartwheel::liquid {

absl::Status Parser::ParseInclude(const Segment& tag, Block* block) { return ParsePartial(tag, false, block); }
absl::Status Parser::ParseRender(const Segment& tag, Block* block) { return ParsePartial(tag, true, block); }

// 'name' [with|for value [as alias]] [,] [name: value, …]
absl::Status Parser::ParsePartial(const Segment& tag, bool isolated, Block* block) {
  PartialNode node;
  node.isolated = isolated;
  node.text = Strip(tag.text);
  RETURN_IF_ERROR(expressions_.Start(tag.text));
  ASSIGN_OR_RETURN(Expression name, expressions_.ParseExpression());
  const bool literal = name.kind == Expression::Kind::kLiteral && name.literal.is_string();
  if (!literal && isolated)
    return ErrorAtTag(tag, "render takes the name of a partial in quotes: {% render 'footer' %}");
  std::string_view alias;
  if (const bool each = expressions_.AtName("for"); each || expressions_.AtName("with")) {
    expressions_.Take();
    node.each = each && isolated;
    ASSIGN_OR_RETURN(node.bound, expressions_.ParseExpression());
    if (expressions_.TakeName("as")) {
      ASSIGN_OR_RETURN(alias, ParseNewName("as"));
    }
  }
  std::vector<std::pair<std::string_view, Expression>> arguments;
  while (!expressions_.AtEnd()) {
    if (expressions_.TakeIf(TokenKind::kComma)) continue;
    ASSIGN_OR_RETURN(std::string_view argument, ParseNewName("the partial"));
    RETURN_IF_ERROR(expressions_.Expect(TokenKind::kColon, ": after the name of an argument"));
    ASSIGN_OR_RETURN(Expression value, expressions_.ParseExpression());
    arguments.emplace_back(argument, std::move(value));
  }
  node.slots_begin = tree_.slots;
  node.resumes_begin = tree_.resumes;
  Scope inner(&tree_, source_, environment_);
  Scope& scope = isolated ? inner : scope_;
  for (auto& [argument, value] : arguments) node.arguments.emplace_back(scope.Assign(argument), std::move(value));
  if (node.each) scope.BindForloop(node.forloop_slot = scope.NewSlot());
  if (literal) {
    RETURN_IF_ERROR(ParseChoice(tag, name.literal.text(), alias, &scope, &node));
  } else {
    // One that cannot stand here is no choice; naming it is an error of the render.
    for (const auto& [known, source] : environment_.partials) (void)ParseChoice(tag, known, alias, &scope, &node).ok();
    node.name = std::move(name);
  }
  node.slots_end = tree_.slots;
  node.resumes_end = tree_.resumes;
  block->push_back({std::move(node)});
  return absl::OkStatus();
}

absl::Status Parser::ParseChoice(const Segment& tag, std::string_view name, std::string_view alias, Scope* scope,
                                 PartialNode* node) {
  auto known = environment_.partials.find(name);
  if (known == environment_.partials.end()) {
    std::vector<std::string_view> names;
    for (const auto& [one, source] : environment_.partials) names.push_back(one);
    return ErrorAtTag(tag, fmt::format("unknown partial \"{}\"{}", name, DidYouMean(name, names)));
  }
  if (partial_depth_ >= kPartialDepthMax)
    return ErrorAtTag(tag, fmt::format("more than kPartialDepthMax ({}) partials deep: does \"{}\" ask for itself?",
                                       kPartialDepthMax, name));
  if (static_cast<int>(tree_.partials.size()) >= kPartialsMax)
    return ErrorAtTag(tag, fmt::format("more than kPartialsMax ({}) partials", kPartialsMax));
  const Tree::Partial& partial = tree_.partials.emplace_back(Tree::Partial{known->first, known->second});
  PartialNode::Choice choice{partial.name, -1, {}};
  // Like a file, a partial may have a folder before its name.
  const size_t slash = choice.name.rfind('/');
  choice.bound_slot = scope->Assign(!alias.empty()       ? alias
                                    : slash == name.npos ? choice.name
                                                         : choice.name.substr(slash + 1));
  const std::string_view around = scope->EnterSource(partial.source);
  absl::Status status = Parser(&tree_, environment_, partial.source, scope, partial_depth_ + 1)
                            .ParseBlock(Segment{}, {}, &choice.body)
                            .status();
  if (status.ok() && node->isolated) status = scope->Finish();
  scope->EnterSource(around);
  if (!status.ok()) return ErrorAtTag(tag, fmt::format("in \"{}\" at {}", name, StatusText(status)));
  node->choices.push_back(std::move(choice));
  return absl::OkStatus();
}

absl::Status Parser::ParseTablerow(const Segment& tag, Block* block) {
  TablerowNode node{};
  RETURN_IF_ERROR(expressions_.Start(tag.text));
  ASSIGN_OR_RETURN(std::string_view item, ParseNewName("tablerow"));
  if (!expressions_.TakeName("in")) return expressions_.Expected(fmt::format("in after \"tablerow {}\"", item));
  Shape shape;
  ASSIGN_OR_RETURN(node.collection, expressions_.ParseExpression(&shape));
  while (!expressions_.AtEnd()) {
    if (expressions_.TakeIf(TokenKind::kComma)) continue;
    std::optional<Expression>* place = expressions_.AtName("cols")    ? &node.cols
                                       : expressions_.AtName("limit") ? &node.limit
                                                                      : &node.offset;
    if (place == &node.offset && !expressions_.AtName("offset"))
      return expressions_.Expected("cols:, limit: or offset:");
    expressions_.Take();
    RETURN_IF_ERROR(expressions_.Expect(TokenKind::kColon, ":"));
    ASSIGN_OR_RETURN(*place, expressions_.ParseExpression());
  }
  node.resume_slot = scope_.ResumeSlot(fmt::format("{}-{}", item, node.collection.text));
  node.item_slot = scope_.NewSlot();
  node.loop_slot = scope_.NewSlot();
  scope_.EnterLoop(item, node.item_slot, "tablerowloop", node.loop_slot,
                   shape.is_list() ? Shape{shape.variable, true} : Shape{});
  RETURN_IF_ERROR(ParseBlock(tag, {"endtablerow"}, &node.body).status());
  scope_.LeaveLoop();
  block->push_back({std::move(node)});
  return absl::OkStatus();
}

}  // namespace cartwheel::liquid
