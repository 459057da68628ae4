#include "liquid/expression_parser.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "base/place.h"
#include "base/status.h"
#include "base/suggest.h"
#include "fmt/format.h"
#include "liquid/containers.h"
#include "liquid/filters.h"
#include "liquid/limits.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

struct Word {
  std::string_view text;
  Value (*value)();
};
constexpr Word kWords[] = {
    {"nil", [] { return Value::Null(); }},
    {"null", [] { return Value::Null(); }},
    {"true", [] { return Value::Bool(true); }},
    {"false", [] { return Value::Bool(false); }},
    {"blank", Blank},
    {"empty", Empty},
};

struct OperatorName {
  std::string_view text;
  Operator op;
};
constexpr OperatorName kOperators[] = {
    {"==", Operator::kEqual},          {"!=", Operator::kUnequal},
    {"<>", Operator::kUnequal},        {"<", Operator::kLess},
    {">", Operator::kGreater},         {"<=", Operator::kLessOrEqual},
    {">=", Operator::kGreaterOrEqual}, {"contains", Operator::kContains},
};

PathStep::Kind StepKind(std::string_view name) {
  return name == "size"    ? PathStep::Kind::kSize
         : name == "first" ? PathStep::Kind::kFirst
         : name == "last"  ? PathStep::Kind::kLast
                           : PathStep::Kind::kField;
}

std::string Arguments(const Filter& filter) {
  size_t min = filter.arguments_min, max = filter.arguments_max;
  if (max == 0) return "no argument";
  std::string count = min == max ? fmt::format("{}", max) : fmt::format("{} or {}", min, max);
  if (max > min + 1) count = fmt::format("{} to {}", min, max);
  return fmt::format("{} argument{}", count, max == 1 ? "" : "s");
}

}  // namespace

absl::Status ExpressionParser::Start(std::string_view markup) {
  at_ = 0;
  depth_ = 0;
  return Tokenize(source_, markup, &tokens_);
}

absl::Status ExpressionParser::Expected(std::string_view what) const {
  const Token& token = Peek();
  if (token.kind == TokenKind::kEnd) return ErrorAt(source_, token.offset, fmt::format("expected {}", what));
  return ErrorAt(source_, token.offset,
                 fmt::format("expected {}, found {}", what, source_.substr(token.offset, token.end - token.offset)));
}

absl::Status ExpressionParser::ParseLiteral(const Token& token, Expression* expression) {
  const char* end = token.text.data() + token.text.size();
  if (token.kind == TokenKind::kString) {
    expression->literal = Value::String(token.text);
  } else if (token.kind == TokenKind::kInteger) {
    int64_t integer = 0;
    if (std::from_chars(token.text.data(), end, integer).ec != std::errc())
      return ErrorAt(source_, token.offset, fmt::format("{} is more than a number can hold", token.text));
    expression->literal = Value::Int(integer);
  } else {
    double real = 0;
    if (std::from_chars(token.text.data(), end, real).ec != std::errc() || !std::isfinite(real))
      return ErrorAt(source_, token.offset, fmt::format("{} is more than a number can hold", token.text));
    expression->literal = Value::Double(real);
  }
  return absl::OkStatus();
}

absl::StatusOr<Expression> ExpressionParser::ParseExpression(Shape* shape) {
  if (++depth_ > kExpressionNestingMax)
    return ErrorAt(source_, Peek().offset,
                   fmt::format("more than kExpressionNestingMax ({}) brackets deep", kExpressionNestingMax));
  Expression expression;
  Token token = Take();
  switch (token.kind) {
    case TokenKind::kString:
    case TokenKind::kInteger:
    case TokenKind::kFloat:
      RETURN_IF_ERROR(ParseLiteral(token, &expression));
      break;
    case TokenKind::kOpen: {
      expression.kind = Expression::Kind::kRange;
      ASSIGN_OR_RETURN(Expression first, ParseExpression());
      if (!TakeIf(TokenKind::kRange)) return Expected(".. of a range (conditions have no parentheses)");
      ASSIGN_OR_RETURN(Expression last, ParseExpression());
      RETURN_IF_ERROR(Expect(TokenKind::kClose, ")"));
      expression.first = std::make_unique<Expression>(std::move(first));
      expression.last = std::make_unique<Expression>(std::move(last));
      break;
    }
    case TokenKind::kName: {
      auto word =
          std::find_if(std::begin(kWords), std::end(kWords), [&](const Word& w) { return w.text == token.text; });
      if (word != std::end(kWords) && Peek().kind != TokenKind::kDot && Peek().kind != TokenKind::kOpenSquare) {
        expression.literal = word->value();
        break;
      }
      ASSIGN_OR_RETURN(Shape found, ParsePath(token, token.text, &expression));
      if (shape != nullptr) *shape = found;
      break;
    }
    case TokenKind::kOpenSquare: {
      ASSIGN_OR_RETURN(Expression name, ParseExpression());
      RETURN_IF_ERROR(Expect(TokenKind::kCloseSquare, "]"));
      const bool literal = name.kind == Expression::Kind::kLiteral && name.literal.is_string();
      if (!literal) scope_.NeedNames();
      ASSIGN_OR_RETURN(Shape found, ParsePath(token, literal ? name.literal.text() : std::string_view(), &expression));
      if (shape != nullptr) *shape = found;
      if (literal) break;
      expression.kind = Expression::Kind::kNamed;
      expression.first = std::make_unique<Expression>(std::move(name));
      break;
    }
    case TokenKind::kOperator:
    case TokenKind::kPipe:
    case TokenKind::kDot:
    case TokenKind::kRange:
    case TokenKind::kColon:
    case TokenKind::kComma:
    case TokenKind::kClose:
    case TokenKind::kCloseSquare:
      --at_;
      return Expected("a value");
    case TokenKind::kEnd:
      return Expected("a value");
  }
  --depth_;
  expression.text = source_.substr(token.offset, end() - token.offset);
  return expression;
}

absl::StatusOr<Shape> ExpressionParser::ParsePath(const Token& name, std::string_view variable,
                                                  Expression* expression) {
  expression->kind = Expression::Kind::kVariable;
  // Braze's ${first_name} and custom_attribute.${size} are customer.first_name and customer.size.
  const bool attribute = variable == "custom_attribute" && Peek().kind == TokenKind::kDot && Peek(1).braze;
  const std::string_view root = name.braze || attribute ? scope_.Person(variable) : variable;
  Shape shape = variable.empty() ? Shape{} : scope_.Resolve(root, expression);
  if (name.braze && root != variable) {
    PathStep field;
    field.name = variable;
    ASSIGN_OR_RETURN(shape, scope_.Step(shape, field, variable));
    expression->path.push_back(std::move(field));
  }
  while (true) {
    std::string_view before = source_.substr(name.offset, end() - name.offset);
    PathStep step;
    if (TakeIf(TokenKind::kDot)) {
      if (Peek().kind != TokenKind::kName) return Expected("the name of a field");
      step.name = Take().text;
      step.kind = StepKind(step.name);
    } else if (TakeIf(TokenKind::kOpenSquare)) {
      ASSIGN_OR_RETURN(Expression index, ParseExpression());
      RETURN_IF_ERROR(Expect(TokenKind::kCloseSquare, "]"));
      step.kind = PathStep::Kind::kIndex;
      if (index.kind == Expression::Kind::kLiteral && index.literal.is_string()) {
        step.name = index.literal.text();  // looked up like a field, without the words' meanings
      }
      step.index = std::make_unique<Expression>(std::move(index));
    } else {
      return shape;
    }
    if (expression->path.size() == kPathStepsMax)
      return ErrorAt(source_, name.offset, fmt::format("more than kPathStepsMax ({}) fields in a row", kPathStepsMax));
    ASSIGN_OR_RETURN(shape, scope_.Step(shape, step, before));
    expression->path.push_back(std::move(step));
  }
}

absl::StatusOr<Filtered> ExpressionParser::ParseFiltered() {
  Filtered filtered;
  size_t begin = Peek().offset;
  ASSIGN_OR_RETURN(filtered.input, ParseExpression());
  while (!AtEnd()) {
    if (Peek().kind == TokenKind::kOperator || AtName("contains"))
      return ErrorAt(source_, Peek().offset, fmt::format("{} compares only in if, elsif and unless", Peek().text));
    RETURN_IF_ERROR(Expect(TokenKind::kPipe, "| or the end"));
    if (Peek().kind != TokenKind::kName) return Expected("the name of a filter");
    FilterCall call;
    call.name = Take().text;
    call.filter = FindFilter(call.name);
    size_t offset = call.name.data() - source_.data();
    if (call.filter == nullptr)
      return ErrorAt(source_, offset, fmt::format("unknown filter \"{}\"{}", call.name, SimilarFilter(call.name)));
    RETURN_IF_ERROR(ParseFilterArguments(&call));
    filtered.filters.push_back(std::move(call));
  }
  filtered.text = source_.substr(begin, end() - begin);
  return filtered;
}

absl::StatusOr<size_t> ExpressionParser::ParseKeyword(const FilterCall& call) {
  const Token& keyword = Take();
  ++at_;  // the colon
  std::string_view known[] = {call.filter->keyword};
  if (keyword.text != call.filter->keyword)
    return ErrorAt(source_, keyword.offset,
                   fmt::format("filter \"{}\" has no argument \"{}\"{}", call.name, keyword.text,
                               DidYouMean(keyword.text, known)));
  return call.filter->arguments_max;
}

absl::Status ExpressionParser::ParseFilterArguments(FilterCall* call) {
  size_t positional = 0;
  if (TakeIf(TokenKind::kColon)) {
    do {
      bool keyword = Peek().kind == TokenKind::kName && Peek(1).kind == TokenKind::kColon;
      size_t position;
      if (keyword) {
        ASSIGN_OR_RETURN(position, ParseKeyword(*call));
      } else {
        position = positional++;
      }
      ASSIGN_OR_RETURN(Expression value, ParseExpression());
      call->arguments.push_back({position, std::move(value)});
    } while (TakeIf(TokenKind::kComma));
  } else if (!AtEnd() && Peek().kind != TokenKind::kPipe) {
    return Expected(fmt::format(": before the arguments of {}", call->name));
  }
  return CheckFilter(*call, positional);
}

absl::Status ExpressionParser::CheckFilter(const FilterCall& call, size_t positional) const {
  const Filter& filter = *call.filter;
  if (filter.needs_links && !scope_.tracks_links())
    return ErrorAt(
        source_, call.name.data() - source_.data(),
        fmt::format(R"("{}" needs the address that answers for such links: write "link_url" in the playbook's "shop")",
                    filter.name));
  if (positional < filter.arguments_min || positional > filter.arguments_max)
    return ErrorAt(source_, call.name.data() - source_.data(),
                   fmt::format("filter \"{}\" takes {}, not {}", call.name, Arguments(filter), positional));
  if (filter.check == nullptr) return absl::OkStatus();
  for (const FilterArgument& argument : call.arguments) {
    const Value& literal = argument.value.literal;
    if (argument.position != 0 || argument.value.kind != Expression::Kind::kLiteral || !literal.is_string()) continue;
    std::string wrong = filter.check(literal.text());
    if (!wrong.empty()) return ErrorAt(source_, argument.value.text.data() - source_.data(), wrong);
  }
  return absl::OkStatus();
}

absl::StatusOr<Comparison> ExpressionParser::ParseComparison() {
  Comparison comparison;
  if (AtEnd()) return Expected("a condition");
  if (AtName("not") && Peek(1).kind == TokenKind::kName)
    return ErrorAt(source_, Peek().offset, "there is no \"not\": use unless, or compare with !=");
  ASSIGN_OR_RETURN(comparison.left, ParseExpression());
  const Token& token = Peek();
  if (token.kind == TokenKind::kPipe)
    return ErrorAt(source_, token.offset, "a condition takes no filters: assign the result first");
  if (token.kind == TokenKind::kOperator || token.kind == TokenKind::kName) {
    auto found = std::find_if(std::begin(kOperators), std::end(kOperators),
                              [&](const OperatorName& o) { return o.text == token.text; });
    if (found != std::end(kOperators)) {
      Take();
      comparison.op = found->op;
      ASSIGN_OR_RETURN(comparison.right, ParseExpression());
    }
  }
  return comparison;
}

absl::StatusOr<Condition> ExpressionParser::ParseCondition() {
  Condition condition;
  while (true) {
    ASSIGN_OR_RETURN(Comparison comparison, ParseComparison());
    condition.push_back(std::move(comparison));
    if (AtEnd()) return condition;
    bool both = AtName("and");
    if (!both && !AtName("or")) {
      if (Peek().kind != TokenKind::kName) return Expected("and, or, or the end");
      return ErrorAt(
          source_, Peek().offset,
          fmt::format("unknown operator \"{}\", expected ==, !=, <, >, <=, >=, contains, and, or", Peek().text));
    }
    condition.back().next = both ? Relation::kAnd : Relation::kOr;
    Take();
  }
}

}  // namespace cartwheel::liquid
