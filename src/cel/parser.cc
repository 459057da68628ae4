// The grammar of CEL by recursive descent: one function a rule, loosest binding first. A chain of && or of || becomes
// one node, so that long conditions are not deep ones.
#include <utility>

#include "base/place.h"
#include "base/status.h"
#include "base/utf8.h"
#include "cel/limits.h"
#include "cel/literal.h"
#include "cel/macros.h"
#include "cel/token.h"
#include "cel/tree.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

struct Binary {
  TokenKind token;
  Function function;
  int level;  // a higher one binds tighter; all are left-associative
};
constexpr Binary kBinaries[] = {
    {TokenKind::kEqual, Function::kEqual, 1},     {TokenKind::kNotEqual, Function::kNotEqual, 1},
    {TokenKind::kLess, Function::kLess, 1},       {TokenKind::kLessEqual, Function::kLessEqual, 1},
    {TokenKind::kGreater, Function::kGreater, 1}, {TokenKind::kGreaterEqual, Function::kGreaterEqual, 1},
    {TokenKind::kIn, Function::kIn, 1},           {TokenKind::kPlus, Function::kAdd, 2},
    {TokenKind::kMinus, Function::kSubtract, 2},  {TokenKind::kStar, Function::kMultiply, 3},
    {TokenKind::kSlash, Function::kDivide, 3},    {TokenKind::kPercent, Function::kRemainder, 3}};
constexpr int kLevels = 3;

struct Slip {
  std::string_view word, instead;
};
constexpr Slip kSlips[] = {{"and", "&&"}, {"AND", "&&"}, {"or", "||"}, {"OR", "||"}, {"is", "=="}, {"not", "!"}};

class Parser {
 public:
  Parser(std::string_view source, std::vector<Token> tokens) : tokens_(std::move(tokens)) { tree_.source = source; }

  absl::StatusOr<Tree> Run() {
    ASSIGN_OR_RETURN(tree_.root, Expression());
    if (token().kind != TokenKind::kEnd) return Unexpected("");
    return std::move(tree_);
  }

 private:
  using Parsed = absl::StatusOr<NodeId>;

  const Token& token() const { return tokens_[next_]; }
  bool At(TokenKind kind) const { return token().kind == kind; }
  std::string_view Text() const { return token().text(tree_.source); }
  bool Take(TokenKind kind) {
    if (!At(kind)) return false;
    ++next_;
    return true;
  }
  absl::Status Error(size_t offset, std::string_view message) const { return ErrorAt(tree_.source, offset, message); }

  // `expected` may be empty.
  absl::Status Unexpected(std::string_view expected) const {
    std::string message = At(TokenKind::kEnd) ? "unexpected end" : fmt::format("unexpected \"{}\"", Text());
    for (const Slip& slip : kSlips)
      if (Text() == slip.word) return Error(token().begin, fmt::format("{}, write \"{}\"", message, slip.instead));
    if (!expected.empty()) message += fmt::format(", expected {}", expected);
    return Error(token().begin, message);
  }
  absl::Status Expect(TokenKind kind, std::string_view expected) {
    return Take(kind) ? absl::OkStatus() : Unexpected(expected);
  }
  absl::Status TooDeep(size_t offset) const {
    return Error(offset, fmt::format("nested deeper than {} levels", kDepthMax));
  }

  // `begin` is where the node's text begins; it ends with the last token taken.
  Parsed Add(Node node, uint32_t begin) {
    node.begin = begin;
    node.end = next_ == 0 ? 0 : tokens_[next_ - 1].end;
    for (NodeId child : node.children) node.depth = std::max(node.depth, tree_[child].depth + 1);
    if (node.depth > kDepthMax) return TooDeep(node.at);
    if (tree_.nodes.size() == kNodesMax)
      return Error(node.at, fmt::format("more than {} operations and values", kNodesMax));
    tree_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(tree_.nodes.size() - 1);
  }
  Node MakeNode(NodeKind kind, std::vector<NodeId> children = {}) const {
    Node node;
    node.kind = kind;
    node.at = token().begin;
    node.children = std::move(children);
    return node;
  }

  Parsed Expression() {
    if (++nesting_ > kDepthMax) return TooDeep(token().begin);
    uint32_t begin = token().begin;
    ASSIGN_OR_RETURN(NodeId condition, Or());
    if (At(TokenKind::kQuestion)) {
      Node node = MakeNode(NodeKind::kConditional);
      ++next_;
      ASSIGN_OR_RETURN(NodeId yes, Or());
      RETURN_IF_ERROR(Expect(TokenKind::kColon, "\":\" and the other value of \"? :\""));
      ASSIGN_OR_RETURN(NodeId no, Expression());
      node.children = {condition, yes, no};
      ASSIGN_OR_RETURN(condition, Add(std::move(node), begin));
    }
    --nesting_;
    return condition;
  }

  Parsed Or() {
    return Chain(NodeKind::kOr, TokenKind::kOr, [this] { return And(); });
  }
  Parsed And() {
    return Chain(NodeKind::kAnd, TokenKind::kAnd, [this] { return BinaryAt(1); });
  }
  template <typename Operand>
  Parsed Chain(NodeKind kind, TokenKind separator, Operand operand) {
    uint32_t begin = token().begin;
    ASSIGN_OR_RETURN(NodeId first, operand());
    if (!At(separator)) return first;
    Node node = MakeNode(kind, {first});
    while (Take(separator)) {
      ASSIGN_OR_RETURN(NodeId next, operand());
      node.children.push_back(next);
    }
    return Add(std::move(node), begin);
  }

  const Binary* BinaryHere(int level) const {
    for (const Binary& binary : kBinaries)
      if (binary.level == level && At(binary.token)) return &binary;
    return nullptr;
  }
  Parsed BinaryAt(int level) {
    if (level > kLevels) return Unary();
    uint32_t begin = token().begin;
    ASSIGN_OR_RETURN(NodeId left, BinaryAt(level + 1));
    while (const Binary* binary = BinaryHere(level)) {
      Node node = MakeNode(NodeKind::kOperator, {left});
      node.function = binary->function;
      ++next_;
      ASSIGN_OR_RETURN(NodeId right, BinaryAt(level + 1));
      node.children.push_back(right);
      ASSIGN_OR_RETURN(left, Add(std::move(node), begin));
    }
    return left;
  }

  // "!" {"!"} Member or "-" {"-"} Member: the two do not mix. The last minus before a number is the number's own.
  Parsed Unary() {
    TokenKind sign = token().kind;
    if (sign != TokenKind::kNot && sign != TokenKind::kMinus) return Member(false);
    size_t first = next_;
    while (Take(sign)) {
    }
    size_t last = next_;
    bool negative = sign == TokenKind::kMinus && (At(TokenKind::kInt) || At(TokenKind::kDouble));
    if (negative) --last;
    ASSIGN_OR_RETURN(NodeId operand, Member(negative));
    while (last-- > first) {
      Node node = MakeNode(NodeKind::kOperator, {operand});
      node.function = sign == TokenKind::kNot ? Function::kNot : Function::kNegate;
      node.at = tokens_[last].begin;
      ASSIGN_OR_RETURN(operand, Add(std::move(node), tokens_[last].begin));
    }
    return operand;
  }

  Parsed Member(bool negative) {
    uint32_t begin = token().begin;
    ASSIGN_OR_RETURN(NodeId operand, Primary(negative));
    for (;;) {
      if (At(TokenKind::kDot)) {
        ASSIGN_OR_RETURN(operand, Dot(operand, begin));
      } else if (At(TokenKind::kLeftBracket)) {
        ASSIGN_OR_RETURN(operand, Bracket(operand, begin));
      } else if (At(TokenKind::kLeftBrace) && IsName(operand)) {
        return Error(token().begin, fmt::format("a message literal, {}{{…}}, is not supported", tree_.Text(operand)));
      } else {
        return operand;
      }
    }
  }
  bool IsName(NodeId id) const {
    return tree_[id].kind == NodeKind::kIdentifier ||
           (tree_[id].kind == NodeKind::kSelect && IsName(tree_[id].children[0]));
  }

  Parsed Dot(NodeId operand, uint32_t begin) {
    ++next_;
    const bool optional = Take(TokenKind::kQuestion);
    bool quoted = At(TokenKind::kQuotedIdentifier);
    if (!quoted && !At(TokenKind::kIdentifier) && !At(TokenKind::kReserved)) return Unexpected("the name of a field");
    Node node = MakeNode(NodeKind::kSelect, {operand});
    node.name = quoted ? Text().substr(1, Text().size() - 2) : Text();
    ++next_;
    if (optional) return AddOptionalField(std::move(node), begin);
    if (quoted || !At(TokenKind::kLeftParenthesis))
      return IsCartAge(node) ? AddCartAge(std::move(node), begin) : Add(std::move(node), begin);
    node.kind = NodeKind::kMemberCall;
    RETURN_IF_ERROR(Arguments(&node.children));
    for (const MacroName& macro : kMacros)
      if (macro.name == node.name && node.children.size() > 1) return AddMacro(std::move(node), macro, begin);
    const Node& receiver = tree_[node.children[0]];
    if (node.name == "bind" && receiver.kind == NodeKind::kIdentifier && receiver.name == "cel")
      return AddBind(std::move(node), begin);
    return Add(std::move(node), begin);
  }

  // node: children[0].name as read; a.?b is a[?"b"].
  Parsed AddOptionalField(Node node, uint32_t begin) {
    Node key = MakeNode(NodeKind::kLiteral);
    key.at = node.at;
    key.literal = Value::String(tree_.texts.emplace_back(node.name));
    ASSIGN_OR_RETURN(NodeId name, Add(std::move(key), node.at));
    node.kind = NodeKind::kOperator;
    node.function = Function::kOptionalIndex;
    node.children.push_back(name);
    return Add(std::move(node), begin);
  }

  // node: children[0].name(arguments) as read. A name in front of a comma is an ordinary identifier up to here.
  Parsed AddMacro(Node node, const MacroName& macro, uint32_t begin) {
    const int given = static_cast<int>(node.children.size()) - 1;  // without the range
    int names = given - 1;
    const bool filters = macro.filter && names == macro.names_max + 1;
    if (filters) --names;
    if (names < macro.names_min || names > macro.names_max)
      return Error(node.at, fmt::format("{}() takes a name and a condition: {}", node.name, macro.example));
    for (int i = 1; i <= names; ++i) {
      const Node& variable = tree_[node.children[static_cast<size_t>(i)]];
      if (variable.kind != NodeKind::kIdentifier || variable.absolute)
        return Error(variable.begin,
                     fmt::format("the {} argument of {}() must be a plain name, not {}", i == 1 ? "first" : "second",
                                 node.name, tree_.Text(node.children[static_cast<size_t>(i)])));
      if (i == 2 && variable.name == tree_[node.children[1]].name)
        return Error(variable.begin, fmt::format("the two names of {}() must differ", node.name));
    }
    node.kind = NodeKind::kMacro;
    node.macro = macro.macro;
    node.name = tree_[node.children[1]].name;
    if (names == 2) node.second = tree_[node.children[2]].name;
    std::vector<NodeId> children = {node.children[0], node.children.back()};
    if (filters) children.push_back(node.children[node.children.size() - 2]);
    node.children = std::move(children);
    return Add(std::move(node), begin);
  }

  // node: cel.bind(arguments) as read.
  Parsed AddBind(Node node, uint32_t begin) {
    if (node.children.size() != 4 || tree_[node.children[1]].kind != NodeKind::kIdentifier)
      return Error(node.at,
                   "cel.bind() takes a name, its value and what it is used in: cel.bind(x, cart.value * 2, x > 100)");
    node.kind = NodeKind::kMacro;
    node.macro = Macro::kBind;
    node.name = tree_[node.children[1]].name;
    node.children = {node.children[2], node.children[3]};
    return Add(std::move(node), begin);
  }

  Parsed Bracket(NodeId operand, uint32_t begin) {
    Node node = MakeNode(NodeKind::kOperator, {operand});
    node.function = Function::kIndex;
    ++next_;
    if (Take(TokenKind::kQuestion)) node.function = Function::kOptionalIndex;
    ASSIGN_OR_RETURN(NodeId index, Expression());
    RETURN_IF_ERROR(Expect(TokenKind::kRightBracket, "\"]\""));
    node.children.push_back(index);
    return Add(std::move(node), begin);
  }

  // "(" [Expression {"," Expression}] ")"
  absl::Status Arguments(std::vector<NodeId>* children) {
    ++next_;
    if (Take(TokenKind::kRightParenthesis)) return absl::OkStatus();
    do {
      ASSIGN_OR_RETURN(NodeId argument, Expression());
      children->push_back(argument);
    } while (Take(TokenKind::kComma));
    return Expect(TokenKind::kRightParenthesis, "\")\" or \",\"");
  }

  Parsed Primary(bool negative) {
    if (Take(TokenKind::kLeftParenthesis)) {
      ASSIGN_OR_RETURN(NodeId inside, Expression());
      RETURN_IF_ERROR(Expect(TokenKind::kRightParenthesis, "\")\""));
      return inside;
    }
    if (At(TokenKind::kDot) || At(TokenKind::kIdentifier)) return Name();
    if (At(TokenKind::kReserved)) return Error(token().begin, fmt::format("\"{}\" is a reserved word", Text()));
    if (At(TokenKind::kLeftBracket)) return List();
    if (At(TokenKind::kLeftBrace)) return Map();
    return Literal(negative);
  }

  Parsed Literal(bool negative) {
    Node node = MakeNode(NodeKind::kLiteral);
    if (At(TokenKind::kNull)) {
      node.literal = Value::Null();
    } else if (At(TokenKind::kTrue) || At(TokenKind::kFalse)) {
      node.literal = Value::Bool(At(TokenKind::kTrue));
    } else if (At(TokenKind::kInt) || At(TokenKind::kUint) || At(TokenKind::kDouble)) {
      ASSIGN_OR_RETURN(node.literal, ReadNumber(tree_.source, token(), negative));
    } else if (At(TokenKind::kString) || At(TokenKind::kBytes)) {
      ASSIGN_OR_RETURN(std::string text, ReadText(tree_.source, token()));
      tree_.texts.push_back(std::move(text));
      node.literal = At(TokenKind::kString) ? Value::String(tree_.texts.back()) : Value::Bytes(tree_.texts.back());
    } else {
      return Unexpected("a value");
    }
    uint32_t begin = negative ? tokens_[next_ - 1].begin : token().begin;
    ++next_;
    return Add(std::move(node), begin);
  }

  Parsed Name() {
    uint32_t begin = token().begin;
    bool absolute = Take(TokenKind::kDot);
    if (!At(TokenKind::kIdentifier)) return Unexpected("a name");
    Node node = MakeNode(NodeKind::kIdentifier);
    node.absolute = absolute;
    node.name = Text();
    ++next_;
    if (!At(TokenKind::kLeftParenthesis)) return Add(std::move(node), begin);
    node.kind = NodeKind::kCall;
    RETURN_IF_ERROR(Arguments(&node.children));
    if (node.name == "has") return AddHas(std::move(node), begin);
    if (node.children.size() == 1 && node.name == "age") return AddAge(std::move(node), begin);
    if (node.children.size() == 1 && node.name == "bucket") return AddBucket(std::move(node), begin);
    return Add(std::move(node), begin);
  }

  Parsed AddName(std::string_view name, uint32_t at) {
    Node node = MakeNode(NodeKind::kIdentifier);
    node.name = name;
    node.at = at;
    return Add(std::move(node), at);
  }

  // age(t) is now - t.
  Parsed AddAge(Node node, uint32_t begin) {
    ASSIGN_OR_RETURN(NodeId now, AddName("now", node.at));
    node.kind = NodeKind::kOperator;
    node.function = Function::kSubtract;
    node.children.insert(node.children.begin(), now);
    return Add(std::move(node), begin);
  }

  // cart.age is age(cart.updated_at): what moves with the time is told by name, so that it is known when it turns.
  bool IsCartAge(const Node& node) const {
    const Node& operand = tree_[node.children[0]];
    return node.name == "age" && operand.kind == NodeKind::kIdentifier && operand.name == "cart";
  }
  Parsed AddCartAge(Node node, uint32_t begin) {
    node.name = "updated_at";
    const uint32_t at = node.at;
    ASSIGN_OR_RETURN(NodeId updated, Add(std::move(node), begin));
    Node age = MakeNode(NodeKind::kCall, {updated});
    age.at = at;
    return AddAge(std::move(age), begin);
  }

  // bucket(salt) is bucket(salt, customer.id).
  Parsed AddBucket(Node node, uint32_t begin) {
    ASSIGN_OR_RETURN(NodeId customer, AddName("customer", node.at));
    Node id = MakeNode(NodeKind::kSelect, {customer});
    id.name = "id";
    id.at = node.at;
    ASSIGN_OR_RETURN(NodeId selected, Add(std::move(id), node.at));
    node.children.push_back(selected);
    return Add(std::move(node), begin);
  }

  Parsed AddHas(Node node, uint32_t begin) {
    if (node.children.size() != 1 || tree_[node.children[0]].kind != NodeKind::kSelect)
      return Error(node.at, "has() takes one field: has(event.price)");
    Node select = tree_[node.children[0]];
    select.kind = NodeKind::kHas;
    return Add(std::move(select), begin);
  }

  Parsed List() {
    Node node = MakeNode(NodeKind::kList);
    ++next_;
    while (!At(TokenKind::kRightBracket)) {
      const bool optional = Take(TokenKind::kQuestion);
      ASSIGN_OR_RETURN(NodeId element, Expression());
      tree_.nodes[element].optional = optional;
      node.children.push_back(element);
      if (!Take(TokenKind::kComma)) break;
    }
    RETURN_IF_ERROR(Expect(TokenKind::kRightBracket, "\"]\" or \",\""));
    uint32_t begin = node.at;
    return Add(std::move(node), begin);
  }

  Parsed Map() {
    Node node = MakeNode(NodeKind::kMap);
    ++next_;
    while (!At(TokenKind::kRightBrace)) {
      const bool optional = Take(TokenKind::kQuestion);
      ASSIGN_OR_RETURN(NodeId key, Expression());
      RETURN_IF_ERROR(Expect(TokenKind::kColon, "\":\" and the value of the key"));
      ASSIGN_OR_RETURN(NodeId value, Expression());
      tree_.nodes[value].optional = optional;
      node.children.push_back(key);
      node.children.push_back(value);
      if (!Take(TokenKind::kComma)) break;
    }
    RETURN_IF_ERROR(Expect(TokenKind::kRightBrace, "\"}\" or \",\""));
    uint32_t begin = node.at;
    return Add(std::move(node), begin);
  }

  std::vector<Token> tokens_;
  size_t next_ = 0;
  int nesting_ = 0;
  Tree tree_;
};

}  // namespace

absl::StatusOr<Tree> Parse(std::string_view source) {
  if (source.size() > kSourceBytesMax)
    return ErrorAt(source, 0, fmt::format("{} bytes, expected at most {}", source.size(), kSourceBytesMax));
  if (size_t bad = FindNotUtf8(source); bad != std::string_view::npos)
    return ErrorAt(source, bad, "a byte that is not UTF-8");
  ASSIGN_OR_RETURN(std::vector<Token> tokens, Lex(source));
  return Parser(source, std::move(tokens)).Run();
}

}  // namespace cartwheel::cel
