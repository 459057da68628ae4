// Tokens and shape: the tree is printed with all its parentheses and compared with the specification's precedences.
#include <random>

#include "base/status.h"
#include "cel/limits.h"
#include "cel/token.h"
#include "cel/tree.h"
#include "fmt/format.h"
#include "tests/catch.h"
#include "world.h"

namespace cartwheel::cel {
namespace {

std::string Print(const Tree& tree, NodeId id) {
  const Node& node = tree[id];
  auto child = [&](size_t i) { return Print(tree, node.children[i]); };
  auto join = [&](std::string_view separator, size_t from) {
    std::string out;
    for (size_t i = from; i < node.children.size(); ++i) out += (i > from ? std::string(separator) : "") + child(i);
    return out;
  };
  switch (node.kind) {
    case NodeKind::kLiteral:
      return Show(node.literal);
    case NodeKind::kIdentifier:
      return (node.absolute ? "." : "") + node.name;
    case NodeKind::kSelect:
      return child(0) + "." + node.name;
    case NodeKind::kHas:
      return fmt::format("has({}.{})", child(0), node.name);
    case NodeKind::kOperator:
      if (node.function == Function::kIndex) return fmt::format("{}[{}]", child(0), child(1));
      if (node.children.size() == 1) return fmt::format("({}{})", Symbol(node.function), child(0));
      return fmt::format("({} {} {})", child(0), Symbol(node.function), child(1));
    case NodeKind::kCall:
      return fmt::format("{}({})", node.name, join(", ", 0));
    case NodeKind::kMemberCall:
      return fmt::format("{}.{}({})", child(0), node.name, join(", ", 1));
    case NodeKind::kAnd:
      return fmt::format("({})", join(" && ", 0));
    case NodeKind::kOr:
      return fmt::format("({})", join(" || ", 0));
    case NodeKind::kConditional:
      return fmt::format("({} ? {} : {})", child(0), child(1), child(2));
    case NodeKind::kList:
      return fmt::format("[{}]", join(", ", 0));
    case NodeKind::kMap:
      return fmt::format("{{{}}}", join(", ", 0));
    case NodeKind::kMacro:
      return fmt::format("{}.macro({}, {})", child(0), node.name, child(1));
  }
  return "";
}

std::string Shape(std::string_view source) {
  absl::StatusOr<Tree> tree = Parse(source);
  return tree.ok() ? Print(*tree, tree->root) : StatusText(tree.status());
}

struct Case {
  std::string_view source, want;
};

}  // namespace

TEST_CASE("precedence and associativity") {
  const Case kCases[] = {
      {"a || b && c", "(a || (b && c))"},
      {"a && b || c && d", "((a && b) || (c && d))"},
      {"a || b || c", "(a || b || c)"},
      {"a == b && c", "((a == b) && c)"},
      {"a + b < c * d", "((a + b) < (c * d))"},
      {"a - b - c", "((a - b) - c)"},
      {"a / b * c % d", "(((a / b) * c) % d)"},
      {"a - b * c", "(a - (b * c))"},
      {"a < b == c", "((a < b) == c)"},
      {"a in b == c", "((a in b) == c)"},
      {"!a && !!b", "((!a) && (!(!b)))"},
      {"-a * b", "((-a) * b)"},
      {"-1 - -2", "(-1 - -2)"},
      {"--1", "(--1)"},
      {"-a.b[0]", "(-a.b[0])"},
      {"!a.b(c)", "(!a.b(c))"},
      {"a ? b : c ? d : e", "(a ? b : (c ? d : e))"},
      {"a || b ? c : d", "((a || b) ? c : d)"},
      {"(a ? b : c) ? d : e", "((a ? b : c) ? d : e)"},
      {"a ? (b ? c : d) : e", "(a ? (b ? c : d) : e)"},
      {"a ? b ? c : d : e", "1:7: unexpected \"?\", expected \":\" and the other value of \"? :\""},
      {"!-a", "1:2: unexpected \"-\", expected a value"},
      {"-!a", "1:2: unexpected \"!\", expected a value"},
      {".a.b", ".a.b"},
      {"a.for", "a.for"},
      {"a.`x-y/z`", "a.x-y/z"},
      {"[1, 2,]", "[1, 2]"},
      {"{'a': 1, 'b': [2],}", "{'a', 1, 'b', [2]}"},
      {"a?.5:.25", "(a ? 0.5 : 0.25)"},
      {"has(a.b.c)", "has(a.b.c)"},
      {"a.exists(x, x > 1)", "a.macro(x, (x > 1))"},
      {"1.e", "1.e"},
      {"a//comment\n+b", "(a + b)"},
  };
  for (const Case& one : kCases) {
    INFO(one.source);
    CHECK(Shape(one.source) == one.want);
  }
}

TEST_CASE("tokens") {
  absl::StatusOr<std::vector<Token>> tokens = Lex("1u 0x2 .5e-3 br'''a''' for x_1 in <= ! `a-b`");
  REQUIRE(tokens.ok());
  const TokenKind kWant[] = {
      TokenKind::kUint,       TokenKind::kInt, TokenKind::kDouble,    TokenKind::kBytes, TokenKind::kReserved,
      TokenKind::kIdentifier, TokenKind::kIn,  TokenKind::kLessEqual, TokenKind::kNot,   TokenKind::kQuotedIdentifier,
      TokenKind::kEnd};
  REQUIRE(tokens->size() == std::size(kWant));
  for (size_t i = 0; i < std::size(kWant); ++i) CHECK((*tokens)[i].kind == kWant[i]);
  CHECK((*tokens)[3].begin == 13);
  CHECK((*tokens)[3].end == 22);
}

TEST_CASE("limits") {
  std::string deep(kDepthMax + 1, '(');
  CHECK(Shape(deep + "1") == fmt::format("1:{}: nested deeper than {} levels", kDepthMax + 1, kDepthMax));
  std::string fits(kDepthMax - 1, '(');
  CHECK(Shape(fits + "1" + std::string(kDepthMax - 1, ')')) == "1");
  std::string sum = "1", list = "[1", any = "a";
  for (int i = 0; i < kDepthMax; ++i) sum += "+1", any += "||a";
  for (size_t i = 0; i < kNodesMax; ++i) list += ",1";
  CHECK(Shape(sum).find("nested deeper than 250 levels") != std::string::npos);
  CHECK(Shape(list + "]").find("more than 4096 operations and values") != std::string::npos);
  CHECK(Parse(any).ok());  // a chain is one level
  CHECK(Shape(std::string(kSourceBytesMax + 1, ' ')) == "1:1: 16385 bytes, expected at most 16384");
  CHECK(Shape("'\xff'") == "1:2: a byte that is not UTF-8");
}

TEST_CASE("broken sources end in an error or a program, never in a crash") {
  World world;
  const std::string kSeeds[] = {
      "cart.items.exists(i, i.price > 10.0 && has(event.x)) ? [1, -2u][0] : {'a': b'\\xff'}.a",
      "now - cart.updated_at >= duration('24h') || !(event.price in [1.5, .5e3]) // end",
      "'''\\u00e9''' + r\"a\\\" == \"온도\" && -(-9223372036854775808) % 3 != 0x1F"};
  const std::string kPieces = "().,[]{}?:!&|=<>+-*/%'\"\\`abrux019 \n\xea\xb0\x80";
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::string source = kSeeds[random() % 3];
    for (uint32_t edits = random() % 5; edits-- > 0;) {
      size_t at = random() % source.size();
      switch (random() % 3) {
        case 0:
          source[at] = kPieces[random() % kPieces.size()];
          break;
        case 1:
          source.erase(at, random() % 8);
          break;
        default:
          source.insert(at, source.substr(random() % source.size(), random() % 12));
      }
      if (source.empty()) source = "x";
    }
    absl::StatusOr<Program> program = Compile(source, world.environment);
    if (program.ok())
      (void)program->Evaluate(world.variables);
    else
      REQUIRE(StatusText(program.status()).find('\n') == std::string::npos);
  }
}

}  // namespace cartwheel::cel
